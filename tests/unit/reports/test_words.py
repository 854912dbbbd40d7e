"""The words must never say less where it is more, nor claim a certainty the numbers do not hold."""

from typing import get_args

import pytest

from steelyard.findings.model import Amount, Certainty, Contrast, Estimator, Level, Severity, Subject, Verdict, Worthwhile
from steelyard.reports import words

PAIN = Subject("kratom", "pain", worse_is_up=True)
MOOD = Subject("kratom", "mood", worse_is_up=False)
HALF_BEST = "How long one dose stays above half its best"


def peak(value: float, low: float, high: float, unit: str = "points", name: str = "peak") -> Contrast:
    return Contrast(name, value, low, high, unit)


@pytest.mark.parametrize(
    ("subject", "value", "said"),
    [
        (PAIN, -0.9, "0.9 points less pain"),
        (PAIN, 0.9, "0.9 points more pain"),
        (MOOD, 0.9, "0.9 points better mood"),
        (MOOD, -0.9, "0.9 points worse mood"),
        (PAIN, 0.0, "no change"),
        (PAIN, -0.002, "no change"),
        (PAIN, -0.05, "0.05 points less pain"),
    ],
)
def test_the_side_follows_the_direction_of_the_scale(subject: Subject, value: float, said: str) -> None:
    assert words.best(peak(value, value - 1, value + 1), subject) == said


@pytest.mark.parametrize(
    ("subject", "low", "high", "said"),
    [
        (PAIN, -1.3, -0.7, "between 0.7 and 1.3 points less pain"),
        (PAIN, 0.7, 1.3, "between 0.7 and 1.3 points more pain"),
        (MOOD, -1.3, -0.7, "between 0.7 and 1.3 points worse mood"),
        (PAIN, -1.3, 0.2, "between 0.2 points more pain and 1.3 points less pain"),
        (MOOD, -0.2, 1.3, "between 0.2 points worse mood and 1.3 points better mood"),
        (PAIN, -1.3, 0.001, "between no change and 1.3 points less pain"),
        (PAIN, -1.3, -0.001, "between no change and 1.3 points less pain"),
        (PAIN, 0.0, 0.0, "between no change and no change"),
    ],
)
def test_an_interval_names_both_of_its_sides(subject: Subject, low: float, high: float, said: str) -> None:
    assert words.between(peak((low + high) / 2, low, high), subject) == said


@pytest.mark.parametrize(
    ("subject", "low", "high", "said"),
    [
        (PAIN, -1.18, -0.66, "0.7 to 1.2"),
        (PAIN, -0.24, 0.14, "0.1 more to 0.2 less"),
        (MOOD, -0.14, 0.24, "0.1 worse to 0.2 better"),
        (MOOD, 0.66, 1.18, "0.7 to 1.2"),
    ],
)
def test_the_short_interval_never_needs_a_sign(subject: Subject, low: float, high: float, said: str) -> None:
    assert words.reach(Estimator("raw", 0.0, low, high, "points", "nothing"), subject) == said


def test_times_have_no_side() -> None:
    duration = peak(5.1, 3.0, 8.24, "h", "duration")
    assert words.best(duration, PAIN) == "5.1 hours"
    assert words.between(duration, PAIN) == "between 3.0 and 8.2 hours"


@pytest.mark.parametrize(("subject", "growing"), [(PAIN, -0.2), (MOOD, 0.2)])
def test_tolerance_is_about_the_relief_not_the_outcome(subject: Subject, growing: float) -> None:
    unit = "points per 30 days"
    assert words.best(peak(growing, -1, 1, unit, "tolerance"), subject) == "0.2 points more relief per 30 days"
    assert words.best(peak(-growing, -1, 1, unit, "tolerance"), subject) == "0.2 points less relief per 30 days"


@pytest.mark.parametrize(
    ("size", "said"), [(0.9213456789, "0.9"), (0.05, "0.05"), (12.345, "12.3"), (123.4, "123"), (0.0, "0.00"), (99.96, "100")]
)
def test_numbers_have_the_decimals_a_person_can_use(size: float, said: str) -> None:
    assert words.number(size) == said


@pytest.mark.parametrize(
    ("probability", "said"), [(1.0, "over 99 %"), (0.9951, "over 99 %"), (0.55, "55 %"), (0.0, "under 1 %"), (0.95, "95 %")]
)
def test_a_probability_is_never_called_certain(probability: float, said: str) -> None:
    assert words.percent(probability) == said


def test_chances_name_the_smallest_change_worth_having() -> None:
    contrast = Contrast("peak", -0.9, -1.2, -0.6, "points", None, 0.999, 0.27)
    said = words.chances(contrast, Worthwhile(1.0, "points", "someone"))
    assert said == "Chance of any relief: over 99 %. Chance that it is worth having (1 point or more): 27 %."
    assert words.chances(peak(0, 0, 0), None) == ""


@pytest.mark.parametrize(
    ("contrast", "said"),
    [
        (Contrast("peak", 0, 0, 0, "points", Amount(3.0, "g")), "At its strongest, after one dose of 3 g"),
        (Contrast("peak", 0, 0, 0, "points", Amount(1.0, "dose")), "At its strongest, after one usual dose"),
        (Contrast("peak", 0, 0, 0, "points"), "At its strongest, after one usual dose"),
        (Contrast("duration", 0, 0, 0, "h"), HALF_BEST),
        (Contrast("something_new", 0, 0, 0, "points"), "Something new"),
    ],
)
def test_every_contrast_has_a_label(contrast: Contrast, said: str) -> None:
    assert words.label(contrast) == said


def test_every_value_of_every_closed_list_has_its_words() -> None:
    assert set(words.VERDICT) == set(words.VERDICT_MEANS) == set(get_args(Verdict))
    assert set(words.CERTAINTY) == set(words.CERTAINTY_STEPS) == set(get_args(Certainty))
    assert set(words.LEVEL) == set(get_args(Level))
    assert set(words.SEVERITY) == set(get_args(Severity))
    names = set(get_args(Estimator.__annotations__["name"]))
    assert set(words.ESTIMATOR) == set(words.ESTIMATOR_LONG) == names


def test_verdicts_are_told_apart_by_their_first_words() -> None:
    assert len(set(words.VERDICT.values())) == len(words.VERDICT)


@pytest.mark.parametrize(("moment", "said"), [("2026-03-01T08:10:00-06:00", "1 Mar 2026"), ("2026-12-31", "31 Dec 2026")])
def test_days_are_written_out(moment: str, said: str) -> None:
    assert words.day(moment) == said


def test_counts_agree_with_their_nouns() -> None:
    assert words.count(1, "dose") == "1 dose"
    assert words.count(1204, "rating") == "1,204 ratings"
