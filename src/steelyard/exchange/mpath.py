"""m-Path (studies by phone): its table of answers.

Source: m-path-io/mpathr, R/read_mpath.R, R/timestamps_to_datetime.R (times are local) and inst/testdata (layout only).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import BinaryIO

from steelyard.exchange.foreign import OTHER_PERSON, LeftOut, Told, whose
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.validate import Row

NAME = "m-path"
LAYOUT = "its own R package"
_EPOCH = datetime(1970, 1, 1)
_WIDEST_OFFSET_S = 14 * 3600
_ABOUT = (
    *("connectionId", "legacyCode", "code", "alias", "initials", "accountCode", "scheduledBeepId", "sentBeepId"),
    *("reminderForOriginalSentBeepId", "questionListName", "questionListLabel", "fromProtocolName", "timeStampScheduled"),
    *("timeStampSent", "timeStampStart", "timeStampStop", "originalTimeStampSent", "timeZoneOffset", "deltaUTC"),
)
_LATER = ("_basic",)  # instructions: shown, and answered by nobody
_NOT_ANSWERED = "asked and not answered, which is no zero"


def looks_like(head: bytes, name: str) -> bool:
    """By the first of its columns, and by those of its times."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].replace(b'"', b"")
    return first.startswith(b"connectionId;") and b"timeStampStart" in first


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Answers by column, of one participant, at the time at which the questions were opened."""
    person = whose((cells.get("connectionId", "") for _, cells in _good(stream)), told)
    if not isinstance(person, str):
        yield from person
        return
    stream.seek(0)
    series = Series(NAME, told, keep=False)
    yield from series.preamble(clock_times=True)
    for found in rows(stream, ";"):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        if cells.get("connectionId", "") != person:
            series.tally.leave(line, cells.get("connectionId", ""), OTHER_PERSON)
            continue
        when = _when(cells)
        if when is None:
            series.tally.leave(line, cells.get("questionListName", ""), _NOT_ANSWERED)
            continue
        for column, cell in cells.items():
            if cell and column not in _ABOUT and not column.endswith(_LATER):
                said = cell.strip('"')
                yield from series.rows(Seen(line, column, when, number(said)))
    yield from series.told()


def _good(stream: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    return (found for found in rows(stream, ";") if not isinstance(found, Problem))


def _when(cells: dict[str, str]) -> datetime | str | None:
    """The local time at which the questions were opened, with its offset where the row has one; `None` where they were not."""
    start = number(cells.get("timeStampStart", "")) or number(cells.get("timeStampStop", ""))
    if not start:
        return None
    offset = number(cells.get("timeZoneOffset", ""))
    if isinstance(start, str):
        return start
    try:
        local = _EPOCH + timedelta(seconds=start)
    except OverflowError:
        return str(start)
    if isinstance(offset, str) or abs(offset) > _WIDEST_OFFSET_S:
        return local
    return local.replace(tzinfo=timezone(timedelta(minutes=round(offset / 60))))
