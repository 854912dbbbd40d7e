"""What a diary can identify: each refusal by the smallest diary that earns it, its boundary, and diaries that must not be refused."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.exposure.kinetics import effect_site
from steelyard.nof1.design import (
    FEWEST_DAYS,
    FEWEST_DOSES,
    FEWEST_EVENTS,
    FEWEST_RATINGS,
    LEAST_VARIATION,
    Design,
    NotEnough,
    Reason,
    judge,
)
from steelyard.nof1.model import Diary, Known, Sessions
from steelyard.nof1.plan import Plan

from ...diaries import PRIORS, diary_of, handmade, invented, only, with_doses

Array = NDArray[np.float64]
NONE = np.empty(0)


def each_day(days: int, hours: Array, spread_h: float = 0.0, seed: int = 0) -> Array:
    """Times at the same hours of every day, scattered by a standard deviation in hours."""
    rng = np.random.default_rng(seed)
    scatter = spread_h * rng.standard_normal((days, len(hours)))
    return np.sort((np.arange(days)[:, None] * 24 + np.asarray(hours) + scatter).ravel())


def rated(time_h: Array, dose_h: Array, dose: Array | None = None) -> Diary:
    """A diary whose ratings go up and down."""
    amount = np.ones(len(dose_h)) if dose is None else dose
    return diary_of(time_h, 5 + np.arange(len(time_h)) % 3, dose_h, amount)


def daily(total: Array, seed: int = 0) -> Diary:
    """One dose a day of these amounts (none on days of 0) at any hour of the day, and three ratings a day."""
    hour = np.random.default_rng(seed).uniform(8, 20, len(total))
    dose_h = np.arange(len(total)) * 24 + hour
    return rated(each_day(len(total), [9, 14, 21]), dose_h[total > 0], total[total > 0])


def reason(diary: Diary) -> str:
    verdict = judge(diary, PRIORS)
    return verdict.reason if isinstance(verdict, NotEnough) else "accepted"


def judged(diary: Diary) -> NotEnough:
    verdict = judge(diary, PRIORS)
    assert isinstance(verdict, NotEnough)
    return verdict


def hand_in_hand(days: int = 20) -> Diary:
    """Every dose taken half an hour before an exercise whose relief fades as fast as the dose's own."""
    plain = handmade(days=days)
    alike = Sessions("exercise", plain.dose_h + 0.5, 4.0 / np.log(2))
    return replace(with_doses(plain, plain.dose_h, np.ones(len(plain.dose_h))), sessions=(alike,))


def steps(days: int, first: float, last: float, count: int) -> Array:
    """Daily amounts that change in equal steps."""
    return np.linspace(first, last, count)[np.arange(days) * count // days]


def rarely(events: int) -> Diary:
    """A yes-or-no outcome that was yes a few times only."""
    yes = np.zeros(60)
    yes[np.linspace(1, 58, events).astype(int)] = 1.0
    return replace(handmade(), rating=yes, low=0.0, high=1.0, family="binary")


SHARP = each_day(20, [8, 20])
REFUSED: dict[str, Diary] = {
    "no_ratings": rated(NONE, SHARP),
    "no_doses": rated(handmade().rating_h, NONE),
    "too_few_ratings": only(handmade(), np.arange(60) < FEWEST_RATINGS - 1),
    "too_few_days": handmade(days=8, hours=(8, 11, 14, 17, 20)),
    "ratings_do_not_vary": replace(handmade(), rating=np.full(60, 4.0)),
    "too_few_events": rarely(FEWEST_EVENTS - 1),
    "dose_only_falls_with_time": daily(steps(35, 2.0, 0.4, 5)),
    "dose_only_rises_with_time": daily(steps(35, 0.4, 2.0, 5)),
    "too_few_doses": with_doses(handmade(), handmade().dose_h[:7], handmade().dose[:7]),
    "ratings_only_after_doses": rated(each_day(20, [8.5, 12.5, 16.5]), each_day(20, [2, 8, 12, 16, 22])),
    "no_variation_in_dosing": with_doses(handmade(), handmade().dose_h, 0.02 * handmade().dose),
    "dosing_follows_the_clock": rated(each_day(20, [7, 12, 18]), SHARP),
    "inseparable_cause": hand_in_hand(),
}


# --- every reason


OF_A_DIARY = [reason for reason in get_args(Reason) if reason != "computation_failed"]  # which is of a fit


@pytest.mark.parametrize("name", OF_A_DIARY)
def test_each_reason_has_a_diary_that_earns_it(name: str) -> None:
    assert reason(REFUSED[name]) == name


@pytest.mark.parametrize("name", OF_A_DIARY)
def test_a_refusal_counts_what_there_is(name: str) -> None:
    diary = REFUSED[name]
    refusal = judged(diary)
    span = diary.rating_h[-1] - diary.rating_h[0] if len(diary.rating_h) else 0
    assert (refusal.ratings, refusal.doses) == (len(diary.rating), len(diary.dose_h))
    assert abs(refusal.days - span / 24) <= 0.5


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("too_few_ratings", FEWEST_RATINGS),
        ("too_few_doses", FEWEST_DOSES),
        ("too_few_days", FEWEST_DAYS),
        ("too_few_events", FEWEST_EVENTS),
        ("ratings_only_after_doses", 0.05),
        ("no_variation_in_dosing", LEAST_VARIATION),
        ("dosing_follows_the_clock", LEAST_VARIATION),
    ],
)
def test_a_refusal_for_want_of_something_says_how_much_is_wanted(name: str, need: float) -> None:
    refusal = judged(REFUSED[name])
    assert refusal.need == need
    assert refusal.have < need


def test_a_refused_diary_is_not_changed() -> None:
    diary = handmade(days=40)
    before = diary.rating.copy(), diary.dose_h.copy()
    judge(diary, PRIORS)
    np.testing.assert_array_equal(before[0], diary.rating)
    np.testing.assert_array_equal(before[1], diary.dose_h)


# --- accepted


@pytest.mark.parametrize("driver", ["felt", "recorded", "random", "mixed"])
@pytest.mark.parametrize("days", [21, 60])
def test_an_ordinary_diary_is_accepted(driver: str, days: int) -> None:
    for seed in range(5):
        diary = invented(Plan(days=days, driver=driver, seed=seed))[0]  # type: ignore[arg-type]
        verdict = judge(diary, PRIORS)
        assert isinstance(verdict, Design)
        assert (verdict.ratings, verdict.doses) == (len(diary.rating), len(diary.dose_h))


def test_own_variation_is_what_clock_sessions_and_trend_leave_over() -> None:
    verdict = judge(handmade(days=60), PRIORS)
    assert isinstance(verdict, Design)
    # doses at any hour of any day, whatever the clock says: nearly all of the spread of the exposure is its own
    x = handmade(days=60).exposure(handmade(days=60).rating_h)(np.array([4.0]))[0]
    assert 0.85 * x.std() < verdict.own_variation < 1.1 * x.std()


def test_own_variation_grows_with_the_scatter_of_the_doses() -> None:
    found = []
    for spread_h in (0.8, 1.6, 3.2):
        verdict = judge(rated(each_day(40, [7, 12, 18]), each_day(40, [8, 20], spread_h)), PRIORS)
        assert isinstance(verdict, Design)
        found.append(verdict.own_variation)
    assert found == sorted(found)


# --- boundaries


def test_how_many_ratings() -> None:
    full = handmade(days=20)
    for count, wanted in ((FEWEST_RATINGS - 1, "too_few_ratings"), (FEWEST_RATINGS, "accepted")):
        kept = np.zeros(60, bool)
        kept[np.linspace(0, 59, count).astype(int)] = True
        assert reason(only(full, kept)) == wanted


@pytest.mark.parametrize(("span_days", "wanted"), [(FEWEST_DAYS - 0.6, "too_few_days"), (FEWEST_DAYS - 0.4, "accepted")])
def test_how_many_days_to_the_nearest_whole(span_days: float, wanted: str) -> None:
    time_h = np.linspace(5.0, 5.0 + span_days * 24, 40)
    rng = np.random.default_rng(0)
    assert reason(rated(time_h, np.sort(rng.uniform(0, 240, 16)))) == wanted


def test_how_many_doses() -> None:
    diary = handmade(days=14)
    for count, wanted in ((FEWEST_DOSES - 1, "too_few_doses"), (FEWEST_DOSES, "accepted")):
        at = np.linspace(0, len(diary.dose_h) - 1, count).astype(int)
        assert reason(with_doses(diary, diary.dose_h[at], diary.dose[at])) == wanted


@pytest.mark.parametrize(("events", "wanted"), [(FEWEST_EVENTS - 1, "too_few_events"), (FEWEST_EVENTS, "accepted")])
def test_how_many_events_whichever_of_yes_and_no_is_rare(events: int, wanted: str) -> None:
    diary = rarely(events)
    assert reason(diary) == reason(replace(diary, rating=1 - diary.rating)) == wanted


@pytest.mark.parametrize(("apart", "wanted"), [(4, "ratings_only_after_doses"), (5, "accepted")])
def test_how_many_ratings_apart_from_doses(apart: int, wanted: str) -> None:
    """Of 100 ratings, those made in the evening are more than six hours (one and a half half-lives) after the last dose."""
    dose_h = each_day(25, [6, 10.5, 14], 0.4)
    soon = each_day(25, [8, 12, 16, 17])
    soon[:: 100 // apart][:apart] = np.floor(soon[:: 100 // apart][:apart] / 24) * 24 + 23
    assert reason(rated(np.sort(soon), dose_h, np.random.default_rng(1).uniform(0.2, 1.8, 75))) == wanted


@pytest.mark.parametrize(("after_h", "wanted"), [(5.9, "ratings_only_after_doses"), (6.1, "accepted")])
def test_apart_is_one_and_a_half_half_lives_after_a_dose(after_h: float, wanted: str) -> None:
    rng = np.random.default_rng(0)
    dose_h = np.arange(40) * 7.3  # a little earlier every day, so that the clock does not give the doses away
    assert reason(rated(dose_h + after_h, dose_h, rng.uniform(0.2, 1.8, 40))) == wanted


def test_ratings_before_any_dose_are_apart_from_doses() -> None:
    dose_h = each_day(25, [2, 6, 10, 14, 18, 22], 0.3)
    time_h = each_day(25, [3, 9, 15, 21])
    assert reason(rated(time_h, dose_h)) == "ratings_only_after_doses"
    assert reason(rated(time_h, dose_h[dose_h > 48])) == "accepted"


def test_a_dose_of_nothing_is_no_dose_to_be_apart_from() -> None:
    time_h = each_day(25, [3, 9, 15, 21])
    dose_h = each_day(25, [2, 6, 10, 14, 18, 22], 0.3)
    amount = (np.floor(dose_h / 24) % 2 == 0).astype(float)  # every other day the capsules are empty
    assert reason(rated(time_h, dose_h, amount)) == "accepted"


def test_a_dose_of_nothing_does_not_count_as_a_dose() -> None:
    diary = handmade()
    empty = np.zeros(len(diary.dose_h))
    assert reason(with_doses(diary, diary.dose_h, empty)) == "no_doses"
    empty[: FEWEST_DOSES - 1] = 1.0
    refusal = judged(with_doses(diary, diary.dose_h, empty))
    assert (refusal.reason, refusal.doses) == ("too_few_doses", FEWEST_DOSES - 1)


def test_the_plainest_reason_comes_first() -> None:
    assert reason(rated(NONE, NONE)) == "no_ratings"
    assert reason(diary_of([1.0, 2.0], [5.0, 5.0], NONE, NONE)) == "no_doses"
    assert reason(diary_of([1.0, 2.0], [5.0, 5.0], [1.0], [1.0])) == "too_few_ratings"
    assert reason(replace(REFUSED["too_few_days"], rating=np.full(40, 5.0))) == "too_few_days"
    assert reason(replace(REFUSED["dose_only_falls_with_time"], rating=np.full(105, 5.0))) == "ratings_do_not_vary"


# --- tapers


def test_a_forgotten_day_does_not_hide_a_taper() -> None:
    total = steps(56, 4.0, 0.5, 8)
    total[[10, 40]] = 0.0
    assert reason(daily(total)) == "dose_only_falls_with_time"


def test_a_dose_that_falls_and_rises_again_can_be_told_from_time() -> None:
    total = np.concatenate([steps(21, 2.0, 0.5, 3), steps(21, 0.5, 2.0, 3)])
    assert reason(daily(total)) == "accepted"


def test_a_change_of_less_than_a_tenth_is_no_taper() -> None:
    assert reason(daily(steps(28, 1.0, 0.95, 2))) == "accepted"


def test_the_same_dose_every_day_is_no_taper() -> None:
    assert reason(daily(np.ones(28))) == "accepted"


@pytest.mark.parametrize("kind", ["every dose of another size", "a coin each day"])
def test_chance_alone_is_not_taken_for_a_taper(kind: str) -> None:
    """Four weeks of amounts drawn at random, the best design there is, must be turned away as a taper hardly ever."""
    turned_away = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        total = rng.choice([0.5, 0.75, 1.0, 1.25, 1.5], 28) if kind.startswith("every") else rng.integers(0, 2, 28).astype(float)
        turned_away += reason(daily(total, seed)).startswith("dose_only")
    assert turned_away <= 3


# --- other causes


def test_a_cause_that_cannot_be_told_apart_is_named() -> None:
    assert judged(hand_in_hand()).cause == "exercise"


def test_a_cause_of_known_course_is_told_apart_only_when_it_comes_at_its_own_times() -> None:
    diary = handmade(days=40)
    dose_h, mirrored = diary.dose_h, 40 * 24 - diary.dose_h[::-1]
    for taken_h, wanted in ((dose_h, "inseparable_cause"), (mirrored, "accepted")):
        other = effect_site(taken_h, diary.dose, 0.6)
        medicine = Known("another medicine", lambda t, at=other: at(t)(np.array([4.5]))[0])
        assert reason(replace(diary, known=(medicine,))) == wanted


# --- the clock


@pytest.mark.parametrize("rated_when", ["at fixed hours", "at any hour"])
def test_doses_by_the_clock_cannot_be_told_from_the_time_of_day(rated_when: str) -> None:
    rng = np.random.default_rng(0)
    days = 60
    time_h = each_day(days, [7, 12, 18]) if rated_when == "at fixed hours" else np.sort(rng.uniform(0, days * 24, 4 * days))
    assert reason(rated(time_h, each_day(days, [8, 20], 0.02))) == "dosing_follows_the_clock"


def test_doses_scattered_over_the_day_can() -> None:
    assert reason(rated(each_day(60, [7, 12, 18]), each_day(60, [8, 20], 2.0))) == "accepted"


def test_doses_by_the_clock_on_days_of_chance_can() -> None:
    on = np.random.default_rng(0).random(60) < 0.5
    dose_h = each_day(60, [8, 20])
    assert reason(rated(each_day(60, [7, 12, 18]), dose_h[np.repeat(on, 2)])) == "accepted"


# --- what must not matter


@pytest.mark.parametrize("name", [*OF_A_DIARY, "accepted"])
def test_another_origin_and_another_scale_are_judged_alike(name: str) -> None:
    diary = handmade() if name == "accepted" else REFUSED[name]
    if diary.family != "bounded":
        return  # yes and no have no unit
    for hours, unit in ((2400, 10), (-2400, 1)):
        sessions = tuple(replace(s, time_h=s.time_h + hours) for s in diary.sessions)
        other = diary_of(diary.rating_h + hours, diary.rating * unit, diary.dose_h + hours, diary.dose, sessions)
        assert reason(replace(other, high=10.0 * unit)) == name
