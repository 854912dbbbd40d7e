"""Is a pair reported more often than expected? The measures of disproportion that need nothing but counts of reports.

All counts are of reports, each report counted once however often it names a drug or an event. With n reports that name both, the
expected count is n_drug * n_event / total: what chance would give if drugs and events were reported independently.
Measures of an event that is reported with one drug only, or of a drug that every report names, are infinite or not a number: there is
nothing to compare with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaincinv, xlogy

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
    """Return the expected number of reports with both, shape (n_pairs,).

    Source: DuMouchel, Am Stat 53 (1999) 177, doi 10.1080/00031305.1999.10474456, without strata, and with reports for its sums of cells, as
    openEBGM counts them.
    """
    return counts.n_drug * (counts.n_event / counts.total)


def prr(counts: Table) -> Estimate:
    """Return the proportional reporting ratio: the share of reports with the event, with the drug against without it.

    The interval is normal on the log scale, with the variance of a ratio of two shares.
    Source: Evans, Waller & Davis, Pharmacoepidemiol Drug Saf 10 (2001) 483, doi 10.1002/pds.677, for the ratio; the documentation of pvda,
    function `prr`, for the interval.
    """
    others, rest = counts.n_event - counts.n, counts.total - counts.n_drug
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (counts.n / counts.n_drug) / (others / rest)
        error = np.sqrt(1 / counts.n - 1 / counts.n_drug + 1 / others - 1 / rest)
        return _log_normal(value, error)


def ror(counts: Table, add: float = 0.0) -> Estimate:
    """Return the reporting odds ratio, normal on the log scale.

    `add` is added to each of the four cells; 0.5 keeps it finite where a cell is empty.
    Source: Rothman, Lanes & Sacks, Pharmacoepidemiol Drug Saf 13 (2004) 519, doi 10.1002/pds.1001.
    """
    a = counts.n + add
    b, c = counts.n_drug - counts.n + add, counts.n_event - counts.n + add
    d = counts.total - counts.n_drug - counts.n_event + counts.n + add
    with np.errstate(divide="ignore", invalid="ignore"):
        return _log_normal((a / b) / (c / d), np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def ic(counts: Table) -> Estimate:
    """Return the information component: log2 of observed over expected, each with half a report added.

    The interval is exact, from the gamma distribution of the rate given n; it is solved once for each n that occurs.
    Source: Norén, Hopstadius & Bate, Stat Methods Med Res 22 (2013) 57, doi 10.1177/0962280211403604.
    """
    return ic_of(counts.n, expected(counts))


def ic_of(n: Array, expect: Array) -> Estimate:
    """Return the information component of counts `n` where `expect` reports are expected, however that was worked out."""
    distinct, where = distinct_counts(n)
    shape, rate = distinct + SHRINK, np.log2(expect + SHRINK)
    low, value, high = (np.log2(each)[where] - rate for each in (gammaincinv(shape, 0.025), shape, gammaincinv(shape, 0.975)))
    return Estimate(value, low, high)


def likelihood_ratio(n: Array, expect: Array, n_drug: float | Array) -> Array:
    """Return the log likelihood ratio of more reports than expected, shape (n_pairs,); 0 where there are not more.

    Source: Huang, Zalkikar & Tiwari, J Am Stat Assoc 106 (2011) 1230, doi 10.1198/jasa.2011.ap10243, with reports for its sums of cells.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(n_drug > n, xlogy(n_drug - n, (n_drug - n) / (n_drug - expect)), 0.0)
        return np.where(n > expect, xlogy(n, n / expect) + rest, 0.0)


@dataclass(frozen=True)
class Highest:
    """The log likelihood ratio of one event of a drug, and how often chance alone makes any of `events` events reach it."""

    log_ratio: float
    chance: float
    events: int


def highest(n: float, expect: float, every: Array, n_drug: float) -> Highest:
    """Return the log likelihood ratio of one event of a drug, held against the highest that chance would give among all events.

    Args:
        n, expect: reports and expected reports of the drug with the event; n_drug: reports with the drug.
        every: expected reports of the drug with each event of the source, this one among them, shape (n_events,).

    By chance a report of the drug has an event with the share that all reports have. As one report can have several, events are taken one by
    one, so that the probability p is a product and is worked out without drawing; the paper draws them as parts of one sum. However events
    hang together, the true probability is at most -log(1 - p), which is 0.0513 where p is 0.05.
    Source: Huang, Zalkikar & Tiwari (2011), for the likelihood ratio and for its largest as what is judged.
    """
    ratio = float(likelihood_ratio(np.array([n]), np.array([expect]), n_drug)[0])
    return Highest(ratio, _any_reaches(ratio, every, n_drug), len(every))


def _any_reaches(ratio: float, expect: Array, n_drug: float) -> float:
    """The probability that at least one of independent binomial counts has a log likelihood ratio this high."""
    if ratio <= 0:
        return 1.0
    least = _least_reaching(ratio * (1 - 1e-12), expect, n_drug)  # a count reaches its own ratio, whatever was rounded
    able = least <= n_drug
    beyond = betainc(least[able], n_drug - least[able] + 1, expect[able] / n_drug)
    return float(-np.expm1(np.log1p(-beyond).sum()))


def _least_reaching(ratio: float, expect: Array, n_drug: float) -> Array:
    """The least count with a log likelihood ratio this high, by bisection; above `n_drug` where none has it."""
    far = ratio / 3 + np.sqrt(ratio * ratio / 9 + 2 * ratio * expect)  # Bernstein: further off, the ratio is higher
    low, high = np.floor(expect), np.minimum(n_drug, np.ceil(expect + far)) + 1
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        reached = likelihood_ratio(middle, expect, n_drug) >= ratio
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.asarray(high)


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
