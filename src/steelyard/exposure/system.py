"""From a model of the body to a system of first-order steps, and to the system that carries a derivative beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .compartments import What
from .modes import Array, Modes, coupling, eigenmodes
from .steps import OUT, SOURCE, Link, Steps

Parts = dict[Link, tuple[Array, dict[str, int]]]  # weights, each with the power of every number in it


@dataclass(frozen=True)
class System:
    """The steps of a model; every weight is a product of powers of its numbers, but for the modes.

    Args:
        powers: the power of each number in each weight.
        modes: of the compartments that exchange.
        first: the step of the fastest mode.
        given: the numbers of the model, each `(k,)`.
    """

    steps: Steps
    powers: Mapping[Link, Mapping[str, int]]
    modes: Modes
    first: int
    given: Mapping[str, Array]


def system(given: Mapping[str, Array], what: What, iv: bool) -> System:
    """The steps from a dose to the curve that is looked at.

    Args:
        given: the checked numbers of the model, each `(k,)`.

    Raises:
        ValueError: the model has no absorption, metabolite or effect site, and it is asked for.
    """
    needed = {"central": None, "metabolite": "metabolite.volume", "effect": "ke0"}
    if what not in needed:
        raise ValueError(f"a curve is of one of {', '.join(needed)}, not of {what!r}")
    if (name := needed[what]) is not None and name not in given:
        raise ValueError(f"the model has no {name}, so there is no curve of {what!r}")
    if not iv and "ka" not in given:
        raise ValueError("the model has no ka, so a dose cannot be swallowed")
    modes = eigenmodes(given)
    first = 1 if iv else 2
    outlet = first + len(modes.rate)
    one = np.ones(1)
    part: Parts = {(SOURCE, SOURCE): (0 * one, {})}
    if not iv:
        part[1, 1] = given["ka"], {"ka": 1}
        part[SOURCE, 1] = given["available"], {"available": 1}
    for b, (rate, enters) in enumerate(zip(modes.rate, modes.turn[0], strict=True), first):
        part[b, b] = rate, {}
        part[first - 1, b] = (enters, {}) if iv else (given["ka"] * enters, {"ka": 1})
        part |= _from_mode(given, what, b, enters / given["volume"], outlet)
    part |= _outlet(given, what, outlet, iv)
    steps = Steps({link: weight[:, None] for link, (weight, _) in part.items()}, tuple(range(outlet + (what != "central"))))
    return System(steps, {link: powers for link, (_, powers) in part.items()}, modes, first, given)


def _from_mode(given: Mapping[str, Array], what: What, mode: int, seen: Array, outlet: int) -> Parts:
    """Where the central concentration, to which this mode adds `seen` per unit, goes."""
    if what == "central":
        return {(mode, OUT): (seen, {"volume": -1})}
    if what == "effect":
        return {(mode, outlet): (given["ke0"] * seen, {"ke0": 1, "volume": -1})}
    made = given["metabolite.formed"] * given["clearance"] * seen
    return {(mode, outlet): (made, {"metabolite.formed": 1, "clearance": 1, "volume": -1})}


def _outlet(given: Mapping[str, Array], what: What, outlet: int, iv: bool) -> Parts:
    """The last step: the metabolite's compartment or the effect site."""
    if what == "central":
        return {}
    if what == "effect":
        return {(outlet, outlet): (given["ke0"], {"ke0": 1}), (outlet, OUT): (np.ones(1), {})}
    clearance, volume = given["metabolite.clearance"], given["metabolite.volume"]
    parts: Parts = {
        (outlet, outlet): (clearance / volume, {"metabolite.clearance": 1, "metabolite.volume": -1}),
        (outlet, OUT): (1 / volume, {"metabolite.volume": -1}),
    }
    if not iv:
        parts[1, outlet] = given["metabolite.presystemic"] * given["ka"], {"metabolite.presystemic": 1, "ka": 1}
    return parts


def sensitive(of: System, name: str) -> Steps:
    """The system and, beside each of its steps, the derivative of what is in it by the logarithm of a number.

    The curve of this system is the derivative. Its steps come in pairs of equal rates, which the divided differences allow.
    """
    if name == "lag_h":
        return _rising(of, -of.given["lag_h"][:, None] if (1, 1) in of.powers and "ka" in of.powers[1, 1] else np.zeros((1, 1)))
    beside = len(of.steps.kind) - 1  # the derivative of step b is step b + beside; the source is given, so it has none
    weight: dict[Link, Array] = {}

    def add(a: int, b: int, value: Array) -> None:
        if value.any():
            weight[a, b] = weight[a, b] + value if (a, b) in weight else value

    for (a, b), value in of.steps.weight.items():
        change = value * of.powers[a, b].get(name, 0)
        if a == b:
            weight[a, a] = value
            if a != SOURCE:
                weight[a + beside, a + beside] = value
                add(a, a + beside, -change)
        elif b == OUT:
            add(a, OUT, change)
            add(a + beside, OUT, value)
        else:
            add(a, b, value)
            add(a, b + beside, change)
            if a != SOURCE:
                add(a + beside, b + beside, value)
    between = coupling(of.given, of.modes, name)
    for i in range(len(between)):
        for j in range(len(between)):
            add(of.first + j, of.first + i + beside, -between[i, j][:, None])
    return Steps(weight, (*of.steps.kind, *of.steps.kind[1:]))


def _rising(of: System, factor: Array) -> Steps:
    """The same steps, seen as the rise of the curve per hour, times a factor."""
    weight = {link: w for link, w in of.steps.weight.items() if link[1] != OUT}
    seen = {a: w * factor for (a, b), w in of.steps.weight.items() if b == OUT}
    for (a, b), value in list(weight.items()):
        if b in seen:
            share = value * seen[b] * (-1.0 if a == b else 1.0)
            weight[a, OUT] = weight[a, OUT] + share if (a, OUT) in weight else share
    return Steps(weight, of.steps.kind)
