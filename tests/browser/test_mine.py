"""The page of what is mine, in a real browser: taking along, bringing back, locking, erasing, another language, the sheet on paper."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ..faults.server import App, running
from .pages import PASSPHRASE, PATIENCE_MS, PHONE, begin, log

pytestmark = pytest.mark.browser


def tap(page: Any, name: str) -> None:
    """Press the button or link of this name."""
    page.locator("button, a.button").get_by_text(name, exact=True).first.click()


def downloaded(page: Any, name: str) -> bytes:
    """What comes down when a button is pressed."""
    with page.expect_download() as coming:
        tap(page, name)
    return Path(coming.value.path()).read_bytes()


def test_a_backup_is_downloaded_and_brought_back_on_a_fresh_computer(
    app: App, visit: Callable[..., Any], browser: Any, tmp_path: Path
) -> None:
    page = visit(**PHONE)
    begin(page, app.address, PASSPHRASE)
    log(page, 7)
    page.goto(page.url.rstrip("/") + "/mine")
    journal = downloaded(page, "Only the journal file")
    tap(page, "Make a backup now")
    expect(page.get_by_role("button", name="Download", exact=True)).to_have_count(1)
    backup = tmp_path / "backup.zip"
    backup.write_bytes(downloaded(page, "Download"))
    assert b"pain" in journal and b"pain" not in backup.read_bytes()

    with running(tmp_path / "fresh") as other:
        context = browser.new_context(timezone_id="Europe/Berlin")
        context.set_default_timeout(PATIENCE_MS)
        new = context.new_page()
        new.goto(other.address)
        tap(new, "Bring a backup back")
        new.set_input_files("#file", backup)
        new.fill("#passphrase", "not the passphrase")
        tap(new, "Bring it back")
        expect(new.get_by_role("alert")).to_contain_text("does not open the backup")
        new.set_input_files("#file", backup)
        new.fill("#passphrase", PASSPHRASE)
        tap(new, "Bring it back")
        new.get_by_role("heading", name="It is back").wait_for()
        new.goto(f"http://127.0.0.1:{other.port}/mine")
        assert downloaded(new, "Only the journal file") == journal
        tap(new, "Lock")
        new.fill("#passphrase", PASSPHRASE)
        tap(new, "Open")
        new.get_by_role("heading", name="How is it now?").wait_for()
        new.goto(f"http://127.0.0.1:{other.port}/mine")
        assert downloaded(new, "Only the journal file") == journal
        context.close()


def test_the_export_is_the_import(app: App, visit: Callable[..., Any], tmp_path: Path) -> None:
    page = visit()
    begin(page, app.address)
    log(page, 4)
    page.goto(page.url.rstrip("/") + "/mine")
    everything = tmp_path / "everything.zip"
    everything.write_bytes(downloaded(page, "Download everything"))
    names = zipfile.ZipFile(io.BytesIO(everything.read_bytes())).namelist()
    assert {"journal.jsonl", "tables/rating.csv"} <= set(names)

    page.set_input_files("#file", everything)
    tap(page, "Bring it in")
    page.get_by_role("heading", name="Nothing could be used").or_(page.get_by_role("heading", name="Brought in")).wait_for()
    said = page.locator("main").inner_text()
    assert "0 entries are new." in said and "What was not as expected" not in said


def test_erasing_needs_the_word_and_leaves_nothing_behind(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    page.goto(page.url.rstrip("/") + "/mine")
    tap(page, "Make a backup now")
    page.get_by_role("button", name="Download", exact=True).wait_for()
    tap(page, "Erase everything for good …")
    page.fill("#word", "yes")
    tap(page, "Erase everything")
    page.get_by_role("alert").wait_for()
    page.check("#with_backups")
    page.fill("#word", "erase")
    tap(page, "Erase everything")
    page.get_by_role("heading", name="Everything was erased").wait_for()
    assert [path.name for path in app.folder.rglob("*") if path.is_file()] == []

    page.goto(app.address)
    page.get_by_role("heading", name="A journal that stays with you").wait_for()


def test_a_passphrase_set_later_leads_to_the_sheet(app: App, visit: Callable[..., Any]) -> None:
    page = visit()
    begin(page, app.address)
    page.goto(page.url.rstrip("/") + "/mine/passphrase")
    page.fill("#new", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    tap(page, "Encrypt with this passphrase")
    page.get_by_role("heading", name="Recovery sheet").wait_for()
    page.emulate_media(media="print")
    assert page.get_by_role("link", name="Back").count() == 0 or not page.get_by_role("link", name="Back").is_visible()
    lines = page.locator(".by-hand").bounding_box()
    assert lines["height"] >= 60, "room to write on by hand"
    page.emulate_media(media="screen")
    tap(page, "Lock")
    expect(page).to_have_title("Locked")


def test_german_is_one_tap_and_stays(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    page.goto(app.address)
    tap(page, "Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    tap(page, "Ohne Passphrase beginnen")
    page.locator("#substance").wait_for()
    page.goto(f"http://127.0.0.1:{app.port}/mine")
    expect(page.get_by_role("heading", name="Meins")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_is_wider_than_the_screen_nor_too_small_to_tap(app: App, visit: Callable[..., Any], width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    begin(page, app.address, PASSPHRASE)
    home = page.url.rstrip("/")
    page.goto(home + "/mine")
    tap(page, "Make a backup now")
    page.get_by_role("button", name="Download", exact=True).wait_for()
    for address in ("/mine", "/mine/passphrase", "/mine/erase", "/mine/sheet"):
        page.goto(home + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        for button in page.locator("main button, main a.button, main summary").all():
            box = button.bounding_box()
            assert not button.is_visible() or (box["height"] >= 47.5 and box["width"] >= 47.5), (address, button.inner_text())


def test_by_the_keyboard_alone(app: App, visit: Callable[..., Any]) -> None:
    """Each control can be reached with the tab key, in the order of the page, and shows that it is reached."""
    page = visit()
    begin(page, app.address)
    page.goto(page.url.rstrip("/") + "/mine/erase")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or reached[-1] == "", reached[-1]
        if reached[-1] == "word":
            break
    assert reached[-1] == "word"
    page.keyboard.type("erase")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Everything was erased").wait_for()
