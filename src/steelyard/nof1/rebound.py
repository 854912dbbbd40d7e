"""A rebound: a change the other way once the effect of a dose has worn off.

One more column beside the effect, of a known course and an unknown size, in the same joint model. Its course is what a longer trace of each
dose leaves once the effect itself is taken off, as in a compartment fed by what the effect loses; so it comes as the effect goes.
"""

from dataclasses import replace

import numpy as np

from .contrasts import GRID_H, dose_curve
from .fit import Fit, Mixture
from .model import Array, Diary, Known

NAME = "change once the effect has worn off"
LATER = 3.0  # it fades this many times slower than the effect
WORN_OFF = 3.0  # half-lives of the effect after which an eighth of it is left
FEWEST_LATE = 20  # ratings made when the last dose had worn off
SOON_H = np.array([1e-3])


def late_ratings(diary: Diary, half_life_h: float) -> int:
    """Number of ratings made when the effect of the last dose had worn off, where alone a rebound can be seen."""
    last = np.searchsorted(diary.dose_h, diary.rating_h, side="right") - 1
    since = diary.rating_h - diary.dose_h[np.maximum(last, 0)]
    return int(((last >= 0) & (since > WORN_OFF * half_life_h)).sum())


def with_rebound(diary: Diary, half_life_h: float) -> Diary:
    """The same diary with a rebound of unknown size, by the name `NAME`, after an effect of this half-life."""
    half_lives = np.array([half_life_h, LATER * half_life_h])
    slope, top = _scales(diary, half_lives)

    def at(time_h: Array) -> Array:
        own = diary.exposure(time_h)(half_lives) / slope
        return np.asarray((own[1] - own[0]) / top)

    return replace(diary, known=(*diary.known, Known(NAME, at)))


def read_off(fit: Fit, diary: Diary, half_life_h: float) -> Fit:
    """The fit of a diary `with_rebound`, whose `taken` and `at_peak` take the rebound in; `half_life_h` as given there."""
    own, later = dose_curve(fit, diary.one_dose, GRID_H), after_one_dose(diary, half_life_h, GRID_H)
    effect, change = fit.points.mean[:, :1], net(fit, own, later)
    strongest = np.where(np.sign(change) == np.sign(effect), np.abs(change), 0.0).argmax(1)
    taken = fit.taken.copy()
    taken[:, fit.names.index(NAME)] = diary.known[-1].at(diary.rating_h).mean()
    return replace(fit, taken=taken, at_peak=_parts(fit, own[range(len(own)), strongest], later[strongest]))


def greatest(fit: Fit, diary: Diary, half_life_h: float) -> Mixture:
    """Change at the height of the rebound after one reference dose, with what is left of the effect, from the fit of a diary `with_rebound`."""
    own, later = dose_curve(fit, diary.one_dose, GRID_H), after_one_dose(diary, half_life_h, GRID_H)
    against = -np.sign(fit.effect.value) * (fit.points.weight @ net(fit, own, later))
    there = int(against.argmax())
    return fit.combined(_parts(fit, own[:, there], np.full(len(own), later[there])))


def after_one_dose(diary: Diary, half_life_h: float, hours: Array) -> Array:
    """Course of the rebound alone, `(g,)`, at `hours` after one reference dose, 1 at its greatest."""
    half_lives = np.array([half_life_h, LATER * half_life_h])
    slope, top = _scales(diary, half_lives)
    own = diary.one_dose(hours, half_lives) / slope
    return np.asarray((own[1] - own[0]) / top)


def net(fit: Fit, own: Array, later: Array) -> Array:
    """Mean change at each point, `(k, g)`, from the courses of effect `(k, g)` and rebound `(g,)`."""
    after = fit.points.mean[:, fit.names.index(NAME), None]
    return np.asarray(fit.points.mean[:, :1] * own + after * later)


def _parts(fit: Fit, effect: Array, after: Array) -> Array:
    parts = np.zeros_like(fit.taken)
    parts[:, 0], parts[:, fit.names.index(NAME)] = effect, after
    return parts


def _scales(diary: Diary, half_lives: Array) -> tuple[Array, float]:
    """Initial slopes of two curves, `(2, 1)`, and the greatest difference of the curves once their slopes are made equal."""
    slope = diary.one_dose(SOON_H, half_lives)
    curves = diary.one_dose(GRID_H, half_lives) / slope
    return slope, float((curves[1] - curves[0]).max())
