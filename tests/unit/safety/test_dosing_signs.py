from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import theilslopes

from steelyard.records.model import Scale
from steelyard.safety.daily import dose_log, weeks
from steelyard.safety.dosing_signs import _slopes, after_waking, amount_rising, at_night, doses_rising, same_relief
from steelyard.safety.look import Look, clock

from .diaries import Line, context, dose, instruments, journal, knowledge, moment, product, rating, side_effect


def look(*lines: Line, scale: str = "pain", substance: str = "kratom", now: float = 400) -> Look:
    kept = journal(*lines)
    log = dose_log(kept, substance, moment(now))
    return Look(
        journal=kept,
        log=log,
        weeks=weeks(log.days, 4),
        scale=knowledge().scales[scale],
        knowledge=knowledge(),
        instruments=instruments(),
        now=moment(now),
    )


def week_by_week(*amounts: float, doses: int = 1) -> list[Line]:
    """One amount a day for each of these weeks, taken in so many doses."""
    hours = [8 + 3 * number for number in range(doses)]
    return [dose(7 * n + d, hour, amount / doses) for n, amount in enumerate(amounts) for d in range(7) for hour in hours]


# A straight line of 0.7 g more each week is 3 g more in 30 days, whichever two weeks are joined.
RISING = [2 + 0.7 * n for n in range(12)]


def test_a_straight_rise_is_found_with_its_slope() -> None:
    sign = amount_rising(look(*week_by_week(*RISING)))
    assert sign.seen is True
    assert (sign.value, sign.low, sign.high) == pytest.approx((3.0, 3.0, 3.0))
    assert sign.unit == "g a day in 30 days"
    assert sign.sure == "moderate"
    assert "5.85 g a day" in sign.what  # the median of 2.0, 2.7, ... 9.7


def test_one_wild_week_does_not_make_a_rise() -> None:
    sign = amount_rising(look(*week_by_week(3, 3, 3, 3, 3, 30)))
    assert sign.seen is False
    assert sign.value == 0
    assert "changed by 0 (" in sign.what


def test_a_rise_too_small_to_matter_is_not_named() -> None:
    """0.1 g more each week on 100 g is 0.43 % in 30 days; the convention is 10 %."""
    sign = amount_rising(look(*week_by_week(*[100 + 0.1 * n for n in range(12)])))
    assert sign.low is not None and sign.low > 0
    assert sign.seen is False


def test_a_taper_is_not_a_rise() -> None:
    sign = amount_rising(look(*week_by_week(*reversed(RISING))))
    assert (sign.seen, sign.value) == (False, pytest.approx(-3.0))


def test_five_weeks_are_too_few() -> None:
    sign = amount_rising(look(*week_by_week(1, 2, 3, 4, 5)))
    assert sign.seen is None
    assert sign.missing[0].startswith("at least 6 weeks with entries on 4 days")


def test_a_short_journal_is_less_sure_than_a_long_one() -> None:
    assert amount_rising(look(*week_by_week(*RISING[:7]))).sure == "low"


def test_what_makes_amounts_less_sure_is_named() -> None:
    lines = [product("a", "leaf_powder"), product("b", "extract"), *week_by_week(*RISING)]
    lines += [dose(0, 20, None), dose(1, 20, 1, product="a"), dose(2, 20, 1, product="b"), dose(90, 8)]
    sign = amount_rising(look(*lines))
    assert sign.sure == "low"
    assert [words.split()[0] for words in sign.missing] == ["the", "one", "6"]
    assert "the amount of 1 doses" in sign.missing
    assert "extract, leaf_powder" in sign.missing[1]
    assert sign.missing[2] == "6 days on which nothing was written down"  # days 84 to 89


def test_doses_a_day_are_counted_apart_from_grams_and_cite_what_is_known_of_them() -> None:
    """From 1 to 3 doses a day, the grams of a day unchanged."""
    lines = [line for n in range(12) for line in _shifted(week_by_week(6, doses=1 + n // 4), 7 * n)]
    sign = doses_rising(look(*lines))
    assert sign.seen is True
    assert "kratom.frequency_over_amount" in sign.facts
    assert knowledge().facts["kratom.frequency_over_amount"].row == "DE03"
    assert amount_rising(look(*lines)).seen is False


def test_doses_of_a_substance_without_facts_cite_none_about_it() -> None:
    lines = [line | {"substance": "leaf"} for line in week_by_week(*RISING)]
    assert doses_rising(look(*lines, substance="leaf")).facts == ("dependence.notable_rise",)


def _shifted(lines: list[Line], days: int) -> list[Line]:
    return [dose(days + n // _per_day(lines), line_hour(line), line["amount"]) for n, line in enumerate(lines)]


def _per_day(lines: list[Line]) -> int:
    return len(lines) // 7


def line_hour(line: Line) -> float:
    return float(line["time"][11:13])


def rated_weekly(values: list[float], scale: str = "pain") -> list[Line]:
    return [rating(7 * n + 3, 15, value, scale) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ([5.0] * 12, True),  # the same pain
        ([2 + 0.2 * n for n in range(12)], True),  # more pain
        ([8 - 0.5 * n for n in range(12)], False),  # less and less pain: the rise may help
    ],
)
def test_more_for_the_same_rating(values: list[float], seen: bool) -> None:
    sign = same_relief(look(*week_by_week(*RISING), *rated_weekly(values)))
    assert sign.seen is seen
    assert "more a day than before" in sign.what
    assert sign.sure == "low"


def test_on_a_scale_where_more_is_better_a_fall_is_worse() -> None:
    values = [8 - 0.5 * n for n in range(12)]  # 0.5 points worse each week are 15 / 7 in 30 days
    sign = same_relief(look(*week_by_week(*RISING), *rated_weekly(values, "mood"), scale="mood"))
    assert sign.seen is True
    assert (sign.value, sign.low, sign.high) == pytest.approx((15 / 7, 15 / 7, 15 / 7))


def test_without_a_rise_there_is_no_more_for_the_same() -> None:
    sign = same_relief(look(*week_by_week(*[4.0] * 12), *rated_weekly([5.0] * 12)))
    assert sign.seen is False
    assert "did not clearly rise" in sign.what


def test_without_ratings_it_cannot_be_told() -> None:
    assert same_relief(look(*week_by_week(*RISING))).seen is None


def test_doses_near_the_waking_time_written_down() -> None:
    """Woken at 6:30 each day, first dose at 7:15 on 6 of 8 days and at noon on the others."""
    lines = [context(d, "wake", 6.5) for d in range(8)] + [dose(d, 7.25 if d < 6 else 12) for d in range(8)]
    sign = after_waking(look(*lines))
    assert (sign.seen, sign.value, sign.sure, sign.missing) == (True, 75.0, "low", ())
    assert "6 of 8 days (75 %) a dose fell within 1 h of 06:30" in sign.what


@pytest.mark.parametrize(
    ("hour", "near"), [(5.75, False), (6.0, True), (7.0, True), (8.0, True), (8.25, False), (19.0, False), (20.0, False)]
)
def test_near_is_within_an_hour_on_either_side(hour: float, near: bool) -> None:
    """Woken at 7 on just as many days as are needed."""
    sign = after_waking(look(*(context(d, "woke_up", 7) for d in range(7)), *(dose(d, hour) for d in range(7))))
    assert sign.value == (100.0 if near else 0.0)


def test_seven_days_of_entries_are_enough_to_stand_in_for_waking_and_six_are_not() -> None:
    for days, known in ((6, False), (7, True)):
        lines = [line for d in range(days) for line in (rating(d, 7, 5), dose(d, 7.5))]
        assert (after_waking(look(*lines)).seen is not None) == known


def test_waking_late_at_night_is_near_a_dose_after_midnight() -> None:
    lines = [context(d, "waking", 23.75) for d in range(8)] + [dose(d, 0.25) for d in range(8)]
    assert after_waking(look(*lines)).value == 100.0


def test_without_waking_times_the_first_entry_that_is_no_dose_stands_in() -> None:
    """Entries at 2 o'clock are of the night before."""
    lines = (
        [rating(d, 2, 5) for d in range(8)]
        + [rating(d, 9, 5) for d in range(8)]
        + [side_effect(d, 8, "nausea") for d in range(4)]
    )
    sign = after_waking(look(*lines, *(dose(d, 13) for d in range(8))))
    assert (sign.seen, sign.value, sign.sure, sign.missing) == (False, 0.0, "very low", ("waking times",))
    assert "08:30" in sign.what  # the median of four at 8 and four at 9


def test_without_either_the_waking_time_is_not_known() -> None:
    assert after_waking(look(*(dose(d, 7) for d in range(30)))).seen is None
    assert after_waking(look(*(context(d, "wake", 7) for d in range(6)))).seen is None
    only_today = [rating(0, hour, 5) for hour in (6, 7)]
    assert after_waking(look(*only_today, now=0.5)).seen is None


@pytest.mark.parametrize(("nights", "seen"), [(0, False), (1, True), (3, True)])
def test_doses_at_night(nights: int, seen: bool) -> None:
    """10 % of the days is the convention; 5 o'clock itself is morning."""
    sign = at_night(look(*(dose(d, 3 if d < nights else 5) for d in range(10))))
    assert (sign.seen, sign.value) == (seen, 10.0 * nights)


def test_without_a_full_day_nights_cannot_be_told() -> None:
    assert at_night(look()).seen is None


def test_the_clock_is_the_one_the_time_was_written_with() -> None:
    assert clock(moment(0, 7.5)) == 7.5


def test_a_missing_figure_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match=r"dependence\.night needs value"):
        look().figure("night")


def test_a_scale_of_the_journals_own_is_used_as_it_is() -> None:
    own = Scale(id="stiffness", family="bounded", low=0, high=10, worse_is_up=True)
    seen = replace(look(*week_by_week(*RISING)), scale=own)
    assert same_relief(seen).title == "more taken for the same stiffness"


@pytest.mark.parametrize("weeks_known", [3, 6, 26])
@pytest.mark.parametrize("digits", [0, 3], ids=["with values alike", "all different"])
def test_slopes_are_those_of_the_library_that_is_too_slow_to_load(weeks_known: int, digits: int) -> None:
    rng = np.random.default_rng(weeks_known)
    day = np.cumsum(7.0 * rng.integers(1, 3, weeks_known))
    value = rng.normal(3, 1, weeks_known).round(digits)
    slope, _, low, high = theilslopes(value, day)
    assert _slopes(day, value) == pytest.approx((low, slope, high))
