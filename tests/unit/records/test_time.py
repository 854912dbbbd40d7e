"""Reading instants, and giving clock times an offset on ordinary days and on the two odd ones of the year."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from steelyard.records.time import minutes_since, parse, place, zone

CHICAGO = ZoneInfo("America/Chicago")


def at(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T08:10:00-06:00", datetime(2026, 3, 1, 8, 10, tzinfo=at(-6))),
        ("2026-03-01T08:10-06:00", datetime(2026, 3, 1, 8, 10, tzinfo=at(-6))),
        ("2026-03-01 08:10:00 -0600", datetime(2026, 3, 1, 8, 10, tzinfo=at(-6))),
        ("2026-03-01T14:10:00Z", datetime(2026, 3, 1, 14, 10, tzinfo=UTC)),
        ("2026-03-01T14:10:00.250+05:30", datetime(2026, 3, 1, 14, 10, 0, 250_000, tzinfo=at(5.5))),
        (" 2026-03-01 08:10 ", datetime(2026, 3, 1, 8, 10)),
        ("2026-03-01", date(2026, 3, 1)),
    ],
)
def test_iso_times_are_read(text: str, instant: datetime | date) -> None:
    read = parse(text)
    assert read == instant
    assert type(read) is type(instant)
    if isinstance(read, datetime) and isinstance(instant, datetime):
        assert read.utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "03/01/2026 08:10",
        "1772352600",
        "2026-02-30T08:10:00Z",
        "2026-03-01T25:00:00Z",
        "20260301T081000",
        "2026-W09-7",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("name", ["America/Chicago", "Europe/Amsterdam", "UTC"])
def test_zones_are_found(name: str) -> None:
    found = zone(name)
    assert found is not None
    assert found.key == name


@pytest.mark.parametrize("name", ["", "Chicago", "America", "../../etc/passwd", "/etc/localtime", "UTC+99", "a\0b"])
def test_names_that_are_no_zone(name: str) -> None:
    assert zone(name) is None


def test_an_ordinary_time_gets_the_offset_of_its_season() -> None:
    assert place(datetime(2026, 1, 15, 8), CHICAGO) == (datetime(2026, 1, 15, 8, tzinfo=at(-6)), "")
    assert place(datetime(2026, 7, 15, 8), CHICAGO) == (datetime(2026, 7, 15, 8, tzinfo=at(-5)), "")


def test_a_time_shown_twice_is_the_first() -> None:
    """On 1 November 2026 clocks in Chicago go from 02:00 daylight time back to 01:00 standard time."""
    placed = place(datetime(2026, 11, 1, 1, 30), CHICAGO)
    assert placed.doubt == "twice"
    assert placed.instant.astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_time_the_clock_skipped_moves_on() -> None:
    """On 8 March 2026 clocks in Chicago go from 02:00 standard time to 03:00 daylight time."""
    placed = place(datetime(2026, 3, 8, 2, 30), CHICAGO)
    assert placed.doubt == "skipped"
    assert placed.instant.isoformat() == "2026-03-08T03:30:00-05:00"


@pytest.mark.parametrize(
    "clock", [datetime(2026, 3, 8, 1, 59), datetime(2026, 3, 8, 3, 0), datetime(2026, 11, 1, 0, 59), datetime(2026, 11, 1, 2)]
)
def test_the_minutes_around_a_change_are_in_no_doubt(clock: datetime) -> None:
    assert place(clock, CHICAGO).doubt == ""


def test_a_half_hour_change_moves_by_half_an_hour() -> None:
    """Lord Howe Island moves its clocks by 30 minutes: 02:15 on 4 October 2026 is skipped."""
    placed = place(datetime(2026, 10, 4, 2, 15), ZoneInfo("Australia/Lord_Howe"))
    assert placed.instant.isoformat() == "2026-10-04T02:45:00+11:00"


def test_placed_times_keep_a_fixed_offset_that_can_be_written() -> None:
    first, second = (place(datetime(2026, 1, day, 8), CHICAGO).instant for day in (1, 2))
    assert first.isoformat() == "2026-01-01T08:00:00-06:00"
    assert first.tzinfo is second.tzinfo


def test_minutes_run_through_a_change_of_offset() -> None:
    origin = datetime(2026, 3, 8, 1, 0, tzinfo=at(-6))
    later = [datetime(2026, 3, 8, 3, 0, tzinfo=at(-5)), datetime(2026, 3, 8, 9, 0, tzinfo=at(1)), origin]
    assert minutes_since(origin, later) == [60.0, 60.0, 0.0]
