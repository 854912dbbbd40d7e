"""The browsers that may see the journal. Each is known by its session, of which only a hash stands here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.sessions.models import Session

from .models import Device

SELDOM = timedelta(minutes=5)


@dataclass(frozen=True)
class Browser:
    """A browser: `mark` tells it from the others."""

    mark: str
    name: str
    since: datetime
    seen: datetime


def mark_of(session: str) -> str:
    """What stands here for a session."""
    return sha256(session.encode()).hexdigest()


def seen(session: str, name: str, now: datetime) -> None:
    """Remember that a browser was here; what was remembered minutes ago is left alone."""
    known = Device.objects.filter(session=mark_of(session)).first()
    if known is None:
        Device.objects.create(session=mark_of(session), name=name, since=now, seen=now)
    elif abs(now - known.seen) >= SELDOM:
        Device.objects.filter(session=known.session).update(name=name, seen=now)


def forget(session: str) -> None:
    """Take a browser off the list, as when its session becomes another."""
    Device.objects.filter(session=mark_of(session)).delete()


def listed(now: datetime) -> list[Browser]:
    """The browsers whose session still stands, the one seen last first."""
    alive = {mark_of(key) for key in _sessions(now)}
    Device.objects.exclude(session__in=alive).delete()
    return [Browser(row.session, row.name, row.since, row.seen) for row in Device.objects.order_by("-seen")]


def end(mark: str, now: datetime) -> bool:
    """End a browser's session: it has to be let in anew. False when there is none of this mark."""
    keys = [key for key in _sessions(now) if mark_of(key) == mark]
    Session.objects.filter(session_key__in=keys).delete()
    Device.objects.filter(session=mark).delete()
    return bool(keys)


def end_all_but(session: str, now: datetime) -> int:
    """End all sessions but one; returns how many."""
    keys = [key for key in _sessions(now) if key != session]
    Session.objects.filter(session_key__in=keys).delete()
    Device.objects.exclude(session=mark_of(session)).delete()
    return len(keys)


def _sessions(now: datetime) -> list[str]:
    return list(Session.objects.filter(expire_date__gt=now).values_list("session_key", flat=True))
