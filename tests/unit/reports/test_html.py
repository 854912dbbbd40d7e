"""The page: complete, harmless whatever a journal says, readable without its charts, and alone in its file."""

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, get_args

import pytest

from steelyard.findings.model import Alert, Finding, Verdict, Weighing
from steelyard.reports import words
from steelyard.reports.html import html

from .weighings import felt, hostile, not_enough, not_settled, picture, settled, weighing

VOID = {"meta", "link", "br", "img", "hr", "input"}
LOADING = {"src", "href", "srcset", "data", "action", "formaction", "poster", "background", "xlink:href"}
ALERT = Alert("liver", "serious", "Liver values rose", "ALT was three times the limit.", "Talk with a clinician.", (), "B")
FINDINGS = [felt(), felt("sleep_quality", worse_is_up=False), not_enough(), not_settled()]


class Page(HTMLParser):
    """What a browser would make of a page: its elements in order, the words in them, and whether all were closed in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.crossed: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.said).split())

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


@cache
def whole() -> str:
    return html(weighing(felt(), not_enough(), alerts=(ALERT,), pictures=(picture(days=60),)))


@cache
def attacked() -> str:
    return html(hostile())


@pytest.fixture(params=["whole", "attacked"])
def source(request: pytest.FixtureRequest) -> str:
    return {"whole": whole, "attacked": attacked}[request.param]()


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: f"{finding.verdict}.{finding.subject.outcome}")
def test_everything_found_is_said(finding: Finding) -> None:
    said = Page(html(weighing(finding))).text
    assert finding.question in said
    assert finding.answer in said
    assert words.VERDICT[finding.verdict] in said
    assert f"How sure: {words.CERTAINTY[finding.certainty]}" in said
    assert finding.settle in said
    for reason in finding.reasons:
        assert reason in said
    for contrast in finding.contrasts:
        assert words.label(contrast) in said
        assert words.best(contrast, finding.subject) in said
        assert words.between(contrast, finding.subject) in said
    for estimator in finding.estimators:
        assert words.capital(words.ESTIMATOR_LONG[estimator.name]) in said
        assert estimator.assumes in said
    for check in finding.checks:
        assert words.capital(words.name(check.name)) in said
        assert check.detail in said


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_its_words(verdict: Verdict) -> None:
    source = html(weighing(settled(verdict)))
    assert f'<p class="verdict">{words.VERDICT[verdict]}</p>' in source
    assert words.VERDICT_MEANS[verdict] in source


def test_the_page_is_well_formed(source: str) -> None:
    page = Page(source)
    assert page.open == []
    assert page.crossed == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)


def test_nothing_is_run_and_nothing_is_loaded(source: str) -> None:
    page = Page(source)
    assert not {"script", "iframe", "object", "embed", "form", "img", "image", "use", "foreignobject", "base"} & set(page.names())
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in LOADING & attributes.keys():
            assert (attributes[name] or "").startswith(("#", "data:,"))
    assert "<script" not in source
    assert "@import" not in source
    assert not re.findall(r"url\((?!#)", source)


def test_the_policy_forbids_what_the_page_does_not_need(source: str) -> None:
    policies = [at["content"] for name, at in Page(source).elements if name == "meta" and "http-equiv" in at]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"]
    head = source.index("Content-Security-Policy")
    assert head < source.index("<style>") < source.index("<body>")


def test_hostile_words_are_shown_as_words() -> None:
    said = Page(attacked()).text
    assert "<script>alert('pain')</script>" in said
    assert "{{7*7}}" in said
    assert not any(character in attacked() for character in "\x1b\x00\u202e")


def test_every_drawing_is_described_and_followed_by_its_table(source: str) -> None:
    page = Page(source)
    assert page.names().count("svg") >= 6
    for index, (name, attributes) in enumerate(page.elements):
        if name == "svg":
            assert len(attributes["aria-label"] or "") > 40
            after = page.names()[index:]
            assert "table" in after
            assert after.index("table") < (after.index("figure") if "figure" in after else len(after))


def test_headings_come_in_order(source: str) -> None:
    levels = [int(name[1]) for name in Page(source).names() if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_language_is_said_and_letters_are_large_enough() -> None:
    page = Page(whole())
    assert page.elements[0] == ("html", {"lang": "en"})
    assert int(re.search(r"html \{ font-size: (\d+)px", whole())[1]) >= 16  # type: ignore[index]
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)rem", whole())]
    assert min(sizes) * 17 >= 15.9
    assert not {float(size) for size in re.findall(r'font-size="([\d.]+)px"', whole())} - {13.0, 14.0}


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_ink_stands_out_from_every_ground() -> None:
    tones = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", whole()))
    for ink in ("ink", "quiet", "model"):
        for ground in ("faint", "zone"):
            assert (luminance(tones[ground]) + 0.05) / (luminance(tones[ink]) + 0.05) >= 4.5


def test_the_order_is_answer_numbers_grounds_pictures_then_the_rest() -> None:
    said = Page(html(weighing(felt(), pictures=(picture(days=60),)))).text
    parts = [
        "Helps at least a little",
        "At its strongest",
        "why it is not surer",
        "In pictures",
        "What would settle it",
        "takes for granted",
        "could have failed",
        "What was read",
        "Sources",
        "What this page cannot say",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_alerts_come_before_any_finding() -> None:
    said = Page(whole()).text
    assert said.index("Serious: Liver values rose") < said.index("Does kratom relieve pain?")


def test_a_refusal_says_what_is_missing_and_what_would_be_enough() -> None:
    said = Page(html(weighing(not_enough()))).text
    assert said.index("What is missing") < said.index("What would be enough")
    assert "not surer" not in said
    assert "says nothing for or against the treatment" in said


def test_the_page_says_what_it_cannot_say() -> None:
    said = Page(whole()).text
    for part in ("does not diagnose", "advises no dose", "Do not stop or cut down abruptly", "clinician"):
        assert part in said


def test_the_trial_of_such_an_app_is_named_only_where_it_is_among_the_sources() -> None:
    assert "PREEMPT, 2018" in Page(whole()).text
    assert "PREEMPT, 2018" not in Page(html(weighing(felt(), references=()))).text


def test_problems_are_told_with_what_was_done() -> None:
    row = [r"18 times, lines 40, 41, 42, 43, 44 and 13 more", "The time has no offset", "Assumed America/Chicago"]
    assert re.search("</t[hd]><td>".join(row), whole())


@pytest.mark.parametrize("days", [1, 3_650])
def test_a_diary_of_any_length_makes_a_page_of_a_bearable_size(days: int) -> None:
    assert len(html(weighing(felt(), pictures=(picture(days=days),))).encode()) < 600_000


def test_the_same_weighing_is_the_same_page() -> None:
    again: Weighing = weighing(felt(), not_enough(), alerts=(ALERT,), pictures=(picture(days=60),))
    assert html(again) == whole()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "shown", "hidden"), [(390, "narrow", "wide"), (1200, "wide", "narrow")])
def test_in_a_browser_nothing_is_asked_for_nothing_complains_and_nothing_sticks_out(
    browser: Any, tmp_path: Any, width: int, shown: str, hidden: str, source: str
) -> None:
    (tmp_path / "page.html").write_text(source, encoding="utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((tmp_path / "page.html").as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [(tmp_path / "page.html").as_uri()]
    assert complaints == []
    assert tab.locator(f"div.{shown} svg").first.is_visible()
    assert not tab.locator(f"div.{hidden} svg").first.is_visible()
    tab.close()
