"""The claims of a text in a terminal."""

import pytest

from steelyard.findings.claims import ClaimsReport, Made, Omitted, Reference, Source
from steelyard.reports.claims import claims_text

READ = Source("a2020", "A 2020", "read in full")


def made(sentence: int = 1, claim: str = "hair.loss", **given: object) -> Made:
    fields = {"text": "Moss costs hair.", "says": "Moss makes bald.", "verdict": "no_evidence", "grade": "C", "why": "Nobody looked.",
              "citations": ("a2020",), "match": 0.8, "sources": (READ,)}  # fmt: skip
    return Made(sentence=sentence, claim=claim, **{**fields, **given})  # type: ignore[arg-type]


def report(
    *claims: Made, omissions: tuple[Omitted, ...] = (), substances: tuple[str, ...] = ("moss",), **given: object
) -> ClaimsReport:
    fields = {"format": 1, "steelyard": "0", "knowledge": "v", "sentences": 9, "unrecognised": 7, "references": (),
              "grades": {"C": "surveys"}}  # fmt: skip
    return ClaimsReport(claims=claims, omissions=omissions, substances=substances, **{**fields, **given})  # type: ignore[arg-type]


def told(*claims: Made, **given: object) -> str:
    """The whole answer on one line."""
    return " ".join(claims_text(report(*claims, **given)).split())  # type: ignore[arg-type]


def test_counts_come_first() -> None:
    said = told(made(), made(2, "b", verdict="contradicted"), made(2, "c"))
    assert "9 sentences: a known claim in 2, none recognised in 7." in said
    assert "3 claims: no evidence found 2, contradicted 1." in said
    assert "were not judged" in said


def test_each_sentence_is_quoted_with_its_number_and_each_claim_with_verdict_reason_grade_and_source() -> None:
    assert (
        '1. "Moss costs hair." NO EVIDENCE FOUND: Moss makes bald. Nobody looked. Grade C. Sources: A 2020, read in full.'
        in told(made())
    )


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("supported", "SUPPORTED:"),
        ("partly", "PARTLY SUPPORTED:"),
        ("no_evidence", "NO EVIDENCE FOUND:"),
        ("contradicted", "CONTRADICTED:"),
        ("depends_on_place", "DEPENDS ON THE PLACE:"),
    ],
)
def test_every_verdict_in_words(verdict: str, word: str) -> None:
    assert word in told(made(verdict=verdict))


def test_a_claim_met_again_points_back() -> None:
    said = told(made(2), made(5), made(5, "b"))
    assert said.count("Nobody looked.") == 2  # once for each claim
    assert '5. "Moss costs hair." NO EVIDENCE FOUND: Moss makes bald. See sentence 2.' in said


def test_a_claim_made_twice_in_one_sentence_does_not_point_at_itself() -> None:
    assert "See sentence" not in told(made(2), made(2, "b"))


def test_what_was_not_found_has_no_grade_and_no_source() -> None:
    said = told(made(grade="none", sources=()), grades={"none": "not found"})
    assert "Nobody looked. Nothing to grade was found. " in said
    assert "Grade none" not in said and "Sources:" not in said


def test_long_lists_of_sources_are_cut_and_equal_ones_named_once() -> None:
    sources = [Source(f"k{i}", f"Name {i}", "read in full") for i in range(6)]
    said = told(made(sources=(*sources, Source("k9", "Name 5", "read in full"))))
    assert "Name 3, read in full; and 2 more." in said
    assert "Name 4" not in said


def test_what_is_left_out_comes_after_the_sentences_with_its_sources() -> None:
    said = told(made(), omissions=(Omitted("fire", "moss", "Fire", "Moss burns.", ("a2020",), (READ,)),))
    assert "What the text leaves out about moss ---" in said
    assert "- Fire. Moss burns. Sources: A 2020, read in full." in said
    assert said.index("Nobody looked.") < said.index("Moss burns.")


def test_a_text_that_leaves_nothing_out_is_told_so() -> None:
    assert "What the text leaves out about moss and fern: none of the dangers looked for." in told(substances=("moss", "fern"))


def test_a_text_on_nothing_known_is_told_so() -> None:
    said = told(substances=(), unrecognised=9)
    assert "No claim that is held here was recognised. That does not make the text right or wrong." in said
    assert "names no substance" in said


def test_grades_and_references_are_spelled_out() -> None:
    said = told(made(), references=(Reference("b", "Zet 2021"), Reference("a", "abel 2020")))
    assert "Grade C: surveys." in said
    assert said.index("- abel 2020") < said.index("- Zet 2021")


def test_it_ends_by_saying_what_it_is_not() -> None:
    said = told(made())
    assert "it says nothing about your own case" in said
    assert "Do not stop or cut down abruptly" in said and "advises no dose" in said


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = made(text="Moss costs hair. " * 20, why="Nobody looked at it. " * 20)
    omissions = (Omitted("fire", "moss", "Fire", "Moss burns. " * 20, (), ()),)
    references = (Reference("a", "A very long title of a source " * 5),)
    lines = claims_text(report(long, omissions=omissions, references=references), width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)
