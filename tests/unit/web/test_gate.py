"""Who gets in, what every answer carries, and that nothing a person wrote stands in an address, a log or a page of errors."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

from steelyard.actions import keep
from steelyard.journal import store
from steelyard.records.model import Dose
from steelyard.web import entering
from steelyard.web.gate import FREE_TRIES, Tries

from ...keeping import PASSPHRASE, START_KEY, begin, let_in, turn_to, visitor

PAGES = ("/", "/history", "/photos", "/photos/new", "/first", "/new/dose", "/earlier/dose", "/entry/x", "/photos/x.jpg")
SAVING = (
    "/rating",
    "/dose",
    "/undo",
    "/bring-back",
    "/new/dose",
    "/entry/x",
    "/entry/x/withdraw",
    "/tour",
    "/tour/end",
    "/quick",
    "/zone",
)


@pytest.fixture(autouse=True)
def _tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "tries", Tries())


def test_before_the_first_start_every_page_leads_to_it(tmp_path: Path) -> None:
    turn_to(tmp_path)
    for address in PAGES:
        assert visitor().get(address).headers["Location"] == "/start"


def test_a_stranger_is_shown_nothing_and_keeps_nothing(app: Any) -> None:
    stranger = visitor()
    for address in PAGES:
        assert stranger.get(address).headers["Location"] == "/unlock", address
    for address in SAVING:
        assert stranger.post(address, {"value": "3", "skip": "1"}).headers["Location"] == "/unlock", address
    assert store.count() == 0


def test_the_first_start_with_a_passphrase_encrypts_what_is_written(tmp_path: Path) -> None:
    turn_to(tmp_path)
    client = visitor()
    told = {"key": START_KEY, "passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert client.post("/start", told).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/first"
    client.post("/new/side_effect", {"effect_own": "a very rare word"})
    assert keep.encrypted()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"a very rare word" not in content and b"SQLite format" not in content


@pytest.mark.parametrize(
    "told",
    [{"passphrase": PASSPHRASE, "again": "other"}, {"passphrase": "short", "again": "short"}, {"passphrase": "", "again": ""}],
)
def test_a_passphrase_that_will_not_do_begins_nothing(tmp_path: Path, told: dict[str, str]) -> None:
    turn_to(tmp_path)
    page = visitor().post("/start", {"key": START_KEY, **told})
    assert page.status_code == 422 and b'role="alert"' in page.content
    assert not keep.exists()


def test_while_it_is_locked_every_page_leads_to_the_passphrase(tmp_path: Path) -> None:
    client = let_in(tmp_path, PASSPHRASE)
    assert client.get("/").status_code == 200
    assert client.post("/lock").headers["Location"] == "/unlock"
    for address in PAGES:
        assert client.get(address).headers["Location"] == "/unlock"
    assert b"Steelyard" not in client.get("/unlock").content, "a locked journal does not say what it is"


def test_the_passphrase_unlocks_and_a_wrong_one_is_told_clearly(tmp_path: Path) -> None:
    begin(tmp_path, PASSPHRASE)
    keep.lock()
    client = visitor()
    page = client.post("/unlock", {"passphrase": "not this one"})
    assert page.status_code == 403 and b"does not open the journal" in page.content
    assert client.post("/unlock", {"passphrase": PASSPHRASE}).headers["Location"] == "/"


def test_guessing_has_to_wait_longer_and_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, waits = Tries(), []
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    for _ in range(FREE_TRIES + 12):
        tries.wrong()
        waits.append(tries.wait_s())
    assert waits[: FREE_TRIES - 1] == [0.0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [2.0, 4.0, 8.0]
    assert waits[-1] == 300.0, "five minutes at most, so that nobody is locked out for good"
    tries.right()
    assert tries.wait_s() == 0.0


def test_even_the_right_passphrase_waits_after_too_many_guesses(tmp_path: Path) -> None:
    begin(tmp_path, PASSPHRASE)
    keep.lock()
    client = visitor()
    for _ in range(FREE_TRIES):
        client.post("/unlock", {"passphrase": "not this one"})
    page = client.post("/unlock", {"passphrase": PASSPHRASE})
    assert page.status_code == 403 and b"Too many tries" in page.content
    assert keep.locked()


@pytest.mark.parametrize("address", ["/", "/history", "/new/dose", "/unlock", "/no/such/page", "/photos/x.jpg", "/rating"])
def test_every_answer_forbids_what_comes_from_elsewhere_and_is_kept_nowhere(app: Any, address: str) -> None:
    for answer in (app.get(address), app.post(address, {"value": "99"})):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/history", "/new/dose", "/new/ratings", "/earlier/rating", "/first", "/photos/new"])
def test_no_page_carries_a_script_or_style_of_its_own(app: Any, address: str) -> None:
    page = app.get(address).content.decode()
    assert "style=" not in page and "<style" not in page and " on" + "click" not in page
    for script in page.split("<script")[1:]:
        assert script.startswith(' src="/static/')
    assert "//" not in page.replace("https://", "").split("</head>")[0] or "http" not in page


def test_a_form_from_elsewhere_is_refused(app: Any) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    strict.cookies = app.cookies
    assert strict.post("/rating", {"value": "3"}).status_code == 403
    assert store.count() == 0


@pytest.mark.parametrize("host", ["steelyard.example", "169.254.1.1", "localhost.example", "[::2]"])
def test_another_name_for_this_machine_is_refused(app: Any, host: str) -> None:
    assert app.get("/", headers={"host": host}).status_code == 400


def test_cookies_stay_with_this_app(app: Any) -> None:
    app.get("/new/dose")
    for cookie in app.cookies.values():
        assert cookie["samesite"] == "Strict" and cookie["httponly"]


def test_no_address_has_a_place_for_what_a_person_wrote() -> None:
    places: set[str] = set()
    for one in get_resolver().url_patterns:
        assert isinstance(one, URLPattern)
        places |= set(one.pattern.converters)
    assert places <= {"id", "file", "form", "what"}, "opaque ids, names of files, and names of forms"


def test_nothing_that_was_typed_reaches_a_log(app: Any, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "zolpidemish"
    app.post("/new/dose", {"substance_own": secret, "amount": secret})
    app.post("/new/dose", {"substance_own": secret, "note": secret, "skip": "1"})
    app.post("/history", {"words": secret})
    app.get("/history")
    app.post("/rating", {"value": secret})
    assert any(isinstance(kept.record, Dose) for kept in store.of(Dose))
    said = capfd.readouterr()
    assert secret not in said.out + said.err
    shown = [r for r in caplog.records if not r.name.startswith("django.db")]
    assert not any(secret in r.getMessage() for r in shown)
