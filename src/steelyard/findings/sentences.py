"""A text as sentences, and a sentence as words."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_SENTENCE = 200  # words; what runs on for longer is cut there, so that no text can be made slow to read

# Not the end of a sentence, though a full stop stands there.
_ABBREVIATIONS = ("e.g", "i.e", "vs", "dr", "mr", "mrs", "ms", "prof", "st", "approx", "ca", "al", "fig", "u.s", "a.m", "p.m")
_BLANK = re.compile(r"\n\s*\n")
_END = re.compile(r"""(?<=[.!?])["'\u201d\u2019)\]]*\s+(?=["'\u201c\u2018(\[]?[A-Z0-9\u00c0-\u00de])""")
_LAST_WORD = re.compile(r"(\S+)\.$")
_MARK = re.compile(r"(?:[-*\u2022\u00b7#>]+|[0-9]{1,2}[.)])\s+")
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?(?:-[0-9]+g?)?|[^\W_]+(?:'[^\W_]+)*|;")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_PLAIN_MARKS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2019": "'", "\u2018": "'"})
_NOT = ((re.compile(r"\bcan't\b"), "cannot"), (re.compile(r"\bwon't\b"), "will not"), (re.compile(r"n't\b"), " not"))
_SHORT_LINE = 0.6  # of the longest line of a block: a line as short as that ends a paragraph or is a heading


class Sentence(NamedTuple):
    """A sentence, and whether a new train of thought begins with it: the first of a paragraph that follows no heading."""

    text: str
    fresh: bool


class Words(NamedTuple):
    """The words of a sentence in small letters, the places of the words before which a `;` stands, and whether it asks."""

    words: tuple[str, ...]
    stops: frozenset[int]
    question: bool


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a plain text in their order, headings and list entries among them, each on one line.

    Characters that cannot be printed become spaces, so that nothing in a text can steer a terminal.
    """
    found: list[Sentence] = []
    fresh = True
    for paragraph in _paragraphs(text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)):
        pieces = _split(_MARK.sub("", _printable(paragraph), count=1) if _MARK.match(paragraph) else _printable(paragraph))
        for piece in pieces:
            found.append(Sentence(piece, fresh))
            fresh = False
        fresh = bool(pieces) and pieces[-1][-1] in ".!"
    return found


def words(sentence: str) -> Words:
    """Return the words of a sentence: hyphens between letters part words, those between figures do not."""
    spelt = unicodedata.normalize("NFKC", sentence).translate(_PLAIN_MARKS).casefold()
    for short, full in _NOT:
        spelt = short.sub(full, spelt)
    found: list[str] = []
    stops = set()
    for token in _TOKEN.findall(spelt):
        if token[0].isalnum():
            found.append(token.removesuffix("'s"))
        else:
            stops.add(len(found))
    return Words(tuple(found), frozenset(stops), spelt.rstrip("\"')]\u201d ").endswith("?"))


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs, headings and list entries, without the line ends inside them."""
    for block in _BLANK.split(text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        longest = max(map(len, lines), default=0)
        held: list[str] = []
        for line in lines:
            if held and (_MARK.match(line) or (len(held[-1]) < _SHORT_LINE * longest and not line[0].islower())):
                yield " ".join(held)
                held = []
            held.append(line)
        if held:
            yield " ".join(held)


def _printable(text: str) -> str:
    return " ".join((text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)).split())


def _split(paragraph: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in _END.finditer(paragraph):
        piece = paragraph[start : end.start()]
        last = _LAST_WORD.search(piece)
        if last and (last[1].casefold().lstrip("(") in _ABBREVIATIONS or re.fullmatch(r"[A-Z]", last[1])):
            continue
        found += _cut(paragraph[start : end.end()].strip())
        start = end.end()
    return found + _cut(paragraph[start:].strip())


def _cut(sentence: str) -> list[str]:
    """Cut what runs on for too long; what holds no word is no sentence."""
    parts = sentence.split(" ")
    pieces = (" ".join(parts[i : i + LONGEST_SENTENCE]) for i in range(0, len(parts), LONGEST_SENTENCE))
    return [piece for piece in pieces if any(map(str.isalnum, piece))]
