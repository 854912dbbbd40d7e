"""The letter in a real browser: a line is ticked, the PDF comes down without it, and the tick is still there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pyrage
import pytest

from ..faults.server import App
from .pages import PHONE, begin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK = {"viewport": {"width": 1200, "height": 900}}
PASSPHRASE = "four plain words here"


def at(app: App, address: str) -> str:
    return f"http://127.0.0.1:{app.port}{address}"


def medicine(page: Any, app: App, name: str) -> None:
    page.goto(at(app, "/new/medicine"))
    page.fill("#name", name)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()


def said(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_struck_line_is_not_in_the_download(
    app: App, visit: Callable[..., Any], tmp_path: Path, screen: dict[str, Any]
) -> None:
    page = visit(**screen)
    begin(page, app.address)
    for name in ("sertraline", "paracetamol"):
        medicine(page, app, name)
    page.goto(at(app, "/questions"))
    page.get_by_role("link", name="Letter").click()
    page.get_by_role("checkbox", name="Medicine: sertraline.").check()
    width = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert width is True, "nothing is wider than the screen"
    letter = tmp_path / "letter.pdf"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the PDF").click()
    assert download.value.suggested_filename == "letter.pdf"
    download.value.save_as(letter)
    told = said(letter)
    assert "Medicine: paracetamol." in told and "Medicine: sertraline." not in told
    assert "The person left out 1 line." in told

    page.goto(at(app, "/letter"))
    assert page.get_by_role("checkbox", name="Medicine: sertraline.").is_checked()


def test_enter_in_the_passphrase_hands_nothing_over_and_the_button_hands_over_what_is_sealed(
    app: App, visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit(**DESK)
    begin(page, app.address)
    medicine(page, app, "paracetamol")
    page.goto(at(app, "/letter"))
    downloads: list[Any] = []
    page.on("download", lambda one: downloads.append(one))  # noqa: PLW0108  # the driver cannot mark a method of a list
    page.fill("#passphrase", PASSPHRASE)
    page.press("#passphrase", "Enter")
    page.wait_for_load_state()
    page.goto(at(app, "/mine"))
    assert downloads == [] and "letter" not in page.locator("section", has_text="What was done").inner_text()

    page.goto(at(app, "/letter"))
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    sealed, letter = tmp_path / "letter.pdf.age", tmp_path / "letter.pdf"
    with page.expect_download() as download:
        page.get_by_role("button", name="sealed with the passphrase").click()
    download.value.save_as(sealed)
    letter.write_bytes(pyrage.passphrase.decrypt(sealed.read_bytes(), PASSPHRASE))
    assert "Medicine: paracetamol." in said(letter)
    page.goto(at(app, "/mine"))
    assert "letter sealed with a passphrase" in page.locator("section", has_text="What was done").inner_text()
