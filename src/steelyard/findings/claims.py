"""Which known claims a text makes, sentence by sentence with the verdict on each, and which dangers it leaves out."""

from collections.abc import Iterable

import msgspec

from steelyard import __version__
from steelyard.knowledge.claims import Claim, Claims, Omission, Subject, Verdict
from steelyard.knowledge.law import CONFIRM
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.knowledge.words import GRADES, READ, cite, cite_short, firmness

from .phrases import Lexicon
from .recognise import Hit, Recogniser
from .sentences import Words, sentences, words

__all__ = ["ClaimsReport", "Made", "Omitted", "Reference", "Source", "Verdict", "check_text"]

DECIMALS = 2

_FIRMEST_FIRST = (*READ.values(), *GRADES.values(), CONFIRM)


class Source(msgspec.Struct, frozen=True):
    """A source of a verdict: its key, its name in running text, and how firm it is in words."""

    key: str
    name: str
    firmness: str


class Made(msgspec.Struct, frozen=True):
    """A claim that a sentence (counted from 1) makes, and what is known of it; `match` is as in `recognise.Hit`."""

    sentence: int
    text: str
    claim: str
    says: str
    verdict: Verdict
    grade: str
    why: str
    citations: tuple[str, ...]
    match: float
    sources: tuple[Source, ...]


class Omitted(msgspec.Struct, frozen=True):
    """A danger of a substance that a text names, of which the text says nothing."""

    topic: str
    substance: str
    title: str
    why: str
    citations: tuple[str, ...]
    sources: tuple[Source, ...]


class Reference(msgspec.Struct, frozen=True):
    """A citation key spelled out."""

    key: str
    text: str


class ClaimsReport(msgspec.Struct, frozen=True):
    """The claims JSON, format 1; `unrecognised` counts the sentences in which no claim was recognised, questions among them.

    `substances` are those the text names; `grades` says what each grade among the claims means.
    """

    format: int
    steelyard: str
    knowledge: str
    sentences: int
    unrecognised: int
    substances: tuple[str, ...]
    claims: tuple[Made, ...]
    omissions: tuple[Omitted, ...]
    grades: dict[str, str]
    references: tuple[Reference, ...]


def check_text(text: str, claims: Claims, knowledge: Knowledge) -> ClaimsReport:
    """Return which claims a plain English text makes and what it leaves out of the substances it names.

    Nothing is guessed: a sentence in which no claim is recognised is only counted.
    """
    found = sentences(text)
    spoken = [(words(sentence.text), sentence.fresh) for sentence in found]
    made: list[Made] = []
    omitted: list[Omitted] = []
    named: list[str] = []
    for subject in claims.subjects:
        reading = Recogniser(subject, claims.language).read(spoken)
        sources = {claim.id: _sources(claim, knowledge) for claim in subject.claims.values()}
        for number, (sentence, hits) in enumerate(zip(found, reading.hits, strict=True), start=1):
            made += (_made(number, sentence.text, hit, sources[hit.claim.id]) for hit in hits)
        if reading.names_subject:
            named.append(subject.name)
            omitted += _omitted(subject, (said for said, _ in spoken), knowledge)
    made.sort(key=lambda one: one.sentence)
    cited = {key for one in made for key in one.citations} | {key for one in omitted for key in one.citations}
    return ClaimsReport(
        format=1,
        steelyard=__version__,
        knowledge=knowledge.version,
        sentences=len(found),
        unrecognised=len(found) - len({one.sentence for one in made}),
        substances=tuple(named),
        claims=tuple(made),
        omissions=tuple(omitted),
        grades={grade: meaning for grade, meaning in GRADES.items() if grade in {one.grade for one in made}},
        references=tuple(Reference(key, cite(knowledge.references[key])) for key in sorted(cited)),
    )


def _made(number: int, text: str, hit: Hit, sources: tuple[Source, ...]) -> Made:
    claim = hit.claim
    return Made(
        sentence=number,
        text=text,
        claim=claim.id,
        says=claim.says,
        verdict=claim.verdict,
        grade=claim.grade,
        why=claim.why,
        citations=claim.citations,
        match=round(hit.match, DECIMALS),
        sources=sources,
    )


def _omitted(subject: Subject, spoken: Iterable[Words], knowledge: Knowledge) -> list[Omitted]:
    """The topics of a subject that no sentence mentions."""
    lexicon = Lexicon({omission.topic: omission.mentions for omission in subject.omissions})
    mentioned = {topic for said in spoken for topic in lexicon.spans(said.words)}
    return [
        Omitted(each.topic, subject.name, each.title, each.why, each.citations, _sources(each, knowledge))
        for each in subject.omissions
        if each.topic not in mentioned
    ]


def _sources(row: Claim | Omission, knowledge: Knowledge) -> tuple[Source, ...]:
    """The sources a verdict rests on, each with the least firm of what is said of it: what was half read is never shown as read."""
    said: dict[str, list[str]] = {}
    for one in row.basis:
        words_for = firmness(one) if isinstance(one, Fact) else CONFIRM
        for key in knowledge.citations(one) if isinstance(one, Fact) else (one.citation,):
            said.setdefault(key, []).append(words_for)
    return tuple(
        Source(key, cite_short(knowledge.references[key]), max(each, key=_FIRMEST_FIRST.index)) for key, each in said.items()
    )
