"""The prior of the gamma-Poisson shrinker: how much more often than expected pairs are reported, over all pairs of a source.

The ratio of a pair follows a mixture of two gamma distributions, and its count is Poisson around ratio times expected count. Only
pairs that were reported at all are used, so the likelihood is that of counts above zero. Two ways of saying so are in use and they do
not agree: each component is cut off at zero before they are mixed (`component`, as openEBGM does), or the mixture is (`joint`, as
vigipy does). Every result names the one it used.

Source: DuMouchel, Am Stat 53 (1999) 177, doi 10.1080/00031305.1999.10474456, with the numbers of its equations as the code of openEBGM
gives them; DuMouchel & Pregibon, KDD 2001, 67, doi 10.1145/502512.502526, for pairs above zero only and for squashing.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, gammaln, logit, logsumexp, psi

from .measures import distinct_counts

Array = NDArray[np.float64]
Likelihood = Literal["component", "joint"]

MANY = 50_000  # pairs from which on they are squashed
BIN = 0.02  # width of a bin of log expected count
FLAT = 1e-3  # slope of the mean log likelihood below which a search has arrived
EDGE = (-12.0, 12.0)  # of the logs of shapes and rates, and of the logit of the share
STARTS = (
    (0.2, 0.1, 2.0, 4.0, 1 / 3),
    (2.0, 0.3, 2.0, 2.0, 0.1),
    (1.5, 0.05, 0.5, 0.5, 0.02),
)
"""Where the search starts: the first is that of DuMouchel 1999, the others reach what it can miss."""


@dataclass(frozen=True)
class Points:
    """Pairs alike taken together: a count, the mean of their expected counts, and how many they are, each of shape (n_points,)."""

    n: Array
    expect: Array
    many: Array


@dataclass(frozen=True)
class Prior:
    """A mixture of two gamma distributions of the ratio: shapes, rates, and the share of the first, whose mean is the higher.

    `log_likelihood` is that of the data it was fitted to, with `likelihood`; `squashed` says that pairs alike were taken together;
    `sure` whether the search came to an end with figures that mean something: with few pairs it runs off to the edge.
    """

    alpha: tuple[float, float]
    beta: tuple[float, float]
    share: float
    likelihood: Likelihood = "component"
    log_likelihood: float = float("nan")
    squashed: bool = False
    sure: bool = True


def points(n: Array, expect: Array) -> Points:
    """Return pairs as points, squashed when they are many; counts above zero and expected counts, shape (n_pairs,)."""
    alone = Points(n, expect, np.ones(len(n)))
    return squash(alone) if len(n) > MANY else alone


def squash(given: Points) -> Points:
    """Return points where all those with one count and expected counts within 2 % are one.

    Source: the idea is that of DuMouchel & Pregibon (2001); the bins of equal width on a log scale are ours.
    """
    distinct, row = distinct_counts(given.n)
    column = np.floor(np.log(given.expect) / BIN).astype(np.int64)
    column -= column.min()
    width = int(column.max()) + 1
    code = row * width + column
    many = np.bincount(code, weights=given.many)
    held = np.flatnonzero(many)
    mean = np.bincount(code, weights=given.expect * given.many)[held] / many[held]
    return Points(distinct[held // width], mean, many[held].astype(np.float64))


def fit_prior(given: Points, likelihood: Likelihood = "component") -> Prior:
    """Return the prior that makes the reported pairs most likely, the best of several searches.

    Refuses (ValueError) when no pair was reported.
    """
    if not len(given.n):
        raise ValueError("no pair was reported; expected counts above zero")
    data = _Data(given)
    best = min((_search(data, np.array(start), likelihood) for start in STARTS), key=lambda found: float(found.fun))
    (a1, b1, a2, b2), share = (float(each) for each in np.exp(best.x[:4])), float(expit(best.x[4]))
    if a1 / b1 < a2 / b2:
        a1, b1, a2, b2, share = a2, b2, a1, b1, 1 - share
    inside = bool(np.abs(best.x).max() < EDGE[1] - 0.01)
    flat = bool(np.abs(best.jac).max() < FLAT * given.many.sum())
    squashed = bool(given.many.max() > 1)
    return Prior((a1, a2), (b1, b2), share, likelihood, -float(best.fun), squashed, flat and inside)


def minus_log_likelihood(prior: Prior, given: Points) -> float:
    """Return minus the log likelihood of the points under a prior, by the likelihood it names.

    Source: DuMouchel (1999) eq. 12, cut off at zero as in DuMouchel & Pregibon (2001).
    """
    (a1, a2), (b1, b2) = prior.alpha, prior.beta
    return _value_and_slope(np.append(np.log([a1, b1, a2, b2]), logit(prior.share)), _Data(given), prior.likelihood)[0]


class _Data:
    """Counts, expected counts and weights, with what does not change during the search."""

    def __init__(self, given: Points) -> None:
        self.n, self.expect, self.weight = given.n, given.expect, given.many
        self.distinct, self.where = distinct_counts(given.n)
        self.constant = given.n * np.log(given.expect) - gammaln(given.n + 1)


def _search(data: _Data, start: Array, likelihood: Likelihood) -> Any:
    at = np.append(np.log(start[:4]), logit(start[4]))
    edge = [EDGE] * len(at)
    settings = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-8 * data.weight.sum()}
    return minimize(_value_and_slope, at, (data, likelihood), method="L-BFGS-B", jac=True, bounds=edge, options=settings)


def _value_and_slope(at: Array, data: _Data, likelihood: Likelihood) -> tuple[float, Array]:
    """Minus the log likelihood and its slope, by the logs of shapes and rates and the logit of the share."""
    shapes, rates, share = np.exp(at[[0, 2]]), np.exp(at[[1, 3]]), expit(at[4])
    logs, zeros, slopes, zero_slopes = [], [], [], []
    for a, b in zip(shapes, rates, strict=True):
        sum_, ratio = data.expect + b, np.log(b) - np.log(data.expect + b)
        logs.append((gammaln(data.distinct + a) - gammaln(a))[data.where] + a * ratio - data.n * np.log(sum_) + data.constant)
        zeros.append(a * ratio)
        by_a = (psi(data.distinct + a) - psi(a))[data.where] + ratio
        slopes.append((a * by_a, a - b * (data.n + a) / sum_))
        zero_slopes.append((a * ratio, a * data.expect / sum_))
    log_share = np.array([np.log(share), np.log1p(-share)])
    cut = _component if likelihood == "component" else _joint
    total, parts, zero_parts = cut(logs, zeros, log_share)
    gradient = [
        data.weight @ (part * slope + zero_part * zero_slope)
        for part, zero_part, both, zero_both in zip(parts, zero_parts, slopes, zero_slopes, strict=True)
        for slope, zero_slope in zip(both, zero_both, strict=True)
    ]
    if likelihood == "joint":  # the share bears on what is cut off as well
        parts = [part + zero_part for part, zero_part in zip(parts, zero_parts, strict=True)]
    by_share = data.weight @ (parts[0] * (1 - share) - parts[1] * share)
    return -float(data.weight @ total), -np.append(gradient, by_share)


Cut = tuple[Array, list[Array], list[Array]]
"""Log likelihood of each pair, and how fast it grows with the log density of each component, at the count and at zero."""


def _component(logs: list[Array], zeros: list[Array], log_share: Array) -> Cut:
    cut = [np.log(-np.expm1(zero)) for zero in zeros]
    each = np.array([share + log - gone for share, log, gone in zip(log_share, logs, cut, strict=True)])
    total = logsumexp(each, axis=0)
    parts = list(np.exp(each - total))
    return total, parts, [part * np.exp(zero - gone) for part, zero, gone in zip(parts, zeros, cut, strict=True)]


def _joint(logs: list[Array], zeros: list[Array], log_share: Array) -> Cut:
    each = np.array([share + log for share, log in zip(log_share, logs, strict=True)])
    none = np.array([share + zero for share, zero in zip(log_share, zeros, strict=True)])
    total, zero = logsumexp(each, axis=0), logsumexp(none, axis=0)
    left = np.log(-np.expm1(zero))
    return total - left, list(np.exp(each - total)), list(np.exp(none - left))
