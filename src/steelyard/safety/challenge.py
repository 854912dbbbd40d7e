"""Dechallenge and rechallenge read from a journal: what a complaint did when a suspect was left off, and when it was taken again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from steelyard.knowledge.causes import Complaint
from steelyard.knowledge.lookup import smallest_change
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Dose, Journal, Medicine, Rating, Scale
from steelyard.safety.causes import window_days

Answer = Literal["yes", "no", "unknown"]
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Period:
    """A time in which a suspect was taken; `start` is None where it began before the journal knows, `end` None while it goes on."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An answer with the reason for it."""

    answer: Answer
    why: str


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The complaint as rated: times and values turned so that more is worse, and the smallest change that counts, in points."""

    times: tuple[datetime, ...]
    values: tuple[float, ...]
    smallest: float

    def between(self, start: datetime, end: datetime) -> list[float]:
        """Return the values from `start` to `end`."""
        return [value for time, value in zip(self.times, self.values, strict=True) if start <= time <= end]


@dataclass(frozen=True, kw_only=True)
class Break:
    """One break: the level of the complaint before and in it (medians, None where too little was rated), and the restart."""

    start: datetime
    days: float
    before: float | None
    within: float | None
    restart: datetime | None


def periods(journal: Journal, suspect: str, knowledge: Knowledge, complaint: Complaint, now: datetime) -> tuple[Period, ...]:
    """Return when a substance or medicine (its name in any case) was taken up to `now`, in order of time.

    Doses closer together than the shortest break that could show anything are one period.
    """
    name, gap = suspect.casefold(), _window(knowledge, complaint)[0]
    doses = [d.time for d in journal.of(Dose) if d.substance.casefold() == name and d.amount != 0 and d.time <= now]
    if doses:
        return _runs(doses, gap, now)
    medicines = [m for m in journal.of(Medicine) if m.name.casefold() == name and (m.from_ is None or m.from_ <= now)]
    ended = [Period(start=m.from_, end=m.to if m.to is not None and m.to <= now else None) for m in medicines]
    return tuple(sorted(ended, key=lambda period: period.start.timestamp() if period.start else float("-inf")))


def rated(journal: Journal, complaint: Complaint, knowledge: Knowledge, now: datetime) -> Rated | None:
    """Return the complaint's ratings up to `now`, or None when it has no scale of its own with a smallest change."""
    own = {scale.id: scale for scale in journal.of(Scale)}
    scale = own.get(complaint.scale) or knowledge.scales.get(complaint.scale)
    smallest = None if scale is None else smallest_change(knowledge, scale)
    if scale is None or smallest is None:
        return None
    found = [r for r in journal.of(Rating) if r.scale == scale.id and r.time <= now]
    sign = 1 if scale.worse_is_up else -1
    return Rated(times=tuple(r.time for r in found), values=tuple(sign * r.value for r in found), smallest=smallest.value)


def dechallenge(found: Sequence[Break], complaint: Complaint, knowledge: Knowledge, smallest: float) -> Reading:
    """Return whether the complaint fell in a break by at least the smallest change that counts.

    It is `no` only where it did not and the break was long enough for it to have done so.
    """
    readings = [_fell(one, complaint, knowledge, smallest) for one in found]
    return _first(readings, "there is no break long enough to show anything")


def rechallenge(found: Sequence[Break], ratings: Rated, complaint: Complaint, knowledge: Knowledge) -> Reading:
    """Return whether a complaint that had fallen in a break rose again, by as much, after the substance was taken again."""
    readings = []
    for one in found:
        if one.restart is None or _fell(one, complaint, knowledge, ratings.smallest).answer != "yes":
            continue
        again = _level(ratings, knowledge, *_after(one.restart, complaint, knowledge))
        readings.append(_rose(one, again, ratings.smallest))
    return _first(readings, "it was not taken again after a break in which the complaint fell")


def breaks(taken: Sequence[Period], ratings: Rated, complaint: Complaint, knowledge: Knowledge, now: datetime) -> list[Break]:
    """Return the breaks between periods, and after the last, that are long enough to show anything."""
    low, high = _window(knowledge, complaint)
    compared = timedelta(days=knowledge.fact("causality", "compared").value or 0)
    found = []
    for period, following in zip(taken, (*taken[1:], None), strict=False):
        restart = following.start if following else None
        until = restart or now
        if period.end is None or (until - period.end) / DAY < low:
            continue
        settled = period.end + low * DAY
        last = min(until, max(settled, period.end + (high or low) * DAY) + compared)
        found.append(
            Break(
                start=period.end,
                days=(until - period.end) / DAY,
                before=_level(ratings, knowledge, period.end - compared, period.end),
                within=_level(ratings, knowledge, settled, last),
                restart=restart,
            )
        )
    return found


def _runs(times: Sequence[datetime], gap_days: float, now: datetime) -> tuple[Period, ...]:
    runs = [[times[0], times[0]]]
    for time in times[1:]:
        if (time - runs[-1][1]) / DAY >= gap_days:
            runs.append([time, time])
        runs[-1][1] = time
    return tuple(Period(start=a, end=b if (now - b) / DAY >= gap_days else None) for a, b in runs)


def _window(knowledge: Knowledge, complaint: Complaint) -> tuple[float, float | None]:
    """Days after which a break could show something, and by which it should have."""
    held = knowledge.facts.get(complaint.recovery)
    return window_days(held if held is not None else knowledge.fact("causality", "gap"))


def _after(restart: datetime, complaint: Complaint, knowledge: Knowledge) -> tuple[datetime, datetime]:
    """When a complaint could be back: its latency, or else the days that are compared."""
    compared = knowledge.fact("causality", "compared").value or 0
    held = knowledge.facts.get(complaint.latency)
    low, high = window_days(held) if held is not None else (0.0, None)
    return restart + low * DAY, restart + (compared if high is None else high) * DAY


def _level(ratings: Rated, knowledge: Knowledge, start: datetime, end: datetime) -> float | None:
    values = ratings.between(start, end)
    return median(values) if len(values) >= (knowledge.fact("causality", "enough_ratings").value or 1) else None


def _fell(one: Break, complaint: Complaint, knowledge: Knowledge, smallest: float) -> Reading:
    told = f"break of {one.days:.0f} days from {one.start.date()}"
    if one.before is None or one.within is None:
        return Reading(answer="unknown", why=f"{told}: too few ratings before or in it")
    change = one.within - one.before
    told = f"{told}: the complaint changed by {change:+.2g} points, {smallest:g} count"
    if change <= -smallest:
        return Reading(answer="yes", why=told)
    high = _window(knowledge, complaint)[1]
    if high is None or one.days < high:
        return Reading(answer="unknown", why=f"{told}; it may have been too short")
    return Reading(answer="no", why=told)


def _rose(one: Break, again: float | None, smallest: float) -> Reading:
    told = f"taken again after the break of {one.days:.0f} days from {one.start.date()}"
    if again is None or one.within is None:
        return Reading(answer="unknown", why=f"{told}: too few ratings afterwards")
    rise = again - one.within
    return Reading(
        answer="yes" if rise >= smallest else "no", why=f"{told}: the complaint changed by {rise:+.2g} points, {smallest:g} count"
    )


def _first(readings: Sequence[Reading], otherwise: str) -> Reading:
    """The first yes, else the first no, else the first unknown, else what is said when there is nothing to read."""
    order: tuple[Answer, ...] = ("yes", "no", "unknown")
    return next((one for answer in order for one in readings if one.answer == answer), Reading(answer="unknown", why=otherwise))
