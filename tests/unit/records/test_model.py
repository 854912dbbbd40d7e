"""The journal as a value: one order, cheap views, equality by content, and the file's own field names."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from steelyard.records.model import (
    KINDS,
    TAG,
    Assignment,
    Dose,
    Journal,
    JournalHeader,
    Lab,
    Medicine,
    Person,
    Rating,
    Record,
    Scale,
    instant,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Kind -> (required fields, optional fields), as journal format 1 lists them.
FORMAT_1 = {
    "journal": ({"format"}, {"zone", "title"}),
    "person": (
        set(),
        {"birth_year", "sex", "weight_kg", "pregnant", "breastfeeding", "conditions", "place", "diagnoses"},
    ),
    "product": (
        {"id", "substance"},
        {"kind", "mitragynine_mg_per_g", "mitragynine_mg_per_g_sd", "hydroxymitragynine_mg_per_g"}
        | {"hydroxymitragynine_mg_per_g_sd", "unit_g", "label", "lot"},
    ),
    "dose": (
        {"time", "substance"},
        {"amount", "unit", "product", "route", "amount_sd", "time_sd_minutes", "with_food", "note"},
    ),
    "rating": ({"time", "scale", "value"}, {"asked"}),
    "answers": ({"time", "instrument", "items"}, set()),
    "session": ({"time", "therapy"}, {"minutes"}),
    "side_effect": ({"time", "effect"}, {"severity", "until"}),
    "lab": ({"time", "test", "value", "unit"}, {"low", "high"}),
    "medicine": ({"name"}, {"from", "to", "dose", "note"}),
    "context": ({"time", "kind"}, {"value", "unit"}),
    "photo": ({"time", "site", "file"}, {"note"}),
    "assignment": ({"from", "to", "condition"}, {"trial"}),
}


def dose(hour: int, **fields: object) -> Dose:
    return Dose(time=NOON + timedelta(hours=hour), substance="kratom", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", FORMAT_1)
def test_fields_are_those_of_the_format(tag: str) -> None:
    kind = next(kind for kind in KINDS if TAG[kind] == tag)
    fields = msgspec.structs.fields(kind)
    required = {field.encode_name for field in fields if field.required}
    optional = {field.encode_name for field in fields if not field.required} - {"deleted", " extra"}
    assert required == FORMAT_1[tag][0]
    assert optional - {"id"} == FORMAT_1[tag][1]
    assert "id" in required | optional


def test_every_kind_is_a_kind_of_the_format() -> None:
    assert set(TAG.values()) == {*FORMAT_1, "scale"}


def test_a_record_is_written_without_what_was_not_said() -> None:
    record = Medicine(name="sertraline", from_=NOON)
    assert msgspec.json.encode(record) == b'{"record":"medicine","name":"sertraline","from":"2026-03-01T12:00:00Z"}'


def test_an_unknown_amount_is_not_a_zero() -> None:
    unknown = msgspec.json.decode(msgspec.json.encode(dose(0)), type=Dose)
    zero = msgspec.json.decode(msgspec.json.encode(dose(0, amount=0.0)), type=Dose)
    assert unknown.amount is None
    assert zero.amount == 0.0


def test_records_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        dose(0).amount = 3.0  # type: ignore[misc]


def test_of_gives_one_kind_in_time_order_without_the_withdrawn() -> None:
    rating = Rating(time=NOON, scale="pain", value=4)
    journal = Journal(None, (dose(5), rating, dose(1), dose(3, deleted=True)))
    assert journal.of(Dose) == [dose(1), dose(5)]
    assert journal.of(Rating) == [rating]
    assert journal.of(Lab) == []


def test_time_order_looks_at_the_instant_and_not_at_the_clock() -> None:
    east = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=9)))  # 04:00 UTC, though the clock shows more than noon
    early = Dose(time=east, substance="kratom")
    assert Journal(None, (dose(0), early)).of(Dose) == [early, dose(0)]


def test_open_beginnings_come_first() -> None:
    old, new = Medicine(name="old"), Medicine(name="new", from_=NOON)
    assert Journal(None, (new, old)).of(Medicine) == [old, new]


def test_order_of_rows_does_not_matter_and_counts_do_not_either() -> None:
    twins: tuple[Record, ...] = (dose(1, id="b"), dose(1, id="a"), dose(1), Person(sex="female"))
    assert Journal(None, twins, read=9, used=3) == Journal(None, twins[::-1], read=4, used=4)
    assert Journal(None, twins) != Journal(JournalHeader(format=1), twins)
    assert Journal(None, twins) != Journal(None, twins[1:])


def test_instant_is_the_time_or_the_beginning() -> None:
    assert instant(dose(0)) == NOON
    assert instant(Assignment(from_=NOON, to=NOON + timedelta(days=7), condition="A")) == NOON
    assert instant(Medicine(name="x")) is None
    assert instant(Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)) is None
