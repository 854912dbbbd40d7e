"""Worn off by when: from what is assumed, from what a fit learned, and which of the two it is."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from steelyard.exposure.kinetics import unit_curve
from steelyard.findings.felt import FELT_H, Learned, worn, worn_off
from steelyard.findings.model import Contrast
from steelyard.nof1.contrasts import dose_curve
from steelyard.nof1.system import TAIL

from .journals import PRIOR

FAST = replace(PRIOR, absorption_h=1e-6)  # at once there, so that exp(-k t) is the whole curve


def learned(value: float, factor: float) -> Learned:
    return Learned("pain", Contrast("worn_off", value, value / factor, value * factor, "h"))


def test_of_an_effect_that_is_there_at_once_a_fifth_is_left_after_so_many_half_lives() -> None:
    found, _ = worn(FAST, None, 0.2)
    assert found.hours.value == pytest.approx(4 * np.log2(5), rel=0.02)
    assert found.hours.low == pytest.approx(
        1.5 * np.log2(5), rel=0.1
    )  # of the prior's range, 1.5 to 12 h, which is not quite symmetric
    assert found.hours.high == pytest.approx(12 * np.log2(5), rel=0.1)


def test_with_absorption_it_takes_longer() -> None:
    assert worn(PRIOR, None, 0.2)[0].hours.value > worn(FAST, None, 0.2)[0].hours.value + 0.5


def test_less_that_counts_as_left_takes_longer() -> None:
    hours = [worn(PRIOR, None, share)[0].hours.value for share in (0.5, 0.2, 0.1)]
    assert hours == sorted(hours) and hours[0] < hours[2] / 2


def test_chances_rise_with_the_hours_and_agree_with_the_median() -> None:
    found, _ = worn(PRIOR, None, 0.2)
    hours, chances = zip(*found.chances, strict=True)
    assert list(chances) == sorted(chances)
    below = [chance for hour, chance in found.chances if hour < found.hours.value]
    above = [chance for hour, chance in found.chances if hour > found.hours.value]
    assert max(below) < 0.5 < min(above)
    assert all(0.02 <= chance <= 0.98 for chance in chances) and len(hours) >= 3


def test_without_a_fit_nothing_is_called_learned() -> None:
    found, _ = worn(PRIOR, None, 0.2)
    assert (found.outcome, found.informed) == (None, False)


@pytest.mark.parametrize(("factor", "informed"), [(1.2, True), (1.8, True), (2.8, False)])
def test_a_fit_teaches_where_it_is_much_narrower_than_what_was_assumed(factor: float, informed: bool) -> None:
    """The assumed half-life spans a factor of 8, that is 2.83 either way; 0.7 of its log is a factor of 2.07."""
    found, _ = worn(FAST, learned(9.0, factor), 0.2)
    assert (found.outcome, found.informed) == ("pain", informed)


def test_where_the_fitted_curve_ends_is_not_taken_for_an_end_of_the_effect() -> None:
    """A fit whose curve never falls to the share ends at the last hour that is followed, in all draws."""
    never, drawn = worn(PRIOR, learned(95.95, 1.0), 0.2)
    assumed, beforehand = worn(PRIOR, None, 0.2)
    assert never.endless and not never.informed and never.outcome == "pain"
    assert never.hours == assumed.hours and np.array_equal(drawn, beforehand)
    perhaps, curves = worn(PRIOR, learned(60.0, 2.0), 0.2)
    assert perhaps.hours.low == pytest.approx(30.0, rel=0.05) and perhaps.hours.high == np.inf and not perhaps.endless
    assert np.isfinite(curves).all()


def test_what_was_learned_is_what_is_told_and_drawn() -> None:
    found, curves = worn(PRIOR, learned(6.0, 1.5), 0.2)
    assert found.hours.value == pytest.approx(6.0, rel=0.02)
    assert (found.hours.low, found.hours.high) == pytest.approx((4.0, 9.0), rel=0.05)
    middle = np.median(curves, axis=0)
    assert np.interp(6.0, FELT_H, middle) == pytest.approx(0.2, abs=0.01), "the curve that is drawn crosses there too"
    assert curves.max() == pytest.approx(1.0, abs=0.01)


def test_a_convention_is_not_called_held() -> None:
    assert not worn(PRIOR, None, 0.2)[0].held  # that prior is of kind convention
    assert worn(replace(PRIOR, kind="prior"), None, 0.2)[0].held


def reading(half_life_h: float, chance: float) -> Any:
    half_lives = np.full(3, half_life_h)
    fit = SimpleNamespace(half_life_h=half_lives, points=SimpleNamespace(psi=np.zeros((3, TAIL)), weight=np.full(3, 1 / 3)))
    diary = SimpleNamespace(one_dose=lambda after, half: unit_curve(after, 1e-6, half))
    return SimpleNamespace(fit=fit, diary=diary, chance=chance)


def test_a_fit_with_one_half_life_has_worn_off_when_that_half_life_says() -> None:
    assert dose_curve(reading(3.0, 1.0).fit, reading(3.0, 1.0).diary.one_dose, np.array([3.0])) == pytest.approx(0.5, abs=1e-4)
    found = worn_off(SimpleNamespace(readings=(reading(3.0, 1.0),)), 0.2)  # type: ignore[arg-type]
    assert found.value == pytest.approx(3 * np.log2(5), rel=0.01)
    assert found.low == pytest.approx(found.high)


def test_readings_count_by_how_probable_they_are() -> None:
    both = SimpleNamespace(readings=(reading(2.0, 0.75), reading(8.0, 0.25)))
    found = worn_off(both, 0.2)  # type: ignore[arg-type]
    # The mean of the logarithms, a quarter of the way from 2 to 8 h.
    assert found.value == pytest.approx(2 * 4**0.25 * np.log2(5), rel=0.02)
    assert found.low < 2 * np.log2(5) < 8 * np.log2(5) < found.high * 1.2
