"""Raw rows to a journal and a list of problems: a bad row costs that row, never the journal.

Rows may come in any order, so everything is decoded first; only then are the zone, the scales and the products known that each
record is held against.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from steelyard.records.check import Setting, scale_problem, settle, values
from steelyard.records.decode import record_of
from steelyard.records.identity import Withdrawal, resolve
from steelyard.records.lines import fields_of
from steelyard.records.model import Entry, Journal, JournalHeader, Problem, Product, Record, Scale
from steelyard.records.offsets import zone_change
from steelyard.records.problems import NO_COLUMNS, Note, Notes, Problems, shown
from steelyard.records.time import NEVER, zone


@dataclass(frozen=True, slots=True)
class Cells:
    """One record taken from a table: its fields, and the column (or columns) each of them came from."""

    fields: Mapping[str, Any]
    columns: Mapping[str, str] = field(default_factory=lambda: NO_COLUMNS)


# A line number with what stands there, or a problem the reader met: with line 0 about the file, else it costs that line.
Row = tuple[int, bytes | Cells] | Problem

_STRICT: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_SHAPING = (JournalHeader, Product, Scale)
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def validate(rows: Iterable[Row], scales: Mapping[str, Scale], latest: datetime | None) -> tuple[Journal, list[Problem]]:
    """Make a journal of raw rows.

    `scales` are the shipped scales by id; `latest` (aware) is the last instant that can have happened, `None` = not checked.
    Returns the journal and all problems in order of line, long runs of one kind cut short and counted. Refuses nothing: input
    that holds no usable row gives an empty journal.
    """
    problems = Problems()
    decoded = _decode(rows, problems)
    header, setting = _setting(decoded, scales, latest, problems)
    _settle(decoded, setting, problems)
    resolve(decoded.records, decoded.lines, problems)
    records = tuple(record for record in decoded.records if isinstance(record, Entry))
    problems.note(*zone_change(zip(decoded.lines, decoded.records, strict=True), setting.zone))
    used = sum(not record.deleted for record in records) + (header is not None)
    return Journal(header, records, read=decoded.read, used=used), problems.listed()


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Decoded rows with their line numbers and, for tables, their columns; `None` where a row could not be used."""

    records: list[Record | Withdrawal | None]
    lines: "array[int]"
    columns: dict[int, Mapping[str, str]]
    read: int

    def note(self, index: int, notes: Notes, problems: Problems) -> None:
        problems.note(self.lines[index], notes, self.columns.get(index, NO_COLUMNS))


def _decode(rows: Iterable[Row], problems: Problems) -> _Decoded:
    records: list[Record | Withdrawal | None] = []
    lines = array("q")
    columns: dict[int, Mapping[str, str]] = {}
    lost = 0
    for row in rows:
        if isinstance(row, Problem):
            problems.add(row)
            lost += row.line > 0
            continue
        line, content = row
        try:
            records.append(_STRICT.decode(content))  # type: ignore[arg-type]
        except (TypeError, *_REFUSED):
            if isinstance(content, bytes) and not content.strip():
                continue
            record, notes = _slowly(content)
            if isinstance(content, Cells):
                columns[len(records)] = content.columns
            problems.note(line, notes, columns.get(len(records), NO_COLUMNS))
            records.append(record)
        lines.append(line)
    return _Decoded(records, lines, columns, read=len(records) + lost)


def _slowly(content: bytes | Cells) -> tuple[Record | Withdrawal | None, Notes]:
    if isinstance(content, Cells):
        return record_of(content.fields)
    fields, notes = fields_of(content)
    if fields is None:
        return None, notes
    record, more = record_of(fields)
    return record, notes + more


def _setting(
    decoded: _Decoded, shipped: Mapping[str, Scale], latest: datetime | None, problems: Problems
) -> tuple[JournalHeader | None, Setting]:
    """The journal record (the last, if there are several) and what all other records are held against."""
    header: JournalHeader | None = None
    scales = {name: values(scale) for name, scale in shipped.items()}
    products: set[str] = set()
    for index, record in enumerate(decoded.records):
        if not isinstance(record, _SHAPING) or record.deleted:
            continue
        if isinstance(record, JournalHeader):
            decoded.note(index, _header_notes(record, header), problems)
            header = record
        elif isinstance(record, Product):
            products.add(record.id)
        elif scale_problem(record, shipped) is None:
            scales[record.id] = values(record)
    where = zone(header.zone) if header is not None and header.zone else None
    return header, Setting(where, latest or NEVER, shipped, scales, frozenset(products))


def _header_notes(header: JournalHeader, earlier: JournalHeader | None) -> Notes:
    notes: Notes = ()
    if earlier is not None:
        notes += (Note("record", "journal.second", "there is more than one 'journal' record", "took the last one"),)
    if header.format != 1:
        message = f"expected format 1, found {header.format}"
        notes += (Note("format", "journal.format", message, "read it as format 1; a newer version may be needed"),)
    if header.zone and zone(header.zone) is None:
        message = f"expected an IANA zone such as America/Chicago, found {shown(header.zone)}"
        notes += (Note("zone", "journal.zone", message, "read on without a zone"),)
    return notes


def _settle(decoded: _Decoded, setting: Setting, problems: Problems) -> None:
    """Hold every record against the journal, in place; the journal record itself is no longer one of them."""
    records = decoded.records
    for index, record in enumerate(records):
        if isinstance(record, JournalHeader):
            records[index] = None
        elif isinstance(record, Entry):
            settled, notes = settle(record, setting)
            if settled is record and not notes:
                continue
            if settled is None and record.deleted and record.id is not None:
                records[index] = Withdrawal(type(record), record.id)
                continue
            records[index] = settled
            decoded.note(index, notes, problems)
