"""Integration over a mean and a spread: normal, funnel-shaped and boundary densities whose moments are known."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import halfnorm, norm

from steelyard.population.lattice import Density, integrate, of_mean, of_spread

MOST = 50.0


def apart(mean: float, sd: float, scale: float) -> Density:
    """A normal mean and a half-normal spread that know nothing of one another."""
    return lambda m, s: -0.5 * ((m - mean) / sd) ** 2 - 0.5 * (s / scale) ** 2


def funnel(width: float) -> Density:
    """A half-normal spread, and a mean that is as wide as the spread allows."""
    return lambda m, s: -0.5 * s**2 - 0.5 * m**2 / (width**2 + s**2) - 0.5 * np.log(width**2 + s**2)


@pytest.mark.parametrize(("mean", "sd", "scale"), [(0.0, 1.0, 1.0), (-7.0, 0.01, 3.0), (20.0, 3.0, 0.002)])
def test_a_mean_and_a_spread_apart(mean: float, sd: float, scale: float) -> None:
    fine, _ = integrate(apart(mean, sd, scale), MOST, MOST)
    found, spread = of_mean(fine), of_spread(fine)
    ends = norm.ppf([0.025, 0.975], mean, sd)
    assert [found.value, found.sd] == pytest.approx([mean, sd], rel=1e-4, abs=1e-4 * sd)
    assert [found.low, found.high] == pytest.approx(ends, abs=0.005 * sd)
    assert [spread.value, spread.sd] == pytest.approx([halfnorm.mean() * scale, halfnorm.std() * scale], rel=1e-3)
    assert [spread.low, spread.high] == pytest.approx(scale * halfnorm.ppf([0.025, 0.975]), abs=0.005 * scale)


def test_a_spread_that_is_far_from_nothing() -> None:
    fine, _ = integrate(lambda m, s: -0.5 * m**2 - 0.5 * ((s - 5) / 0.1) ** 2, MOST, MOST)
    spread = of_spread(fine)
    assert [spread.value, spread.sd, spread.low, spread.high] == pytest.approx([5.0, 0.1, 4.804, 5.196], abs=1e-3)


def below(x: float, width: float) -> float:
    """Probability of a mean below `x` under the funnel."""
    return float(quad(lambda s: halfnorm.pdf(s) * norm.cdf(x, 0, np.hypot(width, s)), 0, 9, limit=400)[0])


@pytest.mark.parametrize("width", [1.0, 0.1, 0.01])
def test_a_funnel_is_followed_to_its_tip(width: float) -> None:
    fine, _ = integrate(funnel(width), MOST, MOST)
    found, spread = of_mean(fine), of_spread(fine)
    assert [spread.value, spread.sd] == pytest.approx([halfnorm.mean(), halfnorm.std()], rel=2e-3)
    assert found.sd == pytest.approx(np.sqrt(width**2 + 1.0), rel=2e-3)  # the mean of width^2 + spread^2
    assert [below(found.low, width), below(found.high, width)] == pytest.approx([0.025, 0.975], abs=2e-3)


def test_the_flat_grid_has_the_same_moments_as_the_lattice() -> None:
    fine, coarse = integrate(funnel(0.3), MOST, MOST)
    for lattice in (fine, coarse):
        grid = lattice.flat()
        (mean, mean_sd), (spread, _) = lattice.moments()
        assert grid.weight.sum() == pytest.approx(1.0)
        assert np.all(np.diff(grid.weight) <= 0)  # the likeliest first
        assert grid.weight @ grid.mean == pytest.approx(mean, abs=1e-3 * mean_sd)
        assert grid.weight @ grid.spread == pytest.approx(spread, rel=1e-3)
    assert len(coarse.spread) < len(fine.spread)


def test_more_points_are_taken_only_where_they_tell_more() -> None:
    asked: list[int] = []

    def counted(density: Density) -> Density:
        def at(mean: Any, spread: Any) -> Any:
            asked.append(len(mean))
            return density(mean, spread)

        return at

    integrate(counted(apart(0.0, 1.0, 1.0)), MOST, MOST)
    easy, asked[:] = sum(asked), []
    integrate(counted(lambda m, s: funnel(0.01)(m, s) - 1e-3 * np.abs(m)), MOST, MOST)
    assert easy < sum(asked) < 50_000
