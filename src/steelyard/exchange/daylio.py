"""Daylio: its table of entries: a mood in words, activities, a note.

Source: MichaelCurrin/daylio-csv-parser, docs/csv-format.md and sample.csv; staticf0x/daylio-parser, its five default moods.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from steelyard.exchange.foreign import Ids, LeftOut, Told
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import rows
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

NAME = "daylio"
LAYOUT = "programs by others that read such files"
SCALE = "daylio_mood"
MOODS = {"awful": 1, "bad": 2, "meh": 3, "good": 4, "rad": 5}
_COLUMNS = b"full_date,date,weekday,time,mood,activities"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?:\s*([ap])\.?m\.?)?", re.IGNORECASE)


def looks_like(head: bytes, name: str) -> bool:
    """By its header."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(_COLUMNS)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """The mood on a scale of its own from 1 (awful) to 5 (rad), activities by name, and notes.

    Moods with names of one's own are kept as notes: the table does not say how good they are. Times are clock times of the phone.
    """
    series, ids = Series(NAME, told), Ids(f"{NAME}-mood")
    yield from series.preamble(clock_times=True)
    yield 0, Cells({"record": "scale", "id": SCALE, "family": "ordinal", "low": 1, "high": 5, "worse_is_up": False})
    for found in rows(stream):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        when = _when(cells.get("full_date", ""), cells.get("time", ""))
        mood = cells.get("mood", "")
        if mood.casefold() in MOODS:
            said = when if isinstance(when, str) else when.isoformat()
            fields = {"record": "rating", "id": ids.of(said, mood), "time": when, "scale": SCALE, "value": MOODS[mood.casefold()]}
            yield line, Cells(fields, {"time": "full_date + time", "value": "mood"})
        elif mood:
            yield from series.rows(Seen(line, "mood", when, mood))
        for activity in cells.get("activities", "").split("|"):
            if activity.strip():
                yield from series.rows(Seen(line, activity.strip(), when, None))
        note = ": ".join(part for part in (cells.get("note_title", ""), cells.get("note", "")) if part)
        if note:
            yield from series.note(line, when, note)
        if cells.get("scales"):
            series.tally.leave(line, "scales", "values of further scales, whose layout is not known here")
    yield from series.told()


def _when(day: str, clock: str) -> datetime | date | str:
    """Day and clock time, with or without am and pm; the text as it stands where they are none."""
    on, found = parse(day), _CLOCK.fullmatch(clock)
    if on is None or isinstance(on, datetime) or found is None:
        return f"{day} {clock}".strip()
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime.combine(on, time(hour, int(found[2])))
    except ValueError:
        return f"{day} {clock}"
