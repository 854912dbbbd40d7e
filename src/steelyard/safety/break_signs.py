"""Signs read from times without the substance, and from answers about it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import sqrt
from statistics import fmean, variance

from scipy.special import stdtrit

from steelyard.records.model import Answers, SideEffect
from steelyard.safety.daily import longest_break
from steelyard.safety.instruments import score
from steelyard.safety.look import Look, Sign

HOUR = timedelta(hours=1)


def outcome_later(look: Look) -> Sign:
    """Return whether the outcome is rated worse when the last dose is long ago; confounded, and said to be."""
    return _worse_later(look, look.scale.id, look.scale.worse_is_up)


def craving_later(look: Look) -> Sign:
    """Return whether craving is rated higher when the last dose is long ago; confounded, and said to be."""
    return _worse_later(look, "craving", True)


def complaints_in_breaks(look: Look) -> Sign:
    """Return whether complaints are written down more often once the substance has worn off than at other times."""
    name, title = "complaints_in_breaks", "complaints in breaks"
    effects = [e for e in look.journal.of(SideEffect) if e.time <= look.now and e.severity != 0]
    in_break, other = _break_hours(look)
    longest = f"The longest break between two doses was {longest_break(d.time for d in look.log.doses) / HOUR:.0f} h."
    if not effects or not in_break:
        what = longest if effects else f"No complaints are written down. {longest}"
        return Sign(name=name, title=title, seen=None, what=what, missing=("complaints, also in breaks between doses",))
    since = [(look.hours_since(e.time), e.effect) for e in effects]
    inside = [effect for hours, effect in since if look.within("worn_off", hours)]
    outside = sum(hours is not None for hours, _ in since) - len(inside)
    rates = 24 * len(inside) / in_break, 24 * outside / other
    words = f" ({', '.join(sorted(set(inside)))})" if inside else ""
    enough = len(inside) >= look.figure("complaints_needed")
    return Sign(
        name=name,
        title=title,
        seen=enough and rates[0] > rates[1],
        what=f"{len(inside)} complaints{words} in {in_break / 24:.1f} days of breaks, {rates[0]:.2f} a day, "
        f"against {rates[1]:.2f} a day at other times. {longest}",
        sure="low" if enough else "very low",
        missing=("what else happened on those days",),
        facts=("dependence.worn_off", "dependence.complaints_needed"),
        value=rates[0] - rates[1],
        unit="complaints a day",
    )


def answers(look: Look) -> Sign:
    """Return the score of the Severity of Dependence Scale; it is shown and never judged."""
    name, title = "sds", "the five questions of the Severity of Dependence Scale"
    given = [a.items for a in look.journal.of(Answers) if a.time <= look.now and a.instrument.casefold() == "sds"]
    scores = [found for items in given if (found := score("sds", items, look.knowledge, look.instruments))]
    counted = [found for found in scores if found.total is not None]
    if not counted:
        what = f"The last answers were {scores[-1].note}." if scores else "The five questions were not answered."
        return Sign(name=name, title=title, seen=None, what=what, missing=("answers to all five questions",))
    last, first = counted[-1], counted[0]
    course = f", after {first.total:g} the first time" if len(counted) > 1 else ""
    what = f"{last.total:g} of {last.high:g}{course}; {last.note}."
    return Sign(name=name, title=title, seen=None, what=what, facts=last.facts, value=last.total, unit=f"points of {last.high:g}")


def _worse_later(look: Look, scale: str, worse_is_up: bool) -> Sign:
    name, title = f"{scale}_later", f"{scale.replace('_', ' ')} worse when the last dose is long ago"
    timed = [(look.hours_since(r.time), r.value if worse_is_up else -r.value) for r in look.ratings(scale)]
    soon, late = ([value for hours, value in timed if look.within(window, hours)] for window in ("soon", "worn_off"))
    if min(len(soon), len(late)) < look.figure("ratings_needed"):
        what = f"{len(soon)} ratings soon after a dose and {len(late)} long after one are too few to compare."
        return Sign(name=name, title=title, seen=None, what=what, missing=("ratings at set times, also long after a dose",))
    apart, low, high = difference(late, soon)
    return Sign(
        name=name,
        title=title,
        seen=low > 0,
        what=f"{apart:+.1f} points ({low:+.1f} to {high:+.1f}; above zero is worse) in {len(late)} ratings long after a dose, "
        f"against {len(soon)} soon after one.",
        sure="very low",
        missing=("why each dose was taken: doses follow how one feels, so this comparison can be wrong either way",),
        facts=("dependence.soon", "dependence.worn_off"),
        value=apart,
        low=low,
        high=high,
        unit="points",
    )


def difference(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """Return the difference of two means and its 95 % interval (Welch), which takes values as unrelated to one another.

    Needs two values on each side.
    """
    parts = [variance(values) / len(values) for values in (one, other)]
    apart, spread = fmean(one) - fmean(other), sum(parts)
    if spread == 0:
        return apart, apart, apart
    freedom = spread**2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (one, other), strict=True))
    half = float(stdtrit(freedom, 0.975)) * sqrt(spread)
    return apart, apart - half, apart + half


def _break_hours(look: Look) -> tuple[float, float]:
    """Hours, from the first dose to the end of the last full day, in which the substance had worn off, and all others."""
    times = [dose.time for dose in look.log.doses]
    if not times or not look.log.days:
        return 0.0, 0.0
    end = datetime.combine(look.log.days[-1].date, time.max, times[-1].tzinfo)
    spans = [(later - earlier) / HOUR for earlier, later in zip(times, [*times[1:], max(times[-1], end)], strict=True)]
    low, high = look.figure("worn_off", "low"), look.figure("worn_off", "high")
    worn = sum(max(0.0, min(span, high) - low) for span in spans)
    return worn, sum(spans) - worn
