"""Integrate over a few hyperparameters: mode, curvature, then quasi-random importance sampling with its effective sample size.

Source: Rue, Martino & Chopin (2009), doi 10.1111/j.1467-9868.2008.00700.x (mode and curvature); Owen, Monte Carlo theory (2013), ch. 9
(importance sampling, effective sample size).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaincinv, ndtri

Array = NDArray[np.float64]
Target = Callable[[Array], Array]
DEGREES = 9.0  # of the Student proposal: heavier tails than the posterior, so that no weight explodes
ENOUGH = 0.35  # share of the draws that must be effective; below it the draws are renewed around what was found


@dataclass(frozen=True)
class Points:
    """Weighted hyperparameter points.

    `psi` `(k, d)`; `weight` `(k,)`, sums to 1; `ess` effective number of draws; `log_evidence` log marginal likelihood; `mode` `(d,)`.
    """

    psi: Array
    weight: Array
    ess: float
    log_evidence: float
    mode: Array
    covariance: Array

    def mean(self, values: Array) -> Array:
        """Posterior mean of values at the points, `(k, ...)` to `(...)`."""
        return np.asarray(np.tensordot(self.weight, values, axes=1))


def integrate(target: Target, start: Array, scale: Array, draws: int, seed: int) -> Points:
    """Weighted points that represent `exp(target)`.

    Args:
        target: log density of `(k, d)` points, `(k,)`; must be finite near `start`.
        start: `(d,)`; scale: a rough spread of each coordinate, `(d,)`.
        draws: how many points; quadrupled (at most three times) while the effective sample size is too small.
        seed: shifts the quasi-random points; the same seed gives the same answer.
    """
    mode = find_mode(target, start, scale)
    covariance = _curvature(target, mode, scale)
    for attempt in range(4):
        points = _sample(target, mode, covariance, draws * 4**attempt, seed)
        if points.ess >= ENOUGH * len(points.weight):
            break
        away = points.psi - points.mean(points.psi)
        if points.ess > 2 * len(mode):
            mode, covariance = points.mean(points.psi), 1.2 * np.einsum("k,ki,kj->ij", points.weight, away, away)
    return points


def find_mode(target: Target, start: Array, scale: Array) -> Array:
    """Maximum of `target`, by BFGS with forward differences taken in one batch."""
    step = 0.03
    d = len(start)

    def negative(z: Array) -> tuple[float, Array]:
        batch = np.vstack([z, z + step * np.eye(d)])
        value = -target(start + batch * scale)
        return float(value[0]), (value[1:] - value[0]) / step

    found = minimize(negative, np.zeros(d), jac=True, method="BFGS", options={"gtol": 0.1, "maxiter": 60})
    return np.asarray(start + found.x * scale)


def _curvature(target: Target, mode: Array, scale: Array) -> Array:
    """Inverse of the negative Hessian at the mode, by finite differences; directions without curvature fall back on `scale`."""
    d = len(mode)
    step = 0.5
    pairs = [(i, j) for i in range(d) for j in range(i)]
    unit = np.eye(d)
    batch = np.vstack([np.zeros(d), unit, -unit, *[unit[i] + unit[j] for i, j in pairs]]) * step
    value = target(mode + batch * scale)
    up, down, both = value[1 : d + 1], value[d + 1 : 2 * d + 1], value[2 * d + 1 :]
    hessian = np.diag((2 * value[0] - up - down) / step**2)
    for (i, j), v in zip(pairs, both, strict=True):
        # f(i+j) = f + gi + gj - (hii + hjj)/2 - hij, with the gradients taken centrally
        gradient = (up[i] - down[i] + up[j] - down[j]) / 2
        hessian[i, j] = hessian[j, i] = (value[0] + gradient - v) / step**2 - (hessian[i, i] + hessian[j, j]) / 2
    roots, axes = np.linalg.eigh(hessian)
    safe = axes @ np.diag(1 / np.maximum(roots, 0.25)) @ axes.T
    return np.asarray(safe * np.outer(scale, scale))


def _sample(target: Target, centre: Array, covariance: Array, draws: int, seed: int) -> Points:
    d = len(centre)
    z, radius = _normal_points(draws, d, seed)
    student = z / radius[:, None]
    psi = centre + student @ np.linalg.cholesky(covariance).T
    value = target(psi)
    proposal = -0.5 * (DEGREES + d) * np.log1p((student**2).sum(1) / DEGREES)
    ratio = np.where(np.isfinite(value), value - proposal, -np.inf)
    top = ratio.max()
    weight = np.exp(ratio - top)
    total = float(weight.sum())
    norm = _log_student_norm(d) + float(np.linalg.slogdet(covariance)[1]) / 2
    weight /= total
    best = int(np.argmax(value))
    return Points(psi, weight, float(1 / (weight**2).sum()), top + float(np.log(total / draws)) + norm, psi[best], covariance)


def _log_student_norm(d: int) -> float:
    from math import lgamma, log, pi

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
