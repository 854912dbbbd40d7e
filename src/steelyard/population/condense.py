"""From reports with codes to the tables that answers are worked out from: repeats left out, mentions ordered, pairs counted.

reports.parquet   sex, age group, year, and whether it looks like a second telling; one row a report, in order of its number
drugs.parquet     code, report, role; ordered by code, so that one substance is read without the others
events.parquet    code, report; ordered by code
pairs.parquet     drug, event, n; ordered by drug; reports in which the drug is under suspicion
names.parquet, terms.parquet   what each code stands for, with its number of reports
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from .counting import Counts, count
from .duplicates import Told, duplicates, set_numbers
from .every import prior_of
from .mixture import Prior
from .rows import ROLES

Whole = NDArray[np.int64]
Small = NDArray[np.int32]

SUSPECT = ROLES.index("C")  # roles before this one are under suspicion
AGES = (0.0, 18.0, 45.0, 65.0)
"""Where age groups begin; the group before them is of unknown age."""
GROUP = 1 << 17  # rows of a table that are read together


@dataclass(frozen=True)
class Found:
    """One report a case, numbered from 0 in the order of `reports`, with its substances and reactions by code, ordered by number.

    In `folder` are reports.parquet with number, received, event_date, sex, age, country; drugs.parquet with number, code and role (0 is the
    closest); events.parquet with number and code. `names` and `terms` say what the codes stand for.
    """

    folder: Path
    names: list[str]
    terms: list[str]


@dataclass(frozen=True)
class Condensed:
    """What was written: reports, the first and last year, exact repeats left out, and those kept that look like repeats (`duplicates`)."""

    reports: int
    first: int
    last: int
    same: int
    alike: int
    left: float
    comparable: int
    prior: Prior


def condense(folder: Path, found: Found) -> Condensed:
    """Leave out exact repeats, number what remains, count, fit, and write the tables into a folder.

    Refuses (ValueError) rows that are not in the order of their numbers.
    """
    told = parquet.ParquetFile(found.folder / "reports.parquet").read()
    if not np.array_equal(told["number"].to_numpy(), np.arange(len(told))):
        raise ValueError("expected reports numbered from 0, in order")
    drug, event = (_mentions(found.folder / f"{each}.parquet") for each in ("drugs", "events"))
    received = told["received"].to_numpy()
    twice = duplicates(_told(told, drug, event, received))
    kept = ~twice.same
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    drug, event = drug.renumbered(number), event.renumbered(number)
    reports = int(kept.sum())
    suspect = drug.chosen(drug.role < SUSPECT) if drug.role is not None else drug
    counts = count(suspect.report, suspect.code, event.report, event.code, reports)
    write_counts(folder, counts, found.names, found.terms)
    year = received[kept] // 10_000
    tables = {"reports": _traits(told, kept, year, twice.alike), "drugs": drug.table(), "events": event.table()}
    for name, table in tables.items():
        parquet.write_table(table, folder / f"{name}.parquet", compression="zstd", row_group_size=GROUP)
    prior = prior_of(counts)[0] if len(counts.n) else Prior((1.0, 1.0), (1.0, 1.0), 0.5, sure=False)
    first, last = (int(year[year > 0].min(initial=9999)), int(year.max(initial=0))) if np.any(year > 0) else (0, 0)
    return Condensed(reports, first, last, len(told) - reports, int(twice.alike.sum()), twice.left, twice.comparable, prior)


def write_counts(folder: Path, counts: Counts, names: list[str], terms: list[str]) -> None:
    """Write the counts of pairs, and names and terms with their numbers of reports, into a folder."""
    tables = {
        "pairs": {"drug": counts.drug, "event": counts.event, "n": counts.n},
        "names": {"name": names, "reports": _padded(counts.n_drug, len(names))},
        "terms": {"term": terms, "reports": _padded(counts.n_event, len(terms))},
    }
    for name, columns in tables.items():
        parquet.write_table(pa.table(columns), folder / f"{name}.parquet", compression="zstd", row_group_size=GROUP)


@dataclass(frozen=True)
class _Mentions:
    """Report and code of each mention, ordered by report, with its role where it has one."""

    report: Small
    code: Small
    role: NDArray[np.int8] | None = None

    def chosen(self, which: NDArray[np.bool_]) -> "_Mentions":
        return _Mentions(self.report[which], self.code[which], None if self.role is None else self.role[which])

    def renumbered(self, number: Small) -> "_Mentions":
        moved = _Mentions(number[self.report], self.code, self.role)
        return moved.chosen(moved.report >= 0)

    def table(self) -> pa.Table:
        """The mentions ordered by code."""
        order = np.argsort(self.code, kind="stable")
        columns = {"code": self.code[order], "report": self.report[order]}
        return pa.table(columns if self.role is None else columns | {"role": self.role[order]})


def _told(reports: pa.Table, drug: _Mentions, event: _Mentions, received: Small) -> Told:
    day, total = reports["event_date"].to_numpy().astype(np.int64), len(reports)
    sex = _sex(reports["sex"])
    country = _numbered(reports["country"])
    age = reports["age"].to_numpy().astype(np.float64)
    drugs, events = set_numbers(drug.report, drug.code, total), set_numbers(event.report, event.code, total)
    comparable = (day % 100 > 0) & (sex > 0) & np.isfinite(age) & (drugs != 0) & (events != 0)
    order = np.argsort(received, kind="stable").argsort()
    return Told(day, sex.astype(np.int64), country, age, drugs, events, comparable, order)


def _traits(reports: pa.Table, kept: NDArray[np.bool_], year: Small, alike: NDArray[np.bool_]) -> pa.Table:
    age = reports["age"].to_numpy()[kept]
    group = np.where(np.isfinite(age), np.searchsorted(AGES, np.nan_to_num(age), side="right"), 0)
    columns = {
        "sex": _sex(reports["sex"])[kept],
        "age": group.astype(np.int8),
        "year": year.astype(np.int16),
        "alike": alike[kept],
    }
    return pa.table(columns)


def _padded(counted: Whole, codes: int) -> Whole:
    """Counts by code, as many as there are codes: the last ones may occur in no report that counts."""
    return np.concatenate([counted, np.zeros(codes - len(counted), dtype=np.int64)])


def _mentions(path: Path) -> _Mentions:
    """The mentions of a file, read a column at a time."""
    file = parquet.ParquetFile(path)
    columns = {each: file.read(columns=[each])[each].to_numpy() for each in file.schema_arrow.names}
    return _Mentions(columns["number"], columns["code"], columns.get("role"))


def _sex(column: Any) -> NDArray[np.int8]:
    """0 unknown, 1 female, 2 male."""
    known = column.combine_chunks().dictionary_encode()
    code = np.array([{"F": 1, "M": 2}.get(each, 0) for each in known.dictionary.to_pylist()] or [0], dtype=np.int8)
    return np.asarray(code[known.indices.to_numpy(zero_copy_only=False)], dtype=np.int8)


def _numbered(column: Any) -> Whole:
    return np.asarray(column.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False), dtype=np.int64)
