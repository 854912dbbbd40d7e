"""Recovery by the joint model, small enough for every run: diaries whose doses follow the pain felt, where nothing else recovers the truth.

The full benchmark is `benchmarks/recovery.py`. Limits: a bias of no more than what the project aims at plus three Monte Carlo errors of
these very diaries, which must be small enough for that to say something; and intervals that hold the truth in at least 8 of 12 diaries,
fewer being a matter of 1 in 230 if they do so 9 times in 10, as the project aims at. The same limits are then put to the same fit with the
reason for dosing left out, which must fail them: were the dosing model to go, or to stop speaking, the first test would fail as that one.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from steelyard.nof1 import contrasts
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.plan import Driver, Plan

from ..diaries import PRIORS, invented

DIARIES, DAYS = 12, 60
SLOPE, GRAM_SLOPE = 1.0, 0.15  # log rate and log grams per point felt: somebody who takes it when it hurts
AIMED_AT = 0.1  # points of bias, by docs/explanation/why-the-dose-was-taken.md
FEWEST_COVERED = 8


@dataclass(frozen=True)
class Recovery:
    """Mean error over the diaries in points, its standard error, and how many intervals hold the truth."""

    bias: float
    error: float
    covered: int

    @property
    def limit(self) -> float:
        """Bias that chance and what is aimed at allow together."""
        return AIMED_AT + 3 * self.error

    @property
    def met(self) -> bool:
        """Whether truths of this kind are recovered."""
        return abs(self.bias) <= self.limit and self.covered >= FEWEST_COVERED


@cache
def recovery(driver: Driver, effect: float, with_dosing: bool) -> dict[str, Recovery]:
    off: dict[str, list[float]] = {"peak": [], "as_taken": []}
    inside: dict[str, int] = {"peak": 0, "as_taken": 0}
    for seed in range(DIARIES):
        plan = Plan(days=DAYS, driver=driver, effect=effect, dosing_slope=SLOPE, gram_slope=GRAM_SLOPE, seed=seed)
        diary, truth = invented(plan)
        fit = fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode, with_dosing=with_dosing)
        for name, got, true in (
            ("peak", contrasts.interval(contrasts.peak(fit, 1.0)), truth.peak),
            ("as_taken", contrasts.interval(contrasts.as_taken(fit)), truth.as_taken),
        ):
            assert true is not None
            off[name].append(got.value - true)
            inside[name] += got.low <= true <= got.high
    return {n: Recovery(float(np.mean(o)), float(np.std(o, ddof=1) / np.sqrt(DIARIES)), inside[n]) for n, o in off.items()}


@pytest.mark.parametrize("contrast", ["peak", "as_taken"])
@pytest.mark.parametrize("effect", [-1.0, 0.0])
def test_the_truth_is_recovered_although_doses_follow_the_pain_felt(effect: float, contrast: str) -> None:
    got = recovery("felt", effect, with_dosing=True)[contrast]
    assert got.met, got
    assert got.error < 0.2, "the limit would let anything pass"


@pytest.mark.parametrize("contrast", ["peak", "as_taken"])
def test_the_same_limits_are_failed_where_the_reason_for_dosing_is_left_out(contrast: str) -> None:
    got = recovery("felt", -1.0, with_dosing=False)[contrast]
    assert not got.met
    assert got.bias > got.limit  # and always the same way: what is taken because it hurts seems to hurt
    assert got.covered < FEWEST_COVERED


@pytest.mark.parametrize("contrast", ["peak", "as_taken"])
def test_doses_that_follow_the_last_rating_are_not_corrected_for_what_they_do_not_follow(contrast: str) -> None:
    got = recovery("recorded", -1.0, with_dosing=True)[contrast]
    assert got.met, got
    assert got.error < 0.2, "the limit would let anything pass"
