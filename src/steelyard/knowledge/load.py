"""Reads the curated facts, and refuses any that cannot be traced, compared or dated."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any

from steelyard.knowledge import check
from steelyard.knowledge.files import KnowledgeError, contents, read, refuse, shipped, tables
from steelyard.knowledge.model import Fact, Knowledge, Reference
from steelyard.knowledge.shape import faults
from steelyard.records.model import Scale

__all__ = ["FACT_FOLDERS", "REFERENCES", "KnowledgeError", "load"]

REFERENCES = "references.json"
FACT_FOLDERS = ("scales/", "substances/", "topics/")  # the other folders hold rows that point at facts: claims, medicines, law
_QUOTED = re.compile(rb'"([^"\s]+)"')


def load(today: date | None = None, data: Traversable | None = None) -> Knowledge:
    """Return all facts, references and scales.

    `data` is the folder to read (the shipped one by default): `substances/NAME/*.toml`, `scales/NAME.toml`,
    `topics/NAME.toml` and `references.json`. Dates after `today` are refused when it is given.
    Refuses with KnowledgeError the first fact, scale or reference that breaks a rule of `check`.
    """
    folder = shipped() if data is None else data
    sources = dict(contents(folder))
    sources[REFERENCES] = read(folder / REFERENCES)
    facts: dict[str, Fact] = {}
    scales: dict[str, Scale] = {}
    for file, content in sources.items():
        if file.startswith(FACT_FOLDERS):
            _add(file, content, facts, scales)
    references = {reference.id: reference for reference in _references(sources[REFERENCES])}
    for fact in facts.values():
        refuse(fact.file, fact.name, check.fact_faults(fact, facts, references.keys(), today))
    used = {fact.citation for fact in facts.values()} | _quoted(sources)
    for reference in references.values():
        refuse(REFERENCES, reference.id, check.reference_faults(reference, used, today))
    return Knowledge(version=_version(sources), facts=facts, references=references, scales=scales)


def _add(file: str, content: bytes, facts: dict[str, Fact], scales: dict[str, Scale]) -> None:
    """Add what one file of facts holds; its folder, or its name, is the subject."""
    subject = file.split("/")[1].removesuffix(".toml")
    rows = tables(file, content)
    if file.startswith("scales/"):
        scales[subject] = _scale(file, subject, rows.pop("scale", {}))
    for name, table in rows.items():
        fact = _fact(file, subject, name, table)
        if fact.id in facts:
            raise KnowledgeError(file, name, "id", f"already given in {facts[fact.id].file}")
        facts[fact.id] = fact


def _quoted(sources: Mapping[str, bytes]) -> set[str]:
    """Return every word in quotes in the files that are not read here: a source cited there is a source used."""
    other = (content for file, content in sources.items() if file != REFERENCES and not file.startswith(FACT_FOLDERS))
    return {word.decode(errors="replace") for content in other for word in _QUOTED.findall(content)}


def _version(sources: Mapping[str, bytes]) -> str:
    digest = sha256()
    for file, content in sorted(sources.items()):
        digest.update(f"{file}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _fact(file: str, subject: str, name: str, table: dict[str, Any]) -> Fact:
    refuse(file, name, faults(table, check.FACT_FIELDS, check.FACT_REQUIRED))
    read: dict[str, Any] = {field: float(table[field]) for field in ("value", "low", "high") if field in table}
    read |= {field: tuple(table[field]) for field in ("rests_on", "conflicts_with") if field in table}
    return Fact(id=f"{subject}.{name}", subject=subject, name=name, file=file, **{**table, **read})


def _scale(file: str, name: str, table: dict[str, Any]) -> Scale:
    refuse(file, "scale", faults(table, check.SCALE_FIELDS, check.SCALE_REQUIRED))
    low, high = (float(table[end]) if end in table else None for end in ("low", "high"))
    scale = Scale(id=name, family=table["family"], low=low, high=high, worse_is_up=table["worse_is_up"])
    refuse(file, "scale", check.scale_faults(scale))
    return scale


def _references(content: bytes) -> Iterator[Reference]:
    """Yield each CSL-JSON entry with its nested names and dates flattened."""
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise KnowledgeError(REFERENCES, "", "", f"not readable as JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KnowledgeError(REFERENCES, "", "", "expected a list of CSL-JSON entries")
    seen: set[str] = set()
    for entry in entries:
        flat = {key.replace("-", "_"): value for key, value in entry.items()}
        key = str(flat.get("id", "an entry without id"))
        try:
            flat["author"] = [name.get("family") or name["literal"] for name in flat.get("author", [])]
            flat["issued"] = list(flat["issued"]["date-parts"][0]) if "issued" in flat else []
        except (AttributeError, IndexError, KeyError, TypeError):
            raise KnowledgeError(REFERENCES, key, "author, issued", "not as CSL-JSON writes names and dates") from None
        refuse(REFERENCES, key, faults(flat, check.REFERENCE_FIELDS, check.REFERENCE_REQUIRED))
        if key in seen:
            raise KnowledgeError(REFERENCES, key, "id", "given twice")
        seen.add(key)
        yield Reference(**{**flat, "author": tuple(flat["author"]), "issued": tuple(flat["issued"])})
