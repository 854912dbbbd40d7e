"""Concentrations over time of a log of doses: exact, in time proportional to doses plus samples, for many persons or draws at once.

Swallowed doses and doses into the blood are two streams that add up. All swallowed doses are late by the same lag, so the lag
moves the samples and never the order of the doses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from .compartments import Array, Compartments, What, numbers
from .doses import Doses, Log, Regimen, checked, events, moments, regular, whole, with_past
from .placing import Places
from .steps import Minutes, Part, Routes, Steps, observe, routes, rows, steady
from .system import System, sensitive, system

__all__ = ["Doses", "Regimen", "curve", "gradient", "regular"]

CELLS = 1 << 15  # persons times events worked on at once: few enough for a processor's cache, enough to be worth the call
KEPT = 1 << 21


def curve(
    model: Compartments, doses: Doses, samples_minute: Minutes, what: What = "central", past: Regimen | None = None
) -> Array:
    """Concentration at each sample time, in the dose's unit of amount per litre.

    A dose at the very minute of a sample adds nothing to that sample yet.

    Args:
        model: for one person, or for `k` persons or draws.
        doses: one log for all, or one each.
        samples_minute: `(n,)` for all, or `(k, n)`; whole minutes from the origin of the doses, in any order.
        what: the substance in the blood, its metabolite there, or the substance at the effect site.
        past: what was taken before the log begins; None = nothing.

    Returns:
        `(k, n)`.

    Raises:
        ValueError: shapes that do not fit, times that are not whole minutes, numbers that are not finite or are negative, or `what`
            is not part of the model.
    """
    return _follow(model, doses, samples_minute, what, past, lambda of: of.steps)


def gradient(
    model: Compartments,
    doses: Doses,
    samples_minute: Minutes,
    wrt: Sequence[str],
    what: What = "central",
    past: Regimen | None = None,
) -> Array:
    """Derivative of `curve` by the logarithms of numbers of the model, in closed form.

    Args:
        model, doses, samples_minute, what, past: as for `curve`.
        wrt: names of numbers of `Compartments`; those of its metabolite as `metabolite.clearance`. A number that is 0 has derivative 0.

    Returns:
        `(k, p, n)`, p = number of names.

    Raises:
        ValueError: as `curve`; or no name is given, or the model has no number of that name.
    """
    if not wrt:
        raise ValueError("a gradient needs the name of at least one number of the model")
    if unknown := set(wrt) - set(numbers(model)):
        raise ValueError(f"the model has no {', '.join(sorted(unknown))}; it has {', '.join(numbers(model))}")
    each = [_follow(model, doses, samples_minute, what, past, partial(sensitive, name=name)) for name in wrt]
    return np.stack(each, axis=1)


def _follow(
    model: Compartments, doses: Doses, samples: Minutes, what: What, past: Regimen | None, view: Callable[[System], Steps]
) -> Array:
    """The sum over both routes of what is looked at, a few persons at a time."""
    given, log, at = numbers(model), checked(doses), whole(np.atleast_2d(samples), "the samples")
    often = np.zeros((1, 1)) if past is None else np.atleast_1d(np.asarray(past.amount, float))[:, None]
    persons = _persons(model=given["volume"], doses=log.minute, amounts=log.amount, samples=at, past=often)
    streams = []
    for iv in (False, True):
        own, earlier = log.by(iv), past if past is not None and past.iv == iv else None
        if at.size == 0 or (earlier is None and own.duration.size == 0):
            continue
        lag_min = np.zeros(1) if iv else given["lag_h"] * 60
        if earlier is not None:
            own = with_past(own, log.minute, earlier, at.min(axis=1) - lag_min)
        through = routes(view(system(given, what, iv)), slow=bool(own.duration.any()))
        streams.append(_Stream(through, own, Places(moments(own), at, lag_min), earlier, often))
    if not streams:
        return np.zeros((persons, at.shape[1]))
    total = np.empty((persons, at.shape[1]))
    for part in _parts(persons, max(at.shape[1], *(len(stream.log.duration) for stream in streams)), streams[0].through):
        seen = [stream.observed(part) for stream in streams]
        total[part] = seen[0] if len(seen) == 1 else seen[0] + seen[1]
    return total


@dataclass(frozen=True)
class _Stream:
    """The doses of one route, and the steps they go through."""

    through: Routes
    log: Log
    places: Places
    past: Regimen | None
    often: Array

    def observed(self, part: Part) -> Array:
        """The curve of some of the persons."""
        own, taken, start = self.through.rows(part), events(self.log.rows(part)), None
        if self.past is not None:
            start = steady(own, rows(self.often, part), self.past.every_min, self.past.duration_min)
        return observe(own, taken, *self.places.rows(taken.minute, part), start)


def _persons(**arrays: Array | Minutes) -> int:
    sizes = {name: len(array) for name, array in arrays.items() if len(array) != 1}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"numbers of persons differ: {', '.join(f'{name} for {size}' for name, size in sizes.items())}")
    return max(sizes.values(), default=1)


def _parts(persons: int, each: int, through: Routes) -> list[Part]:
    size = max(1, CELLS // max(each, 1))
    if persons <= size:
        return [slice(None)]
    np.empty(KEPT)  # freed at once: from then on the C library keeps freed memory of chunks for the next, which halves the time
    order = through.alike() if len(through.rate[-1]) == persons else np.arange(persons)
    return [order[at : at + size] for at in range(0, persons, size)]
