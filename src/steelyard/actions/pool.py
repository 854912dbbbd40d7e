"""Pool the answers of many journals: what people have in common, how they differ, and what to expect of one more."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steelyard.exchange.parquet import UnreadableTable, read_csv, read_parquet
from steelyard.findings.pooled import PooledReport, on_spark, pooled
from steelyard.findings.rows import columns
from steelyard.reports.json import to_json
from steelyard.reports.pooled import text

from .many import Asked, How, Tally, rows_of

__all__ = ["Answer", "UnreadableTable", "pool", "render"]


@dataclass(frozen=True)
class Answer:
    """The pooled answer, and what came of the journals where these had to be weighed first."""

    report: PooledReport
    tally: Tally | None


def pool(source: Path, asked: Asked, how: How) -> Answer:
    """Pool a folder of journals, or a table that `weigh` wrote of one; refuses with UnreadableTable or UnusableKey."""
    rows: Any
    tally = None
    if source.is_dir():
        rows, tally = rows_of(source, asked, how)
    else:
        read = read_parquet if source.suffix == ".parquet" else read_csv
        rows = read(columns(), str(source))
    with ExitStack() as stack:
        pooling = None if how.spark is None else stack.enter_context(on_spark(how.spark))
        return Answer(pooled(rows, asked.substance, asked.outcome, pooling), tally)


def render(report: PooledReport, form: str) -> bytes:
    """The answer as `text` or `json`, in UTF-8."""
    return (to_json(report) if form == "json" else text(report)).encode()
