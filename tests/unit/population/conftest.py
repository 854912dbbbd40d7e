"""Reports to count: real ones from `../shared`, and small ones made here."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Caers:
    """FDA reports on supplements of 2012, as openEBGM carries them: rows, and one number for each report, product and term."""

    rows: list[tuple[str, str, str]]
    reports: list[str]
    drugs: list[str]
    events: list[str]

    def codes(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Report and code of what stands at `place` of a row, ordered by report."""
        report = {each: at for at, each in enumerate(self.reports)}
        code = {each: at for at, each in enumerate(self.drugs if place == 1 else self.events)}
        pairs = sorted((report[row[0]], code[row[place]]) for row in self.rows)
        first, second = zip(*pairs, strict=True)
        return np.array(first, dtype=np.int32), np.array(second, dtype=np.int32)


@pytest.fixture(scope="session")
def reports_folder(shared: Path) -> Path:
    folder = shared / "data" / "real" / "reports"
    if not folder.is_dir():
        pytest.skip("../shared holds no reports of side effects")
    return folder


@pytest.fixture(scope="session")
def caers(reports_folder: Path) -> Caers:
    with (reports_folder / "caers_supplements_2012.csv").open(encoding="latin-1", newline="") as file:
        rows = [(row["id"], row["var1"], row["var2"]) for row in csv.DictReader(file)]
    return Caers(rows, *(sorted({row[at] for row in rows}) for at in range(3)))
