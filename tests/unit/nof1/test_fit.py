"""Mixtures of normals and fits, against sampling, quadrature and the single normal."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from steelyard.nof1.fit import Fit, Mixture
from steelyard.nof1.integrate import Points

MIX = Mixture(np.array([0.2, 0.5, 0.3]), np.array([-3.0, 0.5, 2.0]), np.array([0.5, 1.0, 0.1]))


def density(x: float) -> float:
    return float(sum(w * norm.pdf(x, m, s) for w, m, s in zip(MIX.weight, MIX.mean, MIX.sd, strict=True)))


def fit() -> Fit:
    points = Points(
        psi=np.zeros((2, 5)),
        weight=np.array([0.25, 0.75]),
        mean=np.array([[-1.0, 10.0], [-2.0, 20.0]]),
        cov=np.array([[[0.04, 0.0], [0.0, 1.0]], [[0.09, 0.1], [0.1, 4.0]]]),
        ess=2.0,
        log_evidence=0.0,
        mode=np.zeros(5),
        covariance=np.eye(5),
    )
    return Fit("ignorable", points, ("effect", "level"), np.array([4.0, 5.0]), np.array([[0.2, 0.0], [0.3, 0.0]]))


def test_value_and_spread_are_the_moments_of_the_density() -> None:
    mean = quad(lambda x: x * density(x), -15, 15, points=[-3, 2], limit=200)[0]
    square = quad(lambda x: (x - mean) ** 2 * density(x), -15, 15, points=[-3, 2], limit=200)[0]
    assert MIX.value == pytest.approx(mean, abs=1e-8)
    assert MIX.spread == pytest.approx(np.sqrt(square), abs=1e-8)


@pytest.mark.parametrize("x", [-4.0, -1.0, 0.0, 1.9, 2.0, 5.0])
def test_below_is_the_mass_below(x: float) -> None:
    breaks = [b for b in (-3.0, 2.0) if b < x]
    assert MIX.below(x) == pytest.approx(quad(density, -15, x, points=breaks or None, limit=200)[0], abs=1e-8)


@pytest.mark.parametrize("p", [0.001, 0.025, 0.2, 0.5, 0.9, 0.975])
def test_quantile_is_where_that_mass_lies_below(p: float) -> None:
    assert MIX.below(MIX.quantile(p)) == pytest.approx(p, abs=1e-9)


def test_one_normal_is_a_normal() -> None:
    one = Mixture(np.ones(1), np.array([1.5]), np.array([0.3]))
    for p in (0.025, 0.5, 0.975):
        assert one.quantile(p) == pytest.approx(norm.ppf(p, 1.5, 0.3), abs=1e-9)
    assert (one.value, one.spread) == (1.5, pytest.approx(0.3))


def test_a_number_known_exactly_is_below_what_exceeds_it() -> None:
    exact = Mixture(np.ones(1), np.array([1.5]), np.zeros(1))
    assert (exact.below(1.4), exact.below(1.6)) == (0.0, 1.0)
    assert exact.quantile(0.3) == pytest.approx(1.5)


def test_a_factor_scales_and_a_negative_one_mirrors() -> None:
    for factor in (2.5, -2.5):
        scaled = MIX.scaled(factor)
        assert scaled.value == pytest.approx(factor * MIX.value)
        assert scaled.spread == pytest.approx(2.5 * MIX.spread)
    assert MIX.scaled(-1.0).quantile(0.025) == pytest.approx(-MIX.quantile(0.975), abs=1e-9)


def test_a_factor_for_each_point() -> None:
    factor = np.array([1.0, 2.0, 0.5])
    scaled = MIX.scaled(factor)
    assert scaled.value == pytest.approx(0.2 * -3 + 0.5 * 1 + 0.3 * 1)
    np.testing.assert_allclose(scaled.sd, [0.5, 2.0, 0.05])


def test_more_variance_adds_to_the_variance_and_leaves_the_mean() -> None:
    wider = MIX.scaled(1.0, 0.7)
    assert wider.value == pytest.approx(MIX.value)
    assert wider.spread**2 == pytest.approx(MIX.spread**2 + 0.7)


def test_a_coefficient_is_found_by_its_name() -> None:
    level = fit().coefficient("level")
    assert level.value == pytest.approx(0.25 * 10 + 0.75 * 20)
    np.testing.assert_allclose(level.sd, [1.0, 2.0])
    with pytest.raises(ValueError, match="not in"):
        fit().coefficient("no such column")


def test_the_effect_carries_what_uncertain_doses_add() -> None:
    plain, wider = fit().effect, replace(fit(), extra_variance=0.5).effect
    assert plain.value == wider.value == pytest.approx(-1.75)
    assert wider.spread**2 - plain.spread**2 == pytest.approx(0.5)


def test_a_combination_of_coefficients_carries_their_covariance() -> None:
    parts = np.array([[0.5, 0.1], [-1.0, 2.0]])
    mixture = fit().combined(parts)
    rng = np.random.default_rng(0)
    for i in range(2):
        drawn = rng.multivariate_normal(fit().points.mean[i], fit().points.cov[i], 300_000) @ parts[i]
        assert mixture.mean[i] == pytest.approx(drawn.mean(), abs=0.02)
        assert mixture.sd[i] == pytest.approx(drawn.std(), rel=0.01)
    only_effect = fit().combined(np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert (only_effect.value, only_effect.spread) == pytest.approx((fit().effect.value, fit().effect.spread))
