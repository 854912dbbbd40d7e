"""A first guess at what an unknown table means, for the person to put right: how it is written, and what its columns may be."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.exchange.table import number
from steelyard.records.model import Scale
from steelyard.records.time import parse

DELIMITERS = (",", ";", "\t", "|")
# Day first and month first cannot be told apart by every table: the first that reads all samples is proposed, and shown.
FORMATS = (
    *("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
    *("%d.%m.%y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%m/%d/%Y %I:%M %p", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y"),
    *("%Y/%m/%d %H:%M", "%Y/%m/%d"),
)
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p")
_SAMPLES = 200
_SHOWN = 3
_MOST_COLUMNS = 200
_COMMA = re.compile(r"[+-]?\d+,\d+")
_MASS = re.compile(r"(?<![a-z])(g|mg|ug|ml)(?![a-z])|(gram)", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column: some of its cells, whether it holds numbers, and what it may be.

    `guess` is `time` (day and clock time, or a day), `clock` (a time of day alone), `scale`, `dose`, or empty: nothing is guessed.
    `detail` is the scale, or the unit of the dose.
    """

    name: str
    samples: tuple[str, ...]
    numeric: bool
    guess: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Proposal:
    """How the table is written, and its columns in order. `time_format` is empty for ISO 8601, or where no time was found."""

    delimiter: str
    decimal: str
    encoding: str
    time_format: str
    columns: tuple[Column, ...]


def propose(head: bytes, scales: Mapping[str, Scale]) -> Proposal | None:
    """A proposal from the beginning of a file; `None` where it looks like no table: fewer than two columns, or no second row."""
    text, encoding = _decoded(head)
    if text.lstrip()[:1] in ("{", "[", "<") or "\0" in text:
        return None
    delimiter, rows = _rows(text)
    if len(rows) < 2 or not 2 <= len(rows[0]) <= _MOST_COLUMNS:
        return None
    header = [cell.strip() for cell in rows[0]]
    cells = [[row[index].strip() for row in rows[1:] if index < len(row)] for index in range(len(header))]
    decimal = "," if delimiter != "," and any(_COMMA.fullmatch(cell) for column in cells for cell in column) else "."
    form = ""
    columns = []
    timed = False
    for name, held in zip(header, cells, strict=True):
        filled = [cell for cell in held if cell]
        found = None if timed else _time_format(filled)
        if found is not None:
            timed, form = True, found
            columns.append(Column(name, tuple(filled[:_SHOWN]), False, "time"))
        else:
            columns.append(_column(name, filled, decimal, scales))
    return Proposal(delimiter, decimal, encoding, _with_clock(form, columns), tuple(columns))


def _decoded(head: bytes) -> tuple[str, str]:
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        return whole.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return whole.decode("cp1252", errors="replace"), "cp1252"


def _rows(text: str) -> tuple[str, list[list[str]]]:
    """The delimiter that cuts most rows into as many cells as the header has, and the rows it gives."""
    lines = [line for line in text.splitlines() if line.strip()][: _SAMPLES + 1]

    def cut(delimiter: str) -> list[list[str]]:
        try:
            return list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return []

    def fits(delimiter: str) -> tuple[int, int]:
        rows = cut(delimiter)
        width = len(rows[0]) if rows else 0
        return sum(len(row) == width for row in rows) if width > 1 else 0, width

    best = max(DELIMITERS, key=fits)
    return best, cut(best)


def _time_format(cells: list[str]) -> str | None:
    """The format that reads every cell: empty for ISO 8601, `None` where there is none."""
    if not cells:
        return None
    if all(parse(cell) is not None for cell in cells):
        return ""
    return _all_read(cells, FORMATS)


def _all_read(cells: Sequence[str], formats: Sequence[str]) -> str | None:
    return next((form for form in formats if all(_strptime(cell, form) for cell in cells)), None)


def _strptime(cell: str, form: str) -> bool:
    try:
        datetime.strptime(cell, form)
    except ValueError:
        return False
    return True


def _with_clock(form: str, columns: list[Column]) -> str:
    """The format of day and clock time together, where a column of clock times stands beside a column of days."""
    clock = next((column.detail for column in columns if column.guess == "clock"), "")
    if not clock or any(part in form for part in ("%H", "%I")):
        return form
    if not form:
        return "" if clock != "%I:%M %p" else "%Y-%m-%d %I:%M %p"
    return f"{form} {clock}"


def _column(name: str, cells: list[str], decimal: str, scales: Mapping[str, Scale]) -> Column:
    samples = tuple(cells[:_SHOWN])
    if not cells:
        return Column(name, samples, False)
    clock = _all_read(cells, CLOCKS)
    if clock is not None:
        return Column(name, samples, False, "clock", clock)
    values = [number(cell, decimal) for cell in cells]
    if not all(isinstance(value, float) for value in values):
        return Column(name, samples, False)
    scale = scales.get("_".join(name.casefold().replace("-", " ").split()))
    if scale is not None:
        return Column(name, samples, True, "scale", scale.id)
    unit = _MASS.search(name)
    if unit is not None:
        return Column(name, samples, True, "dose", (unit[1] or "g").lower().replace("ml", "mL"))
    return Column(name, samples, True)
