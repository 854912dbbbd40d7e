"""Exact Gaussian algebra of one latent path plus linear coefficients, for many hyperparameter points at once.

The path `u` is an Ornstein-Uhlenbeck process at sorted times: its precision is tridiagonal, and observing it adds only to the
diagonal. Every observation sees `c u + d . theta`, so the path is eliminated by one tridiagonal solve with `p + 1` right-hand
sides, and the `p` coefficients by a dense Schur complement: O(n p^2) per point.

Arrays carry hyperparameter points first or second: `(k, n)` for nodes, `(p, k, n)` for rows of the design (so that each right-hand
side of the flattened system is contiguous, as LAPACK wants it).

Source: Rue & Held, Gaussian Markov Random Fields (2005), ch. 2; LAPACK `dpttrf`/`dpttrs`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dtbsv
from scipy.linalg.lapack import dpttrf, dpttrs

Array = NDArray[np.float64]
LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Path:
    """Precision of the latent path at `n` nodes for `k` points: diagonal and off-diagonal `(k, n)`, log-determinant `(k,)`.

    The last column of `off` is zero, so that the rows can be laid end to end as one tridiagonal system.
    """

    diag: Array
    off: Array
    logdet: Array

    def quadratic(self, u: Array) -> Array:
        """`u' Q u` for `(k, n)` paths, `(k,)`."""
        return np.asarray((self.diag * u * u).sum(1) + 2 * (self.off[:, :-1] * u[:, :-1] * u[:, 1:]).sum(1))


def ou_path(gap_h: Array, tau_h: Array, sd: Array) -> Path:
    """Precision of a stationary Ornstein-Uhlenbeck process.

    Args:
        gap_h: hours between consecutive nodes, `(n - 1,)`, all positive.
        tau_h: time constants, hours, `(k,)`.
        sd: stationary standard deviations, `(k,)`.

    Source: Markov property of the OU process; transition `exp(-gap/tau)`.
    """
    x = gap_h / tau_h[:, None]
    missing = -np.expm1(-2 * x)  # 1 - phi^2
    shared = (1 - missing) / missing
    scale = 1 / sd[:, None] ** 2
    n = len(gap_h) + 1
    diag = np.ones((len(tau_h), n))
    diag[:, 1:] += shared
    diag[:, :-1] += shared
    off = np.zeros((len(tau_h), n))
    off[:, :-1] = -np.exp(-x) / missing
    logdet = -np.log(missing).sum(1) - 2 * n * np.log(sd)
    return Path(diag * scale, off * scale, logdet)


@dataclass(frozen=True)
class Eliminated:
    """Rows seen through the path, with the path integrated out.

    `lifted` `(p, k, n)` is the path that each row alone would call for; `gram` `(k, p, p)` the products of the rows once the path has
    taken its share; `logdet` `(k,)`, `pivot`, `lower` `(k, n)` of the path's posterior precision.
    """

    lifted: Array
    gram: Array
    logdet: Array
    pivot: Array
    lower: Array


def eliminate(diag: Array, off: Array, c: Array | None, rows: Array) -> Eliminated:
    """Integrate the path out of observations `rows ~ c u + noise` of unit precision.

    Args:
        diag, off: prior precision of the path, `(k, n)`, the last column of `off` zero (as in `Path`).
        c: how strongly each observation sees the path, `(k, n)`; None for 1.
        rows: design columns and responses, `(p, k, n)`.

    Raises:
        FloatingPointError: the precision is not positive definite (hyperparameters out of any sensible range).
    """
    p, k, n = rows.shape
    pivot, lower, info = dpttrf((diag + (1.0 if c is None else c * c)).ravel(), off.ravel()[:-1], overwrite_d=1)
    if info:
        raise FloatingPointError("the latent path's precision is not positive definite")
    seen = rows if c is None else rows * c
    lifted = dpttrs(pivot, lower, seen.reshape(p, k * n).T, overwrite_b=c is not None)[0].T.reshape(p, k, n)
    across = rows.transpose(1, 0, 2)
    taken = lifted if c is None else lifted * c
    gram = np.matmul(across, (rows - taken).transpose(1, 2, 0))
    pivot = pivot.reshape(k, n)
    return Eliminated(lifted, gram, np.log(pivot).sum(1), pivot, np.append(lower, 0.0).reshape(k, n))


@dataclass(frozen=True)
class Coefficients:
    """Normal posterior of `p` linear coefficients: `mean` `(k, p)`, `cov` `(k, p, p)`, `logdet` `(k,)` of the precision, and
    `misfit` `(k,)`, the least value of the quadratic form (data and prior together)."""

    mean: Array
    cov: Array
    logdet: Array
    misfit: Array


def coefficients(gram: Array, precision: Array, expected: Array | None = None) -> Coefficients:
    """Posterior of the coefficients of all rows but the last, which is the response.

    Args:
        gram: `(k, p + 1, p + 1)`, from `eliminate`, in units of the noise precision.
        precision: prior precision of the coefficients, `(k, p)`; expected: their prior means, `(p,)`, 0 when None.
    """
    p = precision.shape[1]
    inner = gram[:, :p, :p].copy()
    inner[:, range(p), range(p)] += precision
    ahead = precision * (0.0 if expected is None else expected)
    target = gram[:, :p, p] + ahead
    factor = np.linalg.cholesky(inner)
    cov = np.asarray(np.linalg.inv(inner), np.float64)
    mean = np.matmul(cov, target[..., None])[..., 0]
    logdet = 2 * np.log(factor[:, range(p), range(p)]).sum(1)
    least = gram[:, p, p] + (ahead**2 / precision).sum(1) - (target * mean).sum(1)
    return Coefficients(mean, cov, logdet, least)


def solve_path(solved: Eliminated, right: Array) -> Array:
    """The path's posterior precision applied backwards to one right-hand side, `(n,)`; for a single point."""
    return np.asarray(dpttrs(solved.pivot[0], solved.lower[0, :-1], right)[0])


def variance_given(path: Path, seen: Array) -> Array:
    """Variance of the path at each node, `(n,)`, given observations of precision `seen` `(n,)`; for a single point."""
    pivot, lower, _ = dpttrf(path.diag[0] + seen, path.off[0, :-1])
    return path_variance(pivot, np.append(lower, 0.0))


def path_variance(pivot: Array, lower: Array) -> Array:
    """Diagonal of the inverse of a factored tridiagonal precision, `(n,)`, by the backward recursion as one bidiagonal solve."""
    n = len(pivot)
    band = np.ones((2, n))
    band[0, 1:] = -(lower[: n - 1] ** 2)
    return np.asarray(dtbsv(1, band, 1 / pivot, lower=0, diag=1))


def ou_change(gap_h: Array, tau_h: float, sd: float) -> tuple[Array, Array, float]:
    """Derivatives of one path's precision, diagonal `(n,)` and off-diagonal `(n - 1,)`, and of its log-determinant, by `log tau_h`."""
    x = gap_h / tau_h
    phi = np.exp(-x)
    missing = -np.expm1(-2 * x)
    shared = phi**2 / missing
    moved = 2 * x * shared * (1 + shared)
    diag = np.zeros(len(gap_h) + 1)
    diag[1:] += moved
    diag[:-1] += moved
    return diag / sd**2, -x * phi * (1 + phi**2) / missing**2 / sd**2, float((2 * x * shared).sum())
