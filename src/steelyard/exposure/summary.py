"""What people ask of curves, answered for each draw: worn off by when, how much it builds up, there together, gone by when.

Curves are `(draws, samples)` and relative: 1 is the peak of one usual dose. Every answer is one number a draw, so that it can be shown with
its band; none of them is a level anybody measured.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DAY_H = 24.0


@dataclass(frozen=True)
class Band:
    """Median and central 95 % range over draws; infinite where that many draws were not over when the curve ended."""

    value: float
    low: float
    high: float


def band(draws: Array) -> Band:
    """The median and 95 % range of one number a draw, `(draws,)`."""
    low, value, high = np.quantile(draws, (0.025, 0.5, 0.975), method="inverted_cdf")
    return Band(float(value), float(low), float(high))


def course(curves: Array) -> tuple[Array, Array, Array]:
    """Median and the ends of the 95 % range at each sample, each `(samples,)`."""
    low, middle, high = np.quantile(curves, (0.025, 0.5, 0.975), axis=0)
    return middle, low, high


def last_above(curves: Array, times: Array, share: float) -> Array:
    """From when on a curve stays below `share`, `(draws,)`, in the unit of `times`.

    Args:
        curves: `(draws, samples)`; times: `(samples,)`, increasing.

    Returns:
        The crossing, by a straight line between two samples; the first time where the curve is never above; infinity where it still is
        at the end.
    """
    above = curves >= share
    last = curves.shape[1] - 1 - np.argmax(above[:, ::-1], axis=1)
    ever, still = above.any(axis=1), above[:, -1]
    here = np.minimum(last, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    top, bottom = curves[rows, here], curves[rows, here + 1]
    part = np.clip((top - share) / np.where(top > bottom, top - bottom, 1.0), 0.0, 1.0)
    crossing = times[here] + part * (times[here + 1] - times[here])
    return np.where(still, np.inf, np.where(ever, crossing, times[0]))


def worn_off_by(hours: Array, at: Array) -> Array:
    """Probability that it has worn off, `(samples,)`, at `at` hours after a dose; `hours` `(draws,)` until it has."""
    return np.asarray((hours[:, None] <= at[None, :]).mean(axis=0))


def daily(curves: Array, hours: Array) -> Array:
    """Mean of each whole day, `(draws, days)`; `hours` `(samples,)` evenly spaced from 0, each sample standing for what follows it."""
    per_day = round(DAY_H / float(hours[1] - hours[0]))
    days = curves.shape[1] // per_day
    return np.asarray(curves[:, : days * per_day].reshape(len(curves), days, per_day).mean(axis=2))


def build_up(days: Array) -> Array:
    """How many times as high as the first day's level the last day's is, `(draws,)`; `days` `(draws, days)`."""
    return np.asarray(days[:, -1] / days[:, 0])


def levelled_after(days: Array, within: float) -> Array:
    """The first day, counted from 1, from which on no day's level is further than a share `within` from the last one's, `(draws,)`."""
    off = np.abs(days / days[:, -1:] - 1) > within
    return np.asarray(np.where(off.any(axis=1), days.shape[1] - np.argmax(off[:, ::-1], axis=1) + 1, 1), float)


def together(one: Array, other: Array, share: float, step_h: float) -> tuple[Array, Array]:
    """How long two curves are both above `share`: hours a day, and the share of days on which they are at all, each `(draws,)`.

    Args:
        one, other: `(draws, samples)`, whole days from midnight on; step_h: hours between samples.
    """
    per_day = round(DAY_H / step_h)
    both = ((one >= share) & (other >= share)).reshape(len(one), -1, per_day)
    return np.asarray(both.mean(axis=(1, 2)) * DAY_H), np.asarray(both.any(axis=2).mean(axis=1))
