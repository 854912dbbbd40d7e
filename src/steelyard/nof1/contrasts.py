"""The contrasts a person asks about, from a fit: relief at the peak of a dose, as doses were taken, and for how long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fit import Fit, Mixture
from .joint import FELT
from .model import Diary

Array = NDArray[np.float64]
FEWEST = 3
GRID_H = np.arange(0, 96, 0.05)


@dataclass(frozen=True)
class Interval:
    """A point estimate and its central 95 % interval."""

    value: float
    low: float
    high: float


def interval(posterior: Mixture) -> Interval:
    """Posterior mean and central 95 % interval."""
    return Interval(posterior.value, posterior.quantile(0.025), posterior.quantile(0.975))


def peak(fit: Fit, dose: float) -> Mixture:
    """Change of the outcome, in points, when the effect of one dose of `dose` reference doses is greatest."""
    return fit.effect.scaled(dose)


def as_taken(fit: Fit) -> Mixture:
    """Mean change over the times of the ratings, in points, from the doses as taken against none."""
    return fit.combined(fit.taken)


def duration(fit: Fit, diary: Diary) -> Interval:
    """Hours during which the effect of one dose is above half of its peak; median, as the posterior is skewed."""
    share = diary.one_dose(GRID_H, fit.half_life_h)
    hours = np.log((share >= 0.5).sum(1) * (GRID_H[1] - GRID_H[0]))
    middle = float(fit.points.weight @ hours)
    spread = float(np.sqrt(fit.points.weight @ (hours - middle) ** 2))
    low, value, high = np.exp(middle + spread * np.array([-1.96, 0, 1.96]))
    return Interval(float(value), float(low), float(high))


def tolerance(fit: Fit, dose: float) -> Mixture:
    """Change of the peak effect of `dose` reference doses, in points per 30 days; towards zero is wearing out."""
    return fit.coefficient("drift").scaled(dose)


def felt(fit: Fit) -> Interval:
    """Change of the log rate of dosing per point of the outcome as felt, from a joint fit."""
    slope = fit.points.psi[:, FELT]
    middle = float(fit.points.weight @ slope)
    spread = 1.96 * float(np.sqrt(fit.points.weight @ (slope - middle) ** 2))
    return Interval(middle, middle - spread, middle + spread)


def relief_curve(fit: Fit, diary: Diary, dose: float, hours: Array) -> tuple[Array, Array, Array]:
    """Mean, lower and upper 95 % limit of the change at `hours` `(g,)` after one dose of `dose` reference doses."""
    share = diary.one_dose(hours, fit.half_life_h) * dose
    effect = fit.effect
    mean = effect.weight @ (share * effect.mean[:, None])
    second = effect.weight @ (share**2 * (effect.mean**2 + effect.sd**2)[:, None])
    spread = 1.96 * np.sqrt(np.maximum(second - mean**2, 0))
    return mean, mean - spread, mean + spread


def raw(diary: Diary, half_life_h: float, dose: float) -> tuple[Interval, float] | None:
    """What a person would compute: the slope of rating on exposure, by ordinary regression; with the mean change it implies.

    Returns:
        None when there is nothing to regress on; else the slope for one dose of `dose` reference doses with its ordinary 95 %
        interval, and the slope times the mean exposure.
    """
    x = diary.exposure(diary.rating_h)(np.array([half_life_h]))[0]
    if len(x) < FEWEST or np.ptp(x) == 0:
        return None
    away = x - x.mean()
    slope = float(away @ diary.rating / (away @ away))
    rest = diary.rating - diary.rating.mean() - slope * away
    error = float(np.sqrt(rest @ rest / (len(x) - 2) / (away @ away)))
    return Interval(slope * dose, (slope - 1.96 * error) * dose, (slope + 1.96 * error) * dose), slope * float(x.mean())
