from datetime import date, timedelta

import pytest

from steelyard.safety.daily import Log, dose_log, longest_break, weeks

from .diaries import Line, dose, journal, moment, product, rating

NOW = moment(40, 12)


def log(*lines: Line, now: float = 40) -> Log:
    return dose_log(journal(*lines), "Kratom", moment(now, 12))


def test_a_day_with_an_entry_and_no_dose_is_a_day_without_and_one_without_an_entry_is_unknown() -> None:
    found = log(dose(0), dose(0, 20), rating(1, 9, 4), dose(3, 9))
    assert [(day.date, len(day.doses), day.amount) for day in found.days] == [
        (date(2026, 1, 5), 2, 4.0),
        (date(2026, 1, 6), 0, 0.0),
        (date(2026, 1, 8), 1, 2.0),
    ]
    assert found.silent_days == 1


def test_the_unfinished_day_and_what_is_to_come_are_left_out() -> None:
    found = log(dose(0), dose(2, 8), dose(2, 20), dose(3), now=2)
    assert [day.date for day in found.days] == [date(2026, 1, 5)]
    assert [dose.time for dose in found.doses] == [moment(0, 8), moment(2, 8)]


def test_a_recorded_zero_is_an_entry_and_no_dose() -> None:
    found = log(dose(0), dose(1, amount=0))
    assert [len(day.doses) for day in found.days] == [1, 0]


def test_an_unknown_amount_is_never_zero() -> None:
    found = log(dose(0, 8), dose(0, 20, amount=None))
    assert found.days[0].amount is None
    assert found.unknown_amounts == 1


def test_another_substance_is_not_counted_but_shows_that_the_journal_was_kept() -> None:
    found = log(dose(0), dose(1, substance="caffeine", amount=100, unit="mg"))
    assert [len(day.doses) for day in found.days] == [1, 0]


@pytest.mark.parametrize(
    ("lines", "unit", "amounts"),
    [
        ([dose(0, amount=1500, unit="mg"), dose(0, 9)], "g", [1.5, 2.0]),
        ([product("c", unit_g=0.5), dose(0, amount=4, unit="capsule", product="c"), dose(0, 9, product="c")], "g", [2.0, 2.0]),
        ([dose(0, amount=4, unit="capsule"), dose(0, 9, amount=2, unit="capsule")], "capsule", [4.0, 2.0]),
        ([dose(0, amount=4, unit="capsule"), dose(0, 9, amount=2, unit="g")], "g", [None, 2.0]),
        (
            [dose(0, amount=1, unit="cup"), dose(0, 9, amount=2, unit="cup"), dose(0, 10, amount=3, unit="puff")],
            "cup",
            [1.0, 2.0, None],
        ),
        ([dose(0, amount=None, unit=None)], "", [None]),
    ],
)
def test_amounts_are_in_grams_where_they_can_be_and_else_in_the_unit_written_most(
    lines: list[Line], unit: str, amounts: list[float | None]
) -> None:
    found = log(*lines)
    assert (found.unit, [dose.amount for dose in found.doses]) == (unit, amounts)


def test_kinds_are_those_of_the_products_taken() -> None:
    lines = [product("a", "leaf_powder"), product("b", "extract"), product("never", "tea"), product("plain")]
    found = log(*lines, dose(0, product="a"), dose(0, 9, product="b"), dose(0, 10, product="plain"), dose(0, 11))
    assert found.kinds == ("extract", "leaf_powder")


def test_weeks_count_from_the_first_day_and_need_enough_days() -> None:
    lines = [dose(day, amount=1 + (day >= 7)) for day in (0, 1, 2, 3, 7, 8, 9, 10, 14, 15, 16)]
    found = weeks(log(*lines, dose(3, 20, amount=None)).days, 4)
    assert [(week.start, week.days, week.doses_a_day) for week in found] == [
        (date(2026, 1, 5), 4, 1.25),
        (date(2026, 1, 12), 4, 1.0),
    ]
    assert [week.amount_a_day for week in found] == [None, 2.0]  # in the first week only three amounts are known
    assert weeks((), 4) == ()


def test_longest_break() -> None:
    assert longest_break([moment(0), moment(1), moment(4), moment(5)]) == timedelta(days=3)
    assert longest_break([moment(0)]) == timedelta(0)


def test_an_empty_journal_has_an_empty_log() -> None:
    found = log()
    assert (found.doses, found.days, found.silent_days, found.unit) == ((), (), 0, "")
