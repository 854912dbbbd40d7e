"""Tables (CSV) as cells: streamed, decoded, and robust against quotation marks that are never closed."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from steelyard.exchange.source import Source, lines
from steelyard.records.model import Problem

SKIPPED = "skipped this row"
MOST_LINES = 100  # of one row: a cell may hold line breaks, but not the rest of the file
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row with the line it ends on; `whole` is false for a last line without a line end, which may have been cut off."""

    line: int
    cells: list[str]
    whole: bool


def cells(source: Source, delimiter: str = ",", encoding: str = "utf-8", quoted: bool = True) -> Iterator[Row | Problem]:
    """The rows of a table, the first of them its header; empty ones are passed over.

    What cannot be read comes as a problem in its place. With `quoted` False quotation marks are letters like any other.
    """
    text = _Text(source, encoding)
    while True:
        found = _row(text, delimiter) if quoted else _plain_row(text, delimiter)
        yield from text.told()
        if found is None:
            return
        if isinstance(found, Problem):
            yield found
        elif found:
            yield Row(text.number, found, text.ended)


def rows(source: Source, delimiter: str = ",", encoding: str = "utf-8") -> Iterator[tuple[int, dict[str, str]] | Problem]:
    """The rows of a table by column, cells without spaces around them, with their line; a row that does not fit its header is a problem."""
    header: list[str] | None = None
    for row in cells(source, delimiter, encoding):
        if isinstance(row, Problem):
            yield row
        elif header is None:
            header = [cell.strip() for cell in row.cells]
        elif len(row.cells) > len(header) or (len(row.cells) < len(header) and not row.whole):
            yield misfit(row, len(header))
        else:
            yield row.line, {column: cell.strip() for column, cell in zip(header, row.cells, strict=False)}


def misfit(row: Row, width: int) -> Problem:
    """Said of a row with another number of cells than its header."""
    return Problem(row.line, "", "csv.cells", f"expected {width} cells, found {len(row.cells)}", SKIPPED)


def number(cell: str, decimal: str = ".") -> float | str:
    """The number in a cell, or the cell itself when it is none, for the records room to refuse."""
    text = cell
    if decimal == ",":
        if "." in cell:
            return cell
        text = cell.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else cell


class _Text:
    """Decoded lines that can be given back; what could not be decoded waits to be told."""

    def __init__(self, source: Source, encoding: str) -> None:
        self.number = 0
        self.ended = True
        self._source = lines(source)
        self._encoding = encoding
        self._problems: list[Problem] = []
        self._again: deque[tuple[int, str]] = deque()

    def next(self) -> str | None:
        """The next line, `None` at the end."""
        if self._again:
            self.number, line = self._again.popleft()
            self.ended = line.endswith("\n")
            return line
        for item in self._source:
            if isinstance(item, Problem):
                self._problems.append(item)
                continue
            self.number, raw = item
            if raw.startswith(_BOM):
                self._problems.append(Problem(0, "", "line.bom", "the table starts with a byte order mark", "left it out"))
                raw = raw[len(_BOM) :]
            self.ended = raw.endswith(b"\n")
            if b"\0" in raw:
                self._refuse("line.nul", "expected text, found NUL bytes")
                continue
            try:
                return raw.decode(self._encoding)
            except UnicodeDecodeError:
                self._refuse("line.encoding", f"expected {self._encoding}, found another encoding (see `encoding`)")
        return None

    def give_back(self, taken: list[tuple[int, str]]) -> None:
        """Read these again before going on."""
        self._again.extendleft(reversed(taken))

    def told(self) -> Iterator[Problem]:
        """What could not be read since this was last asked."""
        yield from self._problems
        self._problems.clear()

    def _refuse(self, code: str, message: str) -> None:
        self._problems.append(Problem(self.number, "", code, message, SKIPPED))


def _row(text: _Text, delimiter: str) -> list[str] | Problem | None:
    """The next row; an opened quotation mark that is not closed costs its own line only, what follows is read anew."""
    taken: list[tuple[int, str]] = []
    starved = False

    def feed() -> Iterator[str]:
        nonlocal starved
        while len(taken) < MOST_LINES and (line := text.next()) is not None:
            taken.append((text.number, line))
            yield line
        starved = True

    try:
        row = next(csv.reader(feed(), delimiter=delimiter), None)
        if row is None or not starved:
            return row
        fault = "a quotation mark opens here and is not closed"
    except csv.Error as error:
        fault = str(error)
    first, last = taken[0][0], text.number
    text.give_back(taken[1:])
    text.number = first
    if first == last and not starved:
        return Problem(first, "", "csv.unreadable", f"the line is no row of a table: {fault}", SKIPPED)
    return Problem(
        first, "", "csv.unreadable", f"the line is no row of a table: {fault}", f"{SKIPPED}, went on with the next line"
    )


def _plain_row(text: _Text, delimiter: str) -> list[str] | None:
    line = text.next()
    if line is None:
        return None
    line = line.rstrip("\r\n")
    return line.split(delimiter) if line else []
