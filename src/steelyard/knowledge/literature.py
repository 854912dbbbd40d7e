"""What studies say to a question a journal can ask: one answer for one treatment and one outcome, and the facts it stands on."""

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from importlib.resources.abc import Traversable
from typing import Any, Literal

from steelyard.knowledge.files import folder, refuse
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.shape import Fault, faults

FOLDER = "literature"


@dataclass(frozen=True, kw_only=True)
class Studied:
    """One answer of the literature.

    `treatment` is a substance or a therapy; `outcomes` are the scales and laboratory tests it is about; `about` says whether relief
    or harm is asked; `always` is shown for whoever takes it, rated or not. `verdict` and `certainty` are of the same words as a
    person's own findings, `said` the answer in a few words of ours, `facts` what it stands on, the weightiest first.
    """

    treatment: str
    name: str
    outcomes: tuple[str, ...]
    question: str
    verdict: Literal["helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled", "not_enough_data"]
    certainty: Literal["high", "moderate", "low", "very_low"]
    said: str
    facts: tuple[str, ...]
    about: Literal["relief", "harm"] = "relief"
    always: bool = False


_PLACED = ("treatment", "name")
FIELDS: dict[str, Any] = {f.name: f.type for f in fields(Studied) if f.name not in _PLACED}
REQUIRED = frozenset(f.name for f in fields(Studied) if f.default is MISSING and f.name not in _PLACED)


def literature(knowledge: Knowledge, data: Traversable | None = None) -> tuple[Studied, ...]:
    """Return all answers, by treatment and in the order of their files; refuses with KnowledgeError what does not stand on facts."""
    rows = []
    for file, tables in folder(FOLDER, data):
        for name, table in tables.items():
            refuse(file, name, faults(table, FIELDS, REQUIRED))
            refuse(file, name, _unfounded(table, knowledge))
            listed = {field: tuple(table[field]) for field in ("outcomes", "facts")}
            rows.append(Studied(treatment=file.split("/")[-1].removesuffix(".toml"), name=name, **{**table, **listed}))
    return tuple(rows)


def asked(rows: Iterable[Studied], treatment: str, outcome: str) -> Iterator[Studied]:
    """Yield the answers about one treatment and one outcome (names in any case)."""
    for row in rows:
        if row.treatment == treatment.casefold() and outcome.casefold() in row.outcomes:
            yield row


def _unfounded(table: dict[str, Any], knowledge: Knowledge) -> Iterator[Fault]:
    if not table["facts"]:
        yield "facts", "empty; an answer stands on facts"
    for fact in table["facts"]:
        if fact not in knowledge.facts:
            yield "facts", f"no fact {fact!r}"
