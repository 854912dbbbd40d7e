"""The prior of the shrinker: both likelihoods against direct sums, the published optimum, and what squashing changes."""

import math
from typing import Literal

import numpy as np
import pytest

from steelyard.population.counting import count
from steelyard.population.mixture import Points, Prior, fit_prior, minus_log_likelihood, points, squash

from .conftest import Caers

THETA = {"component": ((3.2538, 2.0261), (0.3999, 1.9081), 0.06534), "joint": ((45.135, 1.6075), (3.799, 1.4580), 0.0072)}


def caers_points(caers: Caers) -> Points:
    counted = count(*caers.codes(1), *caers.codes(2), len(caers.reports))
    expect = counted.n_drug[counted.drug] * counted.n_event[counted.event] / counted.total
    return points(counted.n.astype(float), expect)


def density(n: float, expect: float, shape: float, rate: float) -> float:
    """The negative binomial, written out."""
    return math.exp(
        math.lgamma(n + shape) - math.lgamma(shape) - math.lgamma(n + 1)
        + shape * math.log(rate / (rate + expect)) + n * math.log(expect / (rate + expect))
    )  # fmt: skip


def directly(prior: Prior, given: Points) -> float:
    total = 0.0
    for n, expect, many in zip(given.n, given.expect, given.many, strict=True):
        parts = [(density(n, expect, a, b), density(0, expect, a, b)) for a, b in zip(prior.alpha, prior.beta, strict=True)]
        share = (prior.share, 1 - prior.share)
        if prior.likelihood == "component":
            value = sum(s * f / (1 - none) for s, (f, none) in zip(share, parts, strict=True))
        else:
            value = sum(s * f for s, (f, _) in zip(share, parts, strict=True)) / (
                1 - sum(s * none for s, (_, none) in zip(share, parts, strict=True))
            )
        total -= many * math.log(value)
    return total


@pytest.mark.parametrize("likelihood", ["component", "joint"])
def test_the_likelihood_is_that_of_its_definition(likelihood: Literal["component", "joint"]) -> None:
    prior = Prior((0.7, 3.0), (0.2, 2.5), 0.3, likelihood)
    given = Points(np.array([1.0, 1.0, 4.0, 30.0]), np.array([0.01, 2.0, 0.5, 1.0]), np.array([5.0, 1.0, 2.0, 1.0]))
    assert minus_log_likelihood(prior, given) == pytest.approx(directly(prior, given), rel=1e-12)


@pytest.mark.parametrize(("likelihood", "minus"), [("component", 4162.456), ("joint", 4187.525)])
def test_the_optimum_on_real_reports_is_the_published_one(
    caers: Caers, likelihood: Literal["component", "joint"], minus: float
) -> None:
    given = caers_points(caers)
    assert len(given.n) == 17_189
    assert minus_log_likelihood(Prior(*THETA[likelihood], likelihood), given) == pytest.approx(minus, abs=1e-3)
    found = fit_prior(given, likelihood)
    assert -found.log_likelihood <= minus + 1e-3
    assert found.alpha == pytest.approx(THETA[likelihood][0], rel=2e-3)
    assert found.beta == pytest.approx(THETA[likelihood][1], rel=2e-3)
    assert found.share == pytest.approx(THETA[likelihood][2], rel=2e-3)
    assert found.sure and not found.squashed and found.likelihood == likelihood


def test_each_likelihood_is_worse_at_the_optimum_of_the_other(caers: Caers) -> None:
    given = caers_points(caers)
    assert minus_log_likelihood(Prior(*THETA["joint"], "component"), given) == pytest.approx(4209.3, abs=0.1)
    assert minus_log_likelihood(Prior(*THETA["component"], "joint"), given) == pytest.approx(4363.8, abs=0.1)


def test_squashing_keeps_counts_and_sums_and_hardly_moves_the_prior(caers: Caers) -> None:
    given = caers_points(caers)
    squashed = squash(given)
    assert len(squashed.n) < 1_500
    assert squashed.many.sum() == len(given.n)
    assert squashed.many @ squashed.expect == pytest.approx(given.expect.sum(), rel=1e-12)
    whole, part = fit_prior(given), fit_prior(squashed)
    assert part.squashed
    assert (*part.alpha, *part.beta, part.share) == pytest.approx((*whole.alpha, *whole.beta, whole.share), rel=1e-3)


def test_squashing_twice_is_squashing_once() -> None:
    rng = np.random.default_rng(0)
    given = Points(rng.integers(1, 5, 500).astype(float), np.exp(rng.normal(0, 2, 500)), np.ones(500))
    once = squash(given)
    again = squash(once)
    assert np.array_equal(once.n, again.n) and np.allclose(once.expect, again.expect) and np.array_equal(once.many, again.many)


def test_a_planted_mixture_is_found_again() -> None:
    """Counts drawn from a known prior, those of zero left out: the mean ratio of each part comes back within a tenth."""
    rng = np.random.default_rng(3)
    expect = np.exp(rng.normal(1.0, 1.0, 40_000))
    high = rng.random(40_000) < 0.2
    ratio = np.where(high, rng.gamma(4.0, 1 / 0.5, 40_000), rng.gamma(6.0, 1 / 8.0, 40_000))
    n = rng.poisson(expect * ratio).astype(float)
    found = fit_prior(points(n[n > 0], expect[n > 0]), "joint")
    assert found.alpha[0] / found.beta[0] == pytest.approx(8.0, rel=0.1)
    assert found.alpha[1] / found.beta[1] == pytest.approx(0.75, rel=0.1)
    assert found.share == pytest.approx(0.2, abs=0.03)


def test_a_handful_of_pairs_gives_a_prior_that_says_it_is_not_sure() -> None:
    assert not fit_prior(points(np.ones(5), np.full(5, 1.0))).sure


def test_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="no pair was reported"):
        fit_prior(points(np.empty(0), np.empty(0)))
