"""What was typed into a form, as a record: numbers and times are read, and the record is held against the same rules as a journal file.

Where a field cannot be used nothing is kept: the person is there to say what they meant. A field left empty stays unset.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from steelyard.journal import store
from steelyard.knowledge.load import load
from steelyard.records.check import Setting, settle, values
from steelyard.records.decode import record_of
from steelyard.records.identity import Withdrawal
from steelyard.records.model import Product, Record, Scale
from steelyard.records.problems import Notes
from steelyard.records.time import place

# The record is right as it is, but less can be done with it than the person may think.
HINTS = ("unit.unknown", "unit.missing", "product.unknown")
NIGHT = Scale(id="sleep_hours", family="bounded", low=0, high=24, worse_is_up=False)  # the one scale of the app's own
TOLERANCE = timedelta(minutes=2)  # between two clocks
_NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,9})?", re.ASCII)


class BadInputError(ValueError):
    """Fields that cannot be used, each with the code of a reason (see `records.check` and `records.decode`)."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("fields cannot be used: " + ", ".join(sorted(faults)))
        self.faults = dict(faults)


def number(text: str) -> float | str | None:
    """A number with a point or a comma; None where nothing was typed, and the text as it is where it is no number."""
    text = text.strip()
    return (float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text) or (0.0 if text else None)


def moment(told: Mapping[str, str], now: datetime, zone: ZoneInfo) -> datetime:
    """When something happened: the clock time in `time`, else `ago` minutes before now, else now; to the second, with its offset.

    Refuses with BadInputError what is no time.
    """
    if told.get("time", "").strip():
        return clock(told["time"], "time", zone)
    ago = told.get("ago", "").strip() or "0"
    if not (ago.isascii() and ago.isdigit()):
        raise BadInputError({"time": "time.unreadable"})
    return fixed((now - timedelta(minutes=min(int(ago), 10**7))).replace(microsecond=0), zone)


def clock(text: str, name: str, zone: ZoneInfo, old: datetime | None = None) -> datetime:
    """What a clock in the person's zone showed, such as 2026-03-01T08:10, as an instant with its offset.

    A time that stands in a record already is read in the offset it was written with, so that a journey moves nothing. Refuses with
    BadInputError.
    """
    try:
        shown = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInputError({name: "time.unreadable"}) from None
    if shown.tzinfo is not None or not 1900 < shown.year < 9999:
        raise BadInputError({name: "time.unreadable"})
    if old is not None and shown == old.replace(tzinfo=None, second=0, microsecond=0):
        return old
    if old is not None and old.utcoffset() != old.astimezone(zone).utcoffset():
        return shown.replace(tzinfo=old.tzinfo)
    return place(shown, zone).instant


def fixed(time: datetime, zone: ZoneInfo) -> datetime:
    """An instant in a zone, with its offset in figures: two times that share a changing zone would be compared by their clocks."""
    return datetime.fromisoformat(time.astimezone(zone).isoformat())


def checked(fields: Mapping[str, Any], now: datetime) -> tuple[Record, tuple[str, ...]]:
    """The record these fields make, and the codes of what the person should know about it; refuses with BadInputError."""
    record, notes = record_of({name: value for name, value in fields.items() if value is not None})
    if record is not None and not isinstance(record, Withdrawal):
        record, more = settle(record, _setting(now))
        notes += more
    faults = {_field(name): code for name, code in _codes(notes) if code not in HINTS}
    if faults or record is None or isinstance(record, Withdrawal):
        raise BadInputError(faults or {"": "field.missing"})
    return record, tuple(code for _, code in _codes(notes))


def scales() -> dict[str, Scale]:
    """All scales of this journal by id: those that come with the program, and its own."""
    own = [kept.record for kept in store.of(Scale)]
    return {**shipped_scales(), NIGHT.id: NIGHT, **{scale.id: scale for scale in own if isinstance(scale, Scale)}}


@cache
def shipped_scales() -> dict[str, Scale]:
    """The scales that come with the program; read once."""
    return dict(load().scales)


def _setting(now: datetime) -> Setting:
    products = [kept.record.id for kept in store.of(Product) if isinstance(kept.record, Product)]
    known = {name: values(scale) for name, scale in scales().items()}
    return Setting(None, now + TOLERANCE, shipped_scales(), known, frozenset(products))


def _codes(notes: Notes) -> list[tuple[str, str]]:
    return [(note.field, note.code) for note in notes]


def _field(name: str) -> str:
    """The field of the form: that of the record, without the place in a list."""
    return name.split("[", maxsplit=1)[0]
