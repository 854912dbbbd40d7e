"""The answers for a page that has its own frame are those of the page of their own, part by part."""

import re
from html.parser import HTMLParser
from typing import Any

from steelyard.findings.model import Alert, Weighing
from steelyard.reports.html import answers, contents, html, style, warnings
from steelyard.reports.marks import BAND, HAIRLINE, INK, MODEL, QUIET, ZONE

from .weighings import felt, hostile, picture, weighing

ALERT = Alert("a", "serious", "Two together", "Both slow breathing.", "Ask today.", (), "B")


class Ids(HTMLParser):
    """All ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name == "id" and value]


def ids(page: str) -> list[str]:
    parser = Ids()
    parser.feed(page)
    return parser.found


def full() -> Weighing:
    made = weighing(felt(), pictures=(picture(60),))
    from msgspec.structs import replace

    return replace(made, report=replace(made.report, alerts=(ALERT,)))


def test_warnings_and_answers_are_the_page_in_that_order() -> None:
    whole = full()
    page, first, rest = html(whole), warnings(whole.report), answers(whole)
    assert first in page
    assert rest in page
    assert page.index(first) < page.index(rest)
    assert "Two together" in first
    assert "Two together" not in rest


def test_no_warnings_are_nothing() -> None:
    assert warnings(weighing(felt()).report).strip() == ""


def test_every_line_of_the_contents_leads_to_its_part() -> None:
    whole = full()
    there = ids(answers(whole))
    listed = contents(whole.report)
    assert [id for id, _ in listed if id not in there] == []
    assert listed[0] == ("finding-1", whole.report.findings[0].question)
    assert len(there) == len(set(there))


def test_parts_carry_no_style_and_no_script() -> None:
    for part in (answers(full()), warnings(full().report), answers(hostile()), warnings(hostile().report)):
        assert re.findall(r"<script|<style|\sstyle=|<img|javascript:", part) == []


def test_every_colour_of_a_drawing_can_be_changed_by_the_page_around_it() -> None:
    used: set[tuple[Any, ...]] = set(re.findall(r'(fill|stroke)="([^"]+)"', answers(full())))
    named = set(re.findall(r'\[(fill|stroke)="([^"]+)"\]', style()))
    assert used - named - {("fill", "none"), ("stroke", "none")} == set()
    assert {("fill", colour) for colour in (INK, QUIET, HAIRLINE, BAND, ZONE, MODEL)} <= named


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    assert re.findall(r":[^;{]*#[0-9a-fA-F]{3,8}", re.sub(r"\[[^\]]*\]", "", style())) == []
