"""Integrate over a few hyperparameters: mode, curvature, then quasi-random importance sampling with its effective sample size.

Source: Rue, Martino & Chopin (2009), doi 10.1111/j.1467-9868.2008.00700.x (mode and curvature); Owen, Monte Carlo theory (2013), ch. 9
(importance sampling, effective sample size).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import lgamma, log, pi

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaincinv, ndtri

Array = NDArray[np.float64]
Slope = Callable[[Array], tuple[float, Array]]  # one point (d,) -> log density, gradient (d,)
Target = Callable[
    [Array], tuple[Array, Array, Array]
]  # points (k, d) -> log density (k,), coefficients' means (k, p), covariances
DEGREES = 30.0  # of the Student proposal: heavier tails than the posterior, so that no weight explodes
ENOUGH, PLENTY = 0.3, 32.0  # share of the draws that must be effective, else they are renewed; of renewed ones this many will do
LEAST_FOUND = 0.5  # share of the draws at which there must be a density
MOST_CLIMBS, LEAST_CLIMB = 8, 0.05  # steps of a climb; twice the gain that is to be expected of another one
SHARPEST = 1e6  # curvature, in spreads of the search: a direction sharper still is an accident of differences


@dataclass(frozen=True)
class Search:
    """Where to look for the mode, each `(d,)`: a start, a rough spread of each coordinate, and limits well outside the posterior."""

    start: Array
    scale: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Points:
    """Weighted hyperparameter points.

    `psi` `(k, d)`; `weight` `(k,)`, sums to 1; `mean` `(k, p)`, `cov` `(k, p, p)` of the coefficients at each point; `ess` effective number
    of draws; `log_evidence` log marginal likelihood; `mode` `(d,)` the best point seen; `covariance` `(d, d)` of the proposal.
    """

    psi: Array
    weight: Array
    mean: Array
    cov: Array
    ess: float
    log_evidence: float
    mode: Array
    covariance: Array

    def average(self, values: Array) -> Array:
        """Posterior mean of values at the points, `(k, ...)` to `(...)`."""
        return np.asarray(np.tensordot(self.weight, values, axes=1))


def integrate(target: Target, search: Search, draws: int, seed: int, slope: Slope | None = None) -> Points:
    """Weighted points that represent `exp(target)`.

    Args:
        target: log density of `(k, d)` points, finite near `start`, and the coefficients' posterior at each.
        search: where the mode is looked for.
        draws: how many points; while too few of them are effective they are drawn anew around what was found, wider and four, then
            sixteen times as many: as many again would only fit the proposal to what the first had happened to see.
        seed: shifts the quasi-random points; the same seed gives the same answer.

    Raises:
        FloatingPointError: at most points the target is not finite.
    """
    given = slope or _differences(target, search.scale)
    mode = find_mode(given, search)
    covariance = 1.4 * _curvature(given, mode, search.scale)
    for more in (1, 4, 16):
        points = _sample(target, mode, covariance, draws * more, seed)
        if points.ess >= ENOUGH * len(points.weight) or (more > 1 and points.ess >= PLENTY):
            break
        away = points.psi - points.average(points.psi)
        if points.ess > 2 * len(mode):
            seen = np.einsum("k,ki,kj->ij", points.weight, away, away)
            mode, covariance = points.average(points.psi), 2.0 * seen + np.diag(search.scale**2) / SHARPEST
    return points


def within(start: Array, mean: Array, spread: Array, scale: Array) -> Search:
    """A search from `start` that stays within four spreads of a normal prior."""
    return Search(start, scale, mean - 4 * spread, mean + 4 * spread)


def find_mode(slope: Slope, search: Search) -> Array:
    """Maximum of a log density within the limits, by L-BFGS-B in coordinates of about unit spread."""
    start = np.clip(search.start, search.low, search.high)

    def negative(z: Array) -> tuple[float, Array]:
        value, gradient = slope(start + z * search.scale)
        return -value, -gradient * search.scale

    limits = np.column_stack([search.low - start, search.high - start]) / search.scale[:, None]
    found = minimize(
        negative,
        np.zeros(len(start)),
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"gtol": 0.1, "ftol": 1e-6, "maxiter": 60},
    )
    return np.asarray(start + found.x * search.scale)


def climb(slope: Slope, search: Search, covariance: Array) -> tuple[float, Array]:
    """Maximum of a log density and its place, from a start that is near and a covariance `(d, d)` of a density that is alike.

    Newton's method with that covariance for the curvature, while it climbs; where it does not, the search goes on as `find_mode`.
    """
    at = np.clip(search.start, search.low, search.high)
    value, gradient = slope(at)
    for _ in range(MOST_CLIMBS):
        step = covariance @ gradient
        if gradient @ step < LEAST_CLIMB:
            return value, at
        for share in (0.7, 0.2):
            ahead = np.clip(at + share * step, search.low, search.high)
            there, turned = slope(ahead)
            if there > value:
                break
        else:
            break
        at, value, gradient = ahead, there, turned
    at = find_mode(slope, replace(search, start=at))
    return slope(at)[0], at


def _differences(target: Target, scale: Array) -> Slope:
    """Gradient by forward differences taken in one batch; the step is long enough to be exact in what matters, short of the spread."""
    step = 0.03

    def slope(psi: Array) -> tuple[float, Array]:
        value = target(psi + step * np.vstack([np.zeros(len(psi)), np.diag(scale)]))[0]
        return float(value[0]), (value[1:] - value[0]) / (step * scale)

    return slope


def _curvature(slope: Slope, mode: Array, scale: Array) -> Array:
    """Inverse of the negative Hessian at the mode, by differences of gradients; directions of little curvature keep within `2 scale`,
    and none is held for exactly known."""
    step = 0.25
    here = slope(mode)[1]
    hessian = np.array([(here - slope(mode + step * scale * unit)[1]) * scale / step for unit in np.eye(len(mode))])
    roots, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    safe = axes @ np.diag(1 / np.clip(roots, 0.25, SHARPEST)) @ axes.T
    return np.asarray(safe * np.outer(scale, scale))


def _sample(target: Target, centre: Array, covariance: Array, draws: int, seed: int) -> Points:
    d = len(centre)
    z, radius = _normal_points(draws, d, seed)
    student = z / radius[:, None]
    psi = centre + student @ np.linalg.cholesky(covariance).T
    value, mean, cov = target(psi)
    if np.isfinite(value).mean() < LEAST_FOUND:
        raise FloatingPointError("at most points around the mode the density cannot be computed")
    proposal = -0.5 * (DEGREES + d) * np.log1p((student**2).sum(1) / DEGREES)
    ratio = np.where(np.isfinite(value), value - proposal, -np.inf)
    top = ratio.max()
    weight = np.exp(ratio - top)
    total = float(weight.sum())
    norm = _log_student_norm(d) + float(np.linalg.slogdet(covariance)[1]) / 2
    weight /= total
    best = int(np.argmax(np.where(np.isfinite(value), value, -np.inf)))
    return Points(
        psi, weight, mean, cov, float(1 / (weight**2).sum()), top + float(np.log(total / draws)) + norm, psi[best], covariance
    )


def _log_student_norm(d: int) -> float:
    return lgamma(DEGREES / 2) - lgamma((DEGREES + d) / 2) + d / 2 * log(DEGREES * pi)


def _normal_points(draws: int, d: int, seed: int) -> tuple[Array, Array]:
    """Antithetic quasi-random normal points `(draws, d)` with unit covariance, and Student radii `(draws,)`.

    Source: additive recurrence on the generalised golden ratio (M. Roberts, 2018), shifted by the seed.
    """
    half = (draws + 1) // 2
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (d + 2))
    shift = np.random.default_rng(seed).random(d + 1)
    uniform = (shift + np.outer(np.arange(1, half + 1), ratio ** -np.arange(1.0, d + 2))) % 1.0
    z = ndtri(np.clip(uniform[:, :d], 1e-9, 1 - 1e-9))
    z = z @ np.linalg.inv(np.linalg.cholesky(z.T @ z / half)).T
    radius = np.sqrt(2 * gammaincinv(DEGREES / 2, np.clip(uniform[:, d], 1e-9, 1 - 1e-9)) / DEGREES)
    return np.vstack([z, -z])[:draws], np.tile(radius, 2)[:draws]
