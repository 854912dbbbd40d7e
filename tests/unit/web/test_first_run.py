"""The first questions, and the invented journal that goes without a trace."""

from datetime import timedelta
from typing import Any

import pytest

from steelyard.actions import diary, first_run, keep
from steelyard.journal import store
from steelyard.journal.models import Entry
from steelyard.records.model import Dose, JournalHeader, Rating

from ...keeping import START_KEY, turn_to, visitor

TOLD = {"substance": " kratom ", "amount": "2,5", "unit": "g", "scale": "pain", "zone": "America/Chicago", "language": "en"}


@pytest.fixture
def fresh(tmp_path: Any, clock: Any) -> Any:
    """A browser in front of a journal that was begun a moment ago."""
    turn_to(tmp_path)
    client = visitor()
    client.post("/start", {"key": START_KEY, "none": "1"})
    return client


def test_the_first_questions_come_first_and_once(fresh: Any) -> None:
    assert fresh.get("/").headers["Location"] == "/first"
    assert fresh.post("/first", TOLD).headers["Location"] == "/"
    assert fresh.get("/").status_code == 200


def test_what_was_answered_makes_the_log_page(fresh: Any, clock: Any, kept: Any) -> None:
    fresh.post("/first", {**TOLD, "scale": "anxiety"})
    page = fresh.get("/").content.decode()
    assert "kratom, 2.5 g" in page and "anxiety" in page
    assert kept(JournalHeader) == [JournalHeader(id="journal", format=1, zone="America/Chicago")]
    fresh.post("/dose", {"value": "3"})
    assert [(r.scale, r.time.isoformat()) for r in kept(Rating)] == [("anxiety", "2026-03-02T06:30:15-06:00")]


def test_all_may_be_left_for_later(fresh: Any) -> None:
    assert fresh.post("/first", {"later": "1"}).headers["Location"] == "/"
    assert fresh.get("/").status_code == 200
    assert diary.usual() is None and diary.zone().key == "UTC" and diary.main_scale() == "pain"


def test_what_is_taken_may_stay_unsaid(fresh: Any) -> None:
    fresh.post("/first", {**TOLD, "substance": "", "amount": ""})
    assert diary.usual() is None


def test_an_amount_may_stay_unsaid_and_is_then_unknown(fresh: Any, kept: Any) -> None:
    fresh.post("/first", {**TOLD, "amount": ""})
    fresh.post("/dose", {"skip": "1"})
    assert kept(Dose)[0].amount is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "lots"),
        ("amount", "-1"),
        ("unit", "scoop"),
        ("scale", "hair_shed_60s"),
        ("scale", ""),
        ("zone", "Mars/Base"),
        ("zone", ""),
    ],
)
def test_what_cannot_be_is_asked_again_and_the_rest_is_still_there(fresh: Any, field: str, value: str) -> None:
    page = fresh.post("/first", {**TOLD, field: value})
    assert page.status_code == 422
    assert b'value=" kratom "' in page.content
    assert fresh.get("/").headers["Location"] == "/first"


def test_the_language_is_that_of_the_next_page(fresh: Any) -> None:
    fresh.post("/first", {**TOLD, "language": "de"})
    assert fresh.cookies["django_language"].value == "de"
    assert b'<html lang="de">' in fresh.get("/").content


def test_a_look_around_shows_two_months_that_nobody_lived(fresh: Any, clock: Any, kept: Any) -> None:
    fresh.post("/first", {**TOLD, "tour": "1"})
    assert b"invented journal, of no real person" in fresh.get("/").content
    doses = sorted(kept(Dose), key=lambda dose: dose.time)
    assert len(doses) > 60
    assert 58 < (doses[-1].time - doses[0].time).days <= 60
    assert all(dose.time <= clock.now for dose in doses), "nothing in it lies in the future"


def test_thrown_away_it_takes_exactly_itself_along(fresh: Any, clock: Any, kept: Any) -> None:
    fresh.post("/first", TOLD)
    fresh.post("/rating", {"value": "7"})
    real = {row.pk: row.body for row in Entry.objects.all()}
    clock.later(minutes=1)

    fresh.post("/tour")
    fresh.post("/rating", {"value": "2"})
    fresh.post("/tour/end")

    assert {row.pk: row.body for row in Entry.objects.all()} == real
    assert [r.value for r in kept(Rating)] == [7.0]
    assert b"of no real person" not in fresh.get("/").content


def test_real_entries_and_invented_ones_are_never_counted_together(fresh: Any, clock: Any, kept: Any) -> None:
    fresh.post("/first", TOLD)
    fresh.post("/rating", {"value": "7"})
    clock.later(minutes=1)
    fresh.post("/tour")
    assert 7.0 not in {r.value for r in kept(Rating) if r.time == clock.now}
    assert all(record.id.startswith(store.TOUR) for record in keep.journal().records)


def test_a_tour_begun_twice_is_one_tour(fresh: Any) -> None:
    fresh.post("/first", {**TOLD, "tour": "1"})
    many = store.count()
    fresh.post("/tour")
    assert store.count() == many


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_a_dose_tried_out_in_the_invented_journal_is_asked_about_at_any_hour(fresh: Any, hour: int) -> None:
    now = keep.now().replace(hour=hour)
    first_run.begin_tour(now)
    ratings = [r.time for r in store.journal().of(Rating)]
    assert timedelta(hours=1) <= now - max(ratings) < timedelta(hours=36)
    assert not diary.asked_just_now(now)
