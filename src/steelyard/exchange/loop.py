"""Loop Habit Tracker: its zip of tables. A day that was not answered is no day without the habit.

Source: iSoron/uhabits, core/io/HabitsCSVExporter.kt, core/models/HabitList.kt and Entry.kt.
"""

from collections.abc import Generator, Iterator
from typing import BinaryIO

from steelyard.exchange.archive import Archive, unpack
from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import rows
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Row

NAME = "loop"
LAYOUT = "the app's source code"
_HABITS = "Habits.csv"
_MARKS = "/Checkmarks.csv"
_ANSWERS = {"YES_MANUAL": 1.0, "NO": 0.0}
_NO_ANSWER = {
    "UNKNOWN": "not answered: unknown is not no",
    "YES_AUTO": "filled in by the app and not observed",
    "SKIP": "marked as not applying that day",
}
_THOUSANDTHS = 1000
_NUMERICAL = "NUMERICAL"


def looks_like(head: bytes, name: str) -> bool:
    """By the names in the zip."""
    names = head.splitlines()
    return _HABITS.encode() in names and any(one.endswith(_MARKS.encode()) for one in names)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """One value a day and habit: 1 for yes, 0 for no, or the amount. Only days that were answered become records."""
    archive = unpack(stream)
    if isinstance(archive, Problem):
        yield archive
        return
    series = Series(NAME, told)
    yield from series.preamble(clock_times=True)
    habits = yield from _habits(archive)
    for name in sorted(archive.names):
        if name.endswith(_MARKS):
            habit, numerical = habits.get(name.split(" ")[0], (name.removesuffix(_MARKS).split(" ", 1)[-1], False))
            yield from _days(archive, name, habit, numerical, series)
        elif name.endswith("/Scores.csv"):
            series.tally.leave(1, name, "what the app computes from the days")
    yield from series.told()


def _habits(archive: Archive) -> Generator[Row, None, dict[str, tuple[str, bool]]]:
    """The name of each habit by its number, and whether it is measured in numbers."""
    habits: dict[str, tuple[str, bool]] = {}
    member = archive.open(_HABITS)
    if isinstance(member, Problem):
        yield member
        return habits
    for found in rows(member):
        if isinstance(found, Problem):
            yield found
        else:
            habits[found[1].get("Position", "")] = found[1].get("Name", ""), found[1].get("Type") == _NUMERICAL
    yield from member.problems()
    return habits


def _days(archive: Archive, name: str, habit: str, numerical: bool, series: Series) -> Iterator[Row]:
    member = archive.open(name)
    if isinstance(member, Problem):
        yield member
        return
    for found in rows(member):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        said, day = cells.get("Value", ""), cells.get("Date", "")
        if said in _NO_ANSWER:
            series.tally.leave(line, habit, _NO_ANSWER[said])
            continue
        value: float | str = _ANSWERS.get(said, said)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value) / _THOUSANDTHS if numerical else float(value)
        yield from series.rows(Seen(line, habit, parse(day) or day, value, note=cells.get("Notes", "")))
    yield from member.problems()
