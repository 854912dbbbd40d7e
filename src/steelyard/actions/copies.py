"""Backups: the keys that seal them, when one is due, and making it."""

import io
from datetime import UTC, datetime, timedelta

from steelyard.exchange import jsonl
from steelyard.journal import audit, backup, photos, store
from steelyard.journal.backup import Backup, Keys
from steelyard.journal.models import Entry, Picture

from .vaults import vault

RECIPIENT, IDENTITY, MARK = "backup_recipient", "backup_identity", "backup_mark"
CARRIED = (
    "begun", "quick", "zone", "zone_here", "show_less", "idle_minutes", "main_scale", "usual_substance", "usual_amount", "usual_unit",
    "visit", "letter_struck",
    "queue_key",  # what browsers sealed before the journal was brought back can still be opened
)  # fmt: skip


def renew_keys(passphrase: str) -> None:
    """Have keys for the passphrase that now opens the store, unless there are some.

    A new passphrase gets new keys: whoever got to know the old one, and with it the old private key, cannot open later backups.
    """
    mark = vault().mark()
    if mark and store.preference(MARK) != mark:
        keys = backup.new_keys(passphrase)
        for name, value in ((RECIPIENT, keys.recipient), (IDENTITY, keys.identity), (MARK, mark)):
            store.prefer(name, value)


def due(now: datetime) -> bool:
    """Whether something changed since the last backup, and none was made today (UTC). Backups from the future count for nothing."""
    if store.touring():
        return False
    earlier = [one.at for one in listed() if one.at <= now]
    if not earlier:
        return store.count() > 0
    last = max(earlier)
    if last.date() == now.astimezone(UTC).date():
        return False
    since = last + timedelta(seconds=1)  # names carry no fractions
    return Entry.objects.filter(changed__gte=since).exists() or Picture.objects.filter(written__gte=since).exists()


def make(now: datetime) -> Backup:
    """Make a backup, sealed where the store has a passphrase. The photographs are in it, and what was withdrawn is not."""
    folder = vault().folder
    path = backup.write(folder, content(), now)
    audit.note("backup made", now)
    return next(one for one in listed() if one.name == path.name)


def content() -> bytes:
    """The bytes of a backup of all that is kept now."""
    out = io.BytesIO()
    jsonl.write(store.journal(), out)
    settings = [(name, value) for name in CARRIED if (value := store.preference(name))]
    bundle = backup.bundle(out.getvalue(), photos.everything(), settings)
    if not vault().encrypted:
        return bundle
    if store.preference(MARK) != vault().mark():
        raise LookupError("the keys for backups are made when the passphrase is next given")
    return backup.sealed(bundle, Keys(store.preference(RECIPIENT), store.preference(IDENTITY)))


def listed() -> list[Backup]:
    """The backups there are, latest first."""
    return backup.list_of(vault().folder)


def read(name: str, now: datetime) -> bytes | None:
    """A backup's bytes, to be taken elsewhere; None when there is none of this name."""
    found = backup.read(vault().folder, name)
    if found is not None:
        audit.note("backup downloaded", now)
    return found


def drop_open() -> int:
    """Erase the backups that no passphrase protects, once the store has one; returns how many."""
    return len(backup.remove(vault().folder, [one.name for one in listed() if not one.sealed]))


def drop_all(now: datetime) -> int:
    """Erase every backup; returns how many."""
    dropped = len(backup.remove(vault().folder, [one.name for one in listed()]))
    audit.note("backups erased", now)
    return dropped
