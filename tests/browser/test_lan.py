"""The app in the home network: a phone pairs, and logs without the journal, over the HTTPS address."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import expect

from steelyard.actions import address

from ..faults.server import App, free_port, run
from .pages import PATIENCE_MS, PHONE, begin, everything_kept, ready, waiting

pytestmark = pytest.mark.browser


@dataclass
class Home:
    """A running app in the network: `start` for this computer, `pair` with the code in it for a phone, and what the terminal showed."""

    start: str
    pair: str
    code: str
    said: str
    folder: Path

    @property
    def site(self) -> str:
        return self.pair.partition("/pair")[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder, port = tmp_path_factory.mktemp("lan"), free_port()
    try:
        address.found()
        more = ["--lan"]
    except ValueError:
        more = ["--lan", "127.0.0.1"]  # a machine without a network: the same by another address
    process = run(folder, port, *more)
    assert process.stderr is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    start, pair = re.findall(r"https://\S+", said)[:2]
    code = re.search(r"ten minutes: (\S+)", said)
    assert code is not None
    app = App(process, port, start, folder)
    try:
        yield Home(start, f"{pair}#{code[1].replace('-', '')}", code[1], said, folder)
    finally:
        app.kill()


@pytest.fixture(scope="module")
def opened(home: Home, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A function that gives browsers, each with a profile of its own, that trust the certificate as if its authority had been installed."""
    key = x509.load_pem_x509_certificate((home.folder / "lan.crt").read_bytes()).public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    trust = f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(spki).digest()).decode()}"
    program, contexts = which("chromium") or which("chromium-browser") or which("google-chrome"), []

    def open_one(**kind: Any) -> Any:
        profile = str(tmp_path_factory.mktemp("profile"))
        context = browser.browser_type.launch_persistent_context(
            profile, executable_path=program, args=["--no-sandbox", trust], **kind
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def desk(home: Home, opened: Any) -> Any:
    """The page of a browser on this computer, in which the journal was begun without a passphrase."""
    page = opened(viewport={"width": 1200, "height": 900}).new_page()
    begin(page, home.start)
    return page


@pytest.fixture(scope="module")
def phone(home: Home, desk: Any, opened: Any) -> Any:
    """A phone that read the picture on the terminal and was paired."""
    context = opened(**PHONE)
    page = context.new_page()
    page.goto(home.pair)
    expect(page.locator("#code")).to_have_value(home.code.replace("-", ""))
    expect(page).to_have_url(f"{home.site}/pair")
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url(f"{home.site}/")
    return context


def stranger(page: Any, home: Home) -> bool:
    """Whether a browser is shown nothing but the page to pair."""
    page.goto(f"{home.site}/history")
    asked = page.evaluate("fetch('/queue/key').then((answer) => answer.status)")
    return (page.url, asked) == (f"{home.site}/pair", 403)


def test_the_terminal_shows_picture_code_and_fingerprints(home: Home) -> None:
    assert re.search(r"[█▀▄]{8}", home.said)
    assert re.search(r"SHA-256: ([0-9A-F]{2}:){31}[0-9A-F]{2}", home.said)
    assert "stop with Ctrl-C" in home.said


def test_without_a_certificate_that_is_trusted_the_browser_refuses(home: Home, browser: Any) -> None:
    page = browser.new_page()
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(home.site)
    page.close()


def test_a_stranger_is_not_answered_and_a_wrong_code_is_refused(home: Home, desk: Any, opened: Any) -> None:
    page = opened(**PHONE).new_page()
    assert stranger(page, home)
    page.fill("#code", "WRNG-2345")
    page.get_by_role("button", name="Pair").click()
    page.get_by_text("This code is not good").wait_for()
    assert stranger(page, home)


def test_a_paired_phone_logs_and_logs_offline_over_https(home: Home, phone: Any) -> None:
    page = phone.pages[-1]
    page.goto(f"{home.site}/")
    assert page.evaluate("window.isSecureContext && location.protocol") == "https:"
    ready(page)
    phone.set_offline(True)
    page.get_by_role("button", name="8", exact=True).click()
    page.wait_for_url("**/offline")
    waiting(page, 1)
    page.reload()
    page.fill("#words", "quicksilver words")
    page.get_by_role("button", name="Keep the note").click()
    waiting(page, 2)
    expect(page.locator("#unsent")).to_contain_text("Not saved yet: 2")
    assert "quicksilver" not in everything_kept(page)
    phone.set_offline(False)
    waiting(page, 0)
    page.goto(f"{home.site}/history")
    found = page.locator("main .lines li").all_inner_texts()
    assert sorted(("pain 8" in line, "quicksilver" in line) for line in found) == [(False, True), (True, False)]


def test_the_code_that_was_used_pairs_nobody_else(home: Home, phone: Any, opened: Any) -> None:
    page = opened(**PHONE).new_page()
    page.goto(home.pair)
    expect(page.locator("#code")).to_have_value(home.code.replace("-", ""))
    page.get_by_role("button", name="Pair").click()
    page.get_by_text("This code is not good").wait_for()
    assert stranger(page, home)


def test_the_computer_shows_a_code_for_one_more_and_sends_a_phone_away(home: Home, desk: Any, phone: Any) -> None:
    desk.goto(f"{home.start.partition('/start')[0]}/mine/phone")
    desk.get_by_role("button", name="Show a pairing code").click()
    desk.locator("img.qr").wait_for()
    assert desk.locator("img.qr").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", desk.locator(".code").inner_text())
    desk.goto(f"{home.start.partition('/start')[0]}/mine")
    desk.get_by_role("button", name="Send away", exact=True).click()
    expect(desk.get_by_role("button", name="Send away", exact=True)).to_have_count(0)
    assert stranger(phone.pages[-1], home)


def test_cookies_are_for_https_only_and_nothing_forces_it_beyond(home: Home, desk: Any) -> None:
    cookies = desk.context.cookies()
    assert {cookie["name"]: (cookie["secure"], cookie["sameSite"]) for cookie in cookies} == {
        name: (True, "Strict") for name in ("sessionid", "csrftoken", "__Host-paired", "django_language")
    }
    answer = desk.goto(f"{home.start.partition('/start')[0]}/")
    assert "strict-transport-security" not in answer.headers
