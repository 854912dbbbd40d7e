"""Rows that warnings are made of: signs of danger, interactions, who is at risk, laboratory tests. Each rests on named facts."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeVar

from steelyard.knowledge.files import KnowledgeError, folder, refuse
from steelyard.knowledge.medicines import Medicines, load_medicines, words
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.shape import Fault, faults

Severity = Literal["emergency", "serious", "caution", "note"]
"""emergency: help now; serious: a clinician within days at most; caution: at the next chance; note: worth knowing."""

SUBSTANCE = "substance"
INTERACTIONS, SAFETY, LABORATORY = "interactions", "safety", "laboratory"


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """One warning before it is known whom it concerns: words with places for names in braces, and the facts it rests on.

    `words` (all of one entry, in any order) or an `item` of an `instrument` set it off, `person` names a field that does, `classes`
    and `medicines` name what does not go together; single doses of these are judged hour by hour where `dose_by_dose`. A sign
    rated below `from_severity` does not count. `why_with` and `basis_with` are added for those who take kratom or 7-OH.
    """

    id: str
    severity: Severity
    title: str
    why: str
    do: str
    basis: tuple[str, ...]
    why_with: str = ""
    basis_with: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    person: str = ""
    instrument: str = ""
    item: int = 0
    from_severity: float = 0.0
    classes: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    dose_by_dose: bool = False

    @property
    def group(self) -> str:
        """The file it stands in: a substance for interactions, else such as `red_flags`."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Substance:
    """A substance with interactions of its own: the names people give it, and kinds of product that are `leaf` or `strong`."""

    id: str
    shown: str
    names: tuple[str, ...]
    leaf: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LabTest:
    """A laboratory test by the names people write; `limits` is the fact that holds limits where a result comes without."""

    id: str
    names: tuple[str, ...]
    shown: str
    limits: str


T = TypeVar("T", Hazard, Substance, LabTest)


@dataclass(frozen=True)
class Hazards:
    """All rows, by id, and the names of medicines."""

    rows: Mapping[str, Hazard]
    substances: Mapping[str, Substance]
    tests: Mapping[str, LabTest]
    medicines: Medicines

    def of(self, group: str) -> Iterator[Hazard]:
        """Yield the rows of one file, in its order."""
        return (row for row in self.rows.values() if row.group == group)


def load_hazards(data: Traversable | None = None) -> Hazards:
    """Return the rows in `interactions`, `safety` and `laboratory`, and the medicines, of the folder `data` (the shipped one by default).

    Refuses (KnowledgeError) an unknown, missing or mistyped field, and an interaction with a class or medicine nobody knows.
    """
    medicines = load_medicines(data)
    rows: dict[str, Hazard] = {}
    substances: dict[str, Substance] = {}
    for place in (INTERACTIONS, SAFETY):
        for file, tables in folder(place, data):
            name = _stem(file)
            if place == INTERACTIONS:
                substances[name] = _row(Substance, file, name, SUBSTANCE, tables.pop(SUBSTANCE, {}))
            for key, table in tables.items():
                row = _row(Hazard, file, f"{name}.{key}", key, table)
                refuse(file, key, _unknown(row, medicines))
                rows[row.id] = row
    tests = {
        key: _row(LabTest, file, key, key, table) for file, tables in folder(LABORATORY, data) for key, table in tables.items()
    }
    return Hazards(rows, substances, tests, medicines)


def refuse_unfounded(hazards: Hazards, knowledge: Knowledge) -> None:
    """Refuse (KnowledgeError) the first row that rests on a fact, or a class that cites a source, which is not held."""
    for row in hazards.rows.values():
        refuse(
            row.group, row.id, (("basis", f"no fact {id_!r}") for id_ in row.basis + row.basis_with if id_ not in knowledge.facts)
        )
    for test in hazards.tests.values():
        if test.limits not in knowledge.facts:
            raise KnowledgeError(LABORATORY, test.id, "limits", f"no fact {test.limits!r}")
    for kind in hazards.medicines.classes.values():
        refuse(
            kind.id, "class", (("citations", f"{key!r} is not held") for key in kind.citations if key not in knowledge.references)
        )


@lru_cache(maxsize=4096)
def spoken(text: str) -> frozenset[str]:
    """Return the words of a text for comparing: without case, accents and the s of a plural."""
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words(text.replace("_", " ")))


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".toml")


def _row(kind: type[T], file: str, id_: str, name: str, table: dict[str, Any]) -> T:
    """Return a table as one row, once its fields fit the row's type hints."""
    hints: dict[str, Any] = {field.name: field.type for field in fields(kind) if field.name != "id"}
    required = frozenset(field.name for field in fields(kind) if field.default is MISSING and field.name != "id")
    refuse(file, name, faults(table, hints, required))
    content: dict[str, Any] = {field: tuple(value) if isinstance(value, list) else value for field, value in table.items()}
    return kind(id=id_, **content)


def _unknown(row: Hazard, medicines: Medicines) -> Iterator[Fault]:
    yield from (("classes", f"no class {name!r}") for name in row.classes if name not in medicines.classes)
    yield from (("medicines", f"no medicine {name!r}") for name in row.medicines if name not in medicines.classes_of)
