"""All warnings of a journal. To add one: a row of data, or a function here, its row in SAFETY.md and its test."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from steelyard.knowledge.hazards import Hazards, load_hazards
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal
from steelyard.safety import doses, interactions, labs, red_flags
from steelyard.safety.model import MOST_SEVERE_FIRST, Alert, Case
from steelyard.safety.taken import doses_taken, medicines_used

Rule = Callable[[Case], Iterator[Alert]]
RULES: tuple[Rule, ...] = (
    red_flags.signs,
    red_flags.answers,
    red_flags.people,
    interactions.interactions,
    interactions.past_interactions,
    interactions.unchecked,
    doses.together,
    doses.after_break,
    doses.steep_rise,
    doses.stronger_product,
    doses.seven_oh,
    labs.out_of_range,
    labs.unreadable,
    labs.liver_pattern,
    labs.worth_asking_for,
)


def check(journal: Journal, knowledge: Knowledge, now: datetime, hazards: Hazards | None = None) -> tuple[Alert, ...]:
    """Return every warning of a journal as things stand at `now` (aware), most severe first.

    `hazards` are the rows of warnings (the shipped ones by default). What was written down for later than `now` does not count.
    """
    rows = load_hazards() if hazards is None else hazards
    taken = doses_taken(journal, knowledge, rows, now)
    lasts = timedelta(days=knowledge.fact("warnings", "in_use").value or 0.0)
    case = Case(journal, knowledge, rows, now, taken, medicines_used(journal, taken, rows, lasts))
    found = [alert for rule in RULES for alert in rule(case)]
    return tuple(sorted(found, key=lambda alert: (MOST_SEVERE_FIRST.index(alert.severity), alert.id)))
