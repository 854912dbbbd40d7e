"""Doses of uncertain amount or time: what their uncertainty adds to that of the effect."""

from dataclasses import replace

import numpy as np

from .fit import Fit
from .ignorable import RatingModel
from .joint import JointModel
from .model import Diary, Priors


def variance_of_uncertain_doses(fit: Fit, diary: Diary, priors: Priors) -> float:
    """Variance that uncertain doses add to the effect, at the most probable hyperparameters; 0 when none is uncertain.

    Source: Rubin, Multiple Imputation (1987), eq. 3.1.5: between-imputation variance times `1 + 1/m`.
    """
    if not diary.redrawn:
        return 0.0
    plain, at = diary.family == "bounded", fit.points.mode[None]
    effects = []
    for curve in diary.redrawn:
        drawn = replace(diary, exposure=curve)
        found = (
            RatingModel(drawn, priors).evaluate(at[:, :5]) if plain else JointModel(drawn, priors, with_dosing=False).evaluate(at)
        )
        effects.append(found[1][0, 0])
    m = len(effects)
    return float((1 + 1 / m) * np.var(effects, ddof=1))
