"""What a fit returns: weighted points with a normal posterior at each, and the fitted course."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from .integrate import Points
from .own_units import Drawn

Array = NDArray[np.float64]
KERNEL = 0.25  # of the posterior's spread


@dataclass(frozen=True)
class Mixture:
    """A mixture of normals: the posterior of one number. `weight`, `mean`, `sd` `(k,)`."""

    weight: Array
    mean: Array
    sd: Array

    @property
    def value(self) -> float:
        """Posterior mean."""
        return float(self.weight @ self.mean)

    @property
    def spread(self) -> float:
        """Posterior standard deviation."""
        return float(np.sqrt(self.weight @ (self.sd**2 + self.mean**2) - self.value**2))

    def below(self, x: float) -> float:
        """Posterior probability of a value below `x`."""
        return float(self.weight @ ndtr((x - self.mean) / np.maximum(self.sd, 1e-12)))

    def quantile(self, p: float) -> float:
        """Value below which a share `p` of the posterior lies, by bisection."""
        low, high = float((self.mean - 9 * self.sd).min()), float((self.mean + 9 * self.sd).max())
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < p else (low, middle)
        return (low + high) / 2

    def scaled(self, factor: Array | float, more_variance: float = 0.0) -> "Mixture":
        """The posterior of this number times `factor` (one, or one per point), with some more variance added."""
        sd = np.sqrt((self.sd * factor) ** 2 + more_variance)
        return Mixture(self.weight, self.mean * factor, sd)


def smoothed(values: Array, weight: Array) -> Mixture:
    """The posterior of a number of which there are weighted draws `(d,)`: narrow normals, drawn together so that the variance stays.

    Source: Liu & West (2001), sec. 10.2.
    """
    mean = float(weight @ values)
    sd = float(np.sqrt(weight @ (values - mean) ** 2))
    kernel = KERNEL * sd
    return Mixture(weight, mean + np.sqrt(1 - KERNEL**2) * (values - mean), np.full(len(values), kernel))


@dataclass(frozen=True)
class Fit:
    """Posterior of one estimator.

    `names` of the coefficients at the points, the effect (points per peak of one reference dose) first;
    `half_life_h` `(k,)`;
    `taken` `(k, p)` what the mean change over the times of the ratings is made of; `at_peak` `(k, p)` what the change at the peak of one
    reference dose is made of, where that is more than the first coefficient; `extra_variance` of the effect, from doses whose
    amount or time is uncertain; `drawn` the way from there to the scale's own units, where ratings are not linear in the predictor.
    """

    name: str
    points: Points
    names: tuple[str, ...]
    half_life_h: Array
    taken: Array
    extra_variance: float = 0.0
    drawn: Drawn | None = None
    at_peak: Array | None = None

    def coefficient(self, name: str) -> Mixture:
        """Posterior of one coefficient."""
        i = self.names.index(name)
        return Mixture(self.points.weight, self.points.mean[:, i], np.sqrt(self.points.cov[:, i, i]))

    def combined(self, parts: Array) -> Mixture:
        """Posterior of a linear combination of the coefficients; `parts` `(k, p)`."""
        mean = np.einsum("kp,kp->k", parts, self.points.mean)
        variance = np.einsum("kp,kpq,kq->k", parts, self.points.cov, parts) + parts[:, 0] ** 2 * self.extra_variance
        return Mixture(self.points.weight, mean, np.sqrt(variance))

    @property
    def effect(self) -> Mixture:
        """Posterior of the effect at the peak of one reference dose."""
        return self.combined(self.peak_parts())

    def peak_parts(self) -> Array:
        """What the change at the peak of one reference dose is made of, `(k, p)`: the first coefficient, unless more is known."""
        if self.at_peak is not None:
            return self.at_peak
        return np.eye(1, self.points.mean.shape[1]).repeat(len(self.points.mean), 0)


@dataclass(frozen=True)
class Smooth:
    """The course at one hyperparameter point.

    `course`, `variance` `(g,)` on the grid; `fitted` `(n,)` at the ratings; `left_out` `(n,)` error of predicting each rating from all
    else and `left_out_sd` its standard deviation; `pull` `(n,)`: how far the effect moves per point of each rating; `tested`, `tested_sd`
    `(e,)` of the columns under test; `band` `(2, g)` 95 % limits of the course; `residual` `(n,)` the errors again, as standard normal
    numbers. `course`, `fitted` and `band` are in the scale's own units; the errors and `variance` are those of the predictor, which for
    Gaussian ratings is the same. `moved` `(b,)`: by how much each block of ratings moves the effect.
    """

    course: Array
    variance: Array
    fitted: Array
    left_out: Array
    left_out_sd: Array
    pull: Array
    tested: Array
    tested_sd: Array
    band: Array
    residual: Array
    moved: Array
