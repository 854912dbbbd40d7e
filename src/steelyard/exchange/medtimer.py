"""MedTimer: its table of events and its JSON backup. What was marked as taken becomes a dose; nothing else was taken.

Source: Futsch1/medTimer, feature/ui/exporters/CSVEventExport.kt, core/domain/backup/ReminderEventBackup.kt, database/backup/BackupManager.kt.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from steelyard.exchange import document
from steelyard.exchange.document import numeral, objects, text
from steelyard.exchange.foreign import SKIPPED, Ids, LeftOut, Tally, Told, from_epoch, zone_assumed
from steelyard.exchange.table import cells
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

NAME = "medtimer"
LAYOUT = "the app's source code"
_CELLS = 9
_ISO = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\D.*)?", re.DOTALL)
_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
_NOT_TAKEN = {
    "RAISED": "not answered: nobody knows whether it was taken",
    "SKIPPED": "marked as skipped: not taken",
    "DELETED": "deleted in the app",
    "ACKNOWLEDGED": "a reminder of something else than a dose",
}
_EMPTY = "not marked as taken"
_UNKNOWN = "marked in a way that is not known here"


def looks_like(head: bytes, name: str) -> bool:
    """By the words of an event in the backup, or by a first row of nine cells of which the last but one is a UTC time."""
    if b'"remindedTimestamp"' in head and b'"medicineName"' in head:
        return True
    parts = [line.split(b";") for line in head.split(b"\n", 2)[:2]]
    if len(parts) < 2 or len(parts[0]) != _CELLS or len(parts[1]) < _CELLS:
        return False
    return _ISO.fullmatch(parts[1][-2].strip()) is not None


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Doses as they were marked. Their instants carry no zone of the person, so the zone told is taken."""
    start = stream.read(64)
    stream.seek(0)
    yield zone_assumed(told)
    events = _backup if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else _table
    yield from events(stream, _Doses(told))


def _backup(stream: BinaryIO, doses: "_Doses") -> Iterator[Row | LeftOut]:
    held = document.read(stream)
    if isinstance(held, document.Unreadable):
        yield held.problem
        return
    root = held.get("events", held) if isinstance(held, dict) else held
    if isinstance(root, str):  # a backup within the backup is kept as text
        root = document.parsed(root.encode())
    if isinstance(held, dict) and held.get("medicines"):
        doses.tally.leave(1, "medicines", "plans and reminders; only what was marked as taken is read")
    for found in objects(root.get("list") if isinstance(root, dict) else root, "events"):
        if isinstance(found, Problem):
            yield found
            continue
        place, event = found
        status = text(event.get("status")).upper()
        if status != "TAKEN":
            doses.tally.leave(place, "events", _NOT_TAKEN.get(status, _UNKNOWN))
            continue
        taken, reminded = numeral(event.get("processedTimestamp")), numeral(event.get("remindedTimestamp"))
        yield doses.row(place, event.get("medicineName"), event.get("amount"), taken or reminded, event.get("notes"))
    yield from doses.tally.told()


def _table(stream: BinaryIO, doses: "_Doses") -> Iterator[Row | LeftOut]:
    """The cells are not quoted; a semicolon too many can only stand in the notes, the seventh of nine."""
    first = True
    for row in cells(stream, ";", quoted=False):
        if isinstance(row, Problem):
            yield row
            continue
        if first:
            first = False
            continue
        if len(row.cells) < _CELLS:
            yield Problem(row.line, "", "csv.cells", f"expected {_CELLS} cells, found {len(row.cells)}", SKIPPED)
            continue
        taken = row.cells[-1].strip()
        if not taken:
            doses.tally.leave(row.line, "events", _EMPTY)
            continue
        when = parse(taken)
        seconds = when.timestamp() if isinstance(when, datetime) and when.tzinfo else taken
        yield doses.row(row.line, row.cells[1], row.cells[2], seconds, ";".join(row.cells[6:-2]))
    yield from doses.tally.told()


class _Doses:
    """Makes doses of events; the same event has the same id in the table and in the backup."""

    def __init__(self, told: Told) -> None:
        self.tally = Tally()
        self._told = told
        self._ids = Ids(NAME)

    def row(self, place: int, medicine: Any, said: Any, taken: float | str | None, notes: Any) -> Row:
        amount, unit = _amount(text(said))
        when = from_epoch(taken, self._told) or taken if isinstance(taken, int | float) else taken
        fields = {
            "record": "dose",
            "id": self._ids.of(text(medicine), str(when.astimezone(UTC) if isinstance(when, datetime) else taken)),
            "time": when,
            "substance": text(medicine),
            "amount": amount,
            "unit": unit,
            "note": text(notes) or None,
        }
        return place, Cells({name: value for name, value in fields.items() if value is not None}, {"time": "Taken"})


def _amount(said: str) -> tuple[float | str | None, str | None]:
    """Amount and unit; what can be read in two ways, such as `1,000 mg`, and what is no amount stays as it was said, to be set aside."""
    found = _AMOUNT.fullmatch(said)
    if found is None or _THOUSANDS.fullmatch(found[1]):
        return said or None, None
    return float(found[1].replace(",", ".")), (found[2] or "").strip() or None
