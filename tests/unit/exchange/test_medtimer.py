"""MedTimer: what was marked as taken, from the table and from the backup."""

import json

import pytest

from steelyard.exchange import medtimer
from steelyard.records.model import Dose

from .importing import INVENTED, brought, codes, left

EVENT = {
    "medicineName": "Ibuprofen",
    "amount": "400 mg",
    "status": "TAKEN",
    "remindedTimestamp": 1,
    "processedTimestamp": 1772349120,
}


def test_the_table() -> None:
    journal, problems, found = brought(medtimer, "medtimer.csv")
    assert [(dose.time.isoformat(), dose.substance, dose.amount, dose.unit, dose.note) for dose in journal.of(Dose)] == [
        ("2026-03-01T08:12:00+01:00", "Ibuprofen", 400.0, "mg", '"half" awake'),
        ("2026-03-01T20:01:00+01:00", "Sertraline", 2.0, "pills", "a; b"),
        ("2026-03-01T22:05:00+01:00", "Kratom", None, None, None),
    ]
    assert codes(problems) == [(4, "unit.unknown"), (5, "field.wrong_type"), (6, "csv.cells")]
    assert left(found) == {"events": 1}


def test_what_can_be_read_in_two_ways_is_kept_as_it_was_said() -> None:
    """`1,000 mg` is a thousand to some and one to others."""
    dose = brought(medtimer, "medtimer.csv")[0].of(Dose)[2]
    assert dose.extra == {"amount": "1,000 mg"}


def test_the_backup_gives_the_same_dose_with_the_same_id() -> None:
    table, backup = (brought(medtimer, f"medtimer.{kind}")[0].of(Dose) for kind in ("csv", "json"))
    assert backup == table[:1]


def test_what_was_not_taken_is_told_apart() -> None:
    found = brought(medtimer, "medtimer.json")[2]
    assert [(one.what, one.count, one.why.split(":")[0]) for one in found] == [
        ("medicines", 1, "plans and reminders; only what was marked as taken is read"),
        ("events", 1, "marked as skipped"),
        ("events", 1, "not answered"),
    ]


@pytest.mark.parametrize(
    ("said", "amount", "unit"),
    [
        ("10mg", 10.0, "mg"),
        ("2,5 g", 2.5, "g"),
        ("1", 1.0, None),
        ("half of one", None, None),
        ("", None, None),
        ("½", None, None),
    ],
)
def test_amounts_are_free_text(said: str, amount: float | None, unit: str | None) -> None:
    journal, _, _ = brought(medtimer, json.dumps({"list": [{**EVENT, "amount": said}]}).encode())
    (dose,) = journal.of(Dose)
    assert (dose.amount, dose.unit) == (amount, unit)


def test_events_within_a_backup_may_be_text_of_their_own() -> None:
    journal, _, _ = brought(medtimer, json.dumps({"events": json.dumps({"list": [EVENT]})}).encode())
    assert len(journal.of(Dose)) == 1


def test_an_event_without_a_time_is_no_dose() -> None:
    event = {**EVENT, "remindedTimestamp": None, "processedTimestamp": None}
    journal, problems, _ = brought(medtimer, json.dumps({"list": [event, EVENT]}).encode())
    assert len(journal.of(Dose)) == 1
    assert codes(problems) == [(1, "field.missing")]


def test_it_is_known_in_any_language() -> None:
    for file in ("medtimer.csv", "medtimer.json"):
        assert medtimer.looks_like((INVENTED / file).read_bytes(), "x")
    assert not medtimer.looks_like(b"a;b;c;d;e;f;g;h;i\n1;2;3;4;5;6;7;8;9\n", "medtimer.csv")
    assert not medtimer.looks_like((INVENTED / "mpath.csv").read_bytes(), "x")
