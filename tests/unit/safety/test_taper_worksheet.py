import dataclasses
import re
from datetime import date, datetime
from typing import Any

import pytest

from steelyard.safety.taper_worksheet import GUARD_RAILS, QUESTIONS, Worksheet, worksheet

from .diaries import Line, dose, journal, knowledge, medicine, moment, product, rating


def sheet(*lines: Line, now: float = 50) -> Worksheet:
    return worksheet(journal(*lines), "Kratom", knowledge(), moment(now, 12))


def used() -> list[Line]:
    """An invented person: 50 days, two doses a day of powder with 15 mg/g, every fifth day an extract as well."""
    lines = [
        product("powder", "leaf_powder", mitragynine_mg_per_g=15, hydroxymitragynine_mg_per_g=0.2),
        product("shot", "extract"),
    ]
    for day in range(50):
        lines += [dose(day, 7.5, 2, product="powder"), dose(day, 21, 3 if day % 2 else 5, product="powder")]
        lines += [dose(day, 14, 1, product="shot")] if day % 5 == 0 else []
    return lines


def test_it_tells_what_is_taken_now_by_hour() -> None:
    """The last 28 days are days 22 to 49; days 25, 30, 35, 40 and 45 have the extract."""
    found = sheet(*used())
    assert (found.first, found.last, found.days) == (date(2026, 1, 27), date(2026, 2, 23), 28)
    assert [(row.hour, row.doses, row.amount) for row in found.by_hour] == [(7, 28, 2.0), (14, 5, 1.0), (21, 28, 4.0)]
    assert [row.share_of_days for row in found.by_hour] == pytest.approx([100, 100 * 5 / 28, 100])


def test_it_tells_what_is_taken_now_by_product() -> None:
    """Powder: 28 x 2 g and 14 x 3 g + 14 x 5 g are 168 g, 6 g a day, 90 mg of mitragynine and 1.2 mg of 7-OH."""
    powder, shot = sheet(*used()).by_product
    assert (powder.product, powder.kind, powder.doses, powder.amount, powder.unknown) == ("powder", "leaf_powder", 56, 168.0, 0)
    assert powder.mitragynine_mg_a_day == pytest.approx(90)
    assert powder.hydroxymitragynine_mg_a_day == pytest.approx(1.2)
    assert (shot.product, shot.mitragynine_mg_a_day, shot.hydroxymitragynine_mg_a_day) == ("shot", None, None)


def test_an_unknown_amount_leaves_the_alkaloid_unknown() -> None:
    (row,) = sheet(product("p", mitragynine_mg_per_g=15), dose(30, product="p"), dose(30, 20, None, product="p")).by_product
    assert (row.amount, row.unknown, row.mitragynine_mg_a_day, row.kind) == (2.0, 1, None, "kind not written down")


def test_an_hour_of_unknown_amounts_has_no_amount() -> None:
    (row,) = sheet(dose(30, 8, None)).by_hour
    assert (row.doses, row.amount) == (1, None)


def test_the_weeks_before_and_the_longest_break_are_told() -> None:
    found = sheet(*used())
    assert len(found.by_week) == 7  # the eighth week has a single day
    assert found.by_week[0].doses_a_day == pytest.approx(16 / 7)  # extract on days 0 and 5
    assert found.longest_break_h == 13.5  # from 7:30 to 21:00


def test_other_medicines_and_substances_of_these_weeks_are_named() -> None:
    lines = [
        medicine("sertraline", -100),
        medicine("old pill", -100, 3),
        medicine("still to come", 60),
        medicine("undated"),
        dose(40, 22, substance="Alcohol"),
        dose(2, 22, substance="caffeine"),
    ]
    assert sheet(*used(), *lines).also_taken == ("alcohol", "sertraline", "undated")


def test_what_is_missing_is_named() -> None:
    assert sheet(*used()).missing == ("the strength of the product, in mg of alkaloid per gram",)
    found = sheet(dose(30), dose(32, amount=None))
    assert [words.split(",")[0] for words in found.missing] == [
        "the amount of some doses",
        "which product was taken",
        "the strength of the product",
        "1 days on which nothing was written down",
    ]


def test_without_doses_the_sheet_is_empty_and_still_guarded() -> None:
    found = sheet()
    assert (found.first, found.last, found.days, found.by_hour, found.by_product, found.by_week) == (None, None, 0, (), (), ())
    assert found.missing == ("doses in the last weeks",)
    assert (found.questions, found.guard_rails) == (QUESTIONS, GUARD_RAILS)


def test_doses_of_long_ago_are_not_taken_now() -> None:
    found = sheet(*(dose(day) for day in range(10)), rating(40, 9, 5))
    assert (found.by_hour, found.days) == ((), 1)
    assert found.missing[0] == "doses in the last weeks"


def every_value(thing: Any) -> list[Any]:
    if dataclasses.is_dataclass(thing):
        return [value for field in dataclasses.fields(thing) for value in every_value(getattr(thing, field.name))]
    return [value for part in thing for value in every_value(part)] if isinstance(thing, tuple) else [thing]


def test_no_amount_and_no_schedule_is_proposed() -> None:
    """Words hold no figure and no instruction; dates lie in the past; there is no field for anything to come."""
    found = sheet(*used())
    for text in (*found.questions, *found.guard_rails):
        assert not re.search(r"\d|%|\b(half|quarter|a third|per week|each week|every week|every day)\b", text), text
    assert found.guard_rails[0] == "Decided with a clinician. No schedule and no amount is proposed here."
    assert "Never stop or cut down abruptly" in found.guard_rails[1]
    dates = [value for value in every_value(found) if isinstance(value, date) and not isinstance(value, datetime)]
    assert dates and max(dates) < moment(50).date()
    fields = {field.name for field in dataclasses.fields(Worksheet)}
    assert fields == {
        "substance", "first", "last", "days", "unit", "by_hour", "by_product", "by_week", "longest_break_h", "also_taken",
        "missing", "facts", "questions", "guard_rails",
    }  # fmt: skip


def test_facts_are_held() -> None:
    assert set(sheet().facts) <= set(knowledge().facts)
