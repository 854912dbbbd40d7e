"""What must hold for the estimators' algebra on any diary."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from steelyard.nof1.design import Design, NotEnough, judge
from steelyard.nof1.fit import Mixture
from steelyard.nof1.ignorable import RatingModel
from steelyard.nof1.model import Diary, Sessions, columns

from ..diaries import PRIORS, diary_of, only

Array = NDArray[np.float64]
anything = settings(deadline=None, max_examples=40)


@st.composite
def diaries(draw: st.DrawFn, most: int = 14) -> Diary:
    """Any few ratings, at least a minute apart, with any doses and sessions, over up to ten weeks."""
    count = draw(st.integers(2, most))
    gaps = draw(st.lists(st.floats(0.02, 120), min_size=count, max_size=count))
    rating_h = draw(st.floats(0, 48)) + np.cumsum(gaps)
    rating = draw(st.lists(st.floats(0, 10), min_size=count, max_size=count))
    doses = draw(st.integers(0, 8))
    dose_h = np.sort(np.array(draw(st.lists(st.floats(0, 1600), min_size=doses, max_size=doses))))
    dose = draw(st.lists(st.floats(0, 3), min_size=doses, max_size=doses))
    session_h = np.sort(np.array(draw(st.lists(st.floats(0, 1600), max_size=4))))
    return diary_of(rating_h, np.array(rating), dose_h, np.array(dose), (Sessions("physiotherapy", session_h, 24.0),))


@st.composite
def points(draw: st.DrawFn) -> Array:
    """Hyperparameters within two spreads of the middles of their priors."""
    mean, spread = PRIORS.hyper(1.0)
    return np.asarray(mean + spread * np.array(draw(st.lists(st.floats(-2, 2), min_size=5, max_size=5))))


def covariance(diary: Diary, psi: Array) -> Array:
    """Of all ratings: path, noise, and every column with its prior."""
    tau, sd, noise, half_life, slow = np.exp(psi)
    cols = columns(diary, diary.rating_h, PRIORS)
    spread = cols.spread.copy()
    spread[cols.waves] *= slow
    design = np.vstack([diary.exposure(diary.rating_h)(np.array([half_life])), cols.fixed])
    prior = np.concatenate([[PRIORS.effect_sd * diary.points], spread])
    apart = np.abs(np.subtract.outer(diary.rating_h, diary.rating_h))
    path = sd**2 * np.exp(-apart / tau) + noise**2 * np.eye(len(diary.rating))
    return np.asarray(path + design.T @ np.diag(prior**2) @ design)


def hyper_prior(psi: Array, points_: float = 1.0) -> float:
    mean, spread = PRIORS.hyper(points_)
    return float(-0.5 * (((psi - mean) / spread) ** 2).sum())


def value(diary: Diary, psi: Array) -> float:
    return float(RatingModel(diary, PRIORS).evaluate(psi[None])[0][0])


def posterior(diary: Diary, psi: Array) -> tuple[Array, Array]:
    """Mean and covariance of the coefficients."""
    _, mean, cov = RatingModel(diary, PRIORS).evaluate(psi[None])
    return mean[0], cov[0]


@anything
@given(diaries(), points())
def test_the_marginal_likelihood_is_the_normal_density_of_all_ratings(diary: Diary, psi: Array) -> None:
    wanted = multivariate_normal.logpdf(diary.rating, np.full(len(diary.rating), 5.0), covariance(diary, psi))
    np.testing.assert_allclose(value(diary, psi) - hyper_prior(psi), wanted, rtol=1e-6, atol=1e-6)


@anything
@given(diaries(), points(), st.integers(-60, 60))
def test_whole_days_earlier_or_later_change_nothing(diary: Diary, psi: Array, days: int) -> None:
    sessions = tuple(replace(s, time_h=s.time_h + 24 * days) for s in diary.sessions)
    moved = diary_of(diary.rating_h + 24 * days, diary.rating, diary.dose_h + 24 * days, diary.dose, sessions)
    np.testing.assert_allclose(value(moved, psi), value(diary, psi), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(posterior(moved, psi)[0], posterior(diary, psi)[0], rtol=1e-5, atol=1e-6)


@anything
@given(diaries(), points(), st.floats(0.01, 100), st.floats(-50, 50))
def test_the_unit_and_the_zero_of_the_scale_change_nothing(diary: Diary, psi: Array, unit: float, zero: float) -> None:
    other = replace(diary, rating=zero + unit * diary.rating, low=zero, high=zero + 10 * unit)
    moved = psi + np.log([1, unit, unit, 1, unit])
    change = -len(diary.rating) * np.log(unit)  # a density is per unit of what it is a density of
    got, wanted = value(other, moved) - hyper_prior(moved, unit), value(diary, psi) - hyper_prior(psi) + change
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)
    here, there = posterior(diary, psi), posterior(other, moved)
    np.testing.assert_allclose(there[0][0], unit * here[0][0], rtol=1e-4, atol=1e-5 * unit)
    np.testing.assert_allclose(there[1][0, 0], unit**2 * here[1][0, 0], rtol=1e-5)


@anything
@given(diaries(), points())
def test_a_mirrored_scale_mirrors_everything(diary: Diary, psi: Array) -> None:
    mirrored = replace(diary, rating=10 - diary.rating, worse_is_up=False)
    np.testing.assert_allclose(value(mirrored, psi), value(diary, psi), rtol=1e-8, atol=1e-8)
    here, there = posterior(diary, psi), posterior(mirrored, psi)
    np.testing.assert_allclose(there[0], -here[0], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(there[1], here[1], rtol=1e-8, atol=1e-10)


@anything
@given(diaries(), points())
def test_uncertainty_does_not_depend_on_the_ratings_themselves(diary: Diary, psi: Array) -> None:
    calm = replace(diary, rating=np.full(len(diary.rating), 5.0))
    here, there = posterior(diary, psi), posterior(calm, psi)
    np.testing.assert_array_equal(here[1], there[1])
    np.testing.assert_allclose(there[0], 0.0, atol=1e-12)


@anything
@given(diaries(), points())
def test_the_data_never_make_the_effect_less_certain_than_the_prior(diary: Diary, psi: Array) -> None:
    assert 0 < posterior(diary, psi)[1][0, 0] <= (PRIORS.effect_sd * diary.points) ** 2 * (1 + 1e-9)


@anything
@given(diaries(), points(), st.data())
def test_one_rating_more_never_makes_the_effect_less_certain(diary: Diary, psi: Array, data: st.DataObject) -> None:
    if len(diary.rating) < 4:
        return
    inner = data.draw(st.integers(1, len(diary.rating) - 2))  # the first and the last lay out the slow trend
    fewer = only(diary, np.arange(len(diary.rating)) != inner)
    assert posterior(diary, psi)[1][0, 0] <= posterior(fewer, psi)[1][0, 0] * (1 + 1e-9)


@settings(deadline=None, max_examples=150, derandomize=True)  # a figure on the very edge of a limit may round either way
@given(diaries(most=60), st.integers(-30, 30))
def test_every_diary_is_judged_and_whole_days_do_not_matter(diary: Diary, days: int) -> None:
    verdict = judge(diary, PRIORS)
    assert isinstance(verdict, (Design, NotEnough))
    sessions = tuple(replace(s, time_h=s.time_h + 24 * days) for s in diary.sessions)
    moved = diary_of(diary.rating_h + 24 * days, diary.rating, diary.dose_h + 24 * days, diary.dose, sessions)
    assert getattr(judge(moved, PRIORS), "reason", "accepted") == getattr(verdict, "reason", "accepted")


@st.composite
def mixtures(draw: st.DrawFn) -> Mixture:
    count = draw(st.integers(1, 6))
    weight, mean, sd = (
        np.array(draw(st.lists(st.floats(low, high), min_size=count, max_size=count)))
        for low, high in ((0.01, 1), (-20, 20), (0.01, 5))
    )
    return Mixture(weight / weight.sum(), mean, sd)


@anything
@given(mixtures(), st.floats(0.001, 0.999))
def test_quantiles_undo_probabilities(mixture: Mixture, p: float) -> None:
    assert abs(mixture.below(mixture.quantile(p)) - p) < 1e-6


@anything
@given(mixtures(), st.floats(0.1, 10))
def test_a_posterior_turned_over_is_the_same_posterior(mixture: Mixture, factor: float) -> None:
    turned = mixture.scaled(-factor)
    np.testing.assert_allclose(turned.value, -factor * mixture.value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(turned.spread, factor * mixture.spread, rtol=1e-6)
    np.testing.assert_allclose(turned.below(-factor), 1 - mixture.below(1.0), atol=1e-9)
