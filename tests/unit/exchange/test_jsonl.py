"""Writing a journal and reading it back gives the same journal."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from steelyard.exchange import jsonl
from steelyard.records.identity import with_ids
from steelyard.records.model import (
    Answers,
    Assignment,
    Context,
    Dose,
    Journal,
    JournalHeader,
    Lab,
    Medicine,
    Person,
    Photo,
    Product,
    Rating,
    Record,
    Scale,
    Session,
    SideEffect,
)
from steelyard.records.validate import validate

HERE = datetime(2026, 3, 1, 8, 10, tzinfo=timezone(timedelta(hours=-6)))
THERE = datetime(2026, 3, 4, 21, 5, 30, 250_000, tzinfo=timezone(timedelta(hours=5, minutes=45)))
PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
EVERYTHING: tuple[Record, ...] = (
    Person(
        id="me", birth_year=1980, sex="female", weight_kg=61.5, conditions=("M79.7",), place="US-TN", diagnoses="fibromyalgia"
    ),
    Product(id="red", substance="kratom", kind="capsule", mitragynine_mg_per_g=14.2, unit_g=0.5, label="Red"),
    Dose(id="d1", time=HERE, substance="kratom", amount=4, unit="capsule", product="red", with_food=True, note="späť"),
    Dose(id="d2", time=THERE, substance="kratom"),
    Dose(id="d3", time=THERE, substance="kratom", amount=0, unit="g", deleted=True),
    Rating(id="r1", time=HERE, scale="pain", value=6.5, asked="prompt"),
    Answers(id="a1", time=HERE, instrument="peg", items=(3, None, 5)),
    Session(id="s1", time=HERE, therapy="physiotherapy", minutes=45),
    SideEffect(id="e1", time=HERE, effect="nausea", severity=1, until=THERE),
    Lab(id="l1", time=HERE, test="alt", value=31, unit="U/L", high=40),
    Medicine(id="m1", name="sertraline", from_=HERE),
    Context(id="c1", time=HERE, kind="menses", value="heavy"),
    Context(id="c2", time=HERE, kind="sun_exposure", value=30, unit="min"),
    Photo(id="p1", time=HERE, site="scalp", file="a.jpg"),
    Assignment(id="t1", from_=HERE, to=THERE, condition="placebo", trial="first"),
    Scale(id="itch", family="ordinal", low=0, high=4, worse_is_up=True),
)


def written(journal: Journal) -> bytes:
    stream = io.BytesIO()
    jsonl.write(journal, stream)
    return stream.getvalue()


def read(content: bytes) -> Journal:
    journal, problems = validate(jsonl.read(io.BytesIO(content)), {"pain": PAIN}, None)
    assert problems == [] or {problem.code for problem in problems} <= {"time.zone_change", "field.unknown", "field.wrong_type"}
    return journal


def test_a_journal_of_every_kind_comes_back_equal() -> None:
    journal = Journal(JournalHeader(id="h", format=1, zone="America/Chicago", title="Mine"), EVERYTHING)
    assert read(written(journal)) == journal


def test_offsets_come_back_and_not_only_instants() -> None:
    doses = read(written(Journal(None, EVERYTHING))).of(Dose)
    assert [dose.time.isoformat() for dose in doses] == ["2026-03-01T08:10:00-06:00", "2026-03-04T21:05:30.250000+05:45"]


def test_every_line_is_one_record_with_its_kind_and_id() -> None:
    lines = [json.loads(line) for line in written(Journal(JournalHeader(format=1), EVERYTHING)).splitlines()]
    assert lines[0]["record"] == "journal"
    assert len(lines) == len(EVERYTHING) + 1
    assert all(line["record"] and line["id"] for line in lines)


def test_unknown_fields_come_back_as_they_were() -> None:
    known = b'"record":"rating","id":"r","time":"2026-03-01T08:10:00Z","scale":"pain","value":3'
    line = b"{" + known + b',"app":{"x":[1,null,"\xc3\xa4"]},"n":12}\n'
    once = read(line)
    assert json.loads(written(once)) == json.loads(line)
    assert read(written(once)) == once


def test_what_was_set_aside_is_written_back() -> None:
    line = b'{"record":"dose","id":"d","time":"2026-03-01T08:10:00Z","substance":"kratom","amount":"a bit"}\n'
    journal = read(line)
    assert journal.of(Dose)[0].amount is None
    assert json.loads(written(journal)) == json.loads(line)
    assert read(written(journal)) == journal


def test_a_field_of_the_format_wins_over_an_unknown_one_of_the_same_name() -> None:
    record = Rating(id="r", time=HERE, scale="pain", value=3, extra={"value": 9, "record": "dose"})
    assert json.loads(written(Journal(None, (record,))))["value"] == 3
    assert json.loads(written(Journal(None, (record,))))["record"] == "rating"


def test_missing_ids_are_made_once_and_then_stay() -> None:
    bare = Journal(JournalHeader(format=1), (Dose(time=HERE, substance="kratom"), Dose(time=HERE, substance="kratom")))
    first = written(bare)
    assert written(read(first)) == first
    assert read(first) == with_ids(bare)
    assert len(read(first).of(Dose)) == 2


def test_the_same_journal_gives_the_same_bytes_in_whatever_order_it_was_made() -> None:
    assert written(Journal(None, EVERYTHING)) == written(Journal(None, EVERYTHING[::-1]))


@pytest.mark.parametrize("value", [0.1, 1 / 3, 9.999999999999998, 5e-324])
def test_numbers_come_back_to_the_last_digit(value: float) -> None:
    journal = Journal(None, (Rating(id="r", time=datetime(2026, 3, 1, tzinfo=UTC), scale="pain", value=value),))
    assert read(written(journal)).of(Rating)[0].value == value
