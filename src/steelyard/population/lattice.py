"""The posterior of a mean and a spread, on a grid that is laid where it is.

A spread near 0 makes the mean narrow and a wide one makes it wide, so for each spread the means have steps of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import CubicSpline

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]  # least and greatest mean, least and greatest spread
Density = Callable[[Array, Array], Array]  # means (g,), spreads (g,) -> logarithms of a density (g,)
LOOK, POINTS = 11, (15, 29, 57, 113)  # points each way while looking; for the answer, more and more
SETTLED = 1e-3  # change of a mean and of a spread, in spreads, at which more points would tell no more
DEEP = 20.0  # below the top: what is less likely than this, as a logarithm, is left out
MOST_LOOKS = 60
INSIDE = 0.025, 0.975
FINE = 4000
NEGLIGIBLE, TINY = 1e-6, 1e-300  # probability of what is left out of a grid


@dataclass(frozen=True)
class Grid:
    """The posterior of mean and spread: points `mean`, `spread` `(g,)` and their probabilities `weight` `(g,)`."""

    mean: Array
    spread: Array
    weight: Array


@dataclass(frozen=True)
class Lattice:
    """A grid before it is laid flat: `mean`, `weight` `(t, p)` at each of the spreads `spread` `(t,)`, both in equal steps."""

    mean: Array
    spread: Array
    weight: Array

    def moments(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and standard deviation of the mean, and of the spread."""
        spread = np.broadcast_to(self.spread[:, None], self.mean.shape)
        middles = [float((self.weight * x).sum()) for x in (self.mean, spread)]
        sds = [float(np.sqrt((self.weight * (x - m) ** 2).sum())) for x, m in zip((self.mean, spread), middles, strict=True)]
        return (middles[0], sds[0]), (middles[1], sds[1])

    def flat(self) -> Grid:
        """As a list of points, the least likely left out that together matter to nobody."""
        order = np.argsort(-self.weight, axis=None, kind="stable")
        weight = self.weight.ravel()[order]
        kept = order[: int(np.searchsorted(np.cumsum(weight), 1 - NEGLIGIBLE)) + 1]
        left = self.weight.ravel()[kept]
        spread = np.broadcast_to(self.spread[:, None], self.mean.shape)
        return Grid(self.mean.ravel()[kept], spread.ravel()[kept], left / left.sum())


@dataclass(frozen=True)
class Estimate:
    """Posterior means and the ends of central 95 % intervals, numbers or `(n,)`; `sd` the posterior spread."""

    value: Array
    low: Array
    high: Array
    sd: Array


def integrate(density: Density, most_mean: float, most_spread: float) -> tuple[Lattice, Lattice]:
    """The posterior with a density of one peak, and the same with about half as many points each way.

    Args:
        density: of mean and spread, even about a spread of 0; most_mean, most_spread: how far from 0 they are looked for.
    """
    box = _box(density, (-most_mean, most_mean, 0.0, most_spread))
    coarse = fine = _lattice(density, box, POINTS[0])
    for points in POINTS[1:]:
        coarse, fine = fine, _lattice(density, box, points)
        if _alike(coarse, fine):
            break
    return fine, coarse


def of_mean(lattice: Lattice) -> Estimate:
    """The mean, whatever the spread is."""
    axis = np.linspace(lattice.mean.min(), lattice.mean.max(), FINE)
    step = lattice.mean[:, 1] - lattice.mean[:, 0]
    density = np.sum([_between(*row, axis) for row in zip(lattice.mean, lattice.weight / step[:, None], strict=True)], axis=0)
    return _estimate(*lattice.moments()[0], axis, density)


def of_spread(lattice: Lattice) -> Estimate:
    """The spread, whatever the mean is."""
    weight = lattice.weight.sum(1)
    axis = np.linspace(lattice.spread[0], lattice.spread[-1], FINE)
    density = _between(lattice.spread, weight * np.where(lattice.spread == 0, 2.0, 1.0), axis)
    return _estimate(*lattice.moments()[1], axis, density)


def _box(density: Density, box: Box) -> Box:
    """Where the density is: ends of mean and of spread, found by looking closer and closer."""
    for _ in range(MOST_LOOKS):
        mean, spread = np.linspace(*box[:2], LOOK), np.linspace(*box[2:], LOOK)
        value = density(*(x.ravel() for x in np.meshgrid(mean, spread, indexing="ij"))).reshape(LOOK, LOOK)
        kept = value > value.max() - DEEP
        closer = (*_around(mean, kept.any(1)), *_around(spread, kept.any(0)))
        if closer[1] - closer[0] > 0.7 * (box[1] - box[0]) and closer[3] - closer[2] > 0.7 * (box[3] - box[2]):
            return closer
        box = closer
    return box


def _around(points: Array, kept: NDArray[np.bool_]) -> tuple[float, float]:
    """From the point before the first that is kept to the point after the last."""
    at = np.flatnonzero(kept)
    return float(points[max(at[0] - 1, 0)]), float(points[min(at[-1] + 1, len(points) - 1)])


def _lattice(density: Density, box: Box, points: int) -> Lattice:
    """Equal steps by the trapezoidal rule: for a density that is smooth, has died away at the ends, and is even about a spread of 0,
    the error falls faster than any power of the step. For each spread the means lie where they are likely under that spread."""
    spread = np.linspace(*box[2:], points)
    low, high = np.full(points, box[0]), np.full(points, box[1])
    for _ in range(MOST_LOOKS):
        mean = np.linspace(low, high, LOOK, axis=1)
        value = _at(density, mean, spread)
        ends = [_around(x, kept) for x, kept in zip(mean, value > value.max(1, keepdims=True) - DEEP, strict=True)]
        width = high - low
        low, high = np.array(ends).T
        if np.all(high - low > 0.7 * width):
            break
    mean = np.linspace(low, high, points, axis=1)
    value = _at(density, mean, spread)
    weight = np.exp(value - value.max()) * (high - low)[:, None]
    weight[spread == 0] /= 2  # the end of its range
    return Lattice(mean, spread, weight / weight.sum())


def _at(density: Density, mean: Array, spread: Array) -> Array:
    return density(mean.ravel(), np.repeat(spread, mean.shape[1])).reshape(mean.shape)


def _alike(one: Lattice, other: Lattice) -> bool:
    """Whether two lattices give the same answers."""
    (a, s), (b, t) = (np.array(lattice.moments()).T for lattice in (one, other))
    return bool(np.all(np.abs(a - b) <= SETTLED * t) and np.all(np.abs(s - t) <= SETTLED * t))


def _between(at: Array, density: Array, axis: Array) -> Array:
    """A density `(p,)` at points `(p,)` interpolated as a logarithm, and 0 outside of them."""
    inside = (axis >= at[0]) & (axis <= at[-1])
    found = np.zeros(len(axis))
    found[inside] = np.exp(CubicSpline(at, np.log(np.maximum(density, TINY)))(axis[inside]))
    return found


def _estimate(value: float, sd: float, axis: Array, density: Array) -> Estimate:
    reached = cumulative_trapezoid(density, initial=0)
    low, high = np.interp(INSIDE, reached / reached[-1], axis)
    return Estimate(*map(np.asarray, (value, low, high, sd)))
