"""What is read off a measured curve without a model: peak, area, terminal half-life, clearance, accumulation.

Source: the conventions of the R package PKNCA (Denney et al.; options "lin up/log down", `adj.r.squared.factor` 1e-4,
`allow.tmax.in.half.life` false), billdenney.github.io/pknca, articles "Half-Life Calculation" and "Options for Controlling PKNCA".
"""

from dataclasses import dataclass, field

import numpy as np

from .compartments import Array

LEAST_POINTS = 3
AS_GOOD = 1e-4  # in adjusted R squared: so near the best, more points are preferred


@dataclass(frozen=True)
class Terminal:
    """The straight end of a curve on a log scale.

    Args:
        rate: per hour; `half_life_h` is ln 2 over it.
        adjusted_r2: of the line through the logarithms.
        points: how many of the last points it uses.
    """

    rate: float
    half_life_h: float
    adjusted_r2: float
    points: int


@dataclass(frozen=True)
class Nca:
    """Figures of one curve; what could not be had is None, and `refused` says why, by its name.

    Args:
        cmax, tmax_h: the greatest concentration, and hours at which it was first seen.
        auc: area from the first sample to the last one above 0, concentration times hours: straight lines where the curve rises,
            exponentials where it falls.
        auc_inf: that, and what lies beyond the last sample if it goes on falling at the terminal rate.
        beyond: share of `auc_inf` that lies beyond the last sample.
        terminal: the straight end.
        clearance, volume: CL/F (dose per concentration and hour) and Vz/F (dose per concentration).
        accumulation: body load of the terminal phase at steady state over that of one dose, `1 / (1 - exp(-rate interval))`.
    """

    cmax: float
    tmax_h: float
    auc: float
    auc_inf: float | None = None
    beyond: float | None = None
    terminal: Terminal | None = None
    clearance: float | None = None
    volume: float | None = None
    accumulation: float | None = None
    refused: dict[str, str] = field(default_factory=dict)


def nca(times_h: Array, concentration: Array, dose: float | None = None, every_h: float | None = None) -> Nca:
    """Non-compartmental figures of one measured curve.

    Args:
        times_h: hours since the dose, `(n,)`, rising.
        concentration: `(n,)`, not negative.
        dose: amount given, for CL/F and Vz/F.
        every_h: interval at which the dose would be repeated, hours, for the accumulation.

    Returns:
        the figures; refused by name are `terminal` (and all that rests on it), `clearance` and `accumulation`.

    Raises:
        ValueError: shapes differ, there are no samples, times do not rise, or a number is not finite or negative.
    """
    t, c = np.asarray(times_h, float), np.asarray(concentration, float)
    _check(t, c, dose, every_h)
    top = int(c.argmax())
    area = _area(t, c)
    peak, peak_h = float(c[top]), float(t[top])
    end = _terminal(t[top + 1 :], c[top + 1 :])
    if isinstance(end, str):
        return Nca(peak, peak_h, area, refused=dict.fromkeys(("terminal", "auc_inf", "clearance", "volume", "accumulation"), end))
    beyond = float(c[c > 0][-1]) / end.rate
    whole = area + beyond
    refused: dict[str, str] = {}
    if dose is None:
        refused |= dict.fromkeys(("clearance", "volume"), "no dose was given")
    if every_h is None:
        refused["accumulation"] = "no interval was given"
    return Nca(
        peak,
        peak_h,
        area,
        auc_inf=whole,
        beyond=beyond / whole,
        terminal=end,
        clearance=None if dose is None else dose / whole,
        volume=None if dose is None else dose / whole / end.rate,
        accumulation=None if every_h is None else float(-1 / np.expm1(-end.rate * every_h)),
        refused=refused,
    )


def _check(t: Array, c: Array, dose: float | None, every_h: float | None) -> None:
    if t.ndim != 1 or t.shape != c.shape or t.size == 0:
        raise ValueError(f"times {t.shape} and concentrations {c.shape} must be of one length, and at least one")
    if not (np.isfinite(t).all() and (np.diff(t) > 0).all()):
        raise ValueError("times must be finite and rise from each sample to the next")
    if not (np.isfinite(c).all() and (c >= 0).all()):
        raise ValueError("concentrations must be finite and not negative; leave out what was not measured")
    for name, value in (("the dose", dose), ("the interval", every_h)):
        if value is not None and not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be finite and positive")


def _area(t: Array, c: Array) -> float:
    """To the last sample above 0, linear up and logarithmic down."""
    above = np.flatnonzero(c > 0)
    if above.size == 0:
        return 0.0
    t, c = t[: above[-1] + 1], c[: above[-1] + 1]
    first, second, hours = c[:-1], c[1:], np.diff(t)
    falls = (second < first) & (second > 0)
    ratio = np.log(np.where(falls, first, np.e) / np.where(falls, second, 1.0))
    return float(np.where(falls, (first - second) / ratio, (first + second) / 2) @ hours)


def _terminal(t: Array, c: Array) -> Terminal | str:
    """The best line through the last logarithms, of samples after the peak; or why there is none."""
    t, log_c = t[c > 0], np.log(c[c > 0])
    if len(t) < LEAST_POINTS:
        return f"{len(t)} samples above 0 after the peak; a terminal half-life needs {LEAST_POINTS}"
    lines = [line for points in range(LEAST_POINTS, len(t) + 1) if (line := _line(t[-points:], log_c[-points:])).rate > 0]
    if not lines:
        return "the curve does not fall at its end"
    best = max(line.adjusted_r2 for line in lines)
    return max((line for line in lines if line.adjusted_r2 >= best - AS_GOOD), key=lambda line: line.points)


def _line(t: Array, log_c: Array) -> Terminal:
    x, y = t - t.mean(), log_c - log_c.mean()
    slope = (x @ y) / (x @ x)
    unexplained = np.sum((y - slope * x) ** 2) / (y @ y) if y.any() else 0.0
    adjusted = 1 - unexplained * (len(t) - 1) / (len(t) - 2)
    return Terminal(float(-slope), float(-np.log(2) / slope) if slope else np.inf, float(adjusted), len(t))
