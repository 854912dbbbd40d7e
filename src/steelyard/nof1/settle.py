"""What would settle it: how many further days like these, and how many with some of them dose-free by chance.

Under a normal model the spread of the posterior depends on when ratings and doses fall, not on what the ratings say. So the person's own
diary, laid end to end, tells how the spread shrinks, at their own noise and habits, without inventing a single rating.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .fit import Fit
from .ignorable import RatingModel
from .model import Diary, Priors
from .randomised import by_assignment

Array = NDArray[np.float64]
TIMES = (1, 2, 3, 4, 6, 9, 13)  # how many diaries are laid end to end; beyond that no number is given
OFF_SHARE = 0.3
MOST_RATINGS = 6000


@dataclass(frozen=True)
class Further:
    """Days beyond those of the diary after which a verdict is to be expected; None when that is further off than is worth saying."""

    as_now: int | None
    randomised: int | None


def further(diary: Diary, priors: Priors, fit: Fit, wanted: float, seed: int = 0) -> Further:
    """Days until the spread of the effect is at most `wanted` points, if relief is its present posterior mean.

    Args:
        fit: the joint fit; wanted: spread at which the nearest verdict is reached.
    """
    times = [t for t in TIMES if t * len(diary.rating) <= MOST_RATINGS] or [1]
    psi, now = fit.points.mode, fit.effect.spread
    longer = [_end_to_end(diary, t) for t in times]
    plain = [math.sqrt(RatingModel(d, priors).evaluate(psi[None, :5])[2][0, 0, 0]) for d in longer]
    as_now = [now * spread / plain[0] for spread in plain]
    by_chance = [math.sqrt(by_assignment(_coin_flips(d, seed), priors)(psi)[1]) for d in longer]
    days = max(math.ceil(diary.span_h / 24), 1)
    start = _days_to(wanted, as_now, times, days)
    return Further(None if start is None else max(start - days, 0), _days_to(wanted, by_chance, times, days))


def _days_to(wanted: float, spreads: list[float], times: list[int], days: int) -> int | None:
    """Days at which the spread reaches `wanted`, by interpolation of its logarithm."""
    length, size = np.log(np.array(times) * days), np.log(spreads)
    if size[-1] > math.log(wanted):
        return None
    return math.ceil(float(np.exp(np.interp(-math.log(wanted), -size, length))))


def _end_to_end(diary: Diary, times: int) -> Diary:
    """The same days over and over."""
    shift = 24.0 * math.ceil((diary.span_h + 24) / 24)

    def along(hours: Array) -> Array:
        return np.concatenate([hours + i * shift for i in range(times)])

    dose_h, dose = along(diary.dose_h), np.tile(diary.dose, times)
    return replace(
        diary,
        rating_h=along(diary.rating_h),
        rating=np.tile(diary.rating, times),
        dose_h=dose_h,
        dose=dose,
        exposure=diary.curve_of(dose_h, dose),
        sessions=tuple(replace(s, time_h=along(s.time_h)) for s in diary.sessions),
        known=(),
        redrawn=(),
        assigned=np.empty((0, 3)),
    )


def _coin_flips(diary: Diary, seed: int) -> Diary:
    """The same diary with some of its days dose-free by chance."""
    start = 24.0 * math.floor(min(diary.rating_h[0], diary.dose_h[0]) / 24)
    days = np.arange(start, diary.rating_h[-1] + 24, 24.0)
    allowed = (np.random.default_rng([seed, 17]).random(len(days)) >= OFF_SHARE).astype(float)
    taken = allowed[np.searchsorted(days, diary.dose_h, side="right") - 1] > 0
    dose_h, dose = diary.dose_h[taken], diary.dose[taken]
    assigned = np.column_stack([days, days + 24, allowed])
    return replace(diary, dose_h=dose_h, dose=dose, exposure=diary.curve_of(dose_h, dose), assigned=assigned)
