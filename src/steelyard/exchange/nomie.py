"""Nomie (4 to 6): its table of trackers, and its JSON backups, in which trackers stand in the text: `#pain(6) #kratom(2.5) +work`.

Source: open-nomie/nomie5, modules/export/csv.ts; open-nomie/nomie6-oss, modules/import/import.n5.ts, modules/tokenizer/lite.ts,
domains/storage/import-export.ts, domains/nomie-log/nomie-log.ts.
"""

import re
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any, BinaryIO

from steelyard.exchange import document
from steelyard.exchange.document import numeral, objects, text
from steelyard.exchange.foreign import LeftOut, Told, from_epoch, zone_assumed
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.validate import Row

NAME = "nomie"
LAYOUT = "the app's source code"
_COLUMNS = b"epoch,start,end,offset,"
_BOOKS = "/books/"
_MS = 1000  # in a second
_TOKEN = re.compile(r"(?<!\S)([#+@])([^\s#+@()]{1,100}+)(?:\(([^()\s]{0,40})\)|(?!\())")
_DURATION = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d)")
_AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)[a-zA-Z/%$]*")
_WIDEST_OFFSET = 14 * 60
_PEOPLE = "people who were there"
_PLACE = "where it was"


def looks_like(head: bytes, name: str) -> bool:
    """By the header of the table, or by the words of a backup."""
    if head.removeprefix(b"\xef\xbb\xbf").startswith(_COLUMNS):
        return True
    return (b'"trackers"' in head and b'"nomie"' in head) or (
        b'"files"' in head and _BOOKS.encode() in head and b'"version"' in head
    )


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Values of trackers, at the end of each entry; the rest of its text is kept as a note. A bare tracker counts 1, as in the app."""
    start = stream.read(64)
    stream.seek(0)
    entries = _backup if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _table
    reader = _Reader(told)
    yield from reader.series.preamble()
    yield from entries(stream, reader)
    if reader.zoneless:
        yield zone_assumed(told)
    yield from reader.series.told()


def _table(stream: BinaryIO, reader: "_Reader") -> Iterator[Row]:
    for found in rows(stream):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        if cells.get("location") or cells.get("lat"):
            reader.series.tally.leave(line, "location", _PLACE)
        when = reader.when(number(cells.get("epoch", "")), number(cells.get("offset", "")))
        if cells.get("tracker", "note") == "note":
            yield from reader.entry(line, when, cells.get("note", ""))
        else:
            value = number(cells.get("value", ""))
            yield from reader.series.rows(Seen(line, cells["tracker"], when, value if value != "" else None))


def _backup(stream: BinaryIO, reader: "_Reader") -> Iterator[Row]:
    held = document.read(stream)
    if isinstance(held, document.Unreadable):
        yield held.problem
        return
    if not isinstance(held, dict):
        yield Problem(0, "", "file.layout", "expected a backup: an object", "read nothing")
        return
    lists = [held.get("events")]
    if isinstance(held.get("files"), dict):
        lists += [entries for path, entries in held["files"].items() if _BOOKS in f"/{path}"]
    place = 0
    for entries in lists:
        for found in objects(entries, "events"):
            place += 1
            if isinstance(found, Problem):
                yield found
                continue
            log = found[1]
            if log.get("lat") or log.get("location"):
                reader.series.tally.leave(place, "location", _PLACE)
            yield from reader.entry(place, reader.when(log.get("end"), log.get("offset")), text(log.get("note")))


class _Reader:
    def __init__(self, told: Told) -> None:
        self.series = Series(NAME, told)
        self.zoneless = False
        self._told = told

    def when(self, epoch_ms: Any, west_minutes: Any) -> Any:
        """The instant, with the offset the entry carries (minutes west of Greenwich, as browsers count them)."""
        ms, west = numeral(epoch_ms), numeral(west_minutes)
        moment = None if ms is None else from_epoch(ms, self._told, _MS)
        if moment is None:
            return str(epoch_ms or "")
        if west is None or abs(west) > _WIDEST_OFFSET:
            self.zoneless = True
            return moment
        return moment.astimezone(timezone(timedelta(minutes=-round(west))))

    def entry(self, line: int, when: Any, note: str) -> Iterator[Row]:
        """One entry: its trackers (#) and what was going on (+) by name, and the words that are left as a note."""
        for sign, name, said in _TOKEN.findall(note):
            if sign == "@":
                self.series.tally.leave(line, "people", _PEOPLE)
            else:
                yield from self.series.rows(Seen(line, name, when, _value(said) if sign == "#" else None))
        words = " ".join(_TOKEN.sub(" ", note).split())
        if words:
            yield from self.series.note(line, when, words)


def _value(said: str) -> float | str:
    if not said:
        return 1.0
    if found := _DURATION.fullmatch(said):
        return int(found[1]) * 60 + int(found[2]) + int(found[3]) / 60
    found = _AMOUNT.fullmatch(said)
    return said if found is None else float(found[1])
