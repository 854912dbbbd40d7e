"""Readings of one diary: what each is, how they are weighed, and that the truth put into invented diaries comes back."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit
from steelyard.nof1.integrate import Points
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.rebound import NAME
from steelyard.nof1.response import HALVES, Reading, Response, by_response, level, levelling, sizes
from steelyard.nof1.truth import Truth

from ...diaries import ABSORPTION_H, PRIORS, handmade, invented

Array = NDArray[np.float64]
SATURATING = {"saturation": 1.0, "amount_sd": 0.4, "effect": -2.0}


def fit_of(mean: float, sd: float, half_life_h: float, points: int = 2, names: tuple[str, ...] = ("effect", "drift")) -> Fit:
    """A joint fit with equal points, no slow part of the effect, and coefficients of `mean` for the effect and 0 otherwise."""
    p = len(names)
    psi = np.zeros((points, 9))
    psi[:, 5] = -60.0
    means, cov = np.zeros((points, p)), np.zeros((points, p, p))
    means[:, 0], cov[:, 0, 0] = mean, sd**2
    found = Points(psi, np.full(points, 1 / points), means, cov, float(points), 0.0, psi[0], np.eye(9))
    taken = np.zeros((points, p))
    taken[:, 0] = 0.5
    return Fit("joint", found, names, np.full(points, half_life_h), taken)


def response(*readings: tuple[float | None, float, Fit]) -> Response:
    """A response of readings given as half of the ceiling, probability, fit; none with a rebound."""
    diary = handmade()
    made = [Reading(h, None, diary if h is None else levelling(diary, h), fit, chance) for h, chance, fit in readings]
    return Response(tuple(made), 1.0, None, diary.one_dose)


@cache
def read(kind: str, seed: int) -> tuple[Diary, Truth, Fit, Response]:
    diary, truth = invented(Plan(days=120, seed=seed, **(SATURATING if kind == "levels off" else {})))  # type: ignore[arg-type]
    joint = fit_joint(diary, PRIORS)
    return diary, truth, joint, by_response(diary, PRIORS, joint)


# --- the curve


@pytest.mark.parametrize("half", [None, *HALVES, 0.1])
def test_a_usual_dose_has_the_usual_effect_and_nothing_has_none(half: float | None) -> None:
    assert level(1.0, half) == pytest.approx(1.0)
    assert level(0.0, half) == 0.0


@pytest.mark.parametrize("half", HALVES)
def test_half_of_the_ceiling_is_reached_where_it_is_said(half: float) -> None:
    assert level(half, half) / level(1e9, half) == pytest.approx(0.5)


def test_with_a_far_ceiling_the_effect_is_in_proportion() -> None:
    assert level(np.array([0.3, 2.0]), 1e6) == pytest.approx([0.3, 2.0], rel=1e-5)


def test_a_diary_that_levels_off_is_the_same_but_for_every_curve_in_it() -> None:
    diary = replace(handmade(), redrawn=(handmade(seed=1).exposure,), site=lambda at, dose: handmade(seed=2).exposure)
    curved, half_life = levelling(diary, 0.5), np.array([3.0, 7.0])
    for ours, plain in ((curved.exposure, diary.exposure), (curved.redrawn[0], diary.redrawn[0])):
        x = plain(diary.rating_h)(half_life)
        assert ours(diary.rating_h)(half_life) == pytest.approx(1.5 * x / (x + 0.5))
    x = handmade(seed=2).exposure(diary.rating_h)(half_life)
    assert curved.curve_of(diary.dose_h, diary.dose)(diary.rating_h)(half_life) == pytest.approx(1.5 * x / (x + 0.5))
    assert curved.one_dose(np.arange(0, 40, 1e-3), half_life).max(1) == pytest.approx([1.0, 1.0], abs=1e-5)
    assert curved.rating is diary.rating and curved.dose is diary.dose


def test_a_diary_without_the_means_for_other_doses_stays_without() -> None:
    with pytest.raises(ValueError, match="site"):
        levelling(handmade(), 0.5).curve_of(np.zeros(1), np.ones(1))


# --- what follows from the readings


def test_the_fit_of_all_readings_is_their_mixture() -> None:
    got = response((0.5, 0.7, fit_of(-2.0, 0.3, 4.0)), (None, 0.3, fit_of(-1.0, 0.1, 4.0, points=3))).fit
    assert got.effect.value == pytest.approx(0.7 * -2.0 + 0.3 * -1.0)
    variance = 0.7 * (0.09 + 4.0) + 0.3 * (0.01 + 1.0) - 1.7**2
    assert got.effect.spread == pytest.approx(np.sqrt(variance))
    assert contrasts.as_taken(got).value == pytest.approx(0.5 * -1.7)
    assert got.points.weight.sum() == pytest.approx(1.0)
    assert got.points.ess == pytest.approx(1 / (2 * 0.35**2 + 3 * 0.1**2))


def test_a_reading_without_a_rebound_counts_as_one_of_none() -> None:
    other = fit_of(-1.0, 0.1, 4.0, names=("effect", NAME, "drift"))
    other = replace(other, points=replace(other.points, mean=other.points.mean + np.array([0.0, 0.8, 0.1])))
    together = response((None, 0.5, other), (None, 0.5, fit_of(-2.0, 0.1, 4.0)))
    assert together.fit.coefficient(NAME).value == pytest.approx(0.4)
    assert together.fit.coefficient("drift").value == pytest.approx(0.05)
    assert together.fit.effect.value == pytest.approx(-1.5)


def test_one_reading_alone_is_its_own_fit() -> None:
    fit = fit_of(-1.0, 0.2, 4.0)
    assert response((None, 1.0, fit)).fit is fit


def test_relief_by_amount_follows_each_curve_with_its_probability() -> None:
    both = response((None, 0.25, fit_of(-1.0, 0.1, 4.0)), (0.5, 0.75, fit_of(-1.0, 0.1, 4.0)))
    assert both.relief(2.0).value == pytest.approx(-(0.25 * 2 + 0.75 * 2 * 1.5 / 2.5))
    assert both.relief(1.0).value == pytest.approx(-1.0)


def brute_hours(half_life_h: float, half: float | None, dose: float) -> float:
    """Hours above half of the peak of a dose, by counting minutes on the textbook curve."""
    after = np.arange(0, 150 * 60) / 60
    curve = 0.5 ** (after / half_life_h) - 0.5 ** (after / ABSORPTION_H)
    x = dose * curve / curve.max()
    effect = x if half is None else x / (x + half)
    return float((effect >= effect.max() / 2).sum() / 60)


@pytest.mark.parametrize("half", [None, 0.5])
@pytest.mark.parametrize("dose", [1.0, 2.5])
def test_hours_above_half_are_those_counted_on_the_curve(half: float | None, dose: float) -> None:
    got = response((half, 1.0, fit_of(-1.0, 0.1, 5.0))).duration(dose)
    assert got.value == pytest.approx(brute_hours(5.0, half, dose), abs=0.1)
    assert got.low == pytest.approx(got.high)


def test_the_curve_of_relief_peaks_at_the_effect_and_its_band_holds_both_readings() -> None:
    both = response((None, 0.5, fit_of(-1.0, 0.1, 4.0)), (None, 0.5, fit_of(-2.0, 0.1, 4.0)))
    mean, low, high = both.relief_curve(np.arange(0, 24, 0.02))
    assert mean.min() == pytest.approx(-1.5, abs=0.005) and mean[0] == 0.0
    there = int(mean.argmin())
    spread = np.sqrt(0.01 + 0.25)
    assert (mean - low)[there] == pytest.approx(1.96 * spread, rel=1e-3)
    assert (high - mean)[there] == pytest.approx(1.96 * spread, rel=1e-3)


# --- sizes of dose


def test_doses_of_one_size_have_no_sizes() -> None:
    assert len(sizes(np.ones(50))) == 0
    assert len(sizes(np.array([1.0, 1.05] * 20))) == 0
    assert len(sizes(np.zeros(20))) == 0


def test_few_sizes_are_named_each_if_often_enough() -> None:
    assert sizes(np.array([2.0] * 9 + [1.0] * 6 + [3.0] * 4)) == pytest.approx([1.0, 2.0])
    assert len(sizes(np.array([1.0] * 9 + [3.0] * 4))) == 0


def test_a_size_times_the_usual_dose_is_the_amount_that_was_written_down() -> None:
    grams = np.array([2.5] * 20 + [3.0] * 30)
    assert (sizes(grams / 3.0) * 3.0).round(3).tolist() == [2.5, 3.0]


def test_many_sizes_are_told_by_thirds() -> None:
    dose = np.random.default_rng(0).permutation(np.linspace(0.5, 2.0, 31))
    assert sizes(dose) == pytest.approx([0.75, 1.275, 1.775])
    assert len(sizes(np.linspace(0.5, 2.0, 14))) == 0


# --- invented diaries


def test_an_effect_in_proportion_is_recognised_and_its_answer_hardly_moves() -> None:
    _, truth, joint, got = read("in proportion", 1)
    assert got.levels_off is not None and got.levels_off < 1 / 3
    assert got.best.half is None and got.best.fit is joint
    assert truth.peak is not None
    assert abs(got.fit.effect.value - joint.effect.value) < 0.05
    assert abs(got.fit.effect.value - truth.peak) < 3 * got.fit.effect.spread


@pytest.mark.parametrize("seed", [1, 5])
def test_an_effect_that_levels_off_is_recognised_and_found_again_where_in_proportion_it_is_lost(seed: int) -> None:
    _, truth, joint, got = read("levels off", seed)
    assert got.levels_off is not None and got.levels_off > 3
    assert got.best.half in HALVES
    assert truth.peak is not None and truth.as_taken is not None
    assert contrasts.interval(joint.effect).low > truth.peak  # too little relief
    for found, true in ((got.fit.effect, truth.peak), (contrasts.as_taken(got.fit), truth.as_taken)):
        assert abs(found.value - true) < 3 * found.spread
    assert sum(r.chance for r in got.readings) == pytest.approx(1.0)
    assert [r.chance for r in got.readings] == sorted((r.chance for r in got.readings), reverse=True)


def test_relief_by_amount_holds_the_truth_of_a_diary_that_levels_off() -> None:
    diary, truth, _, got = read("levels off", 1)
    assert truth.own_dose is not None and truth.peak_reference == -2.0
    for size in sizes(diary.dose):
        x = size * truth.own_dose / 3.0
        change = contrasts.interval(got.relief(float(size)))
        assert change.low < -2.0 * 2 * x / (x + 1) < change.high


def test_uncertain_doses_make_every_reading_less_sure_and_none_likelier() -> None:
    diary, _, joint, certain = read("levels off", 1)
    got = by_response(diary, PRIORS, replace(joint, extra_variance=0.3))
    assert [r.chance for r in got.readings] == [r.chance for r in certain.readings]  # the same diary is read the same twice
    assert {r.fit.extra_variance for r in got.readings} == {0.3}
    assert got.fit.effect.spread > certain.fit.effect.spread


def test_other_scales_are_read_in_proportion_only() -> None:
    diary = replace(handmade(), family="count")
    got = by_response(diary, PRIORS, fit_of(-1.0, 0.1, 4.0))
    assert [(r.half, r.rebound_h, r.chance) for r in got.readings] == [(None, None, 1.0)]
    assert got.levels_off is None and got.rebounds is None
