"""A prior of the effect that is not about 0: in the density, its gradient, the estimate, and in the check on what the diary said itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from steelyard.nof1.checks import run_checks
from steelyard.nof1.ignorable import RatingModel
from steelyard.nof1.joint import JointModel, fit_joint
from steelyard.nof1.latent import coefficients
from steelyard.nof1.model import Diary, columns
from steelyard.nof1.plan import Plan

from ...diaries import PRIORS, handmade, invented

THERE = replace(PRIORS, effect_mean=-1.5, effect_sd=0.4)


@pytest.fixture(scope="module")
def diary() -> Diary:
    return invented(Plan(days=40, driver="random", effect=-1.2, seed=8))[0]


def test_coefficients_are_drawn_to_where_they_are_expected() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    precision, expected = np.array([0.5, 2.0, 4.0]), np.array([1.0, -2.0, 0.3])
    rows = np.column_stack([x, y])
    got = coefficients((rows.T @ rows)[None], precision[None], expected)
    inner = x.T @ x + np.diag(precision)
    mean = np.linalg.solve(inner, x.T @ y + precision * expected)
    np.testing.assert_allclose(got.mean[0], mean)
    least = ((y - x @ mean) ** 2).sum() + (precision * (mean - expected) ** 2).sum()
    assert got.misfit[0] == pytest.approx(least)


def test_the_marginal_likelihood_is_the_normal_density_about_what_is_expected() -> None:
    diary = handmade(days=6)
    psi = RatingModel(diary, THERE).start
    tau, sd, noise, half_life, _ = np.exp(psi)
    cols, exposure = columns(diary, diary.rating_h, THERE), diary.exposure(diary.rating_h)(np.array([half_life]))[0]
    apart = np.abs(np.subtract.outer(diary.rating_h, diary.rating_h))
    cov = sd**2 * np.exp(-apart / tau) + noise**2 * np.eye(len(exposure))
    cov += 0.4**2 * np.outer(exposure, exposure) + cols.fixed.T @ np.diag(cols.spread**2) @ cols.fixed  # short: no slow waves
    assert len(cols.fixed[cols.waves]) == 0
    wanted = multivariate_normal.logpdf(diary.rating, 5.0 - 1.5 * exposure, cov)
    assert RatingModel(diary, THERE).evaluate(psi[None])[0][0] == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("model", [RatingModel, JointModel])
def test_the_gradient_is_that_of_the_density(model: type, diary: Diary) -> None:
    made = model(diary, THERE)
    psi = made.start + 0.1 * np.cos(np.arange(len(made.start)))
    for _ in range(3):  # Newton's method ends within a tolerance, and starts where it last ended
        slope = made.gradient(psi)[1]
    for i, step in enumerate(1e-3 * np.eye(len(psi))):
        up, down = (made.gradient(psi + sign * step)[0] for sign in (1, -1))
        assert slope[i] == pytest.approx((up - down) / 2e-3, rel=0.05, abs=0.15)


def test_the_joint_estimate_moves_as_far_as_the_priors_precision_says(diary: Diary) -> None:
    usual, there = fit_joint(diary, PRIORS).effect, fit_joint(diary, THERE).effect
    told = 1 / usual.spread**2 - 1 / 3.0**2
    alone = usual.value / usual.spread**2 / told
    value = (told * alone - 1.5 / 0.4**2) / (told + 1 / 0.4**2)
    assert there.value == pytest.approx(value, abs=0.2 * there.spread)
    assert there.spread == pytest.approx((told + 1 / 0.4**2) ** -0.5, rel=0.1)


def test_what_others_say_does_not_count_as_said_by_the_diary(diary: Diary) -> None:
    hardly = replace(diary, dose=0.02 * diary.dose, exposure=lambda at: lambda half: 0.02 * diary.exposure(at)(half))
    narrow = replace(PRIORS, effect_mean=-1.5, effect_sd=0.1)
    fit = fit_joint(hardly, narrow)
    assert fit.effect.spread < 0.11
    (learned,) = [c for c in run_checks(fit, hardly, narrow) if c.name == "learned"]
    assert not learned.passed and learned.value > 0.5
