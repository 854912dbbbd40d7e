"""Are ratings skipped when things are worse, or better? What a diary can tell of ratings that are not in it.

The fitted course says how things were at times without a rating too. If answering has nothing to do with them, the number of ratings in an
hour follows the clock and slow habits, and not the course.

Source: score test of a Poisson regression, Cox & Hinkley, Theoretical Statistics (1974), ch. 9, with the variance of Newey & West (1987),
doi 10.2307/1913610, as neighbouring days are alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model import OWN_WISH, PROMPT, Diary

Array = NDArray[np.float64]
FEWEST_RATINGS = 60
FEWEST_DAYS = 21
FEWEST_EACH = 10  # ratings of either occasion, for the two to be compared
HABIT_DAYS = 28  # what changes more slowly is habit
ALIKE_DAYS = 2
HARMONICS = 3
CLEARLY = 2.7  # standard errors
LARGEST_LOG = 5.0


@dataclass(frozen=True)
class Compared:
    """A figure, and the band in which chance alone would put it."""

    value: float
    low: float
    high: float

    @property
    def by_chance(self) -> bool:
        """Whether the figure lies in its band."""
        return self.low <= self.value <= self.high


def occasions(diary: Diary) -> NDArray[np.intp]:
    """What led to each rating, `(n,)`; a prompt where it is not known."""
    known = len(diary.occasion) == len(diary.rating)
    return diary.occasion if known else np.full(len(diary.rating), PROMPT)


def answered_when_worse(diary: Diary, fitted: Array) -> Compared | None:
    """How often prompts are answered when things are worse, relative to when they are better by two of the person's own standard deviations.

    Args:
        fitted: the fitted course at the ratings, `(n,)`.

    Returns:
        1 where it does not matter; None for diaries too short or too sparse to tell.
    """
    asked = occasions(diary) == PROMPT
    prompted, fitted = diary.rating_h[asked], fitted[asked]
    start = 24 * float(np.floor(diary.rating_h[0] / 24)) if len(diary.rating_h) else 0.0
    days = int((diary.rating_h[-1] - start) // 24) + 1 if len(diary.rating_h) else 0
    if len(prompted) < FEWEST_RATINGS or days < FEWEST_DAYS or np.ptp(fitted) == 0:
        return None
    hour = start + 0.5 + np.arange(24.0 * days)
    clock = diary.clock_h(hour).astype(int)
    count = np.bincount(((prompted - start) // 1).astype(int), minlength=len(hour)).astype(float)
    # between prompts only: ratings that a dose or a wish led to stand where it hurt, and would raise the course around them
    worse = np.interp(hour, prompted, _without_rhythm(diary.clock_h(prompted), fitted)) * (1 if diary.worse_is_up else -1)
    worse = worse - _running(worse, 24 * HABIT_DAYS)
    expected = _by_clock(count, clock) * _running(count, 24 * HABIT_DAYS) / count.mean()
    worse = worse - (_by_clock(expected * worse, clock) / np.maximum(_by_clock(expected, clock), 1e-12))
    spread = float(np.sqrt(expected @ worse**2 / expected.sum()))
    worse /= spread
    each_day = ((count - expected) * worse).reshape(days, 24).sum(1)
    told = float(expected @ worse**2)
    slope, error = float(each_day.sum()) / told, float(np.sqrt(_variance(each_day))) / told
    low, value, high = np.exp(np.clip(2 * np.array([-CLEARLY * error, slope, CLEARLY * error]), -LARGEST_LOG, LARGEST_LOG))
    return Compared(float(value), float(low), float(high))


def own_wish(diary: Diary, residual: Array) -> Compared | None:
    """How much worse ratings written of one's own wish are than those asked for, beyond what the fit expects, in its standard deviations.

    Args:
        residual: error of predicting each rating from all others, in standard deviations, `(n,)`.
    """
    led = occasions(diary)
    own, asked = residual[led == OWN_WISH], residual[led == PROMPT]
    if min(len(own), len(asked)) < FEWEST_EACH:
        return None
    worse = float(own.mean() - asked.mean()) * (1 if diary.worse_is_up else -1)
    band = CLEARLY * float(np.sqrt(own.var(ddof=1) / len(own) + asked.var(ddof=1) / len(asked)))
    return Compared(worse, -band, band)


def _without_rhythm(clock_h: Array, fitted: Array) -> Array:
    """What is left of the course once the time of day is taken out: between the ratings of two days a daily pattern would be misread."""
    angle = 2 * np.pi * clock_h / 24
    waves = np.array([np.ones(len(angle)), *(f(m * angle) for m in range(1, HARMONICS + 1) for f in (np.cos, np.sin))])
    return np.asarray(fitted - np.linalg.lstsq(waves.T, fitted, rcond=None)[0] @ waves)


def _by_clock(x: Array, clock: NDArray[np.intp]) -> Array:
    """Mean of hourly values in each hour of the day, `(n,)`."""
    total, many = (np.bincount(clock, weights=w, minlength=24) for w in (x, np.ones(len(x))))
    return np.asarray((total / np.maximum(many, 1))[clock])


def _running(x: Array, width: int) -> Array:
    """Mean of hourly values over `width` hours around each, fewer at the ends."""
    total = np.concatenate([[0.0], np.cumsum(x)])
    at = np.arange(len(x))
    first, last = np.maximum(at - width // 2, 0), np.minimum(at + width // 2, len(x))
    return np.asarray((total[last] - total[first]) / (last - first))


def _variance(each_day: Array) -> float:
    """Variance of the sum of daily scores that are alike over a few days."""
    away = each_day - each_day.mean()
    size = float(away @ away)
    total = size
    for apart in range(1, ALIKE_DAYS + 1):
        total += 2 * (1 - apart / (ALIKE_DAYS + 1)) * float(away[apart:] @ away[:-apart])
    return max(total, size / 2)
