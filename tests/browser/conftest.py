"""The app as a process of its own, and browsers that fail a test when a page breaks its own rules."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..faults.server import App, running
from .pages import PATIENCE_MS, emptied, watched


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started once: what takes long is not what is tested."""
    with running(tmp_path_factory.mktemp("served")) as app:
        yield app


@pytest.fixture
def app(served: App) -> Iterator[App]:
    """The app as it is at the first start; whatever a test wrote into it is erased afterwards."""
    yield served
    emptied(served)


@pytest.fixture
def visit(browser: Any, app: App) -> Iterator[Callable[..., Any]]:
    """A function that opens a page in a browser of its own (`Browser.new_context` takes its arguments).

    The test fails when any of these pages asks another host for anything, logs an error (a broken content policy is one), or when a script
    of ours breaks.
    """
    contexts: list[Any] = []
    broken: list[str] = []

    def open_(**how: Any) -> Any:
        context = browser.new_context(**{"timezone_id": "Europe/Berlin", "locale": "en-GB", **how})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watched(context, app.port, broken)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert broken == []
