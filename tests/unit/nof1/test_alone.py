"""What a diary alone says: the prior taken out must leave what, with any prior, gives the posterior under that prior."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from steelyard.nof1 import contrasts
from steelyard.nof1.alone import EDGES, Alone, of_effect, of_slow, prior_of
from steelyard.nof1.fit import Fit, Mixture
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.integrate import Points
from steelyard.nof1.model import Priors
from steelyard.nof1.plan import Plan
from steelyard.nof1.rebound import NAME
from steelyard.nof1.slow import Noise, Own, SlowFit, Students

from ...diaries import PRIORS, handmade, invented

GRID = np.linspace(-12, 12, 48_001)
DIARY = handmade()  # of a scale from 0 to 10, with sessions of physiotherapy


def fit_of(weight: list[float], mean: list[float], sd: list[float], name: str = "joint", **more: object) -> Fit:
    """A fit with one coefficient, the effect, whose posterior is this mixture."""
    k = len(weight)
    points = Points(
        psi=np.zeros((k, 5)),
        weight=np.array(weight),
        mean=np.array(mean)[:, None],
        cov=np.array(sd)[:, None, None] ** 2,
        ess=float(k),
        log_evidence=0.0,
        mode=np.zeros(5),
        covariance=np.eye(5),
    )
    return Fit(name, points, ("effect",), np.full(k, 4.0), np.full((k, 1), 0.5), **more)  # type: ignore[arg-type]


def said(alone: Alone, x: np.ndarray = GRID) -> np.ndarray:
    return np.asarray(alone.weight @ norm.pdf(x, alone.mean[:, None], alone.sd[:, None]))


def moments_of(density: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    density = density / density.sum()
    mean = density @ x
    return float(mean), float(np.sqrt(density @ (x - mean) ** 2))


def moments(density: np.ndarray) -> tuple[float, float]:
    return moments_of(density, GRID)


def test_with_the_prior_put_back_it_is_the_posterior() -> None:
    fit = fit_of([0.2, 0.5, 0.3], [-2.0, -0.5, 0.3], [0.4, 0.9, 1.2])
    alone = of_effect(fit, fit.peak_parts(), DIARY, PRIORS)
    back = said(alone) * norm.pdf(GRID, 0, 3.0)
    density = np.array(fit.points.weight) @ norm.pdf(GRID, fit.points.mean, np.sqrt(fit.points.cov[:, 0]))
    np.testing.assert_allclose(back / back.sum(), density / density.sum(), atol=1e-9)


def test_a_prior_with_a_mean_is_taken_out_as_well() -> None:
    priors = Priors((4.0, 0.5), effect_sd=0.8, effect_mean=-1.5)
    seen, noise = 0.4, 0.6  # what one observation said, and how unsurely
    precision = 1 / noise**2 + 1 / 0.8**2
    mean = (seen / noise**2 - 1.5 / 0.8**2) / precision
    fit = fit_of([1.0], [mean], [precision**-0.5])
    alone = of_effect(fit, fit.peak_parts(), DIARY, priors)
    assert (alone.mean[0], alone.sd[0]) == (pytest.approx(seen), pytest.approx(noise))
    assert alone.usual == 3.0  # what is usual does not depend on what was expected this time


def test_a_share_of_the_effect_had_that_share_of_the_prior() -> None:
    fit = fit_of([1.0], [-1.0], [0.5])
    whole = of_effect(fit, fit.peak_parts(), DIARY, PRIORS)
    half = of_effect(fit, fit.taken, DIARY, PRIORS)
    np.testing.assert_allclose([half.mean[0], half.sd[0], half.usual], [whole.mean[0] / 2, whole.sd[0] / 2, whole.usual / 2])


def test_each_coefficient_brings_its_own_prior() -> None:
    names = ("effect", "drift", "level", "physiotherapy", NAME)
    parts = np.array([[1.0, 2.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 3.0, 4.0]])
    mean, sd = prior_of(names, parts, replace(DIARY, high=100.0), replace(PRIORS, effect_mean=0.5))
    np.testing.assert_allclose(mean, [5.0, 0.0])
    np.testing.assert_allclose(sd, [10 * np.hypot(3.0, 2 * 0.2), 10 * 2.0 * 5.0])


def test_an_answer_by_assignment_had_no_prior() -> None:
    fit = fit_of([0.5, 0.5], [-1.0, -1.2], [0.4, 0.4], name="randomised")
    alone = of_effect(fit, fit.peak_parts(), DIARY, PRIORS)
    np.testing.assert_allclose([alone.weight, alone.mean, alone.sd], [[0.5, 0.5], [-1.2, -1.0], [0.4, 0.4]])


def test_uncertain_doses_widen_what_the_diary_says_and_not_the_prior() -> None:
    fit = fit_of([1.0], [-1.0], [0.5])
    plain = of_effect(fit, fit.taken, DIARY, PRIORS)
    unsure = of_effect(replace(fit, extra_variance=0.36), fit.taken, DIARY, PRIORS)
    assert unsure.mean[0] == plain.mean[0]
    assert unsure.sd[0] == pytest.approx(np.hypot(plain.sd[0], 0.5 * 0.6))


def test_a_diary_that_says_nothing_says_nothing() -> None:
    fit = fit_of([1.0], [0.0], [3.0])
    alone = of_effect(fit, fit.peak_parts(), DIARY, PRIORS)
    assert alone.sd[0] > 100


def test_many_points_are_drawn_together_with_mean_and_variance_as_they_were() -> None:
    rng = np.random.default_rng(2)
    weight = rng.dirichlet(np.full(300, 0.4))
    fit = fit_of(weight.tolist(), rng.gamma(2, 0.3, 300).tolist(), rng.uniform(0.2, 0.5, 300).tolist())
    alone = of_effect(fit, fit.peak_parts(), DIARY, PRIORS)
    assert len(alone.weight) <= len(EDGES) + 1
    whole = fit.effect
    mean, sd = moments(said(alone) * norm.pdf(GRID, 0, 3.0))
    assert mean == pytest.approx(whole.value, abs=1e-4)
    assert sd == pytest.approx(whole.spread, rel=1e-4)
    reached = np.cumsum(said(alone) * norm.pdf(GRID, 0, 3.0))
    for chance in (0.025, 0.5, 0.975):
        assert np.interp(chance, reached / reached[-1], GRID) == pytest.approx(whole.quantile(chance), abs=0.03 * whole.spread)


def test_a_slow_effect_is_posterior_over_prior_whatever_the_noise_is() -> None:
    effect = Students(np.array([0.4, 0.6]), np.array([0.5, 0.9]), np.array([0.3, 0.4]), 9.0)
    assumed = np.array([0.8, 0.8])  # the prior is as wide as the noise is large, which is not known
    fit = SlowFit(effect, np.array([60.0, 90.0]), assumed, Noise(1.0, np.ones(5) / 5), 0.4, Own(False, 10.0, 0.5))
    alone = of_slow(fit)
    x = GRID[::40]
    factor = np.sqrt(9.0 / np.random.default_rng(0).chisquare(9.0, 2000))[:, None]  # the same by drawing the noise
    parts = zip(effect.weight, effect.mean, effect.scale, strict=True)
    wanted = sum((w * norm.pdf(x, m, s * factor) / norm.pdf(x, 0, 0.8 * factor)).mean(0) for w, m, s in parts)
    near = norm.pdf(x, 0.4, 0.5)  # another prior, the same for all
    (mean, sd), (true, true_sd) = (moments_of(density * near, x) for density in (said(alone, x), wanted))
    assert mean == pytest.approx(true, abs=0.02)
    assert sd == pytest.approx(true_sd, rel=0.04)
    assert alone.usual == pytest.approx(0.8)


@pytest.fixture(scope="module")
def diary() -> object:
    return invented(Plan(days=40, driver="random", effect=-1.2, seed=8))[0]


def test_another_prior_put_in_afterwards_gives_what_a_fit_under_that_prior_gives(diary: object) -> None:
    there = replace(PRIORS, effect_mean=-2.0, effect_sd=0.3)
    usual, other = (fit_ignorable(diary, priors) for priors in (PRIORS, there))  # type: ignore[arg-type]
    alone = of_effect(usual, usual.peak_parts(), diary, PRIORS)  # type: ignore[arg-type]
    mean, sd = moments(said(alone) * norm.pdf(GRID, -2.0, 0.3))
    refit: Mixture = contrasts.peak(other, 1.0)
    assert abs(refit.value - usual.effect.value) > 0.2  # the prior does pull
    assert mean == pytest.approx(refit.value, abs=0.15 * refit.spread)
    assert sd == pytest.approx(refit.spread, rel=0.1)
    back = of_effect(other, other.peak_parts(), diary, there)  # type: ignore[arg-type]
    assert moments(said(back) * norm.pdf(GRID, 0, 3.0))[0] == pytest.approx(usual.effect.value, abs=0.15 * usual.effect.spread)
