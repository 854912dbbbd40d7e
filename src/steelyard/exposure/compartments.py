"""What is assumed of a body: up to three compartments, absorption with a lag, a metabolite, an effect site; every step first-order.

Rates are per hour, volumes in litres, clearances in litres an hour; every number may be one figure or one a person (or a draw), `(k,)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .modes import eigenmodes

Array = NDArray[np.float64]
Number = float | Array
What = Literal["central", "metabolite", "effect"]
POSITIVE = {"ka", "clearance", "volume", "ke0", "metabolite.clearance", "metabolite.volume"}


@dataclass(frozen=True)
class Metabolite:
    """A metabolite with one compartment, made on the way in and from what is cleared.

    Args:
        presystemic: amount of it formed per unit of parent absorbed, before the parent reaches the blood.
        formed: amount of it formed per unit of parent cleared.
        clearance: litres an hour.
        volume: litres.
    """

    presystemic: Number
    formed: Number
    clearance: Number
    volume: Number


@dataclass(frozen=True)
class Compartments:
    """Linear kinetics of one substance, for one person or for `k` persons or draws.

    Args:
        ka: absorption from the gut, per hour; None = never swallowed.
        clearance: litres an hour.
        volume: of the central compartment, litres.
        q2, v2, q3, v3: exchange with up to two peripheral compartments (litres an hour) and their volumes (litres); 0 = absent.
        lag_h: hours from swallowing until absorption begins.
        available: share of a swallowed dose that is absorbed.
        metabolite: what is made of it, if that is wanted.
        ke0: rate at which an effect site follows the central concentration, per hour, if that is wanted.
    """

    ka: Number | None
    clearance: Number
    volume: Number
    q2: Number = 0.0
    v2: Number = 0.0
    q3: Number = 0.0
    v3: Number = 0.0
    lag_h: Number = 0.0
    available: Number = 1.0
    metabolite: Metabolite | None = None
    ke0: Number | None = None


def numbers(model: Compartments) -> dict[str, Array]:
    """Every number of the model by its name, those of the metabolite as `metabolite.clearance`, each `(k,)`.

    Raises:
        ValueError: a number is not finite, is negative, or is zero where it may not be; or the numbers of persons differ.
    """
    names, values = zip(*_named(model), strict=True)
    shapes = {value.shape for value in values if isinstance(value, np.ndarray)} - {(), (1,)}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        found = ", ".join(f"{name} {np.shape(value)}" for name, value in zip(names, values, strict=True) if np.shape(value))
        raise ValueError(f"the numbers of the model must be one figure, or one for each person: {found}")
    table = np.empty((len(names), *(shapes or {(1,)}).pop()))
    for row, value in zip(table, values, strict=True):
        row[:] = value
    for name, low, high in zip(
        names, table.min(axis=1, initial=1.0).tolist(), table.max(axis=1, initial=1.0).tolist(), strict=True
    ):
        if not (low > 0 or (low == 0 and name not in POSITIVE)) or not high < np.inf:
            raise ValueError(f"{name} must be finite and {'positive' if name in POSITIVE else 'not negative'}")
    given = dict(zip(names, table, strict=True))
    at = names.index("q2")  # q2, v2, q3, v3
    if ((table[at : at + 4 : 2] > 0) & (table[at + 1 : at + 4 : 2] == 0)).any():
        raise ValueError("v2 must be positive where q2 is, and v3 where q3 is")
    return given


def _named(model: Compartments) -> Iterator[tuple[str, Number]]:
    for name, value in vars(model).items():
        if isinstance(value, Metabolite):
            yield from ((f"metabolite.{part}", number) for part, number in vars(value).items())
        elif value is not None:
            yield name, value


def rates(model: Compartments) -> tuple[Array, Array]:
    """Rates and coefficients of the central concentration after a unit bolus into the blood, `sum(share exp(-rate t))`.

    Returns:
        rate per hour `(c, k)`, fastest first, and share per litre `(c, k)`; c = 1 to 3 compartments. `ln 2 / rate[-1]` is the
        terminal half-life in hours.

    Raises:
        ValueError: as `numbers`.
    """
    given = numbers(model)
    modes = eigenmodes(given)
    return modes.rate, modes.turn[0] ** 2 / given["volume"]
