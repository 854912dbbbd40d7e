"""A thousand lines with one fault are one thing to read."""

from steelyard.findings.model import JournalSummary, ProblemLine
from steelyard.reports.problems import kinds, reading, where

from .weighings import problems


def summary(read: int, used: int) -> JournalSummary:
    return JournalSummary("0", None, None, read, used, ())


def test_kinds_come_most_frequent_first_then_in_file_order() -> None:
    found = kinds(problems())
    assert [kind.code for kind in found] == [
        "time.missing_offset",
        "value.out_of_range",
        "amount.negative",
        "record.unknown",
        "json.bad",
    ]
    assert found[0].many == 18
    assert found[0].lines == tuple(range(40, 58))


def test_the_example_is_the_first_line_of_its_kind() -> None:
    late, early = ProblemLine(9, "a", "late", "left out"), ProblemLine(2, "a", "early", "left out")
    assert kinds((late, early))[0].first == early


def test_no_problems_are_no_kinds() -> None:
    assert kinds(()) == []


def test_reading_says_how_much_was_used() -> None:
    assert reading(summary(834, 810)) == "Read 834 records: 810 used, 24 not."
    assert reading(summary(1, 1)) == "Read 1 record: all of them used."
    assert reading(summary(1_000_000, 999_999)) == "Read 1,000,000 records: 999,999 used, 1 not."


def test_long_lists_of_lines_are_cut_with_a_count() -> None:
    assert where((17,)) == "line 17"
    assert where((1, 2)) == "lines 1, 2"
    assert where(tuple(range(1, 1209))) == "lines 1, 2, 3, 4, 5 and 1,203 more"
