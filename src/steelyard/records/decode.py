"""The fields of one row to a record, field by field, and what is wrong with those that cannot be used.

A field that cannot be used but is not required is set aside: it moves to the record's `extra`, so that nothing a person wrote
is lost when the journal is written back.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as clock
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from steelyard.records.identity import Withdrawal
from steelyard.records.model import KINDS, TAG, Record
from steelyard.records.problems import SET_ASIDE, SKIPPED, Note, Notes, shown
from steelyard.records.time import parse

_KIND = {TAG[kind]: kind for kind in KINDS}
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_INSTANT = "a time such as 2026-03-01T08:10:00-06:00"
# Required fields with what is taken, and reported, when they are missing.
_ASSUMED: Mapping[tuple[str, str], Any] = {("scale", "worse_is_up"): True, ("journal", "format"): 1}
# Without a time of day these say nothing about what followed what.
_NEEDS_CLOCK = {"dose", "rating", "session"}
# It may take back an earlier dose or be a slip of the finger: neither the amount nor "unknown" would be true.
_NEGATIVE_DOSE = ("dose", "amount", "number.out_of_range")


class _Field(NamedTuple):
    """One field of a kind: its name in the file and in Python, and what it may hold."""

    name: str
    attribute: str
    required: bool
    type: Any
    expected: str
    instant: bool


class _Read(NamedTuple):
    """A value as read: `code` is empty when there is nothing to say, `used` false when it cannot be used."""

    value: Any
    used: bool = True
    code: str = ""
    message: str = ""
    action: str = ""


def record_of(fields: Mapping[str, Any]) -> tuple[Record | Withdrawal | None, Notes]:
    """The record that these fields make, and what was noted on the way; `None` when it cannot be used.

    Instants written without an offset come back without one: only the whole journal knows its zone.
    """
    tag = fields.get("record")
    if not isinstance(tag, str) or tag not in _KIND:
        found = shown(tag) if "record" in fields else "nothing"
        message = f"expected a kind of record ({', '.join(_KIND)}), found {found}"
        return None, (Note("record", "record.unknown_kind", message, SKIPPED),)
    kind = _KIND[tag]
    known, extra, notes, lost = _read_all(kind, fields)
    missing = [field for field in _fields(kind).values() if field.required and field.attribute not in known]
    if missing and fields.get("deleted") is True and isinstance(fields.get("id"), str):
        return Withdrawal(kind, fields["id"]), ()
    if lost:
        return None, notes
    for field in missing:
        assumed = _ASSUMED.get((tag, field.name))
        action = SKIPPED if assumed is None else f"assumed {shown(assumed)}"
        notes = (*notes, Note(field.name, "field.missing", f"{tag!r} needs {field.name!r}, {field.expected}", action))
        if assumed is None:
            return None, notes
        known[field.attribute] = assumed
    return kind(**known, extra=extra or None), notes


def _read_all(kind: type[Record], fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], Notes, bool]:
    """Usable values by attribute, everything else as it was written, notes, and whether the record is lost."""
    tag, expected = TAG[kind], _fields(kind)
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    notes: list[Note] = []
    lost = False
    for name, value in fields.items():
        if name == "record":
            continue
        if name not in expected:
            extra[name] = value
            message = f"{tag!r} has no field {name!r} in this format"
            notes.append(Note(name, "field.unknown", message, "kept it as it is", once=f"{tag}.{name}"))
            continue
        field = expected[name]
        if value is None:
            continue
        read = _read(value, field, tag in _NEEDS_CLOCK)
        costly = not read.used and (field.required or (tag, name, read.code) == _NEGATIVE_DOSE)
        lost = lost or costly
        if read.used:
            known[field.attribute] = read.value
        else:
            extra[name] = value
        if read.code:
            action = read.action or (SKIPPED if costly else SET_ASIDE)
            once = f"{tag}.{name}" if read.used else ""
            notes.append(Note(name, read.code, read.message, action, once))
    return known, extra, tuple(notes), lost


def _read(value: Any, field: _Field, needs_clock: bool) -> _Read:
    unbounded = _Read(None, False, "number.not_finite", f"expected {field.expected}, found one that is not finite")
    if not _finite(value):
        return unbounded
    try:
        return _Read(msgspec.convert(value, field.type))
    except msgspec.ValidationError:
        pass
    if value in _NOT_FINITE and "number" in field.expected:
        return unbounded
    if isinstance(value, str) and field.instant:
        return _read_instant(value, needs_clock)
    message = f"expected {field.expected}, found {shown(value)}"
    number = _number(value)
    if number is None or "number" not in field.expected:
        return _Read(None, False, "field.wrong_type", message)
    try:
        read = msgspec.convert(number, field.type)
    except msgspec.ValidationError:
        return _Read(None, False, "number.out_of_range", message)
    return _Read(read, True, "number.as_text", message, f"assumed {shown(number)}")


def _read_instant(text: str, needs_clock: bool) -> _Read:
    read = parse(text)
    if isinstance(read, datetime):
        return _Read(read)
    if isinstance(read, date) and not needs_clock:
        start = datetime.combine(read, clock())
        return _Read(start, True, "time.day_only", "expected a time of day, found a day", "assumed the start of the day")
    if read is not None:
        return _Read(None, False, "time.day_only", f"expected {_INSTANT}, found a day without a time of day: {shown(text)}")
    return _Read(None, False, "time.unreadable", f"expected {_INSTANT}, found {shown(text)}")


def _number(value: Any) -> float | int | None:
    """A number, also where a text can only mean one; `1.234` may be a thousand and more, so it is no such text."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    text = value.strip()
    if _NUMBER.fullmatch(text) is None or _THOUSANDS.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def _finite(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_finite, value))
    return not isinstance(value, float) or isfinite(value)


@cache
def _fields(kind: type[Record]) -> dict[str, _Field]:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return {
        field.encode_name: _Field(
            field.encode_name, field.name, field.required, types[field.name], _expected(field.type), _may_be_instant(field.type)
        )
        for field in described.fields
        if field.name != "extra"
    }


def _may_be_instant(held: inspect.Type) -> bool:
    if isinstance(held, inspect.UnionType):
        return any(map(_may_be_instant, held.types))
    return isinstance(held, inspect.DateTimeType)


def _expected(held: inspect.Type) -> str:
    """What a field may hold, in words."""
    match held:
        case inspect.UnionType(types=types):
            return " or ".join(_expected(one) for one in types if not isinstance(one, inspect.NoneType))
        case inspect.IntType(ge=low, le=high, gt=above) | inspect.FloatType(ge=low, le=high, gt=above):
            whole = "a whole number" if isinstance(held, inspect.IntType) else "a number"
            ends = {"above": above, "of at least": low, "and at most": high}
            return " ".join([whole, *(f"{word} {end:g}" for word, end in ends.items() if end is not None)])
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.VarTupleType(item_type=item):
            return f"a list, each {_expected(item)}"
    return {inspect.BoolType: "true or false", inspect.DateTimeType: _INSTANT}.get(type(held), "text")
