"""The log page: a rating, the usual dose, earlier, skipped, taken back; what is left open stays open."""

from datetime import timedelta
from typing import Any

import pytest

from steelyard.actions import diary
from steelyard.journal import store
from steelyard.records.model import Context, Dose, Rating


def saved_ids(app: Any) -> list[str]:
    return list(app.session["saved"]["ids"])


def undo(app: Any) -> None:
    app.post("/undo", {"id": saved_ids(app), "to": "log"})


def test_a_rating_is_one_tap(berlin: Any, kept: Any) -> None:
    assert berlin.post("/rating", {"value": "7"}).headers["Location"] == "/"
    (rating,) = kept(Rating)
    assert (rating.scale, rating.value, rating.asked) == ("pain", 7.0, "self")
    assert rating.time.isoformat() == "2026-03-02T13:30:15+01:00", "the clock at home, with its offset"


def test_after_a_rating_the_usual_dose_is_one_more_tap(berlin: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    assert berlin.post("/dose").headers["Location"] == "/"
    (dose,), (rating,) = kept(Dose), kept(Rating)
    assert (dose.substance, dose.amount, dose.unit) == ("kratom", 2.5, "g")
    assert rating.asked == "dose", "the dose is why it was told"


def test_a_dose_asks_how_it_is_first(berlin: Any, kept: Any) -> None:
    page = berlin.post("/dose")
    assert b"Before this dose" in page.content
    assert kept(Dose) == []
    berlin.post("/dose", {"value": "4"})
    assert [(r.value, r.asked) for r in kept(Rating)] == [(4.0, "dose")]
    assert len(kept(Dose)) == 1


def test_a_rating_that_is_old_is_asked_again(berlin: Any, clock: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    clock.later(minutes=10)
    assert b"Before this dose" in berlin.post("/dose").content
    assert kept(Dose) == []


def test_a_rating_of_something_else_does_not_stand_for_the_main_one(berlin: Any) -> None:
    berlin.post("/new/ratings", {"mood": "5"})
    assert b"Before this dose" in berlin.post("/dose").content


def test_skipping_is_one_tap_and_no_zero(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    assert kept(Rating) == []
    (passed_over,) = kept(Context)
    assert (passed_over.kind, passed_over.value) == ("rating_skipped", "pain")
    assert len(kept(Dose)) == 1


def test_skipped_before_is_not_asked_again(berlin: Any, kept: Any) -> None:
    berlin.post("/rating", {"skip": "1"})
    berlin.post("/dose")
    assert len(kept(Dose)) == 1


@pytest.mark.parametrize("value", ["11", "-1", "seven", "", "nan", "1e1", "5.5.5"])
def test_what_is_not_on_the_scale_is_not_kept_and_said(berlin: Any, kept: Any, value: str) -> None:
    page = berlin.post("/rating", {"value": value})
    assert page.status_code == 422
    assert b'role="alert"' in page.content
    assert kept(Rating) == []


def test_a_button_pressed_twice_is_one_press(berlin: Any, clock: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    clock.later(seconds=1)
    berlin.post("/rating", {"value": "7"})
    berlin.post("/dose")
    clock.later(seconds=1)
    berlin.post("/dose")
    assert (len(kept(Rating)), len(kept(Dose))) == (1, 1)
    clock.later(seconds=3)
    berlin.post("/dose")
    assert len(kept(Dose)) == 2


def test_two_different_ratings_in_a_row_are_two(berlin: Any, kept: Any, clock: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    clock.later(seconds=1)
    berlin.post("/rating", {"value": "8"})
    assert [r.value for r in kept(Rating)] == [7.0, 8.0]


def test_saved_is_said_once_with_undo(berlin: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    assert b"Saved." in berlin.get("/").content
    assert b"Saved." not in berlin.get("/").content


def test_undo_takes_back_the_dose_and_leaves_the_rating_as_it_was(berlin: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    berlin.post("/dose")
    undo(berlin)
    assert kept(Dose) == []
    assert [(r.value, r.asked) for r in kept(Rating)] == [(7.0, "self")]


def test_undo_of_a_dose_with_its_rating_takes_both_back_and_both_come_back(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"value": "4"})
    ids = saved_ids(berlin)
    undo(berlin)
    assert kept(Dose) + kept(Rating) == []
    assert b"Bring it back" in berlin.get("/").content
    berlin.post("/bring-back", {"id": ids, "to": "log"})
    assert len(kept(Dose)) == len(kept(Rating)) == 1


def test_undo_after_undo_changes_nothing_more(berlin: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "7"})
    ids = saved_ids(berlin)
    berlin.post("/undo", {"id": ids})
    berlin.post("/undo", {"id": [*ids, "no such entry"], "to": "https://elsewhere.example"})
    assert kept(Rating) == []
    assert store.get(ids[0]) is not None, "nothing is lost"


@pytest.mark.parametrize(("ago", "taken"), [("15", "13:15:15"), ("30", "13:00:15"), ("60", "12:30:15"), ("120", "11:30:15")])
def test_a_dose_taken_earlier_is_two_taps_and_asks_nothing(berlin: Any, kept: Any, ago: str, taken: str) -> None:
    assert f'name="ago" value="{ago}"'.encode() in berlin.get("/earlier/dose").content
    berlin.post("/dose", {"ago": ago})
    assert [d.time.isoformat() for d in kept(Dose)] == [f"2026-03-02T{taken}+01:00"]
    assert kept(Rating) == [], "how it was is not known"


def test_an_exact_time_is_that_of_the_clock_at_home(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"time": "2026-02-28T08:10"})
    berlin.post("/rating", {"value": "3", "time": "2025-07-01T08:10"})
    assert [d.time.isoformat() for d in kept(Dose)] == ["2026-02-28T08:10:00+01:00"]
    assert [r.time.isoformat() for r in kept(Rating)] == ["2025-07-01T08:10:00+02:00"], "summer has another offset"


def test_a_rating_told_for_earlier_is_not_how_it_is_now(berlin: Any, kept: Any) -> None:
    berlin.post("/rating", {"value": "3", "ago": "60"})
    assert b"Before this dose" in berlin.post("/dose").content
    assert kept(Dose) == []


@pytest.mark.parametrize(
    "when", [{"time": "2026-03-02T14:30"}, {"time": "tomorrow"}, {"ago": "-5"}, {"ago": "x"}, {"time": "1970-01-01T00:00"}]
)
def test_a_time_that_cannot_be_is_not_kept_and_said_beside_it(berlin: Any, kept: Any, when: dict[str, str]) -> None:
    for address, told in (("/dose", when), ("/rating", {**when, "value": "3"})):
        page = berlin.post(address, told)
        assert page.status_code == 422
        assert b'id="wrong-time"' in page.content
    assert kept(Dose) + kept(Rating) == []


def test_last_dose_and_total_of_today(berlin: Any, clock: Any) -> None:
    for told in ({"ago": "190"}, {"ago": "600"}, {"time": "2026-03-01T23:30"}):
        berlin.post("/dose", told)
    store.put(
        [
            Dose(time=clock.now - timedelta(hours=4), substance="kratom"),
            Dose(time=clock.now - timedelta(hours=5), substance="x", amount=0),
        ],
        clock.now,
    )
    page = berlin.get("/").content.decode()
    assert "3 h 10 min ago" in page
    assert "0 + 5 g + 1 of unknown amount" in page, "two doses of 2.5 g, one of nothing, one unknown; yesterday's left out"


def test_the_usual_dose_is_the_one_most_often_taken_of_late(berlin: Any, clock: Any) -> None:
    at = clock.now - timedelta(days=1)
    amounts = [3.0, 2.0, 2.0]
    store.put(
        [Dose(time=at - timedelta(hours=n), substance="tea", amount=a, unit="cup") for n, a in enumerate(amounts)], clock.now
    )
    assert diary.usual() == diary.Usual("tea", 2.0, "cup")


def test_without_a_usual_dose_the_form_comes_up(app: Any) -> None:
    assert app.post("/dose", {"skip": "1"}).headers["Location"] == "/new/dose"


def test_quick_mode_shows_two_things_and_is_remembered(berlin: Any) -> None:
    assert b"/new/side_effect" in berlin.get("/").content
    berlin.post("/quick", {"on": "1"})
    page = berlin.get("/").content
    assert b"/new/side_effect" not in page and b'name="value"' in page and b'action="/dose"' in page
    berlin.post("/quick")
    assert b"/new/side_effect" in berlin.get("/").content


def test_on_a_journey_times_are_those_of_the_place_and_home_comes_back(berlin: Any, clock: Any, kept: Any) -> None:
    berlin.post("/zone", {"zone": "America/Chicago", "use": "1"})
    berlin.post("/rating", {"value": "3"})
    berlin.post("/zone", {"zone": "Europe/Berlin", "use": "1"})
    clock.later(minutes=1)
    berlin.post("/rating", {"value": "4"})
    assert [r.time.isoformat()[11:] for r in kept(Rating)] == ["06:30:15-06:00", "13:31:15+01:00"]
    assert kept(Rating)[0].time < kept(Rating)[1].time


def test_staying_with_home_is_remembered(berlin: Any, kept: Any) -> None:
    berlin.post("/zone", {"zone": "America/Chicago"})
    page = berlin.get("/").content
    assert b'data-not="America/Chicago"' in page and b'data-offset="60"' in page
    berlin.post("/rating", {"value": "3"})
    assert kept(Rating)[0].time.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("name", ["", "Mars/Crater", "../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_refused(berlin: Any, name: str) -> None:
    assert berlin.post("/zone", {"zone": name, "use": "1"}).status_code == 422
    assert diary.zone().key == "Europe/Berlin"


def test_names_are_hidden_where_that_is_wanted(berlin: Any) -> None:
    berlin.post("/dose", {"ago": "60"})
    assert b"kratom" in berlin.get("/").content
    store.prefer("show_less", "1")
    for address in ("/", "/history", "/earlier/dose"):
        assert b"kratom" not in berlin.get(address).content


def test_no_page_for_saving_answers_to_a_link(berlin: Any) -> None:
    for address in ("/rating", "/dose", "/undo", "/bring-back", "/quick", "/zone", "/tour", "/tour/end"):
        assert berlin.get(address).status_code == 405
