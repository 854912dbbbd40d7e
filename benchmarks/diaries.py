"""Invented diaries in the form the estimators take, with their truth: what every benchmark here runs on."""

import numpy as np

from steelyard.exposure.kinetics import effect_site, unit_curve
from steelyard.nof1.model import DOSE, PROMPT, Array, CurveAt, Diary, Priors, Sessions
from steelyard.nof1.plan import Plan
from steelyard.nof1.schedule import unspoken
from steelyard.nof1.simulate import simulate
from steelyard.nof1.truth import Truth

ABSORPTION_HALF_LIFE_H = 0.5
FADE_H = 24.0  # of a session of physiotherapy
PRIORS = Priors((4.0, 0.53))  # effect half-life: median 4 h, 95 % from 1.4 to 11 h


def make(plan: Plan) -> tuple[Diary, Truth]:
    """Invent a diary and hand it over as arrays.

    plan: what to invent. Returns the diary, amounts in units of its median dose, ratings from 0 to 10 where more is worse; and
    the truth, whose `peak` is for that same median dose.
    """
    invented = simulate(plan)
    dose = invented.dose_amount / np.median(invented.dose_amount)

    def one_dose(after_h: Array, half_life_h: Array) -> Array:
        return unit_curve(after_h, ABSORPTION_HALF_LIFE_H, half_life_h)

    def site(dose_h: Array, dose: Array) -> CurveAt:
        return effect_site(dose_h, dose, ABSORPTION_HALF_LIFE_H)

    diary = Diary(
        rating_h=invented.rating_h,
        rating=invented.rating,
        low=0.0,
        high=10.0,
        worse_is_up=True,
        dose_h=invented.dose_h,
        dose=dose,
        exposure=site(invented.dose_h, dose),
        site=site,
        one_dose=one_dose,
        sessions=(Sessions("physiotherapy", invented.session_h, FADE_H),),
        occasion=np.where(invented.asked_by_dose, DOSE, PROMPT),
    )
    entry_h = np.concatenate([invented.rating_h, invented.dose_h, invented.session_h])
    return unspoken(diary, entry_h), invented.truth
