"""What uncertain doses add to the uncertainty of the effect."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from steelyard.exposure.kinetics import effect_site
from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import fit_ignorable, smooth
from steelyard.nof1.model import CurveAt, Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.uncertain import with_uncertain_doses

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
    return with_uncertain_doses(fit, replace(diary, redrawn=redrawn(spread, hours)), PRIORS).extra_variance


def test_certain_doses_add_nothing() -> None:
    fit, diary = fitted()
    assert with_uncertain_doses(fit, diary, PRIORS) is fit


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
        effects.append(smooth(other, PRIORS, fit.points.mode, np.empty(0)).theta[0])
    between = sum((e - np.mean(effects)) ** 2 for e in effects) / 7
    assert extra(0.3) == pytest.approx((1 + 1 / 8) * between, rel=1e-6)


def test_only_the_uncertainty_changes() -> None:
    fit, diary = fitted()
    wider = with_uncertain_doses(fit, replace(diary, redrawn=redrawn(0.5)), PRIORS)
    assert wider.points is fit.points
    assert wider.effect.value == fit.effect.value
    assert wider.effect.spread > fit.effect.spread
    narrow, wide = contrasts.interval(contrasts.peak(fit, 1.0)), contrasts.interval(contrasts.peak(wider, 1.0))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_added_once_however_often_it_is_asked_for() -> None:
    fit, diary = fitted()
    uncertain = replace(diary, redrawn=redrawn(0.5))
    once = with_uncertain_doses(fit, uncertain, PRIORS)
    assert with_uncertain_doses(once, uncertain, PRIORS).extra_variance == once.extra_variance
