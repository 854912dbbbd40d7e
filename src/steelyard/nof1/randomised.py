"""Randomised periods: what was assigned, not what was taken, tells the effect, whatever the reasons for dosing were.

The exposure that the schedule alone would lead to is an instrument for the exposure itself. Both, and the ratings, are whitened by the
fitted path and noise, and cleared of the fixed columns.

Source: two-stage least squares with a known error covariance, Wooldridge, Econometric Analysis (2010), ch. 8; the analysis by assignment of
a trial with non-adherence, Hernan & Robins, Causal Inference (2020), ch. 16.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .fit import Fit
from .latent import eliminate, ou_path
from .model import Diary, Priors, columns
from .system import CLOSEST_H, TAU, two_rate

Array = NDArray[np.float64]
BIN_H = 2.0
LEAST_STRENGTH = 5.0  # of the instrument: its effect on exposure in standard errors; below it the estimate is not normal
FEWEST_PERIODS = 10


def fit_randomised(diary: Diary, priors: Priors, joint: Fit) -> Fit | None:
    """Posterior of the effect by assignment, at the hyperparameters of the joint fit; None without a usable schedule.

    Refuses (None): ratings that are not Gaussian, fewer than ten assigned periods, one condition only, or a schedule that hardly changed
    what was taken.
    """
    if diary.family != "bounded" or len(diary.assigned) < FEWEST_PERIODS or len(np.unique(diary.assigned[:, 2])) < 2:
        return None
    by_chance = by_assignment(diary, priors)
    effect, variance, strength = np.array([by_chance(psi) for psi in joint.points.psi]).T
    if joint.points.weight @ strength < LEAST_STRENGTH:
        return None
    points = replace(joint.points, mean=effect[:, None], cov=variance[:, None, None])
    return Fit("randomised", points, ("effect",), joint.half_life_h, joint.taken[:, :1])


def by_assignment(diary: Diary, priors: Priors) -> Callable[[Array], tuple[float, float, float]]:
    """What assignment says at one hyperparameter point of the joint model: effect, its variance, and strength of the instrument."""
    inside = assigned_now(diary, diary.rating_h) >= 0
    scheduled, taken = diary.curve_of(*schedule(diary))(diary.rating_h), diary.exposure(diary.rating_h)
    fixed = columns(diary, diary.rating_h, priors)
    y = (diary.rating - diary.middle)[None]
    gap = np.maximum(np.diff(diary.rating_h), CLOSEST_H)

    def at(psi: Array) -> tuple[float, float, float]:
        tau, sd, noise, _, slow = np.exp(psi[TAU : TAU + 5])
        instrument, exposure = (two_rate(curve, diary.one_dose, psi) for curve in (scheduled, taken))
        rows = np.vstack([instrument[None], exposure[None], fixed.fixed, y]) * inside
        path = ou_path(gap, np.array([tau]), np.array([sd / noise]))
        gram = eliminate(path.diag, path.off, inside[None].astype(float), rows[:, None]).gram[0] / noise**2
        spread = fixed.spread.copy()
        spread[fixed.waves] *= slow
        left = _cleared(gram, 1 / spread**2)
        strength = abs(left[0, 1]) / np.sqrt(left[0, 0] * max(_unexplained(left), 1e-12))
        return float(left[0, 2] / left[0, 1]), float(left[0, 0] / left[0, 1] ** 2), float(strength)

    return at


def schedule(diary: Diary) -> tuple[Array, Array]:
    """Doses `(d,)`, `(d,)` that the schedule alone would lead to: each condition's own mean amount by clock time, on its days."""
    start, end = min(diary.rating_h[0], diary.dose_h.min(initial=np.inf)), diary.rating_h[-1]
    time = np.arange(start, end, BIN_H) + BIN_H / 2
    condition, hour = assigned_now(diary, time), (diary.clock_h(time) // BIN_H).astype(int)
    taken, at = diary.dose > 0, diary.dose_h
    dose_condition, dose_hour = assigned_now(diary, at), (diary.clock_h(at) // BIN_H).astype(int)
    amount = np.zeros(len(time))
    for kind in np.unique(condition):
        for clock in range(int(24 / BIN_H)):
            here = (condition == kind) & (hour == clock)
            total = diary.dose[taken & (dose_condition == kind) & (dose_hour == clock)].sum()
            amount[here] = total / max(here.sum(), 1)
    return time, amount


def assigned_now(diary: Diary, time_h: Array) -> NDArray[np.intp]:
    """Number of the condition in force at each time, `(n,)`; -1 outside all periods."""
    starts = diary.assigned[:, 0]
    at = np.searchsorted(starts, time_h, side="right") - 1
    held = (at >= 0) & (time_h < diary.assigned[np.maximum(at, 0), 1])
    return np.where(held, diary.assigned[np.maximum(at, 0), 2], -1).astype(np.intp)


def _cleared(gram: Array, precision: Array) -> Array:
    """Products of instrument, exposure and rating, `(3, 3)`, once the fixed columns are taken out of each."""
    keep, out = np.array([0, 1, len(gram) - 1]), np.arange(2, len(gram) - 1)
    across = gram[np.ix_(out, keep)]
    return np.asarray(gram[np.ix_(keep, keep)] - across.T @ np.linalg.solve(gram[np.ix_(out, out)] + np.diag(precision), across))


def _unexplained(left: Array) -> float:
    """Variance of the exposure that the instrument leaves, relative to the noise: the scale of its standard error."""
    return float((left[1, 1] - left[0, 1] ** 2 / left[0, 0]) / max(left[1, 1], 1e-12))
