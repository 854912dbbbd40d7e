"""What a well-formed record says, held against the journal it stands in: zone, scales, units, and what can be true at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from steelyard.records.model import (
    KINDS,
    Assignment,
    Dose,
    Lab,
    Medicine,
    Rating,
    Record,
    Scale,
    SideEffect,
)
from steelyard.records.problems import SET_ASIDE, SKIPPED, Note, Notes
from steelyard.records.time import EARLIEST, place
from steelyard.records.units import amount_unit, lab_unit

Step = Callable[[Any, "Setting"], tuple[Any, Notes]]
_UNSET = datetime(1970, 1, 1, tzinfo=UTC)
_DOUBT = {
    "twice": ("the clock showed this time twice that night", "took the first"),
    "skipped": ("the clock skipped this time that night", "moved it on by the length of the skip"),
}
_EXAMPLE = '{"record": "scale", "id": "my_scale", "family": "bounded", "low": 0, "high": 10, "worse_is_up": true}'


class Values(NamedTuple):
    """The values a scale can take."""

    low: float
    high: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What a record is held against.

    `latest` (aware) is the last instant that can have happened; `shipped` are the scales that no journal may define otherwise,
    `scales` the values of these and of the journal's own.
    """

    zone: ZoneInfo | None
    latest: datetime
    shipped: Mapping[str, Scale]
    scales: Mapping[str, Values]
    products: frozenset[str]


def settle(record: Record, setting: Setting) -> tuple[Record | None, Notes]:
    """The record with offsets and units settled, and what was noted; `None` when it cannot be true or cannot be used.

    A withdrawn record counts for nothing: only its offsets are settled.
    """
    notes: Notes = ()
    kept: Record | None = record
    for step in (_PLACING if record.deleted else _STEPS)[type(record)]:
        kept, more = step(kept, setting)
        if more:
            notes += more
        if kept is None:
            break
    return kept, notes


def values(scale: Scale) -> Values:
    """What can be rated on a scale: counts start at 0 and have no upper end, a yes or no is 0 or 1, others carry both ends."""
    low = 0.0 if scale.low is None else scale.low
    open_end = 1.0 if scale.family == "binary" else float("inf")
    return Values(low, open_end if scale.high is None else scale.high, scale.family != "bounded")


def scale_problem(scale: Scale, shipped: Mapping[str, Scale]) -> Note | None:
    """Why a journal's own scale cannot be used; `None` when it can."""
    known = shipped.get(scale.id)
    if known is not None and _measure(known) != _measure(scale):
        return Note("id", "scale.taken", f"the scale {scale.id!r} is already defined otherwise; use another id", SKIPPED)
    if scale.family in ("bounded", "ordinal") and (scale.low is None or scale.high is None):
        return Note("low", "scale.no_ends", f"a scale of family {scale.family!r} needs 'low' and 'high'", SKIPPED)
    if scale.low is not None and scale.high is not None and scale.low >= scale.high:
        return Note("low", "scale.ends", "expected 'low' to be below 'high'", SKIPPED)
    return None


def _scale(record: Scale, setting: Setting) -> tuple[Scale | None, Notes]:
    note = scale_problem(record, setting.shipped)
    return (record, ()) if note is None else (None, (note,))


def _measure(scale: Scale) -> tuple[object, ...]:
    return scale.family, scale.low, scale.high, scale.worse_is_up


def _placed(name: str, required: bool) -> Step:
    """A step that gives the instant in one field its offset."""
    attribute = "from_" if name == "from" else name

    def step(record: Any, setting: Setting) -> tuple[Any, Notes]:
        clock: datetime | None = getattr(record, attribute)
        if clock is None or clock.tzinfo is not None:
            return record, ()
        if setting.zone is None:
            message = "expected an offset such as -06:00 or Z, or a 'journal' record with a 'zone'; found neither"
            note = Note(name, "time.missing_offset", message, SKIPPED if required else SET_ASIDE)
            return (None if required else _set_aside(record, attribute, name)), (note,)
        instant, doubt = place(clock, setting.zone)
        notes: Notes = (Note(name, "time.missing_offset", "the time has no offset", f"assumed {setting.zone.key}", once="zone"),)
        if doubt:
            message, action = _DOUBT[doubt]
            notes = (*notes, Note(name, f"time.{doubt}", f"{message} ({clock.isoformat()} in {setting.zone.key})", action))
        return replace(record, **{attribute: instant}), notes

    return step


def _set_aside(record: Any, attribute: str, name: str) -> Any:
    value: datetime = getattr(record, attribute)
    return replace(record, **{attribute: None}, extra={**(record.extra or {}), name: value.isoformat()})


def _happened(record: Any, setting: Setting) -> tuple[Any, Notes]:
    """A time that can be true. Years are looked at first, since comparing instants of two offsets is slow."""
    notes: Notes = ()
    if record.time.tzinfo is None:
        record, notes = _TIME(record, setting)
        if record is None:
            return None, notes
    time: datetime = record.time
    if time.year <= EARLIEST.year and time < EARLIEST:
        return None, (_unset_clock("time", time, SKIPPED),)
    if time.year >= setting.latest.year - 1 and time > setting.latest:
        return None, (Note("time", "time.future", f"{time.isoformat()} lies in the future", SKIPPED),)
    return record, notes


def _unset_clock(name: str, time: datetime, action: str) -> Note:
    return Note(name, "time.unset_clock", f"{time.date()} is what a clock that was never set writes", action)


def _on_scale(record: Rating, setting: Setting) -> tuple[Rating | None, Notes]:
    scale = setting.scales.get(record.scale)
    if scale is None:
        message = f"the scale {record.scale!r} is not known; define it with a line such as {_EXAMPLE}"
        return None, (Note("scale", "scale.unknown", message, SKIPPED),)
    if not scale.low <= record.value <= scale.high:
        message = f"expected {scale.low:g} to {scale.high:g} on the scale {record.scale!r}, found {record.value:g}"
        return None, (Note("value", "rating.off_scale", message, SKIPPED),)
    if scale.whole and record.value != int(record.value):
        message = f"expected a whole number on the scale {record.scale!r}, found {record.value:g}"
        return None, (Note("value", "rating.not_whole", message, SKIPPED),)
    return record, ()


def _dose_unit(record: Dose, setting: Setting) -> tuple[Dose, Notes]:
    notes: Notes = ()
    if record.product is not None and record.product not in setting.products:
        message = f"the product {record.product!r} is not described in the journal"
        notes = (Note("product", "product.unknown", message, "kept the dose without what is in it", once=record.product),)
    if record.unit is None:
        if record.amount is not None:
            message = "the amount has no unit (g, mg, capsule...)"
            notes = (*notes, Note("unit", "unit.missing", message, "kept the dose; its amount counts as unknown"))
        return record, notes
    code = amount_unit(record.unit)
    if code is None:
        message = f"the unit {record.unit!r} is not known"
        return record, (*notes, Note("unit", "unit.unknown", message, "kept it as text; the amount counts as unknown"))
    return (record if code == record.unit else replace(record, unit=code)), notes


def _lab_unit(record: Lab, setting: Setting) -> tuple[Lab, Notes]:
    code = lab_unit(record.unit)
    if code is None:
        message = f"the unit {record.unit!r} is not known"
        return record, (Note("unit", "unit.unknown", message, "kept it as text; the result cannot be compared"),)
    return (record if code == record.unit else replace(record, unit=code)), ()


def _ends_after(name: str, required: bool) -> Step:
    """A step that refuses an end before the beginning: the whole record where the end is required, else the end alone."""

    def step(record: Any, setting: Setting) -> tuple[Any, Notes]:
        start = record.from_ if hasattr(record, "from_") else record.time
        end: datetime | None = getattr(record, name)
        if start is None or end is None or end > start or (end == start and not required):
            return record, ()
        note = Note(name, "time.ends_before_start", "the end is not after the beginning", SKIPPED if required else SET_ASIDE)
        return (None if required else _set_aside(record, name, name)), (note,)

    return step


def _began(record: Assignment, setting: Setting) -> tuple[Assignment | None, Notes]:
    if record.from_ >= EARLIEST:
        return record, ()
    return None, (_unset_clock("from", record.from_, SKIPPED),)


def _medicine_began(record: Medicine, setting: Setting) -> tuple[Medicine, Notes]:
    """People did start medicines before 1971, so only the very day that an unset clock shows is doubted."""
    if record.from_ is None or abs(record.from_ - _UNSET) > timedelta(days=1):
        return record, ()
    return _set_aside(record, "from_", "from"), (_unset_clock("from", record.from_, SET_ASIDE),)


_TIME = _placed("time", required=True)
_PLACING: dict[type[Record], tuple[Step, ...]] = {
    kind: (_TIME,) if "time" in kind.__struct_fields__ else () for kind in KINDS
} | {
    SideEffect: (_TIME, _placed("until", required=False)),
    Medicine: (_placed("from", required=False), _placed("to", required=False)),
    Assignment: (_placed("from", required=True), _placed("to", required=True)),
}
_STEPS: dict[type[Record], tuple[Step, ...]] = {
    kind: (_happened, *placing[1:]) if _TIME in placing else placing for kind, placing in _PLACING.items()
}
_STEPS[Dose] += (_dose_unit,)
_STEPS[Rating] += (_on_scale,)
_STEPS[Scale] += (_scale,)
_STEPS[Lab] += (_lab_unit,)
_STEPS[SideEffect] += (_ends_after("until", required=False),)
_STEPS[Medicine] += (_medicine_began, _ends_after("to", required=False))
_STEPS[Assignment] += (_began, _ends_after("to", required=True))
