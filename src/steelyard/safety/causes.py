"""What else could explain a complaint: each candidate with what a journal says for it and against it. No diagnosis, no odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from steelyard.knowledge.causes import Cause, Complaint
from steelyard.knowledge.medicines import Medicines, read_name
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.records.model import Context, Journal, Lab, Medicine, Person, SideEffect
from steelyard.records.units import convert_lab
from steelyard.safety.pain import DAYS_A_MONTH

Standing = Literal["look here first", "for and against", "open", "speaks against"]
STANDINGS: tuple[Standing, ...] = ("look here first", "for and against", "open", "speaks against")
RULE = (
    "Causes with something in the journal for them and nothing against them come first, then those with both, then those about "
    "which it says nothing, then those with something against them only. More entries for a cause put it higher within its group. "
    "This sorts what to look at; it is no probability and no diagnosis."
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One possible cause: what in this journal speaks for and against it, what is missing, and what would tell."""

    name: str
    title: str
    standing: Standing
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    missing: tuple[str, ...]
    would_tell: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Differential:
    """All candidates for one complaint, in the order of `rule`; `onset` is when it was first noticed, None if not known."""

    complaint: str
    title: str
    onset: datetime | None
    candidates: tuple[Candidate, ...]
    would_tell: str
    rule: str = RULE


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Sentences for and against one cause, and what is missing to judge it."""

    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a cause is held against."""

    journal: Journal
    complaint: Complaint
    knowledge: Knowledge
    names: Medicines
    onset: datetime | None
    now: datetime


def first_noticed(journal: Journal, complaint: Complaint, now: datetime) -> datetime | None:
    """Return when the complaint was first written down as a side effect, or None."""
    times = [e.time for e in journal.of(SideEffect) if e.time <= now and any(w in e.effect.casefold() for w in complaint.effects)]
    return min(times, default=None)


def differential(
    journal: Journal,
    complaint: Complaint,
    knowledge: Knowledge,
    names: Medicines,
    now: datetime,
    onset: datetime | None = None,
) -> Differential:
    """Return every candidate cause of a complaint with what a journal up to `now` says about it.

    `names` reads names of medicines. `onset` is when the complaint began; without it, the first time it was written down is taken.
    """
    began = onset or first_noticed(journal, complaint, now)
    seen = Seen(journal=journal, complaint=complaint, knowledge=knowledge, names=names, onset=began, now=now)
    found = [_candidate(cause, seen) for cause in complaint.causes]
    found.sort(key=lambda one: (STANDINGS.index(one.standing), -len(one.speaks_for)))
    return Differential(
        complaint=complaint.name, title=complaint.title, onset=began, candidates=tuple(found), would_tell=complaint.tell
    )


def window_days(fact: Fact) -> tuple[float, float | None]:
    """Return the ends of a fact about a length of time, in days; the upper end is None where it is open."""
    scale = DAYS_A_MONTH if fact.unit == "months" else 1.0
    return (fact.low or 0.0) * scale, None if fact.high is None else fact.high * scale


def _candidate(cause: Cause, seen: Seen) -> Candidate:
    parts = (_labs(cause, seen), _contexts(cause, seen), _medicines(cause, seen), _person(cause, seen))
    speaks_for = tuple(words for part in parts for words in part.speaks_for)
    against = tuple(words for part in parts for words in part.speaks_against)
    return Candidate(
        name=cause.name,
        title=cause.title,
        standing=STANDINGS[(1 if against else 0) if speaks_for else (3 if against else 2)],
        speaks_for=speaks_for,
        speaks_against=against,
        missing=tuple(dict.fromkeys(words for part in parts for words in part.missing)),
        would_tell=cause.tell,
        facts=cause.facts,
    )


def _labs(cause: Cause, seen: Seen) -> Evidence:
    """The last result of each test against the limits written with it, or else against a figure that is held."""
    tests = tuple(dict.fromkeys((*cause.labs_low, *cause.labs_high)))
    last = {_plain(lab.test): lab for lab in seen.journal.of(Lab) if lab.time <= seen.now}
    told: list[tuple[bool, str]] = []
    missing: list[str] = []
    for test in tests:
        if test not in last:
            missing.append(f"a value of {_words(test)}")
            continue
        lab = last[test]
        low, high, whose = _limits(lab, test, seen)
        what = f"{_words(test)} {lab.value:g} {lab.unit} on {lab.time.date()}"
        if low is not None and lab.value < low:
            told.append((test in cause.labs_low, f"{what} is below {low:g}, {whose}"))
        elif high is not None and lab.value > high:
            told.append((test in cause.labs_high, f"{what} is above {high:g}, {whose}"))
        elif (low is None and test in cause.labs_low) or (high is None and test in cause.labs_high):
            missing.append(f"the laboratory's limits for {_words(test)}")
        else:
            told.append((False, f"{what} is within its limits, {whose}"))
    return _evidence(told, missing if not any(speaks for speaks, _ in told) else [])


def _limits(lab: Lab, test: str, seen: Seen) -> tuple[float | None, float | None, str]:
    """Limits in the unit of the result, and whose they are: those written with it, else a lower one from knowledge."""
    if lab.low is not None or lab.high is not None:
        return lab.low, lab.high, "by the laboratory's limits"
    fact = seen.knowledge.facts.get(f"{seen.complaint.name}.{test}_low")
    held = None if fact is None or fact.value is None else convert_lab(fact.value, fact.unit, lab.unit)
    return held, None, "by a figure held here, not the laboratory's"


def _contexts(cause: Cause, seen: Seen) -> Evidence:
    if not cause.contexts:
        return Evidence()
    events = [c for c in seen.journal.of(Context) if c.time <= seen.now and _plain(c.kind) in cause.contexts]
    if not events:
        return Evidence(missing=(f"a note of {', '.join(map(_words, cause.contexts))}, if there was any",))
    told = [_timed(f"{_words(event.kind)} on {event.time.date()}", event.time, cause, seen) for event in events]
    fits = [one for one in told if one[0]]
    return _evidence(fits or told, _onset_missing(seen))


def _medicines(cause: Cause, seen: Seen) -> Evidence:
    taken = [m for m in seen.journal.of(Medicine) if _listed(m.name, cause, seen)]
    told: list[tuple[bool, str]] = []
    missing: list[str] = []
    for medicine in taken:
        if medicine.from_ is None:
            told.append((True, f"{medicine.name}, begun at a time not written down"))
            missing.append(f"when {medicine.name} was begun")
        elif medicine.from_ <= seen.now:
            told.append(_timed(f"{medicine.name}, begun on {medicine.from_.date()}", medicine.from_, cause, seen))
    if (cause.medicines or cause.classes) and not taken:
        missing.append("the full list of medicines and supplements")
    return _evidence(told, [*missing, *(_onset_missing(seen) if told else [])])


def _listed(name: str, cause: Cause, seen: Seen) -> bool:
    """Whether a medicine is one of a cause, by a word in its name or by its class."""
    read = [medicine for reading in read_name(seen.names, name) for medicine in reading.medicines]
    classes = {each for medicine in read for each in seen.names.classes_of[medicine]}
    return any(word in name.casefold() for word in cause.medicines) or not classes.isdisjoint(cause.classes)


def _person(cause: Cause, seen: Seen) -> Evidence:
    people = seen.journal.of(Person)
    told = [
        (True, f"{_words(written)} is written down as a condition")
        for person in people
        for written in person.conditions
        if any(word in _plain(written) for word in cause.conditions)
    ]
    for person in people:
        if cause.sex and person.sex and person.sex != cause.sex:
            told.append((False, f"sex is {person.sex}"))
        if "pregnant" in cause.conditions and person.pregnant is not None:
            told.append((person.pregnant, "pregnant" if person.pregnant else "not pregnant"))
    missing = ("known conditions",) if cause.conditions and not people else ()
    return _evidence(told, missing)


def _timed(what: str, time: datetime, cause: Cause, seen: Seen) -> tuple[bool, str]:
    """Whether something that happened fits the onset in time, with the reason."""
    if seen.onset is None:
        return True, f"{what}; whether it fits in time cannot be told"
    days = (seen.onset - time) / timedelta(days=1)
    if days < 0:
        return False, f"{what} came after the complaint"
    fact = seen.knowledge.facts.get(cause.latency)
    if fact is None:
        return True, f"{what}, {days:.0f} days before; no time window is held"
    low, high = window_days(fact)
    window = f"{fact.low:g} to {fact.high:g}" if fact.high is not None else f"{fact.low:g} or more"
    fits = low <= days and (high is None or days <= high)
    return fits, f"{what}, {days:.0f} days before: {'fits' if fits else 'does not fit'} the window of {window} {fact.unit}"


def _onset_missing(seen: Seen) -> list[str]:
    return [] if seen.onset else ["the day on which the complaint began"]


def _evidence(told: Sequence[tuple[bool, str]], missing: Sequence[str]) -> Evidence:
    return Evidence(
        speaks_for=tuple(words for speaks, words in told if speaks),
        speaks_against=tuple(words for speaks, words in told if not speaks),
        missing=tuple(missing),
    )


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_").replace("haemoglobin", "hemoglobin")


def _words(name: str) -> str:
    return name.replace("_", " ")
