"""Named values at times: what a mapping makes of them, what is assumed without one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.mapping import DoseColumn, Mapping, SessionColumn
from steelyard.exchange.series import Seen, Series
from steelyard.records.model import Problem

from .importing import SCALES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MEANING = Mapping(
    scales={"pain": "How bad?"},
    dose=DoseColumn("kratom", "Powder", "g", time_sd_minutes=30),
    session=SessionColumn("walking", "Walk"),
    context="Stress",
)


def fields(seen: Seen, meaning: Mapping = MEANING, keep: bool = True) -> dict[str, Any] | None:
    rows = list(Series("test", Told(meaning, SCALES), keep).rows(seen))
    if not rows:
        return None
    (row,) = rows
    assert not isinstance(row, Problem)
    assert row[0] == seen.line
    assert not isinstance(row[1], bytes)
    return {name: value for name, value in row[1].fields.items() if name != "id"}


def test_a_mapping_names_scales_doses_sessions_and_events() -> None:
    assert fields(Seen(1, "How bad?", NOON, 6.0)) == {"record": "rating", "time": NOON, "scale": "pain", "value": 6.0}
    assert fields(Seen(2, "Powder", NOON, 3.0, note="tea")) == {
        "record": "dose", "time": NOON, "substance": "kratom", "amount": 3.0, "unit": "g", "time_sd_minutes": 30, "note": "tea",
    }  # fmt: skip
    assert fields(Seen(3, "Walk", NOON, 45.0)) == {"record": "session", "time": NOON, "therapy": "walking", "minutes": 45.0}
    assert fields(Seen(4, "Stress", NOON, 2.0)) == {"record": "context", "time": NOON, "kind": "Stress", "value": 2.0}
    assert fields(Seen(5, "Stress", NOON, None)) == {"record": "context", "time": NOON, "kind": "Stress"}


def test_zero_minutes_and_zero_events_did_not_take_place_but_a_zero_dose_is_one() -> None:
    assert fields(Seen(1, "Walk", NOON, 0.0)) is None
    assert fields(Seen(1, "Stress", NOON, 0.0)) is None
    assert (fields(Seen(1, "Powder", NOON, 0.0)) or {})["amount"] == 0.0


def test_a_rating_without_a_value_is_no_rating() -> None:
    assert fields(Seen(1, "How bad?", NOON, None)) is None


@pytest.mark.parametrize("name", ["Pain", " PAIN ", "pain"])
def test_a_name_that_is_a_scale_is_taken_for_it_and_that_is_said(name: str) -> None:
    series = Series("test", Told(Mapping(), SCALES))
    ((_, row),) = [row for row in series.rows(Seen(1, name, NOON, 6.0)) if not isinstance(row, Problem)]
    assert not isinstance(row, bytes)
    assert row.fields["scale"] == "pain"
    (said,) = series.told()
    assert isinstance(said, Problem)
    assert (said.field, said.code) == (name, "name.assumed")


def test_other_names_are_kept_as_notes_or_counted() -> None:
    seen = Seen(7, "Coffee", NOON, 2.0, note="strong")
    assert fields(seen) == {"record": "context", "time": NOON, "kind": "note", "value": "Coffee: 2 (strong)"}
    series = Series("test", Told(Mapping(), SCALES), keep=False)
    assert [*series.rows(seen), *series.rows(seen), *series.told()] == [LeftOut(2, 7, "Coffee", "no mapping says what this is")]


def test_a_day_gets_the_clock_time_of_the_mapping() -> None:
    day = date(2026, 3, 1)
    assert (fields(Seen(1, "How bad?", day, 6.0)) or {})["time"] == "2026-03-01"
    evening = Mapping(clock="20:00", scales={"pain": "How bad?"})
    assert (fields(Seen(1, "How bad?", day, 6.0), evening) or {})["time"] == datetime(2026, 3, 1, 20)
    daily = Mapping(clock="20:00", dose=DoseColumn("kratom", "Powder", "g", each="day", at="07:30"))
    assert (fields(Seen(1, "Powder", day, 6.0), daily) or {})["time"] == datetime(2026, 3, 1, 7, 30)


def test_the_id_depends_on_what_was_seen_and_not_on_what_it_means() -> None:
    def named(meaning: Mapping, seen: Seen) -> Any:
        (row,) = Series("test", Told(meaning, SCALES)).rows(seen)
        assert not isinstance(row, Problem) and not isinstance(row[1], bytes)
        return row[1].fields["id"]

    seen = Seen(1, "Powder", NOON, 3.0)
    assert named(MEANING, seen) == named(Mapping(), seen)
    assert named(MEANING, seen) != named(MEANING, seen._replace(value=4.0))


def test_what_has_no_name_is_a_problem() -> None:
    (row,) = Series("test", Told()).rows(Seen(3, "", NOON, 1.0))
    assert isinstance(row, Problem)
    assert (row.line, row.code) == (3, "entry.no_name")
