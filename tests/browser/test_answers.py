"""The answers in a real browser: warnings first, logging goes on while they are worked out, and locking ends the work."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..faults.server import App, running
from .pages import PASSPHRASE, PHONE, begin, log

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1200, "height": 900}}
PATIENCE_S = 240.0


def at(app: App, address: str) -> str:
    return f"http://127.0.0.1:{app.port}{address}"


def look_around(page: Any, app: App, passphrase: str = "") -> None:
    """Begin, write a medicine down, and show the invented journal with that medicine in it."""
    begin(page, app.address, passphrase)
    page.goto(at(app, "/first"))
    page.get_by_role("button", name="Look around first").click()
    page.get_by_text("of no real person").wait_for()
    page.goto(at(app, "/new/medicine"))
    page.fill("#name", "sertraline")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()


def answered(page: Any) -> None:
    """Wait until the page says that the weighing is done, without a look at it in between."""
    end = time.monotonic() + PATIENCE_S
    while page.locator("#words").inner_text() != "That is done.":
        assert time.monotonic() < end
        page.wait_for_timeout(500)


def weighers(app: App) -> list[str]:
    """The command lines of the weighings that belong to this app: processes of its session."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().decode().replace("\0", " ").strip()
                if "steelyard.actions.weigher" in line and os.getsid(int(folder.name)) == app.process.pid:
                    found.append(line)
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def gone(app: App) -> bool:
    end = time.monotonic() + 60
    while weighers(app) and time.monotonic() < end:
        time.sleep(0.1)
    return not weighers(app)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_answers_come_while_logging_goes_on(app: App, visit: Callable[..., Any], screen: dict[str, Any]) -> None:
    page = visit(**screen)
    look_around(page, app)
    page.goto(at(app, "/answers"))
    page.get_by_text("Your journal is being weighed").wait_for()
    headings = page.locator("main h2").all_inner_texts()
    assert headings[0] == "First of all", "warnings wait for nothing"
    assert "sertraline" in page.locator(".alert").first.inner_text()
    assert "Does kratom change pain for this person?" not in headings

    other = page.context.new_page()
    other.goto(at(app, "/timeline"))
    other.locator("svg.timeline:visible").wait_for()
    assert weighers(app) != [], "nothing of this waited for the weighing"
    other.close()

    answered(page)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("heading", name="Does kratom change pain for this person?").wait_for()
    headings = page.locator("main h2").all_inner_texts()
    assert headings[:2] == ["First of all", "In short"]
    assert page.locator(".short li").count() == page.locator(".finding").count() >= 1
    page.locator(".short a").first.click()
    assert page.url.endswith("/answers#finding-1")
    assert page.locator(".answer .verdict").first.is_visible()
    assert page.locator("figure svg:visible").count() == 0, "pictures and figures come when asked for"
    page.locator(".finding summary").first.click()
    assert page.locator("figure svg:visible").count() >= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    assert page.evaluate("getComputedStyle(document.querySelector('.alert')).borderLeftWidth") == "10px", "the style sheet came"

    page.goto(at(app, "/"))
    log(page, 6)
    page.goto(at(app, "/answers"))
    page.get_by_text("older than your last entries").wait_for()
    assert page.locator(".answer .verdict").first.is_visible(), "the older answer stays until the new one is there"


def test_a_dose_is_logged_while_the_weighing_runs(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    look_around(page, app)
    page.goto(at(app, "/answers"))
    page.get_by_text("Your journal is being weighed").wait_for()
    page.goto(at(app, "/"))
    log(page, 7)
    assert weighers(app) != [], "a rating does not queue behind the weighing"


def test_the_weighing_keeps_its_secrets_and_ends_with_the_lock(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**DESK)
    look_around(page, app, PASSPHRASE)
    page.goto(at(app, "/answers"))
    page.get_by_text("Your journal is being weighed").wait_for()
    (line,) = weighers(app)
    assert line.endswith("-m steelyard.actions.weigher")
    page.goto(at(app, "/"))
    page.get_by_role("button", name="Lock").click()
    page.locator("#passphrase").wait_for()
    assert gone(app)


def test_the_weighing_does_not_outlive_the_app(browser: Any, tmp_path: Path) -> None:
    with running(tmp_path / "own") as app:
        context = browser.new_context(**DESK)
        page = context.new_page()
        look_around(page, app)
        page.goto(at(app, "/answers"))
        page.get_by_text("Your journal is being weighed").wait_for()
        assert weighers(app) != []
        context.close()
        os.kill(app.process.pid, signal.SIGTERM)
        app.process.wait(timeout=60)
        assert gone(app)


def test_without_scripts_the_answers_are_a_link_away(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    look_around(page, app)
    page.goto(at(app, "/answers"))
    again = page.get_by_role("link", name="Look again").get_attribute("href")
    end = time.monotonic() + PATIENCE_S
    while page.locator(".answer .verdict").count() == 0:
        assert time.monotonic() < end
        page.wait_for_timeout(1000)
        page.goto(at(app, again))
    assert page.locator(".answer .verdict").first.is_visible()


def test_the_timeline_fits_its_screen_and_its_colours(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    look_around(page, app)
    for span in ("weeks", "months", "all"):
        page.goto(at(app, f"/timeline?span={span}"))
        assert page.locator("svg.timeline:visible").count() == 1
        assert page.locator("svg.narrow").is_visible()
        assert page.locator("svg.narrow .dot").count() >= 10
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fills = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        fills[scheme] = page.evaluate("getComputedStyle(document.querySelector('.narrow .title')).fill")
    assert fills["light"] != fills["dark"]
    page.emulate_media(forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.narrow .bar')).stroke") == page.evaluate(
        "getComputedStyle(document.body).color"
    ), "bars are seen in colours the person chose"


def test_only_the_sheet_is_printed(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**DESK)
    look_around(page, app)
    page.goto(at(app, "/questions"))
    page.fill("#text", "How long may this go on?")
    page.get_by_role("button", name="Put it on the sheet").click()
    page.get_by_role("button", name="Keep Kratom and sertraline").click()
    page.get_by_role("button", name="Strike out Kratom and sertraline").wait_for()
    assert page.locator("#suggested").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("#suggested").is_visible()
    assert not page.locator("nav").first.is_visible()
    assert not page.get_by_role("button", name="Strike out").first.is_visible()
    assert [text.split("\n")[0] for text in page.locator(".asks li:visible").all_inner_texts()] == [
        "How long may this go on?",
        "Kratom and sertraline: too much serotonin is possible",
    ]
    assert page.locator(".asks li").first.bounding_box()["height"] >= 90, "room to write in"
