"""Where the phrases of named concepts stand in a sentence. `*` in a phrase is any ending of a word, `..` up to three words between."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

LONGEST_GAP = 3

Span = tuple[int, int]
"""Places of the first word and of the word after the last."""

_Word = tuple[str, bool, int]
"""What the word is, or begins with when the second is true; how many other words may stand before it."""


class _Phrase(NamedTuple):
    concept: str
    rest: tuple[_Word, ...]


class Lexicon:
    """Phrases of many concepts, found in one pass over the words of a sentence."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self._whole: dict[str, list[_Phrase]] = {}
        self._begun: dict[str, list[_Phrase]] = {}
        self._starting: dict[str, tuple[_Phrase, ...]] = {}
        for concept, phrases in concepts.items():
            for phrase in phrases:
                (text, begins, _), *rest = _words(phrase)
                (self._begun if begins else self._whole).setdefault(text, []).append(_Phrase(concept, tuple(rest)))
        self._longest = max(map(len, self._begun), default=0)

    def spans(self, words: Sequence[str]) -> dict[str, list[Span]]:
        """Return for each concept that is named where its phrases stand, in order."""
        found: dict[str, set[Span]] = {}
        for start, word in enumerate(words):
            if word not in self._starting:
                self._starting[word] = self._start(word)  # remembered, since texts repeat their words
            for phrase in self._starting[word]:
                end = _end(words, start + 1, phrase.rest)
                if end:
                    found.setdefault(phrase.concept, set()).add((start, end))
        return {concept: sorted(spans) for concept, spans in found.items()}

    def _start(self, word: str) -> tuple[_Phrase, ...]:
        """The phrases that a word may begin."""
        stems = (word[:length] for length in range(1, min(self._longest, len(word)) + 1))
        return (*self._whole.get(word, ()), *(phrase for stem in stems for phrase in self._begun.get(stem, ())))


def _words(phrase: str) -> list[_Word]:
    found: list[_Word] = []
    gap = 0
    for word in phrase.split():
        if word == "..":
            gap = LONGEST_GAP
        else:
            found.append((word.removesuffix("*"), word.endswith("*"), gap))
            gap = 0
    return found


def _end(words: Sequence[str], place: int, rest: Sequence[_Word]) -> int:
    """Return where a phrase begun before `place` ends, or 0 where its other words do not follow; the nearest of each is taken."""
    for text, begins, gap in rest:
        for here in range(place, min(place + gap + 1, len(words))):
            if words[here].startswith(text) if begins else words[here] == text:
                place = here + 1
                break
        else:
            return 0
    return place
