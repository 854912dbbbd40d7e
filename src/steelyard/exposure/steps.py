"""A system of first-order steps: what is in each step is carried exactly from one event to the next.

The steps are numbered so that amounts only ever move to a higher number. `weight` is the sparse triangular matrix of the system:
`[b, b]` is the rate at which step b empties, `[a, b]` what a sends to b per hour and unit, `[b, OUT]` what b adds to the curve
that is looked at. Step 0 is the source: a dose at once passes straight through it, a slow dose stays in it as a constant rate.

Time costs O(doses + samples). No system is solved and nothing is diagonalised here, so rates may coincide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dtbsv

from .divided import divided, pair

Array = NDArray[np.float64]
Minutes = NDArray[np.int64]
Link = tuple[int, int]
Kinds = tuple[int, ...]
Ways = Mapping[Kinds, Array]
State = dict[int, Array]
Part = NDArray[np.intp] | slice  # some of the persons
T = TypeVar("T", bound=np.generic)
ONE = np.ones((1, 1))
SOURCE, OUT = 0, 99  # OUT comes after every step


@dataclass(frozen=True)
class Steps:
    """Steps and their links; every weight is `(k, 1)` or `(1, 1)`. Steps of one `kind` empty at one rate."""

    weight: Mapping[Link, Array]
    kind: Kinds


@dataclass(frozen=True)
class Routes:
    """All ways from each step to each later one, and to OUT.

    Args:
        rate: of each step, per hour, `(k, 1)`.
        kind: of each step.
        enters: what of a dose at once enters each step.
        ways: the products of the links on the way, by the kinds of the steps on it, start and end included.
    """

    rate: tuple[Array, ...]
    kind: Kinds
    enters: Mapping[int, Array]
    ways: Mapping[Link, Ways]

    def rows(self, part: Part) -> "Routes":
        """The same for some of the persons."""
        ways = {link: {kinds: rows(w, part) for kinds, w in ways.items()} for link, ways in self.ways.items()}
        enters = {b: rows(w, part) for b, w in self.enters.items()}
        return Routes(tuple(rows(r, part) for r in self.rate), self.kind, enters, ways)

    def alike(self) -> NDArray[np.intp]:
        """The persons in an order in which those whose rates rank the same are neighbours: together they cost fewer exponentials."""
        ranks = np.argsort(np.hstack(np.broadcast_arrays(*self.rate)), axis=1)
        return np.lexsort(ranks.T)


@dataclass(frozen=True)
class Events:
    """Doses in order of time, each array `(1, e)` or `(r, e)`.

    Args:
        minute: whole minutes, never falling.
        amount: what enters at once.
        flow: what flows in per hour from then on; None = nothing ever flows.
    """

    minute: Minutes
    amount: Array
    flow: Array | None = None


def rows(array: NDArray[T], part: Part) -> NDArray[T]:
    """A part of the rows; all of what is the same for all."""
    return array[part] if len(array) > 1 else array


def routes(steps: Steps, slow: bool = True) -> Routes:
    """All ways through the steps; those from the source only if slow doses stay in it."""
    links = sorted((link for link in steps.weight if link[0] != link[1]), key=lambda link: (link[1], link[0]))
    ways: dict[Link, dict[Kinds, Array]] = {}
    for start in range(0 if slow else 1, len(steps.kind)):
        reached: dict[int, dict[Kinds, Array]] = {start: {(steps.kind[start],): ONE}}
        for a, b in links:
            for kinds, so_far in reached.get(a, {}).items():
                way = kinds if b == OUT else tuple(sorted((*kinds, steps.kind[b])))
                there = reached.setdefault(b, {})
                more = so_far * steps.weight[a, b]
                there[way] = there[way] + more if way in there else more
        ways |= {(start, b): there for b, there in reached.items() if b != start}
    rate = tuple(steps.weight[b, b] for b in range(len(steps.kind)))
    return Routes(rate, steps.kind, {b: steps.weight[a, b] for a, b in links if a == SOURCE}, ways)


def observe(through: Routes, events: Events, last: NDArray[np.intp], since_h: Array, start: State | None = None) -> Array:
    """The curve at samples, each given by its last event and the hours since.

    Args:
        last: number of the last event before each sample, -1 where there is none, `(1, n)` or `(r, n)`.
        since_h: hours since that event, the same shape; 0 where there is none.
        start: what is in each step just before the first event, `(r, 1)`.

    Returns:
        `(r, n)`; 0 before the first event.
    """
    state, passage = _states(through, events, start or {}), _Passage(through, since_h)
    persons, count = max(len(last), *(len(x) for x in state.values())), events.minute.shape[1]
    at = np.maximum(last, 0)
    own = at + count * np.arange(persons)[:, None] if persons > 1 else at
    total = None
    for a, x in state.items():
        if (share := passage.along(through.ways.get((a, OUT), {}))) is not None:
            seen = x.reshape(-1).take(own if len(x) > 1 else at)
            seen = np.multiply(seen, share, out=seen) if share.shape == seen.shape else seen * share
            total = seen if total is None else total + seen
    if total is None:
        return np.zeros(own.shape)
    if np.count_nonzero(none := last < 0):
        total[none if none.shape == total.shape else np.broadcast_to(none, total.shape)] = 0.0
    return total


def steady(through: Routes, amount: Array, every_min: int, duration_min: int) -> State:
    """What is in each step just before the next dose, when the same dose `(r, 1)` was given at the same interval since ever."""
    nothing = np.zeros_like(amount)
    once = Events(np.array([[0, every_min]]), np.hstack([amount, nothing]))
    if duration_min:
        flow = np.hstack([amount / (duration_min / 60), nothing, nothing])
        once = Events(np.array([[0, duration_min, every_min]]), np.zeros_like(flow), flow)
    gained, passage = _states(through, once, {}), _Passage(through, np.array([[every_min / 60]]))
    state: State = {}
    for b in range(1, len(through.kind)):
        value = gained[b][:, -1:] if b in gained else np.zeros((1, 1))
        for a, x in state.items():
            if (moved := passage.along(through.ways.get((a, b), {}))) is not None:
                value = value + moved * x
        state[b] = value / -np.expm1(-through.rate[b] * every_min / 60)
    return state


class _Passage:
    """What a unit sends along given ways in the given hours; each divided difference is computed once."""

    def __init__(self, through: Routes, hours: Array) -> None:
        self.rate = dict(zip(through.kind, through.rate, strict=True))
        self.hours = hours
        self.known: dict[Kinds, tuple[Array, Array]] = {}

    def of(self, kinds: Kinds) -> tuple[Array, Array]:
        """The divided difference of the rates of these kinds, as value and factor."""
        if kinds not in self.known:
            rate = [self.rate[kind] for kind in kinds]
            if len(kinds) == 2:
                self.known[kinds] = pair(rate[0], rate[1], self.hours, self._slower(*kinds))
            else:
                self.known[kinds] = divided(rate, self.hours), ONE
        return self.known[kinds]

    def _slower(self, a: int, b: int) -> Array | None:
        """The exponential of the lower rate, which is needed anyway, if that is the same one in all persons."""
        first = np.count_nonzero(self.rate[a] <= self.rate[b])
        return self.of((b,))[0] if not first else self.of((a,))[0] if first == max(len(self.rate[a]), len(self.rate[b])) else None

    def along(self, ways: Ways) -> Array | None:
        """The sum over ways; None if there is none."""
        total: Array | None = None
        for kinds, weight in ways.items():
            value, factor = self.of(kinds)
            part = value * (weight * factor)
            total = part if total is None else total + part
        return total


def _states(through: Routes, events: Events, start: State) -> State:
    """What is in each step just after each event, `(r, e)`; steps that nothing ever reaches are left out."""
    passage = _Passage(through, (events.minute[:, 1:] - events.minute[:, :-1]) / 60)
    persons = max(len(part) for part in (*through.rate, *through.enters.values(), events.minute, events.amount, *start.values()))
    shape = persons, events.minute.shape[1]
    state: State = {} if events.flow is None else {SOURCE: np.array(np.broadcast_to(events.flow, shape))}
    for b in range(1, len(through.kind)):
        arriving = [(x, moved) for a, x in state.items() if (moved := passage.along(through.ways.get((a, b), {}))) is not None]
        if not arriving and b not in through.enters and b not in start:
            continue
        added = np.empty(shape)
        if b in through.enters or not arriving:
            np.multiply(through.enters.get(b, 0.0), events.amount, out=added)
        else:
            x, moved = arriving.pop()
            added[:, 0] = 0.0
            np.multiply(moved, x[:, :-1], out=added[:, 1:])
        for x, moved in arriving:
            added[:, 1:] += moved * x[:, :-1]
        if b in start:
            added[:, :1] += start[b]
        state[b] = carry(passage.of((through.kind[b],))[0], added)
    return state


def carry(kept: Array, added: Array) -> Array:
    """`s[i] = kept[i - 1] s[i - 1] + added[i]` along the last axis, as one bidiagonal solve.

    Args:
        kept: `(r, e - 1)` or `(1, e - 1)`.
        added: `(r, e)`; its memory is used for the result.
    """
    if added.size == 0:
        return added
    band = np.empty((2, added.size), order="F")  # the unit diagonal is not read
    below = band[1].reshape(added.shape)
    np.negative(kept, out=below[:, :-1])
    below[:, -1] = 0.0  # nothing is carried from one row to the next
    return np.asarray(dtbsv(1, band, added.reshape(-1), lower=1, diag=1, overwrite_x=1)).reshape(added.shape)
