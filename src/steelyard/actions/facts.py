"""What is known, with grades and sources, laid out for a terminal of 80 columns."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import groupby
from textwrap import wrap

from steelyard.knowledge.load import load
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.knowledge.words import GRADES, READ, cite, cite_short, firmness, verified
from steelyard.reports.json import to_json

WIDTH = 80


def facts(subject: str | None, form: str) -> tuple[bytes, bool]:
    """Facts as `text` or `json`; False, with what is held instead, when nothing is held on the subject.

    `subject` is a substance, scale or topic (`kratom`), one heading of it (`kratom.pain`) or one fact (`kratom.onset`). None is
    everything in JSON, and in text the list of subjects.
    """
    knowledge = load()
    everything = sorted(knowledge.facts.values(), key=lambda fact: (fact.subject, fact.topic))
    found = everything if subject is None else _called(_key(subject), everything)
    if not found:
        return _unknown(str(subject), everything).encode(), False
    if form == "json":
        return to_json({"format": 1, "knowledge": knowledge.version, "facts": found}).encode(), True
    lines = _subjects(found) if subject is None else _page(found, knowledge)
    return ("\n".join([*lines, "", f"Version of the facts: {knowledge.version}"]) + "\n").encode(), True


def _key(subject: str) -> str:
    return "_".join(subject.casefold().split())


def _called(name: str, everything: list[Fact]) -> list[Fact]:
    """The facts of a subject of this name, else those under a heading of this name, else the one fact."""
    for rank in range(3):
        if found := [fact for fact in everything if _names(fact)[rank] == name]:
            return found
    return []


def _names(fact: Fact) -> tuple[str, str, str]:
    """What a fact may be asked for by: its subject, its heading, or itself."""
    return fact.subject, _heading(fact), fact.id


def _heading(fact: Fact) -> str:
    return f"{fact.subject}.{fact.topic}"


def _unknown(subject: str, everything: list[Fact]) -> str:
    held = sorted({fact.subject for fact in everything})
    near = get_close_matches(_key(subject), sorted({name for fact in everything for name in _names(fact)}), n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return "\n".join(_paragraph(f"Nothing is held on {subject!r}.{meant} Held: {', '.join(held)}.")) + "\n"


def _subjects(everything: list[Fact]) -> Iterator[str]:
    """Every subject with the number of facts held on it, by the kind of subject."""
    kinds = {
        kind: [fact for fact in everything if fact.file.startswith(f"{kind}/")] for kind in ("substances", "topics", "scales")
    }
    for kind, held in kinds.items():
        counts = Counter(fact.subject for fact in held)
        yield from (kind.upper(), *(f"  {name:<24}{count:>4} {_plural(count)}" for name, count in sorted(counts.items())), "")
    yield from _paragraph("steelyard facts SUBJECT shows what is held on one of them.")


def _page(found: list[Fact], knowledge: Knowledge) -> Iterator[str]:
    """The facts under the headings of their files, then their sources, what the grades mean, and counts."""
    headings = Counter(fact.topic for fact in found)
    if len(headings) > 1:
        yield from _paragraph(f"Headings: {', '.join(f'{name} ({count})' for name, count in headings.items())}.")
        yield from (*_paragraph(f"steelyard facts {_heading(found[0])} shows one of them alone."), "")
    for (subject, topic), under in groupby(found, key=lambda fact: (fact.subject, fact.topic)):
        title = f"{subject}: {topic}" if topic != subject else subject
        yield from (title.replace("_", " ").upper(), "")
        for fact in under:
            yield from (*_fact(fact, knowledge), "")
    yield from _sources(found, knowledge)
    yield "GRADES"
    for grade in sorted({fact.grade for fact in found}, key=list(GRADES).index):
        yield from _paragraph(f"{grade}: {GRADES[grade]}", first="  ", rest="     ")
    yield from ("", *_paragraph(_count(found)))


def _fact(fact: Fact, knowledge: Knowledge) -> Iterator[str]:
    yield from _paragraph(fact.statement, first="- ", rest="  ")
    people = "" if fact.n is None else f"{fact.n:,} people"
    details = [
        "; ".join(part for part in (_figure(fact), fact.population, people) if part),
        _standing(fact, knowledge),
        f"NOT USED: {fact.not_used}." if fact.not_used else "",
        *(_other(knowledge.facts[other], knowledge) for other in knowledge.conflicts(fact)),
    ]
    for detail in filter(None, details):
        yield from _paragraph(detail, first="    ", rest="      ")


def _figure(fact: Fact) -> str:
    """The figure with its range and unit: `2 h (1 to 3)`, `1 to 3 h`, `1 h or more`, `3 h or less`; empty without a number."""
    value, low, high = ("" if number is None else f"{number:,g}" for number in (fact.value, fact.low, fact.high))
    match (bool(value), bool(low), bool(high)):
        case (False, True, True):
            return f"{low} to {high} {fact.unit}"
        case (False, True, False):
            return f"{low} {fact.unit} or more"
        case (False, False, True):
            return f"{high} {fact.unit} or less"
        case (True, True, True):
            return f"{value} {fact.unit} ({low} to {high})"
        case (True, True, False):
            return f"{value} {fact.unit} ({low} or more)"
        case (True, False, True):
            return f"{value} {fact.unit} ({high} or less)"
    return f"{value} {fact.unit}".strip()


def _standing(fact: Fact, knowledge: Knowledge) -> str:
    """Who says so, how firm that is, the grade, and the id to quote."""
    firm = f"{firmness(fact)} [{fact.grade}]"
    if fact.citation:
        firm = f"{cite_short(knowledge.references[fact.citation])}: {firm}"
    if fact.rests_on:
        firm += f"; rests on {', '.join(fact.rests_on)}"
    return f"{'NOT VERIFIED: ' if fact.grade in ('S', 'U') else ''}{firm} ({fact.id})"


def _other(fact: Fact, knowledge: Knowledge) -> str:
    """Point to a fact that says otherwise."""
    source = cite_short(knowledge.references[fact.citation]) if fact.citation else ""
    return f"SAYS OTHERWISE: {', '.join(filter(None, (source, _figure(fact))))} ({fact.id})"


def _sources(found: list[Fact], knowledge: Knowledge) -> Iterator[str]:
    keys = {key for fact in found for key in knowledge.citations(fact)}
    if keys:
        yield "SOURCES"
        for line in sorted(cite(knowledge.references[key]) for key in keys):
            yield from _paragraph(line, first="- ", rest="  ")
        yield ""


def _count(found: list[Fact]) -> str:
    """How many facts, and how many of them stand how firm."""
    firm = Counter(firmness(fact) for fact in found)
    parts = [f"{firm[words]} {words}" for words in (*READ.values(), *GRADES.values()) if firm[words]]
    unused = sum(bool(fact.not_used) for fact in found)
    said = f"{len(found)} {_plural(len(found))}, {sum(map(verified, found))} of them verified: {'; '.join(parts)}."
    return said + (f" {unused} of them shown and not used." if unused else "")


def _plural(count: int) -> str:
    return "fact" if count == 1 else "facts"


def _paragraph(text: str, first: str = "", rest: str = "") -> Iterable[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False)
