"""Instants and zones: reading ISO 8601, and giving an offset to clock times that were written without one."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Doubt = Literal["", "skipped", "twice"]

# What a device writes when its clock was never set is 1 January 1970, or a few days after it.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
# The year 9999 is how programs write "never"; arithmetic on it overflows.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?([Zz]|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Placed(NamedTuple):
    """A clock time with its offset; `doubt` says when the zone's clock skipped that time or showed it twice."""

    instant: datetime
    doubt: Doubt


def parse(text: str) -> datetime | date | None:
    """Read `2026-03-01T08:10[:00][-06:00|Z]`, or a `date` when only a day is given; `None` for anything else."""
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", "")) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


@cache
def zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name (`America/Chicago`), or `None` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def place(clock: datetime, where: ZoneInfo) -> Placed:
    """Give a clock time (without offset) the offset it had in a zone.

    A time shown twice, when clocks go back, is taken as the first. A time that never was, when clocks go forward, is taken as
    the moment that many minutes after the change.
    """
    first, second = (where.utcoffset(clock.replace(fold=fold)) or timedelta(0) for fold in (0, 1))
    if first < second:
        return Placed((clock + (second - first)).replace(tzinfo=_fixed(second)), "skipped")
    return Placed(clock.replace(tzinfo=_fixed(first), fold=0), "twice" if first > second else "")


def minutes_since(origin: datetime, instants: Sequence[datetime]) -> list[float]:
    """Minutes from `origin` to each instant, across any change of offset; refuses clock times without an offset."""
    return [(instant - origin) / timedelta(minutes=1) for instant in instants]


@cache
def _fixed(offset: timedelta) -> timezone:
    """One object per offset (most journals know two), in whole minutes as the file format writes them."""
    whole = timedelta(minutes=round(offset / timedelta(minutes=1)))
    return UTC if not whole else timezone(whole)
