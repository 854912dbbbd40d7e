"""The same question put in several ways: which reports are counted, compared within strata, and year by year.

Reports are given by their numbers, in order and each once. Every count is of reports.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .measures import Estimate, Table, expected, ic, table
from .shrink import Shrunk
from .strata import by_stratum, pooled_ic, running_ic

Whole = NDArray[np.int64]
Three = tuple[float, float, float]
"""A measure and the ends of its interval."""


@dataclass(frozen=True)
class Way:
    """The question put in one way: its name, the counts, and the information component with its 95 % interval."""

    name: str
    n: int
    expected: float
    ic: Three


@dataclass(frozen=True)
class Year:
    """Reports of one year with both, and the information component of all reports until its end."""

    year: int
    n: int
    expected: float
    until: Three


def counted(drug: Whole, event: Whole, total: int) -> Table:
    """Return the counts of reports with a drug and with an event, of `total` in all."""
    return table(len(np.intersect1d(drug, event, assume_unique=True)), len(drug), len(event), total)


def without(drug: Whole, event: Whole, gone: Whole, total: int) -> Table:
    """Return the counts when the reports `gone` are left out."""
    drug, event = (np.setdiff1d(each, gone, assume_unique=True) for each in (drug, event))
    return counted(drug, event, total - len(gone))


def way(name: str, counts: Table) -> Way:
    """Return what counts say."""
    return Way(name, int(counts.n[0]), float(expected(counts)[0]), three(ic(counts)))


def within(name: str, strata: Table) -> Way:
    """Return what counts within strata say, put together."""
    return Way(name, int(strata.n.sum()), float(expected(strata).sum()), three(pooled_ic(strata)))


def differing(ways: list[Way]) -> tuple[Way, ...]:
    """Return the first way and those that come to other counts: where a source tells no roles, several come to the same."""
    first = ways[0]
    return (first, *(each for each in ways[1:] if (each.n, each.expected) != (first.n, first.expected)))


def by_year(year: Whole, drug: Whole, event: Whole) -> tuple[Year, ...]:
    """Return the course over the years, from the first that has a report of the drug; `year` is that of each report, 0 if unknown."""
    held, counts = by_stratum(year, drug, event)
    dated = (held > 0) & (np.cumsum(counts.n_drug * (held > 0)) > 0)
    yearly = Table(*(np.asarray(each)[dated] for each in (counts.n, counts.n_drug, counts.n_event, counts.total)))
    until, by_chance = running_ic(yearly), expected(yearly)
    return tuple(
        Year(int(each), int(yearly.n[at]), float(by_chance[at]), three(until, at)) for at, each in enumerate(held[dated])
    )


def three(estimate: Estimate | Shrunk, at: int = 0) -> Three:
    """Return one pair of an estimate."""
    return float(estimate.value[at]), float(estimate.low[at]), float(estimate.high[at])
