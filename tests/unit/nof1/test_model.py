"""The columns of the rating model, term by term, and the small readings of a diary."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import trapezoid

from steelyard.nof1.model import FIRST_CAUSE, MOST_WAVES, SLOWEST_WAVE_H, Known, Priors, Sessions, columns, slow_waves

from ...diaries import PRIORS, diary_of, handmade

NONE = np.empty(0)


# --- the diary


def test_span_and_scale() -> None:
    diary = replace(handmade(), low=-5.0, high=15.0)
    assert diary.span_h == diary.rating_h.max() - diary.rating_h.min()
    assert (diary.points, diary.middle) == (2.0, 5.0)
    assert diary_of(NONE, NONE, NONE, NONE).span_h == 0
    assert diary_of([30.0], [5.0], NONE, NONE).span_h == 0


def test_the_clock_follows_the_zone() -> None:
    moved = replace(handmade(), zone_from_h=np.array([0.0, 100.0]), zone_offset_h=np.array([0.0, 8.0]))
    np.testing.assert_allclose(moved.clock_h(np.array([-1.0, 5.0, 49.5, 99.0, 100.0, 113.0])), [23.0, 5.0, 1.5, 3.0, 12.0, 1.0])


def test_the_clock_before_the_first_known_zone_is_that_zone() -> None:
    late = replace(handmade(), zone_from_h=np.array([50.0, 80.0]), zone_offset_h=np.array([2.0, 3.0]))
    np.testing.assert_allclose(late.clock_h(np.array([10.0, 60.0, 90.0])), [12.0, 14.0, 21.0])


# --- the priors


def test_hyperparameters_come_in_the_order_they_are_named_in() -> None:
    priors = Priors((4.0, 0.56), tau_h=(30.0, 1.1), sd=(1.2, 0.7), noise=(0.5, 0.6), slow=(0.3, 0.9))
    mean, spread = priors.hyper(points=1.0)
    np.testing.assert_allclose(np.exp(mean), [30.0, 1.2, 0.5, 4.0, 0.3])
    np.testing.assert_allclose(spread, [1.1, 0.7, 0.6, 0.56, 0.9])


def test_only_what_is_measured_on_the_scale_grows_with_the_scale() -> None:
    tenfold = np.exp(PRIORS.hyper(10.0)[0] - PRIORS.hyper(1.0)[0])
    np.testing.assert_allclose(tenfold, [1, 10, 10, 1, 10])
    np.testing.assert_array_equal(PRIORS.hyper(10.0)[1], PRIORS.hyper(1.0)[1])


# --- the columns


def test_columns_are_named_and_sized() -> None:
    diary = handmade(days=90)
    got = columns(diary, diary.rating_h, PRIORS)
    waves = int(diary.span_h // SLOWEST_WAVE_H)
    assert got.names == ("level", "cos24", "sin24", "cos12", "sin12", "physiotherapy", *["slow"] * waves)
    assert got.fixed.shape == (len(got.names), len(diary.rating))
    assert got.spread.shape == (len(got.names),)
    assert got.names[got.waves] == ("slow",) * waves


def test_the_daily_rhythm_is_two_harmonics_of_the_local_clock() -> None:
    diary = replace(handmade(), zone_offset_h=np.array([6.0]))
    fixed = columns(diary, np.array([0.0, 3.0, 12.0]), PRIORS).fixed
    np.testing.assert_allclose(fixed[1], [0, -np.sqrt(0.5), 0], atol=1e-12)  # 6, 9 and 18 o'clock
    np.testing.assert_allclose(fixed[2], [1, np.sqrt(0.5), -1], atol=1e-12)
    np.testing.assert_allclose(fixed[3], [-1, 0, -1], atol=1e-12)
    np.testing.assert_allclose(fixed[4], [0, -1, 0], atol=1e-12)


def test_sessions_add_up_and_fade_by_their_own_time() -> None:
    diary = replace(handmade(), sessions=(Sessions("cbt", np.array([10.0, 20.0]), 5.0), Sessions("heat", np.array([0.0]), 1.0)))
    got = columns(diary, np.array([9.0, 10.0, 15.0, 25.0]), PRIORS)
    e = np.exp(-1.0)
    np.testing.assert_allclose(got.fixed[got.names.index("cbt")], [0, 1, e, e + e**3])
    np.testing.assert_allclose(got.fixed[got.names.index("heat")], np.exp(-np.array([9.0, 10.0, 15.0, 25.0])))


def test_other_causes_come_after_the_sessions_with_the_same_prior() -> None:
    diary = replace(handmade(), known=(Known("illness", lambda t: np.where((t > 10) & (t < 20), 1.0, 0.0)),))
    got = columns(diary, np.array([5.0, 15.0, 25.0]), PRIORS)
    assert got.names[FIRST_CAUSE : FIRST_CAUSE + 2] == ("physiotherapy", "illness")
    assert got.fixed[FIRST_CAUSE + 1].tolist() == [0.0, 1.0, 0.0]
    assert got.spread[FIRST_CAUSE] == got.spread[FIRST_CAUSE + 1] == PRIORS.session_sd


def test_prior_spreads_are_in_tenths_of_the_scale_but_for_the_slow_waves() -> None:
    diary = handmade(days=90)
    plain, wide = columns(diary, diary.rating_h, PRIORS), columns(replace(diary, high=100.0), diary.rating_h, PRIORS)
    assert plain.spread[: plain.waves.start].tolist() == [5.0, 1.0, 1.0, 1.0, 1.0, 2.0]
    np.testing.assert_allclose(wide.spread[: plain.waves.start] / plain.spread[: plain.waves.start], 10.0)
    np.testing.assert_array_equal(wide.spread[plain.waves], np.ones(plain.waves.stop - plain.waves.start))


@pytest.mark.parametrize(("days", "count"), [(27, 0), (29, 1), (57, 2), (180, 6), (3650, MOST_WAVES)])
def test_slow_waves_take_at_least_four_weeks_to_turn(days: float, count: int) -> None:
    diary = diary_of([5.0, 5.0 + days * 24], [1.0, 2.0], NONE, NONE)
    assert slow_waves(diary, diary.rating_h).shape == (count, 2)


def test_slow_waves_are_orthogonal_and_begin_with_the_diary() -> None:
    diary = diary_of([500.0, 500.0 + 200 * 24], [1.0, 2.0], NONE, NONE)
    time_h = np.linspace(500.0, 500.0 + 200 * 24, 20001)
    waves = slow_waves(diary, time_h)
    np.testing.assert_allclose(waves[:, 0], waves.max(1))
    gram = trapezoid(waves[:, None] * waves[None], time_h, axis=2)
    np.testing.assert_allclose(gram - np.diag(np.diag(gram)), 0, atol=1e-6 * gram.max())


def test_slow_waves_have_the_spread_of_a_random_walk() -> None:
    # Mean squared distance of a Brownian path of unit rate from its own mean over a span T: T / 6 (units of 30 days).
    months = 60
    diary = diary_of([0.0, months * 30 * 24.0], [1.0, 2.0], NONE, NONE)
    waves = slow_waves(diary, np.linspace(0, months * 30 * 24.0, 4001))
    variance = float((waves**2).sum(0).mean())
    # cosines beyond the ones kept hold a share of 6 / pi^2 times the sum of 1 / j^2 over them
    kept = 6 / np.pi**2 * (1 / np.arange(1.0, MOST_WAVES + 1) ** 2).sum()
    assert variance == pytest.approx(months / 6 * kept, rel=1e-3)
