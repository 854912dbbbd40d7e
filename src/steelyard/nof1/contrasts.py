"""The contrasts a person asks about, from a fit: relief at the peak of a dose, as doses were taken, and for how long.

All are in the scale's own units: points of a bounded scale, levels of an ordinal one, chances, counts. Where these are not linear in the
outcome behind the ratings they are averages over the rated moments, from draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fit import Fit, Mixture, smoothed
from .model import Diary, DoseCurve
from .system import FELT, PEAK_GRID_H, TAIL, TAIL_TIMES

Array = NDArray[np.float64]
FEWEST = 3
STRENGTHS = 9
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
    """Change of the outcome when the effect of one dose of `dose` reference doses is greatest."""
    if fit.drawn is not None:
        more = fit.extra_variance
        return smoothed(fit.drawn.change(dose * fit.drawn.effect(more), more), fit.drawn.weight)
    return fit.effect.scaled(dose)


def as_taken(fit: Fit) -> Mixture:
    """Mean change over the times of the ratings from the doses as taken against none."""
    if fit.drawn is not None:
        return smoothed(fit.drawn.taken(fit.extra_variance), fit.drawn.weight)
    return fit.combined(fit.taken)


def duration(fit: Fit, diary: Diary) -> Interval:
    """Hours during which the effect of one dose is above half of its peak; median, as the posterior is skewed."""
    return pooled_hours(hours_above_half(fit, diary.one_dose), fit.points.weight)


def hours_above_half(fit: Fit, one_dose: DoseCurve) -> Array:
    """Hours at each point, `(k,)`, during which one dose with this curve is above half of its peak."""
    share = dose_curve(fit, one_dose, GRID_H)
    return np.asarray((share >= 0.5 * share.max(1, keepdims=True)).sum(1) * (GRID_H[1] - GRID_H[0]))


def pooled_hours(hours: Array, weight: Array) -> Interval:
    """Median and 95 % interval of positive numbers `(k,)` by mean and spread of their logarithms; `weight` `(k,)` sums to 1."""
    middle = float(weight @ np.log(hours))
    spread = float(np.sqrt(weight @ (np.log(hours) - middle) ** 2))
    low, value, high = np.exp(middle + spread * np.array([-1.96, 0, 1.96]))
    return Interval(float(value), float(low), float(high))


def dose_curve(fit: Fit, one_dose: DoseCurve, hours: Array) -> Array:
    """Share of the peak at `hours` `(g,)` after one reference dose, at each point, `(k, g)`; of a joint fit with its slow part."""
    fast = one_dose(hours, fit.half_life_h)
    if fit.points.psi.shape[1] <= TAIL:
        return fast
    slow, weight = TAIL_TIMES * fit.half_life_h, 1 / (1 + np.exp(-fit.points.psi[:, TAIL, None]))
    top = ((1 - weight) * one_dose(PEAK_GRID_H, fit.half_life_h) + weight * one_dose(PEAK_GRID_H, slow)).max(1, keepdims=True)
    return np.asarray(((1 - weight) * fast + weight * one_dose(hours, slow)) / top)


def tolerance(fit: Fit, dose: float) -> Mixture:
    """Change of the peak effect of `dose` reference doses per 30 days; towards zero is wearing out."""
    if fit.drawn is not None:
        middle, half = fit.drawn.effect(0.0), fit.drawn.theta[:, fit.names.index("drift")] / 2
        later, sooner = (fit.drawn.change(dose * (middle + sign * half), 0.0) for sign in (1, -1))
        return smoothed(later - sooner, fit.drawn.weight)
    return fit.coefficient("drift").scaled(dose)


def cause(fit: Fit, name: str) -> Mixture:
    """Change of the outcome when another cause is fully there, such as just after a session."""
    if fit.drawn is not None:
        return smoothed(fit.drawn.change(fit.drawn.theta[:, fit.names.index(name)], 0.0), fit.drawn.weight)
    return fit.coefficient(name)


def felt(fit: Fit) -> Interval:
    """Change of the log rate of dosing per unit of the scale, of the outcome as felt, from a joint fit."""
    slope = fit.points.psi[:, FELT] / (1.0 if fit.drawn is None else fit.drawn.gain())
    middle = float(fit.points.weight @ slope)
    spread = 1.96 * float(np.sqrt(fit.points.weight @ (slope - middle) ** 2))
    return Interval(middle, middle - spread, middle + spread)


def relief_curve(fit: Fit, diary: Diary, dose: float, hours: Array) -> tuple[Array, Array, Array]:
    """Mean, lower and upper 95 % limit of the change at `hours` `(g,)` after one dose of `dose` reference doses."""
    share = dose_curve(fit, diary.one_dose, hours) * dose
    if fit.drawn is not None:
        return _drawn_curve(fit, share)
    effect = fit.effect
    mean = effect.weight @ (share * effect.mean[:, None])
    second = effect.weight @ (share**2 * (effect.mean**2 + effect.sd**2)[:, None])
    spread = 1.96 * np.sqrt(np.maximum(second - mean**2, 0))
    return mean, mean - spread, mean + spread


def _drawn_curve(fit: Fit, share: Array) -> tuple[Array, Array, Array]:
    """The same from draws: the change at a few strengths of each draw's effect, and between them by interpolation."""
    assert fit.drawn is not None
    drawn, strength = fit.drawn, np.linspace(0.0, max(float(share.max()), 1e-9), STRENGTHS)
    effect = drawn.effect(fit.extra_variance)
    change = np.array([drawn.change(x * effect, fit.extra_variance) for x in strength])
    curve = np.array([np.interp(share[k], strength, change[:, i]) for i, k in enumerate(drawn.point)])
    mean = drawn.weight @ curve
    spread = 1.96 * np.sqrt(np.maximum(drawn.weight @ (curve - mean) ** 2, 0))
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
