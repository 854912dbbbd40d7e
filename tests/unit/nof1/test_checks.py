"""Each check passes where the model is true and fails on a diary built against it.

Where doses follow nothing the joint model is that of the ratings alone, whose fit is quick: most diaries here are of that kind.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.nof1.checks import Outcome, run_checks
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import RatingModel, fit_ignorable
from steelyard.nof1.joint import JointModel, fit_joint
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan

from ...diaries import PRIORS as WITH_DRIFT
from ...diaries import invented, only, with_doses

Array = NDArray[np.float64]
PRIORS = replace(WITH_DRIFT, drift_sd=1e-6)  # no effect here wears out, and the model of the ratings alone knows no wear
NAMES = ("lead", "half_life", "predictive", "neighbours", "influence", "learned", "ends", "missingness", "integration")
SEEDS = range(4)
FOLLOWING_NOTHING = (-40.0, 0.0, 0.0, -1.0)  # no slow tail; dosing follows neither the pain nor, in amount, the pain


@cache
def true_diary(seed: int) -> Diary:
    """Doses by chance, a one-rate curve, an Ornstein-Uhlenbeck path and noise: the model as it stands."""
    return invented(Plan(days=90, driver="random", effect_half_life_h=5.0, seed=seed))[0]


def fitted(diary: Diary) -> Fit:
    """A fit of the ratings alone, written as a joint fit in which dosing follows nothing."""
    fit = fit_ignorable(diary, PRIORS)
    return replace(fit, points=replace(fit.points, mode=np.append(fit.points.mode, FOLLOWING_NOTHING)))


def checked(diary: Diary, fit: Fit | None = None) -> dict[str, Outcome]:
    return {c.name: c for c in run_checks(fit or fitted(diary), diary, PRIORS)}


@cache
def checked_true(seed: int) -> dict[str, Outcome]:
    return checked(true_diary(seed))


def jointly(plan: Plan) -> dict[str, Outcome]:
    """The checks of the joint fit of an invented diary."""
    diary = invented(plan)[0]
    return checked(diary, fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode))


# --- where the model is true


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_passes_where_the_model_is_true(name: str, seed: int) -> None:
    assert checked_true(seed)[name].passed


@pytest.mark.parametrize("driver", ["felt", "random"])
def test_passes_where_the_joint_model_is_true(driver: str) -> None:
    for seed in (0, 1):
        outcomes = jointly(Plan(days=90, driver=driver, effect_half_life_h=5.0, seed=seed))  # type: ignore[arg-type]
        assert [c.name for c in outcomes.values() if not c.passed] == []


def test_every_check_is_run_once_and_all_but_three_bar_a_verdict() -> None:
    outcomes = run_checks(fitted(true_diary(0)), true_diary(0), PRIORS)
    assert tuple(c.name for c in outcomes) == NAMES
    assert [c.name for c in outcomes if not c.capping] == ["neighbours", "ends", "missingness"]


@pytest.mark.parametrize("name", NAMES)
def test_what_passed_lies_in_the_band_that_is_shown(name: str) -> None:
    for seed in SEEDS:
        outcome = checked_true(seed)[name]
        assert outcome.low <= outcome.value <= outcome.high


# --- lead: tomorrow's doses


def test_lead_is_a_standard_normal_number_where_the_model_is_true() -> None:
    z = np.array([checked(invented(Plan(days=45, driver="random", seed=s))[0])["lead"].value for s in range(40)])
    assert abs(z.mean()) < 3 / np.sqrt(40)
    assert 0.65 < z.std() < 1.35


def test_lead_fails_where_doses_follow_the_pain_felt_and_the_fit_does_not_know() -> None:
    plans = (Plan(days=150, driver="felt", dosing_slope=1.0, gram_slope=0.3, seed=seed) for seed in SEEDS)
    outcomes = [checked(invented(plan)[0])["lead"] for plan in plans]
    assert not any(c.passed for c in outcomes)
    assert all(c.value > 0 for c in outcomes)  # more pain, more doses the day after


def test_lead_passes_where_the_fit_does_know() -> None:
    assert jointly(Plan(days=150, driver="felt", dosing_slope=1.0, gram_slope=0.3, seed=0))["lead"].passed


@pytest.mark.parametrize("seed", [0, 1])
def test_lead_is_left_out_where_doses_follow_the_ratings_written_down(seed: int) -> None:
    """The estimators are right there, so that a failure would bar a verdict for no reason."""
    assert "lead" not in jointly(Plan(days=180, driver="recorded", effect_half_life_h=5.0, seed=seed))


def test_lead_looks_at_the_day_after_and_not_at_the_day_before() -> None:
    """The dose just after midnight follows the course of the day before: only the amount that comes after a rating tells of it."""
    diary = true_diary(0)
    rng = np.random.default_rng(2)
    course = rng.normal(0, 1.2, 92)
    day = np.floor(diary.rating_h / 24).astype(int)
    rating = 5 + course[day] + rng.normal(0, 0.4, len(day))
    dose_h = np.arange(1, 91) * 24.0 + 0.5
    for after, passed in ((0, False), (1, True)):  # the course of the day before, and of the day that begins
        told = with_doses(replace(diary, rating=rating), dose_h, np.maximum(1 + 0.5 * course[after : after + 90], 0.05))
        assert checked(told)["lead"].passed is passed


def test_lead_has_nothing_to_say_when_nothing_varies_ahead() -> None:
    diary = true_diary(0)
    daily = with_doses(diary, np.arange(95) * 24.0 + 0.5, np.ones(95))  # one dose lies ahead of every rating
    assert "lead" not in checked(daily)


# --- half-life


@pytest.mark.parametrize(("true_h", "sign"), [(30.0, 1), (0.6, -1)])
def test_half_life_fails_where_the_effect_lasts_far_longer_or_shorter_than_the_prior_allows(true_h: float, sign: int) -> None:
    plan = Plan(days=150, driver="random", effect=-3.0, effect_half_life_h=true_h, ratings_per_day=8, seed=1)
    outcome = checked(invented(plan)[0])["half_life"]
    assert not outcome.passed
    assert np.sign(outcome.value) == sign


def test_half_life_is_measured_in_spreads_of_its_prior() -> None:
    fit = fitted(true_diary(0))
    for times, z in ((np.exp(0.56 * 1.9), 1.9), (np.exp(-0.56 * 2.1), -2.1)):
        moved = replace(fit, half_life_h=np.full(len(fit.half_life_h), 4.0 * times))
        outcome = next(c for c in run_checks(moved, true_diary(0), PRIORS) if c.name == "half_life")
        assert outcome.value == pytest.approx(z)
        assert outcome.passed == (abs(z) < 1.96)


# --- predictive intervals


@pytest.mark.parametrize("seed", SEEDS)
def test_predictive_fails_on_quiet_days_broken_by_crises(seed: int) -> None:
    """One rating in seven is four points off either way: far more than a twentieth falls outside a normal 95 % interval."""
    diary = invented(Plan(days=180, driver="random", effect_half_life_h=5.0, seed=seed))[0]
    rng = np.random.default_rng(seed)
    crises = rng.choice([-4.0, 0.0, 4.0], len(diary.rating), p=[0.07, 0.86, 0.07])
    outcome = checked(replace(diary, rating=4 + 0.2 * diary.rating + crises))["predictive"]
    assert not outcome.passed
    assert outcome.value < outcome.low


def test_predictive_fails_when_the_noise_is_taken_too_small() -> None:
    fit = fitted(true_diary(0))
    mode = fit.points.mode + np.array([0, -1, -1, 0, 0, 0, 0, 0, 0])
    wrong = replace(fit, points=replace(fit.points, mode=mode))
    assert not next(c for c in run_checks(wrong, true_diary(0), PRIORS) if c.name == "predictive").passed


def test_predictive_fails_when_intervals_are_far_too_wide() -> None:
    diary = invented(Plan(days=500, driver="random", seed=1))[0]
    fit = fitted(diary)
    mode = fit.points.mode + np.array([0, 1.5, 1.5, 0, 0, 0, 0, 0, 0])
    wrong = replace(fit, points=replace(fit.points, mode=mode))
    outcome = next(c for c in run_checks(wrong, diary, PRIORS) if c.name == "predictive")
    assert outcome.value > 0.99
    assert not outcome.passed


def test_predictive_share_is_counted_rating_by_rating() -> None:
    diary, fit = true_diary(2), fitted(true_diary(2))
    s = JointModel(diary, PRIORS).smooth(fit.points.mode)
    inside = sum(abs(e) < 1.96 * sd for e, sd in zip(s.left_out, s.left_out_sd, strict=True))
    assert checked_true(2)["predictive"].value == pytest.approx(inside / len(diary.rating))


# --- neighbours


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_fail_on_a_wave_the_model_does_not_know(seed: int) -> None:
    diary = true_diary(seed)
    wave = 5 + 3 * np.sin(2 * np.pi * diary.rating_h / 120) + np.random.default_rng(seed).normal(0, 0.05, len(diary.rating))
    assert not checked(replace(diary, rating=wave))["neighbours"].passed


# --- influence


def day_of(diary: Diary) -> NDArray[np.int64]:
    return np.floor(diary.rating_h / 24).astype(np.int64)


def monstrous(diary: Diary, doses: int, amount: float) -> Diary:
    """Day 30 with a dose every hour from eight o'clock, of `amount` reference doses each, that do nothing for the pain."""
    more = 30 * 24 + 8.0 + np.arange(doses)
    return with_doses(diary, np.append(diary.dose_h, more), np.append(diary.dose, np.full(doses, amount)))


def moved_by_leaving_out(diary: Diary, psi: Array, day: int) -> float:
    """How far the effect really moves, at the same hyperparameters, when a day's ratings are left out."""
    effects = [RatingModel(d, PRIORS).evaluate(psi[None, :5])[1][0, 0] for d in (diary, only(diary, day_of(diary) != day))]
    return float(effects[0] - effects[1])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("amount", [3.0, 10.0])
def test_influence_fails_on_a_single_monstrous_day(amount: float, seed: int) -> None:
    diary = monstrous(true_diary(seed), 12, amount)
    fit = fitted(diary)
    really = abs(moved_by_leaving_out(diary, fit.points.mode, 30)) / fit.effect.spread
    assert really > 1  # the day does move the effect by more than its spread: the check has to see it
    outcome = next(c for c in run_checks(fit, diary, PRIORS) if c.name == "influence")
    assert not outcome.passed


@pytest.mark.parametrize("seed", SEEDS)
def test_influence_is_how_far_leaving_out_the_worst_day_moves_the_effect(seed: int) -> None:
    diary = invented(Plan(days=40, driver="random", effect_half_life_h=5.0, seed=seed))[0]
    fit = fitted(diary)
    days = np.unique(day_of(diary))[1:-1]  # the first and the last rating stay: the slow trend is laid out between them
    really = max(abs(moved_by_leaving_out(diary, fit.points.mode, day)) for day in days) / fit.effect.spread
    outcome = next(c for c in run_checks(fit, diary, PRIORS) if c.name == "influence")
    assert outcome.value == pytest.approx(really, rel=0.02)


def test_influence_of_a_day_with_one_rating_is_that_of_its_rating() -> None:
    diary = invented(Plan(days=60, driver="random", ratings_per_day=1, missing=0.0, effect_half_life_h=5.0, seed=3))[0]
    kept = np.append(np.diff(day_of(diary)) > 0, True)
    diary = only(diary, kept)
    fit = fitted(diary)
    days = np.unique(day_of(diary))[1:-1]
    really = max(abs(moved_by_leaving_out(diary, fit.points.mode, day)) for day in days) / fit.effect.spread
    s = JointModel(diary, PRIORS).smooth(fit.points.mode)
    inner = np.abs(s.pull * s.left_out)[1:-1].max() / fit.effect.spread
    assert inner == pytest.approx(really, rel=0.01)


# --- learned


def test_learned_fails_where_the_doses_say_nothing() -> None:
    diary = true_diary(0)
    outcome = checked(with_doses(diary, diary.dose_h, 0.03 * diary.dose))["learned"]
    assert not outcome.passed
    assert outcome.value > 0.5


def test_learned_is_the_share_of_the_priors_spread_that_is_left() -> None:
    fit = fitted(true_diary(0))
    for scale in (10.0, 100.0):
        diary = replace(true_diary(0), rating=true_diary(0).rating * scale / 10, high=scale)
        value = checked(diary)["learned"].value
        assert value == pytest.approx(fit.effect.spread / 3.0, rel=1e-3)  # the prior's spread is 3 tenths of the scale


@pytest.mark.parametrize(("share", "passed"), [(0.49, True), (0.51, False)])
def test_learned_means_at_least_half_of_the_priors_spread_is_gone(share: float, passed: bool) -> None:
    fit = fitted(true_diary(0))
    vaguer = replace(fit, extra_variance=(share * 3.0) ** 2 - fit.effect.spread**2)
    outcome = checked(true_diary(0), vaguer)["learned"]
    assert outcome.value == pytest.approx(share)
    assert outcome.passed is passed


# --- integration


def with_ess(fit: Fit, ess: float, draws: int) -> Fit:
    points = replace(fit.points, ess=ess, weight=np.full(draws, 1 / draws), mean=np.repeat(fit.points.mean[:1], draws, 0))
    points = replace(points, cov=np.repeat(fit.points.cov[:1], draws, 0), psi=np.repeat(fit.points.psi[:1], draws, 0))
    return replace(fit, points=points, half_life_h=np.full(draws, 4.0), taken=np.ones(draws))


@pytest.mark.parametrize(
    ("ess", "draws", "passed"), [(11.9, 48, False), (12.0, 48, True), (100.0, 3072, False), (308.0, 3072, True), (4.0, 4, False)]
)
def test_integration_needs_enough_effective_draws_and_a_share_of_all(ess: float, draws: int, passed: bool) -> None:
    fit = with_ess(fitted(true_diary(0)), ess, draws)
    outcome = next(c for c in run_checks(fit, true_diary(0), PRIORS) if c.name == "integration")
    assert outcome.passed is passed
    assert outcome.value == ess


def test_integration_fails_on_a_diary_too_sharp_for_the_draws() -> None:
    """Ratings that are the exposure itself, without noise: the posterior is a needle that no proposal fits."""
    diary = true_diary(0)
    exact = 5 - diary.exposure(diary.rating_h)(np.array([5.0]))[0]
    assert not checked(replace(diary, rating=exact))["integration"].passed


# --- room on the scale


@pytest.mark.parametrize("share, passed", [(0.0, True), (0.04, True), (0.2, False)])
def test_ratings_at_an_end_of_the_scale_are_noticed(share: float, passed: bool) -> None:
    """What lies beyond the end cannot be written down, so that relief looks smaller than it is."""
    diary = true_diary(0)
    at_end = np.random.default_rng(0).permutation(len(diary.rating)) < share * len(diary.rating)
    inside = np.clip(diary.rating, 0.1, 9.9)
    ends = checked(replace(diary, rating=np.where(at_end, 0.0, inside)))["ends"]
    assert ends.passed is passed
    assert ends.value == pytest.approx(at_end.mean())
