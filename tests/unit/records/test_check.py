"""A record held against its journal: zone, future, unset clocks, scales, units, periods."""

from dataclasses import replace as with_
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steelyard.records.check import Setting, Values, scale_problem, settle, values
from steelyard.records.model import Assignment, Dose, Lab, Medicine, Person, Rating, Record, Scale, SideEffect
from steelyard.records.time import NEVER

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
SHIPPED = {"pain": PAIN}
SCALES = {
    "pain": values(PAIN),
    "stool": values(Scale(id="stool", family="ordinal", low=0, high=3, worse_is_up=True)),
    "hair": values(Scale(id="hair", family="count", worse_is_up=True)),
    "slept": values(Scale(id="slept", family="binary", worse_is_up=False)),
}
SETTING = Setting(None, NEVER, SHIPPED, SCALES, frozenset({"red"}))
CHICAGO = with_(SETTING, zone=ZoneInfo("America/Chicago"))


def codes(record: Record, setting: Setting = SETTING) -> list[str]:
    return [note.code for note in settle(record, setting)[1]]


def rating(value: float, scale: str = "pain", **fields: Any) -> Rating:
    return Rating(time=NOON, scale=scale, value=value, **fields)


def dose(**fields: Any) -> Dose:
    return Dose(**({"time": NOON, "substance": "kratom"} | fields))


@pytest.mark.parametrize(
    ("scale", "value"),
    [("pain", 0), ("pain", 10), ("pain", 3.5), ("stool", 3), ("hair", 250), ("hair", 0), ("slept", 0), ("slept", 1)],
)
def test_values_on_the_scale_pass_unchanged(scale: str, value: float) -> None:
    assert settle(rating(value, scale), SETTING) == (rating(value, scale), ())


@pytest.mark.parametrize(
    ("scale", "value", "code"),
    [
        ("pain", 60, "rating.off_scale"),
        ("pain", -0.1, "rating.off_scale"),
        ("pain", float("nan"), "rating.off_scale"),
        ("stool", 4, "rating.off_scale"),
        ("stool", 1.5, "rating.not_whole"),
        ("hair", -1, "rating.off_scale"),
        ("hair", 2.5, "rating.not_whole"),
        ("slept", 2, "rating.off_scale"),
        ("slept", 0.5, "rating.not_whole"),
        ("Pain", 3, "scale.unknown"),
    ],
)
def test_values_off_the_scale_are_dropped(scale: str, value: float, code: str) -> None:
    settled, notes = settle(rating(value, scale), SETTING)
    assert settled is None
    assert [(note.code, note.action) for note in notes] == [(code, "skipped this record")]


def test_the_message_says_what_the_scale_expects() -> None:
    (note,) = settle(rating(60), SETTING)[1]
    assert "0 to 10" in note.message
    assert "60" in note.message
    (note,) = settle(rating(3, "itch"), SETTING)[1]
    assert '"record": "scale"' in note.message


def test_families_without_written_ends_have_their_own() -> None:
    assert SCALES["hair"] == Values(0, float("inf"), True)
    assert SCALES["slept"] == Values(0, 1, True)


@pytest.mark.parametrize(
    ("scale", "code"),
    [
        (Scale(id="pain", family="bounded", low=0, high=100, worse_is_up=True), "scale.taken"),
        (Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=False), "scale.taken"),
        (Scale(id="itch", family="bounded", worse_is_up=True), "scale.no_ends"),
        (Scale(id="itch", family="ordinal", low=0, worse_is_up=True), "scale.no_ends"),
        (Scale(id="itch", family="bounded", low=10, high=0, worse_is_up=True), "scale.ends"),
    ],
)
def test_scales_that_cannot_be_used(scale: Scale, code: str) -> None:
    note = scale_problem(scale, SHIPPED)
    assert note is not None
    assert note.code == code
    assert settle(scale, SETTING)[0] is None


def test_a_shipped_scale_may_be_repeated_as_it_is() -> None:
    assert scale_problem(Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True), SHIPPED) is None


def test_without_a_zone_a_time_without_offset_costs_the_record() -> None:
    settled, notes = settle(dose(time=datetime(2026, 3, 1, 8)), SETTING)
    assert settled is None
    assert [(note.field, note.code) for note in notes] == [("time", "time.missing_offset")]


def test_with_a_zone_it_gets_an_offset_and_that_is_said() -> None:
    settled, notes = settle(dose(time=datetime(2026, 3, 1, 8)), CHICAGO)
    assert isinstance(settled, Dose)
    assert settled.time.isoformat() == "2026-03-01T08:00:00-06:00"
    assert [(note.code, note.action) for note in notes] == [("time.missing_offset", "assumed America/Chicago")]


@pytest.mark.parametrize(
    ("clock", "code", "iso"),
    [
        (datetime(2026, 11, 1, 1, 30), "time.twice", "2026-11-01T01:30:00-05:00"),
        (datetime(2026, 3, 8, 2, 30), "time.skipped", "2026-03-08T03:30:00-05:00"),
    ],
)
def test_times_in_doubt_are_settled_and_said(clock: datetime, code: str, iso: str) -> None:
    settled, notes = settle(dose(time=clock), CHICAGO)
    assert isinstance(settled, Dose)
    assert settled.time.isoformat() == iso
    assert [note.code for note in notes] == ["time.missing_offset", code]


def test_an_offset_that_was_written_is_never_replaced_by_the_zone() -> None:
    away = dose(time=datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=9))))
    assert settle(away, CHICAGO) == (away, ())


def test_what_happens_after_the_latest_instant_is_dropped() -> None:
    setting = with_(SETTING, latest=NOON)
    assert settle(dose(time=NOON), setting) == (dose(time=NOON), ())
    late = dose(time=NOON + timedelta(seconds=1))
    assert settle(late, setting)[0] is None
    assert codes(late, setting) == ["time.future"]


def test_the_year_in_which_programs_write_never_is_the_future_too() -> None:
    assert codes(dose(time=datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))))) == ["time.future"]


def test_a_plan_may_reach_into_the_future() -> None:
    setting = with_(SETTING, latest=NOON)
    plan = Assignment(from_=NOON, to=NOON + timedelta(days=14), condition="A")
    assert settle(plan, setting) == (plan, ())


@pytest.mark.parametrize(
    "time", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 12, 31, 18, tzinfo=timezone(timedelta(hours=-6)))]
)
def test_a_clock_that_was_never_set_costs_the_record(time: datetime) -> None:
    assert settle(dose(time=time), SETTING)[0] is None
    assert codes(dose(time=time)) == ["time.unset_clock"]
    assert codes(Assignment(from_=time, to=NOON, condition="A")) == ["time.unset_clock"]


def test_a_medicine_stays_known_though_its_beginning_was_never_set() -> None:
    """The name alone matters to safety."""
    settled, notes = settle(Medicine(name="sertraline", from_=datetime(1970, 1, 1, tzinfo=UTC)), SETTING)
    assert isinstance(settled, Medicine)
    assert settled.from_ is None
    assert [note.code for note in notes] == ["time.unset_clock"]
    long_ago = Medicine(name="insulin", from_=datetime(1962, 5, 1, tzinfo=UTC))
    assert settle(long_ago, SETTING) == (long_ago, ())


def test_periods_that_end_before_they_begin() -> None:
    before = NOON - timedelta(days=1)
    assert settle(Assignment(from_=NOON, to=before, condition="A"), SETTING)[0] is None
    assert settle(Assignment(from_=NOON, to=NOON, condition="A"), SETTING)[0] is None
    medicine, _ = settle(Medicine(name="x", from_=NOON, to=before), SETTING)
    effect, _ = settle(SideEffect(time=NOON, effect="nausea", until=before), SETTING)
    assert isinstance(medicine, Medicine)
    assert medicine.to is None
    assert isinstance(effect, SideEffect)
    assert effect.until is None
    assert effect.extra == {"until": before.isoformat()}
    assert codes(Medicine(name="x", from_=NOON, to=before)) == ["time.ends_before_start"]


def test_an_optional_time_without_offset_and_zone_is_set_aside() -> None:
    settled, notes = settle(Medicine(name="x", from_=datetime(2026, 1, 1)), SETTING)
    assert isinstance(settled, Medicine)
    assert (settled.from_, settled.extra) == (None, {"from": "2026-01-01T00:00:00"})
    assert [note.code for note in notes] == ["time.missing_offset"]


def test_units_become_codes_without_a_word() -> None:
    assert settle(dose(amount=500, unit="milligrams"), SETTING) == (dose(amount=500, unit="mg"), ())
    lab = Lab(time=NOON, test="tsh", value=2.1, unit="mIU/L")
    settled, notes = settle(lab, SETTING)
    assert isinstance(settled, Lab)
    assert (settled.unit, notes) == ("m[IU]/L", ())


def test_unknown_units_stay_as_text_and_are_said() -> None:
    spoon = dose(amount=2, unit="scoops")
    assert settle(spoon, SETTING)[0] == spoon
    assert codes(spoon) == ["unit.unknown"]
    lab = Lab(time=NOON, test="tsh", value=2.1, unit="points")
    assert settle(lab, SETTING)[0] == lab
    assert codes(lab) == ["unit.unknown"]


def test_an_amount_without_a_unit_is_kept_and_said() -> None:
    assert settle(dose(amount=2), SETTING)[0] == dose(amount=2)
    assert codes(dose(amount=2)) == ["unit.missing"]
    assert codes(dose()) == []


def test_a_product_that_is_not_described_is_said() -> None:
    assert codes(dose(product="red")) == []
    assert codes(dose(product="green")) == ["product.unknown"]


def test_a_withdrawn_record_is_not_judged() -> None:
    gone = rating(60, deleted=True)
    assert settle(gone, SETTING) == (gone, ())


def test_kinds_without_times_pass() -> None:
    person = Person(sex="female", conditions=("M79.7",))
    assert settle(person, SETTING) == (person, ())
