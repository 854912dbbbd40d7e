"""The ratio of a pair after shrinking: EBGM, its geometric mean, and EB05 and EB95, the ends of its central 90 % interval.

Given its count, the ratio of a pair is again a mixture of two gamma distributions, whose quantiles have no formula. They depend on the
count and the expected count only, so with many pairs they are solved on a grid of expected counts for each count, and read off between
the points of the grid by a cubic with exact slopes, on log scales. Every interval of the grid is tried at its middle: where the cubic is
off by more than a part in ten million, its pairs are solved one by one.

Source: DuMouchel, Am Stat 53 (1999) 177, doi 10.1080/00031305.1999.10474456, with the numbers of its equations as the code of openEBGM
gives them. The grid is ours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise
from scipy.special import expit, gammainc, gammaincinv, gammaln, logit, psi, xlogy

from .measures import distinct_counts
from .mixture import Points, Prior, points

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

STEP = 0.1  # of log expected count
CLOSE = 1e-7
WORTH_A_GRID = 4  # pairs in an interval from which on the grid is the shorter way
EB05, EB95 = 0.05, 0.95


@dataclass(frozen=True)
class Shrunk:
    """EBGM with EB05 and EB95 of pairs, each of shape (n_pairs,)."""

    value: Array
    low: Array
    high: Array


def shrink(n: Array, expect: Array, prior: Prior) -> Shrunk:
    """Return EBGM, EB05 and EB95 of counts `n` where `expect` are expected, both of shape (n_pairs,), both above zero."""
    return Shrinker(prior, points(n, expect)).shrink(n, expect)


class Shrinker:
    """Shrinks the pairs of a source, a block at a time where they do not all fit in memory."""

    def __init__(self, prior: Prior, given: Points) -> None:
        """`given` says, squashed or not, which pairs there will be; others are answered too, more slowly."""
        self._prior = prior
        self._grids = [_Grid(given, prior, chance) for chance in (EB05, EB95)]

    def shrink(self, n: Array, expect: Array) -> Shrunk:
        """Return EBGM, EB05 and EB95 of pairs, both arguments of shape (n_pairs,) and above zero."""
        low, high = (grid.at(n, expect) for grid in self._grids)
        return Shrunk(ebgm(n, expect, self._prior), low, high)


def ebgm(n: Array, expect: Array, prior: Prior) -> Array:
    """Return the geometric mean of the ratio given the count, shape (n_pairs,). Source: DuMouchel (1999) eq. 9 to 11."""
    distinct, where = distinct_counts(n)
    first = first_share(n, expect, prior)
    logs = [psi(distinct + a)[where] - np.log(b + expect) for a, b in zip(prior.alpha, prior.beta, strict=True)]
    return np.asarray(np.exp(first * logs[0] + (1 - first) * logs[1]), dtype=np.float64)


def first_share(n: Array, expect: Array, prior: Prior) -> Array:
    """Return the probability that the ratio is of the first component, given the count. Source: DuMouchel (1999) eq. 6."""
    (a1, a2), (b1, b2) = prior.alpha, prior.beta
    distinct, where = distinct_counts(n)
    constant = logit(prior.share) - gammaln(a1) + gammaln(a2) + xlogy(a1, b1) - xlogy(a2, b2)
    odds = (gammaln(distinct + a1) - gammaln(distinct + a2) + constant)[where]
    odds += (n + a2) * np.log(b2 + expect) - (n + a1) * np.log(b1 + expect)
    return np.asarray(expit(odds), dtype=np.float64)


def quantile(n: Array, expect: Array, prior: Prior, chance: float) -> Array:
    """Return the quantile of the ratio given the count, each pair solved by itself, shape (n_pairs,)."""
    if not len(n):
        return np.empty(0)
    first, shapes, rates = _posterior(n, expect, prior)
    ends = np.array([np.log(gammaincinv(a, chance) / b) for a, b in zip(shapes, rates, strict=True)])
    ends = np.maximum(ends, -700.0)  # a quantile too small for a number is none to worry about

    def beyond(log_ratio: Array, first: Array, a1: Array, b1: Array, a2: Array, b2: Array) -> Array:
        ratio = np.exp(log_ratio)
        return np.asarray(first * gammainc(a1, b1 * ratio) + (1 - first) * gammainc(a2, b2 * ratio) - chance)

    bracket = (ends.min(axis=0) - 1e-6, ends.max(axis=0) + 1e-6)
    found = elementwise.find_root(
        beyond, bracket, args=(first, shapes[0], rates[0], shapes[1], rates[1]), tolerances={"xatol": 1e-11, "xrtol": 1e-13}
    )
    return np.asarray(np.exp(found.x), dtype=np.float64)


class _Grid:
    """The quantile on a grid: a row for each count, a column for each step of the log expected count.

    It is worked out where pairs are many; a place where it is not, or not well enough, holds no number.
    """

    def __init__(self, given: Points, prior: Prior, chance: float) -> None:
        self.prior, self.chance = prior, chance
        self.distinct = distinct_counts(given.n)[0].astype(np.int64)
        self.row = np.full(int(self.distinct.max(initial=0)) + 2, len(self.distinct))  # of a count not seen: an empty row
        self.row[self.distinct] = np.arange(len(self.distinct))
        column = np.floor(np.log(given.expect) / STEP).astype(np.int64)
        self.first, self.width = int(column.min(initial=0)) - 1, int(np.ptp(column)) + 4 if len(column) else 4
        places = (len(self.distinct) + 1) * self.width
        many = np.bincount(self.row[given.n.astype(np.int64)] * self.width + column - self.first, given.many, places)
        self._solve(np.flatnonzero(many >= WORTH_A_GRID), places)

    def _solve(self, held: Whole, places: int) -> None:
        self.log_quantile, self.slope = (np.full(places + 1, np.nan) for _ in range(2))
        nodes = np.unique(np.concatenate([held, held + 1]))
        count, at = self._place(nodes)
        solved = quantile(count, at, self.prior, self.chance)
        self.log_quantile[nodes], self.slope[nodes] = np.log(solved), _slope(count, at, solved, self.prior)
        middle = np.log(quantile(*self._place(held, 0.5), self.prior, self.chance))
        good = held[np.abs(self._cubic(held, np.full(len(held), 0.5)) - middle) < CLOSE]
        self.good = np.zeros(places + 1, dtype=bool)
        self.good[good] = True

    def _place(self, places: Whole, along: float = 0.0) -> tuple[Array, Array]:
        count = self.distinct[places // self.width].astype(np.float64)
        return count, np.exp((places % self.width + self.first + along) * STEP)

    def at(self, n: Array, expect: Array) -> Array:
        """The quantile for each pair: from the grid where that is good enough, else solved."""
        steps = np.log(expect) * (1 / STEP) - self.first
        column = np.clip(steps.astype(np.int64), 0, self.width - 2)
        place = self.row[np.minimum(n.astype(np.int64), len(self.row) - 1)] * self.width + column
        result = np.exp(self._cubic(place, steps - column))
        alone = np.flatnonzero(~self.good[place])
        result[alone] = quantile(n[alone], expect[alone], self.prior, self.chance)
        return result

    def _cubic(self, place: Whole, along: Array) -> Array:
        """Hermite's cubic between a place and the next."""
        rest = 1 - along
        value = self.log_quantile[place] * (rest * rest * (1 + 2 * along))
        value += self.log_quantile[place + 1] * (along * along * (1 + 2 * rest))
        value += (STEP * along * rest) * (self.slope[place] * rest - self.slope[place + 1] * along)
        return np.asarray(value, dtype=np.float64)


Pair = tuple[Array, Array]


def _posterior(n: Array, expect: Array, prior: Prior) -> tuple[Array, Pair, Pair]:
    """The share of the first component, and shapes and rates of both, given the counts."""
    (a1, a2), (b1, b2) = prior.alpha, prior.beta
    return first_share(n, expect, prior), (a1 + n, a2 + n), (b1 + expect, b2 + expect)


def _slope(n: Array, expect: Array, ratio: Array, prior: Prior) -> Array:
    """How fast the log of a quantile changes with the log of the expected count, from the derivative of its equation."""
    first, shapes, rates = _posterior(n, expect, prior)
    density = [np.exp(xlogy(a, b * ratio) - b * ratio - gammaln(a)) for a, b in zip(shapes, rates, strict=True)]  # by log ratio
    below = [gammainc(a, b * ratio) for a, b in zip(shapes, rates, strict=True)]
    turning = first * (1 - first) * expect * (shapes[1] / rates[1] - shapes[0] / rates[0])
    along = first * density[0] + (1 - first) * density[1]
    moved = first * density[0] * expect / rates[0] + (1 - first) * density[1] * expect / rates[1]
    return np.asarray(-(turning * (below[0] - below[1]) + moved) / along, dtype=np.float64)
