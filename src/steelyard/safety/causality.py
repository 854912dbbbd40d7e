"""Did a substance cause a complaint? The Naranjo scale and the WHO-UMC categories, every item with its answer and the reason.

What a journal cannot show stays unknown; a person or a clinician may answer an item by hand, and that is shown as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from steelyard.knowledge.causes import Complaint
from steelyard.knowledge.medicines import Medicines
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.records.model import Dose, Entry, Journal, Rating, SideEffect, instant
from steelyard.safety.causes import Differential, differential, window_days
from steelyard.safety.challenge import Answer, Period, Reading, breaks, dechallenge, periods, rated, rechallenge

ITEMS = 10
REPORTED = ("A", "B", "C", "D")  # grades of what was seen in people
Category = Literal["certain", "probable", "possible", "unlikely", "conditional", "unassessable"]
ONLY_BY_HAND = {
    6: "no placebo is told apart in a journal",
    7: "no level in blood is held in a journal",
    8: "doses follow how one feels, so a comparison of high and low doses would mislead; the weighing of this journal does better",
    9: "earlier reactions are not in a journal",
    10: "photos and counts need somebody to compare them",
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item: its question, the answer, the points that gives, and why; `by_hand` if a person answered it."""

    number: int
    question: str
    answer: Answer
    points: float
    why: str
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Naranjo:
    """The score, its word, and how far it could still go if the `unknown` items were answered."""

    items: tuple[Item, ...]
    score: float
    category: str
    lowest: float
    highest: float
    unknown: int


@dataclass(frozen=True, kw_only=True)
class WhoUmc:
    """The category, what it means in words, and the criteria it was worked out from."""

    category: Category
    meaning: str
    criteria: tuple[tuple[str, Reading], ...]


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Both judgements of one suspect and one complaint, with what else could explain it and the facts they rest on."""

    suspect: str
    complaint: str
    onset: datetime | None
    naranjo: Naranjo
    who_umc: WhoUmc
    others: Differential
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the items are read from."""

    journal: Journal
    suspect: str
    complaint: Complaint
    knowledge: Knowledge
    taken: tuple[Period, ...]
    others: Differential
    now: datetime

    @property
    def onset(self) -> datetime | None:
        """When the complaint began, as far as is known."""
        return self.others.onset


def assess(
    journal: Journal,
    suspect: str,
    complaint: Complaint,
    knowledge: Knowledge,
    names: Medicines,
    now: datetime,
    onset: datetime | None = None,
    by_hand: Mapping[int, Answer] | None = None,
) -> Assessment:
    """Return how strongly a journal up to `now` links a substance or medicine to a complaint.

    `names` reads names of medicines; `onset` is when the complaint began (else when it was first written down); `by_hand` holds
    answers to Naranjo items 1 to 10.
    Source: naranjo1981, umc2018.
    """
    others = differential(journal, complaint, knowledge, names, now, onset)
    taken = periods(journal, suspect, knowledge, complaint, now)
    case = Case(journal=journal, suspect=suspect, complaint=complaint, knowledge=knowledge, taken=taken, others=others, now=now)
    readings = {1: _reported(case), 2: _came_after(case), 5: _other_causes(case), **_challenged(case)}
    readings |= {number: Reading(answer="unknown", why=why) for number, why in ONLY_BY_HAND.items()}
    items = [_item(number, readings[number], knowledge, by_hand or {}) for number in range(1, ITEMS + 1)]
    return Assessment(
        suspect=suspect,
        complaint=complaint.name,
        onset=case.onset,
        naranjo=_naranjo(items, knowledge),
        who_umc=_who_umc(case, readings),
        others=others,
        facts=_facts(case),
    )


def _item(number: int, reading: Reading, knowledge: Knowledge, by_hand: Mapping[int, Answer]) -> Item:
    fact = knowledge.fact("causality", f"naranjo_{number}")
    answer = by_hand.get(number, reading.answer)
    why = "answered by hand" if number in by_hand else reading.why
    return Item(
        number=number,
        question=f"{fact.statement.split('?')[0]}?",
        answer=answer,
        points=_points(fact)[answer],
        why=why,
        by_hand=number in by_hand,
    )


def _points(fact: Fact) -> dict[Answer, float]:
    """What each answer counts: yes is the value of the fact, no the other end of its range, or 0 where there is none."""
    no = next((end for end in (fact.low, fact.high) if end is not None), 0.0)
    return {"yes": fact.value or 0.0, "no": no, "unknown": 0.0}


def _naranjo(items: Sequence[Item], knowledge: Knowledge) -> Naranjo:
    score = sum(item.points for item in items)
    open_ = [_points(knowledge.fact("causality", f"naranjo_{item.number}")) for item in items if item.answer == "unknown"]
    bands = [knowledge.fact("causality", f"naranjo_band_{word}") for word in ("definite", "probable", "possible", "doubtful")]
    band = next(fact for fact in bands if fact.low is None or score >= fact.low)
    return Naranjo(
        items=tuple(items),
        score=score,
        category=band.name.removeprefix("naranjo_band_"),
        lowest=score + sum(min(points.values()) for points in open_),
        highest=score + sum(max(points.values()) for points in open_),
        unknown=len(open_),
    )


def _reported(case: Case) -> Reading:
    """Item 1. Reports count when they are about people; a search in vain counts as no."""
    reports = case.complaint.reports.get(case.suspect.casefold())
    if reports is None:
        return Reading(answer="unknown", why="reports about this substance and this complaint were not searched for")
    told = [case.knowledge.facts[one] for one in reports]
    if not any(fact.grade in REPORTED for fact in told):
        return Reading(answer="no", why="published reports were searched for and none was found")
    return Reading(answer="yes", why=f"{len(told)} published reports are held; none of them proves a link")


def _came_after(case: Case) -> Reading:
    """Item 2. No only where the journal ran without the substance for a while before it was first taken."""
    if not case.taken:
        return Reading(answer="unknown", why=f"{case.suspect} is not in this journal")
    if case.onset is None:
        return Reading(answer="unknown", why="when the complaint began is not written down")
    start = case.taken[0].start
    if start is None or start < case.onset:
        return Reading(answer="yes", why=f"the complaint was noticed on {case.onset.date()}, after it was first taken")
    if _began(case) is not None:
        return Reading(answer="no", why=f"the complaint was there on {case.onset.date()}, before the first dose written down")
    return Reading(answer="unknown", why="doses from before this journal may not be written down")


def _began(case: Case) -> datetime | None:
    """When taking began, or None where it may have begun before the journal."""
    start = case.taken[0].start
    run_in = timedelta(days=case.knowledge.fact("causality", "run_in").value or 0)
    by_dose = any(dose.substance.casefold() == case.suspect.casefold() for dose in case.journal.of(Dose))
    kinds: tuple[type[Entry], ...] = (Rating, SideEffect, Dose)
    first = min((t for kind in kinds for record in case.journal.of(kind) if (t := instant(record))), default=case.now)
    return start if start is not None and (not by_dose or start - first >= run_in) else None


def _challenged(case: Case) -> dict[int, Reading]:
    """Items 3 and 4."""
    ratings = rated(case.journal, case.complaint, case.knowledge, case.now)
    if ratings is None:
        reading = Reading(answer="unknown", why="this complaint is not rated on a scale; photos need somebody to compare them")
        return {3: reading, 4: reading}
    found = breaks(case.taken, ratings, case.complaint, case.knowledge, case.now)
    return {
        3: dechallenge(found, case.complaint, case.knowledge, ratings.smallest),
        4: rechallenge(found, ratings, case.complaint, case.knowledge),
    }


def _other_causes(case: Case) -> Reading:
    """Item 5. No only where something speaks against each other cause."""
    first = [one.title for one in case.others.candidates if one.standing == "look here first"]
    if first:
        return Reading(answer="yes", why=f"the journal speaks for {', '.join(first)}")
    if all(one.standing == "speaks against" for one in case.others.candidates):
        return Reading(answer="no", why="something in the journal speaks against each other cause on the list")
    return Reading(answer="unknown", why="other causes on the list were not looked into")


def _timing(case: Case, came_after: Reading) -> Reading:
    """Whether the time from the first dose to the complaint is plausible."""
    if came_after.answer != "yes" or case.onset is None:
        return came_after
    held = case.knowledge.facts.get(case.complaint.latency)
    if held is None:
        return Reading(answer="unknown", why="no time from first dose to complaint is held for this complaint")
    low, high = window_days(held)
    if low == 0 and high is None:
        return Reading(answer="yes", why="any time after the first dose is plausible for this complaint")
    start = _began(case)
    if start is None:
        return Reading(answer="unknown", why="when taking began is not known")
    days = (case.onset - start) / timedelta(days=1)
    told = f"{days:.0f} days from the first dose, against {held.low:g} to {held.high:g} {held.unit} held for this complaint"
    if days < low:
        return Reading(answer="no", why=told)
    ended = case.taken[-1].end
    if high is None or days <= high:
        return Reading(answer="yes", why=told)
    over = ended is not None and (case.onset - ended) / timedelta(days=1) > high
    return Reading(answer="no" if over else "unknown", why=told)


def _who_umc(case: Case, readings: Mapping[int, Reading]) -> WhoUmc:
    """The category the criteria lead to; `certain` needs a clinician's finding and is never reached from a journal.

    Source: umc2018, box 2 of the reprint.
    """
    timing, others, withdrawal = _timing(case, readings[2]), readings[5], readings[3]
    if not case.taken or case.onset is None:
        category: Category = "unassessable"
    elif timing.answer == "no":
        category = "unlikely"
    elif timing.answer == "unknown":
        category = "conditional"
    elif others.answer == "no" and withdrawal.answer == "yes":
        category = "probable"
    else:
        category = "possible"
    criteria = (
        ("plausible in time", timing),
        ("other causes could explain it", others),
        ("better when left off", withdrawal),
        ("back when taken again", readings[4]),
        ("a definite and specific finding", Reading(answer="unknown", why="only a clinician can say")),
    )
    return WhoUmc(category=category, meaning=case.knowledge.fact("causality", f"who_umc_{category}").statement, criteria=criteria)


def _facts(case: Case) -> tuple[str, ...]:
    reports = case.complaint.reports.get(case.suspect.casefold(), ())
    windows = [name for name in (case.complaint.latency, case.complaint.recovery) if name]
    return ("causality.naranjo_1", "causality.who_umc_possible", *reports, *windows)
