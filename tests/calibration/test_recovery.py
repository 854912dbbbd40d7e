"""Recovery of known truths, small enough for every run.

The full benchmark (hundreds of diaries of each kind, harder ones too) is `benchmarks/recovery.py`, its figures under `benchmarks/results/`.
Here: two kinds of dosing under which the reason for a dose may be ignored, and the one under which it may not, which is why there is a
joint model at all.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from steelyard.nof1 import contrasts
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.plan import Driver, Plan

from ..diaries import PRIORS, invented

DIARIES = 24
DAYS = 75


@dataclass(frozen=True)
class Recovery:
    """Errors of the estimates over several diaries, in points, and the share of intervals that hold the truth."""

    bias: float
    error: float  # standard error of the bias
    covered: float
    raw_bias: float
    raw_error: float


@cache
def recovery(driver: Driver, effect: float = -1.0, contrast: str = "peak") -> Recovery:
    off, raw_off, inside = [], [], []
    for seed in range(DIARIES):
        diary, truth = invented(Plan(days=DAYS, driver=driver, effect=effect, seed=seed))
        fit = fit_ignorable(diary, PRIORS, seed)
        raw, raw_taken = contrasts.raw(diary, PRIORS.half_life_h[0], 1.0)
        if contrast == "peak":
            true, got, plain = truth.peak, contrasts.interval(contrasts.peak(fit, 1.0)), raw.value
        else:
            true, got, plain = truth.as_taken, contrasts.interval(contrasts.as_taken(fit)), raw_taken
        assert true is not None
        off.append(got.value - true)
        raw_off.append(plain - true)
        inside.append(got.low <= true <= got.high)
    mean, raw_mean = float(np.mean(off)), float(np.mean(raw_off))
    error, raw_error = (float(np.std(o, ddof=1) / np.sqrt(DIARIES)) for o in (off, raw_off))
    return Recovery(mean, error, float(np.mean(inside)), raw_mean, raw_error)


@pytest.mark.parametrize("contrast", ["peak", "as_taken"])
@pytest.mark.parametrize("driver", ["random", "recorded"])
def test_the_truth_is_recovered_where_the_reason_for_a_dose_may_be_ignored(driver: Driver, contrast: str) -> None:
    got = recovery(driver, contrast=contrast)
    assert abs(got.bias) <= 3 * got.error + 0.05
    assert got.error < 0.1  # or the line above would pass on anything
    assert got.covered >= 0.8


@pytest.mark.parametrize("driver", ["random", "recorded"])
def test_no_effect_is_found_where_there_is_none(driver: Driver) -> None:
    got = recovery(driver, effect=0.0)
    assert abs(got.bias) <= 3 * got.error + 0.05
    assert got.covered >= 0.8


def test_ordinary_regression_is_already_wrong_where_doses_follow_the_ratings() -> None:
    got = recovery("recorded")
    assert got.raw_bias > 0.15 + 3 * got.raw_error


def test_doses_that_follow_the_pain_felt_hide_their_own_relief() -> None:
    """People take a dose because they hurt: both estimates are drawn towards no relief, by far more than chance."""
    got = recovery("felt")
    assert got.bias > 0.15 + 3 * got.error
    assert got.raw_bias > got.bias + 0.1
    assert got.covered < 0.8


def test_doses_that_follow_the_pain_felt_make_a_useless_substance_look_harmful() -> None:
    got = recovery("felt", effect=0.0)
    assert got.bias > 0.15 + 3 * got.error
    assert got.raw_bias > 0.15 + 3 * got.raw_error
