"""Regular habits: the clock times at which doses crowd, classes of time whose edges keep clear of them, and days without an entry.

Who takes something at eight sharp has decided once, at eight, and not over two hours: a rate of dosing that is even over hours would put
the rest down to how the person felt. And who writes nothing down for a day has not taken nothing.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import rel_entr

from .model import Curve, CurveAt, Diary

Array = NDArray[np.float64]
BINS, BIN_H = 288, 1 / 12  # the day in five minutes, each around a time that people write down
WIDTHS, AROUND = (3, 6), 24  # a crowd is a quarter or half of an hour, and is held against two hours around it
MOST_TIMES = 8
LEAST_GAIN = 10.0  # of the log likelihood: no crowd among even rates comes near it by chance
CLEAR_H = 0.15
NEARBY_DAYS = 14  # on either side: who has stopped, or takes more than before, is not given what was usual then
RATED_MOSTLY = 0.5  # of the days: else a day without an entry is nothing out of the ordinary


def usual_times(clock_h: Array) -> Array:
    """Spans of the clock in which doses crowd.

    Args:
        clock_h: local hours of the doses, 0 to 24, `(m,)`.

    Returns:
        First hour of the clock and width in hours, `(s, 2)`; the spans do not overlap, and one can go past midnight.
    """
    count = np.bincount(np.floor(clock_h / BIN_H + 0.5).astype(np.intp) % BINS, minlength=BINS).astype(np.float64)
    free = np.ones(BINS)
    found: list[tuple[float, float]] = []
    while len(found) < MOST_TIMES:
        among, span = _ring(count, AROUND), _ring(free, AROUND)
        gains = [np.where(_ring(free, w) == w, _gain(_ring(count, w), among, w / np.maximum(span, w)), 0.0) for w in WIDTHS]
        peak = (count >= np.roll(count, 1)) & (count >= np.roll(count, -1))  # the crowd itself in the middle
        wide, middle = np.unravel_index(np.argmax(gains * peak), (len(WIDTHS), BINS))
        if gains[wide][middle] < LEAST_GAIN:
            break
        width = WIDTHS[wide]
        first = int(middle) - width // 2
        taken = np.arange(first, first + width) % BINS
        count[taken] = free[taken] = 0.0
        found.append(((first - 0.5) * BIN_H % 24.0, width * BIN_H))
    return np.array(found).reshape(-1, 2)


def kept_clear(edges_h: Array, gap_h: Array) -> Array:
    """Edges of classes of time since the last dose, each moved a little up where gaps between doses `(m,)` crowd right behind it."""
    behind = np.array([((gap_h > e - 0.02) & (gap_h < e + CLEAR_H)).sum() for e in edges_h], float)
    around = np.array([(np.abs(gap_h - e) < 1.0).sum() for e in edges_h], float)
    return np.where(_gain(behind, around, CLEAR_H / 2) >= LEAST_GAIN, edges_h + CLEAR_H, edges_h)


def unspoken(diary: Diary, entry_h: Array) -> Diary:
    """The diary with its silent days named, and with what is usual on other days assumed to have been taken on them.

    Args:
        entry_h: times of everything that was written down, of whatever kind, hours `(e,)`.

    Raises:
        ValueError: there are such days and the diary has no `site`.
    """
    silent = silent_days(diary, entry_h)
    if not len(silent) or not len(diary.dose):
        return diary
    usual = diary.curve_of(*_usual_doses(diary, silent))

    def with_usual(logged: CurveAt) -> CurveAt:
        def at_times(time_h: Array) -> Curve:
            one, more = logged(time_h), usual(time_h)
            return lambda half_life_h: one(half_life_h) + more(half_life_h)

        return at_times

    return replace(
        diary, silent=silent, exposure=with_usual(diary.exposure), redrawn=tuple(with_usual(one) for one in diary.redrawn)
    )


def silent_days(diary: Diary, entry_h: Array) -> NDArray[np.intp]:
    """Days between the first and the last rating on which nothing was written down, `(k,)`; none unless most days have a rating."""
    rated = np.unique(diary.day(diary.rating_h))
    if not len(rated) or len(rated) < RATED_MOSTLY * (rated[-1] - rated[0] + 1):
        return np.empty(0, np.intp)
    return np.setdiff1d(np.arange(rated[0], rated[-1]), np.append(rated, diary.day(entry_h)))


def _usual_doses(diary: Diary, silent: NDArray[np.intp]) -> tuple[Array, Array]:
    """Times and amounts, in order, of what the other days of the weeks around hold on average, each dose at its clock, on each silent day."""
    day, rated = diary.day(diary.dose_h), diary.day(diary.rating_h)
    clock = diary.local_h(diary.dose_h) - 24.0 * day
    spoken = np.setdiff1d(np.arange(rated[0], rated[-1] + 1), silent)
    local, amount = [], []
    for one in silent:
        others = spoken[np.abs(spoken - one) <= NEARBY_DAYS]
        like = np.isin(day, others)
        order = np.argsort(clock[like], kind="stable")
        local.append(24.0 * one + clock[like][order])
        amount.append(diary.dose[like][order] / max(len(others), 1))
    at = np.concatenate(local)
    zone = np.searchsorted(diary.zone_from_h + diary.zone_offset_h, at, side="right") - 1
    return at - diary.zone_offset_h[np.maximum(zone, 0)], np.concatenate(amount)


def _ring(values: Array, width: int) -> Array:
    """Sums over so many neighbours around each place of a ring."""
    ahead = width // 2
    long = np.concatenate([[0.0], np.cumsum(np.concatenate([values[-ahead:], values, values[:width]]))])
    return np.asarray(long[width : width + len(values)] - long[: len(values)])


def _gain(inside: Array, among: Array, share: Array | float) -> Array:
    """How much likelier so many of all around are with a rate of their own than with `share` of all; 0 where there are fewer than that."""
    gain = rel_entr(inside, among * share) + rel_entr(among - inside, among * (1 - share))
    return np.where(inside > among * share, gain, 0.0)
