"""Events in order of time, and where among them each sample falls."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .steps import Array, Minutes, Part, rows

T = TypeVar("T", bound=np.generic)
Found = tuple[NDArray[np.int64], Array]
FAR = 1 << 40  # minutes; nearer ones fit into one number together with a position


def in_order(minute: Minutes) -> tuple[Minutes, NDArray[np.int64] | None]:
    """Each row in rising order, and the numbers its entries had; None where they are in order already.

    Sorting numbers that hold minute and position is several times faster than sorting positions, the more so in 32 bits.
    """
    if not np.count_nonzero(minute[:, 1:] < minute[:, :-1]):
        return minute, None
    first, bits = minute.min(), minute.shape[1].bit_length()
    width = np.uint32 if int(minute.max() - first) >> (32 - bits) == 0 else np.uint64
    key = (minute - first).astype(width)
    key <<= bits
    key |= np.arange(minute.shape[1], dtype=width)
    key.sort(axis=1)
    return (key >> bits).astype(np.int64) + first, (key & ((1 << bits) - 1)).astype(np.int64)


def take(values: NDArray[T], order: NDArray[np.int64] | None) -> NDArray[T]:
    """The values in that order; each row in its own, or all in one."""
    if order is None:
        return values
    if len(order) == 1:
        return values[:, order[0]]
    return np.take_along_axis(np.broadcast_to(values, order.shape), order, 1)


class Places:
    """For samples, the last event whose lag is over, and the hours since it began to act.

    Where one log and its samples are for all persons, and only their lags differ, one search does for each whole minute of lag.
    """

    def __init__(self, minute: Minutes, samples: Minutes, lag_min: Array) -> None:
        """Of events at minutes `(1, e)` or `(k, e)`, in any order, samples `(1, n)` or `(k, n)` and lags `(1,)` or `(k,)`."""
        self.samples, self.lag_h = samples, lag_min[:, None] / 60
        self.late = np.floor(lag_min[:, None]).astype(np.int64)
        self.of_lag: Found | None = None
        if len(minute) == len(samples) == 1 < len(self.late):
            lags, which = np.unique(self.late, return_inverse=True)
            self.which: NDArray[np.intp] = which.reshape(-1)
            self.of_lag = _search(in_order(minute)[0], samples, lags[:, None])

    def rows(self, minute: Minutes, part: Part) -> tuple[NDArray[np.int64], Array]:
        """For some of the persons, whose events in order are at these minutes.

        Returns:
            numbers of events, -1 for none, and hours since, 0 where there is none; both `(1, n)` or `(r, n)`.
        """
        if self.of_lag is None:
            last, gap_h = _search(minute, rows(self.samples, part), rows(self.late, part))
        else:
            which = rows(self.which, part)
            last, gap_h = self.of_lag[0][which], self.of_lag[1][which]
        since_h = gap_h - rows(self.lag_h, part)
        return last, np.maximum(since_h, 0.0, out=since_h)


def _search(minute: Minutes, samples: Minutes, late: NDArray[np.int64]) -> Found:
    """The last event before each sample less the lag, and the hours between event and sample.

    An event at minute m acts before sample s if m < s - lag; as m and s are whole, that is m < s - late, late the lag's whole part.
    """
    persons, count = max(len(minute), len(samples), len(late)), minute.shape[1]
    wanted, order = in_order(_for(persons, samples - late))
    last = np.empty(wanted.shape, np.int64)
    for m, s, into in zip(_for(persons, minute), wanted, last, strict=True):
        into[:] = m.searchsorted(s)
    last -= 1
    if order is not None:
        found = last
        np.put_along_axis(last := np.empty_like(found), order, found, 1)
    at = np.maximum(last, 0)
    if len(minute) > 1:
        at += count * np.arange(persons)[:, None]
    return last, (samples - minute.reshape(-1).take(at)) / 60


def _for(persons: int, minutes: Minutes) -> Minutes:
    return minutes if len(minutes) == persons else np.broadcast_to(minutes, (persons, minutes.shape[1]))
