"""What uncertain doses add to the uncertainty of the effect."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from steelyard.exposure.kinetics import effect_site
from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import RatingModel, fit_ignorable
from steelyard.nof1.model import CurveAt, Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.uncertain import variance_of_uncertain_doses

from ...diaries import ABSORPTION_H, PRIORS, invented, with_doses


@cache
def fitted() -> tuple[Fit, Diary]:
    diary = invented(Plan(days=60, driver="random", seed=4))[0]
    return fit_ignorable(diary, PRIORS), diary


def redrawn(spread: float, hours: float = 0.0, count: int = 8) -> tuple[CurveAt, ...]:
    """Curves of the same doses with amounts off by a share and times by some hours; the same random numbers for every spread."""
    _, diary = fitted()
    rng = np.random.default_rng(0)
    share, late = rng.normal(size=(2, count, len(diary.dose)))
    return tuple(
        effect_site(diary.dose_h + hours * b, np.maximum(diary.dose * (1 + spread * a), 0), ABSORPTION_H)
        for a, b in zip(share, late, strict=True)
    )


def extra(spread: float, hours: float = 0.0) -> float:
    fit, diary = fitted()
    return variance_of_uncertain_doses(fit, replace(diary, redrawn=redrawn(spread, hours)), PRIORS)


def test_certain_doses_add_nothing() -> None:
    fit, diary = fitted()
    assert variance_of_uncertain_doses(fit, diary, PRIORS) == 0.0


def test_redrawn_doses_that_are_all_the_same_add_nothing() -> None:
    assert extra(0.0) == 0.0


@pytest.mark.parametrize("kind", ["amounts", "times"])
def test_more_uncertain_doses_add_more(kind: str) -> None:
    added = [extra(s) if kind == "amounts" else extra(0.0, s) for s in (0.05, 0.2, 0.6)]
    assert 0 < added[0] < added[1] < added[2]


def test_what_is_added_is_rubins_between_imputation_variance() -> None:
    """Effects of really putting each redrawn diary into the model, at the most probable hyperparameters."""
    fit, diary = fitted()
    effects = []
    rng = np.random.default_rng(0)
    share = rng.normal(size=(2, 8, len(diary.dose)))[0]
    for a in share:
        other = with_doses(diary, diary.dose_h, np.maximum(diary.dose * (1 + 0.3 * a), 0))
        effects.append(RatingModel(other, PRIORS).evaluate(fit.points.mode[None])[1][0, 0])
    between = sum((e - np.mean(effects)) ** 2 for e in effects) / 7
    assert extra(0.3) == pytest.approx((1 + 1 / 8) * between, rel=1e-6)


def test_it_is_carried_into_the_intervals() -> None:
    fit, _ = fitted()
    wider = replace(fit, extra_variance=extra(0.5))
    narrow, wide = contrasts.interval(contrasts.peak(fit, 1.0)), contrasts.interval(contrasts.peak(wider, 1.0))
    assert wide.value == narrow.value
    assert wide.low < narrow.low < narrow.high < wide.high


def test_what_was_added_before_is_not_counted_again() -> None:
    fit, diary = fitted()
    uncertain = replace(diary, redrawn=redrawn(0.5))
    wider = replace(fit, extra_variance=extra(0.5))
    assert variance_of_uncertain_doses(wider, uncertain, PRIORS) == extra(0.5)


def test_a_joint_fit_is_read_at_the_hyperparameters_it_shares() -> None:
    fit, diary = fitted()
    longer = replace(fit, points=replace(fit.points, mode=np.append(fit.points.mode, [-2.0, 0.3, 0.1, -1.0])))
    assert variance_of_uncertain_doses(longer, replace(diary, redrawn=redrawn(0.5)), PRIORS) == extra(0.5)
