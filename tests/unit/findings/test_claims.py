"""The report on a text: what is counted, what each claim rests on and how firm that is said to be, and what the text leaves out."""

from pathlib import Path

import msgspec
import pytest

from steelyard.findings.claims import ClaimsReport, Source, check_text
from steelyard.knowledge.claims import load_claims
from steelyard.knowledge.law import CONFIRM
from steelyard.knowledge.model import Fact

from ...knowledge.claims_moss import CLAIMS, claims, fact, folder, knowledge


def report(path: Path, text: str, *facts: Fact, **files: str) -> ClaimsReport:
    return check_text(text, claims(path, *facts, **files), knowledge(*facts))


def test_sentences_are_counted_and_the_unrecognised_never_guessed(tmp_path: Path) -> None:
    found = report(tmp_path, "Moss is bitter. Is moss bitter? Moss is green.\n\nThe herb is bitter.")
    assert (found.format, found.sentences, found.unrecognised) == (1, 4, 2)
    assert [(made.sentence, made.text, made.claim) for made in found.claims] == [
        (1, "Moss is bitter.", "taste.bitter"),
        (4, "The herb is bitter.", "taste.bitter"),
    ]


def test_a_claim_comes_with_verdict_grade_reason_and_sources(tmp_path: Path) -> None:
    (made,) = report(tmp_path, "Moss is green and bitter.").claims
    assert (made.says, made.verdict, made.grade, made.why) == ("Moss is bitter.", "supported", "B", "People said so.")
    assert made.citations == ("a2020",)
    assert made.match == 0.67
    assert made.sources == (Source("a2020", "A 2020", "read in the published table"),)


def test_a_source_is_called_no_firmer_than_the_least_firm_fact_from_it(tmp_path: Path) -> None:
    facts = (
        fact("taste", "XX01", seen="full"),
        fact("bite", "XX01", seen="abs"),
        fact("smell", "XX01", citation="b2021", seen="sec"),
        fact("feel", "XX01", citation="c2022", grade="S", seen="full"),
    )
    (made,) = report(tmp_path, "Moss is bitter.", *facts).claims
    assert [(source.key, source.firmness) for source in made.sources] == [
        ("a2020", "read in the abstract only"),
        ("b2021", "known second-hand only"),
        ("c2022", "a secondary page, not a study"),
    ]


def test_a_fact_that_rests_on_others_brings_their_sources(tmp_path: Path) -> None:
    facts = (
        fact("taste", citation="b2021"),
        fact("limit", "XX01", kind="threshold", citation="", seen=None, grade="derived", rests_on=("moss.taste",)),
    )
    (made,) = report(tmp_path, "Moss is bitter.", *facts, claims=CLAIMS.replace('"B"', '"derived"')).claims
    assert made.citations == ("b2021",)
    assert made.sources[0].firmness == "a choice of this project, worked out from the facts it rests on"


def test_law_is_always_to_be_confirmed(tmp_path: Path) -> None:
    data = folder(tmp_path, claims=CLAIMS.replace('rows = ["XX01"]', 'places = ["NO"]').replace('"B"', '"A"'))
    (data / "law").mkdir()
    (data / "law" / "world.toml").write_text(
        '[norway]\nplace = "NO"\nleaf = "prohibited"\nstatement = "Invented."\nstatute = "Act 1"\ncitation = "a2020"\ngrade = "A"\n'
        'seen = "full"\nchecked_on = 2026-03-01\nas_of = 2026-03-01\nfrom = 2020-01-01\n'
    )
    (made,) = check_text("Moss is bitter.", load_claims(knowledge(), data), knowledge()).claims
    assert made.sources == (Source("a2020", "A 2020", CONFIRM),)


def test_what_was_looked_for_and_not_found_names_no_source(tmp_path: Path) -> None:
    absent = fact("taste", "XX01", kind="absence", citation="", seen=None, grade="none")
    (made,) = report(tmp_path, "Moss is bitter.", absent, claims=CLAIMS.replace('"B"', '"none"')).claims
    assert (made.grade, made.citations, made.sources) == ("none", (), ())


def test_what_the_text_leaves_out_of_the_substance_it_names(tmp_path: Path) -> None:
    found = report(tmp_path, "Moss grows.")
    assert found.substances == ("moss",)
    (left_out,) = found.omissions
    assert (left_out.topic, left_out.substance, left_out.title, left_out.why) == ("fire", "moss", "Fire", "Moss burns.")
    assert left_out.citations == ("a2020",)


@pytest.mark.parametrize("mention", ["It may cause a fire.", "Can moss catch fire?", "It burned the house down.", "- Fires"])
def test_any_mention_will_do(tmp_path: Path, mention: str) -> None:
    assert report(tmp_path, f"Moss grows.\n\n{mention}").omissions == ()


def test_a_text_on_something_else_is_not_asked_what_it_leaves_out(tmp_path: Path) -> None:
    found = report(tmp_path, "Ferns are bitter.")
    assert (found.substances, found.claims, found.omissions, found.references) == ((), (), (), ())


def test_sources_and_grades_are_spelled_out_once_each(tmp_path: Path) -> None:
    found = report(tmp_path, "Moss is bitter. Bitter moss!")
    assert [(each.key, each.text) for each in found.references] == [("a2020", "A 2020, Invented")]
    assert found.grades == {"B": "one controlled study in people, or a large systematic collection of data"}


def test_the_same_text_gives_the_same_report(tmp_path: Path) -> None:
    assert report(tmp_path / "a", "Moss is bitter.") == report(tmp_path / "b", "Moss is bitter.")


def test_the_fields_of_the_json_are_as_promised(tmp_path: Path) -> None:
    given = msgspec.to_builtins(report(tmp_path, "Moss is bitter."))
    assert {"format", "sentences", "unrecognised", "claims", "omissions"} <= set(given)
    promised = {"sentence", "text", "claim", "verdict", "grade", "why", "citations", "match"}
    assert promised <= set(given["claims"][0])
    assert {"topic", "why", "citations"} <= set(given["omissions"][0])
