"""What a field may hold, read from the type hints of the model: one reading checks the files and describes them."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import isfinite
from types import NoneType
from typing import Any, Literal, get_args, get_origin

Fault = tuple[str, str]
"""The field at fault, and what was expected and found."""

_PLAIN: dict[type, tuple[str, dict[str, Any]]] = {
    str: ("text", {"type": "string"}),
    bool: ("true or false", {"type": "boolean"}),
    int: ("a whole number", {"type": "integer"}),
    float: ("a finite number", {"type": "number"}),
    date: ("a date such as 2026-03-01", {"type": "string", "format": "date"}),
}


def faults(table: Mapping[str, object], hints: Mapping[str, Any], required: frozenset[str]) -> Iterator[Fault]:
    """Yield every field of `table` that is unknown, missing or of the wrong type for `hints` (field name to type)."""
    for field in table:
        if field not in hints:
            yield field, f"unknown field; known are {', '.join(hints)}"
    for field, hint in hints.items():
        if field not in table:
            if field in required:
                yield field, f"missing; expected {describe(hint)}"
        elif not fits(table[field], hint):
            yield field, f"expected {describe(hint)}, found {table[field]!r}"


def fits(value: object, hint: Any) -> bool:
    """Tell whether a parsed TOML or JSON value may stand in a field of this type."""
    if type(hint) is not type:
        hint = _present(hint)
        if get_origin(hint) is Literal:
            return isinstance(value, str) and value in get_args(hint)
        if get_origin(hint) is tuple:
            return isinstance(value, list) and all(fits(item, get_args(hint)[0]) for item in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return type(value) is hint  # exact, so that true is no number and an instant is no date


def describe(hint: Any) -> str:
    """Return the type in words."""
    hint = _present(hint)
    if get_origin(hint) is Literal:
        return f"one of {', '.join(filter(None, get_args(hint)))}"
    if get_origin(hint) is tuple:
        return f"a list, each {describe(get_args(hint)[0])}"
    return _PLAIN[hint][0]


def json_schema(hint: Any) -> dict[str, Any]:
    """Return the type as a JSON Schema fragment."""
    hint = _present(hint)
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": json_schema(get_args(hint)[0])}
    return dict(_PLAIN[hint][1])


def _present(hint: Any) -> Any:
    """Drop None from a union: TOML has no null, an absent field is simply not written."""
    some = [arg for arg in get_args(hint) if arg is not NoneType]
    return some[0] if NoneType in get_args(hint) else hint
