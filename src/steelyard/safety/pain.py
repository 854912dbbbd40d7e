"""Pain itself: how long it has lasted, and how large a change is."""

from dataclasses import dataclass
from datetime import date, datetime

from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Rating

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """How long pain has lasted; `chronic` is None where the journal is too short to say. `since` is the first day known of."""

    since: date | None
    days: int
    chronic: bool | None
    words: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a pain rating from 0 to 10: `points` and `percent` of fall (negative where pain rose), and what that is called."""

    points: float
    percent: float | None
    size: str
    facts: tuple[str, ...]


def lasting(journal: Journal, knowledge: Knowledge, now: datetime, since: date | None = None) -> Lasting:
    """Return how long pain has lasted up to `now`, from `since` or else from the first rating of pain above zero.

    Without `since` the journal can only show that pain has lasted, never that it has not: it may have begun before.
    Source: iasp2019.
    """
    fact = knowledge.fact("instruments", "chronic_pain")
    rated = [r.time.date() for r in journal.of(Rating) if r.scale == "pain" and r.value > 0 and r.time <= now]
    first = since or min(rated, default=None)
    last = now.date() if since else max(rated, default=None)
    if first is None or last is None:
        return Lasting(since=None, days=0, chronic=None, words="No pain is written down.", facts=(fact.id,))
    days = (last - first).days
    long = days > (fact.value or 0) * DAYS_A_MONTH
    chronic = True if long else (False if since else None)
    told = f"Pain is known of from {first} to {last}, {days} days."
    limit = f"Pain that lasts or keeps coming back for longer than {fact.value:g} months is called chronic."
    open_end = "" if chronic is not None else " It may have begun before this journal: the day it began would tell."
    return Lasting(since=first, days=days, chronic=chronic, words=f"{told} {limit}{open_end}", facts=(fact.id,))


def change(before: float, after: float, knowledge: Knowledge) -> Change:
    """Return how large the step from one rating of pain (0 to 10) to another is, in published words.

    No percentage is given where `before` is 0. Source: farrar2001, dworkin2008.
    """
    minimal = knowledge.fact("pain", "minimal_change")
    important = knowledge.fact("pain", "important_change")
    share, half = (knowledge.fact("instruments", f"pain_{name}_share") for name in ("important", "substantial"))
    points = before - after
    percent = 100 * points / before if before > 0 else None
    facts = (minimal.id, important.id, share.id, half.id)
    return Change(points=points, percent=percent, size=_size(points, percent or 0.0, knowledge), facts=facts)


def _size(points: float, percent: float, knowledge: Knowledge) -> str:
    def reached(subject: str, name: str, value: float) -> bool:
        fact = knowledge.fact(subject, name)
        return value >= (fact.value if fact.value is not None else fact.low or 0)

    if points <= 0:
        return "no fall" if points == 0 else "a rise"
    if reached("instruments", "pain_substantial_share", percent):
        return "a substantial fall"
    if reached("instruments", "pain_important_share", percent) or reached("pain", "important_change", points):
        return "a clinically important fall"
    return "a minimal fall" if reached("pain", "minimal_change", percent) else "less than a minimal fall"
