"""A log of doses as events in order of time, and where among them each sample falls.

Time is whole minutes, so that no hour of a long log is rounded.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .compartments import Array, Number
from .placing import FAR, in_order, take
from .steps import Events, Minutes, Part, rows

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Doses:
    """Doses at whole minutes from any origin, in any order.

    Args:
        minute: `(m,)` for one log that all persons or draws share, `(k, m)` for a log each (pad with amounts of 0).
        amount: `(m,)` or `(k, m)`, finite and not negative. An unknown amount has to be drawn: missing is never zero.
        duration_min: minutes over which a dose goes in at a constant rate; 0 = at once. One figure or one a dose, `(m,)`.
        iv: true where a dose goes straight into the blood; otherwise it is swallowed (lag, absorption, `available`). One or `(m,)`.
    """

    minute: Minutes
    amount: Array
    duration_min: int | Minutes = 0
    iv: bool | NDArray[np.bool_] = False


@dataclass(frozen=True)
class Regimen:
    """A past that nobody wrote down: the same dose at the same interval since ever, up to one interval before the first logged dose.

    Args:
        amount: one figure or `(k,)`.
        every_min: whole minutes.
        duration_min, iv: as in `Doses`; the duration is at most the interval.
        last_minute: minute of the last of them, if it is not one interval before the first logged dose.
    """

    amount: Number
    every_min: int
    duration_min: int = 0
    iv: bool = False
    last_minute: int | None = None


def regular(amount: float, every_min: int, count: int, first_minute: int = 0) -> Doses:
    """The same dose, `count` times, every `every_min` minutes."""
    return Doses(first_minute + every_min * np.arange(count, dtype=np.int64), np.full(count, float(amount)))


@dataclass(frozen=True)
class Log:
    """Checked doses: minute `(1, m)` or `(k, m)`, amount the same, duration and iv `(m,)`."""

    minute: Minutes
    amount: Array
    duration: Minutes
    iv: NDArray[np.bool_]

    def by(self, iv: bool) -> "Log":
        """The doses of one route."""
        here = self.iv == iv
        if (count := np.count_nonzero(here)) == len(here):
            return self
        if not count:
            return Log(self.minute[:, :0], self.amount[:, :0], self.duration[:0], self.iv[:0])
        return Log(self.minute[:, here], self.amount[:, here], self.duration[here], self.iv[here])

    def rows(self, part: Part) -> "Log":
        """The doses of some of the persons."""
        return Log(rows(self.minute, part), rows(self.amount, part), self.duration, self.iv)


def checked(doses: Doses) -> Log:
    """The doses with every figure checked and given its full shape.

    Raises:
        ValueError: as `curve` says.
    """
    minute, amount = whole(np.atleast_2d(doses.minute), "the minutes of doses"), np.atleast_2d(np.asarray(doses.amount, float))
    if amount.ndim > 2 or minute.shape[1] != amount.shape[1]:
        raise ValueError(f"minutes {np.shape(doses.minute)} and amounts {np.shape(doses.amount)} must be for the same doses")
    if np.count_nonzero((amount >= 0) & (amount < np.inf)) < amount.size:
        raise ValueError("amounts must be finite and not negative")
    count = minute.shape[1]
    duration, iv = whole(np.asarray(doses.duration_min), "the durations"), np.asarray(doses.iv, bool)
    if duration.shape not in ((), (count,)) or iv.shape not in ((), (count,)):
        raise ValueError(
            f"durations {duration.shape} and routes {iv.shape} must be one figure, or one for each of the {count} doses"
        )
    if np.count_nonzero(duration < 0):
        raise ValueError("durations must not be negative")
    return Log(minute, amount, duration if duration.ndim else np.full(count, duration), iv if iv.ndim else np.full(count, iv))


def whole(minutes: NDArray[Any], what: str) -> Minutes:
    """Whole minutes as such.

    Raises:
        ValueError: they are not whole numbers, are further away than two million years, or have more than two axes.
    """
    if minutes.ndim > 2:
        raise ValueError(f"{what} have shape {minutes.shape}; (n,) or (k, n) was expected")
    if minutes.size and (minutes.dtype.kind not in "iu" or abs(int(minutes.min())) > FAR or abs(int(minutes.max())) > FAR):
        raise ValueError(f"{what} must be whole minutes, at most {FAR:,} from the origin; these are of type {minutes.dtype}")
    return minutes.astype(np.int64, copy=False)


def moments(log: Log) -> Minutes:
    """The minutes at which something changes: when doses begin, and after those when slow ones end."""
    slow = log.duration > 0
    return np.hstack([log.minute, log.minute[:, slow] + log.duration[slow]]) if slow.any() else log.minute


def events(log: Log) -> Events:
    """The doses of one route in order of time; a slow dose is two events, its begin and its end."""
    minute, order = in_order(moments(log))
    slow = log.duration > 0
    if not slow.any():
        return Events(minute, take(log.amount, order))
    speed = np.where(slow, log.amount / np.where(slow, log.duration / 60, 1.0), 0.0)
    change = np.hstack([speed, -speed[:, slow]])
    running = np.hstack([slow * 1, np.full(slow.sum(), -1)])[None, :]
    at_once = np.hstack([np.where(slow, 0.0, log.amount), 0 * speed[:, slow]])
    change, running = np.cumsum(take(change, order), axis=1), np.cumsum(take(running, order), axis=1)
    return Events(minute, take(at_once, order), np.where(running > 0, change, 0.0))  # what rounding leaves must not flow for ever


def with_past(stream: Log, logged: Minutes, past: Regimen, earliest: Array) -> Log:
    """The doses of one route, and before them those of the past from just before the earliest sample on.

    Args:
        logged: minutes of all logged doses, `(1, m)` or `(k, m)`.
        earliest: minute of the earliest sample, less the lag, `(1,)` or `(k,)`.

    Raises:
        ValueError: the interval is not positive, a dose lasts longer than it, an amount is not finite or negative, or it is not said
            when the past ends.
    """
    amount = np.atleast_1d(np.asarray(past.amount, float))[:, None]
    if past.every_min < 1 or not 0 <= past.duration_min <= past.every_min:
        raise ValueError("a regimen needs an interval of at least a minute, and doses that last no longer than it")
    if not np.isfinite(amount).all() or (amount < 0).any():
        raise ValueError("the amount of a regimen must be finite and not negative")
    if past.last_minute is None and logged.size == 0:
        raise ValueError("there is no logged dose, so the regimen needs its last_minute")
    if past.last_minute is not None and logged.size and past.last_minute > logged.min():
        raise ValueError("the past must end before the first logged dose")
    ends = logged.min(axis=1) - past.every_min if past.last_minute is None else np.array([past.last_minute])
    count = max(1, int(np.max((ends - earliest) // past.every_min)) + 2)
    minute = ends[:, None] - past.every_min * np.arange(count - 1, -1, -1)
    return Log(
        _beside(minute, stream.minute),
        _beside(np.repeat(amount, count, axis=1), stream.amount),
        np.concatenate([np.full(count, past.duration_min), stream.duration]),
        np.full(count + len(stream.duration), past.iv),
    )


def _beside(one: NDArray[T], other: NDArray[T]) -> NDArray[T]:
    persons = max(len(one), len(other))
    return np.hstack([np.broadcast_to(part, (persons, part.shape[1])) for part in (one, other)])
