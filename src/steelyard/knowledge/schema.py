"""JSON Schema of a fact file, generated from the model so that editors can check a file while it is written."""

import json
from collections.abc import Mapping, Set
from typing import Any

from steelyard.knowledge import check
from steelyard.knowledge.shape import json_schema


def fact_file_schema() -> dict[str, Any]:
    """Return the schema of one TOML file: a table of fields for each fact, and `scale` in the file of a scale.

    Rules that look beyond one file (citations, rests_on, order of low, value and high) are the loader's.
    """
    fact = _table(check.FACT_FIELDS, check.FACT_REQUIRED)
    fact["dependentRequired"] = {number: ["unit"] for number in ("value", "low", "high")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Steelyard fact file",
        "type": "object",
        "properties": {"scale": _table(check.SCALE_FIELDS, check.SCALE_REQUIRED)},
        "additionalProperties": fact,
    }


def text() -> str:
    """Return the schema as the committed file holds it."""
    return json.dumps(fact_file_schema(), indent=2) + "\n"


def _table(hints: Mapping[str, Any], required: Set[str]) -> dict[str, Any]:
    properties = {name: json_schema(hint) for name, hint in hints.items()}
    return {"type": "object", "properties": properties, "required": sorted(required), "additionalProperties": False}
