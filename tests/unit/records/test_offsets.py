"""Whether a journal was kept in more than one zone."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from steelyard.records.model import Dose, Lab, Rating
from steelyard.records.offsets import zone_change

CHICAGO = ZoneInfo("America/Chicago")


def dose(month: int, offset: float) -> Dose:
    zone = timezone(timedelta(hours=offset))
    return Dose(time=datetime(2026, month, 10, 8, tzinfo=zone), substance="kratom")


def test_daylight_saving_is_no_change_of_zone() -> None:
    records = [(1, dose(1, -6)), (2, dose(7, -5)), (3, dose(12, -6))]
    assert zone_change(records, CHICAGO) == (0, ())
    assert zone_change(records, None) == (0, ())


def test_a_journey_is_noted_once_with_its_first_line_and_count() -> None:
    records = [(1, dose(1, -6)), (2, dose(2, 1)), (3, dose(2, 1)), (4, dose(3, -6))]
    for where in (CHICAGO, None):
        line, notes = zone_change(records, where)
        assert line == 2
        assert [note.code for note in notes] == ["time.zone_change"]
        assert "+01:00: 2" in notes[0].message
        assert notes[0].action == "kept each time with its own offset"


def test_a_neighbouring_zone_is_seen_when_the_journal_names_its_own() -> None:
    """An hour off in winter is New York, though without a zone it could as well be summer."""
    records = [(1, dose(1, -6)), (2, dose(2, -5))]
    assert zone_change(records, CHICAGO)[0] == 2
    assert zone_change(records, None) == (0, ())


def test_universal_time_throughout_is_noted_against_the_zone_only() -> None:
    records = [(1, dose(1, 0)), (2, dose(2, 0))]
    assert zone_change(records, CHICAGO)[0] == 1
    assert zone_change(records, None) == (0, ())


def test_only_doses_and_ratings_matter() -> None:
    zone = timezone(timedelta(hours=9))
    lab = Lab(time=datetime(2026, 1, 1, tzinfo=zone), test="alt", value=20, unit="U/L")
    rating = Rating(time=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-6))), scale="pain", value=1)
    assert zone_change([(1, lab), (2, rating), (3, None)], CHICAGO) == (0, ())
    assert zone_change([], None) == (0, ())
