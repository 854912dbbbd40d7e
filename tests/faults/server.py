"""The app as people run it: a process of its own, spoken to by HTTP."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class App:
    """A running app: `address` is what its terminal shows, `folder` where its data lie."""

    process: subprocess.Popen[str]
    port: int
    address: str
    folder: Path

    def kill(self) -> None:
        """End all its processes at once, as a crash or an empty battery does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._close()

    def stop(self) -> int:
        """Stop it as Ctrl-C does; returns its exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(timeout=20)
        self._close()
        return status

    def _close(self) -> None:
        if self.process.stderr:
            self.process.stderr.close()


@contextlib.contextmanager
def running(folder: Path, *more: str, user: int | None = None) -> Iterator[App]:
    """The app, for as long as it is wanted."""
    app = start(folder, *more, user=user)
    try:
        yield app
    finally:
        app.kill()


def start(folder: Path, *more: str, user: int | None = None) -> App:
    """Run the app on a data folder and wait until it answers."""
    port = free_port()
    process = run(folder, port, *more, user=user)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"https?://\S+", line)
    if not found:
        said = line + process.communicate()[1]
        raise RuntimeError(said)
    app = App(process, port, found[0], folder)
    try:
        Tab(app).get("/unlock")  # what is shown is an address that answers
    except OSError:
        app.kill()
        raise
    return app


def run(folder: Path, port: int, *more: str, user: int | None = None) -> subprocess.Popen[str]:
    """Start the command, and wait for nothing."""
    words = [str(Path(sys.executable).with_name("steelyard")), "serve", "--data", str(folder), "--port", str(port), *more]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "HOME": str(folder)}
    return subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True, env=environment, user=user
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Tab:
    """One tab of a browser; tabs of the same browser share `cookies`."""

    app: App
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **told: str) -> tuple[int, str, str]:
        """Send a form, with the token that belongs to it."""
        token = self.cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({**told, "csrfmiddlewaretoken": token}))

    def enter(self, passphrase: str = "") -> "Tab":
        """Begin a journal, or get into the one there is."""
        address = self.app.address.partition(f":{self.app.port}")[2]
        status, to, _ = self.get(address)
        key = address.partition("key=")[2]
        if status == 200:
            told = {"passphrase": passphrase, "again": passphrase} if passphrase else {"none": "1"}
            status, _, page = self.post("/start", key=key, **told)
            assert status == 302, page
            self.post("/first", later="1")
        elif to == "/unlock":
            self.get("/unlock")
            assert self.post("/unlock", passphrase=passphrase)[0] == 302
        self.get("/mine")
        return self

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.app.port}"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer.status, answer.headers.get("Location", ""), content.decode("utf-8", "replace")
