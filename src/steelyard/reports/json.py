"""Answers as JSON, indented, keys in their fixed order."""

from typing import Any

import msgspec

from steelyard.findings.model import Finding, Weighing


def json(weighing: Weighing) -> str:
    """The findings JSON, format 1."""
    report = msgspec.to_builtins(weighing.report)
    report["findings"] = [_finding(given) for given in report["findings"]]
    return to_json(report)


def _finding(given: dict[str, Any]) -> dict[str, Any]:
    """A finding with its keys in the promised order: what is empty is an empty list, what cannot be said is left out."""
    empty: dict[str, Any] = {name: [] for name in ("reasons", "contrasts", "estimators", "checks", "citations")}
    given = {name: (empty | given)[name] for name in Finding.__struct_fields__ if name in empty | given}
    given["contrasts"] = [
        {"name": c.pop("name"), **({"dose": c.pop("dose")} if "dose" in c else {}), **c} for c in given["contrasts"]
    ]
    return given


def to_json(answer: Any) -> str:
    """Any plain answer (structs, mappings, lists) as JSON text."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n"
