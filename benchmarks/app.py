"""The journal app on a journal of three years: time to log a dose, time and weight of the log page, when a phone can tap, a minute of load.

`python benchmarks/app.py` (about five minutes) writes `benchmarks/results/app.csv`. The app runs as people run it, in a process of its own on
this machine's own address, once without and once with a passphrase; times are those a browser sees. Under load, requests are due at fixed
times whether or not the ones before were answered, and each is timed from when it was due. The phone is Chromium with the screen of one,
its processor slowed down four times and its network to that of a crowded wireless one; a page is ready once its content is painted, its
scripts have run, and nothing keeps it busy for more than 50 ms at a time any more. Bars: a dose in 100 ms at the median and the page
in 200 ms; ready for a tap in one second; 50 requests a second for a minute without an error; the log page in 100 kB with its styles and
scripts. Where there is no Chromium the phone is left out, and said to be.
"""

import argparse
import gzip
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from table import show, write

PROGRAM = str(Path(sys.executable).with_name("steelyard"))
PASSPHRASE = "four plain words here"
DAYS, CLICKS, PER_S, LOAD_S = 3 * 365, 300, 50, 60
FIRST, AGAIN = "ready for a tap on a phone, first visit", "ready for a tap on a phone, later visit"
BARS = {"log a dose": 0.1, "log page": 0.2, FIRST: 1.0, AGAIN: 1.0}
VISITS = 15
SLOWER = 4  # the rate that Lighthouse takes for a phone of the middle
NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6}  # ms; bytes a second
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
WATCH = (
    "window.busy = []; new PerformanceObserver((l) => busy.push(...l.getEntries())).observe({ type: 'longtask', buffered: true })"
)
READY = """() => {
  const page = performance.getEntriesByType("navigation")[0], paint = performance.getEntriesByName("first-contentful-paint")[0];
  return Math.max(page.domContentLoadedEventEnd, paint.startTime, ...busy.map((one) => one.startTime + one.duration));
}"""
WEIGHT_BAR_KB = 100.0
_LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"')


class Browser:
    """Keeps cookies, and a connection for each thread."""

    def __init__(self, port: int) -> None:
        self._port, self._own, self.cookies = port, threading.local(), {}

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and content."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, **told: str) -> tuple[int, bytes]:
        """Send a form."""
        body = urlencode({**told, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path: str, content: bytes) -> tuple[int, bytes]:
        """Send a form with a file."""
        mark = b"--part-of-the-form"
        token = self.cookies["csrftoken"].encode()
        body = mark + b'\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token + b"\r\n"
        body += (
            mark + b'\r\nContent-Disposition: form-data; name="file"; filename="j"\r\n\r\n' + content + b"\r\n" + mark + b"--\r\n"
        )
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark[2:].decode()}"})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = f"http://127.0.0.1:{self._port}"
        self._own.connection.request(method, path, body, {"Cookie": cookies, "Origin": origin, **headers})
        answer = self._own.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer.status, content


def main() -> None:
    parser = argparse.ArgumentParser(description="Times, weight and load of the journal app.")
    parser.add_argument("--seconds", type=int, default=LOAD_S, help=f"under load (default {LOAD_S})")
    seconds = parser.parse_args().seconds
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "three-years.jsonl"
        subprocess.run(
            [PROGRAM, "simulate", "--days", str(DAYS), "--driver", "felt", "--seed", "0", "--out", str(journal)], check=True
        )
        for passphrase in ("", PASSPHRASE):
            rows += measured(Path(folder) / (passphrase or "plain"), journal.read_bytes(), passphrase, seconds)
    write("app", rows)
    show(rows, ("store", "what", "n", "median_ms", "p99_ms", "bar_ms", "met", "errors", "kB", "gzip_kB"))


def measured(folder: Path, journal: bytes, passphrase: str, seconds: int) -> list[dict[str, object]]:
    """All figures for one store."""
    process, port, key = started(folder)
    try:
        browser = Browser(port)
        browser.get(f"/start?key={key}")
        told = {"passphrase": passphrase, "again": passphrase} if passphrase else {"none": "1"}
        expect(browser.post("/start", key=key, **told)[0], 302)
        browser.post("/first", later="1")
        browser.get("/mine")
        expect(browser.upload("/mine/import", journal)[0], 200)
        store = {"store": "encrypted" if passphrase else "plain", "records": journal.count(b"\n"), "days": DAYS}
        expect(browser.post("/dose", value="5")[0], 302)
        if b"Saved." not in browser.get("/")[1]:
            raise SystemExit("the dose was not saved")
        doses = [timed(lambda n=n: expect(browser.post("/dose", value=f"{n % 1000 / 100}")[0], 302)) for n in range(CLICKS)]
        pages = [timed(lambda: expect(browser.get("/")[0], 200)) for _ in range(CLICKS)]
        light = weight(browser)
        ready = on_a_phone(port, browser.cookies)
        late, errors = under_load(browser, seconds)
        return [
            {**store, **line("log a dose", doses)},
            {**store, **line("log page", pages), **light},
            *({**store, **line(what, times)} for what, times in ready.items()),
            {**store, **line(f"{PER_S} requests a second for {seconds} s", late), "errors": errors, "met": errors == 0},
        ]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def started(folder: Path) -> tuple[subprocess.Popen[str], int, str]:
    """A running app, its port, and the key that lets a browser in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [PROGRAM, "serve", "--data", str(folder), "--port", str(port)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True)
    key = process.stderr.readline().partition("key=")[2].strip()
    if not key:
        raise SystemExit("the app did not start")
    return process, port, key  # the address is shown once it answers


def under_load(browser: Browser, seconds: int) -> tuple[list[float], int]:
    """Four of five requests open the log page, one saves a rating; seconds from when each was due, and how many failed."""
    late: list[float] = []
    failed: list[int] = []
    numbers, start = iter(range(PER_S * seconds)), time.monotonic() + 0.5
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = start + number / PER_S
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                post = number % 5 == 0
                status, _ = browser.post("/rating", value=f"{number % 10_000 / 1000}") if post else browser.get("/")
                if status != (302 if post else 200):
                    failed.append(status)
            except (OSError, http.client.HTTPException):
                failed.append(0)
            late.append(time.monotonic() - due)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return late, len(failed)


def on_a_phone(port: int, cookies: dict[str, str]) -> dict[str, list[float]]:
    """Seconds from asking for the log page to being able to tap: with nothing kept in the browser yet, and later on."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("no Chromium: not measured on a phone", file=sys.stderr)
        return {}
    from playwright.sync_api import sync_playwright

    site = f"http://127.0.0.1:{port}/"
    held = [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
    times: dict[str, list[float]] = {FIRST: [], AGAIN: []}
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(VISITS):
            context = chromium.new_context(**PHONE)
            context.add_cookies(held)
            context.add_init_script(WATCH)
            page = context.new_page()
            speaking = context.new_cdp_session(page)
            speaking.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            speaking.send("Network.enable")
            speaking.send("Network.emulateNetworkConditions", NETWORK)
            for kind in (FIRST, AGAIN):
                page.goto(site)
                page.wait_for_timeout(2000)  # what keeps it busy later would be seen
                times[kind].append(page.evaluate(READY) / 1000)
            context.close()
        chromium.close()
    return times


def weight(browser: Browser) -> dict[str, object]:
    """Kilobytes of the log page with its styles and scripts, as sent and as they would be compressed."""
    page = browser.get("/")[1]
    parts = [page, *(browser.get(path.decode())[1] for path in dict.fromkeys(_LINKED.findall(page)))]
    sent = sum(map(len, parts)) / 1000
    return {
        "kB": round(sent, 1),
        "gzip_kB": round(sum(len(gzip.compress(part)) for part in parts) / 1000, 1),
        "light": sent <= WEIGHT_BAR_KB,
    }


def line(what: str, times: list[float]) -> dict[str, object]:
    """One line of the table."""
    times = sorted(times)
    bar = BARS.get(what)
    return {
        "what": what,
        "n": len(times),
        "median_ms": round(median(times) * 1000, 1),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))] * 1000, 1),
        "bar_ms": "" if bar is None else bar * 1000,
        "met": "" if bar is None else median(times) <= bar,
        "errors": 0,
        "kB": "",
        "gzip_kB": "",
        "light": "",
    }


def timed(do: Callable[[], object]) -> float:
    """Seconds."""
    start = time.monotonic()
    do()
    return time.monotonic() - start


def expect(found: int, wanted: int) -> None:
    """Stop at an answer that is not the one measured."""
    if found != wanted:
        raise SystemExit(f"expected status {wanted}, found {found}")


if __name__ == "__main__":
    main()
