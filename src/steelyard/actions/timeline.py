"""The journal on one time axis: how it was, what was taken, and what else was written down, by day or by weeks."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from steelyard.journal import store
from steelyard.records.model import Context, Dose, Lab, Photo, Rating, Record, Session, SideEffect, instant
from steelyard.records.units import amount_unit, convert_mass
from steelyard.reports.timeline import Axis, Chart, svg

from . import diary

__all__ = ["LANES", "Axis", "Chart", "Span", "Stretch", "Timeline", "drawn", "timeline"]

Span = Literal["weeks", "months", "all"]
DAYS: dict[Span, int | None] = {"weeks": 14, "months": 91, "all": None}
# How many days stand together: each by itself up to the first length, a week up to the second, four weeks beyond.
LENGTHS = ((100, 1), (3 * 366, 7))
LANES: dict[str, type[Record]] = {"session": Session, "side_effect": SideEffect, "lab": Lab, "photo": Photo, "context": Context}


@dataclass(frozen=True)
class Stretch:
    """Some days: from `first` on, `days` of them. `mean`, `least`, `most` are None where nothing was rated; `amount` adds up the known
    amounts of the substance taken most, `unknown` counts its doses without one, `other` the doses of anything else.
    """

    first: date
    days: int
    ratings: int = 0
    mean: float | None = None
    least: float | None = None
    most: float | None = None
    doses: int = 0
    unknown: int = 0
    amount: float = 0.0
    other: int = 0
    records: tuple[Record, ...] = field(default=())

    @property
    def last(self) -> date:
        """The last of its days."""
        return self.first + timedelta(days=self.days - 1)


@dataclass(frozen=True)
class Timeline:
    """Stretches in order of time. `substance` is the one taken most, `unit` what its amounts are in; where that is empty, doses are counted:
    an amount that is not known is not zero.
    """

    asked: diary.Asked
    substance: str
    unit: str
    stretches: tuple[Stretch, ...]


def timeline(span: Span, now: datetime) -> Timeline | None:
    """The last days, or all of them, up to today; None where nothing with a time is written down in them."""
    asked, zone = diary.asked(diary.main_scale()), diary.zone()
    today, length = now.astimezone(zone).date(), DAYS[span]
    start = None if length is None else datetime.combine(today - timedelta(days=length), datetime.min.time(), zone)
    records = store.since([Rating, Dose, *LANES.values()], start)
    days = [time.date() for record in records if (time := instant(record)) is not None]
    # a day is that of the clock which was then read; two zones may put it beside the ends
    first = min(days, default=today) if length is None else today - timedelta(days=length - 1)
    held = [
        (day, record) for day, record in zip(days, records, strict=True) if first <= day <= today and _told(record, asked.scale)
    ]
    if not held:
        return None
    substance, unit = _most_taken([record for _, record in held if isinstance(record, Dose)])
    edges = _edges(first, today)
    groups: list[list[Record]] = [[] for _ in edges[:-1]]
    for day, record in held:
        groups[bisect_right(edges, day) - 1].append(record)
    return Timeline(
        asked,
        substance,
        unit,
        tuple(_stretch(a, b, group, substance, unit) for a, b, group in zip(edges, edges[1:], groups, strict=False)),
    )


def drawn(chart: Chart, name: str) -> str:
    """A chart as SVG, see `reports.timeline`."""
    return svg(chart, name)


def _told(record: Record, scale: str) -> bool:
    """Whether it is shown: ratings of the main scale, and what happened rather than what was passed over."""
    if isinstance(record, Rating):
        return record.scale == scale
    return not (isinstance(record, Context) and record.kind == diary.SKIPPED)


def _most_taken(doses: Sequence[Dose]) -> tuple[str, str]:
    """The substance with most doses, and the unit of most of its amounts, or none where an amount is unknown or in another kind of unit."""
    if not doses:
        return "", ""
    substance = Counter(dose.substance.casefold() for dose in doses).most_common(1)[0][0]
    units = Counter(amount_unit(dose.unit or "") for dose in doses if dose.substance.casefold() == substance)
    unit = units.most_common(1)[0][0] or ""
    these = [dose for dose in doses if dose.substance.casefold() == substance]
    return substance, unit if all(_amount(dose, unit) is not None for dose in these) else ""


def _amount(dose: Dose, unit: str) -> float | None:
    own = amount_unit(dose.unit or "")
    if dose.amount is None or own is None or not unit:
        return None
    return dose.amount if own == unit else convert_mass(dose.amount, own, unit)


def _edges(first: date, today: date) -> list[date]:
    """First days of the stretches and the day after the last, counted back from today so that the last one is whole."""
    days = (today - first).days + 1
    step = next((step for length, step in LENGTHS if days <= length), 28)
    count = -(-days // step)
    return [today + timedelta(days=1 - step * n) for n in range(count, -1, -1)]


def _stretch(first: date, end: date, records: Sequence[Record], substance: str, unit: str) -> Stretch:
    values = [record.value for record in records if isinstance(record, Rating)]
    doses = [record for record in records if isinstance(record, Dose)]
    these = [dose for dose in doses if dose.substance.casefold() == substance]
    amounts = [_amount(dose, unit) for dose in these]
    return Stretch(
        first=first,
        days=(end - first).days,
        ratings=len(values),
        mean=sum(values) / len(values) if values else None,
        least=min(values, default=None),
        most=max(values, default=None),
        doses=len(these),
        unknown=amounts.count(None),
        amount=sum(amount for amount in amounts if amount is not None),
        other=len(doses) - len(these),
        records=tuple(record for record in records if not isinstance(record, Rating | Dose)),
    )
