"""What the browser tests share: a phone, a journal begun in it, and waiting for what a page keeps."""

import time
from typing import Any

from playwright.sync_api import Error

WAIT_S = 60.0
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
    """Answer the first questions."""
    page.fill("#substance", "kratom")
    page.fill("#amount", "2.5")
    page.select_option("#unit", "g")
    page.get_by_role("button", name="Begin", exact=True).click()


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
