"""Everything a person can write down or change, one entry at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from steelyard.journal import store
from steelyard.records.model import KINDS, TAG, Answers, Dose, Product, Rating, Record

from . import diary, forms, questions
from .fields import FIELDS, WHEN, Field, Kind

Kept = store.Kept
LOOKED_BACK, OFFERED = 200, 8  # entries searched for own words, and how many of these are offered
FORMS = tuple(kind for kind in FIELDS if kind not in ("rating", "photo"))  # these two have pages of their own to begin with
_KIND = {TAG[kind]: kind for kind in KINDS}


@dataclass(frozen=True)
class Saved:
    """Ids of what was kept, and codes of what the person should know about it."""

    ids: tuple[str, ...]
    hints: tuple[str, ...] = ()


def fields_of(kind: str, record: Record | None = None) -> tuple[Field, ...]:
    """The fields of a kind's form, with what was written before on offer; refuses (LookupError) a kind without a form."""
    if isinstance(record, Answers):
        return (WHEN, *questions.fields(record.instrument, len(record.items)))
    return tuple(_offered(kind, field, record) for field in FIELDS[kind])


def first_values(kind: str) -> dict[str, str]:
    """What the form of a new entry begins with: for a dose the usual one."""
    usual = diary.usual() if kind == "dose" else None
    if usual is None:
        return {}
    amount = "" if usual.amount is None else f"{usual.amount:g}"
    return {"substance": usual.substance, "amount": amount, "unit": usual.unit or "", "product": usual.product or ""}


def values_of(record: Record) -> dict[str, str]:
    """What the form of a record that is there begins with, each field as text."""
    if isinstance(record, Answers):
        items = {f"item{n}": _text(item, "number") for n, item in enumerate(record.items)}
        return {"time": _text(record.time, "when"), **items}
    return {field.name: _text(getattr(record, _attribute(field.name)), field.kind) for field in FIELDS[kind_of(record)]}


def kind_of(record: Record) -> str:
    """The kind of a record, as in the journal file."""
    return TAG[type(record)]


def read(kind: str, told: Mapping[str, str], now: datetime) -> tuple[Record, tuple[str, ...]]:
    """The new entry that a form tells, and codes of what the person should know about it; refuses with BadInputError or LookupError."""
    if kind not in FORMS:
        raise LookupError(kind)
    return forms.checked(_read(kind, told, now), now)


def add(kind: str, told: Mapping[str, str], now: datetime) -> Saved:
    """Keep a new entry; refuses with BadInputError, or LookupError a kind without a form."""
    record, hints = read(kind, told, now)
    before = diary.before(told, now) if isinstance(record, Dose) else []
    return Saved(tuple(diary.once([*before, record], now)), hints)


def change(id: str, told: Mapping[str, str], now: datetime) -> Saved:
    """Keep a changed entry in the place of the one with this id; refuses with BadInputError, or LookupError where there is none."""
    old = found(id).record
    record, hints = forms.checked(_unchanged(old) | _read(kind_of(old), told, now, old) | {"id": id}, now)
    return Saved(tuple(store.put([msgspec.structs.replace(record, extra=old.extra)], now)), hints)


def found(id: str) -> Kept:
    """The entry with this id that has a form; refuses (LookupError) where there is none."""
    kept = store.get(id)
    if kept is None or not opens(kept):
        raise LookupError("no such entry")
    return kept


def none_yet() -> bool:
    """Whether nothing is written down yet."""
    return store.empty()


def opens(kept: Kept) -> bool:
    """Whether there is a form for an entry."""
    return kind_of(kept.record) in FIELDS or isinstance(kept.record, Answers)


def products() -> dict[str, Product]:
    """The products described in this journal, by id."""
    return {kept.record.id: kept.record for kept in store.of(Product) if isinstance(kept.record, Product)}


def undo(ids: Iterable[str], now: datetime) -> None:
    """Take the last change of each entry back."""
    for id in ids:
        store.undo(id, now)


def withdraw(id: str, now: datetime) -> None:
    """Leave an entry out from now on."""
    store.withdraw(id, now)


def bring_back(ids: Iterable[str], now: datetime) -> None:
    """Count withdrawn entries again."""
    for id in ids:
        store.bring_back(id, now)


def pages(number: int, size: int, kind: str, words: str) -> tuple[list[Kept], bool]:
    """One page of the journal, latest first, and whether there are more; see `store.page`. Pages are counted from 1."""
    kept = store.page((number - 1) * size, size + 1, _KIND.get(kind), words)
    return kept[:size], len(kept) > size


def _offered(kind: str, field: Field, record: Record | None) -> Field:
    """The field with what there is to choose from in this journal."""
    if field.kind == "product":
        return replace(field, choices=tuple(products()))
    if field.kind == "pick":
        before = [getattr(kept.record, _attribute(field.name)) for kept in store.page(0, LOOKED_BACK, _KIND[kind])]
        return replace(field, choices=tuple(dict.fromkeys([*list(dict.fromkeys(before))[:OFFERED], *field.choices])))
    if field.kind == "scores" and isinstance(record, Rating):
        return replace(field, scores=diary.asked(record.scale).scores)
    return field


def _read(kind: str, told: Mapping[str, str], now: datetime, old: Record | None = None) -> dict[str, Any]:
    fields: dict[str, Any] = {"record": kind}
    faults: dict[str, str] = {}
    if isinstance(old, Answers):
        items = questions.items(old.instrument, told, old.items)
        return fields | {"time": _value(WHEN, told, now, old), "items": items}
    for field in fields_of(kind, old):
        try:
            fields[field.name] = _value(field, told, now, old)
        except forms.BadInputError as error:
            faults |= error.faults
    if faults:
        raise forms.BadInputError(faults)
    if kind == "product" and old is None:
        fields["id"] = store.new_id()
    return fields


def _value(field: Field, told: Mapping[str, str], now: datetime, old: Record | None) -> Any:
    text, zone = told.get(field.name, "").strip(), diary.zone()
    before = None if old is None else getattr(old, _attribute(field.name))
    match field.kind:
        case "when" if old is None:
            return forms.moment(told, now, zone)
        case "when" if told.get("ago", "").strip():
            return forms.moment({"ago": told["ago"]}, now, zone)
        case "when" | "instant":
            return forms.clock(text, field.name, zone, before) if text or field.needed else None
        case "day" | "last_day":
            return _day(text, field, before)
        case "number" | "scores":
            return forms.number(text)
        case "pick":
            return told.get(f"{field.name}_own", "").strip() or text or None
        case "yes_no":
            return {"yes": True, "no": False}.get(text)
    if field.name == "value" and text:
        return forms.number(text)
    return text or None


def _day(text: str, field: Field, before: datetime | None) -> datetime | None:
    """The start of a day, or the last minute of the last one."""
    if not text:
        return None
    if before is not None and text == before.date().isoformat():
        return before
    start = forms.clock(f"{text}T00:00", field.name, diary.zone())
    return start + timedelta(hours=23, minutes=59) if field.kind == "last_day" else start


def _text(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if kind in ("day", "last_day") else value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _unchanged(old: Record) -> dict[str, Any]:
    """What stands in a record beside the fields of its form."""
    return {name.rstrip("_"): getattr(old, name) for name in old.__struct_fields__ if name not in ("id", "deleted", "extra")}


def _attribute(name: str) -> str:
    return "from_" if name == "from" else name
