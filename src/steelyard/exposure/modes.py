"""Compartments that exchange with each other, turned into as many independent modes, which only ever lose.

With amounts divided by the root of their volume the exchange is symmetric, so such a turn exists and keeps lengths. What is left
is a system without loops, as `steps.py` wants it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SWEEPS = 8  # over the three planes; each sweep about squares what is left


@dataclass(frozen=True)
class Modes:
    """The independent modes.

    Args:
        rate: per hour, `(c, k)`, fastest first.
        turn: from compartments (first axis) to modes, `(c, c, k)`; its first row, the central compartment, is not negative.
    """

    rate: Array
    turn: Array


def eigenmodes(given: Mapping[str, Array]) -> Modes:
    """The modes of the exchanging compartments, by Jacobi rotations, which keep the small rates and coefficients precise too."""
    names = _peripherals(given)
    own = given["clearance"] / given["volume"]
    if not names:
        return Modes(own[None], np.ones((1, 1, len(own))))
    matrix = _exchange(given, names)
    for j, n in enumerate(names, 1):
        # an absent compartment gets a mode that nothing enters; it must not be the slowest
        matrix[j, j] = np.where(given[f"q{n}"] > 0, matrix[j, j], own)
    product = own * matrix[1, 1] * (matrix[2, 2] if len(names) == 2 else 1.0)  # the determinant, which no rotation changes
    rate, turn = _two(matrix) if len(names) == 1 else _three(matrix)
    rate[-1] = product / (rate[0] * rate[1] if len(names) == 2 else rate[0])  # the slowest is the one that rounding would touch
    return Modes(rate, turn)


def _two(matrix: Array) -> tuple[Array, Array]:
    """Of two compartments: one rotation, written out."""
    cosine, sine, shift = _angle(matrix[0, 0], matrix[1, 1], matrix[0, 1])
    first = matrix[1, 1] <= matrix[0, 0]  # the central compartment is most of the faster mode
    near, far = matrix[0, 0] - shift, matrix[1, 1] + shift
    large, small = np.abs(cosine), np.abs(sine)
    rate = np.where(first, (near, far), (far, near))
    into = np.where(first, (large, small), (small, large))
    return rate, np.array([into, [-into[1], into[0]]])


def _three(matrix: Array) -> tuple[Array, Array]:
    """Of three compartments: rotations in turn, in place, until nothing is left to exchange."""
    turn = np.zeros_like(matrix)
    turn[range(3), range(3)] = 1.0
    for p, q in [(0, 1), (0, 2), (1, 2)] * SWEEPS:
        r = 3 - p - q
        cosine, sine, shift = _angle(matrix[p, p], matrix[q, q], matrix[p, q])
        matrix[p, p], matrix[q, q] = matrix[p, p] - shift, matrix[q, q] + shift
        matrix[p, q] = matrix[q, p] = 0.0
        at_p, at_q = matrix[r, p].copy(), matrix[r, q].copy()
        matrix[r, p] = matrix[p, r] = cosine * at_p - sine * at_q
        matrix[r, q] = matrix[q, r] = sine * at_p + cosine * at_q
        at_p, at_q = turn[:, p].copy(), turn[:, q].copy()
        turn[:, p], turn[:, q] = cosine * at_p - sine * at_q, sine * at_p + cosine * at_q
    rate = matrix[range(3), range(3)]
    order, persons = np.argsort(-rate, axis=0, kind="stable"), np.arange(rate.shape[1])
    turn = turn[:, order, persons]
    return rate[order, persons], np.copysign(1.0, turn[0]) * turn


def _angle(one: Array, other: Array, off: Array) -> tuple[Array, Array, Array]:
    """Cosine and sine of the rotation after which two no longer exchange, and what moves from one rate to the other.

    Source: Golub & Van Loan, Matrix Computations, section 8.5.
    """
    apart = other - one
    root = np.abs(apart) + np.hypot(apart, 2 * off)
    tangent = np.copysign(2.0, apart) * off / np.where(root > 0, root, 1.0)
    cosine = 1 / np.hypot(1.0, tangent)
    return cosine, tangent * cosine, tangent * off


def _peripherals(given: Mapping[str, Array]) -> list[str]:
    return [n for n in "23" if (given[f"q{n}"] > 0).any()]


def coupling(given: Mapping[str, Array], modes: Modes, name: str) -> Array:
    """What the modes begin to send each other when the logarithm of one number moves: the derivative of the exchange, `(c, c, k)`."""
    names = _peripherals(given)
    matrix = _exchange(given, names)
    change = np.zeros_like(matrix)
    if name == "clearance":
        change[0, 0] = given["clearance"] / given["volume"]
    elif name == "volume":
        change = -0.5 * matrix
        change[0, 0] = -matrix[0, 0]
        change[range(1, len(matrix)), range(1, len(matrix))] = 0.0
    elif name[1:] in names:
        j = 1 + names.index(name[1:])
        of_q = name[0] == "q"
        change[0, 0] = given[name] / given["volume"] if of_q else 0.0
        change[0, j] = change[j, 0] = matrix[0, j] * (1.0 if of_q else -0.5)
        change[j, j] = matrix[j, j] * (1.0 if of_q else -1.0)
    return np.asarray(np.einsum("aik,abk,bjk->ijk", modes.turn, change, modes.turn))


def _exchange(given: Mapping[str, Array], names: list[str]) -> Array:
    """Loss and exchange, `(c, c, k)`, of amounts divided by the root of their volumes."""
    v1 = given["volume"]
    matrix = np.zeros((1 + len(names), 1 + len(names), len(v1)))
    matrix[0, 0] = (given["clearance"] + sum(given[f"q{n}"] for n in names)) / v1
    for j, n in enumerate(names, 1):
        q, v = given[f"q{n}"], np.where(given[f"q{n}"] > 0, given[f"v{n}"], 1.0)
        matrix[j, j] = q / v
        matrix[0, j] = matrix[j, 0] = -q / np.sqrt(v1 * v)
    return matrix
