"""Tables (CSV) to rows for `records.validate`, by a mapping. A missing cell makes no record; it is never a zero."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    """The rows of a CSV table (a path, an open binary stream, or `-`) as the mapping file says.

    Nothing is raised for bad input: what cannot be read comes as a problem among the rows, with the table's own line numbers and
    column names.
    """
    spec = load(mapping)
    if isinstance(spec, Problem):
        yield spec
        return
    text = _Text(table, spec.encoding)
    cells = _table(text, spec)
    header = next(cells, None)
    yield from text.drain()
    if header is None:
        return
    absent = _absent(header, spec)
    yield from absent
    if any(problem.action == "read nothing" for problem in absent):
        return
    yield from _preamble(spec)
    last_dose: dict[tuple[str, date], str] = {}
    for row in cells:
        yield from text.drain()
        yield from _row(_Line(text.number, dict(zip(header, row, strict=False))), spec, last_dose)
    yield from text.drain()
