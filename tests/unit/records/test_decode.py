"""Fields to records: what is taken, what is set aside, what costs the record, and what is said each time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from steelyard.records.decode import record_of
from steelyard.records.identity import Withdrawal
from steelyard.records.model import Answers, Dose, Lab, Person, Rating, Scale

TIME = "2026-03-01T08:10:00-06:00"
INSTANT = datetime(2026, 3, 1, 8, 10, tzinfo=timezone(timedelta(hours=-6)))
DOSE: dict[str, Any] = {"record": "dose", "time": TIME, "substance": "kratom"}
RATING: dict[str, Any] = {"record": "rating", "time": TIME, "scale": "pain"}


def codes(fields: dict[str, Any]) -> list[str]:
    return [note.code for note in record_of(fields)[1]]


def test_good_fields_make_a_record_and_no_notes() -> None:
    assert record_of(DOSE | {"amount": 3, "unit": "g"}) == (Dose(time=INSTANT, substance="kratom", amount=3.0, unit="g"), ())


def test_null_is_the_same_as_not_said() -> None:
    assert record_of(DOSE | {"amount": None, "route": None, "deleted": None}) == (Dose(time=INSTANT, substance="kratom"), ())


def test_times_without_offset_come_back_without_one() -> None:
    record, notes = record_of(DOSE | {"time": "2026-03-01 08:10"})
    assert isinstance(record, Dose)
    assert record.time == datetime(2026, 3, 1, 8, 10)
    assert notes == ()


@pytest.mark.parametrize("fields", [{"value": 3}, {"record": "mood"}, {"record": 7}, {"record": None}, {"record": "Dose"}])
def test_a_record_needs_a_known_kind(fields: dict[str, Any]) -> None:
    record, notes = record_of(fields)
    assert record is None
    assert [(note.field, note.code) for note in notes] == [("record", "record.unknown_kind")]
    assert "dose" in notes[0].message


@pytest.mark.parametrize("name", ["time", "scale", "value"])
def test_a_missing_required_field_costs_the_record(name: str) -> None:
    fields = {key: value for key, value in (RATING | {"value": 3}).items() if key != name}
    record, notes = record_of(fields)
    assert record is None
    assert [(note.field, note.code, note.action) for note in notes] == [(name, "field.missing", "skipped this record")]


def test_text_that_only_looks_like_no_number_is_text() -> None:
    record, notes = record_of(DOSE | {"substance": "NaN", "note": "Infinity"})
    assert (record, notes) == (Dose(time=INSTANT, substance="NaN", note="Infinity"), ())
    assert record_of(DOSE | {"amount_sd": "NaN"})[1][0].code == "number.not_finite"


def test_missing_is_never_zero() -> None:
    assert record_of(RATING | {"value": None})[0] is None


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("bad", "field.wrong_type", "a number"),
        (True, "field.wrong_type", "a number"),
        ([3], "field.wrong_type", "a number"),
        ("7,5", "field.wrong_type", "a number"),
        ("7/10", "field.wrong_type", "a number"),
        ("1.500", "field.wrong_type", "a number"),
        (float("nan"), "number.not_finite", "finite"),
        (float("inf"), "number.not_finite", "finite"),
        ("NaN", "number.not_finite", "finite"),
    ],
)
def test_a_value_that_is_no_number_costs_the_rating(value: Any, code: str, expected: str) -> None:
    record, notes = record_of(RATING | {"value": value})
    assert record is None
    assert [note.code for note in notes] == [code]
    assert expected in notes[0].message
    assert notes[0].action == "skipped this record"


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7.0), (" 7 ", 7.0), ("7.5", 7.5), ("-3", -3.0), ("0.125", 0.125), ("10.25", 10.25)]
)
def test_a_number_written_as_text_is_taken_and_said(text: str, number: float) -> None:
    record, notes = record_of(RATING | {"value": text})
    assert isinstance(record, Rating)
    assert record.value == number
    assert [note.code for note in notes] == ["number.as_text"]
    assert notes[0].action.startswith("assumed ")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("amount", "a bit", "a number of at least 0"),
        ("amount_sd", -1, "a number of at least 0"),
        ("with_food", "yes", "true or false"),
        ("note", 5, "text"),
        ("product", [], "text"),
    ],
)
def test_a_bad_optional_field_is_set_aside_but_not_lost(field: str, value: Any, expected: str) -> None:
    record, notes = record_of(DOSE | {field: value})
    assert isinstance(record, Dose)
    assert getattr(record, field) is None
    assert record.extra == {field: value}
    assert notes[0].field == field
    assert expected in notes[0].message
    assert notes[0].action == "set this field aside, kept the rest of the record"


def test_a_negative_amount_costs_the_dose() -> None:
    """It may take back an earlier dose or be a slip of the finger: neither the amount nor "unknown" would be true."""
    record, notes = record_of(DOSE | {"amount": -3, "unit": "g"})
    assert record is None
    assert [(note.field, note.code, note.action) for note in notes] == [("amount", "number.out_of_range", "skipped this record")]


def test_choices_are_named() -> None:
    record, notes = record_of({"record": "person", "sex": "f"})
    assert isinstance(record, Person)
    assert "one of" in notes[0].message
    assert "female" in notes[0].message


def test_a_list_with_a_number_as_text_costs_the_answers() -> None:
    fields = {"record": "answers", "time": TIME, "instrument": "peg", "items": [3, None, "x"]}
    assert record_of(fields)[0] is None
    assert codes(fields) == ["field.wrong_type"]
    assert record_of(fields | {"items": [3, None, 5]}) == (Answers(time=INSTANT, instrument="peg", items=(3.0, None, 5.0)), ())
    assert codes(fields | {"items": [3, float("inf")]}) == ["number.not_finite"]


def test_unknown_fields_are_kept_and_noted_once_a_kind() -> None:
    record, notes = record_of(DOSE | {"mood_colour": "blue", "app": {"version": 3}})
    assert isinstance(record, Dose)
    assert record.extra == {"mood_colour": "blue", "app": {"version": 3}}
    assert [(note.code, note.once) for note in notes] == [
        ("field.unknown", "dose.mood_colour"),
        ("field.unknown", "dose.app"),
    ]


@pytest.mark.parametrize("time", ["yesterday", "01/03/2026 08:10", 1772352600, "2026-13-01T00:00:00Z", ""])
def test_an_unreadable_time_costs_the_record_and_the_right_form_is_shown(time: Any) -> None:
    record, notes = record_of(RATING | {"time": time, "value": 3})
    assert record is None
    assert notes[0].field == "time"
    assert "2026-03-01T08:10:00-06:00" in notes[0].message


def test_a_day_alone_is_no_time_for_a_dose_but_one_for_a_result() -> None:
    assert record_of(DOSE | {"time": "2026-03-01"})[0] is None
    assert codes(DOSE | {"time": "2026-03-01"}) == ["time.day_only"]
    lab, notes = record_of({"record": "lab", "time": "2026-03-01", "test": "alt", "value": 30, "unit": "U/L"})
    assert isinstance(lab, Lab)
    assert lab.time == datetime(2026, 3, 1)
    assert [note.action for note in notes] == ["assumed the start of the day"]


def test_a_scale_without_direction_is_taken_as_more_is_worse_and_said() -> None:
    record, notes = record_of({"record": "scale", "id": "itch", "family": "bounded", "low": 0, "high": 10})
    assert record == Scale(id="itch", family="bounded", low=0, high=10, worse_is_up=True)
    assert [(note.field, note.action) for note in notes] == [("worse_is_up", "assumed true")]


def test_a_withdrawal_needs_only_kind_and_id() -> None:
    assert record_of({"record": "dose", "id": "d1", "deleted": True}) == (Withdrawal(Dose, "d1"), ())
    assert record_of({"record": "dose", "deleted": True})[0] is None


def test_a_full_record_can_be_withdrawn_too() -> None:
    record, _ = record_of(DOSE | {"id": "d1", "deleted": True})
    assert isinstance(record, Dose)
    assert record.deleted


def test_aware_instants_of_a_table_pass_through() -> None:
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    record, _ = record_of(RATING | {"time": instant, "value": 3.0})
    assert record == Rating(time=instant, scale="pain", value=3.0)


def test_a_number_too_large_for_a_float_costs_the_record_only() -> None:
    assert record_of(RATING | {"value": 10**400})[0] is None
    assert record_of(RATING | {"value": "9" * 400})[0] is None
