"""The rules a fact must keep before anything may be said with it. Each rule yields the field at fault and why."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import MISSING, fields
from datetime import date
from itertools import pairwise
from typing import Any, get_type_hints

from steelyard.knowledge.model import Fact, Reference
from steelyard.knowledge.shape import Fault
from steelyard.records.model import Scale

# Filled in from where the fact stands (folder and table name), so never written in a file.
_PLACED = ("id", "subject", "name", "file")

FACT_FIELDS: dict[str, Any] = {field.name: field.type for field in fields(Fact) if field.name not in _PLACED}
FACT_REQUIRED = frozenset(field.name for field in fields(Fact) if field.default is MISSING and field.name not in _PLACED)
SCALE_FIELDS: dict[str, Any] = {
    name: hint for name, hint in get_type_hints(Scale).items() if name in ("family", "low", "high", "worse_is_up")
}
SCALE_REQUIRED = frozenset({"family", "worse_is_up"})
REFERENCE_FIELDS: dict[str, Any] = {field.name: field.type for field in fields(Reference)}
REFERENCE_REQUIRED = frozenset(field.name for field in fields(Reference) if field.default is MISSING)

# The figures that are computed with: minutes read as hours would bend every answer.
UNIT_OF = {"effect_half_life": "h", "absorption_half_life": "h"}

GRADES_OF_KIND = {
    "evidence": frozenset("ABCDESU"),
    "absence": frozenset({"none"}),
    "prior": frozenset({"derived"}),
    "threshold": frozenset({"derived"}),
    "convention": frozenset({"convention"}),
}


def fact_faults(fact: Fact, facts: Mapping[str, Fact], references: Set[str], today: date | None) -> Iterator[Fault]:
    """Yield what is wrong with one fact among all `facts` and reference ids; no date is judged when `today` is None."""
    if not fact.statement.strip():
        yield "statement", "empty; expected a sentence"
    yield from _number(fact)
    yield from _source(fact, references)
    yield from _foundation(fact, facts)
    if today is not None and fact.checked_on > today:
        yield "checked_on", f"{fact.checked_on} is in the future (today is {today})"


def reference_faults(reference: Reference, used: Set[str], today: date | None) -> Iterator[Fault]:
    """Yield what is wrong with one reference, given the reference ids that facts use."""
    if reference.id not in used:
        yield "id", "no fact cites this reference; remove it or cite it"
    if not reference.author:
        yield "author", "missing; expected a person, a body, or words that say what the source is"
    for field in ("title", "issued"):
        if not getattr(reference, field) and not reference.note:
            yield field, f"missing; a reference without {field} needs a note saying why"
    if today is not None and reference.issued > (today.year, today.month, today.day):
        yield "issued", f"{'-'.join(map(str, reference.issued))} is in the future (today is {today})"


def scale_faults(scale: Scale) -> Iterator[Fault]:
    """Yield what is wrong with the range of a scale: bounded and ordinal scales need low below high."""
    if scale.family in ("bounded", "ordinal") and (scale.low is None or scale.high is None):
        yield "low", f"a {scale.family} scale needs low and high"
    if scale.low is not None and scale.high is not None and scale.low >= scale.high:
        yield "low", f"low {scale.low:g} is not below high {scale.high:g}"


def _number(fact: Fact) -> Iterator[Fault]:
    numbers = {"low": fact.low, "value": fact.value, "high": fact.high}
    present = [(field, number) for field, number in numbers.items() if number is not None]
    if present and fact.kind == "absence":
        yield present[0][0], "what was not found has no figure"
    if present and not fact.unit:
        yield "unit", f"{present[0][0]} is a number without a unit"
    elif fact.unit != UNIT_OF.get(fact.name, fact.unit):
        yield "unit", f"expected {UNIT_OF[fact.name]}, found {fact.unit!r}"
    for (field, number), (above, upper) in pairwise(present):
        if number > upper:
            at_fault = "value" if "value" in (field, above) else "low"
            yield at_fault, f"{field} {number:g} is greater than {above} {upper:g}"
    if fact.n is not None and fact.n < 1:
        yield "n", f"expected a count of people, found {fact.n}"


def _source(fact: Fact, references: Set[str]) -> Iterator[Fault]:
    if fact.kind != "evidence":
        if fact.citation or fact.seen is not None:
            yield (
                ("citation" if fact.citation else "seen"),
                f"of kind {fact.kind}, so read nowhere; name facts in rests_on instead",
            )
    elif not fact.citation:
        yield "citation", "missing; evidence needs the key of its source"
    elif fact.citation not in references:
        yield "citation", f"{fact.citation!r} is not in references.json"
    elif fact.seen is None:
        yield "seen", "missing; evidence needs how much of the source was read"


def _foundation(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    allowed = GRADES_OF_KIND[fact.kind]
    if fact.grade not in allowed:
        yield "grade", f"a fact of kind {fact.kind} may be graded {', '.join(sorted(allowed))}, not {fact.grade}"
    if fact.kind in ("prior", "threshold") and not fact.rests_on:
        yield "rests_on", f"missing; a {fact.kind} names the facts it was worked out from"
    if fact.kind == "evidence" and fact.rests_on:
        yield "rests_on", "evidence rests on its citation"
    for other in fact.rests_on:
        if other not in facts:
            yield "rests_on", f"no fact {other!r}"
        elif facts[other].kind != "evidence":
            yield "rests_on", f"{other!r} is not evidence but of kind {facts[other].kind}"
        elif facts[other].not_used:
            yield "rests_on", f"{other!r} is marked as not used"
    for other in fact.conflicts_with:
        if other not in facts or other == fact.id:
            yield "conflicts_with", f"no other fact {other!r}"
