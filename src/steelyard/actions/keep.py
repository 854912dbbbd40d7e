"""Keeping a journal: what the app does with the store. One process has one store."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connections

from steelyard.journal import audit, backup, certificate, paired, store
from steelyard.journal.vault import InUseError, WrongPassphraseError
from steelyard.records.model import Journal, Record

from . import copies, weighing
from .doors import DOORS, BusyError
from .vaults import HERE, vault

__all__ = ["BusyError", "InUseError", "WrongPassphraseError"]

IDLE_MINUTES = 15.0
BESIDE = ("secret.key", *certificate.FILES, paired.FILE)  # what the app itself put beside the store


def exists() -> bool:
    """Whether a journal was begun."""
    return vault().store.exists() and vault().store.stat().st_size > 0


def encrypted() -> bool:
    """Whether it needs a passphrase."""
    return vault().encrypted


def locked() -> bool:
    """Whether the passphrase has yet to be given."""
    return vault().locked


def begin(passphrase: str) -> None:
    """Make the store, encrypted unless the passphrase is empty; refuses (ValueError) a short one, or when there is a store."""
    if exists():
        raise ValueError("there is a journal already")
    vault().check(passphrase)
    with DOORS.alone():
        vault().store.touch(mode=0o600)
        _migrate()
        if passphrase:
            connections.close_all()
            vault().set_passphrase(passphrase)
            copies.renew_keys(passphrase)
    audit.note("begun", now())


def resume() -> None:
    """Bring the tables of a store without a passphrase up to date, as `open_` does for one that has one."""
    if exists() and not encrypted():
        _migrate()


def open_(passphrase: str) -> None:
    """Unlock; refuses with WrongPassphraseError."""
    vault().open(passphrase)
    _migrate()
    copies.renew_keys(passphrase)


def lock() -> None:
    """Close the store and forget its key; a weighing under way is dropped."""
    weighing.drop()
    connections.close_all()
    vault().lock()


def lock_if_idle(at: float, asked: bool = True) -> None:
    """Lock an encrypted store that nobody has asked for since some minutes.

    Args:
        at: seconds of the steady clock; asked: whether somebody asks for it now.
    """
    if encrypted() and not locked() and HERE.asked and at - HERE.asked > idle_minutes() * 60:
        lock()
    if asked:
        HERE.asked = at


def idle_minutes() -> float:
    """Minutes without a request after which the journal is locked."""
    return float(store.preference("idle_minutes", str(IDLE_MINUTES)))


def set_passphrase(old: str, new: str) -> None:
    """Encrypt the store, or encrypt it anew; refuses with WrongPassphraseError, BusyError, InUseError or ValueError.

    From then on backups are sealed with the new passphrase; those that none protects are erased.
    """
    with DOORS.alone():
        connections.close_all()
        if encrypted():
            vault().change_passphrase(old, new)
        else:
            vault().set_passphrase(new)
        copies.renew_keys(new)
        copies.drop_open()
    audit.note("passphrase set", now())


def erasing(with_backups: bool) -> list[str]:
    """The names of all files that `erase` would remove."""
    return [path.name for path in backup.everything(vault().folder, with_backups, BESIDE)]


def erase(with_backups: bool) -> list[str]:
    """Remove the journal for good, and the backups when that is wanted; returns the names of the files removed. Refuses with BusyError."""
    with DOORS.alone():
        lock()
        return [path.name for path in backup.erase(vault().folder, with_backups, BESIDE)]


def discard() -> None:
    """Take back a store that was begun and could not be filled."""
    with DOORS.alone():
        lock()
        backup.erase(vault().folder, with_backups=False)


def log(records: Iterable[Record]) -> list[str]:
    """Keep records; returns their ids."""
    return store.put(records, now())


def journal() -> Journal:
    """All that is kept."""
    return store.journal()


def preference(name: str, otherwise: str = "") -> str:
    """A setting of the app."""
    return store.preference(name, otherwise)


def prefer(name: str, value: str) -> None:
    """Keep a setting of the app."""
    store.prefer(name, value)


def touring() -> bool:
    """Whether an invented journal is looked at instead of the real one."""
    return store.touring()


def done(limit: int = 100) -> list[tuple[datetime, str]]:
    """What was done with the journal as a whole, latest first."""
    return audit.lines(limit)


def folder() -> str:
    """Where the journal lies, as it is shown on paper."""
    return str(vault().folder)


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds on a clock that nobody can set back, and that goes on while the computer sleeps where the system has such a one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _migrate() -> None:
    call_command("migrate", verbosity=0)
