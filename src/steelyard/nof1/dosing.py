"""When and how much is taken: the cells, features and marks through which doses speak about the latent outcome.

Time is cut into cells at each dose and wherever the class of hour or of time since the last dose changes, so that no cell is of two
classes; clock times at which doses crowd are classes of their own (`schedule`). The log rate of dosing, at a dose and in the middle of
each cell, is
`a + hour of day + time since the last dose + doses today + slow habit + b_recorded (last rating - mean) + b_felt (outcome - mu)`.
Hours of the day, gaps and daily counts at which nothing was ever taken say nothing about why doses are taken and are left out; so do days
on which nothing at all was written down.
What is taken within a quarter of an hour was decided once: it counts as one dose, at the first of its times. At a usual time of the clock
there is one decision a day, to take something or not; when within these minutes says nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .missing import occasions
from .model import DAY_STARTS_H, DOSE, Diary, slow_waves
from .schedule import kept_clear, usual_times

Array = NDArray[np.float64]
STEP_H = 2.0
TOGETHER_H, AT_ONCE_H = 0.25, 1 / 60
MOST_ASKED = 3  # ratings that one dose leads to
SINCE_H = (0.0, 2.0, 3.0, 4.5, 6.5, 9.0, 13.0)  # lower edges of the classes of time since the last dose
MOST_COUNTED = 4
HABIT_WAVES = 4
FEWEST_MARKS, LEAST_SPREAD = 6, 0.03  # amounts that never vary say nothing about why they were taken
SHAPE_SD, RECORDED_SD, HABIT_SD = 2.0, 0.7, 0.7


@dataclass(frozen=True)
class Dosing:
    """Cells, doses and marks of one diary.

    `cell_h` `(c,)` middles of the cells and `width_h` `(c,)`; `taken` `(c,)` at which of them something was taken, some time in the cell;
    `dose_h` `(m,)` times of all other doses; `cell_features` `(f, c)` and `dose_features` `(f, m)`, the last rating first, with the
    spreads of their priors `spread` `(f,)`; `mark_h`, `mark` `(g,)` times and logarithms of the amounts, `mark_recorded` `(g,)` the last
    rating before each.
    """

    cell_h: Array
    width_h: Array
    taken: NDArray[np.bool_]
    dose_h: Array
    cell_features: Array
    dose_features: Array
    spread: Array
    mark_h: Array
    mark: Array
    mark_recorded: Array


@dataclass(frozen=True)
class Habit:
    """What classes of time are made from: times of all decisions to take something, hours `(m,)`; usual times of the clock `(s, 2)` as
    `schedule.usual_times` gives them; lower edges of the classes of time since the last dose `(k,)`."""

    dose_h: Array
    times: Array
    since_h: Array


def dosing(diary: Diary) -> Dosing:
    """Cut a diary into cells; see the module for the features. Doses outside the span of the ratings are left out."""
    all_h, amounts = decisions(diary)
    inside = (all_h > diary.rating_h[0]) & (all_h <= diary.rating_h[-1])
    taken, amount = all_h[inside], amounts[inside]
    habit = Habit(all_h, usual_times(diary.clock_h(all_h)), kept_clear(np.array(SINCE_H), np.diff(all_h)))
    middle, width = _cells(diary, habit, taken)
    opened, usual, first = _openings(diary, habit, taken)
    at_cell, at_dose = _classes(diary, habit, middle), _classes(diary, habit, taken)
    alive = np.all([np.isin(c, d) for c, d in zip(at_cell, at_dose, strict=True)], axis=0)
    alive &= ~(_within(middle, opened[first], usual[first]) | np.isin(diary.day(middle), diary.silent))
    cell_h, dose_h = np.append(middle[alive], taken[first]), taken[usual == 0]
    chosen = np.arange(len(cell_h)) >= alive.sum()
    spreads = [np.array([RECORDED_SD / diary.written, 10.0])]
    cells, doses = (
        [_last_rating(diary, cell_h, chosen), np.ones((1, len(cell_h)))],
        [_last_rating(diary, dose_h, np.ones(len(dose_h), bool)), np.ones((1, len(dose_h)))],
    )
    for c, d in zip(at_cell, at_dose, strict=True):
        kinds = np.unique(d)
        cells.append(_indicators(np.append(c[alive], d[first]), kinds))
        doses.append(_indicators(d[usual == 0], kinds))
        spreads.append(np.full(len(kinds), SHAPE_SD))
    cells.append(slow_waves(diary, cell_h)[:HABIT_WAVES])
    doses.append(slow_waves(diary, dose_h)[:HABIT_WAVES])
    spreads.append(np.full(len(cells[-1]), HABIT_SD))
    marked = np.full(len(amount), len(amount) >= FEWEST_MARKS and np.log(amount).std() >= LEAST_SPREAD)
    return Dosing(
        cell_h=cell_h,
        width_h=np.append(width[alive], usual[first]),
        taken=chosen,
        dose_h=dose_h,
        cell_features=np.vstack(cells),
        dose_features=np.vstack(doses),
        spread=np.hstack(spreads),
        mark_h=taken[marked],
        mark=np.log(amount[marked]),
        mark_recorded=_last_rating(diary, taken[marked], marked[marked])[0],
    )


def decisions(diary: Diary) -> tuple[Array, Array]:
    """Times, hours, and amounts of all that was taken, `(m,)` each, with what was decided at once drawn together."""
    time_h, amount = diary.dose_h[diary.dose > 0], diary.dose[diary.dose > 0]
    first = np.flatnonzero(np.diff(time_h, prepend=-np.inf) > TOGETHER_H)
    return time_h[first], np.add.reduceat(amount, first) if len(first) else amount


def _cells(diary: Diary, habit: Habit, taken: Array) -> tuple[Array, Array]:
    """Middles and widths of cells between the first and the last rating, cut at each dose and wherever a class changes."""
    start, end = diary.rating_h[0], diary.rating_h[-1]
    offset = float(diary.clock_h(np.array([start]))[0]) % STEP_H
    turns = taken[:, None] + habit.since_h
    turns = turns[turns < np.append(taken[1:], end)[:, None]]
    hours = [_at_clock(diary, float(edge)) for edge in np.add.accumulate(habit.times, axis=1).ravel() % 24.0]
    edges = np.unique(np.concatenate([[start, end], np.arange(start - offset + STEP_H, end, STEP_H), turns, *hours, taken]))
    width = np.diff(edges)
    return edges[:-1] + width / 2, width


def no_dosing() -> Dosing:
    """Nothing about when and how much is taken: the reason for each dose is left out of account."""
    none = np.empty(0)
    return Dosing(none, none, none > 0, none, np.empty((0, 0)), np.empty((0, 0)), none, none, none, none)


def _openings(diary: Diary, habit: Habit, dose_h: Array) -> tuple[Array, Array, NDArray[np.intp]]:
    """When the usual time began in which each dose falls, and its width, hours `(m,)`, 0 for doses at no usual time; and which doses are
    the first at a usual time of a day."""
    since = (diary.clock_h(dose_h)[:, None] - habit.times[:, 0]) % 24.0
    within = since < habit.times[:, 1]
    opened, usual = dose_h - (since * within).sum(1), np.asarray((within * habit.times[:, 1]).sum(1))
    at_one = np.flatnonzero(usual > 0)
    return opened, usual, at_one[np.unique(opened[at_one].round(6), return_index=True)[1]]


def _within(time_h: Array, opened: Array, width: Array) -> NDArray[np.bool_]:
    """Whether each time, `(t,)`, lies in one of some spans that do not overlap, in order."""
    last = np.searchsorted(opened, time_h, side="right") - 1
    until = np.append(opened + width, -np.inf)
    return np.asarray(time_h < until[last])


@dataclass(frozen=True)
class Decided:
    """What cells say of their log rates: log likelihood, its slope, and the curvature's size and slope, each `(c,)`."""

    log_lik: Array
    slope: Array
    weight: Array
    weight_slope: Array


def decided(log_expected: Array, taken: NDArray[np.bool_]) -> Decided:
    """Nothing taken in a cell where so many doses are expected, as a logarithm `(c,)`; or, where `taken`, something some time in it.

    Source: Poisson counts of 0, and of 1 or more.
    """
    expected = np.exp(np.minimum(log_expected, 20.0))
    slope = np.divide(expected, np.expm1(np.minimum(expected, 500.0)))
    bend = np.where(expected < 1e-4, expected / 2, expected + slope - 1)
    weight = slope * bend
    log_lik = np.where(expected < 1, np.log(-np.expm1(-np.minimum(expected, 1.0))), np.log1p(-np.exp(-np.maximum(expected, 1.0))))
    some = (log_lik, slope, weight, slope * (expected - weight) - weight * bend)
    return Decided(
        *(np.where(taken, one, none) for one, none in zip(some, (-expected, -expected, expected, expected), strict=True))
    )


def _at_clock(diary: Diary, clock: float) -> Array:
    """Times in hours, `(d,)`, between the first and the last rating at which the clock shows this hour, whatever the zone then is."""
    start, end = diary.rating_h[0], diary.rating_h[-1]
    days = np.arange(start - 24.0, end + 24.0, 24.0)
    near = days + (clock - diary.clock_h(days[:1])[0])
    at = near + (clock - diary.clock_h(near) + 12.0) % 24.0 - 12.0
    return np.asarray(at[(at > start) & (at < end)])


def _classes(diary: Diary, habit: Habit, time_h: Array) -> list[NDArray[np.intp]]:
    """Hour of day, time since the last dose, and doses so far today, as small integers, each `(c,)`."""
    clock, dose_h = diary.clock_h(time_h), habit.dose_h
    hour = clock // STEP_H
    for place, (first, width) in enumerate(habit.times):
        hour = np.where((clock - first) % 24.0 < width, 24.0 / STEP_H + place, hour)
    last = np.searchsorted(dose_h, time_h, side="left") - 1
    since = np.where(last >= 0, time_h - dose_h[np.maximum(last, 0)], np.inf)
    day_start = time_h - (clock - DAY_STARTS_H) % 24.0
    today = last + 1 - np.searchsorted(dose_h, day_start, side="left")
    return [
        hour.astype(np.intp),
        np.digitize(since, habit.since_h[1:]),
        np.minimum(today, MOST_COUNTED).astype(np.intp),
    ]


def _indicators(classes: NDArray[np.intp], kinds: NDArray[np.intp]) -> Array:
    """One row for each kind, `(k, c)`."""
    return np.asarray(classes == kinds[:, None], float)


def _last_rating(diary: Diary, time_h: Array, by_dose: NDArray[np.bool_]) -> Array:
    """The last value written down by each time, less the mean of all, `(1, t)`; 0 before the first.

    At a dose, where `by_dose`, the rating that the dose itself led to is no reason for it: it does not count.
    """
    last = np.searchsorted(diary.rating_h, time_h, side="right") - 1
    asked = occasions(diary) == DOSE
    for _ in range(MOST_ASKED):
        ago = time_h - diary.rating_h[last]
        last = last - ((last >= 0) & by_dose & (ago < np.where(asked[last], TOGETHER_H, AT_ONCE_H)))
    return np.where(last >= 0, diary.rating[np.maximum(last, 0)] - diary.rating.mean(), 0.0)[None]
