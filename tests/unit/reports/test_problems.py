"""A thousand lines with one fault are one thing to read."""

from steelyard.exchange.foreign import LeftOut
from steelyard.findings.model import JournalSummary, ProblemLine
from steelyard.records.model import Problem
from steelyard.records.problems import Problems
from steelyard.reports.problems import kinds, reading, told, where

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


def left(count: int, line: int, what: str, why: str = "no use") -> Problem:
    return LeftOut(count, line, what, why).problem()


def test_counted_entries_are_told_by_their_reason_with_how_many_of_what() -> None:
    assert told([left(2, 9, "steps"), left(1_200, 4, "heart rate"), left(3, 30, "energy", "broken")]) == [
        "1,202 entries (1,200 heart rate, 2 steps), first on line 4: no use; left out",
        "3 entries (energy), first on line 30: broken; left out",
    ]


def test_more_than_three_names_are_cut_with_a_count() -> None:
    names = [left(count, 10 - count, name) for count, name in enumerate("abcde", start=1)]
    assert told(names) == ["15 entries (5 e, 4 d, 3 c and 2 more kinds), first on line 5: no use; left out"]


def test_one_entry_stands_on_a_line() -> None:
    assert told([left(1, 7, "menstrual flow", "no bleeding that day")]) == [
        "1 entry (menstrual flow), on line 7: no bleeding that day; left out"
    ]


def test_what_was_done_otherwise_is_another_kind() -> None:
    joined = LeftOut(4, 2, "sleep", "no use", "put together").problem()
    assert len(told([joined, left(1, 3, "sleep")])) == 2


def test_a_run_that_was_cut_short_counts_as_long_as_it_was() -> None:
    """45 lines with one fault: 20 are kept, and a count of the other 25."""
    found = Problems()
    for line in range(1, 46):
        found.add(Problem(line, "time", "time.odd", "the time is odd", "assumed UTC"))
    assert told(found.listed()) == ["45 times, lines 1, 2, 3, 4, 5 and 40 more, time: the time is odd; assumed UTC"]


def test_what_is_said_of_the_whole_file_comes_first() -> None:
    whole = Problem(0, "", "file.layout", "the layout is a guess", "look")
    column = Problem(0, "pain", "csv.no_column", "the table has no such column", "read on")
    assert told([left(9, 2, "steps"), whole, column]) == [
        "the layout is a guess; look",
        "pain: the table has no such column; read on",
        "9 entries (steps), first on line 2: no use; left out",
    ]


def test_nothing_is_told_of_nothing() -> None:
    assert told([]) == []
