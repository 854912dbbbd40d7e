"""How far off are these reports where nothing is to be found? Pairs that are believed unrelated say it: negative controls.

Their ratios are taken to scatter around a common error, by chance and by more than chance. An estimate is then compared with that
error instead of with none.
Source: Schuemie et al., Stat Med 33 (2014) 209, doi 10.1002/sim.5925; Proc Natl Acad Sci 115 (2018) 2571, doi 10.1073/pnas.1708282114, for
the interval, here with the error the same at all sizes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtr

from .measures import Z

Array = NDArray[np.float64]
FEWEST = 5
"""Fewer controls than this say too little about their scatter; a convention of ours, not evidence."""


@dataclass(frozen=True)
class Null:
    """Mean and standard deviation, on the natural log scale, of the error of this source, from `controls` negative controls."""

    mean: float
    sd: float
    controls: int


def fit_null(log_ratio: Array, error: Array) -> Null | None:
    """Return the error of negative controls by maximum likelihood; None when there are fewer than 5.

    Args:
        log_ratio, error: natural logs of their ratios and standard errors, shape (n_controls,); those that are no numbers are left out.
    """
    usable = np.isfinite(log_ratio) & np.isfinite(error) & (error > 0)
    x, s = log_ratio[usable], error[usable]
    if len(x) < FEWEST:
        return None

    def minus(at: Array) -> float:
        spread = np.hypot(s, np.exp(at[1]))
        return float(np.sum(np.log(spread) + ((x - at[0]) / spread) ** 2 / 2))

    starts = [(float(np.mean(x)), float(np.log(size))) for size in (0.05, 0.5)]
    best = min((minimize(minus, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000}) for start in starts),
               key=lambda found: float(found.fun))  # fmt: skip
    return Null(float(best.x[0]), float(np.exp(best.x[1])), len(x))


def calibrated_p(log_ratio: float, error: float, null: Null) -> float:
    """Return how often the error alone would be further from its own mean than this estimate is: a two-sided p value."""
    distance = (log_ratio - null.mean) / np.hypot(null.sd, error)
    return float(2 * ndtr(-abs(distance)))


def calibrated_interval(log_ratio: float, error: float, null: Null) -> tuple[float, float, float]:
    """Return the ratio and its 95 % interval with the error taken off, and its scatter added."""
    middle, width = log_ratio - null.mean, Z * float(np.hypot(null.sd, error))
    return float(np.exp(middle)), float(np.exp(middle - width)), float(np.exp(middle + width))
