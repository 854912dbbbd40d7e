"""What a warning is, what it is judged from, and how its words are put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steelyard.knowledge.hazards import Hazard, Hazards, Severity
from steelyard.knowledge.medicines import Reading
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.knowledge.words import GRADES, firmness
from steelyard.records.model import Journal

MOST_SEVERE_FIRST: tuple[Severity, ...] = ("emergency", "serious", "caution", "note")


@dataclass(frozen=True)
class Alert:
    """A warning: what was seen, why it matters and how firm that is, and whom to ask how soon.

    `citations` are keys of references; `grade` is that of the first fact it rests on, or `convention`.
    """

    id: str
    severity: Severity
    title: str
    why: str
    do: str
    citations: tuple[str, ...]
    grade: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One dose that was taken: of which `substance` (the name used here, or as written), its `classes` and kind of product.

    `grams` is None for an unknown amount, or one that is no mass.
    """

    time: datetime
    substance: str
    classes: frozenset[str]
    grams: float | None
    kind: str


@dataclass(frozen=True, slots=True)
class Used:
    """A medicine, or something else from the dose log: how its name was read, its classes, from when to when, and whether by dose."""

    reading: Reading
    classes: frozenset[str]
    from_: datetime | None
    to: datetime | None
    logged: bool

    def during(self, moment: datetime) -> bool:
        """Tell whether it was in use at an instant; open ends mean before, or still."""
        return (self.from_ is None or self.from_ <= moment) and (self.to is None or moment <= self.to)


@dataclass(frozen=True)
class Case:
    """Everything a rule may look at: the journal, what is known, the present instant, doses taken until then, and medicines."""

    journal: Journal
    knowledge: Knowledge
    hazards: Hazards
    now: datetime
    taken: tuple[Taken, ...]
    used: tuple[Used, ...]

    def number(self, name: str) -> float:
        """Return the figure of one of this project's choices in topics/warnings.toml."""
        value = self.knowledge.fact("warnings", name).value
        assert value is not None, name
        return value

    def days(self, name: str) -> timedelta:
        """Return such a figure in days as a length of time."""
        return timedelta(days=self.number(name))

    def in_use(self, substance: str) -> bool:
        """Tell whether a dose of a substance is recent enough for it to count as in use."""
        earliest = self.now - self.days("in_use")
        return any(dose.substance == substance and dose.time >= earliest for dose in reversed(self.taken))


def alert(
    case: Case,
    row: Hazard,
    *,
    id_: str = "",
    says: Mapping[str, str] | None = None,
    more: str = "",
    basis: tuple[str, ...] = (),
    citations: Iterable[str] = (),
    related: bool = False,
) -> Alert:
    """Return the warning of a row, with what is held about it.

    `says` fills the braces in its words; `id_` is added to the row's name, `more` to its reasons, `basis` to the facts it rests on
    (before them), `citations` to its sources.
    `related` adds what concerns those who take kratom or 7-OH.
    """
    facts = [case.knowledge.facts[key] for key in basis + row.basis + (row.basis_with if related else ())]
    filled = {key: value.replace("_", " ") for key, value in (says or {}).items()}
    why = [row.why.format_map(filled), row.why_with if related else "", more, held(facts)]
    sources = [key for fact in facts for key in case.knowledge.citations(fact)]
    title = row.title.format_map(filled)
    return Alert(
        id=row.id + (f".{id_}" if id_ else ""),
        severity=row.severity,
        title=title[:1].upper() + title[1:],
        why=" ".join(part for part in why if part),
        do=row.do,
        citations=tuple(dict.fromkeys((*sources, *citations))),
        grade=facts[0].grade if facts else "convention",
    )


def held(facts: Iterable[Fact]) -> str:
    """Return what the first fact says, and how firm each kind of fact named is: never more than was read."""
    facts = list(facts)
    if not facts:
        return ""
    seen: dict[str, dict[str, None]] = {}
    for fact in facts:
        seen.setdefault(GRADES[fact.grade], {})[firmness(fact)] = None
    firm = [f"{kind} ({', '.join(how)})" if kind not in how else kind for kind, how in seen.items()]
    return f"Known: {facts[0].statement} Rests on: {'; '.join(firm)}."


def listed(names: Iterable[str]) -> str:
    """Return names as they are said: `a`, `a and b`, `a, b and c`."""
    *most, last = dict.fromkeys(names)
    return f"{', '.join(most)} and {last}" if most else last


def day(moment: datetime) -> str:
    """Return a day as it was where it was written down, such as `3 March 2026`."""
    return f"{moment.day} {moment:%B} {moment.year}"
