"""Which claims about one substance a sentence makes.

A sentence makes a claim when it names, within one clause, everything one of the claim's patterns asks for, and neither denies nor
asks it. What merely mentions a topic fits no pattern.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from steelyard.knowledge.claims import OTHERS, STANDS_IN, Claim, Language, Pattern, Subject

from .phrases import Lexicon, Span
from .sentences import Words

# Conventions of this project, chosen on the half of benchmarks/claims_sentences.toml that may be looked at.
LEAST_MATCH = 0.3
REACH = 3
"""How many sentences on, within a paragraph, "it" still stands for the substance named last."""

ANCHORS = 6
"""How many places of the rarest thing in a pattern are tried, so that no sentence can be made slow to read."""

_Spans = dict[str, list[Span]]


class Hit(NamedTuple):
    """A claim that a sentence makes, and its match: the share, 0 to 1, of the claim's own words in the passage that holds it.

    Little words, such as "the" and "can", are not counted; the passage goes from the first to the last word of the claim.
    """

    claim: Claim
    match: float


class _Passages(NamedTuple):
    """A sentence in which passages are looked for: what it names, other substances, words of the language, ends of clauses."""

    words: Sequence[str]
    named: _Spans
    others: Sequence[Span]
    language: _Spans
    breaks: Sequence[int]


class _Memory:
    """What has been named so far in a text, so that "it" can be told to stand for the substance or for something else."""

    def __init__(self) -> None:
        self.since = REACH + 1  # sentences since the substance was named, while nothing else has been
        self.lead = 0  # how much more often the substance was named than others
        self.named = False


class Reading(NamedTuple):
    """The claims that each sentence of a text makes, and whether the text names the substance at all."""

    hits: list[list[Hit]]
    names_subject: bool


class Recogniser:
    """All that is known of one substance, made ready to read texts with."""

    def __init__(self, subject: Subject, language: Language) -> None:
        self._name = subject.name
        self._little = frozenset(language.little)
        self._concepts = Lexicon(subject.concepts)
        self._language = Lexicon({name: phrases for name, phrases in vars(language).items() if name != "little"})
        self._by_key: dict[str, list[tuple[Claim, Pattern, int, bool]]] = {}
        for claim in subject.claims.values():
            for denied, patterns in ((False, claim.patterns), (True, claim.when_denied)):
                for pattern in patterns:
                    key = self._key(pattern, subject)
                    for concept in pattern.items[key]:
                        self._by_key.setdefault(concept, []).append((claim, pattern, key, denied))

    def _key(self, pattern: Pattern, subject: Subject) -> int:
        """Which item of a pattern to look for first: the one with the fewest phrases, which is the rarest; never the substance."""
        sizes = [sum(len(subject.concepts[name]) for name in item) + 1000 * (self._name in item) for item in pattern.items]
        return sizes.index(min(sizes))

    def read(self, text: Iterable[tuple[Words, bool]]) -> Reading:
        """Return the claims that the sentences of a text make: the words of each, and whether it is `fresh` as a `Sentence` is."""
        memory = _Memory()
        return Reading([self._hits(spoken, fresh, memory) for spoken, fresh in text], memory.named)

    def _hits(self, spoken: Words, fresh: bool, memory: _Memory) -> list[Hit]:
        """The claims that the next sentence makes, each once with its best match."""
        named, language = self._concepts.spans(spoken.words), self._language.spans(spoken.words)
        others = [span for span in named.pop(OTHERS, []) if not _inside_longer(span, named)]
        memory.since = REACH + 1 if fresh else memory.since + 1
        self._resolve(named, others, language, memory)
        if spoken.question or "refutes" in language:
            return []
        joined = {place for span in language.get("joins", ()) for place in range(*span)}
        breaks = {start for start, _ in language.get("breaks", ())} - joined | spoken.stops
        passage = _Passages(spoken.words, named, others, language, sorted(breaks))
        best: dict[str, Hit] = {}
        for concept in named:
            for claim, pattern, key, denied in self._by_key.get(concept, ()):
                match = max(self._matches(passage, pattern, key, denied), default=0.0)
                if match >= (1 if pattern.close else LEAST_MATCH) and (claim.id not in best or best[claim.id].match < match):
                    best[claim.id] = Hit(claim, match)
        return [hit for hit in best.values() if not any(other in best for other in hit.claim.yields_to)]

    def _resolve(self, named: _Spans, others: Sequence[Span], language: _Spans, memory: _Memory) -> None:
        """Let "it" count as the substance while that was named last, and words such as "the leaf" while it leads the text."""
        empty = {start for start, _ in language.get("empty", ())}
        said = [(span, "name") for span in named.get(self._name, ())] + [(span, "other") for span in others]
        said += [(span, "it") for span in language.get("pronouns", ()) if span[0] not in empty]
        said += [(span, "noun") for span in named.pop(STANDS_IN, ())]
        stood = set()
        for span, what in sorted(said):
            if what == "name" or (what == "noun" and memory.lead > 0 and not others) or (what == "it" and memory.since <= REACH):
                memory.since = 0
                stood.add(span)
            elif what == "other":
                memory.since = REACH + 1
            memory.lead += (what == "name") - (what == "other")
            memory.named |= what == "name"
        if stood:
            named[self._name] = sorted(stood)

    def _matches(self, sentence: _Passages, pattern: Pattern, key: int, denied: bool) -> Iterator[float]:
        """Yield the match of each passage that fits a pattern, is not asked, and is denied or not as wanted."""
        choices = [sorted(span for name in item for span in sentence.named.get(name, ())) for item in pattern.items]
        if not all(choices):
            return
        for anchor in choices[key][:ANCHORS]:
            spans = _around(anchor, key, choices) if pattern.ordered else _near(anchor, key, choices)
            if (
                spans
                and not _broken(spans, choices, sentence)
                and _denied(spans, sentence) == denied
                and not _asked(spans, sentence)
            ):
                yield self._share(spans, sentence)

    def _share(self, spans: Sequence[Span], sentence: _Passages) -> float:
        own = {place for span in (*spans, *sentence.language.get("denies", ())) for place in range(*span)}
        passage = range(min(start for start, _ in spans), max(end for _, end in spans))
        heavy = [place for place in passage if place in own or sentence.words[place] not in self._little]
        return sum(place in own for place in heavy) / len(heavy)


def _inside_longer(span: Span, named: Mapping[str, Sequence[Span]]) -> bool:
    """Tell whether a phrase is part of a longer one: "opioid" names no other substance in "opioid receptor"."""
    start, end = span
    return any(a <= start and end <= b and b - a > end - start for spans in named.values() for a, b in spans)


def _around(anchor: Span, key: int, choices: Sequence[Sequence[Span]]) -> list[Span]:
    """Return one span for each item of an ordered pattern, those nearest to the anchor; empty where the order does not hold."""
    spans = [anchor]
    for options in choices[key + 1 :]:
        after = [span for span in options if span[0] >= spans[-1][1]]
        if not after:
            return []
        spans.append(min(after))
    for options in reversed(choices[:key]):
        before = [span for span in options if span[1] <= spans[0][0]]
        if not before:
            return []
        spans.insert(0, max(before))
    return spans


def _near(anchor: Span, key: int, choices: Sequence[Sequence[Span]]) -> list[Span]:
    """Return one span for each item of a pattern without order, those nearest to the anchor; empty where two would overlap."""
    spans = [anchor]
    for item, options in enumerate(choices):
        if item != key:
            free = [span for span in options if all(span[1] <= a or span[0] >= b for a, b in spans)]
            if not free:
                return []
            spans.append(min(free, key=lambda span: (max(span[0] - anchor[1], anchor[0] - span[1]), span)))
    return spans


def _broken(spans: Sequence[Span], choices: Sequence[Sequence[Span]], sentence: _Passages) -> bool:
    """Tell whether a clause ends, or a substance the pattern does not ask for is named, between first and last word of a passage."""
    first, last = min(spans)[0], max(spans)[0]
    asked_for = [span for options in choices for span in options]
    others = (other for other in sentence.others if first < other[0] < last)
    foreign = (all(b <= other[0] or other[1] <= a for a, b in asked_for) for other in others)
    return any(first < place <= last for place in sentence.breaks) or any(foreign)


def _denied(spans: Sequence[Span], sentence: _Passages) -> bool:
    """Tell whether a word before the end of a passage, in the same clause, denies it."""
    affirmed = [place for span in sentence.language.get("affirms", ()) for place in range(*span)]
    last = max(spans)
    for start, _ in sentence.language.get("denies", ()):
        within = any(a <= start < b for a, b in spans)
        if (
            start not in affirmed
            and not within
            and start < last[0]
            and not any(start < place <= last[0] for place in sentence.breaks)
        ):
            return True
    return False


def _asked(spans: Sequence[Span], sentence: _Passages) -> bool:
    """Tell whether something before the end of a passage makes a question of it, such as "whether"."""
    return any(start < max(spans)[0] for start, _ in sentence.language.get("asks", ()))
