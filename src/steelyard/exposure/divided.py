"""Divided differences of the exponential: what a chain of first-order steps does to a dose, exact however near the rates are.

A unit that enters a chain with the rates `r0 ... rd` has reached its last step, after t hours, in the amount
`(-1)^d exp(-. t)[r0, ..., rd]` times the product of the links. Written as a sum of exponentials that is a difference of nearly
equal numbers as soon as two rates come near each other, and 0/0 where they meet. Here nothing cancels: two rates go through
`expm1`, more through the recursion where they are far apart and through a series of positive terms where they are near.

Source: Opitz 1964 and McCurdy, Ng & Parlett 1984 (Math. Comp. 43:501), divided differences of the exponential function.
"""

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEAR = 1.0  # spread of the rates times hours, below which the series is taken
TERMS = 20  # of the series: the first one left out is below 1e-17 of the sum for spreads up to NEAR


def divided(rate: Sequence[Array], hours: Array) -> Array:
    """The divided difference `(-1)^d exp(-. t)[r0, ..., rd]`, always positive for t > 0.

    Args:
        rate: the d + 1 rates, each per hour and `(k, 1)`, in any order, none negative.
        hours: `(n,)`, `(1, n)` or `(k, n)`, none negative.

    Returns:
        `(k, n)`, in hours to the power d.
    """
    if len(rate) == 1:
        return decay(rate[0], hours)
    return _ordered(list(np.sort(np.broadcast_arrays(*rate), axis=0)), hours)


def _ordered(rate: list[Array], hours: Array) -> Array:
    """For rates in rising order."""
    if len(rate) == 2:
        value, factor = pair(rate[0], rate[1], hours)
        value *= factor
        return value
    gap = rate[-1] - rate[0]
    near = gap * hours < NEAR
    if near.all():
        return _series(rate, hours)
    value = (_ordered(rate[:-1], hours) - _ordered(rate[1:], hours)) / np.where(gap > 0, gap, 1.0)
    if near.any():
        close = [np.broadcast_to(r, near.shape)[near] for r in rate]
        value[near] = _series(close, np.broadcast_to(hours, near.shape)[near])
    return value


def pair(one: Array, other: Array, hours: Array, slower: Array | None = None) -> tuple[Array, Array]:
    """The divided difference of two rates as `value * factor`, so that a caller can join the factor, `(k, 1)`, to its own.

    Args:
        slower: the exponential of the lower rate, if it is known.
    """
    gap = np.abs(one - other)
    apart = np.count_nonzero(gap) == gap.size
    scale = -gap if apart else np.where(gap > 0, -gap, -1.0)
    value = hours * scale
    np.expm1(value, out=value)
    if not apart:
        value = np.where(gap > 0, value, -hours)
    value *= decay(np.minimum(one, other), hours) if slower is None else slower
    return value, 1 / scale


def decay(rate: Array, hours: Array) -> Array:
    """`exp(-rate t)`."""
    value = hours * -rate
    np.exp(value, out=value)
    return value


def _series(rate: list[Array], hours: Array) -> Array:
    """`exp(-r_max t) t^d` times the sum over n of `h_n / (n + d)!`, h_n the complete symmetric polynomials of `(r_max - r) t`."""
    degree = len(rate) - 1
    shape = np.broadcast_shapes(rate[0].shape, hours.shape)
    h = np.zeros((TERMS, *shape))
    h[0] = 1.0
    for low in rate[:-1]:
        y = (rate[-1] - low) * hours
        for n in range(1, TERMS):
            h[n] += y * h[n - 1]
    weight = np.array([1.0 / factorial(n + degree) for n in range(TERMS)])
    return np.asarray(np.tensordot(weight, h, 1) * hours**degree * np.exp(-rate[-1] * hours))
