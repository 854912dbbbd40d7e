"""Signs of danger in what was written down, and people at particular risk."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from steelyard.knowledge.hazards import Hazard, spoken
from steelyard.records.model import Answers, Context, Person, SideEffect
from steelyard.safety.model import Alert, Case, alert, day, listed
from steelyard.safety.taken import KRATOM, SEVEN_OH

SEVERE = frozenset({"severe", "severely", "extreme", "extremely", "very"})


class Sign(NamedTuple):
    """Something written down that may be a sign: its words, how bad it was, and when it was last there."""

    said: frozenset[str]
    severity: float | None
    last: datetime


def signs(case: Case) -> Iterator[Alert]:
    """Yield a warning for each sign of danger among side effects and what happened, looked up by its words."""
    written = [*_side_effects(case), *_contexts(case)]
    for row in case.hazards.of("red_flags"):
        phrases = [spoken(phrase) for phrase in row.words]
        times = [sign.last for sign in written if _bad_enough(sign, row) and any(phrase <= sign.said for phrase in phrases)]
        if times:
            yield _noticed(case, row, max(times))


def answers(case: Case) -> Iterator[Alert]:
    """Yield a warning where the latest answer to an item that asks for a sign is anything but never."""
    for row in case.hazards.of("red_flags"):
        given = [
            (each.items[row.item - 1], each.time)
            for each in case.journal.of(Answers)
            if row.instrument and _letters(each.instrument) == row.instrument and len(each.items) >= row.item
        ]
        known = [(value, time) for value, time in given if value is not None and time <= case.now]
        if known and known[-1][0] > 0:
            yield _noticed(case, row, known[-1][1], "item")


def people(case: Case) -> Iterator[Alert]:
    """Yield a warning for pregnancy, breast-feeding and conditions, as far as stated, while kratom or 7-OH is in use."""
    used = [case.hazards.substances[key].shown for key in (KRATOM, SEVEN_OH) if case.in_use(key)]
    stated = case.journal.of(Person)
    if not used or not stated:
        return
    person = stated[-1]
    conditions = [spoken(condition) for condition in person.conditions]
    for row in case.hazards.of("people"):
        named = any(spoken(phrase) <= condition for phrase in row.words for condition in conditions)
        if named or (row.person and getattr(person, row.person)):
            yield alert(case, row, says={"substance": listed(used)})


def related(case: Case) -> bool:
    """Tell whether kratom or 7-OH was taken at all, so that what is known of them belongs beside a sign."""
    return any(dose.substance in (KRATOM, SEVEN_OH) for dose in case.taken)


def _side_effects(case: Case) -> Iterator[Sign]:
    """Side effects that had begun by now; a severity of 0 says that it was not there."""
    for effect in case.journal.of(SideEffect):
        if effect.severity != 0 and effect.time <= case.now:
            yield Sign(spoken(effect.effect), effect.severity, min(effect.until or effect.time, case.now))


def _contexts(case: Case) -> Iterator[Sign]:
    for context in case.journal.of(Context):
        if context.time <= case.now:
            value = context.value if isinstance(context.value, str) else ""
            yield Sign(spoken(f"{context.kind} {value}"), None, context.time)


def _bad_enough(sign: Sign, row: Hazard) -> bool:
    """Common complaints count only when they are severe: by their rating, or in so many words where they were not rated."""
    if sign.severity is None:
        return not row.from_severity or bool(sign.said & SEVERE)
    return sign.severity >= row.from_severity


def _noticed(case: Case, row: Hazard, last: datetime, id_: str = "") -> Alert:
    """The warning for a sign that was last there at an instant: in full while that is recent, else as something past."""
    if last < case.now - case.days("recent"):
        past = case.hazards.rows["past.sign"]
        return alert(case, past, id_=row.id, says={"title": row.title, "last": day(last)})
    return alert(case, row, id_=id_, more=f"Last written down on {day(last)}.", related=related(case))


def _letters(text: str) -> str:
    """A name without what stands between its letters and digits, so that `PHQ-9` and `phq9` are one."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
