"""Track & Graph: its table of data points, one named value a row.

Source: SamAmco/track-and-graph, data/csvreadwriter/CSVReadWriterImpl.kt and its test, where values with a label in them are shown.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Row

NAME = "track-and-graph"
LAYOUT = "the app's source code"
_COLUMNS = (b"FeatureName", b"Timestamp", b"Value")
_NO_VALUE = "no value, which is no zero"
_DURATION = re.compile(r"(-?)(\d{1,7}):([0-5]?\d):([0-5]?\d)")


def looks_like(head: bytes, name: str) -> bool:
    """By its three columns, whatever their order."""
    return all(column in head.split(b"\n", 1)[0] for column in _COLUMNS)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Named values; a duration is taken in minutes. A label says more about a value and is kept with it."""
    series = Series(NAME, told)
    yield from series.preamble()
    for found in rows(stream):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        value, label = _value(cells.get("Value", ""))
        if value is None:
            series.tally.leave(line, cells.get("FeatureName", ""), _NO_VALUE)
            continue
        label = cells.get("Label") or label
        note = "; ".join(part for part in (label, cells.get("Note", "")) if part)
        when = cells.get("Timestamp", "")
        yield from series.rows(Seen(line, cells.get("FeatureName", ""), parse(when) or when, value, (label,), note))
    yield from series.told()


def _value(cell: str) -> tuple[float | str | None, str]:
    """A number, or a duration as minutes, and the label that older versions wrote after a colon."""
    duration, _, label = cell, "", ""
    if cell.count(":") >= 2:
        duration, label = ":".join(cell.split(":")[:3]), ":".join(cell.split(":")[3:])
    found = _DURATION.fullmatch(duration)
    if found:
        minutes = int(found[2]) * 60 + int(found[3]) + int(found[4]) / 60
        return (-minutes if found[1] else minutes), label
    value, _, label = cell.partition(":")
    return (number(value) if value else None), label
