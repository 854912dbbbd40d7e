"""Claims that people meet about a substance: the verdict on each, what it rests on, and the phrases a sentence is known by."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any, Literal

from steelyard.knowledge.files import KnowledgeError, folder, refuse
from steelyard.knowledge.law import Law, laws
from steelyard.knowledge.model import Fact, Grade, Knowledge
from steelyard.knowledge.shape import Fault, faults

Verdict = Literal["supported", "partly", "no_evidence", "contradicted", "depends_on_place"]
Phrases = tuple[str, ...]
Row = Mapping[str, Any]
Basis = tuple[Fact | Law, ...]

LANGUAGE = "claims/english.toml"
STANDS_IN, OTHERS = "stands_in", "others"

# Words, each with any ending where a `*` follows, and gaps; as sentences are cut into words, so without hyphens between letters.
_WORD = r"[a-z0-9][a-z0-9%.']*(?:-[0-9]+[a-z]?)?\*?"
_PHRASE = re.compile(rf"{_WORD}(?: (?:\.\. )?{_WORD})*")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """What a sentence must name: for each item one of its concepts.

    They stand in this order or, when not `ordered`, in any; when `close`, with little words alone between them.
    """

    items: tuple[tuple[str, ...], ...]
    ordered: bool
    close: bool


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim in words, the verdict on it, why, and what that rests on; `grade` is one that its facts have.

    A sentence makes the claim when it fits one of `patterns` and does not deny it, or fits one of `when_denied` and does. It says
    nothing more in a sentence that also makes one of the claims in `yields_to`.
    """

    id: str
    says: str
    verdict: Verdict
    grade: Grade
    why: str
    basis: Basis
    citations: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    when_denied: tuple[Pattern, ...]
    yields_to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Omission:
    """A topic that a text about a substance should not leave out; any of the phrases `mentions` shows that it did not."""

    topic: str
    title: str
    why: str
    mentions: Phrases
    basis: Basis
    citations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is held about one substance; `concepts` are phrases by name, among them its own name, what stands in for it, and others."""

    name: str
    concepts: Mapping[str, Phrases]
    claims: Mapping[str, Claim]
    omissions: tuple[Omission, ...]


@dataclass(frozen=True, kw_only=True)
class Language:
    """Words that deny, affirm, refute or ask, end a clause or carry it on; pronouns, and where they stand for nothing; little words."""

    denies: Phrases
    affirms: Phrases
    refutes: Phrases
    asks: Phrases
    breaks: Phrases
    joins: Phrases
    pronouns: Phrases
    empty: Phrases
    little: Phrases


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Every subject about which claims are held, and the words of the language."""

    language: Language
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class _Held:
    """What a verdict may rest on, each under what a data file may call it by: rows of the evidence notes, facts, and places of law."""

    knowledge: Knowledge
    rows: Mapping[str, Sequence[Fact]]
    facts: Mapping[str, Sequence[Fact]]
    places: Mapping[str, Sequence[Law]]

    def named(self, row: Row) -> Iterator[tuple[str, str, Sequence[Fact | Law]]]:
        """Yield field, name and what is held under it, for each name a row of data rests on."""
        yield from (("rows", key, self.rows.get(key, ())) for key in row.get("rows", ()))
        yield from (("facts", key, self.facts.get(key, ())) for key in row.get("facts", ()))
        yield from (("places", key, self.places.get(key, ())) for key in row.get("places", ()))


_BASIS: dict[str, Any] = {"rows": Phrases, "facts": Phrases, "places": Phrases}
CLAIM_FIELDS: dict[str, Any] = {
    **{"says": str, "verdict": Verdict, "grade": Grade, "why": str, "patterns": Phrases, "when_denied": Phrases},
    **{"yields_to": Phrases, **_BASIS},
}
CLAIM_REQUIRED = frozenset({"says", "verdict", "grade", "why"})
OMISSION_FIELDS: dict[str, Any] = {"title": str, "why": str, "mentions": Phrases, **_BASIS}
OMISSION_REQUIRED = frozenset({"title", "why", "mentions"})
LANGUAGE_FIELDS: dict[str, Any] = {field.name: Phrases for field in fields(Language)}


def load_claims(knowledge: Knowledge, data: Traversable | None = None) -> Claims:
    """Return the claims of every subject, each tied to the facts of `knowledge` that it rests on.

    `data` is the folder to read (the shipped one by default): `claims/english.toml` and, for each subject, `words.toml`,
    `claims.toml` and `omissions.toml` in `claims/SUBJECT/`.
    Refuses with KnowledgeError, among others, what rests on nothing or on a row or fact that is not held, a grade that none of its
    facts has, a pattern with an unknown concept, a concept that no pattern names, and a phrase not written as one.
    """
    read = dict(folder("claims", data))
    words = _table(read, LANGUAGE, "english")
    refuse(LANGUAGE, "english", faults(words, LANGUAGE_FIELDS, frozenset(LANGUAGE_FIELDS)))
    refuse(LANGUAGE, "english", _phrase_faults(words))
    held = _held(knowledge, data)
    subjects = sorted({file.split("/")[1] for file in read if file != LANGUAGE})
    return Claims(
        language=Language(**{name: tuple(phrases) for name, phrases in words.items()}),
        subjects=tuple(_subject(name, read, held) for name in subjects),
    )


def _table(read: Mapping[str, Row], file: str, name: str) -> Row:
    if name not in read.get(file, {}):
        raise KnowledgeError(file, name, "", "missing; expected a table of phrases")
    table: Row = read[file][name]
    return table


def _subject(name: str, read: Mapping[str, Row], held: _Held) -> Subject:
    words, claims, omissions = (f"claims/{name}/{part}.toml" for part in ("words", "claims", "omissions"))
    concepts = _table(read, words, "concepts")
    refuse(words, "concepts", faults(concepts, dict.fromkeys(concepts, Phrases), frozenset()))
    refuse(words, "concepts", _phrase_faults(concepts))
    subject = Subject(
        name=name,
        concepts={concept: tuple(phrases) for concept, phrases in concepts.items()},
        claims=dict(_claims(claims, read.get(claims, {}), concepts, held)),
        omissions=tuple(_omissions(omissions, read.get(omissions, {}), held)),
    )
    refuse(words, "concepts", _concept_faults(subject))
    return subject


def _claims(file: str, tables: Row, concepts: Row, held: _Held) -> Iterator[tuple[str, Claim]]:
    ids = {table.replace("-", ".", 1) for table in tables}
    for table, row in tables.items():
        refuse(file, table, faults(row, CLAIM_FIELDS, CLAIM_REQUIRED))
        refuse(file, table, _basis_faults(row, held))
        claim = _claim(table, row, held)
        refuse(file, table, _claim_faults(claim, concepts, ids))
        yield claim.id, claim


def _omissions(file: str, tables: Row, held: _Held) -> Iterator[Omission]:
    for table, row in tables.items():
        refuse(file, table, faults(row, OMISSION_FIELDS, OMISSION_REQUIRED))
        refuse(file, table, _basis_faults(row, held))
        refuse(file, table, _phrase_faults({"mentions": row["mentions"]}))
        basis = _basis(row, held)
        yield Omission(
            topic=table,
            title=row["title"],
            why=row["why"],
            mentions=tuple(row["mentions"]),
            basis=basis,
            citations=_citations(basis, held.knowledge),
        )


def _claim(table: str, row: Row, held: _Held) -> Claim:
    basis = _basis(row, held)
    return Claim(
        id=table.replace("-", ".", 1),
        says=row["says"],
        verdict=row["verdict"],
        grade=row["grade"],
        why=row["why"],
        basis=basis,
        citations=_citations(basis, held.knowledge),
        patterns=tuple(map(_pattern, row.get("patterns", ()))),
        when_denied=tuple(map(_pattern, row.get("when_denied", ()))),
        yields_to=tuple(row.get("yields_to", ())),
    )


def _held(knowledge: Knowledge, data: Traversable | None) -> _Held:
    rows: dict[str, list[Fact]] = {}
    for fact in knowledge.facts.values():
        if fact.row:
            rows.setdefault(fact.row, []).append(fact)
    places: dict[str, list[Law]] = {}
    for law in laws(data=data):
        places.setdefault(law.place, []).append(law)
    return _Held(knowledge, rows, {key: (fact,) for key, fact in knowledge.facts.items()}, places)


def _basis(row: Row, held: _Held) -> Basis:
    return tuple(dict.fromkeys(one for _, _, found in held.named(row) for one in found))


def _citations(basis: Basis, knowledge: Knowledge) -> tuple[str, ...]:
    keys = (knowledge.citations(one) if isinstance(one, Fact) else (one.citation,) for one in basis)
    return tuple(dict.fromkeys(chain.from_iterable(keys)))


def _pattern(text: str) -> Pattern:
    """Read `a > b|c` (in this order), `a >> b|c` (in this order and close) or `a & b|c` (in any order)."""
    sign = next((sign for sign in (">>", ">") if sign in text), "&")
    items = tuple(tuple(name.strip() for name in item.split("|")) for item in text.split(sign))
    return Pattern(items=items, ordered=sign != "&", close=sign == ">>")


def _basis_faults(row: Row, held: _Held) -> Iterator[Fault]:
    named = list(held.named(row))
    if not named:
        yield "rows", "missing; a verdict names the rows, facts or places it rests on"
    yield from ((field, f"nothing is held under {name!r}") for field, name, found in named if not found)


def _claim_faults(claim: Claim, concepts: Row, ids: Set[str]) -> Iterator[Fault]:
    if "." not in claim.id:
        yield "id", "expected topic-name"
    grades = dict.fromkeys(one.grade for one in claim.basis)
    if claim.grade not in grades:
        yield "grade", f"nothing it rests on is graded {claim.grade}, but {', '.join(grades)}"
    if not claim.patterns and not claim.when_denied:
        yield "patterns", "missing; nothing could be recognised"
    for field in ("patterns", "when_denied"):
        for concept in _named(getattr(claim, field)):
            if concept not in concepts:
                yield field, f"no concept {concept!r}"
    yield from (("yields_to", f"no claim {other!r}") for other in claim.yields_to if other not in ids)


def _concept_faults(subject: Subject) -> Iterator[Fault]:
    always = {subject.name, STANDS_IN, OTHERS}
    yield from ((concept, "missing; every subject needs it") for concept in sorted(always - subject.concepts.keys()))
    named = {concept for claim in subject.claims.values() for concept in _named((*claim.patterns, *claim.when_denied))}
    yield from ((concept, "no pattern names it") for concept in subject.concepts if concept not in named | always)


def _named(patterns: Sequence[Pattern]) -> Iterator[str]:
    yield from (concept for pattern in patterns for item in pattern.items for concept in item)


def _phrase_faults(phrases: Row) -> Iterator[Fault]:
    for name, each in phrases.items():
        yield from ((name, f"not written as a phrase: {phrase!r}") for phrase in each if not _PHRASE.fullmatch(phrase))
