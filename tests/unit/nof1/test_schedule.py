"""Habits of dosing and of writing down: doses by the clock, days without an entry, and the rating that a dose leads to."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

from steelyard.exposure.kinetics import effect_site
from steelyard.nof1 import contrasts, joint
from steelyard.nof1.dosing import SINCE_H, TOGETHER_H, decided, decisions, dosing
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.integrate import integrate
from steelyard.nof1.joint import JointModel, fit_joint
from steelyard.nof1.model import DOSE, PROMPT, Diary
from steelyard.nof1.plan import Plan
from steelyard.nof1.schedule import kept_clear, silent_days, unspoken, usual_times
from steelyard.nof1.simulate import simulate

from ...diaries import PRIORS, diary_of, handmade, invented, only, with_doses

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


# --- days without an entry


def silent_diary(days: int = 40, silent: tuple[int, ...] = (10, 11, 30)) -> Diary:
    """Two ratings and two doses of 1.0 and 0.5 a day, and nothing at all on some days."""
    kept = np.array([day for day in range(days) if day not in silent])
    rating_h = np.sort(np.concatenate([kept * 24 + 9.0, kept * 24 + 21.0]))
    dose_h = np.sort(np.concatenate([kept * 24 + 8.5, kept * 24 + 18.5]))
    made = diary_of(rating_h, np.tile([5.0, 4.0], len(kept)), dose_h, np.tile([1.0, 0.5], len(kept)))
    return replace(made, site=lambda times, amounts: effect_site(times, amounts, 0.5))


def entries(diary: Diary) -> np.ndarray:
    return np.append(diary.rating_h, diary.dose_h)


def test_days_without_any_entry_are_silent_and_days_with_one_are_not() -> None:
    diary = silent_diary()
    assert silent_days(diary, entries(diary)).tolist() == [10, 11, 30]
    assert silent_days(diary, np.append(entries(diary), 11 * 24 + 15.0)).tolist() == [10, 30]
    assert silent_days(diary, np.append(entries(diary), 11 * 24 + 3.0)).tolist() == [11, 30], (
        "before four it is still the day before"
    )


def test_where_ratings_are_rare_a_day_without_an_entry_is_nothing_out_of_the_ordinary() -> None:
    diary = only(silent_diary(), np.arange(74) % 5 == 0)
    assert silent_days(diary, entries(diary)).tolist() == []


def test_on_silent_days_the_usual_doses_are_assumed() -> None:
    """All other days hold 1.0 at half past eight and 0.5 at half past six, so that the curve is that of a diary without a hole."""
    diary = silent_diary()
    whole = silent_diary(silent=())
    filled = unspoken(diary, entries(diary))
    at, half_life = np.arange(0.0, 40 * 24.0, 1.7), np.array([2.0, 8.0])
    np.testing.assert_allclose(filled.exposure(at)(half_life), whole.exposure(at)(half_life), atol=1e-12)
    assert not np.allclose(diary.exposure(at)(half_life), whole.exposure(at)(half_life))
    np.testing.assert_array_equal(filled.dose_h, diary.dose_h)


def test_who_has_stopped_is_given_nothing_on_a_silent_day() -> None:
    diary = silent_diary(days=80, silent=(10, 60))
    stopped = with_doses(diary, diary.dose_h[diary.dose_h < 40 * 24.0], diary.dose[diary.dose_h < 40 * 24.0])
    filled = unspoken(stopped, entries(stopped))
    assert filled.silent.tolist() == [10, 60]
    at, half_life = np.array([10 * 24 + 10.0, 60 * 24 + 10.0]), np.array([4.0])
    while_taking, after = filled.exposure(at)(half_life)[0] - stopped.exposure(at)(half_life)[0]
    assert while_taking > 0.5 and after == 0.0


def test_usual_doses_come_at_the_clock_of_the_zone_then_in_force() -> None:
    diary = silent_diary()
    later = diary.dose_h - np.where(diary.dose_h > 480.0, 2.0, 0.0)
    rated = diary.rating_h - np.where(diary.rating_h > 480.0, 2.0, 0.0)
    moved = replace(
        with_doses(replace(diary, rating_h=rated), later, diary.dose),
        zone_from_h=np.array([0.0, 480.0]),
        zone_offset_h=np.array([0.0, 2.0]),
    )
    filled = unspoken(moved, entries(moved))
    at = np.array([30 * 24 + 6.4, 30 * 24 + 7.0])  # half past eight of that clock is half past six of the diary's hours
    before, after = filled.exposure(at)(np.array([3.0]))[0] - moved.exposure(at)(np.array([3.0]))[0]
    assert before == pytest.approx(0.0, abs=1e-2) and after > 0.3


def test_plausible_other_amounts_get_the_usual_doses_too() -> None:
    diary = replace(silent_diary(), redrawn=(silent_diary().exposure,))
    filled = unspoken(diary, entries(diary))
    at, half_life = np.array([250.0, 260.0]), np.array([4.0])
    np.testing.assert_allclose(filled.redrawn[0](at)(half_life), filled.exposure(at)(half_life))


def test_a_diary_without_holes_or_without_doses_is_left_alone() -> None:
    whole = silent_diary(silent=())
    assert unspoken(whole, entries(whole)) is whole
    none = replace(silent_diary(), dose_h=np.empty(0), dose=np.empty(0))
    assert unspoken(none, none.rating_h) is none


def test_silent_days_say_nothing_about_why_doses_are_taken() -> None:
    diary, _ = invented(Plan(days=40, silent_days=0.3, seed=4))
    with_site = replace(diary, site=lambda times, amounts: effect_site(times, amounts, 0.5))
    filled = unspoken(with_site, entries(diary))
    assert len(filled.silent) > 5
    assert not np.isin(filled.day(dosing(filled).cell_h), filled.silent).any()
    assert np.isin(filled.day(dosing(diary).cell_h), filled.silent).any()


# --- the rating that a dose leads to


def test_the_rating_asked_for_by_a_dose_is_no_reason_for_it() -> None:
    plain = invented(Plan(days=40, driver="recorded", seed=2))[0]
    asked = plain.dose_h[5:] - 1 / 30  # two minutes before each dose
    rating_h, order = np.append(plain.rating_h, asked), np.argsort(np.append(plain.rating_h, asked), kind="stable")
    told = np.append(np.full(len(plain.rating), PROMPT), np.full(len(asked), DOSE))[order]
    rating = np.append(plain.rating, np.full(len(asked), 9.0))[order]
    with_asked = replace(plain, rating_h=rating_h[order], rating=rating, occasion=told)
    before, after = dosing(plain), dosing(with_asked)
    shift = with_asked.rating.mean() - plain.rating.mean()
    np.testing.assert_allclose(after.dose_features[0][:5], before.dose_features[0][:5] - shift)
    last = rating_h[order][np.searchsorted(rating_h[order], after.dose_h, side="right") - 1]
    assert (after.dose_h - last < 0.1).mean() > 0.9, "such a rating stands right before the doses"
    written = with_asked.rating[with_asked.occasion == PROMPT] - with_asked.rating.mean()
    assert np.isin(after.dose_features[0].round(9), np.append(written, [9.0 - with_asked.rating.mean(), 0.0]).round(9)).all()
    unknown = dosing(replace(with_asked, occasion=np.empty(0, np.intp)))
    assert (unknown.dose_features[0] == 9.0 - with_asked.rating.mean()).mean() > 0.9, "where it is not told, a rating counts"


def test_a_rating_of_the_very_minute_of_a_dose_is_no_reason_for_it() -> None:
    diary = handmade(days=30)
    at_dose = replace(
        diary,
        rating_h=np.sort(np.append(diary.rating_h, diary.dose_h)),
        rating=np.append(diary.rating, np.full(len(diary.dose_h), 9.5))[
            np.argsort(np.append(diary.rating_h, diary.dose_h), kind="stable")
        ],
    )
    cut = dosing(at_dose)
    own = np.interp(cut.dose_h, at_dose.rating_h, np.arange(len(at_dose.rating_h))).round().astype(int)
    assert np.allclose(at_dose.rating_h[own], cut.dose_h)
    previous = at_dose.rating[np.maximum(own - 1, 0)] - at_dose.rating.mean()
    np.testing.assert_allclose(cut.dose_features[0][own > 0], previous[own > 0])


@pytest.mark.parametrize("driver", ["felt", "recorded"])
def test_asking_at_each_dose_does_not_bend_the_answer(driver: str) -> None:
    """What the app asks for: a rating right before each dose. Bounds as above."""
    off, covered = [], 0
    for seed in range(6):
        plan = Plan(days=120, driver=driver, rating_at_dose=True, seed=seed)  # type: ignore[arg-type]
        said = simulate(plan)
        diary, truth = invented(plan)
        diary = replace(diary, occasion=np.where(said.asked_by_dose, DOSE, PROMPT))
        assert truth.as_taken is not None
        found = contrasts.as_taken(fit_joint(diary, PRIORS, near=fit_ignorable(diary, PRIORS).points.mode))
        off.append(found.value - truth.as_taken)
        covered += found.quantile(0.025) <= truth.as_taken <= found.quantile(0.975)
    assert abs(np.mean(off)) < 0.3 and covered >= 4


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
