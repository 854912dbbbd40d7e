"""Logging as people do it: on a phone and at a desk, by touch and by keyboard, large and dark."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from ..faults.server import App
from .pages import PASSPHRASE, PHONE, begin, log

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1200, "height": 900}}
PAGES = (
    *("/", "/history", "/photos", "/photos/new", "/first", "/earlier/rating", "/earlier/dose"),
    *(f"/new/{form}" for form in ("dose", "ratings", "side_effect", "sleep", "session", "lab", "medicine", "hair_count")),
    *(f"/new/{form}" for form in ("context", "product", "pain_three", "phq9", "gad7", "sds")),
)


def at(app: App, address: str) -> str:
    return f"http://127.0.0.1:{app.port}{address}"


def lines(page: Any) -> list[str]:
    """Entries as they are listed, without their times."""
    return [re.sub(r"^\d\d:\d\d ", "", " ".join(text.split())) for text in page.locator("main .lines li").all_inner_texts()]


def number(page: Any, value: int) -> Any:
    return page.get_by_role("button", name=str(value), exact=True)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_from_the_first_start_to_the_first_dose(app: App, visit: Callable[..., Any], screen: dict[str, Any]) -> None:
    page = visit(**screen)
    page.goto(app.address)
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    page.get_by_role("button", name="Begin with this passphrase").click()
    expect(page.locator("#zone")).to_have_value("Europe/Berlin")  # guessed from the browser
    page.fill("#substance", "kratom")
    page.fill("#amount", "2,5")
    page.get_by_role("button", name="Begin", exact=True).click()

    number(page, 6).click()
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("button", name="kratom, 2.5 g").click()
    page.get_by_text("0 min ago").wait_for()
    assert lines(page) == ["kratom, 2.5 g", "pain 6"]
    assert page.locator(".facts").inner_text().split("\n") == ["Last dose", "0 min ago", "Today so far", "2.5 g"]

    page.get_by_role("button", name="Lock").click()
    page.locator("#passphrase").wait_for()
    page.goto(at(app, "/history"))
    page.fill("#passphrase", "not this one")
    page.get_by_role("button", name="Open").click()
    page.get_by_role("alert").wait_for()
    page.fill("#passphrase", PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("0 min ago").wait_for()
    assert lines(page) == ["kratom, 2.5 g", "pain 6"]


def test_two_taps_from_opening_for_the_rating_and_the_usual_dose(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    page.add_init_script(
        "addEventListener('pointerdown', () => sessionStorage.taps = Number(sessionStorage.taps || 0) + 1, true)"
    )
    page.goto(at(app, "/"))

    dose = page.get_by_role("button", name="kratom, 2.5 g")
    assert dose.bounding_box()["y"] + dose.bounding_box()["height"] <= 844, "both are seen without scrolling"
    number(page, 7).tap()
    page.get_by_text("Saved.").wait_for()
    assert dose.bounding_box()["y"] + dose.bounding_box()["height"] <= 844
    dose.tap()
    page.get_by_text("0 min ago").wait_for()

    assert page.evaluate("Number(sessionStorage.taps)") == 2
    assert lines(page) == ["kratom, 2.5 g", "pain 7"]


def test_a_dose_first_asks_and_skipping_is_one_tap_and_no_zero(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    page.get_by_role("button", name="kratom, 2.5 g").tap()
    page.get_by_role("heading", name="Before this dose: how is it now?").wait_for()
    page.get_by_role("button", name="Skip, only save the dose").tap()
    page.get_by_text("Saved.").wait_for()
    assert lines(page) == ["kratom, 2.5 g", "pain: passed over"]


def test_earlier_undo_and_change(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    page.get_by_role("link", name="Earlier: the usual dose").tap()
    page.get_by_role("button", name="2 h ago").tap()
    page.get_by_text("2 h 0 min ago").wait_for()

    page.get_by_role("button", name="Undo").tap()
    page.get_by_text("Taken back.").wait_for()
    assert lines(page) == []
    page.get_by_role("button", name="Bring it back").tap()
    page.get_by_text("2 h 0 min ago").wait_for()

    page.get_by_role("link", name="kratom, 2.5 g").tap()
    page.fill("#time", "2026-01-31T07:45")
    page.fill("#amount", "3")
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("Saved.").wait_for()
    assert page.locator("h2").inner_text() == "Saturday, 31 January 2026"
    assert "07:45" in page.locator(".lines").inner_text() and lines(page) == ["Dose kratom, 3 g"]


def test_the_keyboard_alone_is_enough(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**DESK)
    begin(page, app.address)
    page.wait_for_load_state()

    def press_until(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            here = page.evaluate("document.activeElement ? document.activeElement.textContent.trim() : ''")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"where the keyboard is has to be seen: {here}"
            if here == name:
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"{name} cannot be reached")

    press_until("8")
    page.get_by_text("Saved.").wait_for()
    page.wait_for_load_state()
    press_until("kratom, 2.5 g")
    page.get_by_text("0 min ago").wait_for()
    assert lines(page) == ["kratom, 2.5 g", "pain 8"]
    press_until("Undo")
    page.get_by_text("Taken back.").wait_for()
    assert lines(page) == ["pain 8"]

    page.goto(at(app, "/new/side_effect"))
    page.locator("input[value=nausea]").focus()
    page.keyboard.press("Space")
    page.locator("input[name=severity][value='2']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert lines(page)[0] == "nausea, 2 medium"


def test_every_page_fits_a_narrow_screen_and_every_target_a_thumb(app: App, visit: Callable[..., Any]) -> None:
    page = visit(viewport={"width": 320, "height": 640})  # what 400 % leaves of 1280
    begin(page, app.address)
    number(page, 3).click()
    page.get_by_text("Saved.").wait_for()
    small, wide = [], []
    for address in PAGES:
        page.goto(at(app, address))
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(address)
        small += page.evaluate(
            """(address) => [...document.querySelectorAll("main button, main .button, nav a, .chips label, main select, main input")]
              .filter((one) => one.offsetParent && !one.closest(".chips label *") && one.type !== "hidden" && one.type !== "checkbox")
              .map((one) => [address, one.textContent.trim() || one.name, one.getBoundingClientRect()])
              .filter(([, , box]) => box.height < 47.9 || box.width < 44)
              .map(([address, name, box]) => `${address} ${name} ${box.width}x${box.height}`)""",
            address,
        )
    assert wide == []
    assert small == []


def test_every_field_and_picture_has_a_name(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**DESK)
    begin(page, app.address)
    nameless = []
    for address in PAGES:
        page.goto(at(app, address))
        nameless += page.evaluate(
            """(address) => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
              .filter((one) => !(one.labels && one.labels.length && one.labels[0].textContent.trim()) && !one.ariaLabel)
              .map((one) => `${address} ${one.outerHTML}`)""",
            address,
        )
        assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
        assert page.evaluate("document.documentElement.lang") == "en"
    assert nameless == []


def test_text_stands_out_by_day_and_by_night(app: App, visit: Callable[..., Any]) -> None:
    """Contrast as WCAG 2.2 reckons it (success criterion 1.4.3, AA): 4.5 to 1 or more, for every text on every page."""
    page = visit(**DESK)
    begin(page, app.address)
    number(page, 3).click()
    page.get_by_text("Saved.").wait_for()
    faint = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for address in PAGES:
            page.goto(at(app, address))
            faint += [(scheme, address, *one) for one in page.evaluate(CONTRAST)]
    assert faint == []


def test_an_answer_that_is_a_sign_of_danger_is_met_at_once(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    page.get_by_role("link", name="Mood, last two weeks").tap()
    page.locator("fieldset", has_text="better off dead").locator("label", has_text="several days").tap()
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("Saved.").wait_for()
    warning = page.locator(".raised .alert")
    assert warning.count() == 1
    assert "Thoughts of death or of hurting yourself were written down" in warning.inner_text()
    assert "crisis line" in warning.inner_text()
    assert warning.bounding_box()["y"] < 500, "seen without scrolling"
    assert not page.get_by_text("Such thoughts are common").is_visible(), "why is told when asked for"
    warning.locator("summary").tap()
    page.get_by_text("Such thoughts are common").wait_for()
    log(page, 5)
    assert warning.count() == 0
    assert lines(page)[0] == "pain 5"


def test_on_a_journey_the_clock_is_asked_about_once(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    assert not page.locator("#elsewhere").is_visible()
    cookies = page.context.storage_state()

    away = visit(**PHONE, timezone_id="America/Chicago", storage_state=cookies)
    away.goto(at(app, "/"))
    with away.expect_navigation():
        away.get_by_role("button", name="Stay with Europe/Berlin").tap()
    assert not away.locator("#elsewhere").is_visible(), "asked once"

    further = visit(**PHONE, timezone_id="Asia/Tokyo", storage_state=cookies)
    further.goto(at(app, "/"))
    with further.expect_navigation():
        further.get_by_role("button", name="Use the time here (Asia/Tokyo)").tap()
    number(further, 5).tap()
    further.get_by_text("Saved.").wait_for()
    page.goto(at(app, "/"))
    page.get_by_role("button", name="Use the time here (Europe/Berlin)").wait_for()  # back home it is another clock again


def test_an_invented_journal_can_be_looked_at_and_thrown_away(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    number(page, 4).tap()
    page.get_by_text("Saved.").wait_for()
    page.goto(at(app, "/first"))
    page.get_by_role("button", name="Look around first").tap()
    page.get_by_text("of no real person").wait_for()
    page.goto(at(app, "/history"))
    assert len(lines(page)) == 50
    page.get_by_role("button", name="Throw it away").tap()
    page.wait_for_url(at(app, "/"))
    assert lines(page) == ["pain 4"]


def picture(shift: int) -> bytes:
    image = Image.new("RGB", (300, 400), (200, 180, 160))
    ImageDraw.Draw(image).rectangle((100 + shift, 100, 150 + shift, 300), fill=(60, 40, 20))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def test_the_last_photo_lies_over_the_new_one_before_it_is_saved(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE)
    begin(page, app.address)
    for shift in (0, 60):
        page.goto(at(app, "/photos/new"))
        page.locator("label", has_text="parting").tap()
        page.set_input_files("#file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(shift)})
        page.locator("#chosen").wait_for()
        assert page.locator("#ghost").is_visible() == bool(shift), "there is none to lay over the first"
        if shift:
            page.wait_for_function("document.getElementById('ghost').naturalWidth === 300")
            page.get_by_label("Lay the last photo").uncheck()
            assert not page.locator("#ghost").is_visible()
        page.get_by_role("button", name="Save").tap()
        page.get_by_text("Saved.").wait_for()
    page.get_by_role("link", name="First and last beside one another").tap()
    page.get_by_role("button", name="Show these").wait_for()
    assert page.locator(".two img").count() == 2
    page.wait_for_function("[...document.querySelectorAll('.two img')].every((one) => one.naturalWidth === 300)")


def test_without_scripts_everything_can_be_written_down(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    begin(page, app.address)
    page.get_by_role("button", name="kratom, 2.5 g").tap()
    number(page, 6).tap()
    page.get_by_text("Saved.").wait_for()
    assert lines(page) == ["kratom, 2.5 g", "pain 6"]


def test_other_colours_and_still_pictures_are_respected(app: App, visit: Callable[..., Any]) -> None:
    page = visit(**DESK, forced_colors="active", reduced_motion="reduce")
    begin(page, app.address)
    page.goto(at(app, "/new/side_effect"))
    page.locator("label", has_text="nausea").click()
    styles = "['borderTopWidth', 'borderTopStyle'].map((name) => getComputedStyle(document.querySelector(where))[name])"
    chosen = page.evaluate(f"((where) => {styles})('.chips input:checked + span')")
    other = page.evaluate(f"((where) => {styles})('.chips input:not(:checked) + span')")
    assert chosen != other, "what is chosen is told by more than its colour"
    assert page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration") == "0s"


# Every text that is seen whose colour stands out too little from what lies behind it.
CONTRAST = """() => {
  const read = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const colour = read(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const seen = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility({ opacityProperty: true }) &&
    [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return seen.map((one) => {
    const [a, b] = [light(read(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return [one.textContent.trim().slice(0, 30), Math.round(((a + 0.05) / (b + 0.05)) * 10) / 10];
  }).filter(([, ratio]) => ratio < 4.5);
}"""
