"""A browser that was let into an empty journal, and a clock that stands where a test puts it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from steelyard.records.model import Record

from ...keeping import cheap_passphrases, configured, let_in

configured()  # before any test here is imported: the tables cannot be named without settings


class Clock:
    """The present, as the app sees it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 30, 15, tzinfo=UTC)

    def later(self, **time: float) -> None:
        """Go on by some time."""
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_passphrases():
        yield


@pytest.fixture
def app(tmp_path: Path) -> Any:
    """A browser that may see an empty journal, in which the first questions were passed over."""
    return let_in(tmp_path / "data")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still at half past twelve, 15 seconds, on 2 March 2026 in UTC."""
    from steelyard.actions import keep

    stopped = Clock()
    monkeypatch.setattr(keep, "now", lambda: stopped.now)
    return stopped


@pytest.fixture
def berlin(app: Any, clock: Clock) -> Any:
    """The same browser; home is one hour before UTC, and the usual dose is 2.5 g of kratom."""
    from steelyard.actions import diary
    from steelyard.journal import store

    diary.set_home("Europe/Berlin", clock.now)
    store.prefer("usual_substance", "kratom")
    store.prefer("usual_amount", "2.5")
    store.prefer("usual_unit", "g")
    return app


@pytest.fixture
def kept() -> Any:
    """A function that gives all records of a kind, in the order in which they were written."""

    from steelyard.journal import store

    def of(kind: type[Record]) -> list[Any]:
        return [one.record for one in store.of(kind)]

    return of
