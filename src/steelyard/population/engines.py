"""The engine on one machine, DuckDB: open it, run an expression over Parquet files, close it. Spark has its own file and the same `run`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

Expression = Callable[..., Any]
MEMORY = "2GB"


@contextmanager
def duckdb(threads: int = 2, memory: str = MEMORY, spill: Path | None = None) -> Iterator[Any]:
    """Open DuckDB in memory, with a folder to spill to when there is more than `memory`; closes it at the end."""
    settings: dict[str, Any] = {"threads": threads, "memory_limit": memory, "preserve_insertion_order": False}
    if spill is not None:
        settings["temp_directory"] = str(spill)
    connection = ibis.duckdb.connect(**settings)
    try:
        yield connection
    finally:
        connection.disconnect()


def run(connection: Any, expression: Expression, *paths: Path | list[Path]) -> pa.Table:
    """Return the result of an expression over Parquet files, in order of the arguments, from either engine."""
    tables = [connection.read_parquet([str(each) for each in path] if isinstance(path, list) else str(path)) for path in paths]
    return expression(*tables).to_pyarrow()
