"""Names of substances as reports spell them, brought to one spelling: what a product is called is not what it holds.

The rules here only tidy (capitals, spaces, strengths, packs). Which names mean one substance is knowledge, and comes in as an argument.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

STRENGTH = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:%|MG|MCG|UG|G|KG|ML|L|OZ|IU|I\.U\.|UNITS?|COUNT|CT|CAPS?)\b(?:\s*/\s*\d*\s*\w+)?")
FORM = re.compile(
    r"\b(?:TABLETS?|TABS?|CAPSULES?|CAPLETS?|SOFTGELS?|SOFT GELS?|POWDER|FILM-COATED|EXTENDED[- ]RELEASE|INJECTION|SOLUTION|SYRUP|"
    r"UNKNOWN|UNSPECIFIED|NOS)\b"
)
EDGES = " .,;:-_/*'\"()[]&"
SPLIT = re.compile(r"[\\;]")  # between the ingredients of a product
GROUPS = frozenset({"HERBALS", "HOMEOPATHICS", "DIETARY SUPPLEMENT", "DIETARY SUPPLEMENTS"})
"""What stands before an ingredient to say of what kind it is."""


@dataclass(frozen=True)
class Spelling:
    """How one substance is written: `names` alone, `words` anywhere in a longer name; all in capitals as `tidy` leaves them."""

    substance: str
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def tidy(written: str) -> str:
    """Return a name in capitals, without strength, form, pack and stray signs; empty when nothing is left."""
    plain = " ".join(written.upper().split())
    bare = FORM.sub(" ", STRENGTH.sub(" ", plain))
    kept = " ".join(bare.split()).strip(EDGES)
    return kept or plain.strip(EDGES)


def substances(written: str, ingredient: str, spellings: "Speller") -> tuple[str, ...]:
    """Return the substances one line of a report names, each once, in the order written.

    Args:
        written: the name as reported; ingredient: what the source itself says the product holds, several parted by a backslash.

    The curated spellings go first, in the name as in the ingredients; then the ingredients, then the tidied name.
    """
    parts = [part for part in (tidy(each) for each in SPLIT.split(ingredient)) if part and part not in GROUPS]
    known = [spellings.known(part) for part in parts]
    found = [own or part for own, part in zip(known, parts, strict=True)]
    if not any(known):
        named = next(filter(None, (spellings.known(tidy(each)) for each in (written, *SPLIT.split(written)))), "")
        found = [named] if named else found or [tidy(written)]
    return tuple(dict.fromkeys(each for each in found if each))


class Speller:
    """The curated spellings, ready to be looked up."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        """Refuses (ValueError) a name that stands for two substances."""
        self._names: dict[str, str] = {}
        self._words: dict[str, str] = {}
        for one in spellings:
            self._names.setdefault(one.substance.upper(), one.substance)
            for table, written in ((self._names, one.names), (self._words, one.words)):
                for name in written:
                    if table.setdefault(name, one.substance) != one.substance:
                        raise ValueError(f"{name!r} is given for {table[name]} and for {one.substance}")
        longest_first = sorted(self._words, key=lambda word: (-len(word), word))
        self._pattern = (
            re.compile(rf"(?<![A-Z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Z])") if longest_first else None
        )

    def known(self, name: str) -> str:
        """Return the substance a tidied name stands for; empty when it is none of the curated ones."""
        if name in self._names:
            return self._names[name]
        found = self._pattern.search(name) if self._pattern else None
        return self._words[found[0]] if found else ""
