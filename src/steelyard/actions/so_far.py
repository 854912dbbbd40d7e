"""What can be said of a journal in its first weeks, and what will be possible if it goes on like this."""

from dataclasses import dataclass
from datetime import datetime

from steelyard.findings import so_far
from steelyard.findings.so_far import Item
from steelyard.journal import store
from steelyard.records.model import Dose, Journal, Rating

from . import diary, forms
from .answers import knowledge

__all__ = ["Item", "SoFar", "day", "so_far_now"]

MILESTONES = (3, 14, 60)
LAST_DAY = 75  # until then the log page leads here


@dataclass(frozen=True)
class SoFar:
    """The day of the journal, what there is, what can be asked of it now, and on each later milestone if it goes on like this."""

    day: int
    ratings: int
    doses: int
    substance: str
    scale: str
    now: tuple[Item, ...]
    ahead: tuple[tuple[int, tuple[Item, ...]], ...]


def day(now: datetime) -> int:
    """The day of the journal, 1 on the day of the first rating or dose; 0 before that."""
    first = [start for kind in (Rating, Dose) if (start := store.first(kind)) is not None]
    zone = diary.zone()
    return max((now.astimezone(zone).date() - min(first).astimezone(zone).date()).days + 1, 1) if first else 0


def so_far_now(now: datetime) -> SoFar:
    """What can be asked of the journal as it is."""
    journal, scale = store.journal(), forms.scales().get(diary.main_scale())
    doses = [dose.substance.casefold() for dose in journal.of(Dose)]
    substance = max(sorted(set(doses)), key=doses.count, default="")
    ratings = [rating for rating in journal.of(Rating) if scale is not None and rating.scale == scale.id]
    today = day(now)
    if scale is None or not (doses or ratings):
        return SoFar(today, len(ratings), len(doses), substance, diary.main_scale(), (), ())

    def asked(of: Journal, copied: bool) -> tuple[Item, ...]:
        return so_far.so_far(of, substance, scale, knowledge(), copied)

    later = [milestone for milestone in MILESTONES if milestone > today]
    ahead = tuple((milestone, asked(so_far.going_on(journal, milestone), copied=True)) for milestone in later)
    return SoFar(today, len(ratings), len(doses), substance, scale.id, asked(journal, copied=False), ahead)
