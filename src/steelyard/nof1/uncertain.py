"""Doses of uncertain amount or time: what their uncertainty adds to that of the effect."""

from dataclasses import replace

import numpy as np

from .fit import Fit
from .ignorable import RatingModel
from .model import Diary, Priors


def variance_of_uncertain_doses(fit: Fit, diary: Diary, priors: Priors) -> float:
    """Variance that uncertain doses add to the effect, at the most probable hyperparameters; 0 when none is uncertain.

    Source: Rubin, Multiple Imputation (1987), eq. 3.1.5: between-imputation variance times `1 + 1/m`.
    """
    if not diary.redrawn:
        return 0.0
    at = fit.points.mode[None, :5]
    effects = [RatingModel(replace(diary, exposure=curve), priors).evaluate(at)[1][0, 0] for curve in diary.redrawn]
    m = len(effects)
    return float((1 + 1 / m) * np.var(effects, ddof=1))
