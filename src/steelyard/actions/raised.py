"""What has to be said at once about something that was just kept. It is kept already: nothing here can stand in its way."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from steelyard.findings.model import Alert
from steelyard.findings.raised import raised as found
from steelyard.journal import store
from steelyard.knowledge.hazards import Hazards, load_hazards
from steelyard.records.model import Answers, Context, Dose, Lab, Medicine, Person, Product, SideEffect, instant

from . import forms
from .answers import knowledge

__all__ = ["Alert", "raised"]

SPEAKING = (Dose, SideEffect, Context, Answers, Lab, Medicine, Person, Product)  # kinds that a warning can come from


def raised(ids: Iterable[str], now: datetime) -> tuple[Alert, ...]:
    """Warnings that these entries raise, most severe first; see `findings.raised`.

    What is written by a clock a little ahead counts as now.
    """
    kept = [one for id in ids if (one := store.get(id)) is not None and not one.deleted and isinstance(one.record, SPEAKING)]
    if not kept:
        return ()
    last = max((time for one in kept if (time := instant(one.record)) is not None), default=now)
    present = max(now, min(last, now + forms.TOLERANCE))
    return found(store.journal(), {one.id for one in kept}, knowledge(), _hazards(), present)


@cache
def _hazards() -> Hazards:
    return load_hazards()
