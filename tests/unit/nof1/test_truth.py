"""The true curve of a simulated dose, against closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.nof1.truth import Curve, effect_curve, hours_above, lowest, with_rebound

ONE_RATE = effect_curve(0.5, (8.0,), (1.0,))
TWO_RATES = effect_curve(0.5, (8.0, 24.0), (0.8, 0.2))
MINUTES = np.arange(0, 21 * 24 * 60) / 60


def test_the_peak_of_one_rate_is_1_at_the_time_of_the_closed_form() -> None:
    absorption, effect = np.log(2) / 0.5, np.log(2) / 8.0
    peak_h = np.log(absorption / effect) / (absorption - effect)
    assert ONE_RATE.at(np.array([peak_h]))[0] == pytest.approx(1.0, abs=1e-12)
    assert ONE_RATE.at(np.array([peak_h - 0.01, peak_h + 0.01])).max() < 1


@pytest.mark.parametrize("curve", [ONE_RATE, TWO_RATES])
def test_a_dose_does_nothing_before_it_is_taken_and_never_more_than_its_peak(curve: Curve) -> None:
    assert curve.at(np.array([-100.0, -0.1, 0.0])) == pytest.approx(np.zeros(3), abs=1e-12)
    effect = curve.at(MINUTES)
    assert effect.min() >= -1e-12
    assert effect.max() == pytest.approx(1.0, abs=1e-4)
    assert np.all(np.diff(effect[effect.argmax() :]) <= 0)


@pytest.mark.parametrize(("curve", "half_life_h"), [(ONE_RATE, 8.0), (TWO_RATES, 24.0)])
def test_the_tail_halves_at_the_slowest_half_life(curve: Curve, half_life_h: float) -> None:
    late = curve.at(np.array([400.0, 400.0 + half_life_h]))
    assert late[1] / late[0] == pytest.approx(0.5, rel=1e-3)


def test_the_slow_share_leaves_more_after_a_day() -> None:
    next_day = np.array([24.0])
    assert TWO_RATES.at(next_day)[0] > 1.5 * ONE_RATE.at(next_day)[0]


def test_without_a_slow_share_two_rates_are_one() -> None:
    curve = effect_curve(0.5, (8.0, 24.0), (1.0, 0.0))
    assert curve.at(MINUTES) == pytest.approx(ONE_RATE.at(MINUTES), abs=1e-12)


@pytest.mark.parametrize("curve", [ONE_RATE, TWO_RATES])
def test_the_area_is_the_integral(curve: Curve) -> None:
    assert curve.area_h == pytest.approx(float(np.trapezoid(curve.at(MINUTES), MINUTES)), rel=1e-4)


@pytest.mark.parametrize("curve", [ONE_RATE, TWO_RATES])
def test_hours_above_half_are_the_minutes_counted(curve: Curve) -> None:
    assert hours_above(curve, 0.5) == pytest.approx(np.count_nonzero(curve.at(MINUTES) > 0.5) / 60, abs=2 / 60)


def test_a_dose_absorbed_at_once_is_above_half_for_one_half_life() -> None:
    assert hours_above(effect_curve(1e-5, (8.0,), (1.0,)), 0.5) == pytest.approx(8.0, rel=1e-3)


@settings(deadline=None, max_examples=60)
@given(
    absorption=st.floats(0.01, 3.0),
    slower=st.floats(1.01, 100.0),
    slower_still=st.floats(1.01, 20.0),
    slow_share=st.floats(0.0, 1.0),
)
def test_any_curve_peaks_at_1_and_its_duration_holds_the_peak(
    absorption: float, slower: float, slower_still: float, slow_share: float
) -> None:
    fast = absorption * slower
    curve = effect_curve(absorption, (fast, fast * slower_still), (1 - slow_share, slow_share))
    hours = np.linspace(0, 12 * absorption + 4 * fast, 20_001)
    assert curve.at(hours).max() == pytest.approx(1.0, abs=2e-3)
    assert curve.at(hours).max() <= 1 + 1e-9
    assert hours_above(curve, 0.5) > 0


@pytest.mark.parametrize(("absorption", "effect"), [(8.0, 0.5), (0.5, 0.5), (0.0, 8.0), (-1.0, 8.0)])
def test_fading_that_is_not_slower_than_absorption_is_refused(absorption: float, effect: float) -> None:
    with pytest.raises(ValueError, match="effect half-lives: expected longer"):
        effect_curve(absorption, (effect,), (1.0,))


# --- a rebound


REBOUND = with_rebound(effect_curve(0.5, (4.0,), (1.0,)), 0.6, 4.0, 10.0)


def test_a_rebound_is_the_effect_less_a_later_and_slower_curve_scaled_to_its_peak() -> None:
    own, later = 0.5 ** (MINUTES / 4) - 0.5 ** (MINUTES / 0.5), 0.5 ** (MINUTES / 10) - 0.5 ** (MINUTES / 4)
    together = own / own.max() - 0.6 * later / later.max()
    assert REBOUND.at(MINUTES) == pytest.approx(together / together.max(), abs=1e-4)
    assert lowest(REBOUND) == pytest.approx(together.min() / together.max(), abs=1e-4)
    assert REBOUND.at(np.array([0.0]))[0] == pytest.approx(0.0, abs=1e-12)


def test_the_area_of_a_rebound_counts_against_that_of_the_effect() -> None:
    assert REBOUND.area_h == pytest.approx(float(np.trapezoid(REBOUND.at(MINUTES), MINUTES)), rel=1e-3)


def test_without_a_rebound_a_curve_never_falls_below_nothing() -> None:
    assert lowest(TWO_RATES) == 0.0


def test_a_rebound_that_fades_sooner_than_it_comes_is_refused() -> None:
    with pytest.raises(ValueError, match="half-lives"):
        with_rebound(ONE_RATE, 0.5, 8.0, 6.0)


@pytest.mark.parametrize("level", [0.2, 0.8])
def test_hours_above_any_level_are_the_minutes_counted(level: float) -> None:
    assert hours_above(TWO_RATES, level) == pytest.approx(np.count_nonzero(TWO_RATES.at(MINUTES) > level) / 60, abs=2 / 60)
