"""An invented diary as a journal: it says what it is, keeps to the format, and tells the truth beside it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from steelyard.findings.invented import simulate
from steelyard.nof1.plan import Plan
from steelyard.nof1.simulate import simulate as invent
from steelyard.records.model import Assignment, Dose, JournalHeader, Rating, Record, Session

START = datetime(2026, 3, 1)
CHICAGO = "America/Chicago"
MIDNIGHT = datetime(2026, 3, 1, 6, tzinfo=UTC)
PLAN = Plan(seed=3)
T = TypeVar("T")


def of(records: list[Record], kind: type[T]) -> list[T]:
    return [record for record in records if isinstance(record, kind)]


def contrast(truth: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [row for row in truth["contrasts"] if row["name"] == name]
    return dict(found)


def hours(times: list[datetime]) -> list[float]:
    return [(time - MIDNIGHT) / timedelta(hours=1) for time in times]


def test_the_journal_says_it_is_invented_and_in_which_zone() -> None:
    records, truth = simulate(PLAN, START, CHICAGO)
    header = records[0]
    assert isinstance(header, JournalHeader)
    assert len(of(records, JournalHeader)) == 1
    assert (header.format, header.zone) == (1, CHICAGO)
    assert header.title is not None and "Invented" in header.title
    assert truth["invented"] is True


def test_every_entry_of_the_diary_becomes_one_record_with_an_id_of_its_own() -> None:
    records, _ = simulate(PLAN, START, CHICAGO)
    diary = invent(PLAN)
    assert len(of(records, Dose)) == diary.dose_h.size
    assert len(of(records, Rating)) == diary.rating_h.size
    assert len(of(records, Session)) == diary.session_h.size
    assert not of(records, Assignment)
    assert len({record.id for record in records}) == len(records)


def test_times_are_elapsed_hours_to_the_minute_across_a_change_of_the_clocks() -> None:
    """Clocks in Chicago go forward on 2026-03-08."""
    plan = replace(PLAN, time_error_min=20.0)
    records, _ = simulate(plan, START, CHICAGO)
    diary = invent(plan)
    assert hours([dose.time for dose in of(records, Dose)]) == pytest.approx(diary.dose_h, abs=0.5 / 60 + 1e-6)
    assert hours([rating.time for rating in of(records, Rating)]) == pytest.approx(diary.rating_h)
    assert hours([session.time for session in of(records, Session)]) == pytest.approx(diary.session_h)
    offsets = {dose.time.utcoffset() for dose in of(records, Dose)}
    assert offsets == {timedelta(hours=-6), timedelta(hours=-5)}
    assert all(dose.time.second == 0 and dose.time.microsecond == 0 for dose in of(records, Dose))


def test_times_stay_in_order_when_the_clocks_go_back() -> None:
    records, _ = simulate(Plan(days=3, ratings_per_day=60.0, seed=1), datetime(2026, 10, 31), CHICAGO)
    times = [rating.time for rating in of(records, Rating)]
    assert times == sorted(times) and len(set(times)) == len(times)


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 1, 13, 45), datetime(2026, 3, 1, 6, 0, tzinfo=UTC), datetime(2026, 3, 2, 5, 59, tzinfo=UTC)]
)
def test_any_moment_of_the_first_local_day_names_it(start: datetime) -> None:
    assert simulate(PLAN, start, CHICAGO) == simulate(PLAN, START, CHICAGO)


def test_doses_are_grams_of_kratom_and_ratings_are_pain_within_its_scale() -> None:
    records, _ = simulate(replace(PLAN, baseline=8.5), START, CHICAGO)
    assert {(dose.substance, dose.unit) for dose in of(records, Dose)} == {("kratom", "g")}
    assert {rating.scale for rating in of(records, Rating)} == {"pain"}
    values = [rating.value for rating in of(records, Rating)]
    assert min(values) >= 0 and max(values) == 10
    assert values == [round(value, 1) for value in values]
    diary = invent(replace(PLAN, baseline=8.5))
    assert values == pytest.approx(diary.rating.clip(0, 10), abs=0.05 + 1e-9)


def test_ratings_tell_whether_a_dose_was_the_occasion() -> None:
    plan = replace(PLAN, rating_at_dose=True)
    records, _ = simulate(plan, START, CHICAGO)
    taken = {dose.time for dose in of(records, Dose)}
    by_dose = [rating for rating in of(records, Rating) if rating.asked == "dose"]
    assert len(by_dose) > 200
    assert {rating.time for rating in by_dose} <= taken
    assert {rating.asked for rating in of(simulate(PLAN, START, CHICAGO)[0], Rating)} == {"prompt"}


def test_assigned_days_name_their_condition_and_no_dose_falls_into_a_dose_free_one() -> None:
    records, _ = simulate(replace(PLAN, random_off_days=0.3), START, CHICAGO)
    days = of(records, Assignment)
    assert len(days) == 180
    assert {day.condition for day in days} == {"as_usual", "dose_free"}
    assert len({day.trial for day in days}) == 1
    assert days[0].from_ == MIDNIGHT
    assert all(day.to - day.from_ == timedelta(days=1) for day in days)
    off = [day for day in days if day.condition == "dose_free"]
    assert not [dose for dose in of(records, Dose) for day in off if day.from_ <= dose.time < day.to]


def test_the_truth_is_that_of_the_simulator_and_plain_json() -> None:
    plan = replace(PLAN, tolerance=0.3, unlogged=0.2)
    records, truth = simulate(plan, START, CHICAGO)
    known = invent(plan).truth
    assert json.loads(json.dumps(truth, allow_nan=False)) == truth
    assert contrast(truth, "peak")["value"] == known.peak
    assert contrast(truth, "peak")["dose"] == {"amount": pytest.approx(known.own_dose), "unit": "g"}
    assert contrast(truth, "peak_reference")["dose"] == {"amount": 3.0, "unit": "g"}
    assert contrast(truth, "as_taken") == {"name": "as_taken", "value": known.as_taken, "unit": "points"}
    assert contrast(truth, "duration") == {"name": "duration", "value": known.duration_h, "unit": "h"}
    assert contrast(truth, "tolerance")["value"] == known.tolerance
    assert truth["doses_taken"] == known.dose_h.size > len(of(records, Dose))
    assert Plan(**truth["plan"]) == plan


def test_what_does_not_exist_is_null_in_the_truth() -> None:
    _, truth = simulate(Plan(days=5, effect=0.0, doses_per_day=0.0), START, CHICAGO)
    assert contrast(truth, "duration")["value"] is None
    assert contrast(truth, "peak") == {"name": "peak", "value": None, "unit": "points"}


def test_the_records_survive_being_written_and_read() -> None:
    records, _ = simulate(replace(PLAN, days=20, random_off_days=0.3), START, CHICAGO)
    lines = [msgspec.json.encode(record) for record in records]
    assert [msgspec.json.decode(line, type=Record) for line in lines] == records  # type: ignore[arg-type]


def test_one_plan_gives_the_same_bytes() -> None:
    one, other = (msgspec.json.encode(simulate(PLAN, START, CHICAGO)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_an_unknown_zone_is_refused_by_name(zone: str) -> None:
    with pytest.raises(ValueError, match="zone: expected an IANA name"):
        simulate(PLAN, START, zone)
