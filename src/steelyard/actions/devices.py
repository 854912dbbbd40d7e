"""Which browsers may see the journal, and ending that."""

from datetime import datetime

from steelyard.journal import audit, devices, paired
from steelyard.journal.devices import Browser

from .vaults import vault


def seen(session: str, name: str, now: datetime) -> None:
    """Remember that a browser was here."""
    devices.seen(session, name, now)


def forget(session: str) -> None:
    """Take a browser off the list, as when its session becomes another."""
    devices.forget(session)


def pair(token: str, session: str) -> None:
    """Let a paired browser and a session be one: who ends the session ends the pairing."""
    paired.remember(vault().folder, token, devices.mark_of(session))


def listed(now: datetime) -> list[Browser]:
    """The browsers that may see the journal, the one seen last first."""
    return devices.listed(now)


def is_of(browser: Browser, session: str) -> bool:
    """Whether a browser is the one with this session."""
    return browser.mark == devices.mark_of(session)


def end(mark: str, now: datetime) -> bool:
    """End a browser's session; False when there is none of this mark. In the home network it has to be paired anew."""
    ended = devices.end(mark, now)
    paired.forget(vault().folder, mark)
    if ended:
        audit.note("browser sent away", now)
    return ended


def end_all_but(session: str, now: datetime) -> int:
    """End all other sessions; returns how many."""
    ended = devices.end_all_but(session, now)
    paired.forget_all_but(vault().folder, devices.mark_of(session))
    audit.note("all other browsers sent away", now)
    return ended
