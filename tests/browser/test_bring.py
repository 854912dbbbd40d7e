"""Bringing a file of another app in, in a real browser on a phone: choosing it, saying what it means, and what came of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ..faults.server import App
from .pages import PHONE, begin
from .test_accessibility import broken

pytestmark = pytest.mark.browser
INVENTED = Path(__file__).parents[1] / "unit/exchange/invented"


def hand_over(page: Any, file: Path) -> None:
    """Choose a file on the page of what is mine, and bring it in."""
    page.goto(re.sub(r"(?<=\d)/.*", "/mine", page.url))
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Bring it in").click()


def test_a_table_is_explained_and_brought_in(app: App, visit: Callable[..., Any], tmp_path: Path) -> None:
    table = tmp_path / "diary.csv"
    table.write_bytes(b"Day;Clock;Pain;Powder (g);Remarks\n3.4.2025;08:10;6;2,5;fine\n3.4.2025;12:00;4;;\n")
    page = visit(**PHONE)
    begin(page, app.address)
    hand_over(page, table)
    expect(page.get_by_role("heading", name="What is in this file?")).to_be_visible()
    assert broken(page, "the question") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the edge"
    expect(page.locator("#substance-3")).to_have_value("kratom")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("heading", name="Brought in")).to_be_visible()
    expect(page.get_by_text("3 entries are new.")).to_be_visible()
    assert broken(page, "what came of it") == []


def test_an_export_is_recognised_and_whose_entries_are_asked(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    hand_over(page, INVENTED / "psychonautwiki.json")
    page.select_option("#person", "Sam")
    assert broken(page, "the question whose") == []
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("It was recognised as: psychonautwiki.")).to_be_visible()


def test_what_was_left_out_is_told_by_kind_and_each_can_be_unfolded(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    hand_over(page, INVENTED / "apple_health.xml")
    each = page.get_by_text("line 28, correlation: 1 entry")
    expect(page.get_by_text("3 entries (2 step count, 1 correlation)")).to_be_visible()
    expect(each).to_be_hidden()
    page.get_by_text("Each of these by itself").click()
    expect(each).to_be_visible()
    assert broken(page, "what was left out") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the edge"
