"""The journal of PsychonautWiki: whose doses they are, how much, and in whose zone."""

import json
from typing import Any

import pytest

from steelyard.exchange import psychonautwiki
from steelyard.records.model import Context, Dose

from .importing import INVENTED, Meaning, brought, codes, left

INGESTION = {"substanceName": "Kratom", "time": 1772352600000, "administrationRoute": "ORAL", "dose": 3, "units": "g"}


def export(*ingestions: Any, **more: Any) -> bytes:
    return json.dumps({"experiences": [{"title": "", "text": "", "ingestions": ingestions, **more}]}).encode()


def test_doses_of_the_person_who_is_not_named() -> None:
    """Second 1,772,352,600 after 1970 is 8:10 in UTC on 1 March 2026: 20,513 days of 86,400 s, and 29,400 s."""
    journal, problems, found = brought(psychonautwiki, "psychonautwiki.json")
    doses = journal.of(Dose)
    assert [dose.time.isoformat() for dose in doses] == [
        "2026-03-01T09:10:00+01:00",
        "2026-03-01T14:10:00+01:00",
        "2026-03-01T15:10:00+01:00",
    ]
    assert (doses[0].substance, doses[0].amount, doses[0].unit, doses[0].amount_sd) == ("Kratom", 3.0, "g", 0.5)
    assert (doses[0].route, doses[0].with_food, doses[0].note) == ("oral", False, "with tea")
    assert left(found)["Sam"] == 1
    assert codes(problems) == [(2, "json.no_object")]


def test_a_dose_without_an_amount_was_taken_and_is_no_zero() -> None:
    journal, _, _ = brought(psychonautwiki, export({**INGESTION, "dose": None}))
    (dose,) = journal.of(Dose)
    assert dose.amount is None
    assert dose.unit == "g"


def test_an_amount_in_units_of_ones_own_is_counted_out_with_both_uncertainties() -> None:
    """4 ± 1 capsules of 0.5 ± 0.1 g: 2 g, with a variance of (0.5 * 1)² + (4 * 0.1)² + (1 * 0.1)² = 0.42."""
    journal, _, _ = brought(psychonautwiki, "psychonautwiki.json")
    dose = journal.of(Dose)[2]
    assert (dose.amount, dose.unit) == (2.0, "g")
    assert dose.amount_sd == pytest.approx(0.42**0.5)


def test_an_own_unit_of_unknown_content_leaves_the_amount_unknown() -> None:
    held = json.loads(export({**INGESTION, "dose": 2, "customUnitId": 1}))
    held["customUnits"] = [{"id": 1, "dose": None, "originalUnit": "g", "unit": "spoon"}]
    journal, _, _ = brought(psychonautwiki, json.dumps(held).encode())
    assert journal.of(Dose)[0].amount is None


def test_an_amount_beyond_all_numbers_is_unknown() -> None:
    held = json.loads(export({**INGESTION, "dose": 1e308, "estimatedDoseStandardDeviation": 1e308, "customUnitId": 1}, INGESTION))
    held["customUnits"] = [{"id": 1, "dose": 1e308, "originalUnit": "g", "unit": "spoon"}]
    journal, problems, _ = brought(psychonautwiki, json.dumps(held).encode())
    assert [dose.amount for dose in journal.of(Dose)] == [None, 3.0]
    assert problems


def test_another_person_is_brought_in_only_when_named() -> None:
    journal, _, found = brought(psychonautwiki, "psychonautwiki.json", Meaning(zone="Europe/Berlin", person="sam"))
    assert [dose.substance for dose in journal.of(Dose)] == ["Caffeine"]
    assert left(found)[""] == 3


def test_notes_are_kept_and_ratings_places_and_titles_counted() -> None:
    journal, _, found = brought(psychonautwiki, "psychonautwiki.json")
    assert [(note.kind, note.value) for note in journal.of(Context)] == [("note", "A quiet day."), ("note", "less pain")]
    assert {name: count for name, count in left(found).items() if name != "Sam"} == {"ratings": 1, "location": 1, "title": 1}


def test_the_zone_is_said_to_be_assumed() -> None:
    _, problems, _ = brought(psychonautwiki, export(INGESTION), Meaning())
    assert [(p.code, p.action) for p in problems if p.code == "time.zone_assumed"] == [
        ("time.zone_assumed", "assumed UTC; `steelyard import --zone` names another")
    ]


def test_ids_stay_when_another_zone_is_assumed_and_when_a_dose_is_added() -> None:
    later = {**INGESTION, "time": INGESTION["time"] + 60_000}
    once = brought(psychonautwiki, export(INGESTION))[0].of(Dose)[0]
    again = brought(psychonautwiki, export(later, INGESTION), Meaning(zone="Asia/Tokyo"))[0].of(Dose)
    assert once.id in {dose.id for dose in again}
    assert len({dose.id for dose in again}) == 2
    same = brought(psychonautwiki, export(INGESTION, INGESTION))[0].of(Dose)
    assert len({dose.id for dose in same}) == 2, "two doses that say the same are two doses"


@pytest.mark.parametrize(
    ("ingestion", "code"),
    [
        ({**INGESTION, "time": None}, "field.missing"),
        ({**INGESTION, "time": "noon"}, "time.unreadable"),
        ({**INGESTION, "time": 1e300}, "field.wrong_type"),
        ({**INGESTION, "time": 0}, "time.unset_clock"),
        ({**INGESTION, "substanceName": None}, "field.wrong_type"),
        ({**INGESTION, "dose": -3}, "number.out_of_range"),
    ],
)
def test_a_bad_dose_costs_itself_only(ingestion: dict[str, Any], code: str) -> None:
    journal, problems, _ = brought(psychonautwiki, export(ingestion, INGESTION))
    assert len(journal.of(Dose)) == 1
    assert code in {problem.code for problem in problems}


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"experiences": 3}', b'{"experiences": [', b"\xff\xfe{\0", b"[" * 100_000]
)
def test_what_is_no_export_is_said(content: bytes) -> None:
    journal, problems, _ = brought(psychonautwiki, content)
    assert journal.read == 0
    assert len(problems) == 1


def test_it_is_known_by_its_content() -> None:
    head = (INVENTED / "psychonautwiki.json").read_bytes()
    assert psychonautwiki.looks_like(head, "x")
    assert not psychonautwiki.looks_like((INVENTED / "medtimer.json").read_bytes(), "journal.json")
