"""When and how much is taken: the cells, features and marks through which doses speak about the latent outcome.

Time is cut into cells at each dose and wherever the class of hour or of time since the last dose changes, so that no cell is of two
classes. The log rate of dosing, at a dose and in the middle of each cell, is
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
FEWEST_MARKS, LEAST_SPREAD = 6, 0.03  # amounts that never vary say nothing about why they were taken
SHAPE_SD, RECORDED_SD, HABIT_SD = 2.0, 0.7, 0.7


@dataclass(frozen=True)
class Dosing:
    """Cells, doses and marks of one diary.

    `cell_h` `(c,)` middles of the cells and `width_h` `(c,)`; `dose_h` `(m,)` times of the doses; `cell_features` `(f, c)` and
    `dose_features` `(f, m)`, the last rating first, with the spreads of their priors `spread` `(f,)`; `mark_h`, `mark` `(g,)` times and
    logarithms of the amounts, `mark_recorded` `(g,)` the last rating before each.
    """

    cell_h: Array
    width_h: Array
    dose_h: Array
    cell_features: Array
    dose_features: Array
    spread: Array
    mark_h: Array
    mark: Array
    mark_recorded: Array


def dosing(diary: Diary) -> Dosing:
    """Cut a diary into cells; see the module for the features. Doses outside the span of the ratings are left out."""
    start, end = diary.rating_h[0], diary.rating_h[-1]
    inside = (diary.dose_h > start) & (diary.dose_h <= end) & (diary.dose > 0)
    taken, amount = diary.dose_h[inside], diary.dose[inside]
    offset = float(diary.clock_h(np.array([start]))[0]) % STEP_H
    turns = taken[:, None] + np.array(SINCE_H)  # each dose, and each change of class of the time since it until the next
    turns = turns[turns < np.append(taken[1:], end)[:, None]]
    marks = np.concatenate([np.arange(start - offset + STEP_H, end, STEP_H), turns])
    middle, width = _cells(start, end, marks, taken)
    at_cell, at_dose = _classes(diary, middle), _classes(diary, taken)
    alive = np.all([np.isin(c, d) for c, d in zip(at_cell, at_dose, strict=True)], axis=0)
    middle, width = middle[alive], width[alive]
    spreads = [np.array([RECORDED_SD / diary.written, 10.0])]
    cells, doses = (
        [_last_rating(diary, middle), np.ones((1, len(middle)))],
        [_last_rating(diary, taken), np.ones((1, len(taken)))],
    )
    for c, d in zip(at_cell, at_dose, strict=True):
        kinds = np.unique(d)
        cells.append(_indicators(c[alive], kinds))
        doses.append(_indicators(d, kinds))
        spreads.append(np.full(len(kinds), SHAPE_SD))
    cells.append(slow_waves(diary, middle)[:HABIT_WAVES])
    doses.append(slow_waves(diary, taken)[:HABIT_WAVES])
    spreads.append(np.full(len(cells[-1]), HABIT_SD))
    marked = np.full(len(amount), len(amount) >= FEWEST_MARKS and np.log(amount).std() >= LEAST_SPREAD)
    return Dosing(
        cell_h=middle,
        width_h=width,
        dose_h=taken,
        cell_features=np.vstack(cells),
        dose_features=np.vstack(doses),
        spread=np.hstack(spreads),
        mark_h=taken[marked],
        mark=np.log(amount[marked]),
        mark_recorded=_last_rating(diary, taken[marked])[0],
    )


def _cells(start: float, end: float, marks: Array, taken: Array) -> tuple[Array, Array]:
    """Middles and widths of cells that end at each of the `marks` and at each dose."""
    edges = np.unique(np.concatenate([[start, end], marks, taken]))
    width = np.diff(edges)
    return edges[:-1] + width / 2, width


def no_dosing() -> Dosing:
    """Nothing about when and how much is taken: the reason for each dose is left out of account."""
    none = np.empty(0)
    return Dosing(none, none, none, np.empty((0, 0)), np.empty((0, 0)), none, none, none, none)


def _classes(diary: Diary, time_h: Array) -> list[NDArray[np.intp]]:
    """Hour of day, time since the last dose, and doses so far today, as small integers, each `(c,)`."""
    clock, dose_h = diary.clock_h(time_h), diary.dose_h[diary.dose > 0]
    last = np.searchsorted(dose_h, time_h, side="left") - 1
    since = np.where(last >= 0, time_h - dose_h[np.maximum(last, 0)], np.inf)
    day_start = time_h - (clock - DAY_STARTS_H) % 24.0
    today = last + 1 - np.searchsorted(dose_h, day_start, side="left")
    return [
        (clock // STEP_H).astype(np.intp),
        np.digitize(since, SINCE_H[1:]),
        np.minimum(today, MOST_COUNTED).astype(np.intp),
    ]


def _indicators(classes: NDArray[np.intp], kinds: NDArray[np.intp]) -> Array:
    """One row for each kind, `(k, c)`."""
    return np.asarray(classes == kinds[:, None], float)


def _last_rating(diary: Diary, time_h: Array) -> Array:
    """The last value written down by each time, less the mean of all, `(1, t)`; 0 before the first."""
    last = np.searchsorted(diary.rating_h, time_h, side="right") - 1
    return np.where(last >= 0, diary.rating[np.maximum(last, 0)] - diary.rating.mean(), 0.0)[None]
