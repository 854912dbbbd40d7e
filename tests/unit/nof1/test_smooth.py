"""The fitted course and the errors of leaving ratings out, where doses follow nothing and everything is Gaussian.

With both strengths of the pain's pull on dosing at zero, the joint model is that of the ratings alone, and dense algebra knows every answer.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.nof1.fit import Smooth
from steelyard.nof1.ignorable import RatingModel
from steelyard.nof1.joint import JointModel
from steelyard.nof1.model import Diary, columns
from steelyard.nof1.system import FELT, GRAM, GRAM_SD, TAIL

from ...diaries import PRIORS as WITH_DRIFT
from ...diaries import handmade, only

Array = NDArray[np.float64]
PRIORS = replace(WITH_DRIFT, drift_sd=1e-6)  # the effect keeps its strength, as in the model of the ratings alone
RATINGS_ONLY = np.zeros(9)
RATINGS_ONLY[[TAIL, FELT, GRAM, GRAM_SD]] = -40.0, 0.0, 0.0, np.log(0.35)
PSI = RATINGS_ONLY + np.hstack(
    [np.log([[36.0, 1.0, 0.7, 4.0, 0.4], [10.0, 2.0, 0.3, 1.5, 1.5], [300.0, 0.4, 1.2, 11.0, 0.1]]), np.zeros((3, 4))]
)
# Moments that coincide are taken half a minute apart, and the peak of a dose is found on a grid.
CLOSE = {"rel": 2e-3, "abs": 2e-3}


@cache
def diary() -> Diary:
    return handmade(days=33)  # long enough for one slow wave


@cache
def smoothed(row: int) -> Smooth:
    return JointModel(diary(), PRIORS).smooth(PSI[row])


def joint_normal(at: Diary, time_h: Array, psi: Array, tested: Array | None = None) -> tuple[Array, Array]:
    """Prior covariance of the course at any times, and the columns behind it with their prior spreads folded in, `(p, t)`."""
    tau, sd, _, half_life, slow = np.exp(psi[:5])
    cols = columns(at, time_h, PRIORS)
    spread = cols.spread.copy()
    spread[cols.waves] *= slow
    rows = [PRIORS.effect_sd * at.exposure(time_h)(np.array([half_life])), cols.fixed * spread[:, None]]
    folded = np.vstack([*rows, *([] if tested is None else [10.0 * tested])])
    apart = np.abs(np.subtract.outer(time_h, time_h))
    return np.asarray(sd**2 * np.exp(-apart / tau) + folded.T @ folded), folded


def told_by(prior: Array, noise: float, rating: Array, seen: NDArray[np.intp], wanted: NDArray[np.intp]) -> tuple[Array, Array]:
    """Mean (about the middle of the scale) and covariance of the course at some moments given ratings at others."""
    weigh = np.linalg.solve(prior[np.ix_(seen, seen)] + noise**2 * np.eye(len(seen)), prior[np.ix_(seen, wanted)]).T
    return weigh @ rating, prior[np.ix_(wanted, wanted)] - weigh @ prior[np.ix_(seen, wanted)]


@pytest.mark.parametrize("row", range(3))
def test_left_out_errors_are_those_of_really_leaving_out(row: int) -> None:
    prior, _ = joint_normal(diary(), diary().rating_h, PSI[row])
    noise, every = float(np.exp(PSI[row, 2])), np.arange(len(diary().rating))
    for i in (0, 1, 17, 50, len(every) - 1):
        mean, covariance = told_by(prior, noise, np.delete(diary().rating - 5, i), np.delete(every, i), every[i : i + 1])
        assert smoothed(row).left_out[i] == pytest.approx(diary().rating[i] - 5 - mean[0], **CLOSE)
        assert smoothed(row).left_out_sd[i] == pytest.approx(np.sqrt(covariance[0, 0] + noise**2), **CLOSE)


def test_left_out_error_is_that_of_a_diary_without_the_rating() -> None:
    """The same through the code itself: the rating deleted, its moment asked for as a point of the course."""
    i = 20
    without = JointModel(only(diary(), np.arange(99) != i), PRIORS, diary().rating_h[i : i + 1]).smooth(PSI[0])
    assert smoothed(0).left_out[i] == pytest.approx(diary().rating[i] - without.course[0], **CLOSE)
    assert smoothed(0).left_out_sd[i] ** 2 == pytest.approx(without.variance[0] + np.exp(2 * PSI[0, 2]), **CLOSE)


@pytest.mark.parametrize("row", range(3))
def test_a_ratings_pull_on_the_effect_is_its_derivative(row: int) -> None:
    for i in (0, 13, 60, 98):
        effects = []
        for change in (0.5, -0.5):
            rating = diary().rating.copy()
            rating[i] += change
            effects.append(RatingModel(replace(diary(), rating=rating), PRIORS).evaluate(PSI[row : row + 1, :5])[1][0, 0])
        assert smoothed(row).pull[i] == pytest.approx(effects[0] - effects[1], rel=5e-3, abs=1e-4)


@pytest.mark.parametrize("row", range(3))
def test_pull_times_left_out_error_is_what_the_rating_moved_the_effect(row: int) -> None:
    effect = RatingModel(diary(), PRIORS).evaluate(PSI[row : row + 1, :5])[1][0, 0]
    for i in (5, 30, 70):
        without = RatingModel(only(diary(), np.arange(99) != i), PRIORS).evaluate(PSI[row : row + 1, :5])[1][0, 0]
        assert smoothed(row).pull[i] * smoothed(row).left_out[i] == pytest.approx(effect - without, rel=5e-3, abs=5e-4)


@pytest.mark.parametrize("row", range(3))
def test_the_course_is_the_conditional_mean_of_the_joint_normal(row: int) -> None:
    grid = np.array([-30.0, 5.0, 100.3, 400.0, 900.0])
    got = JointModel(diary(), PRIORS, grid).smooth(PSI[row])
    n = len(diary().rating)
    prior, _ = joint_normal(diary(), np.concatenate([diary().rating_h, grid]), PSI[row])
    mean, covariance = told_by(prior, float(np.exp(PSI[row, 2])), diary().rating - 5, np.arange(n), np.arange(n + len(grid)))
    np.testing.assert_allclose(got.fitted, 5 + mean[:n], atol=3e-3)
    np.testing.assert_allclose(got.course, 5 + mean[n:], atol=3e-3)
    np.testing.assert_allclose(got.variance, np.diag(covariance)[n:], rtol=5e-3)


def test_a_finer_grid_moves_nothing() -> None:
    grid = np.append(np.arange(0.05, 790, 3.0), 200.1)
    grid = grid[np.abs(np.subtract.outer(grid, diary().rating_h)).min(1) > 0.02]
    plain, finer = (JointModel(diary(), PRIORS, g).smooth(PSI[0]) for g in (np.array([200.1]), grid))
    assert finer.course[-1] == pytest.approx(plain.course[0], abs=1e-3)
    for name in ("fitted", "left_out", "left_out_sd", "pull"):
        np.testing.assert_allclose(getattr(finer, name), getattr(plain, name), atol=1e-3)


def test_points_of_the_grid_come_back_in_the_order_they_were_asked_for() -> None:
    grid = np.array([500.0, 10.0, 250.0])
    got, in_order = (JointModel(diary(), PRIORS, g).smooth(PSI[0]) for g in (grid, np.sort(grid)))
    np.testing.assert_allclose(got.course, in_order.course[[2, 0, 1]], rtol=1e-10)
    np.testing.assert_allclose(got.variance, in_order.variance[[2, 0, 1]], rtol=1e-10)


@pytest.mark.parametrize("row", range(3))
def test_a_tested_column_is_one_more_column_of_the_regression(row: int) -> None:
    extra = np.random.default_rng(4).normal(size=(2, len(diary().rating)))
    got = JointModel(diary(), PRIORS, tested=extra).smooth(PSI[row])
    prior, folded = joint_normal(diary(), diary().rating_h, PSI[row], extra)
    weigh = np.linalg.solve(prior + np.exp(2 * PSI[row, 2]) * np.eye(len(prior)), folded[-2:].T).T
    np.testing.assert_allclose(got.tested, 10 * weigh @ (diary().rating - 5), atol=2e-3)
    np.testing.assert_allclose(got.tested_sd, 10 * np.sqrt(1 - np.diag(weigh @ folded[-2:].T)), rtol=5e-3)


def test_nothing_is_tested_unless_asked_for() -> None:
    assert smoothed(0).tested.shape == smoothed(0).tested_sd.shape == (0,)
