"""Names of medicines and the classes they belong to, and what a name that somebody wrote down was read as."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any
from unicodedata import combining, normalize

from steelyard.knowledge.files import folder, refuse
from steelyard.knowledge.model import Seen
from steelyard.knowledge.shape import Fault, faults

FOLDER = "medicines"
CLASS = "class"
SHORTEST_GUESS = 5
"""Letters a word must have before another spelling of it is thought of: among short names every one is near another."""
LONGEST_GUESS = 80
"""Letters beyond which a word is no misspelt name; each letter more would be left out in turn."""
LONGEST_NAME = 3
"""Words in the longest name."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")
_JOINED = re.compile(r"[+/&,;|\n]|\band\b|\bwith\b|\bplus\b|\bund\b|\by\b|\bet\b", re.IGNORECASE)
_MARKS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "’": "'", "`": "'"}
# Salts, forms, strengths and how often: what stands beside a name and is no name.
_BESIDE_NAMES = """
    hcl hydrochloride hydrobromide sodium potassium calcium magnesium sulfate sulphate citrate tartrate succinate fumarate maleate
    mesylate besylate phosphate acetate bitartrate oxalate acid mg mcg ug g gr gram grams ml l iu unit units percent tablet tablets tab
    tabs capsule capsules cap caps pill pills drop drops patch patches spray solution syrup injection suspension cream gel ointment
    suppository oral er xr sr cr ir xl la cd ec dr odt retard forte mite depot extended release slow generic daily once twice three
    times a an the per day night morning evening week needed prn of in for low dose mini x"""
_BESIDE = frozenset(_BESIDE_NAMES.split())


@dataclass(frozen=True, kw_only=True)
class MedicineClass:
    """A class of medicines, said as in "benzodiazepines", and where it was seen which medicines belong to it."""

    id: str
    name: str
    citations: tuple[str, ...]
    place: str
    seen: Seen | None = None
    checked_on: date


@dataclass(frozen=True)
class Reading:
    """What one written name was read as: the `medicines` (none when it is unknown), through which known `name`.

    `exact` is false for another spelling of that name. `perhaps` holds the names it could be when it could be several.
    """

    written: str
    medicines: tuple[str, ...] = ()
    name: str = ""
    exact: bool = True
    perhaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Medicines:
    """All names: `medicines_of` maps a name without its spaces, `near` the same with one letter left out, to known names."""

    classes: Mapping[str, MedicineClass]
    classes_of: Mapping[str, tuple[str, ...]]
    medicines_of: Mapping[str, tuple[str, ...]]
    spelled: Mapping[str, str]
    near: Mapping[str, tuple[str, ...]]


CLASS_FIELDS: dict[str, Any] = {field.name: field.type for field in fields(MedicineClass) if field.name != "id"}
CLASS_REQUIRED = frozenset(field.name for field in fields(MedicineClass) if field.default is MISSING and field.name != "id")
NAME_FIELDS: dict[str, Any] = {"also": tuple[str, ...], "brands": tuple[str, ...]}


def load_medicines(data: Traversable | None = None) -> Medicines:
    """Return the classes and names in `medicines/*.toml` of the folder `data` (the shipped one by default).

    One file is one class: the table `class` says what and whence, every other table is a medicine with its other names (`also`)
    and `brands`. Refuses (KnowledgeError) an unknown, missing or mistyped field, and a class without medicines.
    """
    classes: dict[str, MedicineClass] = {}
    classes_of: dict[str, tuple[str, ...]] = {}
    medicines_of: dict[str, tuple[str, ...]] = {}
    spelled: dict[str, str] = {}
    for file, tables in folder(FOLDER, data):
        name = file.rpartition("/")[2].removesuffix(".toml")
        classes[name] = _class(file, name, tables.pop(CLASS, {}))
        refuse(file, CLASS, [] if tables else [("", "a class without medicines")])
        for medicine, table in tables.items():
            refuse(file, medicine, faults(table, NAME_FIELDS, frozenset()))
            classes_of[medicine] = (*classes_of.get(medicine, ()), name)
            for written in (*table.get("also", ()), *table.get("brands", ()), medicine.replace("-", " ")):
                key = "".join(words(written))
                spelled.setdefault(key, written)
                medicines_of[key] = tuple(dict.fromkeys((*medicines_of.get(key, ()), medicine)))
    return Medicines(classes, classes_of, medicines_of, spelled, _neighbours(medicines_of))


def words(text: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation: `Sertralin-HCl 50mg` gives sertralin, hcl, 50, mg."""
    plain = "".join(_MARKS.get(letter, letter) for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return [word.replace("'", "") for word in _WORD.findall(plain)]


def read_name(medicines: Medicines, text: str) -> tuple[Reading, ...]:
    """Return what each name in a line such as `Tramadol/Paracetamol 37.5 mg` was read as, in the order written.

    A name that nobody knows gives a Reading without medicines; what stands beside a name (numbers, forms, salts) gives nothing.
    """
    readings = tuple(reading for part in _JOINED.split(text) for reading in _part(medicines, part.strip()))
    return readings or (Reading(text.strip()),)


def _part(medicines: Medicines, text: str) -> Iterator[Reading]:
    known = _known(medicines, words(text))
    if known:
        yield from (Reading(text, medicines.medicines_of[key], medicines.spelled[key]) for key in known)
        return
    names = _names(text)
    if not names:
        return
    guesses = dict.fromkeys(guess for word in (*names, "".join(names)) for guess in _guesses(medicines, word))
    if len({medicines.medicines_of[guess] for guess in guesses}) == 1:
        guess = next(iter(guesses))
        yield Reading(text, medicines.medicines_of[guess], medicines.spelled[guess], exact=False)
    else:
        yield Reading(text, perhaps=tuple(medicines.spelled[guess] for guess in guesses))


def _names(text: str) -> list[str]:
    return [word for word in words(text) if word not in _BESIDE and not word.isdigit()]


def _known(medicines: Medicines, written: list[str]) -> list[str]:
    """Known names among the words, the longest first at each place, so that `Advil PM` is not looked up as `Advil`."""
    found: list[str] = []
    start = 0
    while start < len(written):
        for length in range(min(LONGEST_NAME, len(written) - start), 0, -1):
            key = "".join(written[start : start + length])
            if key in medicines.medicines_of:
                found.append(key)
                start += length
                break
        else:
            start += 1
    return list(dict.fromkeys(found))


def _guesses(medicines: Medicines, word: str) -> Iterator[str]:
    """Known names that differ by one letter: one too many, one missing, one wrong, or two next to each other swapped."""
    if not SHORTEST_GUESS <= len(word) <= LONGEST_GUESS:
        return
    for shorter in _without_one(word):
        for name in medicines.near.get(shorter, ()):
            if len(name) >= SHORTEST_GUESS and _one_apart(word, name):
                yield name


def _neighbours(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    near: dict[str, tuple[str, ...]] = {}
    for name in names:
        for shorter in _without_one(name):
            near[shorter] = (*near.get(shorter, ()), name)
    return near


def _without_one(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _one_apart(one: str, other: str) -> bool:
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[same:], other[same:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _class(file: str, name: str, table: dict[str, Any]) -> MedicineClass:
    refuse(file, CLASS, faults(table, CLASS_FIELDS, CLASS_REQUIRED))
    refuse(file, CLASS, _unsourced(table))
    return MedicineClass(id=name, **{**table, "citations": tuple(table["citations"])})


def _unsourced(table: dict[str, Any]) -> Iterator[Fault]:
    if table["citations"] and "seen" not in table:
        yield "seen", "missing; a class with citations needs how much of them was read"
