"""Is a pair reported more often than expected? The measures of disproportion that need nothing but counts of reports.

All counts are of reports, each report counted once however often it names a drug or an event. With n reports that name both, the
expected count is n_drug * n_event / total: what chance would give if drugs and events were reported independently.
Measures of an event that is reported with one drug only, or of a drug that every report names, are infinite or not a number: there is
nothing to compare with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, xlogy

Array = NDArray[np.float64]
Z = 1.959963984540054  # of a central 95 % interval
SHRINK = 0.5


@dataclass(frozen=True)
class Table:
    """Counts of reports for pairs of a drug and an event, each of shape (n_pairs,); `total` may be one number for all.

    `n` counts reports with both, `n_drug` with the drug, `n_event` with the event, `total` all reports.
    """

    n: Array
    n_drug: Array
    n_event: Array
    total: float | Array


@dataclass(frozen=True)
class Estimate:
    """A measure with its central 95 % interval, each of shape (n_pairs,)."""

    value: Array
    low: Array
    high: Array


def table(n: ArrayLike, n_drug: ArrayLike, n_event: ArrayLike, total: float) -> Table:
    """Return counts as a Table; refuses (ValueError) counts that no set of reports can have."""
    both, drug, event = np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (n, n_drug, n_event)))
    made = Table(both, drug, event, total)
    if not (
        np.all(made.n >= 0)
        and np.all(made.n <= np.minimum(made.n_drug, made.n_event))
        and np.all(made.n_drug + made.n_event - made.n <= total)
    ):
        raise ValueError("expected 0 <= n <= n_drug, n_event and n_drug + n_event - n <= total; found counts that break this")
    return made


def expected(counts: Table) -> Array:
    """Return the expected number of reports with both, shape (n_pairs,). Source: DuMouchel, Am Stat 53 (1999) 177, without strata."""
    return counts.n_drug * (counts.n_event / counts.total)


def prr(counts: Table) -> Estimate:
    """Return the proportional reporting ratio: the share of reports with the event, with the drug against without it.

    The interval is normal on the log scale. Source: Evans, Waller & Davis, Pharmacoepidemiol Drug Saf 10 (2001) 483.
    """
    others, rest = counts.n_event - counts.n, counts.total - counts.n_drug
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (counts.n / counts.n_drug) / (others / rest)
        error = np.sqrt(1 / counts.n - 1 / counts.n_drug + 1 / others - 1 / rest)
        return _log_normal(value, error)


def ror(counts: Table, add: float = 0.0) -> Estimate:
    """Return the reporting odds ratio, normal on the log scale.

    `add` is added to each of the four cells; 0.5 keeps it finite where a cell is empty.
    Source: Rothman, Lanes & Sacks, Pharmacoepidemiol Drug Saf 13 (2004) 519.
    """
    a = counts.n + add
    b, c = counts.n_drug - counts.n + add, counts.n_event - counts.n + add
    d = counts.total - counts.n_drug - counts.n_event + counts.n + add
    with np.errstate(divide="ignore", invalid="ignore"):
        return _log_normal((a / b) / (c / d), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def ic(counts: Table) -> Estimate:
    """Return the information component: log2 of observed over expected, each with half a report added.

    The interval is exact, from the gamma distribution of the rate given n; it is solved once for each n that occurs.
    Source: Norén, Hopstadius & Bate, Stat Methods Med Res 22 (2013) 57.
    """
    return ic_of(counts.n, expected(counts))


def ic_of(n: Array, expect: Array) -> Estimate:
    """Return the information component of counts `n` where `expect` reports are expected, however that was worked out."""
    distinct, where = distinct_counts(n)
    shape, rate = distinct + SHRINK, np.log2(expect + SHRINK)
    low, value, high = (np.log2(each)[where] - rate for each in (gammaincinv(shape, 0.025), shape, gammaincinv(shape, 0.975)))
    return Estimate(value, low, high)


def likelihood_ratio(n: Array, expect: Array, n_drug: Array) -> Array:
    """Return the log likelihood ratio of more reports than expected; 0 where there are not more.

    Source: Huang, Zalkikar & Tiwari, J Am Stat Assoc 106 (2011) 1230.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(n_drug > n, xlogy(n_drug - n, (n_drug - n) / (n_drug - expect)), 0.0)
        return np.where(n > expect, xlogy(n, n / expect) + rest, 0.0)


def likelihood_ratio_p(n: Array, expect: Array, n_drug: float, draws: int, rng: np.random.Generator) -> Array:
    """Return for each event of one drug how often chance alone makes some event stand out as much: a p value for the largest of many.

    Args:
        n, expect: reports and expected reports of one drug with each event, shape (n_events,); n_drug: reports with the drug.
        draws: invented worlds in which drug and events are independent; rng: where their chance comes from.

    Source: as `likelihood_ratio`, with events drawn one by one, as a report can hold several.
    """
    margin = np.full_like(expect, n_drug)
    chance = rng.binomial(int(n_drug), np.clip(expect / n_drug, 0.0, 1.0), size=(draws, len(n)))
    highest = np.sort([likelihood_ratio(row.astype(np.float64), expect, margin).max() for row in chance])
    above = draws - np.searchsorted(highest, likelihood_ratio(n, expect, margin), side="left")
    return np.asarray((1 + above) / (1 + draws), dtype=np.float64)


def distinct_counts(n: Array) -> tuple[Array, NDArray[np.int64]]:
    """Return the counts that occur, in order, and for each pair which of them is its own, shape (n_pairs,).

    As `np.unique` with its inverse, without sorting: counts are whole numbers, so a table does.
    """
    whole = n.astype(np.int64)
    many = np.bincount(whole)
    held = np.flatnonzero(many)
    place = np.zeros(len(many), dtype=np.int64)
    place[held] = np.arange(len(held))
    return held.astype(np.float64), place[whole]


def _log_normal(value: Array, error: Array) -> Estimate:
    return Estimate(value, value * np.exp(-Z * error), value * np.exp(Z * error))
