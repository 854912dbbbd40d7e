"""What can be asked of a journal that has only begun, what not yet, and what will be possible if it goes on like this."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from msgspec.structs import replace

from steelyard.knowledge.lookup import effect_prior
from steelyard.knowledge.model import Knowledge
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.model import Priors
from steelyard.nof1.slow_design import FEWEST_READINGS
from steelyard.records.model import Dose, Journal, Lab, Medicine, Rating, Scale, Session

from . import wording
from .around import FEWEST_DAYS
from .diary import prepare
from .slow_diary import is_slow
from .verdict import LONG_DAYS

# What days laid end to end can tell of days to come; days that are copies of each other tell nothing of how doses will vary.
FORESEEN = ("no_ratings", "no_doses", "too_few_ratings", "too_few_doses", "too_few_days", "ratings_only_after_doses")
Name = Literal["taken", "warnings", "relief", "used_to", "long", "slow"]


@dataclass(frozen=True)
class Item:
    """One thing one may ask: whether it can be asked (None: that cannot be foreseen); if not, why and what would be enough, or how many
    there are and how many it takes.

    `have` and `need` are days with a dose for `used_to`, days for `long`, and readings of one slow outcome for `slow`.
    """

    name: Name
    can: bool | None
    why: str = ""
    enough: str = ""
    have: int = 0
    need: int = 0


def so_far(journal: Journal, substance: str, scale: Scale, knowledge: Knowledge, copied: bool = False) -> tuple[Item, ...]:
    """What can be asked of a journal, plainest first; `copied` says that it comes from `going_on`."""
    doses = journal.of(Dose)
    days, taken = _days(journal), len({dose.time.date() for dose in doses})
    readings = _readings(journal, knowledge)
    return (
        Item("taken", bool(doses)),
        Item("warnings", bool(doses or journal.of(Medicine))),
        _relief(journal, substance, scale, knowledge, copied),
        Item("used_to", taken >= FEWEST_DAYS, have=taken, need=FEWEST_DAYS),
        Item("long", days >= LONG_DAYS, have=days, need=LONG_DAYS),
        Item("slow", readings >= FEWEST_READINGS, have=readings, need=FEWEST_READINGS),
    )


def going_on(journal: Journal, days: int) -> Journal:
    """The journal as it would be after some days if they went on as those so far: its days laid end to end, nothing invented.

    Refuses (ValueError) a journal without a rating or a dose.
    """
    kept = _timed(journal)
    if not kept:
        raise ValueError("there is nothing to go on from")
    first, length = min(record.time for record in kept).date(), _days(journal)
    longer = [
        replace(record, id=None, time=record.time + timedelta(days=start))
        for start in range(0, days, length)
        for record in kept
        if start + (record.time.date() - first).days < days
    ]
    others = [record for record in journal.records if not isinstance(record, Dose | Rating | Session)]
    return Journal(journal.header, (*others, *longer))


def _relief(journal: Journal, substance: str, scale: Scale, knowledge: Knowledge, copied: bool) -> Item:
    prior = effect_prior(knowledge, substance)
    diary = prepare(journal, substance, scale, lambda name: effect_prior(knowledge, name), 0).diary
    found = judge(diary, Priors((prior.median_h, prior.log_sd)))
    if not isinstance(found, NotEnough):
        return Item("relief", True)
    if copied and found.reason not in FORESEEN:
        return Item("relief", None)
    why, enough = wording.refusal(found, substance, scale.id)
    return Item("relief", False, why, enough)


def _timed(journal: Journal) -> list[Dose | Rating | Session]:
    return [*journal.of(Dose), *journal.of(Rating), *journal.of(Session)]


def _days(journal: Journal) -> int:
    """Days from the first to the last rating, dose or session, both counted."""
    days = [record.time.date() for record in _timed(journal)]
    return (max(days) - min(days)).days + 1 if days else 0


def _readings(journal: Journal, knowledge: Knowledge) -> int:
    """Readings of the slow outcome that has most of them."""
    names = [rating.scale for rating in journal.of(Rating)] + [lab.test.casefold() for lab in journal.of(Lab)]
    return max((names.count(name) for name in set(names) if is_slow(knowledge, name)), default=0)
