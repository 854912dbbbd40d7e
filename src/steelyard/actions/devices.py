"""Which browsers may see the journal, and ending that."""

from datetime import datetime

from steelyard.journal import audit, devices
from steelyard.journal.devices import Browser


def seen(session: str, name: str, now: datetime) -> None:
    """Remember that a browser was here."""
    devices.seen(session, name, now)


def forget(session: str) -> None:
    """Take a browser off the list, as when its session becomes another."""
    devices.forget(session)


def listed(now: datetime) -> list[Browser]:
    """The browsers that may see the journal, the one seen last first."""
    return devices.listed(now)


def is_of(browser: Browser, session: str) -> bool:
    """Whether a browser is the one with this session."""
    return browser.mark == devices.mark_of(session)


def end(mark: str, now: datetime) -> bool:
    """End a browser's session; False when there is none of this mark."""
    ended = devices.end(mark, now)
    if ended:
        audit.note("browser sent away", now)
    return ended


def end_all_but(session: str, now: datetime) -> int:
    """End all other sessions; returns how many."""
    ended = devices.end_all_but(session, now)
    audit.note("all other browsers sent away", now)
    return ended
