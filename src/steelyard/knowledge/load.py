"""Reads the curated facts, and refuses any that cannot be traced, compared or dated."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from steelyard.knowledge import check
from steelyard.knowledge.model import Fact, Knowledge, Reference
from steelyard.knowledge.shape import Fault, faults
from steelyard.records.model import Scale

REFERENCES = "references.json"


class KnowledgeError(ValueError):
    """A data file that cannot be used: which file, which fact (or reference), which field, and why."""

    def __init__(self, file: str, fact: str, field: str, why: str) -> None:
        self.file, self.fact, self.field, self.why = file, fact, field, why
        super().__init__(": ".join(part for part in (file, fact, field, why) if part))


def load(today: date | None = None, data: Traversable | None = None) -> Knowledge:
    """Return all facts, references and scales.

    `data` is the folder to read (the shipped one by default): `substances/NAME/*.toml`, `scales/NAME.toml`,
    `topics/NAME.toml` and `references.json`. Dates after `today` are refused when it is given.
    Refuses with KnowledgeError the first fact, scale or reference that breaks a rule of `check`.
    """
    folder = files("steelyard.knowledge") / "data" if data is None else data
    sources = dict(_toml_files(folder, ""))
    references_json = _read(folder / REFERENCES)
    facts: dict[str, Fact] = {}
    file_of: dict[str, str] = {}
    scales: dict[str, Scale] = {}
    for file, content in sources.items():
        subject = file.split("/")[1].removesuffix(".toml")
        tables = _tables(file, content)
        if file.startswith("scales/"):
            scales[subject] = _scale(file, subject, tables.pop("scale", {}))
        for name, table in tables.items():
            fact = _fact(file, subject, name, table)
            if fact.id in facts:
                raise KnowledgeError(file, name, "id", f"already given in {file_of[fact.id]}")
            facts[fact.id], file_of[fact.id] = fact, file
    references = {reference.id: reference for reference in _references(references_json)}
    for fact in facts.values():
        _refuse(file_of[fact.id], fact.name, check.fact_faults(fact, facts, references.keys(), today))
    used = {fact.citation for fact in facts.values()}
    for reference in references.values():
        _refuse(REFERENCES, reference.id, check.reference_faults(reference, used, today))
    version = _version({**sources, REFERENCES: references_json})
    return Knowledge(version=version, facts=facts, references=references, scales=scales)


def _toml_files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield path below the data folder and content of each fact file, in a fixed order."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _toml_files(entry, f"{path}{entry.name}/")
        elif path and entry.name.endswith(".toml"):
            yield f"{path}{entry.name}", _read(entry)


def _read(file: Traversable) -> bytes:
    # One kind of line end, so that a checkout on another system has the same version.
    return file.read_bytes().replace(b"\r\n", b"\n")


def _version(contents: dict[str, bytes]) -> str:
    digest = sha256()
    for file, content in sorted(contents.items()):
        digest.update(f"{file}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _tables(file: str, content: bytes) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(content.decode())
    except ValueError as error:  # not UTF-8, or not TOML
        raise KnowledgeError(file, "", "", f"not readable as TOML: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise KnowledgeError(file, name, "", "expected a table [name] of fields")
    return tables


def _fact(file: str, subject: str, name: str, table: dict[str, Any]) -> Fact:
    _refuse(file, name, faults(table, check.FACT_FIELDS, check.FACT_REQUIRED))
    read: dict[str, Any] = {field: float(table[field]) for field in ("value", "low", "high") if field in table}
    read["rests_on"] = tuple(table.get("rests_on", ()))
    return Fact(id=f"{subject}.{name}", subject=subject, name=name, **{**table, **read})


def _scale(file: str, name: str, table: dict[str, Any]) -> Scale:
    _refuse(file, "scale", faults(table, check.SCALE_FIELDS, check.SCALE_REQUIRED))
    low, high = (float(table[end]) if end in table else None for end in ("low", "high"))
    scale = Scale(id=name, family=table["family"], low=low, high=high, worse_is_up=table["worse_is_up"])
    _refuse(file, "scale", check.scale_faults(scale))
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
            flat["issued"] = list(flat["issued"]["date-parts"][0])
        except (AttributeError, IndexError, KeyError, TypeError):
            raise KnowledgeError(REFERENCES, key, "author, issued", "not as CSL-JSON writes names and dates") from None
        _refuse(REFERENCES, key, faults(flat, check.REFERENCE_FIELDS, check.REFERENCE_REQUIRED))
        if key in seen:
            raise KnowledgeError(REFERENCES, key, "id", "given twice")
        seen.add(key)
        yield Reference(**{**flat, "author": tuple(flat["author"]), "issued": tuple(flat["issued"])})


def _refuse(file: str, fact: str, found: Iterable[Fault]) -> None:
    """Raise the first fault found, if any."""
    for field, why in found:
        raise KnowledgeError(file, fact, field, why)
