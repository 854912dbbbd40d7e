"""Doses by the clock: crowds are found where there are some and nowhere else, and each usual time of a day is one decision."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from steelyard.nof1 import contrasts, joint
from steelyard.nof1.dosing import SINCE_H, TOGETHER_H, decided, decisions, dosing
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.integrate import integrate
from steelyard.nof1.joint import JointModel, fit_joint
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.schedule import kept_clear, usual_times

from ...diaries import PRIORS, handmade, invented

HOURS = (8.0, 14.0, 20.0)
EVEN = np.linspace(0.0, 24.0, 288, endpoint=False)  # a dose in every five minutes of the clock


def spans(clock_h: np.ndarray) -> list[tuple[float, float]]:
    """The usual times found, in order, as first hour and width."""
    return [(round(first, 4), round(width, 4)) for first, width in sorted(map(tuple, usual_times(clock_h)))]


def by_clock(driver: str = "felt", seed: int = 0, days: int = 60) -> Diary:
    return invented(Plan(days=days, driver=driver, clock_hours=HOURS, seed=seed))[0]  # type: ignore[arg-type]


# --- crowds


def test_doses_at_eight_sharp_are_one_usual_time_around_eight() -> None:
    assert spans(np.append(np.full(60, 8.0), EVEN)) == [(7.875, 0.25)]


def test_each_of_several_usual_times_is_found() -> None:
    clock = np.concatenate([np.full(30, hour) for hour in (8.0, 9.0, 20.25)])
    assert spans(clock) == [(7.875, 0.25), (8.875, 0.25), (20.125, 0.25)]


def test_a_usual_time_can_go_past_midnight() -> None:
    [(first, width)] = spans(np.tile([23.98, 0.05], 20))
    assert first > 23.5 and (first + width) % 24.0 < 0.5
    assert all((clock - first) % 24.0 < width for clock in (23.98, 0.05))


def test_a_wider_crowd_gets_half_an_hour() -> None:
    assert [width for _, width in spans(8.0 + np.linspace(-0.2, 0.2, 60))] == [0.5]


@pytest.mark.parametrize("clock", [EVEN, np.empty(0), np.array([8.0, 8.0]), np.repeat(np.arange(0.0, 24.0, 0.25), 5)])
def test_even_or_few_doses_crowd_nowhere(clock: np.ndarray) -> None:
    assert spans(clock) == []


def test_chance_hardly_ever_makes_a_crowd() -> None:
    rng = np.random.default_rng(5)
    assert sum(len(usual_times(rng.uniform(0, 24, 330))) for _ in range(300)) <= 6


def test_edges_keep_clear_of_gaps_that_crowd_behind_them() -> None:
    edges, spread = np.array(SINCE_H), np.linspace(0.0, 16.0, 160)
    np.testing.assert_array_equal(kept_clear(edges, spread), edges)
    moved = kept_clear(edges, np.append(spread, np.full(80, 3.0)))
    assert dict(zip(SINCE_H, moved - edges, strict=True)) == pytest.approx({**dict.fromkeys(SINCE_H, 0.0), 3.0: 0.15})


# --- decisions


def test_what_is_taken_together_was_decided_once() -> None:
    diary = replace(handmade(days=6), dose_h=np.array([1.0, 1.0, 1.2, 5.0, 9.0]), dose=np.array([1.0, 0.5, 0.25, 2.0, 0.0]))
    time_h, amount = decisions(diary)
    assert TOGETHER_H >= 0.2
    assert (time_h.tolist(), amount.tolist()) == ([1.0, 5.0], [1.75, 2.0])


def test_no_doses_are_no_decisions() -> None:
    none = np.empty(0)
    assert [len(part) for part in decisions(replace(handmade(days=6), dose_h=none, dose=none))] == [0, 0]


def test_two_records_of_one_dose_say_what_one_record_of_both_says() -> None:
    diary = invented(Plan(days=40, seed=3))[0]
    halves = replace(diary, dose_h=np.repeat(diary.dose_h, 2), dose=np.repeat(diary.dose / 2, 2))
    one, two = dosing(diary), dosing(halves)
    np.testing.assert_allclose(two.dose_h, one.dose_h)
    np.testing.assert_allclose(two.mark, one.mark)
    np.testing.assert_allclose(two.cell_features, one.cell_features)


@pytest.mark.parametrize("expected", [1e-9, 1e-5, 2e-4, 0.1, 1.0, 3.0, 30.0])
def test_something_taken_some_time_in_a_cell_is_one_less_the_chance_of_nothing(expected: float) -> None:
    with mpmath.workdps(40):
        at = mpmath.log(mpmath.mpf(expected))

        def log_lik(x: mpmath.mpf) -> mpmath.mpf:
            return mpmath.log(-mpmath.expm1(-mpmath.exp(x)))

        wanted = [float(mpmath.diff(log_lik, at, order)) * sign for order, sign in ((0, 1), (1, 1), (2, -1), (3, -1))]
    got = decided(np.log([expected]), np.array([True]))
    found = [got.log_lik[0], got.slope[0], got.weight[0], got.weight_slope[0]]
    np.testing.assert_allclose(found, wanted, rtol=1e-3 if expected < 2e-4 else 1e-9)


def test_nothing_taken_is_a_count_of_none() -> None:
    got = decided(np.log([0.5, 2.0]), np.array([False, False]))
    np.testing.assert_allclose(got.log_lik, [-0.5, -2.0])
    np.testing.assert_allclose(got.slope, [-0.5, -2.0])
    np.testing.assert_allclose(got.weight, [0.5, 2.0])
    np.testing.assert_allclose(got.weight_slope, [0.5, 2.0])


# --- the cells of a diary by the clock


def test_each_usual_time_of_a_day_is_one_decision() -> None:
    diary = by_clock()
    cut = dosing(diary)
    inside = (diary.dose_h > diary.rating_h[0]) & (diary.dose_h <= diary.rating_h[-1])
    assert len(cut.dose_h) == 0, "no dose is left whose very minute would be explained"
    assert cut.taken.sum() == inside.sum()
    np.testing.assert_allclose(np.sort(cut.cell_h[cut.taken]), diary.dose_h[inside])
    opening = np.concatenate([np.arange(60) * 24.0 + hour - 0.125 for hour in HOURS])
    here = (opening > diary.rating_h[0]) & (opening + 0.25 < diary.rating_h[-1])
    for first in opening[here]:
        of_it = (cut.cell_h >= first) & (cut.cell_h < first + 0.25)
        assert cut.width_h[of_it].sum() == pytest.approx(0.25), "an opportunity, taken or not, lasts as long"
        assert not cut.taken[of_it].any() or of_it.sum() == 1
    assert ((cut.cell_h % 24.0)[:, None] - np.array(HOURS)).__abs__().min(1).max() <= 0.125, "no other hour says anything"


def test_usual_times_follow_the_clock_through_a_change_of_zone() -> None:
    diary = by_clock(days=40)
    later = np.where(
        diary.dose_h >= 480.0, diary.dose_h - 1.0, diary.dose_h
    )  # an hour ahead: the same clock comes an hour earlier
    moved = replace(diary, dose_h=later, zone_from_h=np.array([0.0, 480.0]), zone_offset_h=np.array([0.0, 1.0]))
    assert len(dosing(moved).dose_h) == 0
    assert dosing(moved).taken.sum() == dosing(diary).taken.sum()


def test_a_second_dose_at_a_usual_time_is_no_decision_of_its_own() -> None:
    clock = np.concatenate([np.arange(5, 35) * 24.0 + 8.0, np.arange(5, 35) * 24.0 + 7.8, [100 * 24.0]])
    diary = replace(handmade(days=50), dose_h=np.sort(clock), dose=np.ones(len(clock)))
    [(first, width)] = spans(diary.clock_h(decisions(diary)[0]))
    assert first < 7.8 and first + width > 7.8
    assert dosing(diary).taken.sum() == 30


# --- the joint model on them


def test_the_gradient_is_that_of_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "NEWTON_TOLERANCE", 1e-9)
    model = JointModel(by_clock(days=35), PRIORS)
    assert model.dosing.taken.any()
    psi = model.start + 0.3 * model.scale * np.random.default_rng(1).standard_normal(len(model.start))
    gradient = model.gradient(psi)[1]
    wanted = [(model.gradient(psi + h)[0] - model.gradient(psi - h)[0]) / 2e-4 for h in 1e-4 * np.eye(len(psi))]
    np.testing.assert_allclose(gradient, wanted, atol=2e-4, rtol=1e-5)


def test_doses_by_the_clock_that_follow_pain_do_not_hide_the_relief() -> None:
    """Ten people who take it, when it hurts more, at eight, two or eight sharp; the bounds are three standard errors of what is aimed at."""
    off, covered, ignorable = [], 0, []
    for seed in range(10):
        diary, truth = invented(Plan(driver="felt", clock_hours=HOURS, seed=seed))
        assert truth.peak is not None
        alone = fit_ignorable(diary, PRIORS)
        fit = fit_joint(diary, PRIORS, near=alone.points.mode)
        found = contrasts.peak(fit, 1.0)
        off.append(found.value - truth.peak)
        covered += found.quantile(0.025) <= truth.peak <= found.quantile(0.975)
        ignorable.append(alone.effect.value - truth.peak)
    assert abs(np.mean(off)) < 0.15 and covered >= 7
    assert np.mean(ignorable) > 0.3, "what the model of the doses is there for"


# --- when there is no mode


def test_a_point_without_a_mode_has_no_density(monkeypatch: pytest.MonkeyPatch) -> None:
    model = JointModel(by_clock(days=35), PRIORS)
    assert np.isfinite(model.evaluate(model.start[None])[0]).all()
    monkeypatch.setattr(joint, "NEWTON_TOLERANCE", 0.0)
    assert model.evaluate(model.start[None])[0][0] == -np.inf


def test_a_fit_without_modes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "NEWTON_TOLERANCE", 0.0)
    monkeypatch.setattr(joint, "MOST_STEPS", 1)
    with pytest.raises(FloatingPointError, match="cannot be computed"):
        fit_joint(by_clock(days=35), PRIORS)


def test_an_answer_that_rests_on_one_point_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "integrate", lambda *given: replace(integrate(*given), ess=1.0))
    with pytest.raises(FloatingPointError, match="one point"):
        fit_joint(by_clock(days=35), PRIORS)
