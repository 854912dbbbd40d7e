"""Browsers that may see the journal."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from steelyard.actions import devices, keep
from steelyard.journal.models import Device

from ...keeping import PASSPHRASE, START_KEY, let_in, visitor

PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return let_in(tmp_path / "data")


@pytest.fixture
def phone(app: Any) -> Any:
    """A second browser, let in by the same address."""
    client = visitor(**{"user-agent": PHONE})
    client.get("/start", {"key": START_KEY})
    return client


def test_each_browser_is_listed_by_what_it_says_it_is(app: Any, phone: Any) -> None:
    page = app.get("/mine").content.decode()
    assert "Firefox, Linux (this one)" in page and "Chrome, Android<br>" in page
    assert [one.name for one in devices.listed(keep.now())] == ["Chrome, Android", "Firefox, Linux"]


def test_the_key_of_a_session_stands_in_no_list_and_on_no_page(app: Any, phone: Any) -> None:
    keys = [client.cookies["sessionid"].value for client in (app, phone)]
    page = app.get("/mine").content.decode()
    marks = list(Device.objects.values_list("session", flat=True))
    assert not any(key in page or key in marks for key in keys)


def test_one_that_was_sent_away_has_to_be_let_in_anew(app: Any, phone: Any) -> None:
    assert phone.get("/mine").status_code == 200
    (mark,) = [one.mark for one in devices.listed(keep.now()) if one.name == "Chrome, Android"]

    app.post("/mine/browsers/end", {"mark": mark})

    assert phone.get("/mine").headers["Location"] == "/unlock"
    assert app.get("/mine").status_code == 200
    phone.get("/start", {"key": START_KEY})
    assert phone.get("/mine").status_code == 200


def test_all_others_are_sent_away_at_once(app: Any, phone: Any) -> None:
    third = visitor()
    third.get("/start", {"key": START_KEY})
    app.post("/mine/browsers/end-others")
    assert [client.get("/mine").status_code for client in (app, phone, third)] == [200, 302, 302]
    assert len(devices.listed(keep.now())) == 1


def test_a_mark_that_nobody_has_ends_nobody(app: Any, phone: Any) -> None:
    app.post("/mine/browsers/end", {"mark": "0" * 64})
    app.post("/mine/browsers/end")
    assert phone.get("/mine").status_code == 200


def test_a_browser_let_in_again_is_listed_once_under_a_new_session(app: Any) -> None:
    before = app.cookies["sessionid"].value
    app.get("/start", {"key": START_KEY})
    assert app.cookies["sessionid"].value != before, "a session that somebody else may have planted is not carried on"
    assert len(devices.listed(keep.now())) == 1


def test_when_it_was_last_here_is_remembered_to_some_minutes(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = devices.listed(keep.now())[0]
    for minutes, moves in ((2, False), (6, True)):
        later = first.seen + timedelta(minutes=minutes)
        with monkeypatch.context() as patched:
            patched.setattr(keep, "now", lambda later=later: later)
            app.get("/mine")
        seen = devices.listed(first.seen)[0].seen
        assert seen == (later if moves else first.seen)


def test_a_clock_set_back_by_years_does_not_end_the_list(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = keep.now() - timedelta(days=3000)
    monkeypatch.setattr(keep, "now", lambda: earlier)
    assert app.get("/mine").status_code == 200
    assert devices.listed(earlier)[0].seen == earlier


def test_locking_sends_no_browser_away_but_shows_nothing(tmp_path: Path) -> None:
    app = let_in(tmp_path / "data", PASSPHRASE)
    app.post("/lock")
    assert app.get("/mine").headers["Location"] == "/unlock"
    app.post("/unlock", {"passphrase": PASSPHRASE})
    assert app.get("/mine").status_code == 200
    assert len(devices.listed(keep.now())) == 1


def test_the_address_in_the_terminal_opens_no_journal_that_has_a_passphrase(tmp_path: Path) -> None:
    let_in(tmp_path / "data", PASSPHRASE)
    stranger = visitor()
    assert stranger.get("/start", {"key": START_KEY}).headers["Location"] == "/unlock"
    assert stranger.get("/mine").headers["Location"] == "/unlock"


@pytest.mark.parametrize("key", ["", "wrong", START_KEY[:-1], "schlüssel"])
def test_a_guessed_address_lets_nobody_in(app: Any, key: str) -> None:
    stranger = visitor()
    assert stranger.get("/start", {"key": key}).headers["Location"] == "/unlock"
    assert stranger.get("/mine").status_code == 302


def test_no_address_lets_anybody_in_where_none_was_shown(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEELYARD_START_KEY")
    stranger = visitor()
    assert stranger.get("/start").headers["Location"] == "/unlock"
    assert stranger.get("/start", {"key": ""}).headers["Location"] == "/unlock"
