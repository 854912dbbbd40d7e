"""Loop Habit Tracker: yes, no, numbers, and four ways of having no answer."""

from steelyard.exchange import loop
from steelyard.records.model import Context, Dose, Rating, Session

from .importing import DoseColumn, Meaning, SessionColumn, brought, codes, left, zipped, zipped_folder

DAILY = Meaning(
    zone="Europe/Berlin",
    clock="20:00",
    dose=DoseColumn("kratom", "Kratom, powder", "g", each="day", at="09:00"),
    session=SessionColumn("walking", "Walk"),
)


def test_unknown_is_not_no() -> None:
    journal, problems, found = brought(loop, zipped_folder("loop"))
    assert [note.value for note in journal.of(Context)] == [
        "Kratom, powder: 3 (felt fine)", "Walk: 1", "Kratom, powder: 2.5", "Walk: 0",
    ]  # fmt: skip
    assert left(found) == {"Kratom, powder": 1, "Walk": 3, "002 Walk/Scores.csv": 1}
    assert [one.why.split(":")[0] for one in found if one.what == "Walk"] == [
        "marked as not applying that day", "filled in by the app and not observed", "not answered",
    ]  # fmt: skip
    assert {code for _, code in codes(problems)} == {"time.day_only"}


def test_with_a_mapping_habits_are_doses_and_sessions() -> None:
    """Amounts are stored in thousandths; a day on which the answer was no has no session."""
    journal, _, _ = brought(loop, zipped_folder("loop"), DAILY)
    assert [(dose.time.isoformat(), dose.amount) for dose in journal.of(Dose)] == [
        ("2026-03-01T09:00:00+01:00", 3.0),
        ("2026-03-02T09:00:00+01:00", 2.5),
    ]
    assert [session.time.isoformat() for session in journal.of(Session)] == ["2026-03-01T20:00:00+01:00"]


def test_a_rating_without_a_time_of_day_is_not_used() -> None:
    archive = zipped(
        {"Habits.csv": b"Position,Name,Type\n001,Pain,NUMERICAL\n", "001 Pain/Checkmarks.csv": b"Date,Value\n2026-03-01,4000\n"}
    )
    journal, problems, _ = brought(loop, archive)
    assert journal.of(Rating) == []
    assert codes(problems) == [(2, "time.day_only")]
    journal, _, _ = brought(loop, archive, Meaning(clock="21:00"))
    assert [rating.value for rating in journal.of(Rating)] == [4.0]


def test_a_habit_that_the_list_does_not_have_goes_by_its_folder() -> None:
    archive = zipped({"Habits.csv": b"Position,Name,Type\n", "003 Tea/Checkmarks.csv": b"Date,Value\n2026-03-01,YES_MANUAL\n"})
    assert [note.value for note in brought(loop, archive)[0].of(Context)] == ["Tea: 1"]


def test_a_path_that_leads_elsewhere_is_only_a_name() -> None:
    archive = zipped({"Habits.csv": b"Position,Name,Type\n", "../../etc/Checkmarks.csv": b"Date,Value\n2026-03-01,YES_MANUAL\n"})
    journal, _, _ = brought(loop, archive)
    assert [note.value for note in journal.of(Context)] == ["../../etc: 1"]


def test_it_is_known_by_the_names_in_the_zip() -> None:
    assert loop.looks_like(b"PK\x03\x04\nHabits.csv\n001 Walk/Checkmarks.csv", "x")
    assert not loop.looks_like(b"PK\x03\x04\njournal.jsonl", "loop.zip")
    assert brought(loop, b"PK\x03\x04nothing")[0].read == 0
