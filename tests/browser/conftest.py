"""The app as a process of its own, and browsers that fail a test when a page breaks its own rules."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..faults.server import App, running

EXPECTED = (
    "status of 422",
    "status of 403",
    "Password forms should have",
)  # a form sent back is an answer, and the last is a wish


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The app on a data folder of its own, for one test."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with running(folder) as app:
        yield app


@pytest.fixture
def visit(browser: Any, app: App) -> Iterator[Callable[..., Any]]:
    """A function that opens a page in a browser of its own (`Browser.new_context` takes its arguments).

    The test fails when any of these pages asks another host for anything, logs an error (a broken content policy is one), or when a script
    of ours breaks.
    """
    contexts: list[Any] = []
    broken: list[str] = []

    def said(message: Any) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in EXPECTED):
            broken.append(message.text)

    def asked(request: Any) -> None:
        if not request.url.startswith((f"http://127.0.0.1:{app.port}/", "blob:", "data:")):
            broken.append(request.url)

    def open_(**how: Any) -> Any:
        context = browser.new_context(**{"timezone_id": "Europe/Berlin", "locale": "en-GB", **how})
        contexts.append(context)
        context.on("console", said)
        context.on("weberror", lambda error: broken.append(str(error.error)))
        context.on("request", asked)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert broken == []
