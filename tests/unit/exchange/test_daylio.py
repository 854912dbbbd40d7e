"""Daylio: moods on a scale of their own, clock times in two ways of writing."""

import pytest

from steelyard.exchange import daylio
from steelyard.records.model import Context, Rating, Scale

from .importing import INVENTED, Meaning, brought, codes, left


def test_moods_activities_and_notes() -> None:
    journal, problems, _ = brought(daylio, "daylio.csv")
    assert [(rating.time.isoformat(), rating.scale, rating.value) for rating in journal.of(Rating)] == [
        ("2026-03-01T00:15:00+01:00", "daylio_mood", 3.0),
        ("2026-03-02T20:30:00+01:00", "daylio_mood", 5.0),
    ]
    assert {note.value for note in journal.of(Context)} == {
        "shopping", "good meal", 'Hung out, "late"', "A title", "bad sleep", "mood: on fire",
    }  # fmt: skip
    assert codes(problems) == [(5, "time.unreadable")]


def test_the_scale_comes_with_it_and_more_is_better() -> None:
    (scale,) = brought(daylio, "daylio.csv")[0].of(Scale)
    assert (scale.id, scale.family, scale.low, scale.high, scale.worse_is_up) == ("daylio_mood", "ordinal", 1, 5, False)


def test_an_activity_can_be_something_that_happened() -> None:
    journal, _, _ = brought(daylio, "daylio.csv", Meaning(zone="UTC", context=("bad sleep",)))
    assert [event.time.isoformat() for event in journal.of(Context) if event.kind == "bad sleep"] == ["2026-02-28T21:05:00+00:00"]


@pytest.mark.parametrize(
    ("clock", "read"),
    [("12:00 pm", "12:00"), ("12:15 am", "00:15"), ("1:05 PM", "13:05"), ("01:25", "01:25"), ("11:59 p.m.", "23:59")],
)
def test_clock_times(clock: str, read: str) -> None:
    table = f"full_date,date,weekday,time,mood,activities,note_title,note\n2026-03-02,March 2,Monday,{clock},good,,,\n".encode()
    (rating,) = brought(daylio, table)[0].of(Rating)
    assert rating.time.strftime("%H:%M") == read


def test_further_scales_are_counted() -> None:
    table = b"full_date,date,weekday,time,mood,activities,scales,note_title,note\n2026-03-02,March 2,Monday,20:00,good,,x: 3,,\n"
    assert left(brought(daylio, table)[2]) == {"scales": 1}


def test_it_is_known_by_its_header() -> None:
    assert daylio.looks_like((INVENTED / "daylio.csv").read_bytes(), "x")
    assert not daylio.looks_like(b"date,mood\n", "daylio.csv")
