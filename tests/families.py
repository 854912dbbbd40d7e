"""Diaries of other families than the bounded one, whose truth is known in the scale's own units.

The invented person's outcome in points is laid on a latent scale (deviations of a probit noise, or a logarithm), and ratings are drawn from
it by chance; somebody who doses by the last rating doses by this one. The truth in chances, levels or counts is an average over the rated
moments of formulas written down here and nowhere in the estimator.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, norm

from steelyard.nof1.model import Diary, Family
from steelyard.nof1.plan import Plan

from .diaries import invented

Array = NDArray[np.float64]
CUTS = np.array([-1.0, 0.1, 1.2])  # of an ordinal scale from 0 to 3, in deviations of its noise
DISPERSION = 0.15
TYPICAL_COUNT = 10.0
SLOPE = {"ordinal": 0.6, "binary": 0.6, "count": 0.25}  # latent units to a point of the invented outcome
LEVEL = 4.5  # points at which the latent outcome is 0


@dataclass(frozen=True)
class Told:
    """The true changes in the scale's own units."""

    peak: float
    as_taken: float


def expected(family: Family, latent: Array) -> Array:
    """Chance of yes, expected level, or expected count."""
    if family == "binary":
        return np.asarray(norm.cdf(latent))
    if family == "ordinal":
        return np.asarray(sum(norm.cdf(latent - cut) for cut in CUTS))
    return np.asarray(TYPICAL_COUNT * np.exp(latent))


def drawn(family: Family, latent: Array, chance: Array) -> Array:
    """Ratings by standard normal numbers."""
    if family == "count":
        mean, size = expected("count", latent), 1 / DISPERSION
        return np.asarray(nbinom.ppf(norm.cdf(chance), size, size / (size + mean)), float)
    cuts = CUTS if family == "ordinal" else np.zeros(1)
    return np.asarray(((latent + chance)[..., None] > cuts).sum(-1), float)


@dataclass(frozen=True)
class OnScale:
    """How the invented person writes down the outcome, and what they take a rating for when they dose by it."""

    family: Family

    def told(self, points: Array, chance: Array) -> Array:
        """Ratings by standard normal numbers."""
        return drawn(self.family, SLOPE[self.family] * (points - LEVEL), chance)

    def in_points(self, rating: Array) -> Array:
        """Points of a rating: as far from the usual as it is, in the outcome's own measure."""
        if self.family == "count":
            return np.asarray(LEVEL + np.log((rating + 0.5) / TYPICAL_COUNT) / SLOPE["count"])
        middle, worth = (0.5, 3.0) if self.family == "binary" else (len(CUTS) / 2, np.diff(CUTS).mean() / SLOPE["ordinal"])
        return np.asarray(LEVEL + worth * (rating - middle))


def invented_as(family: Family, plan: Plan) -> tuple[Diary, Told]:
    """An invented diary told on a scale of some family, and its truth."""
    diary, truth = invented(replace(plan, scale=OnScale(family)))
    assert truth.peak is not None
    latent, drug = SLOPE[family] * (truth.latent - LEVEL), SLOPE[family] * truth.drug
    high = {"ordinal": 3.0, "binary": 1.0, "count": float(diary.rating.max())}[family]
    without = expected(family, latent - drug)
    told = Told(
        peak=float((expected(family, latent - drug + SLOPE[family] * truth.peak) - without).mean()),
        as_taken=float((expected(family, latent) - without).mean()),
    )
    return replace(diary, low=0.0, high=high, family=family), told
