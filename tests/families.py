"""Diaries of other families than the bounded one, whose truth is known in the scale's own units.

An invented diary gives the outcome behind each rating and the drug's part of it, in points. Here the outcome is laid on a latent scale
(deviations of a probit noise, or a logarithm) and ratings are drawn from it by chance, so that the truth in chances, levels or counts is an
average over the rated moments of formulas written down here and nowhere in the estimator.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

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


def drawn(family: Family, latent: Array, rng: np.random.Generator) -> Array:
    """Ratings by chance."""
    if family == "count":
        mean = expected("count", latent) * rng.gamma(1 / DISPERSION, DISPERSION, len(latent))
        return np.asarray(rng.poisson(mean), float)
    felt = latent + rng.standard_normal(len(latent))
    cuts = CUTS if family == "ordinal" else np.zeros(1)
    return np.asarray((felt[:, None] > cuts).sum(1), float)


def invented_as(family: Family, plan: Plan) -> tuple[Diary, Told]:
    """An invented diary told on a scale of some family, and its truth."""
    diary, truth = invented(plan)
    assert truth.peak is not None
    scale: Callable[[Array], Array] = lambda points: SLOPE[family] * points  # noqa: E731
    latent, drug = scale(truth.latent - LEVEL), scale(truth.drug)
    rating = drawn(family, latent, np.random.default_rng([plan.seed, 5]))
    high = {"ordinal": 3.0, "binary": 1.0, "count": float(rating.max())}[family]
    without = expected(family, latent - drug)
    told = Told(
        peak=float((expected(family, latent - drug + SLOPE[family] * truth.peak) - without).mean()),
        as_taken=float((expected(family, latent) - without).mean()),
    )
    return replace(diary, rating=rating, low=0.0, high=high, family=family), told
