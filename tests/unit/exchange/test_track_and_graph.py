"""Track & Graph: numbers, durations in minutes, labels old and new."""

import pytest

from steelyard.exchange import track_and_graph
from steelyard.records.model import Context, Dose, Rating, Session

from .importing import INVENTED, DoseColumn, Meaning, SessionColumn, brought, codes, left

MEANING = Meaning(
    scales={"pain": "Pain"}, dose=DoseColumn("kratom", "Kratom", "g"), session=SessionColumn("walking", "Walk"), context="Coffee"
)


def test_values_become_what_the_mapping_says() -> None:
    journal, problems, found = brought(track_and_graph, "track_and_graph.csv", MEANING)
    assert [(rating.time.isoformat(), rating.value) for rating in journal.of(Rating)] == [
        ("2026-03-01T08:05:00-06:00", 6.0),
        ("2026-03-01T11:00:00-06:00", 3.0),
    ]
    assert [(dose.amount, dose.unit, dose.note) for dose in journal.of(Dose)] == [(3.0, "g", "Red")]
    assert [session.minutes for session in journal.of(Session)] == [45.5]
    assert [(event.kind, event.value) for event in journal.of(Context)] == [("Coffee", 2.0)]
    assert codes(problems) == [(8, "time.unreadable"), (10, "entry.no_name")]
    assert left(found) == {"Pain": 1}


def test_without_a_mapping_nothing_is_lost() -> None:
    journal, _, _ = brought(track_and_graph, "track_and_graph.csv", Meaning())
    assert len(journal.of(Rating)) == 2
    assert {note.value for note in journal.of(Context)} == {"Kratom: 3 (Red)", "Walk: 45.5", "Walk: 0", "Coffee: 2"}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("-2:Label 3", "X: -2 (Label 3)"),
        ("1:10:00", "X: 70"),
        ("-1:00:30", "X: -60.5"),
        ("1:02:03:in-band", "X: 62.05 (in-band)"),
    ],
)
def test_older_versions_put_the_label_into_the_value(value: str, read: str) -> None:
    table = f"FeatureName,Timestamp,Value,Note\nX,2026-03-01T08:00:00Z,{value},\n".encode()
    journal, _, _ = brought(track_and_graph, table, Meaning())
    assert [note.value for note in journal.of(Context)] == [read]


def test_it_is_known_by_its_columns() -> None:
    assert track_and_graph.looks_like((INVENTED / "track_and_graph.csv").read_bytes(), "x")
    assert not track_and_graph.looks_like(b"Feature,Time,Value\n", "track_and_graph.csv")
