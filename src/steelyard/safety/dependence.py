"""The watch for dependence and tolerance: which signs a journal shows, what is known, what helps. Never a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.knowledge.instruments import Block
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Scale
from steelyard.safety.break_signs import answers, complaints_in_breaks, craving_later, outcome_later
from steelyard.safety.daily import dose_log, weeks
from steelyard.safety.dosing_signs import after_waking, amount_rising, at_night, doses_rising, same_relief
from steelyard.safety.look import Look, Sign

TOPICS = ("dependence", "treatment")  # files about a substance that are shown with its signs
HELPS = (
    "A sign is not a diagnosis, and nobody is to blame for one: a body gets used to many medicines and plants.",
    "Changes to something taken often are made together with a clinician. Never stop or cut down abruptly: that can do harm.",
    "It helps to bring this page and the dose log to that talk, and to say what the substance is taken for.",
)
WHERE = (
    "A doctor, a pharmacist or an addiction service can talk it through, also when nothing is to change yet.",
    "The local emergency number is for trouble breathing, a seizure, or thoughts of not wanting to live.",
)
SIGNS: tuple[Callable[[Look], Sign], ...] = (
    doses_rising,
    amount_rising,
    same_relief,
    after_waking,
    at_night,
    outcome_later,
    craving_later,
    complaints_in_breaks,
    answers,
)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """All signs in a fixed order, the ids of what is known about this substance, what helps and where to go.

    `days` are days with an entry, `doses` the doses up to now.
    """

    substance: str
    days: int
    doses: int
    signs: tuple[Sign, ...]
    summary: str
    facts: tuple[str, ...]
    helps: tuple[str, ...] = HELPS
    where: tuple[str, ...] = WHERE


def watch(
    journal: Journal,
    substance: str,
    scale: Scale,
    knowledge: Knowledge,
    instruments: Mapping[str, tuple[Block, ...]],
    now: datetime,
) -> Watch:
    """Return the signs of dependence on and tolerance to one substance (its name in any case) in a journal up to `now`.

    `scale` is that of what the substance is taken for. A sign the journal cannot show is told as such, never left out.
    """
    log = dose_log(journal, substance, now)
    held = weeks(log.days, knowledge.fact("dependence", "days_of_a_week").value or 1)
    look = Look(journal=journal, log=log, weeks=held, scale=scale, knowledge=knowledge, instruments=instruments, now=now)
    signs = tuple(sign(look) for sign in SIGNS)
    facts = [f.id for f in knowledge.facts.values() if f.subject == substance.casefold() and f.topic in TOPICS]
    return Watch(
        substance=substance,
        days=len(log.days),
        doses=len(log.doses),
        signs=signs,
        summary=_summary(signs),
        facts=(*facts, "dependence.abrupt_stop"),
    )


def _summary(signs: Sequence[Sign]) -> str:
    seen, absent, unclear = (sum(sign.seen is answer for sign in signs) for answer in (True, False, None))
    return (
        f"Of {len(signs)} signs looked for, {seen} can be seen in this journal, {absent} cannot, and for {unclear} it does not "
        "tell. Signs are not a diagnosis: most of them have other explanations too."
    )
