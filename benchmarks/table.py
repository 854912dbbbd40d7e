"""Results as a CSV file beside the benchmarks, and as a table on the screen."""

import csv
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

Row = Mapping[str, object]
RESULTS = Path(__file__).resolve().parent / "results"


def write(name: str, rows: Sequence[Row]) -> None:
    """Write rows, all with the same columns, to `results/<name>.csv`, each with the versions that made it."""
    made_with = {"steelyard": version("steelyard"), "python": platform.python_version(), "numpy": version("numpy")}
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, [*rows[0], *made_with], lineterminator="\n")
        out.writeheader()
        out.writerows({key: _plain(value) for key, value in row.items()} | made_with for row in rows)


def show(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Print the named columns, aligned."""
    cells = [list(columns), *([str(_plain(row[name])) for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _plain(value: object) -> object:
    """Six significant digits are more than these figures deserve."""
    return f"{value:.6g}" if isinstance(value, float) else value
