"""Tables (CSV) to rows for `records.validate`, by a mapping. A missing cell makes no record; it is never a zero."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from steelyard.exchange.mapping import DoseColumn, Mapping, load, read_time
from steelyard.exchange.source import Source, lines
from steelyard.records.model import Problem
from steelyard.records.problems import shown
from steelyard.records.validate import Cells, Row

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_SKIPPED = "skipped this row"
_BOM = b"\xef\xbb\xbf"


def read(table: Source, mapping: str | Path) -> Iterator[Row]:
    """The rows of a CSV table (a path or an open binary stream) as a mapping file says.

    Nothing is raised for bad input: what cannot be read comes as a problem among the rows, with the table's own line numbers and
    column names. One line of the table gives as many rows as it has ratings, doses and sessions.
    """
    spec = load(mapping)
    if isinstance(spec, Problem):
        yield spec
        return
    text = _Text(table, spec.encoding)
    reader: _RowReader | None = None
    for found in _lines_of(text, spec.delimiter):
        if isinstance(found, Problem):
            yield found
        elif reader is None:
            reader = _RowReader([cell.strip() for cell in found], spec)
            yield from reader.column_problems()
            if not reader.has_time():
                return
            yield from _preamble(spec)
        else:
            yield from reader.rows(text.number, found, whole=text.ended)


class _Text:
    """Decoded lines for the CSV reader; what could not be decoded waits in `problems`."""

    def __init__(self, source: Source, encoding: str) -> None:
        self.number = 0
        self.ended = True
        self.problems: list[Problem] = []
        self._source = source
        self._encoding = encoding

    def __iter__(self) -> Iterator[str]:
        for item in lines(self._source):
            if isinstance(item, Problem):
                self.problems.append(item)
                continue
            self.number, line = item
            if line.startswith(_BOM):
                self.problems.append(Problem(0, "", "line.bom", "the table starts with a byte order mark", "left it out"))
                line = line[len(_BOM) :]
            self.ended = line.endswith(b"\n")
            if b"\0" in line:
                self._refuse("line.nul", "expected text, found NUL bytes")
                continue
            try:
                yield line.decode(self._encoding)
            except UnicodeDecodeError:
                self._refuse("line.encoding", f"expected {self._encoding}, found another encoding (see `encoding`)")

    def _refuse(self, code: str, message: str) -> None:
        self.problems.append(Problem(self.number, "", code, message, _SKIPPED))


def _lines_of(text: _Text, delimiter: str) -> Iterator[list[str] | Problem]:
    """Lines of the table as lists of cells, and the problems met on the way, in order."""
    reader = csv.reader(text, delimiter=delimiter)
    row: list[str] | None = []
    while row is not None:
        try:
            row = next(reader, None)
        except csv.Error as error:
            row = []
            yield Problem(text.number, "", "csv.unreadable", f"the line is no row of a table: {error}", _SKIPPED)
        yield from text.problems
        text.problems.clear()
        if row:
            yield row


def _preamble(spec: Mapping) -> Iterator[Row]:
    if spec.zone is not None:
        yield 0, Cells({"record": "journal", "format": 1, "zone": spec.zone})
    for name, scale in spec.ratings().items():
        if scale.family is not None:
            ends = {"low": scale.low, "high": scale.high, "worse_is_up": scale.worse_is_up}
            given = {key: value for key, value in ends.items() if value is not None}
            yield 0, Cells({"record": "scale", "id": name, "family": scale.family, **given})


class _RowReader:
    """Turns the cells of one line after the other into records; it remembers which daily doses it has seen."""

    def __init__(self, header: Sequence[str], spec: Mapping) -> None:
        self._header = header
        self._spec = spec
        self._missing = {"", *spec.missing}
        self._days: dict[tuple[str, date], tuple[int, str]] = {}

    def column_problems(self) -> Iterator[Problem]:
        """Columns that the mapping names and the table has not, or has twice."""
        for column in self._mapped():
            if column not in self._header:
                message = f"the table has no such column; it has {shown(', '.join(self._header))}"
                action = "read on without it" if self.has_time() else "read nothing"
                yield Problem(0, column, "csv.no_column", message, action)
            elif self._header.count(column) > 1:
                yield Problem(0, column, "csv.column_twice", "the table has two columns of this name", "took the last one")

    def has_time(self) -> bool:
        """Whether all columns of at least one way to give the time are there."""
        return any(set(columns) <= set(self._header) for columns in self._spec.times())

    def _mapped(self) -> dict[str, None]:
        spec = self._spec
        columns = [column for choice in spec.times() for column in choice]
        columns += [scale.column for scale in spec.ratings().values()]
        columns += [dose.amount for dose in spec.doses()] + [session.minutes for session in spec.sessions()]
        return dict.fromkeys(columns)

    def rows(self, line: int, row: Sequence[str], whole: bool) -> Iterator[Row]:
        """The records of one line; `whole` is false for a last line without a line end, which may have been cut off."""
        if len(row) > len(self._header) or (len(row) < len(self._header) and not whole):
            message = f"expected {len(self._header)} cells, found {len(row)}"
            yield Problem(line, "", "csv.cells", message, _SKIPPED)
            return
        filled = ((column, cell.strip()) for column, cell in zip(self._header, row, strict=False))
        cells = {column: cell for column, cell in filled if cell not in self._missing}
        if not cells.keys() & self._mapped().keys():
            return
        when = self._when(line, cells)
        if isinstance(when, Problem):
            yield when
            return
        time_of_row, columns = when
        yield from self._ratings(line, cells, time_of_row, columns)
        yield from self._doses(line, cells, time_of_row, columns)
        yield from self._sessions(line, cells, time_of_row, columns)

    def _when(self, line: int, cells: dict[str, str]) -> tuple[datetime, str] | Problem:
        for columns in self._spec.times():
            if all(column in cells for column in columns):
                break
        else:
            return Problem(line, " + ".join(self._spec.times()[0]), "time.missing", "the row has no time", _SKIPPED)
        text, name = " ".join(cells[column] for column in columns), " + ".join(columns)
        read = read_time(text, self._spec)
        if read is None:
            expected = shown(self._spec.time_format or "2026-03-01 08:10")
            hint = "" if self._spec.clock else " (a day alone needs `clock` in the mapping)"
            return Problem(line, name, "time.unreadable", f"expected {expected}, found {shown(text)}{hint}", _SKIPPED)
        return read, name

    def _ratings(self, line: int, cells: dict[str, str], when: datetime, columns: str) -> Iterator[Row]:
        for name, scale in self._spec.ratings().items():
            if scale.column in cells:
                fields = {"record": "rating", "time": when, "scale": name, "value": self._number(cells[scale.column])}
                if self._spec.asked is not None:
                    fields["asked"] = self._spec.asked
                yield line, Cells(fields, {"time": columns, "value": scale.column})

    def _doses(self, line: int, cells: dict[str, str], when: datetime, columns: str) -> Iterator[Row]:
        for dose in self._spec.doses():
            cell = cells.get(dose.amount)
            if cell is None:
                continue
            taken = when
            if dose.each == "day":
                taken = datetime.combine(when.date(), time.fromisoformat(dose.at), when.tzinfo)
                earlier = self._days.setdefault((dose.amount, when.date()), (line, cell))
                if earlier[0] != line:
                    if earlier[1] != cell:
                        message = f"another amount stood on line {earlier[0]:,}, of the same day"
                        yield Problem(line, dose.amount, "dose.differs", message, "kept the earlier one")
                    continue
            yield line, Cells(self._dose(dose, cell, taken), {"time": columns, "amount": dose.amount})

    def _dose(self, dose: DoseColumn, cell: str, when: datetime) -> dict[str, Any]:
        fields = {
            "record": "dose",
            "time": when,
            "substance": dose.substance,
            "amount": self._number(cell),
            "unit": dose.unit,
            "time_sd_minutes": dose.time_sd_minutes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def _sessions(self, line: int, cells: dict[str, str], when: datetime, columns: str) -> Iterator[Row]:
        for session in self._spec.sessions():
            minutes = self._number(cells[session.minutes]) if session.minutes in cells else 0
            if minutes != 0:
                fields = {"record": "session", "time": when, "therapy": session.therapy, "minutes": minutes}
                yield line, Cells(fields, {"time": columns, "minutes": session.minutes})

    def _number(self, cell: str) -> float | str:
        """The number in a cell, or the cell itself when it is none, for the records room to refuse."""
        if self._spec.decimal == ",":
            if "." in cell:
                return cell
            text = cell.replace(",", ".")
        else:
            text = cell
        return float(text) if _NUMBER.fullmatch(text) else cell
