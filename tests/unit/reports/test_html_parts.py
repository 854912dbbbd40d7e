"""The answers for a page that has its own frame say what the page of their own says, part by part, with much of it folded away."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from msgspec.structs import replace

from steelyard.findings.model import Alert, Section, Weighing
from steelyard.reports.html import answers, contents, html, short, style, warnings
from steelyard.reports.marks import BAND, HAIRLINE, INK, MODEL, QUIET, ZONE

from .weighings import felt, hostile, picture, weighing

ALERT = Alert("a", "serious", "Two together", "Both slow breathing.", "Ask today.", (), "B")


SECTION = Section("law", "The law where you live", "Laws change.", ())


class Read(HTMLParser):
    """All ids of a page, its texts, those that are seen before anything is opened, and how deep they lie in headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.seen: list[str] = []
        self.folds: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attributes if name == "id" and value]
        if tag not in ("br", "meta", "link", "input", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if not said or {"style", "title"} & set(self._open):
            return
        if "summary" in self._open:
            self.folds.append(said)
        else:
            self.texts.append(said)
        if "details" not in self._open:
            self.seen.append(said)


def full() -> Weighing:
    made = weighing(felt(), pictures=(picture(60),))
    return replace(made, report=replace(made.report, alerts=(ALERT,), sections=(SECTION,)))


def test_parts_say_what_the_page_says_and_nothing_else() -> None:
    whole = full()
    main = re.search(r"<main>(.*)</main>", html(whole), re.DOTALL)
    assert main is not None
    parts = Read(warnings(whole.report) + answers(whole))
    assert Counter(parts.texts) == Counter(Read(main[1]).texts)
    assert "Two together" not in answers(whole)


def test_what_is_seen_at_once_is_the_answer_and_what_to_do() -> None:
    whole = full()
    (finding,) = whole.report.findings
    first, rest = Read(warnings(whole.report)), Read(answers(whole))
    assert {"Serious: Two together", "Ask today."} <= set(first.seen)
    assert "Both slow breathing." not in first.seen and "Both slow breathing." in first.texts
    assert {finding.question, finding.answer, "Laws change."} <= set(rest.seen)
    assert len(rest.seen) < len(rest.texts) / 2
    assert finding.checks[0].detail not in rest.seen


def test_what_is_missing_is_seen_at_once_where_an_answer_was_refused() -> None:
    finding = replace(
        felt(), verdict="not_enough_data", refused="too_few_days", settle="Three more weeks.", reasons=("Too short.",)
    )
    seen = Read(answers(weighing(finding))).seen
    assert {"What is missing", "Too short.", "Three more weeks."} <= set(seen)


def test_every_answer_stands_in_one_line_with_its_verdict() -> None:
    whole = full()
    (line,) = short(whole.report)
    assert line.id in Read(answers(whole)).ids
    assert (line.question, line.sure) == (whole.report.findings[0].question, "low")
    assert line.verdict in Read(answers(whole)).seen


def test_what_opens_is_told_apart_by_its_name() -> None:
    folds = re.findall(r"<summary>(.*?)</summary>", warnings(full().report) + answers(full()))
    own = [fold for fold in folds if "The same as a table" not in fold]
    assert len(own) >= 4
    assert len(set(own)) == len(own)


def test_no_warnings_are_nothing() -> None:
    assert warnings(weighing(felt()).report).strip() == ""


def test_every_line_of_the_contents_leads_to_its_part() -> None:
    whole = full()
    there = Read(answers(whole)).ids
    listed = contents(whole.report)
    assert [id for id, _ in listed if id not in there] == []
    assert listed[0] == ("section-1", "The law where you live")
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
