"""What the browser tests share: a phone, a journal begun in it, waiting for what a page keeps, and a journal made empty again."""

import time
from typing import Any

from playwright.sync_api import Error, expect

from ..faults.server import App, Tab

WAIT_S, PATIENCE_MS = 60.0, 60_000.0  # a machine that does other things as well
expect.set_options(timeout=PATIENCE_MS)
PASSPHRASE = "four plain words here"
EXPECTED = (
    "status of 422",
    "status of 403",
    "status of 409",
    "Password forms should have",
)  # a form sent back and a key that is not given are answers, and the last is a wish
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def begin(page: Any, address: str, passphrase: str = "") -> None:
    """Begin a journal from the address in the terminal, with 2.5 g of kratom as the usual dose."""
    page.goto(address)
    if passphrase:
        page.fill("#passphrase", passphrase)
        page.fill("#again", passphrase)
        page.get_by_role("button", name="Begin with this passphrase").click()
    else:
        page.get_by_role("button", name="Begin without a passphrase").click()
    first(page)


def first(page: Any) -> None:
    """Answer the first questions, once the zone was guessed."""
    page.locator("#substance").wait_for()
    page.wait_for_load_state()
    page.fill("#substance", "kratom")
    page.fill("#amount", "2.5")
    page.select_option("#unit", "g")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name="How is it now?").wait_for()
    page.wait_for_load_state()


def log(page: Any, value: int) -> None:
    """Say how it is now on the log page, and wait until that is kept."""
    with page.expect_navigation():  # the page before may say "Saved." of something else
        page.get_by_role("button", name=str(value), exact=True).click()
    page.get_by_text("Saved.").wait_for()


def watched(context: Any, port: int, broken: list[str]) -> None:
    """Write into a list what pages of a browser do wrong: ask another host, log an error, break."""

    def said(message: Any) -> None:
        locked = "503" in message.text and "/queue" in message.location["url"]  # asked just before the journal was locked
        if message.type in ("error", "warning") and not locked and not any(words in message.text for words in EXPECTED):
            broken.append(f"{message.text} ({message.location['url']})")

    def asked(request: Any) -> None:
        if not request.url.startswith((f"http://127.0.0.1:{port}/", "blob:", "data:")):
            broken.append(request.url)

    context.on("console", said)
    context.on("weberror", lambda error: broken.append(str(error.error)))
    context.on("request", asked)


def emptied(app: App) -> None:
    """Erase whatever journal there is, as a person would."""
    tab = Tab(app)
    status, to, _ = tab.get(app.address.partition(f":{app.port}")[2])
    if status == 200:
        return  # none was begun
    if to == "/unlock":
        tab.get("/unlock")
        assert tab.post("/unlock", passphrase=PASSPHRASE)[0] == 302
    tab.get("/mine/erase")
    end = time.monotonic() + WAIT_S
    while (answer := tab.post("/mine/erase", word="erase", backups="1"))[0] == 503 and time.monotonic() < end:
        time.sleep(0.5)  # the daily backup is being made
    assert answer[0] == 200, answer


def ready(page: Any) -> None:
    """Wait until the browser could log without the journal: the page is kept, and so is the key to seal with."""
    until(page, "Queue.key().then((key) => Boolean(key))")
    until(page, "navigator.serviceWorker.controller !== null")


def waiting(page: Any, count: int) -> None:
    """Wait until so many entries are in the queue."""
    until(page, "(count) => Queue.waiting().then((held) => held.length === count)", count)


def until(page: Any, script: str, given: Any = None) -> None:
    """Wait until a script answers with true. The waiting of the driver itself needs what our pages do not allow: code made of text."""
    end, answer = time.monotonic() + WAIT_S, None
    while answer is not True:
        assert time.monotonic() < end, f"{script}: {answer}"
        try:
            answer = page.evaluate(script, given)
        except Error as error:  # between two pages
            answer = error.message
        page.wait_for_timeout(100)


def everything_kept(page: Any) -> str:
    """All that this origin keeps in the browser, as text: databases, caches, and the two small stores."""
    return str(
        page.evaluate(
            """async () => {
              const said = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
              for (const { name } of await indexedDB.databases()) {
                const base = await new Promise((done, fail) => {
                  const asked = indexedDB.open(name);
                  asked.onsuccess = () => done(asked.result);
                  asked.onerror = () => fail(asked.error);
                });
                for (const store of base.objectStoreNames) {
                  const held = await new Promise((done) => {
                    const asked = base.transaction(store).objectStore(store).getAll();
                    asked.onsuccess = () => done(asked.result);
                  });
                  said.push(name, store, JSON.stringify(held));
                }
                base.close();
              }
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) said.push(request.url, await (await cache.match(request)).text());
              }
              return said.join("\\n");
            }"""
        )
    )
