"""Tables of known columns as Parquet, or as CSV for those who have no Parquet: written in portions, read back row by row."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from steelyard.exchange.tables import cell
from steelyard.records.columns import Column, ColumnKind

PORTION = 20_000  # rows held at once
Line = Mapping[str, Any]
_LISTS: tuple[ColumnKind, ...] = ("texts", "numbers")
_TRUE = {"true": True, "false": False}


class UnreadableTable(Exception):
    """What is wrong with a table, in plain words."""


def need_parquet() -> None:
    """Raise ModuleNotFoundError where Parquet cannot be written, before hours are spent on what is to be written."""
    import pyarrow.parquet  # noqa: F401, PLC0415


def write_parquet(columns: Sequence[Column], rows: Iterable[Line], stream: BinaryIO) -> int:
    """Write rows as Parquet, whatever a row does not have as null; returns how many."""
    import pyarrow as pa  # noqa: PLC0415  # heavy, and only tables for research need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([pa.field(c.name, _type(pa, c.kind), metadata={"says": c.says}) for c in columns])
    left, written = iter(rows), 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as out:
        while portion := list(islice(left, PORTION)):
            out.write_batch(pa.RecordBatch.from_pylist(portion, schema))
            written += len(portion)
    return written


def write_csv(columns: Sequence[Column], rows: Iterable[Line], stream: BinaryIO) -> int:
    """Write rows as CSV in UTF-8, lists as JSON in their cells, nothing where nothing is known; returns how many."""
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    out, written = csv.writer(text, lineterminator="\n"), 0
    out.writerow([c.name for c in columns])
    for row in rows:
        out.writerow([_cell(row.get(c.name), c.kind) for c in columns])
        written += 1
    text.detach()
    return written


def read_parquet(columns: Sequence[Column], path: str) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, these columns only; refuses (UnreadableTable) what is no such file, or has not all of them."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            _complete(columns, file.schema_arrow.names)
            for batch in file.iter_batches(columns=[c.name for c in columns]):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableTable(f"the file is no Parquet file that can be read ({type(error).__name__})") from None


def read_csv(columns: Sequence[Column], path: str) -> Iterator[dict[str, Any]]:
    """The rows of a CSV file as `write_csv` makes it; refuses (UnreadableTable) another file, or a cell that does not fit its column."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            _complete(columns, table.fieldnames or ())
            for row in table:
                yield {c.name: _value(row[c.name], c, table.line_num) for c in columns}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableTable(f"the file is no table in UTF-8 that can be read ({type(error).__name__})") from None


def _complete(columns: Sequence[Column], there: Sequence[str]) -> None:
    missing = [c.name for c in columns if c.name not in there]
    if missing:
        raise UnreadableTable(f"expected a table written by `steelyard weigh`; it has no column {', '.join(missing)}")


def _type(pa: Any, kind: ColumnKind) -> Any:
    return {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "number": pa.float64(),
        "numbers": pa.list_(pa.float64()),
        "whole": pa.int64(),
        "yes_no": pa.bool_(),
        "instant": pa.timestamp("us", tz="UTC"),
    }[kind]


def _cell(value: Any, kind: ColumnKind) -> str:
    if value is None:
        return ""
    if kind in _LISTS:
        return json.dumps(list(value), ensure_ascii=False)
    return repr(float(value)) if kind == "number" else cell(value)


def _value(said: str | None, column: Column, line: int) -> Any:
    """What a cell holds; text that was kept from running as a formula gets its first letter back."""
    if not said:
        return None
    try:
        match column.kind:
            case "texts" | "numbers":
                return json.loads(said)
            case "number":
                return float(said)
            case "whole":
                return int(said)
            case "yes_no":
                return _TRUE[said]
    except (ValueError, KeyError):
        raise UnreadableTable(f"line {line}, {column.name}: expected {column.kind.replace('_', ' or ')}") from None
    return said[1:] if said[0] == "'" and said[1:2] in "=+-@" else said
