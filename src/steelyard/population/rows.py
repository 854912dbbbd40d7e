"""What every reader turns a file of reports into: four tables, whatever the source called its columns.

`reports` has one row for each version of a case; `drugs` and `events` one for each mention; `deleted` the cases withdrawn since.
Nothing is left out here but what cannot be read: which version counts, and what is a duplicate, is decided later and can be redone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

Name = Literal["reports", "drugs", "events", "deleted"]
Batches = Iterator[tuple[Name, pa.RecordBatch]]

SCHEMAS: dict[Name, pa.Schema] = {
    "reports": pa.schema(
        {
            "report": pa.string(),
            "case": pa.string(),
            "version": pa.int32(),
            "received": pa.int32(),  # as 20170224; 0 where unknown
            "event_date": pa.int32(),
            "sex": pa.string(),  # F, M, or empty where unknown
            "age": pa.float32(),  # years, null where unknown
            "country": pa.string(),
        }
    ),
    "drugs": pa.schema({"report": pa.string(), "name": pa.string(), "ingredient": pa.string(), "role": pa.string()}),
    "events": pa.schema({"report": pa.string(), "term": pa.string()}),
    "deleted": pa.schema({"case": pa.string()}),
}
ROLES = ("PS", "SS", "I", "C")
"""The part a drug is thought to have played: primary suspect, secondary suspect, interacting, taken beside."""

OLDEST = 120.0  # years; an age beyond it is an error of writing and is left out
BLOCK = 1 << 22  # bytes


class UnreadableReports(ValueError):
    """A file of reports that cannot be used: what was expected, what was found, what was done."""


@dataclass
class Reading:
    """What happened while one file was read: how many lines did not fit, and the first of them by table and line."""

    source: str
    skipped: int = 0
    first: list[str] = field(default_factory=list)

    def skip(self, table: str, line: int | None, expected: int, actual: int) -> None:
        """Note a line with the wrong number of fields; the line is left out."""
        self.skipped += 1
        if len(self.first) < 3:
            where = f"line {line}" if line else "a line"
            self.first.append(f"{table}, {where}: expected {expected} fields, found {actual}; left the line out")


def lines(stream: Any, delimiter: str, quoted: bool, names: list[str], table: str, reading: Reading) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a delimited file in Latin-1 or UTF-8 as text columns `names`; the head line is left out.

    `stream` is open for reading bytes and at its start. A line with another number of fields is noted in `reading` and left out.
    """

    def bad(row: Any) -> str:
        reading.skip(table, row.number, row.expected_columns, row.actual_columns)
        return "skip"

    reader = csv.open_csv(
        stream,
        read_options=csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False, block_size=BLOCK, encoding="latin-1"),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted, invalid_row_handler=bad
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, quoted_strings_can_be_null=False
        ),
    )
    yield from reader


def batch(name: Name, columns: dict[str, Any]) -> pa.RecordBatch:
    """Return columns as a batch of the table `name`; a column that is not given is empty."""
    schema = SCHEMAS[name]
    rows = len(next(iter(columns.values())))
    return pa.record_batch(
        [
            pc.cast(columns[each.name], each.type, safe=False) if each.name in columns else _blank(each.type, rows)
            for each in schema
        ],
        schema=schema,
    )


def text(column: Any) -> Any:
    """Return a text column without blanks around it."""
    return pc.utf8_trim_whitespace(column)


def whole(column: Any) -> Any:
    """Return a text column of digits as whole numbers; anything else is 0."""
    trimmed = text(column)
    return pc.cast(pc.if_else(pc.match_substring_regex(trimmed, r"^\d{1,9}$"), trimmed, "0"), pa.int32())


def day(column: Any) -> Any:
    """Return dates written as 20170224, 201702, 2017 or 2/24/2017 as whole numbers such as 20170224, what is unknown in them 0."""
    trimmed = text(column)
    american = pc.extract_regex(trimmed, r"^(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})")
    part = {each: pc.cast(pc.struct_field(american, each), pa.int32()) for each in "ymd"}
    year, rest = pc.multiply(part["y"], 10_000), pc.add(pc.multiply(part["m"], 100), part["d"])
    iso = whole(pc.replace_substring(trimmed, "-", ""))
    full = pc.case_when(
        pc.make_struct(pc.less(iso, 10_000), pc.less(iso, 1_000_000)),
        pc.multiply(iso, 10_000),
        pc.multiply(pc.min_element_wise(iso, 999_999), 100),
        iso,
    )
    return pc.coalesce(pc.add(year, rest), full)


def years(age: Any, unit: Any) -> Any:
    """Return ages in years, given as text with the code or the name of a unit; null where either says nothing."""
    trimmed, named = text(age), pc.utf8_upper(text(unit))
    number = pc.cast(pc.if_else(pc.match_substring_regex(trimmed, r"^\d+(\.\d+)?$"), trimmed, None), pa.float32())
    factor = pc.case_when(
        pc.make_struct(*(pc.starts_with(named, start) for start, _ in UNITS)), *(pa.scalar(f, pa.float32()) for _, f in UNITS)
    )
    found = pc.multiply(number, factor)
    return pc.if_else(pc.less_equal(found, OLDEST), found, None)


UNITS = (("DEC", 10.0), ("Y", 1.0), ("MON", 1 / 12), ("W", 7 / 365.25), ("D", 1 / 365.25), ("H", 1 / 8766.0))


def sexes(column: Any) -> Any:
    """Return F or M, and nothing for whatever else was written."""
    first = pc.utf8_upper(pc.utf8_slice_codeunits(text(column), 0, 1))
    return pc.if_else(pc.is_in(first, pa.array(["F", "M"])), first, "")


def _blank(kind: pa.DataType, rows: int) -> Any:
    if pa.types.is_string(kind):
        return pa.array(np.full(rows, ""), kind)
    return pa.nulls(rows, kind) if pa.types.is_floating(kind) else pa.array(np.zeros(rows, dtype=np.int32), kind)
