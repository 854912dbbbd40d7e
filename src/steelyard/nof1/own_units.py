"""From the predictor to the scale's own units: chances, levels and counts averaged over the moments that were rated.

Where a rating is not linear in what is behind it, an effect has no size of its own: it depends on where it starts. So a change is the
mean over the rated moments of what would have been expected with it and without it, for draws from the posterior.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .families import Ratings

Array = NDArray[np.float64]
DRAWS, POINTS = 768, 64  # in all, and the hyperparameter points they stand at
MOST_MOMENTS = 400  # of a long diary, evenly spread


@dataclass(frozen=True)
class Told:
    """What the data tell of the ratings' predictors at one hyperparameter point.

    `theta` `(p,)`, `cov` `(p, p)` of the coefficients; `e` `(n,)` predictors at the mode; `away` `(p, n)` how they move with the coefficients;
    `variance` `(n,)` of the path given the coefficients; `exposure` `(n,)`; `own` `(h,)` the family's hyperparameters.
    """

    theta: Array
    cov: Array
    e: Array
    away: Array
    variance: Array
    exposure: Array
    own: Array


@dataclass(frozen=True)
class Drawn:
    """Draws from the posterior of the predictors at the rated moments.

    `weight` `(d,)`; `point` `(d,)` the hyperparameter point of each; `theta` `(d, p)`; `e`, `variance`, `exposure` `(d, m)`; `age` `(m,)` of
    the effect's drift; `own` `(d, h)`; `spare` `(d,)` standard normal numbers for variance that is added to the effect later.
    """

    ratings: Ratings
    weight: Array
    point: NDArray[np.intp]
    theta: Array
    e: Array
    variance: Array
    exposure: Array
    age: Array
    own: Array
    spare: Array

    def effect(self, more_variance: float) -> Array:
        """The effect on the predictor at the peak of one reference dose, `(d,)`."""
        return np.asarray(self.theta[:, 0] + np.sqrt(more_variance) * self.spare)

    def change(self, by: Array, more_variance: float) -> Array:
        """Mean change when `by` `(d,)` is added to the predictors of a person who took nothing, `(d,)`."""
        without = self._without(more_variance)
        return self._mean(without + by[:, None]) - self._mean(without)

    def taken(self, more_variance: float) -> Array:
        """Mean change from what was taken against nothing, `(d,)`."""
        return self._mean(self.e) - self._mean(self._without(more_variance))

    def gain(self) -> float:
        """Mean change of the expected rating per unit of the predictor, as things were."""
        step = 0.1
        return float(self.weight @ (self._mean(self.e + step) - self._mean(self.e - step))) / (2 * step)

    def _without(self, more_variance: float) -> Array:
        drug = self.effect(more_variance)[:, None] + self.theta[:, 1:2] * self.age
        return np.asarray(self.e - self.exposure * drug)

    def _mean(self, e: Array) -> Array:
        return np.asarray(self.ratings.mean(e, self.own, self.variance).mean(1))


def draw(ratings: Ratings, told: Callable[[Array], Told], psi: Array, weight: Array, age: Array, seed: int) -> Drawn:
    """Draws in opposite pairs at hyperparameter points `(k, d)` that are themselves drawn by their weights, evenly spaced.

    Args:
        told: what the data tell at one point; age: of the effect's drift at each rating, `(n,)`; seed: the same seed gives the same draws.
    """
    rng = np.random.default_rng([seed, 11])
    spaced = (np.arange(POINTS) + rng.random()) / POINTS
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), spaced), len(weight) - 1)
    kept, often = np.unique(chosen, return_counts=True)
    pairs = DRAWS // (2 * POINTS)
    moments = np.unique(np.linspace(0, len(age) - 1, min(len(age), MOST_MOMENTS)).round().astype(np.intp))
    each = [_at(told(psi[k]), moments, pairs, rng) for k in kept]
    theta, e, variance, exposure, own = (np.concatenate(parts) for parts in zip(*each, strict=True))
    share = np.repeat(often / (POINTS * 2 * pairs), 2 * pairs)
    half = rng.standard_normal((len(kept), pairs))
    spare = np.concatenate([half, -half], 1).ravel()
    return Drawn(ratings, share, np.repeat(kept, 2 * pairs), theta, e, variance, exposure, age[moments], own, spare)


def _at(told: Told, moments: NDArray[np.intp], pairs: int, rng: np.random.Generator) -> Sequence[Array]:
    z = rng.standard_normal((pairs, len(told.theta)))
    moved = np.vstack([z, -z]) @ np.linalg.cholesky(told.cov).T
    e = told.e[moments] + moved @ told.away[:, moments]
    many = (2 * pairs, 1)
    alike = (np.tile(x[moments], many) for x in (told.variance, told.exposure))
    return told.theta + moved, e, *alike, np.tile(told.own, many)
