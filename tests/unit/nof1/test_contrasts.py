"""The contrasts against brute force, polynomial fits and the textbook standard error."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import linregress, norm

from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit
from steelyard.nof1.integrate import Points
from steelyard.nof1.model import Diary
from steelyard.nof1.system import FELT, TAIL_TIMES

from ...diaries import ABSORPTION_H, handmade

Array = NDArray[np.float64]


@cache
def diary() -> Diary:
    return handmade()


def fit(half_life_h: Array, mean: Array, sd: Array, taken: Array | None = None, weight: Array | None = None) -> Fit:
    k = len(half_life_h)
    points = Points(
        psi=np.zeros((k, 5)),
        weight=np.full(k, 1 / k) if weight is None else weight,
        mean=np.asarray(mean, float)[:, None],
        cov=np.asarray(sd, float)[:, None, None] ** 2,
        ess=float(k),
        log_evidence=0.0,
        mode=np.zeros(5),
        covariance=np.eye(5),
    )
    parts = np.ones((k, 1)) if taken is None else np.asarray(taken, float)[:, None]
    return Fit("ignorable", points, ("effect",), np.asarray(half_life_h, float), parts)


def one(half_life_h: float = 4.0, mean: float = -1.0, sd: float = 0.2) -> Fit:
    return fit(np.array([half_life_h]), np.array([mean]), np.array([sd]))


def share_of_peak(after_h: Array, half_life_h: float) -> Array:
    """The curve of one dose by its formula, scaled by its greatest value on a fine grid."""

    def shape(t: Array) -> Array:
        return np.asarray(np.where(t > 0, 0.5 ** (t / half_life_h) - 0.5 ** (t / ABSORPTION_H), 0.0))

    return np.asarray(shape(np.asarray(after_h, float)) / shape(np.arange(0, 60, 1e-4)).max())


def hours_above_half(half_life_h: float) -> float:
    fine = np.arange(0, 200, 1 / 600)
    return float((share_of_peak(fine, half_life_h) >= 0.5).sum() / 600)


def draws(mixture: Fit, count: int = 200_000) -> tuple[Array, Array]:
    """Half-lives and effects drawn from a fit."""
    rng = np.random.default_rng(0)
    which = rng.choice(len(mixture.points.weight), count, p=mixture.points.weight)
    effect = rng.normal(mixture.points.mean[which, 0], np.sqrt(mixture.points.cov[which, 0, 0]))
    return which, effect


# --- peak and as taken


def test_interval_is_the_mean_and_the_central_95_per_cent() -> None:
    got = contrasts.interval(contrasts.peak(one(mean=-1.0, sd=0.2), 1.0))
    assert got.value == pytest.approx(-1.0)
    assert got.low == pytest.approx(norm.ppf(0.025, -1.0, 0.2))
    assert got.high == pytest.approx(norm.ppf(0.975, -1.0, 0.2))


def test_peak_is_in_proportion_to_the_dose() -> None:
    got = contrasts.peak(one(mean=-1.0, sd=0.2), 2.5)
    assert (got.value, got.spread) == (pytest.approx(-2.5), pytest.approx(0.5))


def test_as_taken_is_the_effect_times_the_mean_exposure_of_the_same_draw() -> None:
    mixture = fit(
        np.array([2.0, 5.0, 9.0]),
        np.array([-1.4, -1.0, -0.7]),
        np.array([0.2, 0.1, 0.3]),
        np.array([0.2, 0.45, 0.8]),
        np.array([0.2, 0.5, 0.3]),
    )
    which, effect = draws(mixture)
    value = effect * mixture.taken[which, 0]
    got = contrasts.as_taken(mixture)
    assert got.value == pytest.approx(0.2 * -1.4 * 0.2 + 0.5 * -1.0 * 0.45 + 0.3 * -0.7 * 0.8)
    assert got.spread == pytest.approx(value.std(), rel=0.01)
    assert got.quantile(0.025) == pytest.approx(np.quantile(value, 0.025), rel=0.02)


def test_uncertain_doses_widen_what_was_taken_in_proportion() -> None:
    sharp = replace(one(), taken=np.array([[0.5]]))
    wide = replace(sharp, extra_variance=0.12)
    assert contrasts.as_taken(wide).spread == pytest.approx(0.5 * np.sqrt(0.04 + 0.12))
    assert contrasts.as_taken(wide).value == contrasts.as_taken(sharp).value


def test_as_taken_follows_an_effect_that_wears_out() -> None:
    """Effect and drift are known together: their errors go with each other, and so does the change over the ratings."""
    covariance = np.array([[0.04, -0.01], [-0.01, 0.01]])
    points = replace(one().points, mean=np.array([[-1.0, 0.2]]), cov=covariance[None])
    worn = replace(one(), points=points, names=("effect", "drift"), taken=np.array([[0.5, 0.3]]))
    drawn = np.random.default_rng(0).multivariate_normal([-1.0, 0.2], covariance, 400_000) @ [0.5, 0.3]
    got = contrasts.as_taken(worn)
    assert got.value == pytest.approx(-1.0 * 0.5 + 0.2 * 0.3)
    assert got.spread == pytest.approx(drawn.std(), rel=0.01)
    assert contrasts.as_taken(replace(worn, extra_variance=0.12)).spread == pytest.approx(
        np.sqrt(drawn.var() + 0.25 * 0.12), rel=0.01
    )
    drift = contrasts.tolerance(worn, 2.0)
    assert (drift.value, drift.spread) == (pytest.approx(0.4), pytest.approx(0.2))


# --- why doses are taken


def test_felt_is_the_slope_of_dosing_on_the_pain_felt_with_its_interval() -> None:
    slope = norm.ppf((np.arange(400) + 0.5) / 400, 0.6, 0.1)
    plain = fit(np.full(400, 4.0), np.zeros(400), np.ones(400))
    psi = np.zeros((400, 9))
    psi[:, FELT] = slope
    got = contrasts.felt(replace(plain, points=replace(plain.points, psi=psi)))
    assert got.value == pytest.approx(0.6)
    assert got.low == pytest.approx(norm.ppf(0.025, 0.6, 0.1), abs=0.005)
    assert got.high == pytest.approx(norm.ppf(0.975, 0.6, 0.1), abs=0.005)


# --- how long


@pytest.mark.parametrize("half_life_h", [0.8, 2.0, 4.0, 9.0, 20.0])
def test_duration_is_the_time_above_half_of_the_peak(half_life_h: float) -> None:
    got = contrasts.duration(one(half_life_h), diary())
    assert got.value == pytest.approx(hours_above_half(half_life_h), abs=0.06)  # the grid is three minutes
    assert got.low == pytest.approx(got.value) == got.high


def test_duration_is_uncertain_as_the_half_life_is() -> None:
    ranks = (np.arange(400) + 0.5) / 400
    half_life_h = 4.0 * np.exp(0.3 * norm.ppf(ranks))
    got = contrasts.duration(fit(half_life_h, np.full(400, -1.0), np.full(400, 0.1)), diary())
    hours = np.array([hours_above_half(h) for h in half_life_h[[9, 199, 389]]])  # ranks 2.4, 49.9 and 97.4 %
    np.testing.assert_allclose([got.low, got.value, got.high], hours, rtol=0.05)


def test_duration_weighs_its_draws() -> None:
    certain = contrasts.duration(fit(np.array([2.0, 9.0]), np.zeros(2), np.ones(2), weight=np.array([0.0, 1.0])), diary())
    assert certain.value == pytest.approx(hours_above_half(9.0), abs=0.06)


# --- the curve of relief


def test_the_slow_part_of_a_joint_fit_belongs_to_the_curve_and_to_the_hours() -> None:
    """One tenth fades more slowly; both parts peak at 1 before they are put together."""
    found, fine = one(half_life_h=4.0), np.arange(0, 120, 1 / 600)
    psi = np.zeros((1, 9))
    psi[:, 5] = np.log(0.1 / 0.9)
    joint = replace(found, points=replace(found.points, psi=psi))
    whole = 0.9 * share_of_peak(fine, 4.0) + 0.1 * share_of_peak(fine, 4.0 * TAIL_TIMES)
    whole /= whole.max()
    got = contrasts.dose_curve(joint, diary().one_dose, fine)[0]
    assert got == pytest.approx(whole, abs=2e-3)
    assert contrasts.duration(joint, diary()).value == pytest.approx((whole >= 0.5).sum() / 600, abs=0.06)
    assert contrasts.duration(joint, diary()).value > contrasts.duration(found, diary()).value


def test_relief_curve_of_one_certain_half_life_is_the_curve_of_a_dose() -> None:
    hours = np.array([-1.0, 0.0, 0.5, 1.7, 4.0, 12.0])
    mean, low, high = contrasts.relief_curve(one(4.0, -1.5, 0.2), diary(), 2.0, hours)
    share = share_of_peak(hours, 4.0)
    np.testing.assert_allclose(mean, -3.0 * share, atol=1e-6)
    np.testing.assert_allclose(low, -3.0 * share - norm.ppf(0.975) * 0.4 * share, atol=1e-4)
    np.testing.assert_allclose(high, -3.0 * share + norm.ppf(0.975) * 0.4 * share, atol=1e-4)


def test_relief_curve_carries_effect_and_half_life_together() -> None:
    mixture = fit(np.array([1.5, 6.0]), np.array([-2.0, -0.8]), np.array([0.1, 0.3]), weight=np.array([0.4, 0.6]))
    which, effect = draws(mixture)
    hours = np.array([1.0, 3.0, 8.0])
    mean, low, high = contrasts.relief_curve(mixture, diary(), 1.0, hours)
    for i, hour in enumerate(hours):
        value = effect * np.array([share_of_peak(np.array([hour]), h)[0] for h in (1.5, 6.0)])[which]
        assert mean[i] == pytest.approx(value.mean(), abs=0.01)
        assert (high[i] - low[i]) / 2 / 1.96 == pytest.approx(value.std(), rel=0.01)
        assert mean[i] - low[i] == pytest.approx(high[i] - mean[i])


# --- the raw slope


def test_raw_is_the_slope_of_an_ordinary_regression() -> None:
    got, taken = contrasts.raw(diary(), 4.0, 1.0)
    x = diary().exposure(diary().rating_h)(np.array([4.0]))[0]
    slope = np.polyfit(x, diary().rating, 1)[0]
    assert got.value == pytest.approx(slope, rel=1e-9)
    assert taken == pytest.approx(slope * x.mean(), rel=1e-9)
    error = linregress(x, diary().rating).stderr
    assert got.high - got.value == pytest.approx(1.96 * error, rel=1e-9)
    assert got.value - got.low == pytest.approx(1.96 * error, rel=1e-9)


def test_raw_error_is_the_square_root_of_the_residual_variance_over_the_spread_of_exposure() -> None:
    """Three ratings by hand: exposures 0, 0 and 1 and ratings 4, 6, 2 give a slope of -3 and a residual sum of squares of 2."""
    by_hand = replace(
        diary(),
        rating_h=np.array([1.0, 2.0, 3.0]),
        rating=np.array([4.0, 6.0, 2.0]),
        exposure=lambda t: lambda h: np.array([[0.0, 0.0, 1.0]]),
    )
    got, taken = contrasts.raw(by_hand, 4.0, 1.0)
    assert got.value == pytest.approx(-3.0)
    assert taken == pytest.approx(-1.0)
    assert (got.high - got.low) / 2 == pytest.approx(1.96 * np.sqrt(2.0 / 1 / (2 / 3)))


def test_raw_is_for_the_dose_asked_for_but_as_taken_is_not() -> None:
    plain, taken = contrasts.raw(diary(), 4.0, 1.0)
    tripled, same = contrasts.raw(diary(), 4.0, 3.0)
    assert (tripled.value, tripled.low, tripled.high) == pytest.approx((3 * plain.value, 3 * plain.low, 3 * plain.high))
    assert same == taken


def test_raw_of_a_perfect_line_is_the_line() -> None:
    x = diary().exposure(diary().rating_h)(np.array([4.0]))[0]
    got, _ = contrasts.raw(replace(diary(), rating=7 - 2 * x), 4.0, 1.0)
    assert (got.value, got.high - got.low) == (pytest.approx(-2.0), pytest.approx(0.0, abs=1e-6))
