"""Which warnings something just written down raises: what has to be said at once, beside the word that it was saved."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from steelyard.knowledge.hazards import Hazards
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Answers, Context, Journal, Lab, Medicine, Record, SideEffect
from steelyard.safety.check import check

from .model import Alert

SIGNS = (SideEffect, Context, Answers, Lab)  # each is a sign by itself, as much the second time as the first
NOTED = (Medicine, Lab)  # what could not be checked is said as well: silence would look like an answer


def raised(journal: Journal, ids: Collection[str], knowledge: Knowledge, hazards: Hazards, now: datetime) -> tuple[Alert, ...]:
    """Return the warnings of a journal that are there because of some of its records, most severe first.

    Args:
        journal: with the records; ids: of those just written down; now: aware. What stood there before them is left out, unless one of
            them is a sign of the same by itself.
    """
    new = [record for record in journal.records if record.id in ids]
    if not new:
        return ()
    found = _alerts(journal.records, knowledge, hazards, now)
    if not any(isinstance(record, NOTED) for record in new):
        found = tuple(alert for alert in found if alert.severity != "note")
    if not found:
        return ()
    others = tuple(record for record in journal.records if record.id not in ids)
    before = {(alert.id, alert.title) for alert in _alerts(others, knowledge, hazards, now)}
    signs = tuple(record for record in new if isinstance(record, SIGNS))
    alone = {alert.id for alert in _alerts(signs, knowledge, hazards, now)}
    return tuple(alert for alert in found if (alert.id, alert.title) not in before or alert.id in alone)


def _alerts(records: tuple[Record, ...], knowledge: Knowledge, hazards: Hazards, now: datetime) -> tuple[Alert, ...]:
    return tuple(Alert(**asdict(alert)) for alert in check(Journal(None, records), knowledge, now, hazards))
