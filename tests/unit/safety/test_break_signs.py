from math import sqrt

import pytest

from steelyard.safety.break_signs import answers, complaints_in_breaks, craving_later, difference, outcome_later

from . import diaries
from .diaries import Line, dose, rating, side_effect
from .test_dosing_signs import look


def rated_after(hours: float, values: list[float], scale: str = "pain", start: int = 0) -> list[Line]:
    """A dose on every fourth day, and one rating so many hours after it."""
    return [line for n, value in enumerate(values, start) for line in (dose(4 * n, 8), rating(4 * n, 8 + hours, value, scale))]


def test_difference_of_two_means_with_welchs_interval() -> None:
    """Variances 2.5 and 10 over 5: spread 0.5 + 2; freedom 2.5² / (0.5²/4 + 2²/4) = 5.882; t(0.975, 5.882) = 2.4587."""
    apart, low, high = difference([3, 4, 5, 6, 7], [0, 2, 4, 6, 8])
    assert apart == 1.0
    assert (high - low) / 2 == pytest.approx(2.4587 * sqrt(2.5), rel=1e-3)
    assert (low + high) / 2 == pytest.approx(1.0)


def test_difference_without_spread_has_no_width() -> None:
    assert difference([4, 4], [3, 3]) == (1, 1, 1)


def test_pain_long_after_a_dose_is_compared_with_pain_soon_after_one() -> None:
    lines = [*rated_after(3, [2, 3] * 5), *rated_after(24, [6, 7] * 5, start=10)]
    sign = outcome_later(look(*lines))
    assert sign.seen is True
    assert sign.value == 4.0  # 6.5 against 2.5
    assert sign.sure == "very low"
    assert "10 ratings long after a dose, against 10 soon after one" in sign.what
    assert "doses follow how one feels" in sign.missing[0]


def test_less_pain_long_after_a_dose_is_no_sign() -> None:
    sign = outcome_later(look(*rated_after(3, [6.0] * 8), *rated_after(24, [4.0] * 8, start=8)))
    assert (sign.seen, sign.value, sign.low, sign.high) == (False, -2.0, -2.0, -2.0)


def test_on_a_scale_where_more_is_better_lower_is_worse() -> None:
    lines = [*rated_after(3, [7.0] * 8, "mood"), *rated_after(24, [5.0] * 8, "mood", start=8)]
    sign = outcome_later(look(*lines, scale="mood"))
    assert (sign.name, sign.seen, sign.value) == ("mood_later", True, 2.0)


@pytest.mark.parametrize("hours", [0.5, 7, 80])
def test_ratings_outside_both_windows_are_not_compared(hours: float) -> None:
    lines = [*rated_after(3, [2.0] * 8), *rated_after(hours, [6.0] * 8, start=8)]
    sign = outcome_later(look(*lines))
    assert sign.seen is None
    assert "8 ratings soon after a dose and 0 long after one" in sign.what


def test_a_rating_before_the_first_dose_has_no_hours_since_one() -> None:
    lines = [rating(0, 6, 9), *rated_after(3, [2.0] * 8), *rated_after(24, [2.0] * 8, start=8)]
    assert outcome_later(look(*lines)).value == 0.0


def test_craving_is_looked_at_on_its_own() -> None:
    lines = [*rated_after(2, [1.0] * 8, "craving"), *rated_after(20, [5.0] * 8, "craving", start=8)]
    sign = craving_later(look(*lines))
    assert (sign.name, sign.seen, sign.value) == ("craving_later", True, 4.0)


def daily_with_a_break() -> list[Line]:
    """A dose at 8 on days 0 to 9 and 12 to 19: one break of 72 h, of which 60 h lie 12 to 72 h after the dose."""
    return [dose(day, 8) for day in (*range(10), *range(12, 20))]


def test_complaints_in_breaks_are_counted_per_day() -> None:
    """16 gaps of 24 h have 12 worn-off hours each, the break 60, and the last evening (8 to midnight) 4: 256 h in all.

    There are 19 days and 16 hours from the first dose, 472 h; so 216 h are not in a break.
    """
    lines = [
        *daily_with_a_break(),
        side_effect(10, 12, "sweating"),
        side_effect(11, 1, "restless legs"),
        side_effect(5, 9, "nausea"),
    ]
    sign = complaints_in_breaks(look(*lines))
    assert sign.seen is True
    assert sign.value == pytest.approx(24 * (2 / 256 - 1 / 216), rel=1e-4)
    assert "2 complaints (restless legs, sweating) in 10.7 days" in sign.what
    assert "The longest break between two doses was 72 h." in sign.what


def test_one_complaint_is_too_few_and_more_at_other_times_is_no_sign() -> None:
    one = complaints_in_breaks(look(*daily_with_a_break(), side_effect(10, 12, "sweating")))
    assert (one.seen, one.sure) == (False, "very low")
    often = [side_effect(day, 9, "nausea") for day in range(10)]
    more = complaints_in_breaks(
        look(*daily_with_a_break(), *often, side_effect(10, 12, "sweating"), side_effect(11, 1, "sweating"))
    )
    assert (more.seen, more.sure) == (False, "low")
    none = complaints_in_breaks(look(*daily_with_a_break(), side_effect(3, 9, "nausea"), side_effect(-1, 9, "cough")))
    assert (none.seen, "0 complaints in" in none.what) == (False, True)


def test_a_complaint_of_severity_zero_is_none() -> None:
    lines = [*daily_with_a_break(), side_effect(10, 12, "sweating", 0), side_effect(11, 1, "sweating", 0)]
    sign = complaints_in_breaks(look(*lines))
    assert sign.seen is None
    assert "No complaints are written down" in sign.what


@pytest.mark.parametrize("lines", [[], [dose(0, 8), dose(0, 16), dose(0, 20)]])
def test_without_a_break_it_cannot_be_told(lines: list[Line]) -> None:
    sign = complaints_in_breaks(look(*lines, side_effect(0, 21, "sweating"), now=0.9))
    assert sign.seen is None
    sign = complaints_in_breaks(look(*lines, side_effect(0, 21, "sweating")))
    assert sign.seen is None


def test_answers_are_shown_and_never_judged() -> None:
    lines = [diaries.answers(1, "SDS", [0, 1, 1, 0, 1]), diaries.answers(9, "sds", [1, 2, 2, 1, 3])]
    sign = answers(look(*lines))
    assert (sign.seen, sign.value) == (None, 9.0)
    assert sign.what.startswith("9 of 15, after 3 the first time; there is no validated cut-off for kratom")
    assert "instruments.sds_range" in sign.facts


def test_one_set_of_answers_has_no_course() -> None:
    assert answers(look(diaries.answers(1, "sds", [0, 0, 0, 0, 1]))).what.startswith("1 of 15; there is no")


def test_open_questions_are_told_and_not_filled_in() -> None:
    sign = answers(look(diaries.answers(1, "sds", [0, None, 1, 0, 1])))
    assert (sign.seen, sign.value) == (None, None)
    assert "question 2 left open" in sign.what
    assert answers(look()).what == "The five questions were not answered."
    assert answers(look(diaries.answers(1, "phq9", [0] * 9))).what == "The five questions were not answered."
