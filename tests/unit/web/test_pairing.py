"""In the home network nobody is answered who was not paired; a code pairs one browser, once."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from steelyard.actions import devices, keep, lan
from steelyard.journal import paired
from steelyard.web import pairing

from ...keeping import PASSPHRASE, START_KEY, let_in, visitor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
CODE = "ABCDEFGH"
ELSEWHERE = [
    "/history",
    "/unlock",
    "/mine",
    "/offline",
    "/worker.js",
    "/manifest.webmanifest",
    "/queue/key",
    "/start",
    "/first",
    "/i18n/language",
]


@pytest.fixture(params=["", PASSPHRASE], ids=["plain", "encrypted"])
def home(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal that is reached from the home network, with a code that is good."""
    folder = tmp_path / "data"
    let_in(folder, request.param)
    network, _ = lan.set_up(folder, "127.0.0.1", 8317, (), keep.now())
    for name, value in lan.hand_over(network).items():
        monkeypatch.setitem(os.environ, name, value)
    monkeypatch.setattr(lan, "CODES", lan.Codes())
    monkeypatch.setattr(pairing, "tries", pairing.Tries())
    lan.CODES.add(CODE, keep.steady())
    return folder


def phone() -> Any:
    return visitor(**{"user-agent": PHONE})


def paired_phone() -> Any:
    client = phone()
    assert client.post("/pair", {"code": CODE}).status_code == 302
    if keep.encrypted():
        client.post("/unlock", {"passphrase": PASSPHRASE})
    return client


@pytest.mark.parametrize("path", ELSEWHERE)
def test_who_was_not_paired_is_not_answered(home: Path, path: str) -> None:
    answer = phone().get(path)
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("path", ["/", "/history", "/offline", "/start"])
def test_a_page_leads_to_the_page_to_pair_which_does_not_say_what_this_is(home: Path, path: str) -> None:
    assert phone().get(path, headers={"accept": "text/html,*/*"}).headers["Location"] == "/pair"
    page = phone().get("/pair").content.decode()
    assert "Pairing code" in page
    assert "teelyard" not in page.replace("/static/", "")
    assert 'href="/history"' not in page


def test_nothing_can_be_sent_before_pairing(home: Path) -> None:
    assert phone().post("/rating", {"value": "6"}).status_code == 403
    assert phone().post("/unlock", {"passphrase": PASSPHRASE}).status_code == 403
    assert phone().post("/start", {"key": "guess", "none": "1"}).status_code == 403
    assert keep.journal().records == ()


def test_a_code_pairs_a_browser_and_with_a_passphrase_opens_nothing_by_itself(home: Path) -> None:
    client = phone()
    assert client.post("/pair", {"code": "abcd-efgh "}).headers["Location"] == "/"
    if keep.encrypted():
        assert client.get("/history").headers["Location"] == "/unlock"
        client.post("/unlock", {"passphrase": PASSPHRASE})
    assert client.get("/history").status_code == 200
    assert any(browser.name == "Chrome, Android" for browser in devices.listed(keep.now()))


def test_the_cookie_of_a_paired_browser_is_kept_from_scripts_and_other_sites(home: Path) -> None:
    cookie = paired_phone().cookies[pairing.COOKIE]
    assert pairing.COOKIE.startswith("__Host-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Strict",
        "/",
        "",
    )


def test_a_code_works_once(home: Path) -> None:
    paired_phone()
    second = phone()
    assert second.post("/pair", {"code": CODE}).status_code == 403
    assert second.get("/history").status_code == 403


def test_a_code_works_for_ten_minutes() -> None:
    codes = lan.Codes()
    codes.add("AAAAAAAA", 1000.0)
    codes.add("BBBBBBBB", 1000.0)
    assert codes.use("AAAAAAAA", 1599.0)
    assert not codes.use("BBBBBBBB", 1600.0)


def test_wrong_codes_have_to_wait_and_the_right_one_with_them(home: Path) -> None:
    client = phone()
    answers = [client.post("/pair", {"code": "WRNG2345"}) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {403}
    assert "Too many tries" in answers[-1].content.decode()
    assert client.post("/pair", {"code": CODE}).status_code == 403
    assert lan.CODES.use(CODE, keep.steady())  # it was not even looked at


def test_codes_cannot_be_guessed_in_their_time() -> None:
    assert len({lan.new_code() for _ in range(200)}) == 200
    assert all(len(lan.new_code()) == 8 and lan.plain(lan.new_code().lower()) for _ in range(20))
    assert len(set(lan.LETTERS)) == 32 and not set("01IO") & set(lan.LETTERS)


def test_the_address_in_the_terminal_pairs_too(home: Path) -> None:
    client = visitor()
    client.get("/start", {"key": START_KEY})
    if keep.encrypted():
        client.post("/unlock", {"passphrase": PASSPHRASE})
    assert client.get("/history").status_code == 200


def test_sending_a_browser_away_ends_its_pairing(home: Path) -> None:
    client = paired_phone()
    mark = next(browser.mark for browser in devices.listed(keep.now()) if "Android" in browser.name)
    assert devices.end(mark, keep.now())
    assert client.get("/history").status_code == 403
    assert client.get("/unlock").status_code == 403


def test_sending_all_others_away_leaves_this_one_paired(home: Path) -> None:
    here = visitor()
    here.get("/start", {"key": START_KEY})
    if keep.encrypted():
        here.post("/unlock", {"passphrase": PASSPHRASE})
    client = paired_phone()
    here.post("/mine/browsers/end-others")
    assert (here.get("/history").status_code, client.get("/unlock").status_code) == (200, 403)


@pytest.mark.parametrize("home", [PASSPHRASE], indirect=True)
def test_while_locked_a_paired_browser_is_asked_for_the_passphrase_and_others_for_a_code(home: Path) -> None:
    client = paired_phone()
    keep.lock()
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/unlock"
    assert phone().get("/", headers={"accept": "text/html"}).headers["Location"] == "/pair"
    assert client.get("/queue/key").status_code == 503


def test_only_hashes_of_what_browsers_hold_are_kept(home: Path) -> None:
    token = paired_phone().cookies[pairing.COOKIE].value
    text = (home / paired.FILE).read_text()
    assert token not in text
    assert sha256(token.encode()).hexdigest() in text
    assert (home / paired.FILE).stat().st_mode & 0o777 == 0o600


def test_a_damaged_list_lets_nobody_in(home: Path) -> None:
    client = paired_phone()
    (home / paired.FILE).write_text("{")
    assert client.get("/history").status_code == 403


def test_a_browser_that_is_in_shows_a_code_for_the_next(home: Path) -> None:
    client = paired_phone()
    assert client.get("/mine/phone").status_code == 200
    page = client.post("/mine/phone").content.decode()
    code = page.partition('class="code">')[2].partition("<")[0]
    assert 'src="data:image/svg+xml' in page
    assert phone().post("/pair", {"code": code}).status_code == 302
    assert phone().get("/mine/phone").status_code == 403


def test_the_certificate_to_trust_is_given_to_anybody(home: Path) -> None:
    answer = phone().get("/pair/authority.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert answer.content == lan.authority()
    assert b"PRIVATE" not in answer.content


def test_erasing_the_journal_takes_certificates_and_pairings_along(home: Path) -> None:
    paired_phone()
    assert {"lan.key", "lan-authority.key", paired.FILE} <= set(keep.erasing(False))


def test_without_the_option_nothing_of_this_is_there(tmp_path: Path) -> None:
    client = let_in(tmp_path / "data")
    assert client.get("/pair").status_code == 404
    assert client.get("/pair/authority.crt").status_code == 404
    assert "--lan" in client.get("/mine/phone").content.decode()
    assert client.get("/history").status_code == 200
    assert not (tmp_path / "data" / paired.FILE).exists()


def test_what_the_terminal_shows_leads_a_phone_there(tmp_path: Path) -> None:
    network, made = lan.set_up(tmp_path, "127.0.0.1", 8400, ["diary.home.arpa"], NOW)
    text = "\n".join(lan.told(network, made.new_authority))
    assert network.url == f"https://127.0.0.1:8400/pair#{network.code}"
    assert "https://127.0.0.1:8400/pair" in text
    assert lan.spaced(network.code) in text
    assert made.print in text and made.authority_print in text
    assert "▀" in text or "█" in text
    assert "diary.home.arpa" in network.names


def test_what_is_handed_over_arrives() -> None:
    told = lan.Network("fd00::2", 8317, ("fd00::2", "attic.local"), "AA", "BB", CODE)
    assert lan.network(lan.hand_over(told)) == told
    assert lan.network({}) is None
    assert lan.hosts(told) == ("[fd00::2]", "attic.local")
    assert told.url == f"https://[fd00::2]:8317/pair#{CODE}"


@pytest.mark.parametrize("chosen", ["attic", "192.0.2.7", "0.0.0.0", "300.1.1.1"])
def test_an_address_that_is_not_this_computers_is_refused(tmp_path: Path, chosen: str) -> None:
    with pytest.raises(ValueError, match="address"):
        lan.set_up(tmp_path, chosen, 8317, (), NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["not a name", "*.example.org", "-x.org", "a..b", ""])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        lan.set_up(tmp_path, "127.0.0.1", 8317, [name], NOW)
