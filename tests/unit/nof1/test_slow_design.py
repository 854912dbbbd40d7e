"""Each refusal has a diary that earns it, and what is called enough is enough."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from steelyard.nof1.slow import PATH_PRIOR, Cause, Lag, Noise, SlowDiary, Students, fit_slow
from steelyard.nof1.slow_design import (
    AIMED_AT,
    PROMISED,
    Enough,
    SlowReason,
    enough,
    judge_slow,
    settled,
    share_settled,
    told_too_little,
)
from steelyard.nof1.slow_world import SlowPlan, invent_slow

HAIR, LIVER = Lag(30.0, 180.0), Lag(7.0, 60.0)
NOISE = Noise(0.24, np.array(PATH_PRIOR))
WORTH = (-np.log(2), np.log(1.5))


def diary(amount: list[float] | np.ndarray, at: np.ndarray | None = None, known: bool = False, **more: object) -> SlowDiary:
    daily = np.array(amount, float)
    at = np.arange(3.0, len(daily), 7.0) if at is None else at
    value = np.random.default_rng(1).poisson(10, len(at)).astype(float)
    return replace(SlowDiary(at, value, daily, relative=True, offset=0.5, unknown_before=not known), **more)  # type: ignore[arg-type]


TURNS = np.arange(730) // 180 % 2
REFUSED: dict[SlowReason, SlowDiary] = {
    "no_readings": diary(TURNS, at=np.empty(0)),
    "no_amounts": diary(np.zeros(400)),
    "too_few_readings": diary(TURNS, at=np.arange(10.0, 700.0, 100.0)),
    "readings_do_not_vary": replace(diary(TURNS), value=np.full(len(diary(TURNS).value), 9.0)),
    "span_shorter_than_lag": diary(TURNS, at=np.arange(300.0, 360.0, 5.0)),
    "exposure_never_changed": diary(np.ones(700)),
    "readings_only_after_start": diary([0.0] * 60 + [1.0] * 700, at=np.arange(560.0, 755.0, 7.0), known=True),
    "change_too_recent": diary([1.0] * 600 + [0.0] * 31),
    "exposure_follows_time": diary(np.linspace(1, 0, 700)),
    "inseparable_cause": diary(TURNS, causes=(Cause("coffee", TURNS.astype(float)),)),
}


def test_every_reason_is_tried_here() -> None:
    assert {*REFUSED, "too_little_told"} == set(get_args(SlowReason))


@pytest.mark.parametrize("reason", REFUSED)
def test_each_reason_has_a_diary_that_earns_it(reason: SlowReason) -> None:
    refused = judge_slow(REFUSED[reason], HAIR)
    assert refused is not None and refused.reason == reason
    assert refused.cause == ("coffee" if reason == "inseparable_cause" else "")


def test_turns_over_two_years_are_no_reason_to_refuse() -> None:
    assert judge_slow(diary(TURNS), HAIR) is None


def test_a_begin_within_the_record_is_a_change() -> None:
    begun = diary([0.0] * 200 + [1.0] * 500, known=True)
    assert judge_slow(begun, HAIR) is None


def test_the_span_wanted_is_that_of_the_lag() -> None:
    for lag in (HAIR, LIVER):
        at = np.arange(100.0, 100.0 + lag.typical_d - 1, 2.0)
        refused = judge_slow(diary(TURNS, at=at), lag)
        assert refused is not None and refused.need == pytest.approx(lag.typical_d)


def test_a_year_of_hair_says_too_little() -> None:
    invented = invent_slow(SlowPlan(days=365, turn_d=120))[0]
    assert judge_slow(invented, HAIR) is None
    refused = told_too_little(fit_slow(invented, HAIR, 0.4))
    assert refused is not None and refused.reason == "too_little_told"
    longer = invent_slow(SlowPlan(days=1095))[0]
    assert told_too_little(fit_slow(longer, HAIR, 0.4)) is None


@pytest.mark.parametrize(
    ("mean", "scale", "yes"),
    [(0.0, 0.1, True), (0.0, 0.3, False), (0.5, 0.2, True), (0.5, 0.3, False), (-0.5, 0.2, True), (0.4, 0.1, True)],
)
def test_settled_is_a_sure_direction_or_a_change_surely_too_small(mean: float, scale: float, yes: bool) -> None:
    nearly_normal = Students(np.ones(1), np.array([mean]), np.array([scale]), 1e6)
    assert settled(nearly_normal, -0.4, 0.4) is yes


def test_a_fall_that_cannot_be_is_no_limit() -> None:
    assert settled(Students(np.ones(1), np.array([-3.0]), np.array([2.0]), 1e6), -np.inf, 0.4)


# --- what would be enough


def test_more_weeks_settle_more_and_more_noise_less() -> None:
    def share(weeks: int, total: float) -> float:
        return share_settled(weeks, 39, 7.0, HAIR, Noise(total, np.array(PATH_PRIOR)), 0.4, *WORTH, 40, 0)

    assert share(52, 0.3) < share(104, 0.3) <= share(156, 0.3)
    assert share(156, 0.6) < share(156, 0.3)


def test_denser_readings_are_asked_for_only_where_needed() -> None:
    quiet, loud = (enough(LIVER, Noise(total, np.array(PATH_PRIOR)), 0.24, *WORTH, 30.4) for total in (0.2, 0.32))
    assert quiet.weeks is not None and quiet.every_d == 30.4
    assert loud.every_d == pytest.approx(15.2)


def test_what_cannot_be_had_in_three_years_is_given_no_number() -> None:
    found = enough(HAIR, Noise(1.5, np.array(PATH_PRIOR)), 0.4, *WORTH, 7.0)
    assert found.weeks is None and found.share < AIMED_AT
    years = enough(Lag(365.0, 1826.0), NOISE, 0.2, *WORTH, 7.0)
    assert years.weeks is None


def found_enough() -> Enough:
    return enough(LIVER, NOISE, 0.24, *WORTH, 30.4)


@pytest.mark.parametrize("effect", [0.0, WORTH[1]])
def test_the_design_keeps_its_promise_to_people_invented_elsewhere(effect: float) -> None:
    """Four in five of 60 people, less three Monte Carlo errors: 39."""
    found = found_enough()
    assert found.weeks is not None and found.share >= AIMED_AT > PROMISED
    told = 0
    for seed in range(60):
        plan = SlowPlan(
            days=7 * found.weeks,
            every_d=found.every_d,
            turn_d=7 * found.turn_weeks,
            kind="lab",
            mean=25.0,
            effect=effect,
            lag_range=(7.0, 60.0),
            scatter=0.22,
            path_sd=0.1,
            missing=0.0,
            seed=seed,
        )
        fit = fit_slow(invent_slow(plan)[0], LIVER, 0.24)
        told += settled(fit.effect, *WORTH)
    assert told >= 39


def test_the_same_seed_gives_the_same_design() -> None:
    assert found_enough() == found_enough()
