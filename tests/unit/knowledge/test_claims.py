"""Reading the data of claims: what a verdict is tied to, and how patterns are written."""

from pathlib import Path

import pytest

from steelyard.knowledge.claims import Pattern, load_claims
from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.model import Fact

from ...knowledge.claims_moss import CLAIMS, claims, fact, folder, knowledge

LAW = """[norway]
place = "NO"
leaf = "prohibited"
statement = "Invented."
citation = "a2020"
grade = "S"
seen = "sec"
checked_on = 2026-03-01
"""


def names(basis: tuple[object, ...]) -> list[str]:
    return [one.name for one in basis if isinstance(one, Fact)]


def test_a_row_ties_a_claim_to_every_fact_of_that_row(tmp_path: Path) -> None:
    facts = fact("taste", "XX01"), fact("colour", "XX02"), fact("bite", "XX01", citation="b2021"), fact("smell")
    claim = claims(tmp_path, *facts).subjects[0].claims["taste.bitter"]
    assert names(claim.basis) == ["taste", "bite"]
    assert claim.citations == ("a2020", "b2021")


def test_facts_named_by_id_follow_those_of_the_rows_and_none_comes_twice(tmp_path: Path) -> None:
    facts = fact("taste", "XX01"), fact("smell", citation="c2022"), fact("bite", "XX01")
    text = CLAIMS.replace('rows = ["XX01"]', 'rows = ["XX01"]\nfacts = ["moss.smell", "moss.taste"]')
    claim = claims(tmp_path, *facts, claims=text).subjects[0].claims["taste.bitter"]
    assert names(claim.basis) == ["taste", "bite", "smell"]
    assert claim.citations == ("a2020", "c2022")


def test_a_claim_may_rest_on_the_law_of_places(tmp_path: Path) -> None:
    text = CLAIMS.replace('rows = ["XX01"]', 'places = ["NO"]').replace('grade = "B"', 'grade = "S"')
    data = folder(tmp_path, claims=text)
    (data / "law").mkdir()
    (data / "law" / "world.toml").write_text(LAW)
    claim = load_claims(knowledge(), data).subjects[0].claims["taste.bitter"]
    assert [(one.place, one.citation) for one in claim.basis if not isinstance(one, Fact)] == [("NO", "a2020")]
    assert claim.citations == ("a2020",)


def test_what_was_looked_for_and_not_found_has_no_source(tmp_path: Path) -> None:
    absent = fact("taste", "XX01", kind="absence", citation="", grade="none", seen=None)
    claim = claims(tmp_path, absent, claims=CLAIMS.replace('"B"', '"none"')).subjects[0].claims["taste.bitter"]
    assert (names(claim.basis), claim.citations) == (["taste"], ())


def test_facts_without_a_row_are_no_row(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="nothing is held under ''"):
        claims(tmp_path, fact("smell"), claims=CLAIMS.replace("XX01", ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("moss & bitter", Pattern(items=(("moss",), ("bitter",)), ordered=False, close=False)),
        ("moss > bitter|moss", Pattern(items=(("moss",), ("bitter", "moss")), ordered=True, close=False)),
        ("moss >> bitter", Pattern(items=(("moss",), ("bitter",)), ordered=True, close=True)),
        ("moss", Pattern(items=(("moss",),), ordered=False, close=False)),
    ],
)
def test_patterns_as_written(tmp_path: Path, text: str, expected: Pattern) -> None:
    # `also` keeps every concept in use, so that nothing else is refused.
    rows = CLAIMS.replace("moss & bitter", text) + CLAIMS.replace("taste-bitter", "taste-also")
    assert claims(tmp_path, claims=rows).subjects[0].claims["taste.bitter"].patterns == (expected,)


def test_only_the_first_dash_of_a_table_is_the_dot_of_an_id(tmp_path: Path) -> None:
    rows = CLAIMS.replace("taste-bitter", "taste-very-bitter")
    assert list(claims(tmp_path, claims=rows).subjects[0].claims) == ["taste.very-bitter"]


@pytest.mark.parametrize(
    "phrase", ["bitter", "bitter*", "very .. bitter*", "5.6", "5.6%", "1-3 g", "1-3g", "b12", "doctor first"]
)
def test_phrases_that_are_written_as_such(tmp_path: Path, phrase: str) -> None:
    words = f'[concepts]\nmoss = ["moss"]\nstands_in = []\nothers = []\nbitter = ["{phrase}"]\n'
    assert claims(tmp_path, words=words).subjects[0].concepts["bitter"] == (phrase,)


@pytest.mark.parametrize(
    "phrase", ["", "*", "Bitter", "bit-ter", " bitter", "bitter ", ".. bitter", "very .. .. bitter", "bit*er", "a  b"]
)
def test_what_is_no_phrase_is_refused(tmp_path: Path, phrase: str) -> None:
    words = f'[concepts]\nmoss = ["moss"]\nstands_in = []\nothers = []\nbitter = ["{phrase}"]\n'
    with pytest.raises(KnowledgeError, match="not written as a phrase"):
        claims(tmp_path, words=words)


def test_another_substance_is_another_folder(tmp_path: Path) -> None:
    data = folder(tmp_path)
    fern = data / "claims" / "fern"
    fern.mkdir()
    (fern / "words.toml").write_text('[concepts]\nfern = ["fern"]\nstands_in = []\nothers = []\n')
    held = load_claims(knowledge(), data)
    assert [(subject.name, len(subject.claims), len(subject.omissions)) for subject in held.subjects] == [
        ("fern", 0, 0),
        ("moss", 1, 1),
    ]
