"""How long an effect is felt: until less than a share of the peak of one usual dose is left, assumed beforehand or learned from ratings."""

from dataclasses import dataclass
from math import log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from steelyard.exposure.kinetics import unit_curve
from steelyard.exposure.summary import Band, band, last_above, worn_off_by
from steelyard.knowledge.model import STANDARD_ERRORS_IN_95_PERCENT, EffectPrior
from steelyard.nof1.contrasts import GRID_H, Interval, dose_curve, pooled_hours
from steelyard.nof1.response import Response

from .model import Contrast

Array = NDArray[np.float64]
TOPIC, WORN_OFF = "exposure", "worn_off"
FELT_H = np.arange(0, 24.01, 0.25)  # drawn
ASKED_H = np.array(
    [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 36.0, 48.0]
)  # at which the chance that it has worn off is told
OPEN = 0.02, 0.98  # chances between which an hour is worth telling
LONG_H = np.arange(0, 240.01, 0.25)
FOLLOWED_H = 95.0  # a fitted effect is followed just a little longer than this
HALF_LIVES_H = np.geomspace(0.05, 60, 160)
LEARNED = 0.7  # of the spread assumed: with no more than that, the ratings weigh at least as much as what was assumed
QUANTILES = np.array([NormalDist().inv_cdf((i + 0.5) / 200) for i in range(200)])  # standard normal draws, the same for everybody


@dataclass(frozen=True)
class Learned:
    """What a fit of one outcome says: hours until the effect of one usual dose has worn off, median and 95 % interval."""

    outcome: str
    hours: Contrast


@dataclass(frozen=True)
class Worn:
    """Hours after one usual dose until less than `share` of its peak is felt, infinite beyond `FOLLOWED_H` of a fit; `chances` pairs hours
    with the probability by then, where that is open.

    `outcome` is what the ratings are of, None where no fit could be made; `informed` says that they taught more than was assumed, `endless`
    that they fit an effect that outlasts `FOLLOWED_H`, so that all here is what was assumed, and `held` that this rests on something.
    """

    share: float
    hours: Band
    chances: tuple[tuple[float, float], ...]
    outcome: str | None
    informed: bool
    endless: bool
    held: bool


def worn_off(response: Response, share: float) -> Interval:
    """Hours until less than `share` of the peak of one reference dose is left, by all readings of a diary; median, as it is skewed."""
    hours, weight = [], []
    for reading in response.readings:
        left = dose_curve(reading.fit, reading.diary.one_dose, GRID_H)
        until = last_above(left / left.max(1, keepdims=True), GRID_H, share)
        hours.append(np.clip(until, GRID_H[1], GRID_H[-1]))
        weight.append(reading.chance * reading.fit.points.weight)
    return pooled_hours(np.concatenate(hours), np.concatenate(weight))


def worn(prior: EffectPrior, learned: Learned | None, share: float) -> tuple[Worn, Array]:
    """The answer, and the effect felt at `FELT_H` as a share of its peak, one curve a draw, `(200, hours)`.

    Args:
        prior: of the effect half-life; learned: in its place, where there was a fit; share: of the peak, 0 to 1.
    """
    assumed = prior.median_h * np.exp(prior.log_sd * QUANTILES)
    until = _until(assumed, prior, share)
    half_life, informed = assumed, False
    endless = learned is not None and learned.hours.value >= FOLLOWED_H  # where a curve ends is no time at which the effect does
    if learned is not None and not endless:
        log_sd = log(learned.hours.high / learned.hours.low) / STANDARD_ERRORS_IN_95_PERCENT
        informed = bool(log_sd <= LEARNED * np.log(until).std())
        until = learned.hours.value * np.exp(log_sd * QUANTILES)
        until = np.where(until < FOLLOWED_H, until, np.inf)
        half_life = np.exp(np.interp(np.log(until), np.log(_until(HALF_LIVES_H, prior, share)), np.log(HALF_LIVES_H)))
    chances = zip(ASKED_H.tolist(), worn_off_by(until, ASKED_H).tolist(), strict=True)
    told = tuple((hour, chance) for hour, chance in chances if OPEN[0] <= chance <= OPEN[1])
    outcome = None if learned is None else learned.outcome
    return Worn(share, band(until), told, outcome, informed, endless, prior.kind != "convention"), unit_curve(
        FELT_H, prior.absorption_h, half_life
    )


def _until(half_life_h: Array, prior: EffectPrior, share: float) -> Array:
    curves = unit_curve(LONG_H, prior.absorption_h, half_life_h)
    return np.clip(last_above(curves, LONG_H, share), LONG_H[1], LONG_H[-1])
