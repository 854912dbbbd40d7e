"""One hyperparameter point of the joint model: its parts, its mode, and the exposure of a fast and a slow part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .latent import Coefficients, Eliminated, Path, path_variance
from .model import Curve, DoseCurve

Array = NDArray[np.float64]
HYPER = ("tau", "sd", "noise", "half_life", "slow", "tail", "felt", "gram", "gram_sd")
TAU, SD, NOISE, HALF_LIFE, SLOW, TAIL, FELT, GRAM, GRAM_SD = range(9)
FIXED_FROM = 2  # effect and its drift come before the fixed columns
TAIL_TIMES = 4.0  # the slow part of the effect fades this many times slower than the fast part
CLOSEST_H = 1 / 120
PEAK_GRID_H = np.concatenate([np.arange(0.2, 4, 0.2), np.arange(4, 12, 1.0)])


@dataclass(frozen=True)
class System:
    """Everything at one hyperparameter point: prior of the path, `c` `(n,)`, columns `(p, n)`, the prior precision `(p,)`, and the
    logarithm of what is expected of each cell at a log rate of 0, `(cells,)`."""

    psi: Array
    path: Path
    c: Array
    columns: Array
    precision: Array
    log_width: Array


@dataclass(frozen=True)
class Mode:
    """The mode at one point: predictors `e` `(n,)`, weights `(n,)`, path `u` `(n,)`, and the solved Gaussian system behind them."""

    e: Array
    weight: Array
    u: Array
    solved: Eliminated
    found: Coefficients
    value: float


class Modes:
    """Where Newton's method had better start at a point, from the modes of other points: the best of them, and how modes move between them.

    `start` `(e,)` serves while none is known; `scale` `(d,)` is a rough spread of each hyperparameter. Only where the search starts
    depends on what was asked before; what it finds is the same to within its tolerance.
    """

    def __init__(self, start: Array, scale: Array) -> None:
        self._scale, self._best = scale, -np.inf
        self._at, self._mode = np.zeros(len(scale)), start
        self._known: list[tuple[Array, Array]] = []
        self._slope: Array | None = None

    def note(self, psi: Array, value: float, mode: Array) -> None:
        """Keep the mode `(e,)` of a point `(d,)` whose log posterior is `value`."""
        self._known = [*self._known[-len(psi) :], (psi, mode)]
        self._slope = None
        if value > self._best:
            self._best, self._at, self._mode = value, psi, mode

    def expected(self, psi: Array) -> Array:
        """The mode to be expected at a point, `(e,)`: least squares on those known, the shortest slope where they do not tell."""
        if not self._known:
            return self._mode
        if self._slope is None:
            away = np.array([(at - self._at) / self._scale for at, _ in self._known])
            moved = np.array([mode - self._mode for _, mode in self._known])
            self._slope = np.linalg.pinv(away, rcond=1e-3) @ moved
        return np.asarray(self._mode + (psi - self._at) / self._scale @ self._slope)


def told(system: System, mode: Mode) -> tuple[Array, Array]:
    """Variance of the path given the coefficients, `(n,)`, and how each predictor moves with them, the path following, `(p, n)`."""
    path = path_variance(mode.solved.pivot[0], mode.solved.lower[0])
    return path, system.columns - system.c * mode.solved.lifted[:-1, 0]


def two_rate(curve: Curve, one_dose: DoseCurve, psi: Array) -> Array:
    """Exposure `(n,)` of a fast and a slow part, weighed by `tail` and scaled so that one reference dose peaks at 1."""
    half_lives = np.exp(psi[HALF_LIFE]) * np.array([1.0, TAIL_TIMES])
    tail = 1 / (1 + np.exp(-psi[TAIL]))
    share = np.array([1 - tail, tail])
    return np.asarray(share @ curve(half_lives) / (share @ one_dose(PEAK_GRID_H, half_lives)).max())
