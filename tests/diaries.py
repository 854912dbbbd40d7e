"""Diaries for tests of the estimators: invented ones of known truth, and ones made by hand from times and amounts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from steelyard.exposure.kinetics import effect_site, unit_curve
from steelyard.nof1.model import Diary, Priors, Sessions
from steelyard.nof1.plan import Plan
from steelyard.nof1.simulate import simulate
from steelyard.nof1.truth import Truth

Array = NDArray[np.float64]
ABSORPTION_H = 0.5
PRIORS = Priors(half_life_h=(4.0, 0.56))  # 95 % between 1.3 and 12 hours


def diary_of(rating_h: Array, rating: Array, dose_h: Array, dose: Array, sessions: tuple[Sessions, ...] = ()) -> Diary:
    """A diary on a 0 to 10 scale from hours, ratings and doses in reference doses."""
    return Diary(
        rating_h=np.asarray(rating_h, float),
        rating=np.asarray(rating, float),
        low=0.0,
        high=10.0,
        worse_is_up=True,
        dose_h=np.asarray(dose_h, float),
        dose=np.asarray(dose, float),
        exposure=effect_site(dose_h, dose, ABSORPTION_H),
        one_dose=lambda after_h, half_life_h: unit_curve(after_h, ABSORPTION_H, half_life_h),
        sessions=sessions,
    )


def invented(plan: Plan) -> tuple[Diary, Truth]:
    """A simulated diary in units of the person's median dose, and its truth."""
    said = simulate(plan)
    amount = said.dose_amount / np.median(said.dose_amount)
    therapy = Sessions("physiotherapy", said.session_h, plan.therapy_fade_h)
    return diary_of(said.rating_h, said.rating, said.dose_h, amount, (therapy,)), said.truth


def with_doses(diary: Diary, dose_h: Array, dose: Array) -> Diary:
    """The same ratings, with other doses."""
    order = np.argsort(dose_h, kind="stable")
    at, amount = np.asarray(dose_h, float)[order], np.asarray(dose, float)[order]
    return replace(diary, dose_h=at, dose=amount, exposure=effect_site(at, amount, ABSORPTION_H))


def only(diary: Diary, kept: NDArray[np.bool_]) -> Diary:
    """The same diary with some of its ratings only."""
    return replace(diary, rating_h=diary.rating_h[kept], rating=diary.rating[kept])


def handmade(days: int = 20, hours: Sequence[float] = (9, 13.5, 19), seed: int = 0) -> Diary:
    """A small diary with a session every third day and one or two doses a day at any hour, whose ratings are noise about 5."""
    rng = np.random.default_rng(seed)
    rating_h = np.sort((np.arange(days)[:, None] * 24 + np.array(hours) + rng.uniform(-1, 1, (days, len(hours)))).ravel())
    dose_h = np.sort(rng.uniform(0, days * 24, round(1.5 * days)))
    dose = rng.uniform(0.5, 1.5, len(dose_h))
    sessions = Sessions("physiotherapy", np.arange(10.0, days * 24, 72.0), 24.0)
    return diary_of(rating_h, rng.normal(5, 1.5, len(rating_h)), dose_h, dose, (sessions,))
