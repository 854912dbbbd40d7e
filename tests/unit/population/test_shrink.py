"""EBGM and its quantiles, against integration of the posterior and against published figures."""

from typing import Literal

import numpy as np
import pytest
from scipy import integrate, stats

from steelyard.population.counting import count
from steelyard.population.mixture import Prior, fit_prior, points
from steelyard.population.shrink import Shrinker, ebgm, quantile, shrink

from .conftest import Caers

PRIOR = Prior((0.7, 3.0), (0.2, 2.5), 0.3)


def posterior(ratio: float, n: float, expect: float) -> float:
    """Prior times Poisson, not normalised."""
    first, second = (stats.gamma.pdf(ratio, a, scale=1 / b) for a, b in zip(PRIOR.alpha, PRIOR.beta, strict=True))
    return float((PRIOR.share * first + (1 - PRIOR.share) * second) * stats.poisson.pmf(n, ratio * expect))


@pytest.mark.parametrize(("n", "expect"), [(1, 0.05), (3, 2.0), (12, 1.5), (2, 40.0)])
def test_the_mean_and_the_quantiles_are_those_of_the_posterior(n: int, expect: float) -> None:
    top = 60.0

    def area(function: object, end: float) -> float:
        points_ = [p for p in (0.01, 0.1, 0.5, 1, 2, 5, 10, 20) if p < end]
        return float(integrate.quad(function, 0, end, limit=400, points=points_)[0])  # type: ignore[call-overload]

    whole = area(lambda x: posterior(x, n, expect), top)
    log_mean = area(lambda x: np.log(x) * posterior(x, n, expect) if x > 0 else 0.0, top) / whole
    counts, expects = np.array([float(n)]), np.array([expect])
    assert ebgm(counts, expects, PRIOR)[0] == pytest.approx(np.exp(log_mean), rel=1e-5)
    for chance in (0.05, 0.5, 0.95):
        at = quantile(counts, expects, PRIOR, chance)[0]
        assert area(lambda x: posterior(x, n, expect), at) / whole == pytest.approx(chance, abs=1e-5)


@pytest.mark.parametrize(
    ("likelihood", "mean", "low", "above_two"), [("component", 23.26, 15.68, 131), ("joint", 14.42, 11.62, 80)]
)
def test_the_published_figures_of_each_likelihood_come_out_again(
    caers: Caers, likelihood: Literal["component", "joint"], mean: float, low: float, above_two: int
) -> None:
    """REUMOFAN PLUS and weight increased, 16 reports where 0.4064 are expected; and how many pairs have EB05 of 2 or more."""
    counted = count(*caers.codes(1), *caers.codes(2), len(caers.reports))
    n, expect = counted.n.astype(float), counted.n_drug[counted.drug] * counted.n_event[counted.event] / counted.total
    found = shrink(n, expect, fit_prior(points(n, expect), likelihood))
    pair = (caers.drugs.index("REUMOFAN PLUS"), caers.events.index("WEIGHT INCREASED"))
    at = int(np.flatnonzero((counted.drug == pair[0]) & (counted.event == pair[1]))[0])
    assert (n[at], expect[at]) == (16, pytest.approx(0.4064, abs=5e-5))
    assert found.value[at] == pytest.approx(mean, rel=1e-3)
    assert found.low[at] == pytest.approx(low, rel=1e-3)
    assert int(np.sum(found.low >= 2)) == above_two


@pytest.mark.parametrize("prior", [PRIOR, Prior((45.1, 1.6), (3.8, 1.46), 0.007), Prior((0.05, 200.0), (0.02, 180.0), 0.5)])
def test_the_grid_gives_what_solving_each_pair_gives(prior: Prior) -> None:
    """Also where the quantile jumps from one part of the mixture to the other, where no smooth curve would do."""
    rng = np.random.default_rng(1)
    n = rng.choice([1.0, 1.0, 1.0, 2.0, 3.0, 8.0, 40.0], 6_000)
    expect = np.exp(rng.normal(0, 2, 6_000))
    found, chosen = shrink(n, expect, prior), rng.integers(0, 6_000, 500)
    assert found.low[chosen] == pytest.approx(quantile(n[chosen], expect[chosen], prior, 0.05), rel=5e-7)
    assert found.high[chosen] == pytest.approx(quantile(n[chosen], expect[chosen], prior, 0.95), rel=5e-7)


def test_pairs_that_were_not_announced_are_answered_too() -> None:
    announced = points(np.array([1.0, 2.0]), np.array([0.5, 0.5]))
    n, expect = np.array([5.0, 700.0, 1.0]), np.array([0.001, 90.0, 4000.0])
    found = Shrinker(PRIOR, announced).shrink(n, expect)
    assert found.low == pytest.approx(quantile(n, expect, PRIOR, 0.05), rel=1e-9)


def test_shrinking_draws_a_single_report_towards_none_and_leaves_many_alone() -> None:
    n, expect = np.array([1.0, 1000.0]), np.array([0.01, 10.0])
    found = shrink(n, expect, Prior((2.0, 2.0), (2.0, 2.0), 0.5))
    assert found.value[0] < 2.0  # observed over expected: 100
    assert found.value[1] == pytest.approx(100 * 10 / 12, rel=0.01)  # of rate 2 + 10
    assert np.all(found.low < found.value) and np.all(found.value < found.high)


def test_no_pairs_give_no_answers() -> None:
    found = shrink(np.empty(0), np.empty(0), PRIOR)
    assert len(found.value) == len(found.low) == len(found.high) == 0
