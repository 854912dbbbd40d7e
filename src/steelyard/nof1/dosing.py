"""When and how much is taken: the cells, features and marks through which doses speak about the latent outcome.

Time is cut into cells that end at each dose; within a cell the log rate of dosing is
`a + hour of day + time since the last dose + doses today + slow habit + b_recorded (last rating - mean) + b_felt (outcome - mu)`.
Hours of the day, gaps and daily counts at which nothing was ever taken say nothing about why doses are taken and are left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .model import Diary, slow_waves

Array = NDArray[np.float64]
STEP_H = 2.0
SINCE_H = (0.0, 2.0, 3.0, 4.5, 6.5, 9.0, 13.0)  # lower edges of the classes of time since the last dose
DAY_STARTS_H = 4.0  # doses are counted from this clock hour
MOST_COUNTED = 4
HABIT_WAVES = 4
SHAPE_SD, RECORDED_SD, HABIT_SD = 2.0, 0.7, 0.7


@dataclass(frozen=True)
class Dosing:
    """Cells and marks of one diary.

    `time_h` `(c,)` middles of the cells; `log_width` `(c,)`; `count` `(c,)` 1 where the cell ends in a dose; `features` `(f, c)` with the
    spreads of their priors `spread` `(f,)`, the last rating first; `mark_h`, `mark` `(g,)` times and logarithms of the amounts.
    """

    time_h: Array
    log_width: Array
    count: Array
    features: Array
    spread: Array
    mark_h: Array
    mark: Array


def dosing(diary: Diary) -> Dosing:
    """Cut a diary into cells; see the module for the features. Doses outside the span of the ratings are left out."""
    start, end = diary.rating_h[0], diary.rating_h[-1]
    inside = (diary.dose_h > start) & (diary.dose_h <= end)
    taken = diary.dose_h[inside]
    offset = float(diary.clock_h(np.array([start]))[0]) % STEP_H
    edges = np.concatenate([np.arange(start - offset + STEP_H, end, STEP_H), taken, [start, end]])
    edges = np.unique(np.round(edges, 4))
    edges = edges[edges >= start]
    width = np.diff(edges)
    middle = edges[:-1] + width / 2
    count = np.isin(edges[1:], np.round(taken, 4)).astype(float)
    classes = _classes(diary, middle)
    alive = np.all([np.bincount(c, weights=count)[c] > 0 for c in classes], axis=0)
    shape = [_indicators(c[alive]) for c in classes]
    recorded = _last_rating(diary, middle[alive])
    habit = slow_waves(diary, middle[alive])[:HABIT_WAVES]
    blocks = [recorded[None], np.ones((1, int(alive.sum()))), *shape, habit]
    spreads = [RECORDED_SD / diary.points, 10.0, *(np.full(len(s), SHAPE_SD) for s in shape), np.full(len(habit), HABIT_SD)]
    amounts = np.log(np.maximum(diary.dose[inside], 1e-3))
    varied = diary.dose[inside] > 0
    marked = varied if len(amounts) > 5 and amounts[varied].std() > 0.03 else np.zeros_like(varied)
    return Dosing(
        middle[alive], np.log(width[alive]), count[alive], np.vstack(blocks), np.hstack(spreads), taken[marked], amounts[marked]
    )


def _classes(diary: Diary, time_h: Array) -> list[NDArray[np.intp]]:
    """Hour of day, time since the last dose, and doses so far today, as small integers, each `(c,)`."""
    clock = diary.clock_h(time_h)
    last = np.searchsorted(diary.dose_h, time_h, side="left") - 1
    since = np.where(last >= 0, time_h - diary.dose_h[np.maximum(last, 0)], np.inf)
    day_start = time_h - (clock - DAY_STARTS_H) % 24.0
    today = last + 1 - np.searchsorted(diary.dose_h, day_start, side="left")
    return [
        (clock // STEP_H).astype(np.intp),
        np.digitize(since, SINCE_H[1:]),
        np.minimum(today, MOST_COUNTED).astype(np.intp),
    ]


def _indicators(classes: NDArray[np.intp]) -> Array:
    """One column for each class that occurs, `(k, c)`."""
    return np.array([classes == k for k in np.unique(classes)], float)


def _last_rating(diary: Diary, time_h: Array) -> Array:
    """The last value written down before each time, less the mean of all; 0 before the first."""
    last = np.searchsorted(diary.rating_h, time_h, side="left") - 1
    return np.where(last >= 0, diary.rating[np.maximum(last, 0)] - diary.rating.mean(), 0.0)
