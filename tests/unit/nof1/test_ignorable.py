"""The ignorable estimator against dense algebra, a wider integration, and what must not matter."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import multivariate_normal, multivariate_t

from steelyard.nof1 import contrasts
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import CHUNK, RatingModel, fit_ignorable
from steelyard.nof1.model import Diary, Sessions, columns, slow_waves
from steelyard.nof1.plan import Plan

from ...diaries import ABSORPTION_H, PRIORS, diary_of, handmade, invented

Array = NDArray[np.float64]
PSI = np.log([[36.0, 1.0, 0.7, 4.0, 0.4], [10.0, 2.0, 0.3, 1.5, 1.5], [300.0, 0.4, 1.2, 11.0, 0.1]])


def exposure_one_by_one(diary: Diary, time_h: Array, half_life_h: float) -> Array:
    """Each dose's curve, scaled by its greatest value on a fine grid, added up."""

    def shape(since: Array) -> Array:
        late = np.maximum(since, 0)
        return np.asarray(0.5 ** (late / half_life_h) - 0.5 ** (late / ABSORPTION_H))

    top = shape(np.arange(0, 60, 1e-4)).max()
    return np.asarray(shape(np.subtract.outer(time_h, diary.dose_h)) @ diary.dose / top)


def design_and_spread(diary: Diary, psi: Array) -> tuple[Array, Array]:
    """All columns `(n, p)` and their prior spreads, from the formulas of the model rather than from its code."""
    t, tenth = diary.rating_h, (diary.high - diary.low) / 10
    angle = 2 * np.pi * (t % 24) / 24
    rhythm = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    therapy = []
    for s in diary.sessions:
        since = np.subtract.outer(t, s.time_h)
        therapy.append(np.where(since >= 0, np.exp(-np.maximum(since, 0) / s.fade_h), 0).sum(1))
    waves = list(slow_waves(diary, t))
    cols = [exposure_one_by_one(diary, t, float(np.exp(psi[3]))), np.ones_like(t), *rhythm, *therapy, *waves]
    in_points = [3.0, 5.0, *[1.0] * 4, *[2.0] * len(therapy)]
    return np.array(cols).T, np.array([*(tenth * np.array(in_points)), *np.full(len(waves), np.exp(psi[4]))])


def noise_and_path(diary: Diary, psi: Array) -> Array:
    tau, sd, noise = np.exp(psi[:3])
    apart = np.abs(np.subtract.outer(diary.rating_h, diary.rating_h))
    return np.asarray(sd**2 * np.exp(-apart / tau) + noise**2 * np.eye(len(diary.rating_h)))


def regression(diary: Diary, psi: Array) -> tuple[Array, Array]:
    """Generalised least squares with priors: mean and covariance of the coefficients."""
    design, spread = design_and_spread(diary, psi)
    weigh = np.linalg.inv(noise_and_path(diary, psi))
    covariance = np.linalg.inv(design.T @ weigh @ design + np.diag(spread**-2.0))
    return covariance @ design.T @ weigh @ (diary.rating - (diary.low + diary.high) / 2), covariance


@cache
def short() -> Diary:
    return handmade(days=33)  # long enough for one slow wave


@cache
def invented_90() -> Diary:
    return invented(Plan(days=90, driver="recorded", seed=3))[0]


@cache
def fitted(seed: int = 0) -> Fit:
    return fit_ignorable(invented_90(), PRIORS, seed)


def effect(fit: Fit) -> tuple[float, float]:
    return fit.effect.value, fit.effect.spread


# --- the likelihood


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("scale", [(0.0, 10.0), (-2.0, 38.0)])
def test_the_log_posterior_is_the_marginal_normal_density_and_the_prior(row: int, scale: tuple[float, float]) -> None:
    diary = replace(short(), low=scale[0], high=scale[1])
    psi = PSI[row]
    design, spread = design_and_spread(diary, psi)
    covariance = noise_and_path(diary, psi) + design @ np.diag(spread**2) @ design.T
    middle = np.full(len(diary.rating), sum(scale) / 2)
    tenth = (scale[1] - scale[0]) / 10
    medians = np.array([36.0, 1.0 * tenth, 0.7 * tenth, 4.0, 0.4 * tenth])
    prior = -0.5 * ((psi - np.log(medians)) / np.array([1.0, 0.8, 0.7, 0.56, 0.8])) ** 2
    wanted = multivariate_normal.logpdf(diary.rating, middle, covariance) + prior.sum()
    assert RatingModel(diary, PRIORS).evaluate(psi[None])[0][0] == pytest.approx(wanted, rel=1e-8)


def test_the_coefficients_are_those_of_dense_regression() -> None:
    _, mean, covariance = RatingModel(short(), PRIORS).evaluate(PSI)
    for i, psi in enumerate(PSI):
        wanted_mean, wanted_covariance = regression(short(), psi)
        np.testing.assert_allclose(mean[i], wanted_mean, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(covariance[i], wanted_covariance, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 3])
def test_points_come_back_whole_and_in_order_however_many(count: int) -> None:
    model = RatingModel(short(), PRIORS)
    psi = PSI[np.arange(count) % 3] + np.linspace(0, 0.3, count)[:, None]
    together = model.evaluate(psi)
    assert [len(part) for part in together] == [count] * 3
    for i in (0, count // 2, count - 1):
        for got, alone in zip(together, model.evaluate(psi[i : i + 1]), strict=True):
            np.testing.assert_allclose(got[i], alone[0], rtol=1e-9, atol=1e-12)


def test_the_effect_is_named_first() -> None:
    names = RatingModel(short(), PRIORS).names
    assert names[:2] == ("effect", "level")
    assert names == ("effect", *columns(short(), short().rating_h, PRIORS).names)


def test_two_ratings_in_one_minute_are_no_trouble() -> None:
    time_h = short().rating_h.copy()
    time_h[10:13] = time_h[10]
    value, mean, _ = RatingModel(replace(short(), rating_h=time_h), PRIORS).evaluate(PSI)
    assert np.isfinite(value).all() and np.isfinite(mean).all()


# --- the posterior


def test_few_draws_give_the_posterior_that_many_do() -> None:
    """Against plain importance sampling from a proposal twice as wide, with draws of another kind."""
    fit = fitted()
    model = RatingModel(invented_90(), PRIORS)
    centre = fit.points.average(fit.points.psi)
    proposal = multivariate_t(centre, 2.0 * fit.points.covariance, df=6, seed=11)
    psi = proposal.rvs(3000)
    value, mean, covariance = model.evaluate(psi)
    ratio = value - proposal.logpdf(psi)
    weight = np.exp(ratio - ratio.max())
    evidence = ratio.max() + np.log(weight.mean())
    weight /= weight.sum()
    wanted = weight @ mean[:, 0]
    spread = np.sqrt(weight @ (covariance[:, 0, 0] + mean[:, 0] ** 2) - wanted**2)
    got, got_spread = effect(fit)
    assert got == pytest.approx(wanted, abs=0.1 * spread)
    assert got_spread == pytest.approx(spread, rel=0.1)
    assert fit.points.log_evidence == pytest.approx(evidence, abs=0.2)
    half_life = np.log(fit.half_life_h)
    assert fit.points.weight @ half_life == pytest.approx(weight @ psi[:, 3], abs=0.2 * np.sqrt(fit.points.covariance[3, 3]))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_nearly_the_same_answer() -> None:
    again, other = fit_ignorable(invented_90(), PRIORS, 0), fitted(1)
    assert again.points.psi.tobytes() == fitted().points.psi.tobytes()
    assert again.points.mean.tobytes() == fitted().points.mean.tobytes()
    assert other.effect.value == pytest.approx(fitted().effect.value, abs=0.15 * fitted().effect.spread)
    assert other.points.psi.tobytes() != again.points.psi.tobytes()


def test_mean_exposure_belongs_to_each_half_life() -> None:
    diary, fit = invented_90(), fitted()
    for i in (0, 7):
        assert fit.half_life_h[i] == pytest.approx(np.exp(fit.points.psi[i, 3]))
        wanted = exposure_one_by_one(diary, diary.rating_h, float(fit.half_life_h[i])).mean()
        assert fit.taken[i, 0] == pytest.approx(wanted, rel=1e-6)
        assert not fit.taken[i, 1:].any()


# --- what must not matter


def test_a_whole_number_of_days_later_is_the_same_diary() -> None:
    diary = invented_90()
    later = diary_of(
        diary.rating_h + 240,
        diary.rating,
        diary.dose_h + 240,
        diary.dose,
        tuple(replace(s, time_h=s.time_h + 240) for s in diary.sessions),
    )
    np.testing.assert_allclose(effect(fit_ignorable(later, PRIORS)), effect(fitted()), rtol=1e-4)


@pytest.mark.parametrize("hours", [-7.0, 5.5])
def test_another_origin_is_the_same_diary_when_the_clock_knows(hours: float) -> None:
    diary = invented_90()
    moved = diary_of(
        diary.rating_h - hours,
        diary.rating,
        diary.dose_h - hours,
        diary.dose,
        tuple(replace(s, time_h=s.time_h - hours) for s in diary.sessions),
    )
    moved = replace(moved, zone_from_h=np.array([-hours]), zone_offset_h=np.array([hours]))
    np.testing.assert_allclose(effect(fit_ignorable(moved, PRIORS)), effect(fitted()), rtol=1e-4)


def test_a_change_of_zone_moves_the_rhythm_with_the_person() -> None:
    """A person flies eight hours ahead on day 45 and their daily rhythm of pain with them: told of it, the model sees one rhythm."""
    rng = np.random.default_rng(0)
    time_h = np.sort(rng.uniform(0, 90 * 24, 400))
    local = time_h + np.where(time_h >= 45 * 24, 8.0, 0.0)
    rating = 5 + 1.5 * np.cos(2 * np.pi * local / 24) + rng.normal(0, 0.3, 400)
    plain = diary_of(time_h, rating, np.array([1.0]), np.array([0.0]))
    told = replace(plain, zone_from_h=np.array([0.0, 45 * 24]), zone_offset_h=np.array([0.0, 8.0]))
    assert fit_ignorable(told, PRIORS).coefficient("cos24").value == pytest.approx(1.5, abs=0.1)
    assert RatingModel(told, PRIORS).evaluate(PSI[:1])[0] > RatingModel(plain, PRIORS).evaluate(PSI[:1])[0] + 20


def test_order_of_the_sessions_does_not_matter() -> None:
    diary = invented_90()
    more = (*diary.sessions, Sessions("cbt", np.array([100.0, 500.0, 900.0]), 336.0))
    mixed = tuple(replace(s, time_h=s.time_h[::-1]) for s in reversed(more))
    one, two = fit_ignorable(replace(diary, sessions=more), PRIORS), fit_ignorable(replace(diary, sessions=mixed), PRIORS)
    np.testing.assert_allclose(effect(one), effect(two), rtol=1e-4)
    assert one.coefficient("cbt").value == pytest.approx(two.coefficient("cbt").value, rel=1e-3)


def test_order_of_the_doses_does_not_matter() -> None:
    diary, order = invented_90(), np.random.default_rng(0).permutation(len(invented_90().dose_h))
    mixed = diary_of(diary.rating_h, diary.rating, diary.dose_h[order], diary.dose[order], diary.sessions)
    np.testing.assert_allclose(effect(fit_ignorable(mixed, PRIORS)), effect(fitted()), rtol=1e-6)


def test_a_scale_that_begins_elsewhere_changes_nothing_but_the_middle() -> None:
    diary = invented_90()
    moved = fit_ignorable(replace(diary, rating=diary.rating + 40, low=40.0, high=50.0), PRIORS)
    np.testing.assert_allclose(effect(moved), effect(fitted()), rtol=1e-6)


def test_a_constant_added_to_the_ratings_shifts_the_level_only() -> None:
    diary, psi = short(), PSI[:1]
    before, after = (RatingModel(d, PRIORS).evaluate(psi)[1][0] for d in (diary, replace(diary, rating=diary.rating + 1)))
    spread = regression(diary, psi[0])[1]
    # the prior of the level holds it back by its share of the precision; nothing else may move by more than that lets through
    assert after[1] - before[1] == pytest.approx(1 - spread[1, 1] / 5.0**2, abs=1e-6)
    np.testing.assert_allclose(np.delete(after - before, 1), -np.delete(spread[1], 1) / 5.0**2, atol=1e-6)
    assert abs(after[0] - before[0]) < 0.02


def test_a_finer_scale_is_the_same_diary_in_smaller_units() -> None:
    diary = invented_90()
    finer = fit_ignorable(replace(diary, rating=diary.rating * 10, high=100.0), PRIORS)
    np.testing.assert_allclose(np.array(effect(finer)) / 10, effect(fitted()), rtol=1e-4)
    np.testing.assert_allclose(finer.half_life_h, fitted().half_life_h, rtol=1e-4)


def test_a_mirrored_scale_mirrors_the_effect() -> None:
    diary = invented_90()
    mirrored = fit_ignorable(replace(diary, rating=10 - diary.rating, worse_is_up=False), PRIORS)
    np.testing.assert_allclose(np.array(effect(mirrored)) * [-1, 1], effect(fitted()), rtol=1e-6)


def test_doses_twice_as_large_are_half_as_effective_each() -> None:
    """Up to the prior of the effect, which is far wider than the posterior."""
    diary = invented_90()
    doubled = fit_ignorable(diary_of(diary.rating_h, diary.rating, diary.dose_h, 2 * diary.dose, diary.sessions), PRIORS)
    np.testing.assert_allclose(2 * np.array(effect(doubled)), effect(fitted()), rtol=0.02)
    assert contrasts.as_taken(doubled).value == pytest.approx(contrasts.as_taken(fitted()).value, rel=0.02)


# --- known answers


def test_the_effect_of_a_long_exact_diary_is_the_truth() -> None:
    """Ratings without a path and almost without noise, from the formula of the model: nothing is left to guess."""
    rng = np.random.default_rng(9)
    plain = handmade(days=40, hours=(8, 11, 14, 17, 20), seed=9)
    rating = 6 - 1.4 * exposure_one_by_one(plain, plain.rating_h, 3.0) + rng.normal(0, 0.02, len(plain.rating))
    fit = fit_ignorable(replace(plain, rating=rating), PRIORS)
    assert fit.effect.value == pytest.approx(-1.4, abs=0.01)
    assert fit.points.weight @ fit.half_life_h == pytest.approx(3.0, abs=0.05)
    assert fit.coefficient("level").value + 5 == pytest.approx(6.0, abs=0.05)


def test_the_evidence_prefers_a_prior_that_is_right_about_the_half_life() -> None:
    diary = invented(Plan(days=90, driver="random", effect=-2.0, effect_half_life_h=6.0, seed=2))[0]
    good = fit_ignorable(diary, replace(PRIORS, half_life_h=(6.0, 0.2))).points.log_evidence
    bad = fit_ignorable(diary, replace(PRIORS, half_life_h=(1.0, 0.2))).points.log_evidence
    assert good - bad > 5


@pytest.mark.parametrize("at", range(len(PSI)))
def test_the_gradient_is_that_of_the_value(at: int) -> None:
    model = RatingModel(invented(Plan(days=40, driver="recorded", seed=2))[0], PRIORS)
    value, gradient = model.gradient(PSI[at])
    assert value == pytest.approx(float(model.evaluate(PSI[at : at + 1])[0][0]), abs=1e-8)
    steps = 1e-4 * np.eye(len(gradient))
    wanted = [(model.evaluate((PSI[at] + h)[None])[0][0] - model.evaluate((PSI[at] - h)[None])[0][0]) / 2e-4 for h in steps]
    np.testing.assert_allclose(gradient, wanted, atol=2e-3, rtol=1e-4)
