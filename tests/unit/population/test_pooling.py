"""Pooling against brute force: quadrature over effects, a dense grid over mean and spread, closed forms, and coverage."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from steelyard.population import pooling
from steelyard.population.lattice import Grid
from steelyard.population.pooling import People, log_likelihood, people, pool, pool_people, single

SCALE = 3.0


def normals(mean: Any, sd: Any) -> People:
    """One normal for each person."""
    mean = np.asarray(mean, float)[:, None]
    return People(np.ones_like(mean), mean, np.broadcast_to(np.asarray(sd, float).reshape(-1, 1), mean.shape))


THREE = people(
    [([0.7, 0.3], [-2.0, -1.0], [0.3, 0.6]), ([1.0], [0.5], [0.4]), ([0.2, 0.5, 0.3], [-1.5, -1.0, 0.2], [0.2, 0.3, 1.0])]
)


def said(i: int, effect: float) -> float:
    return float(THREE.weight[i] @ norm.pdf(effect, THREE.mean[i], THREE.sd[i]))


def by_grid(told: People, steps: int = 900) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, spread and their probabilities on a fine grid that covers everything, laid by hand."""
    mean, spread = np.meshgrid(np.linspace(-9, 9, steps), (np.arange(steps) + 0.5) * 9 / steps, indexing="ij")
    mean, spread = mean.ravel(), spread.ravel()
    value = -0.5 * (mean / SCALE) ** 2 - 0.5 * (spread / (SCALE / 2)) ** 2
    for weight, middle, sd in zip(told.weight, told.mean, told.sd, strict=True):
        value += np.log(sum(w * norm.pdf(m, mean, np.hypot(s, spread)) for w, m, s in zip(weight, middle, sd, strict=True)))
    weight = np.exp(value - value.max())
    return mean, spread, weight / weight.sum()


def spread_out(i: int, mean: float, spread: float) -> float:
    """Density of what one of the three said, with their effect integrated out."""
    density = quad(lambda effect: said(i, effect) * norm.pdf(effect, mean, spread), -12, 12, points=[mean, -1, 0], limit=400)
    return float(density[0])


def test_the_likelihood_integrates_each_effect_out() -> None:
    at = [(-1.0, 0.8), (0.3, 0.1)]
    wanted = [sum(np.log(spread_out(i, mean, spread)) for i in range(3)) for mean, spread in at]
    got = log_likelihood(THREE, *np.array(at).T)
    constant = 3 * 0.5 * np.log(2 * np.pi)  # left out, being the same everywhere
    np.testing.assert_allclose(got - constant, wanted, rtol=1e-7)


def test_no_spread_at_all_is_allowed() -> None:
    got = log_likelihood(normals([1.0, 2.0], [0.5, 0.5]), np.array([1.5]), np.array([0.0]))
    assert got[0] - np.log(2 * np.pi) == pytest.approx(norm.logpdf([1.0, 2.0], 1.5, 0.5).sum())


def test_mean_spread_and_another_person_are_those_of_a_fine_grid() -> None:
    mean, spread, weight = by_grid(THREE)
    found = pool_people(THREE, SCALE)
    for estimate, values in ((found.mean, mean), (found.spread, spread)):
        value = weight @ values
        sd = np.sqrt(weight @ (values - value) ** 2)
        assert estimate.value == pytest.approx(value, abs=0.01 * sd)
        assert estimate.sd == pytest.approx(sd, rel=0.01)
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weight[order])
        for end, chance in ((estimate.low, 0.025), (estimate.high, 0.975)):
            assert end == pytest.approx(values[order][np.searchsorted(reached, chance)], abs=0.03 * sd)
    kept = weight > 1e-9
    for end, chance in ((found.another.low, 0.025), (found.another.high, 0.975)):
        assert weight[kept] @ norm.cdf(end, mean[kept], spread[kept]) == pytest.approx(chance, abs=1e-3)


def test_one_person_beside_the_others_is_that_of_a_fine_grid() -> None:
    mean, spread, weight = by_grid(THREE, 150)
    kept = weight > 1e-6
    effect = np.linspace(-10, 8, 1801)
    own = single(THREE, pool_people(THREE, SCALE).coarse)
    around = norm.pdf(effect, mean[kept][:, None], spread[kept][:, None])
    for i in range(3):
        each = around * (THREE.weight[i] @ norm.pdf(effect, THREE.mean[i][:, None], THREE.sd[i][:, None]))
        density = weight[kept] @ (each / each.sum(1, keepdims=True))
        value = density @ effect
        sd = np.sqrt(density @ (effect - value) ** 2)
        assert own.value[i] == pytest.approx(value, abs=0.02 * sd)
        assert own.sd[i] == pytest.approx(sd, rel=0.02)
        reached = np.cumsum(density)
        assert np.interp([own.low[i], own.high[i]], effect, reached) == pytest.approx([0.025, 0.975], abs=3e-3)


def test_with_mean_and_spread_known_it_is_the_textbook_shrinkage() -> None:
    own = single(normals([3.0, -1.0], [1.0, 2.0]), Grid(np.array([0.5]), np.array([1.5]), np.ones(1)))
    precision = 1 / np.array([1.0, 4.0]) + 1 / 2.25
    value = (np.array([3.0, -1.0]) / [1.0, 4.0] + 0.5 / 2.25) / precision
    np.testing.assert_allclose(own.value, value)
    np.testing.assert_allclose(own.sd, precision**-0.5)
    np.testing.assert_allclose(own.high - own.value, 1.959964 * precision**-0.5, rtol=1e-5)
    np.testing.assert_allclose(own.value - own.low, 1.959964 * precision**-0.5, rtol=1e-5)


def test_quantiles_of_far_apart_normals_are_found() -> None:
    told = people([([0.5, 0.5], [-40.0, 40.0], [0.1, 0.2])])
    own = single(told, Grid(np.zeros(1), np.array([1e6]), np.ones(1)))
    assert own.low[0] == pytest.approx(norm.ppf(0.05, -40, 0.1), abs=1e-4)
    assert own.high[0] == pytest.approx(norm.ppf(0.95, 40, 0.2), abs=1e-4)


def test_many_people_give_their_own_mean_and_spread() -> None:
    effect = norm.ppf((np.arange(400) + 0.5) / 400, -1.0, 0.7)
    found = pool_people(normals(effect, np.full(400, 1e-3)), SCALE)
    assert found.mean.value == pytest.approx(-1.0, abs=0.01)
    assert found.mean.sd == pytest.approx(0.7 / 20, rel=0.02)
    assert found.spread.value == pytest.approx(effect.std(), rel=0.01)


def test_people_who_are_all_alike_leave_the_spread_near_zero_and_nobody_is_surer_than_the_mean_allows() -> None:
    told = normals(np.full(50, -1.0), np.full(50, 0.5))
    found = pool_people(told, SCALE)
    assert found.spread.low < 0.02 and found.spread.high < 0.3
    own = single(told, found.coarse)
    assert np.all(own.sd >= found.mean.sd)
    assert np.all(own.sd < 0.2)


def test_nobody_at_all_is_the_prior() -> None:
    found = pool_people(people([]), SCALE)
    assert found.mean.value == pytest.approx(0.0, abs=1e-9)
    assert found.mean.sd == pytest.approx(SCALE, rel=0.01)
    assert found.spread.value == pytest.approx(SCALE / 2 * np.sqrt(2 / np.pi), rel=0.01)
    assert len(single(people([]), found.coarse).value) == 0


def test_portions_and_order_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    told = normals(rng.normal(-1, 1, 30), rng.uniform(0.2, 1, 30))
    whole, own = pool_people(told, SCALE), single(told, pool_people(told, SCALE).coarse)
    monkeypatch.setattr(pooling, "CELLS", 50)
    order = rng.permutation(30)
    turned = People(told.weight[order], told.mean[order], told.sd[order])
    again = pool_people(turned, SCALE)
    assert again.mean.value == pytest.approx(float(whole.mean.value), rel=1e-9)
    assert again.spread.high == pytest.approx(float(whole.spread.high), rel=1e-9)
    np.testing.assert_allclose(single(turned, again.coarse).low, own.low[order], rtol=1e-6)


def test_in_other_units_the_answer_is_in_those_units() -> None:
    told = normals([-1.0, 0.2, -0.6, -1.4], [0.3, 0.4, 0.2, 0.5])
    tenfold = People(told.weight, 10 * told.mean, 10 * told.sd)
    one, ten = pool_people(told, SCALE), pool_people(tenfold, 10 * SCALE)
    for name in ("mean", "spread", "another"):
        for end in ("value", "low", "high", "sd"):
            assert getattr(getattr(ten, name), end) == pytest.approx(10 * float(getattr(getattr(one, name), end)), rel=1e-6)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, cohorts, size = np.random.default_rng(11), 40, 15
    mean_in, own_in = 0, 0
    for _ in range(cohorts):  # mean and spread drawn from the prior, so that coverage is exact for a correct program
        mean, spread = SCALE * rng.standard_normal(), SCALE / 2 * abs(rng.standard_normal())
        sd = rng.uniform(0.2, 1.5, size)
        effect = rng.normal(mean, spread, size)
        told = normals(effect + sd * rng.standard_normal(size), sd)
        found = pool_people(told, SCALE)
        own = single(told, found.coarse)
        mean_in += bool(found.mean.low < mean < found.mean.high)
        own_in += int(((own.low < effect) & (effect < own.high)).sum())
    assert mean_in / cohorts > 0.95 - 3 * np.sqrt(0.95 * 0.05 / cohorts)
    assert own_in / (cohorts * size) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / (cohorts * size)))


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_scale_that_is_none_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        pool(lambda mean, spread: np.zeros(len(mean)), scale)


def test_eight_schools() -> None:
    """Means that 10,000 draws of NUTS gave for the same data under other priors, which stand in for ours here.

    Source: posteriordb (stan-dev/posteriordb), eight_schools-eight_schools_noncentered: means with Monte Carlo errors of 0.03 to 0.06.
    """
    told = normals([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
    scale = 30.0

    def total(mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
        ours = -0.5 * (mean / scale) ** 2 - 0.5 * (spread / (scale / 2)) ** 2
        theirs = -0.5 * (mean / 5) ** 2 - np.log1p((spread / 5) ** 2)  # normal, and half of a Cauchy
        return np.asarray(log_likelihood(told, mean, spread) + theirs - ours)

    found = pool(total, scale)
    assert found.mean.value == pytest.approx(4.411, abs=0.12)
    assert found.spread.value == pytest.approx(3.602, abs=0.12)
    own = [6.151, 4.940, 3.906, 4.796, 3.614, 4.051, 6.317, 4.884]
    np.testing.assert_allclose(single(told, found.coarse).value, own, atol=0.2)
