"""Nomie: trackers in a table, and trackers in text; offsets as browsers count them."""

import json

import pytest

from steelyard.exchange import nomie
from steelyard.records.model import Context, Dose, Rating

from .importing import INVENTED, DoseColumn, Meaning, brought, codes, left

MEANING = Meaning(zone="Europe/Berlin", dose=DoseColumn("kratom", "kratom", "g"))


def test_the_backup_of_version_5() -> None:
    """1,772,373,600 s after 1970 is 14:00 in UTC; an offset of 360 minutes west makes that 8:00."""
    journal, problems, found = brought(nomie, "nomie5.json", MEANING)
    assert [(rating.time.isoformat(), rating.value) for rating in journal.of(Rating)] == [("2026-03-01T08:00:00-06:00", 6.0)]
    assert [(dose.amount, dose.unit) for dose in journal.of(Dose)] == [(2.5, "g")]
    assert {note.value for note in journal.of(Context)} == {"work", "walk: 30", "with so so.", "headache: 1"}
    assert codes(problems) == [(3, "json.no_object")]
    assert left(found) == {"location": 1, "people": 1}


def test_an_entry_without_an_offset_gets_that_of_the_zone() -> None:
    journal, problems, _ = brought(nomie, "nomie5.json", MEANING)
    (headache,) = [note for note in journal.of(Context) if note.value == "headache: 1"]
    assert headache.time.isoformat() == "2026-03-01T17:00:00+01:00"
    assert "time.zone_assumed" in {problem.code for problem in problems}


def test_the_table_says_the_same_as_the_backup() -> None:
    table, backup = (brought(nomie, file, MEANING)[0] for file in ("nomie.csv", "nomie5.json"))
    assert table.of(Rating) == backup.of(Rating)
    assert table.of(Dose) == backup.of(Dose)
    assert [note.value for note in table.of(Context)] == ["a quiet morning"]


def test_the_backup_of_version_6_keeps_entries_by_week() -> None:
    journal, _, _ = brought(nomie, "nomie6.json", MEANING)
    assert [rating.value for rating in journal.of(Rating)] == [4.0, 3.0]
    assert journal.of(Rating)[1].time.isoformat() == "2026-03-08T08:00:00-06:00"


def entry(note: str) -> bytes:
    return json.dumps({"nomie": {}, "trackers": {}, "events": [{"note": note, "end": 1772373600000, "offset": 0}]}).encode()


@pytest.mark.parametrize(
    ("note", "notes"),
    [
        ("#tea", ["tea: 1"]),
        ("#tea(2.5)", ["tea: 2.5"]),
        ("#run(1:30:00)", ["run: 90"]),
        ("#run(20min)", ["run: 20"]),
        ("#sum(1+2)", ["sum: 1+2"]),
        ("#tea(", ["#tea("]),
        ("mail me at a#b", ["mail me at a#b"]),
        ("", []),
    ],
)
def test_trackers_in_text(note: str, notes: list[str]) -> None:
    """A sum is kept as it stands: what it comes to is for the app to say."""
    journal, _, _ = brought(nomie, entry(note))
    assert [one.value for one in journal.of(Context)] == notes


def test_it_is_known_by_its_content() -> None:
    for file in ("nomie.csv", "nomie5.json", "nomie6.json"):
        assert nomie.looks_like((INVENTED / file).read_bytes(), "x")
    assert not nomie.looks_like(b'{"trackers": []}', "nomie.json")
