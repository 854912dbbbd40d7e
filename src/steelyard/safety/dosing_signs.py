"""Signs read from how much is taken and when: more over time, more for the same rating, soon after waking, at night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from steelyard.records.model import Context, Entry, Rating, SideEffect, instant
from steelyard.safety.daily import Week
from steelyard.safety.look import Look, Sign, Sure, clock

OVER_AMOUNT = "frequency_over_amount"  # the fact that withdrawal goes with doses a day more than with grams
WAKING = ("wake", "waking", "woke_up")  # kinds of context that say when the person woke


def amount_rising(look: Look) -> Sign:
    """Return whether the amount a day goes up over the weeks (Theil-Sen slope of weekly means, with its interval)."""
    unit = f"{look.log.unit or 'units'} a day"
    unsure = [
        (look.log.unknown_amounts > 0, f"the amount of {look.log.unknown_amounts} doses"),
        (len(look.log.kinds) > 1, f"one measure for {', '.join(look.log.kinds)}: a gram of one is not a gram of another"),
    ]
    missing = tuple(words for there, words in unsure if there)
    return _rising(look, "amount_rising", "more a day than before", [w.amount_a_day for w in look.weeks], unit, missing)


def doses_rising(look: Look) -> Sign:
    """Return whether the number of doses a day goes up over the weeks (Theil-Sen slope of weekly means, with its interval)."""
    each = [week.doses_a_day for week in look.weeks]
    sign = _rising(look, "doses_rising", "more doses a day than before", each, "doses a day", ())
    known = f"{look.log.substance.casefold()}.{OVER_AMOUNT}"
    return replace(sign, facts=(*sign.facts, known)) if known in look.knowledge.facts else sign


def same_relief(look: Look) -> Sign:
    """Return whether more is taken over the weeks while the rating does not get better by it."""
    name, title = "same_relief", f"more taken for the same {look.scale.id.replace('_', ' ')}"
    trend = _trend(look, [_mean_rating(look, week) for week in look.weeks])
    if trend is None:
        return Sign(name=name, title=title, seen=None, what="Too few weeks with ratings.", missing=("ratings, every week",))
    slope, low, high, _ = trend if look.scale.worse_is_up else (-trend[0], -trend[2], -trend[1], 0.0)
    what = f"The rating changed by {_signed(slope)} points in 30 days ({_signed(low)} to {_signed(high)}; above zero is worse)"
    more = [sign.title for sign in (amount_rising(look), doses_rising(look)) if sign.seen]
    taken = f"there were {' and '.join(more)}" if more else "what was taken did not clearly rise"
    return Sign(
        name=name,
        title=title,
        seen=bool(more) and high >= 0,
        what=f"{what} while {taken}.",
        sure="low",
        missing=("whether the illness itself got worse: that looks the same",),
        value=slope,
        low=low,
        high=high,
        unit="points in 30 days",
    )


def after_waking(look: Look) -> Sign:
    """Return on how many days a dose fell near the usual waking time."""
    name, title, needed = "after_waking", "doses soon after waking", ("waking times",)
    waking = _waking(look)
    if waking is None:
        return Sign(name=name, title=title, seen=None, what="The usual waking time is not known.", missing=needed)
    hour, source, sure = waking
    near = look.figure("after_waking")
    days = [any(abs((clock(d.time) - hour + 12) % 24 - 12) <= near for d in day.doses) for day in look.log.days]
    share = 100 * fmean(days)
    at = f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
    return Sign(
        name=name,
        title=title,
        seen=share >= look.figure("morning_share"),
        what=f"On {sum(days)} of {len(days)} days ({share:.0f} %) a dose fell within {near:g} h of {at}, told from {source}.",
        sure=sure,
        missing=needed if sure == "very low" else (),
        facts=("dependence.after_waking", "dependence.morning_share"),
        value=share,
        unit="%",
    )


def at_night(look: Look) -> Sign:
    """Return on how many days a dose fell in the night."""
    name, title = "at_night", "doses at night"
    if not look.log.days:
        return Sign(name=name, title=title, seen=None, what="No full day is written down.", missing=("doses, day by day",))
    first, last = look.figure("night", "low"), look.figure("night", "high")
    days = [any(first <= clock(dose.time) < last for dose in day.doses) for day in look.log.days]
    share = 100 * fmean(days)
    return Sign(
        name=name,
        title=title,
        seen=share >= look.figure("night_share"),
        what=f"On {sum(days)} of {len(days)} days ({share:.0f} %) a dose fell between {first:g} and {last:g} o'clock.",
        sure="low",
        missing=("whether the person works or is awake at night",),
        facts=("dependence.night", "dependence.night_share"),
        value=share,
        unit="%",
    )


def _rising(look: Look, name: str, title: str, values: Sequence[float | None], unit: str, missing: tuple[str, ...]) -> Sign:
    if look.log.silent_days:
        missing = (*missing, f"{look.log.silent_days} days on which nothing was written down")
    trend = _trend(look, values)
    if trend is None:
        need = f"at least {look.figure('weeks_needed'):g} weeks with entries on {look.figure('days_of_a_week'):g} days or more"
        return Sign(name=name, title=title, seen=None, what="Too few weeks to see a trend.", missing=(need, *missing))
    slope, low, high, level = trend
    sure: Sure = "moderate" if not missing and len(look.weeks) >= 2 * look.figure("weeks_needed") else "low"
    return Sign(
        name=name,
        title=title,
        seen=low > 0 and slope >= level * look.figure("notable_rise") / 100,
        what=f"{level:.3g} {unit} in the middle one of {len(look.weeks)} weeks; "
        f"in 30 days it changed by {_signed(slope)} ({_signed(low)} to {_signed(high)}).",
        sure=sure,
        missing=missing,
        facts=("dependence.notable_rise",),
        value=slope,
        low=low,
        high=high,
        unit=f"{unit} in 30 days",
    )


def _trend(look: Look, values: Sequence[float | None]) -> tuple[float, float, float, float] | None:
    """Slope per 30 days of weekly values, its 95 % interval, and their median; None for too few weeks."""
    known = [(week.start.toordinal(), value) for week, value in zip(look.weeks, values, strict=True) if value is not None]
    if len(known) < look.figure("weeks_needed"):
        return None
    day, value = np.array(known, float).T
    low, slope, high = (30 * x for x in _slopes(day, value))
    return slope, low, high, float(np.median(value))


def _slopes(day: NDArray[np.float64], value: NDArray[np.float64]) -> tuple[float, float, float]:
    """Median of all slopes between two values, within its 95 % interval; `day` `(n,)` rises.

    As `scipy.stats.theilslopes`, which takes half a second to load: as long as all warnings take a hundred times over.

    Source: Sen (1968), doi 10.1080/01621459.1968.10480934.
    """
    sooner, later = np.triu_indices(len(day), 1)
    slopes = np.sort((value[later] - value[sooner]) / (day[later] - day[sooner]))
    alike = np.unique(value, return_counts=True)[1]  # values that are alike tell less
    of_all, of_alike = (float((k * (k - 1) * (2 * k + 5)).sum()) for k in (np.array([len(day)]), alike))
    away = float(ndtri(0.975)) * np.sqrt((of_all - of_alike) / 18)
    low, high = max(round((len(slopes) - away) / 2) - 1, 0), min(round((len(slopes) + away) / 2), len(slopes) - 1)
    return float(slopes[low]), float(np.median(slopes)), float(slopes[high])


def _mean_rating(look: Look, week: Week) -> float | None:
    end = week.start + timedelta(days=7)
    values = [r.value for r in look.ratings(look.scale.id) if week.start <= r.time.date() < end]
    return fmean(values) if values else None


def _waking(look: Look) -> tuple[float, str, Sure] | None:
    """Usual waking time by the clock, where it was read from, and how sure that makes it."""
    told = [c.time for c in look.journal.of(Context) if c.kind in WAKING and c.time <= look.now]
    if len({time.date() for time in told}) >= look.figure("waking_days"):
        return median(map(clock, told)), "the waking times written down", "low"
    kinds: tuple[type[Entry], ...] = (Rating, SideEffect, Context)
    times = sorted(t for kind in kinds for record in look.journal.of(kind) if (t := instant(record)) and t <= look.now)
    first = {time.date(): clock(time) for time in reversed(times) if clock(time) >= look.figure("night", "high")}
    if len(first) < look.figure("waking_days") or not look.log.days:
        return None
    return median(first.values()), "the first entry of each day that is no dose, which may be hours later", "very low"


def _signed(number: float) -> str:
    return f"{number:+.2g}" if abs(number) >= 0.005 else "0"
