"""How a rating follows from the outcome behind it: Gaussian, a few ordered levels (two of them: yes or no), or a count.

Each family sees predictors `e` `(n,)` about its own centre and has own hyperparameters `own` `(h,)`, all logarithms. Every log likelihood
here is concave in `e`, so the observed information serves as the working weight of Newton's method and of Laplace's.

Source: cumulative probit, McCullagh (1980), doi 10.1111/j.2517-6161.1980.tb01109.x; negative binomial with log link, Lawless (1987), doi
10.2307/3314912; quantile residuals, Dunn & Smyth (1996), doi 10.1080/10618600.1996.10474708.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import betainc, digamma, gammaln, log_ndtr, ndtr, ndtri

from .latent import LOG_2PI
from .model import Diary, Priors

Array = NDArray[np.float64]
LEAST_WEIGHT = 1e-6  # a rating far out in the tail of its level says next to nothing, but never nothing
FAR = 1e3  # stands for an infinite cutpoint
HIGHEST = 20.0  # logarithm of the greatest count that is told from greater ones
MOST_FREE = 4  # gaps between levels that have a width each; beyond it all levels are equally wide
SPACING = (1.0, 0.7)  # prior of the width of a level, in standard deviations of the probit noise: median, spread of its logarithm
DISPERSION = (0.3, 1.0)  # prior of the extra variance of a count, relative to its squared mean


@dataclass(frozen=True)
class Terms:
    """Log likelihood (a sum) at some predictors; its `slope`, minus its curvature `weight`, and how that weight changes, each `(n,)`;
    and the derivatives of the log likelihood `(h,)`, slope and weight `(h, n)` with respect to the own hyperparameters."""

    log_lik: float
    slope: Array
    weight: Array
    weight_slope: Array
    own_log_lik: Array
    own_slope: Array
    own_weight: Array


@dataclass(frozen=True)
class Gaussian:
    """Ratings `y` `(n,)` about `centre`, with the logarithm of the noise as own hyperparameter."""

    y: Array
    centre: float
    prior: tuple[Array, Array]
    quadratic = True

    def working(self, e: Array, own: Array) -> tuple[Array, Array]:
        """Weight and response that stand for the ratings in a Gaussian system, each `(n,)`."""
        return np.full(len(self.y), np.exp(-2 * own[0])), self.y

    def terms(self, e: Array, own: Array) -> Terms:
        """Log likelihood and its derivatives."""
        weight, off = np.full(len(e), np.exp(-2 * own[0])), self.y - e
        size = float((off**2).sum()) * np.exp(-2 * own[0])
        log_lik = -0.5 * size - len(e) * (own[0] + LOG_2PI / 2)
        by_own = (np.array([size - len(e)]), -2 * (weight * off)[None], -2 * weight[None])
        return Terms(log_lik, weight * off, weight, np.zeros(len(e)), *by_own)

    def mean(self, e: Array, own: Array, variance: Array) -> Array:
        """Expected rating where the predictor is normal about `e`."""
        return self.centre + e

    def residual(self, e: Array, own: Array, variance: Array) -> Array:
        """Error of each rating in standard deviations, when its predictor is told with some variance by all others."""
        return np.asarray((self.y - e) / np.sqrt(variance + np.exp(2 * own[0])))


@dataclass(frozen=True)
class Ordinal:
    """Levels `y` `(n,)` from 0 of a scale that begins at `low`; own hyperparameters are logarithms of the widths of inner levels.

    `pattern` `(levels - 1, h)` turns widths into cutpoints that average 0. With two levels there is one cutpoint, 0, and nothing to learn.
    """

    y: NDArray[np.intp]
    low: float
    pattern: Array
    prior: tuple[Array, Array]
    quadratic = False
    centre = 0.0

    def working(self, e: Array, own: Array) -> tuple[Array, Array]:
        """Weight and response that stand for the ratings in a Gaussian system, each `(n,)`."""
        upper, lower, above, below, _ = self._ends(e, own)
        slope = below - above
        weight = np.maximum(slope**2 + upper * above - lower * below, LEAST_WEIGHT)
        return weight, e + slope / weight

    def terms(self, e: Array, own: Array) -> Terms:
        """Log likelihood and its derivatives; `a`, `b` are the ends of the level seen from `e`, `p`, `q` the densities there by its mass."""
        a, b, p, q, log_mass = self._ends(e, own)
        slope = q - p
        weight = slope**2 + a * p - b * q
        by_a = -2 * slope * (-a * p - p**2 + p * q) + p + a * (-a * p - p**2) + b * p * q
        by_b = -2 * slope * (p * q + b * q - q**2) + a * p * q - q - b * (-b * q + q**2)
        held = weight > LEAST_WEIGHT
        moved = np.vstack([np.zeros((1, len(own))), self.pattern * np.exp(own), np.zeros((1, len(own)))])
        up, down = moved[self.y + 1].T, moved[self.y].T
        return Terms(
            log_lik=float(log_mass.sum()),
            slope=slope,
            weight=np.maximum(weight, LEAST_WEIGHT),
            weight_slope=np.where(held, -by_a - by_b, 0.0),
            own_log_lik=up @ p - down @ q,
            own_slope=p * (a - slope) * up - q * (b - slope) * down,
            own_weight=np.where(held, by_a * up + by_b * down, 0.0),
        )

    def mean(self, e: Array, own: Array, variance: Array) -> Array:
        """Expected level where the predictor is normal about `e` `(..., n)`; `own` `(..., h)`. Of two levels, the chance of the upper."""
        cuts = np.exp(own) @ self.pattern.T
        spread = np.sqrt(1 + variance)
        return np.asarray(self.low + sum(ndtr((e - cuts[..., j : j + 1]) / spread) for j in range(len(self.pattern))))

    def residual(self, e: Array, own: Array, variance: Array) -> Array:
        """Quantile residuals, standard normal where the model is true: within its level a rating stands anywhere."""
        cuts = self._cuts(own)
        upper, lower = (ndtr((cuts[self.y + k] - e) / np.sqrt(1 + variance)) for k in (1, 0))
        return _quantile_residual(lower, upper)

    def _cuts(self, own: Array) -> Array:
        return np.concatenate([[-FAR], self.pattern @ np.exp(own), [FAR]])

    def _ends(self, e: Array, own: Array) -> tuple[Array, Array, Array, Array, Array]:
        """Ends of each rating's level seen from `e`, the densities there divided by the level's mass, and the log of that mass."""
        cuts = self._cuts(own)
        upper, lower = cuts[self.y + 1] - e, cuts[self.y] - e
        near = np.where(lower > 0, -lower, upper)  # the mass of a level far up is taken from the other side, where it is not a
        far = np.where(lower > 0, -upper, lower)  # difference of numbers close to 1
        big, small = log_ndtr(near), log_ndtr(far)
        log_mass = big + np.log(-np.expm1(np.minimum(small - big, -1e-300)))
        above, below = (np.exp(-0.5 * (x**2 + LOG_2PI) - log_mass) for x in (upper, lower))
        return upper, lower, above, below, log_mass


@dataclass(frozen=True)
class Count:
    """Counts `y` `(n,)`, negative binomial about `exp(centre + e)`; the own hyperparameter is the logarithm of the dispersion, the variance
    beyond that of chance counts relative to the squared mean."""

    y: Array
    centre: float
    prior: tuple[Array, Array]
    quadratic = False

    def working(self, e: Array, own: Array) -> tuple[Array, Array]:
        """Weight and response that stand for the ratings in a Gaussian system, each `(n,)`."""
        size, _, share = self._share(e, own)
        weight = np.maximum((self.y + size) * share * (1 - share), LEAST_WEIGHT)
        return weight, e + (self.y - (self.y + size) * share) / weight

    def terms(self, e: Array, own: Array) -> Terms:
        """Log likelihood and its derivatives."""
        y = self.y
        size, mean, share = self._share(e, own)
        both = share * (1 - share)
        weight = (y + size) * both
        held = weight > LEAST_WEIGHT
        rest = np.log1p(-share)
        log_lik = gammaln(y + size) - gammaln(size) - gammaln(y + 1) + size * rest + y * np.log(share)
        by_size = digamma(y + size) - digamma(size) + rest + 1 - (size + y) / (size + mean)
        return Terms(
            log_lik=float(log_lik.sum()),
            slope=y - (y + size) * share,
            weight=np.maximum(weight, LEAST_WEIGHT),
            weight_slope=np.where(held, weight * (1 - 2 * share), 0.0),
            own_log_lik=np.array([-size * by_size.sum()]),
            own_slope=-((y - mean) * both)[None],
            own_weight=np.where(held, -both * (y + 2 * size - 2 * (1 - share) * (y + size)), 0.0)[None],
        )

    def mean(self, e: Array, own: Array, variance: Array) -> Array:
        """Expected count where the predictor is normal about `e`."""
        return np.asarray(np.exp(np.minimum(self.centre + e + variance / 2, HIGHEST)))

    def residual(self, e: Array, own: Array, variance: Array) -> Array:
        """Quantile residuals, standard normal where the model is true; the predictor's variance is taken in by quadrature."""
        node, share_of = hermegauss(15)
        lower, upper = np.zeros(len(e)), np.zeros(len(e))
        for x, w in zip(node, share_of / share_of.sum(), strict=True):
            size, _, share = self._share(e + x * np.sqrt(variance), own)
            upper += w * betainc(size, self.y + 1, 1 - share)
            lower += w * np.where(self.y > 0, betainc(size, np.maximum(self.y, 1), 1 - share), 0.0)
        return _quantile_residual(lower, upper)

    def _share(self, e: Array, own: Array) -> tuple[float, Array, Array]:
        """Size of the negative binomial, means, and `mean / (mean + size)`."""
        size, mean = float(np.exp(-own[0])), np.exp(np.clip(self.centre + e, -HIGHEST, HIGHEST))
        return size, mean, mean / (mean + size)


Ratings = Gaussian | Ordinal | Count


def ratings_of(diary: Diary, priors: Priors) -> Ratings:
    """The family of a diary's ratings, with the priors of its own hyperparameters as means and spreads, each `(h,)`."""
    if diary.family == "bounded":
        mean, spread = priors.hyper(diary.points)
        return Gaussian(diary.rating - diary.middle, diary.middle, (mean[2:3], spread[2:3]))
    if diary.family == "count":
        prior = (np.log(DISPERSION[:1]), np.array(DISPERSION[1:]))
        return Count(diary.rating, float(np.log(max(diary.rating.mean(), 0.5))), prior)
    levels = 2 if diary.family == "binary" else max(round(diary.high - diary.low) + 1, 2)
    pattern = _pattern(levels)
    level = np.clip(np.rint((diary.rating - diary.low) / (diary.high - diary.low) * (levels - 1)), 0, levels - 1)
    prior = (np.full(pattern.shape[1], np.log(SPACING[0])), np.full(pattern.shape[1], SPACING[1]))
    return Ordinal(level.astype(np.intp), diary.low, pattern, prior)


def _pattern(levels: int) -> Array:
    """Cutpoints from the widths of the inner levels, `(levels - 1, levels - 2)`, averaging 0; one common width where there are many."""
    steps = np.tril(np.ones((levels - 1, levels - 2)), -1)
    steps -= steps.mean(0)
    return steps if levels - 2 <= MOST_FREE else steps.sum(1, keepdims=True)


def _quantile_residual(lower: Array, upper: Array) -> Array:
    anywhere = np.random.default_rng(0).random(len(lower))
    return np.asarray(ndtri(np.clip(lower + anywhere * (upper - lower), 1e-9, 1 - 1e-9)))
