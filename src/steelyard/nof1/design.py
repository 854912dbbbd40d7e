"""What these data can identify, judged before any fit: a design, or a refusal with a named reason."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from .model import FIRST_CAUSE, Diary, Priors, columns

Array = NDArray[np.float64]
Reason = Literal[
    "no_ratings",
    "no_doses",
    "too_few_ratings",
    "too_few_doses",
    "too_few_days",
    "ratings_do_not_vary",
    "too_few_events",
    "dose_only_falls_with_time",
    "dose_only_rises_with_time",
    "ratings_only_after_doses",
    "no_variation_in_dosing",
    "dosing_follows_the_clock",
    "inseparable_cause",
    "computation_failed",  # not of the diary: the fit could not be computed, which costs this answer and nothing else
]

FEWEST_RATINGS = 30
FEWEST_EVENTS = 10  # ratings other than the most usual one, where there are few levels
FEWEST_DOSES = 8
FEWEST_DAYS = 10
TOO_ALIKE = 0.9  # share of the exposure's own variation that another cause may explain
LEAST_APART = 0.05  # share of the ratings made when the last dose had mostly worn off
CLOCK_HARMONICS = (
    10  # doses at fixed hours have a sharper daily shape than the rhythm of an outcome, and are judged by more than two
)
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
    ratings: int = 0
    doses: int = 0
    days: int = 0
    have: float = 0.0
    need: float = 0.0
    cause: str = ""


def judge(diary: Diary, priors: Priors) -> Design | NotEnough:
    """Whether relief can be told apart from everything else in this diary.

    Refuses: each `Reason`, the plainest first. The limits are those below which the posterior is close to the prior in simulated diaries.
    """
    ratings, doses, days = len(diary.rating), int((diary.dose > 0).sum()), round(diary.span_h / 24)
    found = _too_little(diary, ratings, doses, days) or _no_contrast(diary, priors, doses)
    if found is not None:
        return replace(found, ratings=ratings, doses=doses, days=days)
    return Design(ratings, doses, days, _own_variation(diary, priors)[1])


def _too_little(diary: Diary, ratings: int, doses: int, days: int) -> NotEnough | None:
    if ratings == 0:
        return NotEnough("no_ratings")
    if doses == 0:
        return NotEnough("no_doses")
    if ratings < FEWEST_RATINGS:
        return NotEnough("too_few_ratings", have=ratings, need=FEWEST_RATINGS)
    if days < FEWEST_DAYS:
        return NotEnough("too_few_days", have=days, need=FEWEST_DAYS)
    if np.ptp(diary.rating) == 0:
        return NotEnough("ratings_do_not_vary")
    events = ratings - int(np.unique(diary.rating, return_counts=True)[1].max())
    if diary.family == "bounded":
        return None
    events = ratings - int(np.unique(diary.rating, return_counts=True)[1].max())
    return NotEnough("too_few_events", have=events, need=FEWEST_EVENTS) if events < FEWEST_EVENTS else None


def _no_contrast(diary: Diary, priors: Priors, doses: int) -> NotEnough | None:
    trend = _only_one_way(diary)
    if trend:
        return NotEnough("dose_only_falls_with_time" if trend < 0 else "dose_only_rises_with_time")
    if doses < FEWEST_DOSES:
        return NotEnough("too_few_doses", have=doses, need=FEWEST_DOSES)
    apart = _apart_from_doses(diary, priors.half_life_h[0])
    if apart < LEAST_APART:
        return NotEnough("ratings_only_after_doses", have=apart, need=LEAST_APART)
    spread, own = _own_variation(diary, priors)
    if own < LEAST_VARIATION:
        reason: Reason = "no_variation_in_dosing" if spread < LEAST_VARIATION else "dosing_follows_the_clock"
        return NotEnough(reason, have=own, need=LEAST_VARIATION)
    cause = _inseparable(diary, priors)
    return NotEnough("inseparable_cause", cause=cause) if cause else None


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
    sign = -1 if (change <= 0).all() else 1 if (change >= 0).all() else 0
    # amounts that go up and down from day to day are no taper, however their weeks happen to fall
    rest = total - isotonic_regression(total, increasing=sign > 0).x
    return sign if np.median(np.abs(rest)) < 0.05 * np.ptp(total) else 0


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
    """Spread of the exposure at the ratings, and what is left of it once clock and slow trend are taken out."""
    x = diary.exposure(diary.rating_h)(np.array([priors.half_life_h[0]]))[0]
    cols = columns(diary, diary.rating_h, priors)
    angle = 2 * np.pi * diary.clock_h(diary.rating_h) / 24
    finer = [f(m * angle) for m in range(3, min(CLOCK_HARMONICS, len(x) // 8) + 1) for f in (np.cos, np.sin)]
    known = np.vstack([cols.fixed[:FIRST_CAUSE], cols.fixed[cols.waves], *finer]).T
    found, _, rank, _ = np.linalg.lstsq(known, x, rcond=None)
    rest = x - known @ found
    return float(x.std()), float(np.sqrt(rest @ rest / max(len(x) - rank, 1)))


def _inseparable(diary: Diary, priors: Priors) -> str:
    """Name of a cause that goes with the exposure so closely that the two cannot be told apart, or nothing."""
    x = diary.exposure(diary.rating_h)(np.array([priors.half_life_h[0]]))[0]
    cols = columns(diary, diary.rating_h, priors)
    causes = range(FIRST_CAUSE, cols.waves.start)
    rest = [i for i in range(len(cols.names)) if i not in causes]
    background = cols.fixed[rest].T
    alone = x - background @ np.linalg.lstsq(background, x, rcond=None)[0]
    for i in causes:
        with_cause = np.column_stack([background, cols.fixed[i]])
        left = x - with_cause @ np.linalg.lstsq(with_cause, x, rcond=None)[0]
        if left @ left < (1 - TOO_ALIKE) * (alone @ alone):
            return cols.names[i]
    return ""
