"""Ratings that are not there: noticed where answering depends on how things are, and not where it does not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.nof1.checks import MUCH_RARER, run_checks
from steelyard.nof1.fit import Smooth
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import JointModel
from steelyard.nof1.missing import FEWEST_EACH, FEWEST_RATINGS, Compared, answered_when_worse, occasions, own_wish
from steelyard.nof1.model import DOSE, OWN_WISH, PROMPT, Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.simulate import simulate

from ...diaries import PRIORS, diary_of, invented, only

Array = NDArray[np.float64]
DIARIES = 20
FOLLOWING_NOTHING = (-40.0, 0.0, 0.0, -1.0)  # no slow tail; dosing follows neither the pain nor, in amount, the pain


def smoothed(diary: Diary) -> Smooth:
    mode = np.append(fit_ignorable(diary, PRIORS).points.mode[:5], FOLLOWING_NOTHING)
    return JointModel(diary, PRIORS).smooth(mode)


def compared(plan: Plan) -> Compared:
    diary = invented(plan)[0]
    found = answered_when_worse(diary, smoothed(diary).fitted)
    assert found is not None
    return found


@cache
def alarms(plan: Plan) -> tuple[float, int]:
    """Median figure, and how many of 20 diaries are noticed."""
    found = [compared(replace(plan, seed=seed)) for seed in range(DIARIES)]
    return float(np.median([f.value for f in found])), sum(not f.by_chance for f in found)


ORDINARY = {
    "doses by chance": Plan(driver="random"),
    "doses follow pain": Plan(driver="felt"),
    "a daily rhythm and a season": Plan(driver="felt", circadian=0.8, season=1.0),
    "many left out by chance": Plan(driver="random", missing=0.4, ou_days=0.7),
    "a trend": Plan(driver="random", trend=2.0),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_diaries_are_left_in_peace(kind: str) -> None:
    """At most 5 % alarms in the long run: of 20 diaries more than 3 come once in 60 times."""
    middle, noticed = alarms(ORDINARY[kind])
    assert noticed <= 3
    assert middle == pytest.approx(1.0, abs=0.08)


def test_all_ordinary_diaries_together_seldom_raise_an_alarm() -> None:
    assert sum(alarms(plan)[1] for plan in ORDINARY.values()) <= 0.05 * 100 + 3 * (100 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(("slope", "least"), [(0.6, 10), (1.2, 17)])
def test_ratings_skipped_when_worse_are_noticed(slope: float, least: int) -> None:
    middle, noticed = alarms(Plan(driver="random", missing=0.3, skip_slope=slope))
    assert middle < 0.9
    assert noticed >= least


def test_ratings_skipped_when_better_are_noticed_too() -> None:
    middle, noticed = alarms(Plan(driver="random", missing=0.3, skip_slope=-1.0))
    assert middle > 1.1 and noticed >= 12


def test_the_steeper_the_skipping_the_further_the_figure() -> None:
    figures = [alarms(Plan(driver="random", missing=0.3, skip_slope=slope))[0] for slope in (0.0, 0.6, 1.2)]
    assert figures[0] > figures[1] > figures[2]


# --- the figure itself


def hourly(worse: Array, rated: Array) -> tuple[Diary, Array]:
    """A diary rated at the given hours of 40 days, and its course, known exactly."""
    hour = np.flatnonzero(rated) + 0.5
    return diary_of(hour, worse[rated], np.array([1.0]), np.array([1.0])), worse[rated]


def test_the_figure_is_the_ratio_of_bad_times_to_good_ones() -> None:
    """Every second day is bad, and rated half as often: 2 sd apart, as the course has only two values."""
    rng = np.random.default_rng(1)
    day = np.arange(24 * 200) // 24
    worse = np.where(rng.permutation(200)[day] % 2 == 0, 6.0, 4.0)
    awake = (np.arange(24 * 200) % 24 >= 8) & (np.arange(24 * 200) % 24 < 22)
    rated = awake & (rng.random(24 * 200) < np.where(worse > 5, 0.25, 0.5))
    found = answered_when_worse(*hourly(worse, rated))
    assert found is not None and not found.by_chance
    assert found.value == pytest.approx(0.5, abs=0.12)


def test_the_band_is_about_1_and_the_other_way_up_on_a_scale_where_more_is_better() -> None:
    diary = invented(Plan(driver="random", missing=0.3, skip_slope=1.0, seed=1))[0]
    fitted = smoothed(diary).fitted
    pain, mood = answered_when_worse(diary, fitted), answered_when_worse(replace(diary, worse_is_up=False), fitted)
    assert pain is not None and mood is not None
    assert mood.value == pytest.approx(1 / pain.value)
    assert pain.low * pain.high == pytest.approx(1.0)


def test_a_daily_rhythm_of_pain_and_of_answering_is_no_sign() -> None:
    hour = np.arange(24 * 60)
    worse = 5 + 2 * np.sin(2 * np.pi * hour / 24) + np.random.default_rng(2).normal(0, 0.5, 60)[hour // 24]
    rated = np.isin(hour % 24, (8, 13, 20)) & (np.random.default_rng(3).random(len(hour)) < 0.8)
    found = answered_when_worse(*hourly(worse, rated))
    assert found is not None and found.by_chance


def test_a_short_or_sparse_diary_is_not_judged() -> None:
    diary = invented(Plan(driver="random", days=60))[0]
    fitted = np.array(diary.rating)
    assert answered_when_worse(diary, fitted) is not None
    first = diary.rating_h < 20 * 24
    assert answered_when_worse(only(diary, first), fitted[first]) is None
    few = np.arange(len(diary.rating)) < FEWEST_RATINGS - 1
    assert answered_when_worse(only(diary, few), fitted[few]) is None
    assert answered_when_worse(diary, np.full(len(fitted), 4.0)) is None, "nothing varies"


def test_ratings_that_a_dose_led_to_are_not_counted_as_answers() -> None:
    """Doses come when it hurts: their ratings would look like answering more when worse, and do where nothing says what led to them."""
    told, untold = [], []
    for seed in range(8):
        plan = Plan(driver="felt", rating_at_dose=True, dosing_slope=1.2, seed=seed)
        diary, led = invented(plan)[0], simulate(plan).asked_by_dose
        fitted = smoothed(diary).fitted
        told.append(answered_when_worse(replace(diary, occasion=np.where(led, DOSE, PROMPT)), fitted))
        untold.append(answered_when_worse(diary, fitted))
    assert sum(not found.by_chance for found in told if found) <= 2
    assert sum(not found.by_chance and found.value > 1 for found in untold if found) >= 6


# --- own wish


def test_occasions_that_do_not_fit_the_ratings_are_not_known() -> None:
    diary = invented(Plan(driver="random", days=40))[0]
    assert (occasions(diary) == PROMPT).all()
    assert (occasions(replace(diary, occasion=np.array([OWN_WISH]))) == PROMPT).all()
    led = np.arange(len(diary.rating)) % 3
    assert (occasions(replace(diary, occasion=led)) == led).all()


@pytest.mark.parametrize(("extra", "chance"), [(0.0, True), (1.0, False), (-1.0, False)])
def test_ratings_of_own_wish_are_compared_with_those_asked_for(extra: float, chance: bool) -> None:
    diary = invented(Plan(driver="random", seed=4))[0]
    led = np.where(np.arange(len(diary.rating)) % 5 == 0, OWN_WISH, PROMPT)
    residual = np.random.default_rng(5).standard_normal(len(led)) + extra * (led == OWN_WISH)
    found = own_wish(replace(diary, occasion=led), residual)
    assert found is not None
    assert found.by_chance is chance
    assert found.value == pytest.approx(residual[led == OWN_WISH].mean() - residual[led == PROMPT].mean())


def test_a_few_ratings_of_own_wish_are_not_compared() -> None:
    diary = invented(Plan(driver="random", seed=4))[0]
    led = np.where(np.arange(len(diary.rating)) < FEWEST_EACH - 1, OWN_WISH, PROMPT)
    assert own_wish(replace(diary, occasion=led), np.ones(len(led))) is None
    assert own_wish(diary, np.ones(len(led))) is None


# --- as checks


@pytest.mark.parametrize(("slope", "passed"), [(0.0, True), (2.0, False)])
def test_the_check_lowers_certainty_and_bars_a_verdict_only_where_it_is_strong(slope: float, passed: bool) -> None:
    diary = invented(Plan(driver="random", missing=0.3, skip_slope=slope, seed=3))[0]
    fit = fit_ignorable(diary, PRIORS)
    fit = replace(fit, points=replace(fit.points, mode=np.append(fit.points.mode[:5], FOLLOWING_NOTHING)))
    (outcome,) = [c for c in run_checks(fit, diary, replace(PRIORS, drift_sd=1e-6)) if c.name == "missingness"]
    assert outcome.passed is passed
    assert outcome.capping == (not passed and outcome.value < MUCH_RARER)


# --- the simulator's option


def test_skipping_by_slope_thins_out_the_bad_times_and_no_slope_changes_nothing() -> None:
    plain, skipped = (simulate(Plan(driver="random", missing=0.3, skip_slope=slope, seed=6)) for slope in (0.0, 1.5))
    assert (skipped.truth.latent > 5).mean() < (plain.truth.latent > 5).mean()
    assert (skipped.truth.latent < 4).mean() > (plain.truth.latent < 4).mean()
    assert (simulate(Plan(driver="random", missing=0.3, seed=6)).rating == plain.rating).all()
