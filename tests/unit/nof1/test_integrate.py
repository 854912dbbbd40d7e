"""Integration over hyperparameters, on targets whose integrals are known."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

from steelyard.nof1.integrate import ENOUGH, Points, Search, climb, find_mode, integrate, within

Array = NDArray[np.float64]
Target = Callable[[Array], tuple[Array, Array, Array]]
MEAN = np.array([1.0, -2.0, 0.5])
COVARIANCE = np.array([[0.5, 0.3, -0.1], [0.3, 0.4, 0.05], [-0.1, 0.05, 0.2]])
SCALE = np.sqrt(np.diag(COVARIANCE))


def target(log_density: Callable[[Array], Array]) -> Target:
    """A target with one coefficient, whose mean is the first hyperparameter and whose variance is 0.25."""
    return lambda psi: (log_density(psi), psi[:, :1], np.full((len(psi), 1, 1), 0.25))


def around(start: Array, scale: Array) -> Search:
    """A search that may go anywhere."""
    return Search(start, scale, np.full(len(start), -1e3), np.full(len(start), 1e3))


def normal(psi: Array, mean: Array = MEAN, covariance: Array = COVARIANCE) -> Array:
    away = psi - mean
    return -0.5 * np.asarray(np.einsum("ki,ij,kj->k", away, np.linalg.inv(covariance), away))


def skewed(psi: Array) -> Array:
    """Logarithms of a gamma variable of shape 2 (first) and of a gamma variable of shape 2 times the first (second)."""
    x, y = psi.T
    return 2 * x - np.exp(x) + 2 * (y - x) - np.exp(y - x)


def moments(points: Points) -> tuple[Array, Array]:
    mean = points.average(points.psi)
    away = points.psi - mean
    return mean, np.einsum("k,ki,kj->ij", points.weight, away, away)


# --- a normal target


def test_a_normal_target_is_found_again() -> None:
    points = integrate(target(normal), around(np.zeros(3), SCALE), 4000, seed=1)
    mean, covariance = moments(points)
    np.testing.assert_allclose((mean - MEAN) / SCALE, 0, atol=0.02)
    np.testing.assert_allclose(covariance / np.outer(SCALE, SCALE), COVARIANCE / np.outer(SCALE, SCALE), atol=0.03)
    assert points.log_evidence == pytest.approx(0.5 * np.linalg.slogdet(2 * np.pi * COVARIANCE)[1], abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_few_draws_do_for_a_normal_target(seed: int) -> None:
    points = integrate(target(normal), around(np.zeros(3), SCALE), 48, seed)
    mean, covariance = moments(points)
    assert len(points.weight) == 48
    assert points.ess > 0.6 * 48
    np.testing.assert_allclose((mean - MEAN) / SCALE, 0, atol=0.15)
    np.testing.assert_allclose(np.diag(covariance) / SCALE**2, 1, atol=0.35)
    assert points.log_evidence == pytest.approx(0.5 * np.linalg.slogdet(2 * np.pi * COVARIANCE)[1], abs=0.15)


def test_a_constant_in_the_target_moves_the_evidence_and_nothing_else() -> None:
    plain = integrate(target(normal), around(np.zeros(3), SCALE), 64, seed=2)
    lifted = integrate(target(lambda psi: normal(psi) + 700.0), around(np.zeros(3), SCALE), 64, seed=2)
    assert lifted.log_evidence - plain.log_evidence == pytest.approx(700.0)
    np.testing.assert_allclose(lifted.weight, plain.weight, rtol=1e-6)


def test_a_rough_guess_of_the_spread_is_enough() -> None:
    for factor in (0.3, 3.0):
        mean, covariance = moments(integrate(target(normal), around(MEAN + 3 * SCALE, factor * SCALE), 1000, seed=0))
        np.testing.assert_allclose((mean - MEAN) / SCALE, 0, atol=0.06)
        np.testing.assert_allclose(np.diag(covariance) / SCALE**2, 1, atol=0.1)


# --- a skewed target


def test_a_skewed_target_agrees_with_dense_quadrature() -> None:
    grid = np.linspace(-14, 6, 1001)
    cells = np.stack(np.meshgrid(grid, grid, indexing="ij"), -1).reshape(-1, 2)
    mass = np.exp(skewed(cells))
    area = (grid[1] - grid[0]) ** 2
    mean = mass @ cells / mass.sum()
    sd = np.sqrt(mass @ (cells - mean) ** 2 / mass.sum())
    assert np.log(mass.sum() * area) == pytest.approx(2 * gammaln(2.0), abs=1e-6)  # the quadrature itself, by the gamma integral
    points = integrate(target(skewed), around(np.zeros(2), np.ones(2)), 2000, seed=3)
    got, covariance = moments(points)
    np.testing.assert_allclose((got - mean) / sd, 0, atol=0.05)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)) / sd, 1, atol=0.05)
    assert points.log_evidence == pytest.approx(np.log(mass.sum() * area), abs=0.03)


def test_the_posterior_of_a_skewed_target_is_not_taken_for_normal_at_its_mode() -> None:
    points = integrate(target(skewed), around(np.zeros(2), np.ones(2)), 500, seed=3)
    best = np.log(2.0)  # of the second coordinate given the first, where the slope 2 - exp(y - x) is zero
    away = points.psi[:, 1] - points.psi[:, 0]
    assert float(points.average(away)) == pytest.approx(digamma(2.0), abs=0.05)
    assert digamma(2.0) < best - 0.2


# --- the mode


def straight(psi: Array) -> tuple[float, Array]:
    """The normal target and its slope."""
    return float(normal(psi[None])[0]), -np.linalg.inv(COVARIANCE) @ (psi - MEAN)


def test_the_mode_is_where_the_slope_is_zero() -> None:
    np.testing.assert_allclose((find_mode(straight, around(np.zeros(3), SCALE)) - MEAN) / SCALE, 0, atol=0.1)


def test_a_climb_takes_few_steps_from_nearby_and_ends_where_the_search_ends() -> None:
    asked = 0

    def counted(psi: Array) -> tuple[float, Array]:
        nonlocal asked
        asked += 1
        return straight(psi)

    search = around(MEAN - 0.8 * SCALE, SCALE)
    value, at = climb(counted, search, 1.4 * COVARIANCE)
    np.testing.assert_allclose((at - MEAN) / SCALE, 0, atol=0.3)
    assert value == pytest.approx(straight(at)[0])
    assert asked <= 4


def test_a_climb_with_a_covariance_that_leads_nowhere_ends_at_the_mode_all_the_same() -> None:
    _, at = climb(straight, around(np.zeros(3), SCALE), 1e4 * COVARIANCE)
    np.testing.assert_allclose((at - MEAN) / SCALE, 0, atol=0.1)


def test_the_search_stays_within_its_limits() -> None:
    def slope(psi: Array) -> tuple[float, Array]:
        assert abs(psi[0]) <= 2 and abs(psi[1]) <= 2
        return float(psi[0]), np.array([1.0, 0.0])  # for ever upwards

    np.testing.assert_allclose(
        find_mode(slope, Search(np.array([5.0, 0.5]), np.ones(2), np.full(2, -2.0), np.full(2, 2.0))), [2, 0.5]
    )


def test_limits_are_four_spreads_of_the_prior() -> None:
    search = within(np.array([0.5]), np.array([1.0]), np.array([0.25]), np.array([0.1]))
    assert (search.start, search.scale, search.low, search.high) == (0.5, 0.1, 0.0, 2.0)


def test_a_slope_that_is_known_gives_the_answer_that_differences_give() -> None:
    def slope(psi: Array) -> tuple[float, Array]:
        x, y = psi
        return float(skewed(psi[None])[0]), np.array([np.exp(y - x) - np.exp(x), 2 - np.exp(y - x)])

    known = integrate(target(skewed), around(np.zeros(2), np.ones(2)), 2000, 3, slope)
    differences = integrate(target(skewed), around(np.zeros(2), np.ones(2)), 2000, 3)
    np.testing.assert_allclose(moments(known)[0], moments(differences)[0], atol=0.05)
    assert known.log_evidence == pytest.approx(2 * gammaln(2.0), abs=0.03)


# --- what comes along


def test_the_coefficients_belong_to_their_points() -> None:
    points = integrate(target(normal), around(np.zeros(3), SCALE), 32, seed=4)
    np.testing.assert_array_equal(points.mean[:, 0], points.psi[:, 0])
    assert points.cov.shape == (32, 1, 1)
    assert points.weight.sum() == pytest.approx(1.0)
    assert points.ess == pytest.approx(1 / (points.weight**2).sum())


def test_the_mode_is_the_best_point_seen() -> None:
    points = integrate(target(normal), around(np.zeros(3), SCALE), 128, seed=4)
    assert normal(points.mode[None])[0] == normal(points.psi).max()


@pytest.mark.parametrize("draws", [1, 33])
def test_an_odd_number_of_draws_is_kept_to(draws: int) -> None:
    alone = target(lambda psi: normal(psi, np.zeros(1), np.eye(1)))
    assert len(integrate(alone, around(np.zeros(1), np.ones(1)), draws, seed=0).weight) == draws


# --- seeds


def test_the_same_seed_gives_the_same_answer_and_another_another() -> None:
    first, again, other = (integrate(target(skewed), around(np.zeros(2), np.ones(2)), 64, seed) for seed in (7, 7, 8))
    for name in vars(first):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.psi, other.psi)


def test_the_global_random_generator_is_left_alone() -> None:
    np.random.seed(0)
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    integrate(target(normal), around(np.zeros(3), SCALE), 64, seed=7)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # type: ignore[index]


# --- the alarm


def log_gamma(shape: float) -> Callable[[Array], Array]:
    """Independent logarithms of gamma variables: the smaller the shape, the longer the tail to the left, and the worse the proposal.

    Mean `digamma(shape)`, integral `gamma(shape)` each.
    """
    return lambda psi: np.asarray((shape * psi - np.exp(psi)).sum(1))


def test_no_alarm_means_that_the_answer_is_right() -> None:
    """A first proposal that misses most of a long tail must not pass for a good one once it is fitted to what it happened to see."""
    points = integrate(target(log_gamma(0.5)), around(np.zeros(3), np.full(3, 0.5)), 200, seed=0)
    assert points.ess >= ENOUGH * len(points.weight)
    mean, covariance = moments(points)
    sd = np.sqrt(polygamma(1, 0.5))
    np.testing.assert_allclose((mean - digamma(0.5)) / sd, 0, atol=0.25)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)) / sd, 1, atol=0.25)
    assert points.log_evidence == pytest.approx(3 * gammaln(0.5), abs=0.1)


def test_a_proposal_that_fits_badly_leads_to_more_draws() -> None:
    assert len(integrate(target(log_gamma(0.2)), around(np.zeros(3), np.full(3, 0.5)), 200, seed=0).weight) > 200


def test_a_proposal_that_fits_is_not_paid_for_twice() -> None:
    assert len(integrate(target(normal), around(np.zeros(3), SCALE), 200, seed=0).weight) == 200


def test_when_more_draws_do_not_help_the_small_effective_number_is_reported() -> None:
    points = integrate(target(log_gamma(0.1)), around(np.zeros(3), np.full(3, 0.5)), 200, seed=0)
    assert 200 < len(points.weight) <= 200 * 4**3
    assert points.ess < ENOUGH * len(points.weight)


def edge(x: float) -> Search:
    """A search that keeps to one side of an edge, beyond which there is nothing to be had."""
    return Search(np.zeros(3), SCALE, np.full(3, -9.0), np.array([x, 9.0, 9.0]))


def test_impossible_regions_have_no_weight() -> None:
    walled = target(lambda psi: np.where(psi[:, 0] > 1.5, -np.inf, normal(psi)))
    points = integrate(walled, edge(1.2), 256, seed=0)
    assert (points.psi[:, 0] > 1.5).any()
    assert points.weight[points.psi[:, 0] > 1.5].sum() == 0
    assert np.isfinite(points.log_evidence)


def test_a_point_that_cannot_be_evaluated_is_not_the_best_one() -> None:
    broken = target(lambda psi: np.where(psi[:, 0] > 1.9, np.nan, normal(psi)))
    points = integrate(broken, edge(1.5), 256, seed=0)
    assert (points.psi[:, 0] > 1.9).any()
    assert points.weight[points.psi[:, 0] > 1.9].sum() == 0
    assert points.mode[0] <= 1.9
