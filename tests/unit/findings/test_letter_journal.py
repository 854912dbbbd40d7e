"""What the letter takes from the journal: counts, means and last values, each worked out by hand here."""

from datetime import UTC, date, datetime, timedelta

import pytest

from steelyard.findings.letter_journal import Span, courses, effects, labs, span, taken
from steelyard.records.model import (
    Answers,
    Context,
    Dose,
    Entry,
    Journal,
    Lab,
    Medicine,
    Product,
    Rating,
    Record,
    Scale,
    Session,
    SideEffect,
)

from .journals import knowledge

NOW = datetime(2026, 6, 1, 20, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def journal(*records: Record) -> Journal:
    return Journal(None, records)


def daily(first: int, last: int, amount: float | None = 2.0, **more: str) -> list[Record]:
    """Two doses on each day from so many days ago to so many."""
    times = [ago(day) - timedelta(hours=hour) for day in range(last, first + 1) for hour in (2, 8)]
    return [Dose(time=time, substance="kratom", amount=amount, unit="g", **more) for time in times]  # type: ignore[arg-type]


def of_taken(*records: Record, substances: tuple[str, ...] = ("kratom",)) -> dict[str, str]:
    made = journal(*records)
    return {line.id: line.text for line in taken(made, substances, span(made, NOW), NOW)}


# what is taken


def test_the_amount_a_day_of_late_stands_beside_that_before() -> None:
    """28 full days of 2 x 2 g before today, 28 of 2 x 3 g before those; today is not over and does not count."""
    said = of_taken(*daily(28, 0, 2.0), *daily(56, 29, 3.0))["taken.kratom"]
    assert said == (
        "Kratom: usually 2 g. In 28 days: 56 doses, 4 g a day; in the 28 before: 56 doses, 6 g a day. Last dose on 1 Jun 2026."
    )


def test_days_without_an_entry_are_unknown_and_not_without_a_dose() -> None:
    said = of_taken(*daily(10, 1))["taken.kratom"]
    assert "In 28 days: 20 doses, 4 g a day on 10 days with an entry; in the 28 before: nothing written down." in said


def test_a_day_with_an_entry_and_no_dose_counts_as_one_without() -> None:
    """10 days of 4 g and 10 days of none make 2 g a day."""
    kept = [Context(time=ago(day), kind="stress") for day in range(11, 21)]
    assert "20 doses, 2 g a day on 20 days with an entry" in of_taken(*daily(10, 1), *kept)["taken.kratom"]


def test_an_unknown_amount_is_never_zero() -> None:
    said = of_taken(*daily(5, 1, None))["taken.kratom"]
    assert said.startswith("Kratom: amount not written down.")
    assert "g a day" not in said and "The amount of 10 of 10 doses is not known." in said


def test_the_product_is_described_by_kind_name_and_strength() -> None:
    leaf = Product(id="p", substance="kratom", kind="leaf_powder", label="Green", mitragynine_mg_per_g=14.0)
    other = Product(id="q", substance="kratom", kind="extract")
    said = of_taken(
        leaf, other, *daily(3, 1, product="p"), Dose(time=ago(1), substance="kratom", amount=1, unit="g", product="q")
    )
    assert said["taken.kratom"].startswith("Kratom (leaf powder “Green”, 14 mg mitragynine per g; extract): usually 2 g.")


def test_only_the_first_substance_stands_in_the_box_with_a_chart() -> None:
    made = journal(*daily(9, 1), *[Dose(time=ago(day), substance="tea", amount=1, unit="g") for day in range(1, 9)])
    first, second = taken(made, ("kratom", "tea"), span(made, NOW), NOW)
    assert first.box == first.text and first.course is not None and first.course.bars
    assert second.box == "" and second.course is None


def test_medicines_that_were_ended_are_left_out() -> None:
    over, now_, open_ = (
        Medicine(name="Old", to=ago(3)),
        Medicine(name="Sertraline", dose="50 mg", from_=ago(31)),
        Medicine(name="Later", from_=NOW + timedelta(days=9)),
    )
    said = of_taken(over, now_, open_, Session(time=ago(2), therapy="cbt"), Session(time=ago(9), therapy="CBT"))
    assert said == {
        "medicine.sertraline": "Medicine: Sertraline, 50 mg, since 1 May 2026.",
        "therapy.cbt": "Therapy: cbt, 2 sessions, the last on 30 May 2026.",
    }


# how it went


def course_of(*records: Record) -> dict[str, str]:
    made = journal(*records)
    return {line.id: line.text for line in courses(made, knowledge(), span(made, NOW), NOW)}


def test_means_of_late_and_at_first_are_set_side_by_side() -> None:
    late = [Rating(time=ago(day), scale="pain", value=value) for day, value in ((1, 3), (2, 5))]
    first = [Rating(time=ago(day), scale="pain", value=value) for day, value in ((100, 8), (99, 7), (98, 6))]
    assert course_of(*late, *first) == {
        "trend.pain": "Pain (0 to 10, more is worse): 4.0 on average in the last 28 days (2 ratings); 7.0 in the first 28 days of it (3)."
    }


def test_a_short_course_has_no_first_days_of_its_own() -> None:
    assert course_of(Rating(time=ago(1), scale="pain", value=3))["trend.pain"].endswith("last 28 days (1 ratings).")


def test_pain_comes_before_what_it_keeps_from_and_both_before_a_scale_rated_more_often() -> None:
    many = [Rating(time=ago(day), scale="mood", value=5) for day in range(9)]
    some = [Rating(time=ago(1), scale="pain_interference", value=4), Rating(time=ago(1), scale="pain", value=3)]
    made = journal(*many, *some)
    found = list(courses(made, knowledge(), span(made, NOW), NOW))
    assert [line.id for line in found] == ["trend.pain", "trend.pain_interference", "trend.mood"]
    assert [line.course is not None for line in found] == [True, True, False]


def test_a_scale_of_ones_own_is_said_without_ends_it_does_not_have() -> None:
    own = Scale(id="stairs", family="count", worse_is_up=False)
    assert course_of(own, Rating(time=ago(1), scale="stairs", value=12)) == {
        "trend.stairs": "Stairs (more is better): 12.0 on average in the last 28 days (1 ratings)."
    }


def test_a_questionnaire_is_said_with_its_first_and_last_score() -> None:
    """Three questions, each 0 to 10: means of 6 and 3."""
    told = [Answers(time=ago(day), instrument="pain_three", items=items) for day, items in ((40, (6, 6, 6)), (2, (2, 3, 4)))]
    said = course_of(*told)["score.pain_three"]
    assert "3 of 10 on 30 May 2026 (the first of 2: 6 of 10 on 22 Apr 2026)." in said


def test_answers_that_were_not_counted_give_no_score() -> None:
    assert course_of(Answers(time=ago(2), instrument="pain_three", items=(2, None, 4))) == {}


# periods


@pytest.mark.parametrize(("days", "step"), [(0, 1), (20, 1), (21, 7), (559, 7), (560, 14), (5600, 77)])
def test_periods_are_days_then_weeks_then_several_weeks(days: int, step: int) -> None:
    """80 weeks are 560 days, the first and the last counted; 5,601 days are 801 weeks at most, so 11 weeks each."""
    assert span(journal(Rating(time=ago(days), scale="pain", value=3)), NOW).step == step


def test_a_course_holds_the_mean_of_each_period_and_nothing_where_nothing_was_written() -> None:
    over = Span(date(2026, 1, 1), date(2026, 1, 21), 7)
    values = [(date(2026, 1, 1), 2.0), (date(2026, 1, 7), 4.0), (date(2026, 1, 15), 9.0), (date(2025, 12, 31), 100.0)]
    course = over.course("pain", values, (0, 10), bars=False)
    assert course.values == (3.0, None, 9.0)
    assert (course.start, course.step_days, course.low, course.high) == ("2026-01-01", 7, 0, 10)


# unwanted effects and laboratory


def of_effects(*records: Entry) -> list[str]:
    return [line.text for line in effects(journal(*records), NOW)]  # type: ignore[arg-type]


def test_the_gravest_effect_comes_first_and_the_same_is_counted_in_any_spelling() -> None:
    assert of_effects(
        SideEffect(time=ago(9), effect="Itching", severity=1),
        SideEffect(time=ago(3), effect="itching"),
        SideEffect(time=ago(5), effect="jaundice", severity=3),
        SideEffect(time=NOW + timedelta(days=1), effect="tomorrow"),
    ) == [
        "Jaundice: noted once, on 27 May 2026, at worst 3 of 3.",
        "Itching: noted 2 times, first on 23 May 2026, last on 29 May 2026, at worst 1 of 3.",
    ]


def test_an_effect_of_no_known_severity_is_not_called_none() -> None:
    assert of_effects(SideEffect(time=ago(1), effect="itching")) == ["Itching: noted once, on 31 May 2026."]


def test_results_outside_their_limits_come_first_and_only_the_last_of_each_test() -> None:
    made = journal(
        Lab(time=ago(50), test="ferritin", value=80, unit="ug/L", low=15, high=150),
        Lab(time=ago(5), test="tsh", value=2, unit="m[IU]/L", low=0.4, high=4),
        Lab(time=ago(4), test="ferritin", value=11, unit="ug/L", low=15, high=150),
        Lab(time=ago(3), test="oddium", value=7, unit="U/L"),
    )
    assert [line.text for line in labs(made, knowledge(), NOW)] == [
        "ferritin 11 ug/L (limits from 15 to 150), 28 May 2026: below its limits.",
        "oddium 7 U/L, 29 May 2026.",
        "tsh 2 m[IU]/L (limits from 0.4 to 4), 27 May 2026.",
    ]


def test_limits_the_laboratory_did_not_give_are_said_to_be_borrowed_with_their_source() -> None:
    (line,) = labs(journal(Lab(time=ago(3), test="GPT", value=11, unit="U/L")), knowledge(), NOW)
    assert "limits not given by the laboratory" in line.text and line.citations != ()


def test_without_results_there_is_no_line() -> None:
    assert list(labs(journal(), knowledge(), NOW)) == []
