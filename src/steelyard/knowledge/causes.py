"""Complaints with many possible causes: which causes, what in a journal would speak for each, and which facts put it on the list."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from importlib.resources.abc import Traversable
from typing import Any, Literal

from steelyard.knowledge.files import folder, refuse
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.shape import Fault, faults

FOLDER = "causes"
WINDOW_UNITS = ("days", "months")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One possible cause of a complaint.

    `labs_low` and `labs_high` are tests that speak for it when below or above their limits; `contexts`, `medicines` and
    `conditions` are words to look for in the journal, `classes` names classes of medicines; `sex` is set where only one can
    have it. `latency` names the fact that says how long after the trigger the complaint starts, `tell` is the test or photo
    that would tell, `facts` say why it is listed.
    """

    name: str
    title: str
    tell: str
    facts: tuple[str, ...]
    labs_low: tuple[str, ...] = ()
    labs_high: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    sex: Literal["", "female", "male"] = ""
    latency: str = ""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """A complaint, how it is written down in a journal, and its possible causes.

    `scale` is the scale it is rated on, `effects` its names as a side effect, `sites` the places photos are taken of. `latency`
    and `recovery` name facts about how long after a substance it starts, and how long without it until it fades. `reports` maps a
    substance to the facts about published reports, or about a search in vain; a substance not in it was not searched for.
    """

    name: str
    title: str
    tell: str
    effects: tuple[str, ...]
    scale: str = ""
    sites: tuple[str, ...] = ()
    latency: str = ""
    recovery: str = ""
    reports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()


def load_complaints(knowledge: Knowledge, data: Traversable | None = None) -> dict[str, Complaint]:
    """Return the complaints by name (`hair_loss`), their causes in the order of the file.

    `data` is the folder to read (the shipped one by default), in it `causes/NAME.toml`.
    Refuses with KnowledgeError an unknown or missing field, a fact that is not held, and a window without a length.
    """
    return dict(_complaint(file, tables, knowledge) for file, tables in folder(FOLDER, data))


def _complaint(file: str, tables: dict[str, dict[str, Any]], knowledge: Knowledge) -> tuple[str, Complaint]:
    name = file.split("/")[1].removesuffix(".toml")
    head, reports = tables.pop("complaint", {}), tables.pop("reports", {})
    refuse(file, "complaint", faults(head, *_hints(Complaint, "name", "reports", "causes")))
    refuse(file, "complaint", _window_faults(head, knowledge))
    refuse(file, "reports", faults(reports, dict.fromkeys(reports, tuple[str, ...]), frozenset()))
    for substance, ids in reports.items():
        refuse(file, "reports", ((substance, why) for _, why in _unknown(ids, knowledge)))
    causes = tuple(_cause(file, key, table, knowledge) for key, table in tables.items())
    found = {substance: tuple(ids) for substance, ids in reports.items()}
    return name, Complaint(name=name, reports=found, causes=causes, **_read(head))


def _cause(file: str, name: str, table: dict[str, Any], knowledge: Knowledge) -> Cause:
    refuse(file, name, faults(table, *_hints(Cause, "name")))
    refuse(file, name, _unknown(table["facts"], knowledge))
    refuse(file, name, _window_faults(table, knowledge))
    if not table["facts"]:
        refuse(file, name, [("facts", "empty; a cause needs a fact that puts it on the list")])
    return Cause(name=name, **_read(table))


def _hints(kind: type[Any], *placed: str) -> tuple[dict[str, Any], frozenset[str]]:
    """Fields a table may have and must have; those in `placed` come from where the table stands."""
    written = [one for one in fields(kind) if one.name not in placed]
    needed = frozenset(one.name for one in written if one.default is MISSING and one.default_factory is MISSING)
    return {one.name: one.type for one in written}, needed


def _read(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _unknown(ids: Iterable[str], knowledge: Knowledge) -> Iterator[Fault]:
    return (("facts", f"no fact {one!r}") for one in ids if one not in knowledge.facts)


def _window_faults(table: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Fault]:
    """Yield each window that is not a held fact with a lower end in days or months."""
    for name in ("latency", "recovery"):
        fact = knowledge.facts.get(table.get(name, ""))
        if table.get(name) and (fact is None or fact.low is None or fact.unit not in WINDOW_UNITS):
            yield name, f"{table[name]!r} is no fact with low in {' or '.join(WINDOW_UNITS)}"
