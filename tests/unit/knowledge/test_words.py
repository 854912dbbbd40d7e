from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from steelyard.knowledge.model import Fact, Grade, Reference, Seen
from steelyard.knowledge.words import GRADES, READ, cite, cite_short, firmness, verified

FACT = Fact(
    id="x.y", subject="x", name="y", statement="Invented.", citation="k", grade="B", seen="full", checked_on=date(2026, 3, 1)
)
REFERENCE = Reference(
    id="k", type="article-journal", author=("Example",), issued=(2020, 5), container_title="J Ex", volume="3", page="4-9"
)


@pytest.mark.parametrize(("seen", "expected"), [("full", True), ("tab", True), ("abs", False), ("sec", False), (None, False)])
@pytest.mark.parametrize("grade", ["A", "B", "C", "D", "E"])
def test_only_a_text_or_table_that_was_read_is_verified(grade: Grade, seen: Seen | None, expected: bool) -> None:
    assert verified(replace(FACT, grade=grade, seen=seen)) is expected


@pytest.mark.parametrize("seen", [*get_args(Seen), None])
@pytest.mark.parametrize("grade", ["S", "U", "none", "derived", "convention"])
def test_some_grades_are_never_verified_however_much_was_read(grade: Grade, seen: Seen | None) -> None:
    assert not verified(replace(FACT, grade=grade, seen=seen))


@pytest.mark.parametrize(
    ("grade", "seen", "words"),
    [
        ("A", "abs", "read in the abstract only"),
        ("B", "sec", "known second-hand only"),
        ("D", "full", "read in full"),
        ("C", "tab", "read in the published table"),
        ("S", "full", "a secondary page, not a study"),
        ("U", "sec", "recalled and never checked"),
        ("none", None, "looked for and not found"),
        ("convention", None, "a convention of this project, not evidence"),
        ("derived", None, "a choice of this project, worked out from the facts it rests on"),
    ],
)
def test_firmness_in_words(grade: Grade, seen: Seen | None, words: str) -> None:
    assert firmness(replace(FACT, grade=grade, seen=seen)) == words


def test_every_grade_and_depth_of_reading_has_words() -> None:
    assert set(GRADES) == set(get_args(Grade))
    assert set(READ) == set(get_args(Seen))


def test_a_figure_that_is_not_used_is_not_verified_however_much_was_read() -> None:
    assert verified(FACT)
    assert not verified(replace(FACT, not_used="an invented reason"))


def test_short_citation_names_one_two_or_the_first_of_many() -> None:
    assert cite_short(REFERENCE) == "Example 2020"
    assert cite_short(replace(REFERENCE, author=("Example", "Other"))) == "Example and Other 2020"
    assert cite_short(replace(REFERENCE, author=("Example", "Other", "Third"))) == "Example et al. 2020"


def test_long_citation_leaves_out_what_is_not_recorded() -> None:
    assert cite(REFERENCE) == "Example 2020, J Ex 3:4-9"
    assert cite(replace(REFERENCE, volume="")) == "Example 2020, J Ex 4-9"
    assert cite(replace(REFERENCE, container_title="", volume="", page="", title="A page", URL="https://example.org")) == (
        "Example 2020, A page, https://example.org"
    )
    assert cite(replace(REFERENCE, title="On examples", DOI="10.1/x")) == "Example 2020, On examples, J Ex 3:4-9, doi:10.1/x"


def test_source_without_a_date_says_so() -> None:
    assert cite_short(replace(REFERENCE, issued=())) == "Example (no date)"
    assert cite(replace(REFERENCE, issued=())) == "Example (no date), J Ex 3:4-9"


def test_of_many_authors_the_long_citation_names_three() -> None:
    six = tuple("ABCDEF")
    assert cite(replace(REFERENCE, author=six)).startswith("A, B, C, D, E, F 2020")
    assert cite(replace(REFERENCE, author=(*six, "G"))).startswith("A, B, C, et al. 2020")
