"""WCAG 2.2 AA on every page of the app: by axe-core, and by tests of what it cannot see."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ..faults.server import App, running
from .pages import PASSPHRASE, PATIENCE_MS, begin, watched

axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (package axe-playwright-python)")
pytestmark = pytest.mark.browser
SCRIPT = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STYLE = Path(__file__).resolve().parents[2] / "src/steelyard/web/static/app.css"
FORMS = (
    "dose",
    "ratings",
    "side_effect",
    "sleep",
    "session",
    "lab",
    "medicine",
    "hair_count",
    "context",
    "product",
    "pain_three",
    "phq9",
    "gad7",
    "sds",
)
# Every name in web/urls.py: the addresses at which its pages are looked at, or why there is none to look at.
PAGES: dict[str, tuple[str, ...]] = {
    "log": ("/",),
    "earlier": ("/earlier/rating", "/earlier/dose"),
    "new": tuple(f"/new/{form}" for form in FORMS),
    "history": ("/history", "/history?page=2"),
    "photos": ("/photos",),
    "new_photo": ("/photos/new",),
    "beside": ("/photos/beside",),
    "answers": ("/answers",),
    "timeline": ("/timeline", "/timeline?span=all"),
    "questions": ("/questions",),
    "letter": ("/letter",),
    "so_far": ("/so-far",),
    "first": ("/first",),
    "offline": ("/offline",),
    "mine": ("/mine",),
    "passphrase": ("/mine/passphrase",),
    "sheet": ("/mine/sheet",),
    "erase": ("/mine/erase",),
    "phone": ("/mine/phone",),
    "restore": ("/start/restore",),
    "pair": ("/pair",),
}
LOOKED_AT_ON_THE_WAY = {"entry", "start", "unlock", "dose"}
NO_PAGES = {
    *("rating", "quick", "zone", "undo", "bring_back", "withdraw", "tour", "end_tour", "lock", "language", "export", "back_up"),
    *("fetch_backup", "drop_backups", "settings", "end_browser", "end_other_browsers", "image", "worker", "manifest", "queue"),
    *("queue_key", "authority", "answers_state", "answers_style", "import"),
}


def at(app: App, address: str) -> str:
    return f"http://127.0.0.1:{app.port}{address}"


def picture(path: Path, shade: int) -> str:
    Image.new("RGB", (300, 400), (shade, shade, shade)).save(path, "JPEG")
    return str(path)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app for all tests of a full journal: to fill it takes longer than to look at it."""
    with running(tmp_path_factory.mktemp("furnished")) as app:
        yield app


@pytest.fixture(scope="module")
def full(furnished: App, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page on a journal with the invented entries, two photos, a medicine, a side effect that is a sign of danger, and a question."""
    context, wrong = browser.new_context(viewport={"width": 390, "height": 844}), []
    context.set_default_timeout(PATIENCE_MS)
    watched(context, furnished.port, wrong)
    page = context.new_page()
    begin(page, furnished.address, PASSPHRASE)
    page.goto(at(furnished, "/first"))
    page.get_by_role("button", name="Look around first").click()
    page.get_by_text("of no real person").wait_for()
    for n in range(2):
        page.goto(at(furnished, "/photos/new"))
        page.locator("label", has_text="parting").click()
        page.set_input_files("#file", picture(tmp_path_factory.mktemp("photos") / f"{n}.jpg", 80 + 60 * n))
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
    page.goto(at(furnished, "/new/medicine"))
    page.fill("#name", "sertraline")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.goto(at(furnished, "/questions"))
    page.fill("#text", "What else could it be?")
    page.get_by_role("button", name="Put it on the sheet").click()
    page.get_by_role("button", name="Strike out What else could it be?").wait_for()
    yield page
    context.close()
    assert wrong == []


@pytest.fixture(autouse=True)
def _as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "full" in request.fixturenames:
        page = request.getfixturevalue("full")
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="light")


def broken(page: Any, name: str) -> list[str]:
    """What axe-core finds wrong on the page as it is."""
    page.evaluate(SCRIPT)  # in the page, but not by it: its content policy lets no script of ours through either
    found = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", TAGS
    )
    return [f"{name}: {one['id']}: {node['html'][:140]}" for one in found["violations"] for node in one["nodes"]]


def every_page(page: Any, app: App) -> list[str]:
    """All addresses that can be opened in this journal, with that of an entry."""
    page.goto(at(app, "/history"))
    entry = page.locator(".lines a").first.get_attribute("href")
    found = [*(address for addresses in PAGES.values() for address in addresses), entry]
    return [address for address in found if page.request.get(at(app, address), max_redirects=0).status == 200]


def names_of_urls() -> set[str]:
    source = (STYLE.parents[1] / "urls.py").read_text(encoding="utf-8")
    return set(re.findall(r'name="(\w+)"', source))


def test_no_address_was_forgotten_here() -> None:
    assert names_of_urls() - set(PAGES) - LOOKED_AT_ON_THE_WAY - NO_PAGES == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(full: Any, furnished: App, scheme: str) -> None:
    full.emulate_media(color_scheme=scheme)
    pages = every_page(full, furnished)
    assert len(pages) > 25, pages
    found = []
    for address in pages:
        full.goto(at(furnished, address))
        found += broken(full, address)
    full.goto(at(furnished, "/"))
    full.get_by_role("button", name=re.compile("^kratom, ")).click()
    full.get_by_role("heading", name="Before this dose").wait_for()
    found += broken(full, "the question before a dose")
    full.goto(at(furnished, "/new/side_effect"))
    full.fill("#effect_own", "chest pain")
    full.get_by_role("button", name="Save").click()
    full.get_by_text("Chest pain was written down").wait_for()
    found += broken(full, "a warning after saving")
    full.get_by_role("button", name="Lock").click()
    full.locator("#passphrase").wait_for()
    found += broken(full, "/unlock")
    full.fill("#passphrase", PASSPHRASE)
    full.get_by_role("button", name="Open").click()
    full.get_by_role("heading", name="How is it now?").wait_for()
    assert found == []


def test_axe_finds_nothing_before_there_is_a_journal(app: App, visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.goto(app.address)
    found = broken(page, "/start")
    page.get_by_role("link", name="Bring a backup back").click()
    found += broken(page, "/start/restore")
    assert found == []


def test_axe_is_awake(full: Any, furnished: App) -> None:
    full.goto(at(furnished, "/"))
    full.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')")
    rules = {line.split(": ")[1] for line in broken(full, "/")}
    assert {"image-alt", "label"} <= rules


def test_targets_are_large_and_nothing_runs_over_the_edge(full: Any, furnished: App) -> None:
    """48 pixels, for links as well where they do not stand in a sentence; at 320 pixels, which is 400 % of 1280."""
    full.set_viewport_size({"width": 320, "height": 640})
    small, wide = [], []
    for address in every_page(full, furnished):
        full.goto(at(furnished, address))
        if full.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(address)
        small += [f"{address} {one}" for one in full.evaluate(SMALL)]
    assert wide == []
    assert small == []


def test_every_drawing_has_words_and_a_table(full: Any, furnished: App) -> None:
    full.goto(at(furnished, "/timeline"))
    for drawing in full.locator("svg").all():
        assert drawing.get_attribute("role") == "img"
        assert len(drawing.get_attribute("aria-label")) > 40
    assert full.locator("table tbody tr").count() >= 10
    assert full.locator("table caption").count() == 1


def test_the_answers_can_be_reached_and_read_with_the_keyboard_alone(full: Any, furnished: App) -> None:
    full.goto(at(furnished, "/"))
    reached = []
    for _ in range(12):
        full.keyboard.press("Tab")
        reached.append(full.evaluate("document.activeElement.textContent.trim()"))
        if reached[-1] == "Answers":
            break
    full.keyboard.press("Enter")
    full.wait_for_url(at(furnished, "/answers"))
    full.keyboard.press("Tab")
    assert full.evaluate("document.activeElement.textContent") == "Skip to the page", "the first thing the keyboard meets"
    full.keyboard.press("Enter")
    assert full.evaluate("document.activeElement.id") == "main"
    full.locator(".contents summary").focus()
    full.keyboard.press("Enter")
    full.locator(".contents a").last.focus()
    full.keyboard.press("Enter")
    assert full.evaluate("location.hash") == "#limits"


def test_a_headings_level_is_never_left_out(full: Any, furnished: App) -> None:
    for address in every_page(full, furnished):
        full.goto(at(furnished, address))
        levels = [
            int(level[1]) for level in full.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((one) => one.tagName)")
        ]
        assert levels.count(1) == 1, address
        assert all(b - a <= 1 for a, b in pairwise(levels)), (address, levels)


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 (definition of "contrast ratio") between two colours such as #1b1f23."""
    light = [
        0.2126 * channel(int(c[1:3], 16)) + 0.7152 * channel(int(c[3:5], 16)) + 0.0722 * channel(int(c[5:7], 16))
        for c in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def colours() -> dict[str, dict[str, str]]:
    """The colours of the style sheet by day and by night; a name that stands for another is followed."""
    source = STYLE.read_text(encoding="utf-8")
    night = "".join(re.findall(r"@media \(prefers-color-scheme: dark\) \{ :root \{(.*?)\} \}", source))
    day = "".join(re.findall(r"^:root \{(.*?)\}", source, re.MULTILINE))
    by_day = dict(re.findall(r"--([\w-]+): ([^;]+);", day))
    found = {"day": by_day, "night": by_day | dict(re.findall(r"--([\w-]+): ([^;]+);", night))}
    return {
        when: {name: held[v[6:-1]] if v.startswith("var(--") else v for name, v in held.items()} for when, held in found.items()
    }


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("when", ["day", "night"])
def test_the_colours_of_the_style_sheet_stand_out(when: str) -> None:
    held = colours()[when]
    text = [(ink, paper) for ink in ("ink", "quiet", "main", "wrong") for paper in ("paper", "soft", "faint")]
    text += [("on-main", "main"), ("ink", "zone")]
    assert {
        pair: round(contrast(held[pair[0]], held[pair[1]]), 1) for pair in text if contrast(held[pair[0]], held[pair[1]]) < 4.5
    } == {}
    # what is drawn, and the edges of fields (success criterion 1.4.11): 3 to 1
    drawn = [(mark, "paper") for mark in ("line", "main", "bar", "model")] + [
        ("line", "soft"),
        ("model", "band"),
        ("ink", "band"),
    ]
    assert {
        pair: round(contrast(held[pair[0]], held[pair[1]]), 1) for pair in drawn if contrast(held[pair[0]], held[pair[1]]) < 3
    } == {}


# What can be pressed and is too small for a thumb. A link in a sentence is as high as its line; a box is pressed by its label too.
SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden]), textarea")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1)
  .filter((one) => !one.matches(".skip, .chips input"))
  .filter((one) => !(one.tagName === "A" && one.closest("p, li, dd, td") && getComputedStyle(one).display === "inline"))
  .map((one) => [one, (one.matches("[type=checkbox], [type=radio]") && one.labels[0] ? one.labels[0] : one).getBoundingClientRect()])
  .filter(([, box]) => box.height < 47.9 || box.width < 44)
  .map(([one, box]) => `${one.tagName} ${(one.textContent.trim() || one.name).slice(0, 40)} ${box.width.toFixed(0)}x${box.height.toFixed(0)}`)
"""
