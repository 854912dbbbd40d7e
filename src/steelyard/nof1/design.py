"""What these data can identify, judged before any fit: a design, or a refusal with a named reason."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .model import Diary, Priors, columns

Array = NDArray[np.float64]
Reason = Literal[
    "no_ratings",
    "no_doses",
    "too_few_ratings",
    "too_few_doses",
    "too_few_days",
    "ratings_do_not_vary",
    "dose_only_falls_with_time",
    "dose_only_rises_with_time",
    "ratings_only_after_doses",
    "no_variation_in_dosing",
    "dosing_follows_the_clock",
]

FEWEST_RATINGS = 30
FEWEST_DOSES = 8
FEWEST_DAYS = 10
LEAST_VARIATION = 0.08  # spread of exposure, in reference doses, that time of day and slow trend do not explain


@dataclass(frozen=True)
class Design:
    """The data can be fitted. `own_variation` is the spread of exposure that neither the clock nor a slow trend explains, in reference doses."""

    ratings: int
    doses: int
    days: int
    own_variation: float


@dataclass(frozen=True)
class NotEnough:
    """The data cannot tell, and why. `have` and `need` are numbers for the sentence shown, where the reason has them."""

    reason: Reason
    ratings: int
    doses: int
    days: int
    have: float = 0.0
    need: float = 0.0


def judge(diary: Diary, priors: Priors) -> Design | NotEnough:
    """Whether relief can be told apart from everything else in this diary.

    Refuses: each `Reason`, the plainest first. The limits are those below which the posterior is close to the prior in simulated diaries.
    """
    ratings, doses, days = len(diary.rating), int((diary.dose > 0).sum()), round(diary.span_h / 24)

    def no(reason: Reason, have: float = 0.0, need: float = 0.0) -> NotEnough:
        return NotEnough(reason, ratings, doses, days, have, need)

    if ratings == 0:
        return no("no_ratings")
    if doses == 0:
        return no("no_doses")
    if ratings < FEWEST_RATINGS:
        return no("too_few_ratings", ratings, FEWEST_RATINGS)
    if days < FEWEST_DAYS:
        return no("too_few_days", days, FEWEST_DAYS)
    if np.ptp(diary.rating) == 0:
        return no("ratings_do_not_vary")
    trend = _only_one_way(diary)
    if trend:
        return no("dose_only_falls_with_time" if trend < 0 else "dose_only_rises_with_time")
    if doses < FEWEST_DOSES:
        return no("too_few_doses", doses, FEWEST_DOSES)
    apart = _apart_from_doses(diary, priors.half_life_h[0])
    if apart < 0.05:
        return no("ratings_only_after_doses", apart, 0.05)
    spread, own = _own_variation(diary, priors)
    if own < LEAST_VARIATION:
        return no("no_variation_in_dosing" if spread < LEAST_VARIATION else "dosing_follows_the_clock", own, LEAST_VARIATION)
    return Design(ratings, doses, days, own)


def _only_one_way(diary: Diary) -> int:
    """-1 or 1 when daily amounts only fall or only rise with time (a taper), else 0.

    A day's total may dip for one day (a dose forgotten or written down late) without hiding the direction: medians of a week count.
    """
    day = np.floor(diary.dose_h / 24).astype(int)
    day -= day[0]
    total = np.bincount(day, weights=diary.dose)
    weeks = len(total) // 7
    if weeks < 3 or np.bincount(day).max() > 2:
        return 0
    weekly = np.median(total[: weeks * 7].reshape(weeks, 7), axis=1)
    change = np.diff(weekly)
    if np.abs(total.max() - total.min()) < 0.1 * max(total.max(), 1e-9):
        return 0
    if np.count_nonzero(change) == 0:
        return 0
    return -1 if (change <= 0).all() else 1 if (change >= 0).all() else 0


def _apart_from_doses(diary: Diary, half_life_h: float) -> float:
    """Share of the ratings made when at least one and a half effect half-lives had passed since the last dose, or before any dose."""
    taken = diary.dose_h[diary.dose > 0]
    last = np.searchsorted(taken, diary.rating_h, side="right") - 1
    since = (
        np.where(last >= 0, diary.rating_h - taken[np.maximum(last, 0)], np.inf)
        if len(taken)
        else np.full(len(diary.rating), np.inf)
    )
    return float((since >= 1.5 * half_life_h).mean())


def _own_variation(diary: Diary, priors: Priors) -> tuple[float, float]:
    """Spread of the exposure at the ratings, and what is left of it once clock, sessions and slow trend are taken out."""
    x = diary.exposure(diary.rating_h)(np.array([priors.half_life_h[0]]))[0]
    known = columns(diary, diary.rating_h, priors).fixed.T
    rest = x - known @ np.linalg.lstsq(known, x, rcond=None)[0]
    return float(x.std()), float(np.sqrt(rest @ rest / max(len(x) - known.shape[1], 1)))
