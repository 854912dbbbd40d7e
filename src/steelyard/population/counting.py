"""Counts the reports of every pair of a drug and an event on one machine: in a table of whole numbers, not by hashing.

Adding one to a cell of a table costs a few nanoseconds, grouping a row by hash some fifty. The table has a line for each of the drugs
reported most, as many as fit in memory; the pairs of rarer drugs, which are few, are sorted instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Small = NDArray[np.int32]

CELLS = 80_000_000  # of the table: 320 MB
ROWS = 4_000_000  # pairs of one report spelled out at a time
EMPTIEST = 20  # cells of the table for a pair to be counted; beyond that, sorting is the shorter way
ONE = np.int32(1)  # of the type of the table: a plain 1 is forty times slower


@dataclass(frozen=True)
class Counts:
    """Reports of each pair, ordered by drug and event, shape (n_pairs,); of each drug and each event by code; and of all reports."""

    drug: Small
    event: Small
    n: Small
    n_drug: Whole
    n_event: Whole
    total: int


def count(drug_report: Small, drug: Small, event_report: Small, event: Small, total: int, cells: int = CELLS) -> Counts:
    """Count the reports of every pair of drug and event.

    Args:
        drug_report, drug: a report and the code of a drug it names, shape (n_rows,), ordered by report; a pair given twice counts once.
        event_report, event: the same for events.
        total: number of reports, those that name nothing included; reports are numbered from 0 to below it.
        cells: size of the table, to bound memory.

    Refuses (ValueError) rows that are not ordered by report, or whose report is not below `total`.
    """
    drugs, events = _Rows(drug_report, drug, total), _Rows(event_report, event, total)
    n_drug, n_event = (np.zeros(rows.codes, dtype=np.int64) for rows in (drugs, events))
    rank = np.argsort(-np.bincount(drug, minlength=drugs.codes), kind="stable").argsort()
    worth_it = drugs.many() @ events.many() * EMPTIEST > drugs.codes * events.codes
    lines = min(drugs.codes, max(1, cells // max(events.codes, 1))) if worth_it else 0
    table = np.zeros(lines * events.codes, dtype=np.int32)
    rare: list[Whole] = []
    for first, last in _portions(drugs, events, total):
        (d_report, d), (e_report, e) = drugs.distinct(first, last), events.distinct(first, last)
        n_drug += np.bincount(d, minlength=drugs.codes)
        n_event += np.bincount(e, minlength=events.codes)
        cell = _pairs(d_report, rank[d] * events.codes, e_report, e, first, last)
        dense = cell < len(table)
        if dense.all():
            np.add.at(table, cell, ONE)
        else:
            np.add.at(table, cell[dense], ONE)
            rare.append(cell[~dense])
    return _gather(table, np.concatenate([*rare, np.empty(0, dtype=np.int64)]), rank, n_drug, n_event, total)


class _Rows:
    """Rows of report and code, ordered by report, of which any run of reports can be taken."""

    def __init__(self, report: Small, code: Small, total: int) -> None:
        if len(report) and (np.any(report[1:] < report[:-1]) or report[0] < 0 or report[-1] >= total):
            raise ValueError("expected rows ordered by report, reports from 0 to below the total")
        self.report, self.code, self.total = report, code, total
        self.codes = int(code.max(initial=-1)) + 1

    def many(self) -> NDArray[np.float64]:
        """Rows of each report."""
        return np.bincount(self.report, minlength=self.total).astype(np.float64)

    def distinct(self, first: int, last: int) -> tuple[Whole, Whole]:
        """Reports (counted from `first`) and codes of a run of reports, each pair once, ordered."""
        part = slice(*np.searchsorted(self.report, (first, last)))
        report, code = self.report[part].astype(np.int64) - first, self.code[part].astype(np.int64)
        key = report * max(self.codes, 1) + code
        if np.any(key[1:] <= key[:-1]):
            key = _once(key)[0]
            report, code = np.divmod(key, max(self.codes, 1))
        return report, code


def _portions(drugs: _Rows, events: _Rows, total: int) -> Iterator[tuple[int, int]]:
    """Runs of reports that spell out to about as many pairs as are looked at together."""
    step = max(1, int(ROWS / max(1.0, len(drugs.report) / max(total, 1) * len(events.report) / max(total, 1))))
    return ((first, min(first + step, total)) for first in range(0, total, step))


def _pairs(d_report: Whole, line: Whole, e_report: Whole, event: Whole, first: int, last: int) -> Whole:
    """The cell of every pair of a drug and an event of one report."""
    many = np.bincount(e_report, minlength=last - first)
    start = np.cumsum(many) - many
    each = many[d_report]
    ends = np.cumsum(each)
    run = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start[d_report] - (ends - each), each)
    return np.asarray(np.repeat(line, each) + event[run], dtype=np.int64)


def _gather(table: Small, rare: Whole, rank: Whole, n_drug: Whole, n_event: Whole, total: int) -> Counts:
    held = np.flatnonzero(table)
    sparse, many = _once(rare)
    cell, n = np.concatenate([held, sparse]), np.concatenate([table[held], many]).astype(np.int32)
    line, event = np.divmod(cell, max(len(n_event), 1))
    drug = np.argsort(rank)[line]
    order = np.argsort(drug, kind="stable")  # within a drug, events are in order already
    return Counts(drug[order].astype(np.int32), event[order].astype(np.int32), n[order], n_drug, n_event, total)


def _once(key: Whole) -> tuple[Whole, Whole]:
    """Each key once, in order, and how often it occurs: by sorting, which for whole numbers is many times faster than `np.unique`."""
    key = np.sort(key)
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.empty(0, dtype=np.int64)
    return key[first], np.diff(np.append(first, len(key)))
