"""Problems stay few however bad the file is, and the counts stay right."""

from steelyard.records.model import Problem
from steelyard.records.problems import KEEP, MOST_GROUPS, Note, Problems, shown


def problem(line: int, code: str = "line.nul", field: str = "") -> Problem:
    return Problem(line, field, code, "what was wrong", "skipped this record")


def test_the_first_ones_are_listed_and_the_rest_counted() -> None:
    problems = Problems()
    for line in range(1, 12_366):
        problems.add(problem(line))
    listed = problems.listed()
    assert [found.line for found in listed] == [*range(1, KEEP + 1), KEEP + 1]
    assert listed[-1].message == f"and {12_365 - KEEP:,} more like this, from here on"
    assert listed[-1].action == "skipped this record"


def test_exactly_as_many_as_are_kept_need_no_count() -> None:
    problems = Problems()
    for line in range(1, KEEP + 1):
        problems.add(problem(line))
    assert [found.message for found in problems.listed()] == ["what was wrong"] * KEEP


def test_codes_are_counted_apart_and_listed_by_line() -> None:
    problems = Problems()
    for line in (9, 3, 7):
        problems.add(problem(line, f"code.{line}"))
    assert [found.code for found in problems.listed()] == ["code.3", "code.7", "code.9"]


def test_notes_marked_once_are_listed_once_a_group() -> None:
    problems = Problems()
    for line in range(1, 6):
        problems.note(line, (Note("mood", "field.unknown", "no such field", "kept it", once="rating.mood"),))
    problems.note(6, (Note("colour", "field.unknown", "no such field", "kept it", once="rating.colour"),))
    assert [(found.line, found.message) for found in problems.listed()] == [
        (1, "no such field"),
        (2, "and 4 more like this, from here on"),
        (6, "no such field"),
    ]


def test_endless_groups_do_not_make_endless_messages() -> None:
    problems = Problems()
    for line in range(1, 5_001):
        problems.note(line, (Note(f"f{line}", "field.unknown", "no such field", "kept it", once=f"rating.f{line}"),))
    assert len(problems.listed()) <= MOST_GROUPS + KEEP + 1


def test_the_column_of_a_table_is_named_instead_of_the_field() -> None:
    problems = Problems()
    problems.note(4, (Note("value", "field.wrong_type", "expected a number", "skipped"),), {"value": "How bad is it?"})
    assert problems.listed()[0].field == "How bad is it?"


def test_shown_is_short_and_keeps_letters() -> None:
    assert shown("schön") == '"schön"'
    assert len(shown("x" * 1_000_000)) < 60
