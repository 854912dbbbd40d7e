"""Reports of suspected side effects: how substances are spelled in them, which terms belong to a question, and counts others published."""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Literal

from steelyard.knowledge.files import KnowledgeError, Tables, folder, refuse
from steelyard.knowledge.model import Grade, Knowledge, Seen
from steelyard.knowledge.shape import Fault, faults

FOLDER = "reports"
FILES = ("names", "events", "controls", "published")


@dataclass(frozen=True, kw_only=True)
class Names:
    """How one substance is written in reports: `names` alone, `words` anywhere in a longer name, all in capitals."""

    substance: str
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    grade: Grade
    checked_on: date
    citation: str = ""
    place: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, kw_only=True)
class EventGroup:
    """The reaction terms that answer one question: `asked` are the words people use, `outcomes` scales and tests of a journal."""

    name: str
    title: str
    asked: tuple[str, ...]
    terms: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    checked_on: date


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Terms that nobody is known to ascribe to these substances."""

    name: str
    substances: tuple[str, ...]
    terms: tuple[str, ...]
    checked_on: date


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published row: reports with both (`n`), with the substance, with the event, and all, or only a `ratio` to what was expected.

    `event` is a group of `EventGroup`, `term` the one term the row is about; `first` and `last` are years.
    """

    name: str
    substance: str
    event: str
    source: Literal["CAERS", "FAERS"]
    said: str
    first: int
    last: int
    population: str
    citation: str
    place: str
    grade: Grade
    seen: Seen
    checked_on: date
    term: str = ""
    n: int | None = None
    n_drug: int | None = None
    n_event: int | None = None
    total: int | None = None
    ratio: float | None = None


@dataclass(frozen=True)
class ReportKnowledge:
    """Everything of the folder, each in the order of its file."""

    names: tuple[Names, ...]
    events: tuple[EventGroup, ...]
    controls: tuple[Controls, ...]
    published: tuple[Published, ...]

    def group(self, asked: str) -> EventGroup | None:
        """Return the group that a person's words, the name of a group, or one of its terms stand for; None where there is none."""
        words = " ".join(asked.replace("_", " ").casefold().split())
        for each in self.events:
            if words in {each.name.replace("_", " "), each.title, *each.asked, *(term.casefold() for term in each.terms)}:
                return each
        return None

    def substance(self, asked: str) -> str:
        """Return the substance a name stands for, or the name itself, in small letters."""
        plain = " ".join(asked.split())
        return next((each.substance for each in self.names if plain.upper() in (*each.names, *each.words)), plain.casefold())

    def terms_unrelated(self, substance: str) -> tuple[str, ...]:
        """Return the negative controls held for a substance."""
        return tuple(term for each in self.controls if substance in each.substances for term in each.terms)


def report_knowledge(knowledge: Knowledge, data: Traversable | None = None) -> ReportKnowledge:
    """Return names, groups of terms, controls and published counts; refuses (KnowledgeError) a row that breaks a rule.

    `data` is the folder of data to read, the shipped one by default.
    """
    held: dict[str, tuple[str, Tables]] = {
        file.split("/")[-1].removesuffix(".toml"): (file, tables) for file, tables in folder(FOLDER, data)
    }
    if unknown := sorted(held.keys() - set(FILES)):
        raise KnowledgeError(f"{FOLDER}/{unknown[0]}.toml", "", "", f"unknown file; known are {', '.join(FILES)}")
    return ReportKnowledge(
        names=tuple(_rows(held, "names", Names, "substance", knowledge)),
        events=(events := tuple(_rows(held, "events", EventGroup, "name", knowledge))),
        controls=tuple(_rows(held, "controls", Controls, "name", knowledge)),
        published=tuple(_published(held, {each.name for each in events}, knowledge)),
    )


def _rows(held: dict[str, tuple[str, Tables]], name: str, kind: Any, placed: str, knowledge: Knowledge) -> Iterator[Any]:
    file, tables = held.get(name, ("", {}))
    hints = {each.name: each.type for each in fields(kind) if each.name != placed}
    needed = frozenset(each.name for each in fields(kind) if each.default is MISSING and each.name != placed)
    for row, table in tables.items():
        refuse(file, row, faults(table, hints, needed))
        refuse(file, row, _faults(table, knowledge))
        said = row.replace("_", " ") if placed == "substance" else row
        yield kind(
            **{placed: said, **{field: tuple(value) if isinstance(value, list) else value for field, value in table.items()}}
        )


def _faults(table: dict[str, Any], knowledge: Knowledge) -> Iterator[Fault]:
    for field in ("names", "words", "terms"):
        if any(word != word.upper() or word != word.strip() for word in table.get(field, ())):
            yield field, "expected capitals without blanks around them"
    if table.get("citation") and table["citation"] not in knowledge.references:
        yield "citation", f"{table['citation']!r} is not in references.json"
    if table.get("grade") != "convention" and "grade" in table and not table.get("citation"):
        yield "citation", "missing; only a convention of ours goes without a source"


def _published(held: dict[str, tuple[str, Tables]], groups: set[str], knowledge: Knowledge) -> Iterator[Published]:
    file = f"{FOLDER}/published.toml"
    for row in _rows(held, "published", Published, "name", knowledge):
        refuse(file, row.name, _count_faults(row, groups))
        yield row


def _count_faults(row: Published, groups: set[str]) -> Iterator[Fault]:
    if row.event not in groups:
        yield "event", f"no group {row.event!r} in events.toml"
    counts = (row.n, row.n_drug, row.n_event, row.total)
    if row.n is not None and None in counts:
        yield "n", "a count needs n_drug, n_event and total beside it"
    if row.n is not None and None not in counts and not row.n <= min(row.n_drug or 0, row.n_event or 0) <= (row.total or 0):
        yield "n", "more reports with both than with one of them"
    if row.first > row.last:
        yield "last", "before the first year"
