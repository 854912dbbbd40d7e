"""Answers as JSON, indented, keys in their fixed order."""

from typing import Any

import msgspec

from steelyard.findings.model import Weighing


def json(weighing: Weighing) -> str:
    """The findings JSON, format 1."""
    return to_json(weighing.report)


def to_json(answer: Any) -> str:
    """Any plain answer (structs, mappings, lists) as JSON text."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n"
