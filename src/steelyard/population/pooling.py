"""Many people's diaries together: a normal distribution of their true effects, of unknown mean and spread.

`effect of a person ~ N(mean, spread^2)`, and each diary says of its person's effect what it alone says, a few normals (not one number with
a standard error). Integrated over the effects exactly, and over mean and spread on a grid that is laid where the posterior is. Everything
is a sum over people, so it can be computed in portions on any number of machines.

Source: Röver, J Stat Softw 93 (2020) 6, doi 10.18637/jss.v093.i06 (mean, spread, shrinkage and prediction by numerical integration).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from .lattice import INSIDE, Array, Estimate, Grid, integrate, of_mean, of_spread

Total = Callable[[Array, Array], Array]  # means (g,), spreads (g,) -> log likelihood of all people (g,)
SPREAD_SHARE = 0.5  # prior scale of the spread, relative to that of the mean: people are as alike as they are unlike
REACH = 6.0  # prior scales that are looked at
CELLS = 4_000_000  # numbers worked on together
CLOSE, MOST_STEPS = 1e-5, 100  # of a quantile, in spreads
TINY = 1e-300


@dataclass(frozen=True)
class People:
    """What each diary alone says, a sum of normal densities: `weight`, `mean`, `sd` `(n, k)`; a weight of 0 fills rows up."""

    weight: Array
    mean: Array
    sd: Array

    def part(self, first: int, last: int) -> "People":
        """Some of the people."""
        return People(self.weight[first:last], self.mean[first:last], self.sd[first:last])


@dataclass(frozen=True)
class Pooled:
    """What people have in common: `mean` and `spread` of their effects, `another` the effect of one more person of their kind; `grid` for
    the posterior behind it, `coarse` a smaller one for single people."""

    mean: Estimate
    spread: Estimate
    another: Estimate
    grid: Grid
    coarse: Grid


def people(sayings: list[tuple[list[float], list[float], list[float]]]) -> People:
    """Weights, means and standard deviations of each person, of any number each, side by side."""
    most = max((len(weight) for weight, _, _ in sayings), default=0)
    weight, mean, sd = np.zeros((len(sayings), most)), np.zeros((len(sayings), most)), np.ones((len(sayings), most))
    for i, (w, m, s) in enumerate(sayings):
        weight[i, : len(w)], mean[i, : len(m)], sd[i, : len(s)] = w, m, s
    return People(weight, mean, sd)


def log_likelihood(told: People, mean: Array, spread: Array) -> Array:
    """Log likelihood of all these people at means and spreads `(g,)`, their effects integrated out, `(g,)`."""
    n, k = told.weight.shape
    total = np.zeros(len(mean))
    for first, last in _portions(n, k * len(mean)):
        total += _log_sum(_log_density(told.part(first, last), mean, spread)).sum(0)[:, 0]
    return total


def pool(total: Total, scale: float) -> Pooled:
    """Mean and spread of the effects of many people.

    Args:
        total: log likelihood of all people at any means and spreads.
        scale: of an effect beforehand: the prior of the mean is N(0, scale^2), that of the spread half-normal with half of that.

    Refuses (ValueError) a scale that is not above 0.
    """
    if not scale > 0:
        raise ValueError("the scale of an effect must be above 0")

    def log_posterior(mean: Array, spread: Array) -> Array:
        return total(mean, spread) - 0.5 * (mean / scale) ** 2 - 0.5 * (spread / (SPREAD_SHARE * scale)) ** 2

    lattice, coarse = integrate(log_posterior, REACH * scale, REACH * SPREAD_SHARE * scale)
    grid = lattice.flat()
    return Pooled(of_mean(lattice), of_spread(lattice), _another(grid), grid, coarse.flat())


def pool_people(told: People, scale: float) -> Pooled:
    """The same for people who fit in the memory of one machine."""
    return pool(lambda mean, spread: log_likelihood(told, mean, spread), scale)


def single(told: People, grid: Grid) -> Estimate:
    """Each person's own effect, drawn towards the others as far as their diary leaves it open, `(n,)` each.

    Args:
        grid: `Pooled.coarse` will do: a single person's effect depends little on the last of mean and spread.
    """
    n, k = told.weight.shape
    parts = [_single(told.part(first, last), grid) for first, last in _portions(n, k * len(grid.mean))]
    value, low, high, sd = (np.concatenate(each) for each in zip(*parts, strict=True)) if parts else np.empty((4, 0))
    return Estimate(value, low, high, sd)


def _portions(n: int, each: int) -> list[tuple[int, int]]:
    step = max(1, CELLS // max(each, 1))
    return [(first, min(first + step, n)) for first in range(0, n, step)]


def _log_density(told: People, mean: Array, spread: Array) -> Array:
    """Logarithm of each part of each person's density of what was said, at each point, `(n, g, k)`."""
    variance = told.sd[:, None] ** 2 + spread[:, None] ** 2
    with np.errstate(divide="ignore"):
        weight = np.log(told.weight)
    return np.asarray(weight[:, None] - 0.5 * (np.log(variance) + (told.mean[:, None] - mean[:, None]) ** 2 / variance))


def _another(grid: Grid) -> Estimate:
    """The effect of one more person: a mixture of normals over the grid."""
    value, low, high, spread = (
        x[0] for x in _of_mixture(grid.weight[None], grid.mean[None], np.maximum(grid.spread, 1e-12)[None])
    )
    return Estimate(value, low, high, spread)


def _log_sum(density: Array) -> Array:
    """Logarithm of the sum over the last axis, which is kept; faster than the one of scipy, which looks for infinities first."""
    top = density.max(2, keepdims=True)
    return np.asarray(top + np.log(np.exp(density - top).sum(2, keepdims=True)))


def _single(told: People, grid: Grid) -> tuple[Array, Array, Array, Array]:
    density = _log_density(told, grid.mean, grid.spread)
    weight = np.exp(density - _log_sum(density)) * grid.weight[:, None]
    precise = grid.spread[:, None] ** 2 / (told.sd[:, None] ** 2 + grid.spread[:, None] ** 2)
    mean = grid.mean[:, None] + precise * (told.mean[:, None] - grid.mean[:, None])
    sd = np.sqrt(precise) * told.sd[:, None]
    flat = (len(told.weight), -1)
    return _of_mixture(weight.reshape(flat), mean.reshape(flat), np.maximum(sd, 1e-12).reshape(flat))


def _of_mixture(weight: Array, mean: Array, sd: Array) -> tuple[Array, Array, Array, Array]:
    """Mean, ends of the central 95 % interval, and spread of mixtures of normals `(n, c)`; the ends by bisection."""
    value = (weight * mean).sum(1)
    spread = np.sqrt((weight * (sd**2 + (mean - value[:, None]) ** 2)).sum(1))
    low, high = (_quantile(weight, mean, sd, value, spread, chance) for chance in INSIDE)
    return value, low, high, spread


def _quantile(weight: Array, mean: Array, sd: Array, value: Array, spread: Array, chance: float) -> Array:
    """Quantiles of mixtures of normals by Newton's method, within bounds that close in, from where one normal would have them."""
    reach = np.sqrt(max(1 / chance, 1 / (1 - chance)))  # no quantile lies further out, in spreads (Cantelli)
    low, high = value - reach * spread, value + reach * spread
    found = value + spread * ndtri(chance)
    left = np.arange(len(found))
    for _ in range(MOST_STEPS):
        at, scale = found[left], sd[left]
        away = (at[:, None] - mean[left]) / scale
        over = (weight[left] * ndtr(away)).sum(1) - chance
        low[left], high[left] = np.where(over < 0, at, low[left]), np.where(over < 0, high[left], at)
        density = (weight[left] / scale * np.exp(-0.5 * away**2)).sum(1) / np.sqrt(2 * np.pi)
        ahead = at - over / np.maximum(density, TINY)
        beyond = (ahead <= low[left]) | (ahead >= high[left])
        found[left] = np.where(beyond, (low[left] + high[left]) / 2, ahead)
        left = left[np.abs(found[left] - at) > CLOSE * spread[left]]
        if not len(left):
            break
    return np.asarray(found)
