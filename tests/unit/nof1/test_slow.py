"""The slow fit against algebra done another way, and against invented people whose truth is known."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import gamma, norm, t

from steelyard.nof1.slow import (
    EFFECT_SD,
    FLAT,
    NOISE_WORTH,
    PATH_PRIOR,
    PATHS,
    SEASON_SD,
    Cause,
    Lag,
    Own,
    SlowDiary,
    SlowFit,
    Students,
    background,
    exposure,
    fit_slow,
    plain_slope,
    posterior,
)
from steelyard.nof1.slow_world import Pattern, SlowPlan, invent_slow

Array = NDArray[np.float64]
HAIR = Lag(30.0, 180.0)
PEOPLE = 60


def diary(n: int = 40, days: int = 400, seed: int = 1, **more: object) -> SlowDiary:
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, days, n))
    amount = (np.arange(days) // 100 % 2 == 1).astype(float)
    return SlowDiary(at, rng.normal(5, 1, n), amount, relative=False, unknown_before=False, **more)  # type: ignore[arg-type]


# --- lag


def test_the_lag_prior_has_the_range_it_was_given() -> None:
    mean, spread = HAIR.grid()
    assert HAIR.typical_d == pytest.approx((30 * 180) ** 0.5)
    assert mean.min() > 30 and mean.max() < 180, "tried within the range"
    logs = np.log(np.unique(mean))
    assert logs.mean() == pytest.approx(np.log(HAIR.typical_d)), "the typical lag in the middle"
    assert len(mean) == len(spread) == len(np.unique(mean)) * 2


def test_what_was_taken_for_long_counts_once() -> None:
    seen, before = exposure(np.ones(2000), np.array([1999.0]), np.array([75.0, 170.0]), np.array([0.3, 0.7]))
    assert seen == pytest.approx(1.0, abs=1e-4)
    assert before == pytest.approx(0.0, abs=1e-4)


def test_one_days_amount_is_seen_as_the_gamma_law_says() -> None:
    daily = np.zeros(400)
    daily[0] = 1.0
    at = np.arange(0.0, 400.0, 10.0)
    seen, _ = exposure(daily, at, np.array([60.0]), np.array([0.5]))
    assert seen[0] == pytest.approx(gamma(4, scale=15).pdf(at + 0.5), abs=2e-5)
    assert (at[np.argmax(seen[0])]) == pytest.approx(45, abs=10), "the mode of a gamma of shape 4 and mean 60"


def test_what_was_taken_later_is_never_seen() -> None:
    daily = np.zeros(100)
    daily[50:] = 1.0
    seen, _ = exposure(daily, np.array([10.0, 49.9]), np.array([30.0]), np.array([0.5]))
    assert seen == pytest.approx(0.0, abs=1e-12)


def test_memory_and_record_make_up_the_whole() -> None:
    at = np.array([0.0, 20.0, 90.0, 300.0])
    seen, before = exposure(np.ones(301), at, np.array([60.0, 120.0]), np.array([0.3, 0.7]))
    assert seen + before == pytest.approx(1.0)
    assert (np.diff(before, axis=1) < 0).all()


# --- the algebra


def dense(d: SlowDiary, lag: Lag, typical: float, k: int) -> tuple[float, float, float]:
    """Log marginal likelihood, mean and scale of the effect at point `k`, from the dense covariance of the readings."""
    mean, spread = lag.grid()
    ratio, days = PATHS[k % len(PATHS)]
    x = exposure(d.amount, d.at_d, mean, spread)[0][k // len(PATHS)]
    fixed, fixed_sd = background(d, lag)
    rows, total = np.vstack([x, fixed]), np.hypot(1, ratio)
    sd = np.concatenate([[EFFECT_SD], fixed_sd]) * total
    prior = np.diag(np.where(np.isinf(sd), 1 / FLAT, sd**2))
    y = d.y - d.y.mean()
    cov = np.eye(len(y)) + ratio**2 * np.exp(-np.abs(np.subtract.outer(d.at_d, d.at_d)) / days)
    whole = cov + rows.T @ prior @ rows
    inverse = np.linalg.inv(cov)
    precision = rows @ inverse @ rows.T + np.linalg.inv(prior)
    found = np.linalg.solve(precision, rows @ inverse @ y)
    df = NOISE_WORTH + len(y) - 2
    known = NOISE_WORTH * (typical / total) ** 2
    size = known + y @ np.linalg.solve(whole, y)
    value = (
        -0.5 * np.linalg.slogdet(whole)[1] + 0.5 * (NOISE_WORTH * np.log(known) - df * np.log(size)) + np.log(PATH_PRIOR[k % 5])
    )
    return float(value), float(found[0]), float(np.sqrt(size / df * np.linalg.inv(precision)[0, 0]))


def test_each_point_is_the_posterior_that_dense_algebra_gives() -> None:
    d = diary()
    tried = posterior(d, HAIR, 1.0, d.y[None])
    some = range(0, tried.mean.shape[1], 7)
    by_hand = np.array([dense(d, HAIR, 1.0, k) for k in some])
    assert tried.mean[0][list(some)] == pytest.approx(by_hand[:, 1], abs=1e-4)
    assert tried.scale[0][list(some)] == pytest.approx(by_hand[:, 2], rel=1e-4)
    assert np.diff(tried.value[0][list(some)]) == pytest.approx(np.diff(by_hand[:, 0]), abs=1e-3)
    assert tried.df == 3 + 40 - 2


def test_several_sets_of_readings_are_each_weighed_by_themselves() -> None:
    one, other = diary(seed=1), diary(seed=2)
    other = replace(other, at_d=one.at_d)
    both = posterior(one, HAIR, 1.0, np.vstack([one.y, other.y]))
    alone = posterior(other, HAIR, 1.0, other.y[None])
    assert both.mean[1] == pytest.approx(alone.mean[0])
    assert both.effect(1).quantile(0.5) == pytest.approx(alone.effect(0).quantile(0.5))


def test_a_mixture_of_one_is_a_student_distribution() -> None:
    one = Students(np.ones(1), np.array([2.0]), np.array([0.5]), 7.0)
    law = t(7, loc=2, scale=0.5)
    assert one.below(1.3) == pytest.approx(law.cdf(1.3))
    assert one.quantile(0.975) == pytest.approx(law.ppf(0.975), abs=1e-6)
    assert one.spread == pytest.approx(law.std())


def test_few_readings_have_wider_tails_than_normal_ones() -> None:
    few, many = fit_slow(diary(n=9), HAIR, 1.0), fit_slow(diary(n=200), HAIR, 1.0)
    half = few.effect.quantile(0.975) - few.effect.quantile(0.5)
    assert half > 1.05 * norm.ppf(0.975) * float(few.effect.weight @ few.effect.scale)
    assert few.effect.df < many.effect.df and few.effect.spread > many.effect.spread


# --- what the answer does not depend on


def test_another_unit_of_a_scale_is_another_unit_of_the_effect() -> None:
    d = diary()
    points, tenths = fit_slow(d, HAIR, 1.0), fit_slow(replace(d, value=10 * d.value), HAIR, 10.0)
    assert tenths.effect.quantile(0.9) == pytest.approx(10 * points.effect.quantile(0.9), rel=1e-6)
    assert tenths.learned == pytest.approx(points.learned)


def test_another_unit_of_a_blood_test_changes_nothing_but_the_unit() -> None:
    d = replace(diary(), relative=True)
    one, other = fit_slow(d, HAIR, 0.2), fit_slow(replace(d, value=d.value / 88.4), HAIR, 0.2)
    assert other.effect.quantile(0.5) == pytest.approx(one.effect.quantile(0.5))
    assert other.own.change(0.3) == pytest.approx(one.own.change(0.3) / 88.4)


def test_level_and_trend_are_taken_out_whatever_their_size() -> None:
    d = diary()
    moved = replace(d, value=d.value + 50 + 0.2 * d.at_d)
    assert fit_slow(moved, HAIR, 1.0).effect.quantile(0.5) == pytest.approx(fit_slow(d, HAIR, 1.0).effect.quantile(0.5), abs=0.01)


def test_a_cause_that_explains_the_readings_takes_them_away_from_the_effect() -> None:
    plain = diary(n=100, days=800)
    course = (np.arange(800) // 130 % 2).astype(float)
    moved = exposure(course, plain.at_d, np.array([HAIR.typical_d]), np.array([0.3]))[0][0]
    told = replace(plain, value=plain.value + 4 * moved, causes=(Cause("sun", course),))
    with_cause, without = fit_slow(told, HAIR, 1.0), fit_slow(replace(told, causes=()), HAIR, 1.0)
    assert with_cause.noise.total < 0.9 * without.noise.total
    assert with_cause.noise.total == pytest.approx(fit_slow(plain, HAIR, 1.0).noise.total, rel=0.15)
    fixed, sd = background(told, HAIR)
    assert fixed[-1].std() == pytest.approx(1.0) and sd[-1] == EFFECT_SD and sd[2] == SEASON_SD


# --- own units


def test_points_stay_points() -> None:
    own = Own(False, 5.0, 0.4)
    assert (own.change(1.3), own.effect(-0.7)) == (1.3, -0.7)


def test_a_relative_effect_is_the_change_from_none_to_the_reference() -> None:
    own = Own(True, 12.0, 0.0)  # the mean reading was made without any
    assert own.change(np.log(2)) == pytest.approx(12.0)
    assert own.effect(6.0) == pytest.approx(np.log(1.5))
    assert own.effect(-13.0) == -np.inf, "more than there is cannot fall"
    later = Own(True, 12.0, 1.0)  # and here with all of it
    assert later.change(np.log(2)) == pytest.approx(6.0)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_own_units_there_and_back(share: float) -> None:
    own = Own(True, 10.0, share)
    for effect in (-1.2, -0.1, 0.0, 0.4, 2.0):
        assert own.effect(own.change(effect)) == pytest.approx(effect, abs=1e-8)


# --- what a person would compute


def test_the_plain_slope_is_ordinary_regression() -> None:
    d = diary()
    x = exposure(d.amount, d.at_d, np.array([HAIR.typical_d]), np.array([0.3]))[0][0]
    slope = plain_slope(d, HAIR)
    assert slope is not None
    assert slope[0] == pytest.approx(np.polyfit(x, d.y, 1)[0])
    assert slope[1] < slope[0] < slope[2]
    assert plain_slope(replace(d, at_d=d.at_d[:2], value=d.value[:2]), HAIR) is None


# --- invented people


@cache
def fits(pattern: Pattern, effect: float, kind: str = "count") -> list[tuple[SlowFit, float, float]]:
    made = []
    for seed in range(PEOPLE):
        plan = SlowPlan(pattern=pattern, effect=effect, path_sd=0.2, trend=0.1, season=0.1, seed=seed, kind=kind)  # type: ignore[arg-type]
        if kind == "bounded":
            plan = replace(plan, mean=4.0, scatter=0.8, path_sd=0.5)
        invented, truth = invent_slow(plan)
        made.append((fit_slow(invented, HAIR, 1.0 if kind == "bounded" else 0.4), plan.effect, truth))
    return made


@pytest.mark.parametrize(("pattern", "effect"), [("turns", 0.0), ("turns", 0.693), ("begins", 0.0), ("pauses", 0.693)])
def test_intervals_hold_the_truth(pattern: Pattern, effect: float) -> None:
    """95 % of 60 people, less three Monte Carlo errors: 52."""
    inside = [f.effect.quantile(0.025) <= true <= f.effect.quantile(0.975) for f, true, _ in fits(pattern, effect)]
    own = [
        f.own.change(f.effect.quantile(0.025)) <= t <= f.own.change(f.effect.quantile(0.975)) for f, _, t in fits(pattern, effect)
    ]
    assert sum(inside) >= 52 and sum(own) >= 52


@pytest.mark.parametrize(("pattern", "effect"), [("turns", 0.0), ("turns", 0.693), ("pauses", 0.693)])
def test_the_truth_is_brought_back_on_average(pattern: Pattern, effect: float) -> None:
    off = np.array([f.effect.quantile(0.5) - true for f, true, _ in fits(pattern, effect)])
    assert abs(off.mean()) < 0.1 + 3 * off.std() / PEOPLE**0.5, "a tenth of a logarithm, about a tenth of the count"


@pytest.mark.parametrize("pattern", ["turns", "begins"])
def test_harm_is_seldom_seen_where_there_is_none(pattern: Pattern) -> None:
    """2.5 % of 60 people, and three Monte Carlo errors: 5."""
    assert sum(f.effect.below(0.0) <= 0.025 for f, _, _ in fits(pattern, 0.0)) <= 5


def test_harm_is_mostly_seen_where_hair_falls_twice_as_much() -> None:
    assert sum(f.effect.below(0.0) <= 0.025 for f, _, _ in fits("turns", 0.693)) >= 30


def test_a_bounded_scale_is_told_in_points() -> None:
    found = fits("turns", 2.0, "bounded")
    off = np.array([f.own.change(f.effect.quantile(0.5)) - truth for f, _, truth in found])
    assert abs(off.mean()) < 0.4
    assert sum(f.effect.quantile(0.025) <= true <= f.effect.quantile(0.975) for f, true, _ in found) >= 52


def test_the_lag_is_learned_from_sharp_data() -> None:
    lags = {}
    for true in (40.0, 150.0):
        plan = SlowPlan(days=1460, every_d=3.5, turn_d=180, effect=2.0, lag_d=true, scatter=0.05, mean=50.0, missing=0.0)
        fit = fit_slow(invent_slow(plan)[0], HAIR, 0.2)
        lags[true] = float(fit.effect.weight @ fit.lag_d)
    assert lags[40.0] < 60 and lags[150.0] > 110


def test_the_noise_found_is_the_noise_put_in() -> None:
    totals = [f.noise.total for f, _, _ in fits("turns", 0.0)]
    put_in = (0.3**2 + 0.2**2 + 1 / 10) ** 0.5  # scatter, spells, chance of counting 10
    assert np.mean(totals) == pytest.approx(put_in, rel=0.15)


def test_the_same_plan_is_the_same_person() -> None:
    one, other = invent_slow(SlowPlan(seed=3))[0], invent_slow(SlowPlan(seed=3))[0]
    assert (one.value == other.value).all() and (one.amount == other.amount).all()
