"""What a person writes down with one tap: how it is now, the usual dose, and that a question was passed over."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from steelyard.journal import store
from steelyard.records.model import Context, Dose, JournalHeader, Rating, Record, Scale

from . import forms

JUST_NOW = timedelta(minutes=10)  # a rating this fresh says how it was before the dose
SAME_TAP = timedelta(seconds=3)
OWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # as a browser's crypto.randomUUID makes them
RECENT_DOSES = 20
MOST_BUTTONS = 12
SKIPPED = "rating_skipped"
MAIN_SCALE = "pain"
UNKNOWN_SCALE = {"family": "bounded", "low": 0, "high": 10, "worse_is_up": True}


@dataclass(frozen=True)
class Usual:
    """The dose most often taken of late; `amount` None where it was never said."""

    substance: str
    amount: float | None
    unit: str | None
    product: str | None = None


@dataclass(frozen=True)
class Asked:
    """A scale to be rated on: a button for each of `scores`, or a number to type where there would be too many."""

    scale: str
    scores: tuple[int, ...]
    worse_is_up: bool


@dataclass(frozen=True)
class Today:
    """What the log page shows: the scale asked about, the usual dose, how long ago the last was, all of today by unit, the latest records."""

    asked: Asked
    fresh: bool
    usual: Usual | None
    last: Dose | None
    since: timedelta | None
    total: tuple[tuple[float, str], ...]
    unknown: int
    latest: tuple[store.Kept, ...]


def today(now: datetime) -> Today:
    """The state of the diary at an instant; `fresh` says whether how it is was told just now."""
    midnight = now.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    doses = [dose for dose in store.doses_since(midnight) if dose.time <= now]
    last = store.last_dose()
    total: dict[str, float] = {}
    for dose in doses:
        if dose.amount is not None:
            total[dose.unit or ""] = total.get(dose.unit or "", 0.0) + dose.amount
    return Today(
        asked=asked(main_scale()),
        fresh=asked_just_now(now),
        usual=usual(),
        last=last,
        since=None if last is None else max(now - last.time, timedelta(0)),
        total=tuple((amount, unit) for unit, amount in sorted(total.items())),
        unknown=sum(dose.amount is None for dose in doses),
        latest=tuple(store.page(0, 5)),
    )


def asked(name: str) -> Asked:
    """How a scale is asked about."""
    scale = forms.scales().get(name) or Scale(id=name, **UNKNOWN_SCALE)  # type: ignore[arg-type]
    low, high = scale.low or 0.0, scale.high
    if scale.family == "binary":
        low, high = 0.0, 1.0
    few = high is not None and high - low < MOST_BUTTONS
    return Asked(name, tuple(range(int(low), int(high or 0) + 1)) if few else (), scale.worse_is_up)


def asked_just_now(now: datetime) -> bool:
    """Whether how it is was told, or passed over, within the last minutes."""
    return any(_about_now(kept.record, now) for kept in store.recent((Rating, Context), limit=5))


def rate(told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep a rating of the main scale, or that it was passed over; refuses with BadInputError.

    Args:
        told: `value`, a number on the scale, or `skip`; `ago` or `time` as in `forms.moment`; `id` as in `once`; now: the present.
    """
    return once([rating_of(told, now)], now, told.get("id", ""))


def must_ask(told: Mapping[str, str], now: datetime) -> bool:
    """Whether a dose about to be kept has to be asked how it is first: one taken now, where that was not just told or passed over."""
    taken = forms.moment(told, now, zone())
    return not (told.keys() & {"value", "skip"}) and now - taken < JUST_NOW and not asked_just_now(now)


def take_usual(told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep the usual dose with how it was before it, where that was told; refuses with BadInputError, or LookupError where none is usual."""
    return once([*before(told, now), usual_of(told, now)], now, told.get("id", ""))


def usual_of(told: Mapping[str, str], now: datetime) -> Record:
    """The usual dose of an instant, as a record; refuses with BadInputError, or LookupError where none was usual then."""
    common = usual(now)
    if common is None:
        raise LookupError("there is no usual dose yet")
    told_of = {"substance": common.substance, "amount": common.amount, "unit": common.unit, "product": common.product}
    dose, _ = forms.checked({"record": "dose", **told_of, "time": forms.moment(told, now, zone())}, now)
    return dose


def before(told: Mapping[str, str], now: datetime) -> list[Record]:
    """What to keep along with a dose: the rating, or that it was passed over; or the rating told just now, which the dose then led to."""
    if told.keys() & {"value", "skip"}:
        return [rating_of({name: told[name] for name in ("value", "skip") if name in told}, now, "dose")]
    if now - forms.moment(told, now, zone()) >= JUST_NOW:
        return []
    for kept in store.recent((Rating,), limit=3, until=now + forms.TOLERANCE):
        if isinstance(kept.record, Rating) and kept.record.asked == "self" and _about_now(kept.record, now):
            return [replace(kept.record, asked="dose")]
    return []


def once(records: Sequence[Record], now: datetime, id: str = "") -> list[str]:
    """Keep records, unless the very same were kept a moment ago: a button pressed twice in a row is one press.

    `id` is what the browser called this, a UUID: sent again, because no answer had reached the browser, it changes nothing.
    """
    own = store.new_id(id) if OWN_ID.fullmatch(id) else ""
    if own and store.get(own) is not None:
        return [own]
    twins = [_twin(record, now) for record in records if record.id is None]
    if twins and None not in twins:
        return [str(twin) for twin in twins]
    ids = [f"{own}.{n}" if n else own for n in range(len(records))][::-1] if own else [None] * len(records)
    return store.put([replace(r, id=r.id or id) for r, id in zip(records, ids, strict=True)], now)


def usual(at: datetime | None = None) -> Usual | None:
    """The dose most often taken of late, or in the time before `at`; where there was none, the one named at the start."""
    doses = [kept.record for kept in store.recent((Dose,), RECENT_DOSES, until=at) if isinstance(kept.record, Dose)]
    if doses:
        kinds = Counter((d.substance, d.amount, d.unit, d.product) for d in doses)
        return Usual(*kinds.most_common(1)[0][0])
    substance, amount = store.preference("usual_substance"), store.preference("usual_amount")
    return Usual(substance, float(amount) if amount else None, store.preference("usual_unit") or None) if substance else None


def main_scale() -> str:
    """The scale that is asked about."""
    return store.preference("main_scale", MAIN_SCALE)


def zone() -> ZoneInfo:
    """The zone the person is in: home, or where they said they are; UTC until it was said."""
    try:
        return ZoneInfo(store.preference("zone_here") or store.preference("zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def home() -> str:
    """The home zone; UTC until it was said."""
    return store.preference("zone", "UTC")


def set_home(name: str, now: datetime) -> None:
    """Make a zone the home zone, in the journal too; refuses (ValueError) an unknown one."""
    _known(name)
    store.prefer("zone", name)
    store.prefer("zone_here", "")
    headers = [kept.record for kept in store.of(JournalHeader)]
    old = next((h for h in headers if isinstance(h, JournalHeader)), JournalHeader(id=store.HEADER_ID, format=1))
    store.put([replace(old, zone=name)], now)


def travel(name: str, use: bool) -> None:
    """Answer whether times are those of the zone the browser shows, from now on; asked once for each. Refuses (ValueError) an unknown one."""
    _known(name)
    store.prefer("zone_here" if use else "zone_not", name)


def answered_zone() -> str:
    """The zone of a browser that was last asked about, and is not to be used."""
    return store.preference("zone_not")


def quick() -> bool:
    """Whether the log page shows only the rating and the usual dose."""
    return store.preference("quick") == "1"


def set_quick(on: bool) -> None:
    """Show only the rating and the usual dose from now on, or everything again."""
    store.prefer("quick", "1" if on else "")


def _known(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError("expected an IANA zone") from error


def rating_of(told: Mapping[str, str], now: datetime, led_by: str = "self") -> Record:
    """What was told about the main scale, as a record: a rating, or that it was passed over; refuses with BadInputError."""
    scale, time = main_scale(), forms.moment(told, now, zone())
    fields: dict[str, Any] = {"record": "rating", "scale": scale, "value": forms.number(told.get("value", "")), "asked": led_by}
    if "skip" in told:
        fields = {"record": "context", "kind": SKIPPED, "value": scale}
    record, _ = forms.checked({**fields, "time": time}, now)
    return record


def _about_now(record: Record, now: datetime) -> bool:
    if isinstance(record, Rating):
        return record.scale == main_scale() and now - record.time < JUST_NOW
    return isinstance(record, Context) and record.kind == SKIPPED and now - record.time < JUST_NOW


def _twin(record: Record, now: datetime) -> str | None:
    """The id of a record with the same content that was written within the last seconds."""
    for kept in store.page(0, 4, type(record)):
        other, time = kept.record, getattr(record, "time", None)
        moved = {"time": time} if time is not None else {}
        near = time is None or abs(getattr(other, "time") - time) < SAME_TAP  # noqa: B009  # not every kind has one
        if now - kept.written < SAME_TAP and near and replace(other, id=None, **moved) == record:
            return kept.id
    return None
