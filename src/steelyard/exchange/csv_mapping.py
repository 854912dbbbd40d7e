"""Tables (CSV) to rows for `records.validate`, by a mapping. A missing cell makes no record; it is never a zero."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from steelyard.exchange.mapping import DoseColumn, Mapping, load, read_time
from steelyard.exchange.source import Source
from steelyard.exchange.table import SKIPPED, cells, misfit, number
from steelyard.exchange.table import Row as TableRow
from steelyard.records.model import Problem
from steelyard.records.problems import shown
from steelyard.records.validate import Cells, Row


def read(table: Source, mapping: str | Path | Mapping) -> Iterator[Row]:
    """The rows of a CSV table (a path or an open binary stream) as a mapping, or a mapping file, says.

    Nothing is raised for bad input: what cannot be read comes as a problem among the rows, with the table's own line numbers and
    column names. One line of the table gives as many rows as it has ratings, doses and sessions.
    """
    spec = mapping if isinstance(mapping, Mapping) else load(mapping)
    if isinstance(spec, Problem):
        yield spec
        return
    if not spec.times():
        yield Problem(0, "time", "mapping.no_time", "a mapping of a table has to name the column of the time", "read nothing")
        return
    reader: _RowReader | None = None
    for row in cells(table, spec.delimiter, spec.encoding):
        if isinstance(row, Problem):
            yield row
        elif reader is None:
            reader = _RowReader([cell.strip() for cell in row.cells], spec)
            yield from reader.column_problems()
            if not reader.has_time():
                return
            yield from preamble(spec)
        else:
            yield from reader.rows(row)


def preamble(spec: Mapping) -> Iterator[Row]:
    """What a mapping says about the journal as a whole: the zone of its times, and scales that are not shipped."""
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
        columns += spec.contexts()
        return dict.fromkeys(columns)

    def rows(self, row: TableRow) -> Iterator[Row]:
        """The records of one line."""
        line = row.line
        if len(row.cells) > len(self._header) or (len(row.cells) < len(self._header) and not row.whole):
            yield misfit(row, len(self._header))
            return
        filled = ((column, cell.strip()) for column, cell in zip(self._header, row.cells, strict=False))
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
        yield from self._contexts(line, cells, time_of_row, columns)

    def _when(self, line: int, cells: dict[str, str]) -> tuple[datetime, str] | Problem:
        for columns in self._spec.times():
            if all(column in cells for column in columns):
                break
        else:
            return Problem(line, " + ".join(self._spec.times()[0]), "time.missing", "the row has no time", SKIPPED)
        text, name = " ".join(cells[column] for column in columns), " + ".join(columns)
        read = read_time(text, self._spec)
        if read is None:
            expected = shown(self._spec.time_format or "2026-03-01 08:10")
            hint = "" if self._spec.clock else " (a day alone needs `clock` in the mapping)"
            return Problem(line, name, "time.unreadable", f"expected {expected}, found {shown(text)}{hint}", SKIPPED)
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

    def _contexts(self, line: int, cells: dict[str, str], when: datetime, columns: str) -> Iterator[Row]:
        for column in self._spec.contexts():
            value = self._number(cells[column]) if column in cells else 0
            if value != 0:
                fields = {"record": "context", "time": when, "kind": column, "value": value}
                yield line, Cells(fields, {"time": columns, "value": column})

    def _number(self, cell: str) -> float | str:
        return number(cell, self._spec.decimal)
