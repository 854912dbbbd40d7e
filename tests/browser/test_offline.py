"""Logging without the journal, in a real browser made to look like a phone."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from ..faults.server import App, Tab
from .pages import PASSPHRASE, PATIENCE_MS, PHONE, begin, everything_kept, log, ready, until, waiting

pytestmark = pytest.mark.browser
NOTE = "quicksilver words"


@pytest.fixture
def begun(app: App) -> App:
    """The app with an empty journal in it."""
    Tab(app).enter()
    return app


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """A phone's browser, which fails the test when a script of ours does."""
    context, broken = browser.new_context(**PHONE), []
    context.set_default_timeout(PATIENCE_MS)
    context.on("weberror", lambda error: broken.append(str(error.error)))
    yield context
    context.close()
    assert broken == []


def lines(app: App, page: Any) -> list[str]:
    """The entries in the history, latest first."""
    page.goto(f"http://127.0.0.1:{app.port}/history")
    return [" ".join(text.split()) for text in page.locator("main .lines li").all_inner_texts()]


def unsent(page: Any) -> str:
    return " ".join(page.locator("#unsent").inner_text().split())


def test_what_is_logged_offline_waits_sealed_survives_a_reload_and_is_saved_once(app: App, phone: Any) -> None:
    page, home = phone.new_page(), f"http://127.0.0.1:{app.port}/"
    begin(page, app.address)
    ready(page)

    phone.set_offline(True)
    page.get_by_role("button", name="7", exact=True).click()  # on the log page, which does not know yet
    page.wait_for_url("**/offline")
    waiting(page, 1)
    page.goto(home)
    page.get_by_role("heading", name="The journal cannot be reached now").wait_for()
    page.get_by_role("button", name="The usual dose").click()
    page.locator("#ask").get_by_role("button", name="6", exact=True).click()
    waiting(page, 2)
    page.fill("#words", NOTE)
    page.get_by_role("button", name="Keep the note").click()
    waiting(page, 3)
    page.reload()
    expect(page.locator("#unsent")).to_contain_text(re.compile(r"Not saved yet: 3\s+\(.*\d\d:\d\d"), use_inner_text=True)

    held = page.evaluate("Queue.waiting()")
    assert [set(one) for one in held] == [{"id", "at", "sender", "nonce", "content", "key"}] * 3
    assert len({len(one["content"]) for one in held}) == 1  # a note looks like a number
    everything = everything_kept(page)
    assert not any(word in everything for word in (NOTE, "kratom", "pain"))
    assert not any(word in json.dumps(held) for word in ("value", "note", "rating", "dose", "2.5"))
    assert all(NOTE.encode() not in base64.b64decode(one["content"]) for one in held)

    sent = []
    phone.on("request", lambda request: sent.append(request.url) if request.url.endswith("/queue") else None)
    phone.set_offline(False)
    waiting(page, 0)
    until(page, "document.querySelector('#unsent').innerText.includes('Saved now')")
    assert "Not saved yet" not in unsent(page)
    found = lines(app, page)
    assert [sum(word in line for line in found) for word in ("pain 7", "pain 6", "kratom, 2.5 g", NOTE)] == [1, 1, 1, 1]
    assert len(found) == 4
    assert len(sent) == 1

    again = page.evaluate(
        """async (entries) => {
          const { token } = await (await fetch("/queue/key")).json();
          const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
          const answer = await fetch("/queue", { method: "POST", headers, body: JSON.stringify(entries) });
          return answer.json();
        }""",
        [{name: one[name] for name in ("id", "sender", "nonce", "content")} for one in held],
    )
    assert sorted(again["kept"]) == sorted(one["id"] for one in held)
    assert lines(app, page) == found


def test_a_dose_tapped_on_the_log_page_while_offline_asks_first_and_an_undo_takes_it_back(app: App, phone: Any) -> None:
    page = phone.new_page()
    begin(page, app.address)
    ready(page)
    phone.set_offline(True)
    page.get_by_role("button", name="kratom, 2.5 g").click()
    page.get_by_role("heading", name="Before this dose").wait_for()
    assert page.evaluate("Queue.waiting()") == []
    page.get_by_role("button", name="Skip, only save the dose").click()
    waiting(page, 1)
    page.get_by_role("button", name="Undo").click()
    waiting(page, 0)
    page.get_by_role("button", name="The usual dose").click()  # it was just passed over: not asked again
    waiting(page, 1)
    expect(page.locator("#ask")).to_be_hidden()
    page.get_by_text("Not now, but earlier?").click()
    page.get_by_label("2 h ago").click()
    page.get_by_role("button", name="3", exact=True).click()
    waiting(page, 2)
    phone.set_offline(False)
    waiting(page, 0)
    found = lines(app, page)
    assert [("pain 3" in line, "kratom" in line) for line in found] == [(False, True), (True, False)]


def test_any_other_form_that_cannot_be_sent_is_said_to_be_lost_and_not_queued(begun: App, phone: Any) -> None:
    page = phone.new_page()
    page.goto(begun.address)
    ready(page)
    page.goto(f"http://127.0.0.1:{begun.port}/new/dose")
    page.fill("#substance_own", "kratom")
    phone.set_offline(True)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("What you just sent was not saved").wait_for()
    assert page.evaluate("Queue.waiting()") == []


def test_while_the_journal_is_locked_the_queue_stays_and_is_saved_after_unlocking(app: App, phone: Any) -> None:
    page, home = phone.new_page(), f"http://127.0.0.1:{app.port}/"
    begin(page, app.address, PASSPHRASE)
    ready(page)
    phone.set_offline(True)
    page.goto(home)
    page.get_by_role("button", name="9", exact=True).click()
    waiting(page, 1)
    other = Tab(app)
    other.get("/unlock")
    assert other.post("/unlock", passphrase=PASSPHRASE)[0] == 302
    other.get("/mine")
    other.post("/lock")
    phone.set_offline(False)
    page.get_by_text("The journal is locked").wait_for()
    waiting(page, 1)
    page.goto(home)
    page.fill("#passphrase", PASSPHRASE)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(home)
    waiting(page, 0)
    assert ["pain 9" in line for line in lines(app, page)] == [True]


def test_what_is_told_in_the_invented_journal_never_lands_in_the_real_one(app: App, phone: Any) -> None:
    page, home = phone.new_page(), f"http://127.0.0.1:{app.port}/"
    begin(page, app.address)
    ready(page)
    phone.set_offline(True)
    page.get_by_role("button", name="2", exact=True).click()  # this one belongs to the real journal
    waiting(page, 1)
    other = Tab(app).enter()
    other.post("/tour")  # begun elsewhere, while this phone is away

    phone.set_offline(False)
    page.goto(home)
    page.get_by_text("of no real person").wait_for()
    until(page, "Queue.key().then((key) => key === undefined)")
    page.get_by_text("An invented journal is shown now.").wait_for()
    waiting(page, 1)
    log(page, 8)
    phone.set_offline(True)
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_text("What you just sent was not saved").wait_for()
    page.goto(home)
    page.get_by_text("Nothing can be written down here").wait_for()
    expect(page.locator("#forms")).to_be_hidden()
    waiting(page, 1)

    phone.set_offline(False)
    page.goto(home)
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_text("of no real person").wait_for(state="detached")
    waiting(page, 0)
    assert [re.sub(r"^\d\d:\d\d ", "", line) for line in lines(app, page)] == ["Rating pain 2"]


def test_a_page_elsewhere_cannot_write_into_the_queue(begun: App, phone: Any) -> None:
    page, home = phone.new_page(), f"http://127.0.0.1:{begun.port}"
    page.goto(begun.address)
    ready(page)
    phone.set_offline(True)
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" action="{home}/rating"><input name="value" value="10"><button>Win a prize</button></form>'
    )
    page.get_by_role("button", name="Win a prize").click()
    page.get_by_text("What you just sent was not saved").wait_for()
    assert page.evaluate("Queue.waiting()") == []


def test_without_scripts_the_page_says_that_it_needs_them(begun: App, browser: Any) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{begun.port}/offline")
    assert "This page only works with JavaScript" in page.inner_text("main")
    assert not page.get_by_role("button").first.is_visible()
    context.close()


def test_the_page_fits_a_narrow_screen_and_has_nothing_small_to_tap(begun: App, phone: Any) -> None:
    page = phone.new_page()
    page.goto(begun.address)
    ready(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"http://127.0.0.1:{begun.port}/offline")
    page.locator("#forms").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    boxes = json.loads(
        page.evaluate(
            """JSON.stringify([...document.querySelectorAll("button, a.button, input[type=datetime-local], textarea, summary, .chips label")]
              .filter((one) => one.checkVisibility()).map((one) => [one.innerText, one.getBoundingClientRect().height]))"""
        )
    )
    assert boxes and [box for box in boxes if box[1] < 48] == []
