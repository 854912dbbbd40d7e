from datetime import date, datetime
from typing import Any, Literal

import jsonschema
import pytest

from steelyard.knowledge.shape import describe, faults, fits, json_schema

Colour = Literal["black", "white"]


@pytest.mark.parametrize(
    ("value", "hint", "expected"),
    [
        ("h", str, True),
        (3, str, False),
        (3, float, True),
        (3.5, float, True),
        ("3.5", float, False),
        (True, float, False),
        (float("inf"), float, False),
        (float("nan"), float, False),
        (3, int, True),
        (3.5, int, False),
        (True, int, False),
        (True, bool, True),
        (1, bool, False),
        (date(2026, 3, 1), date, True),
        (datetime(2026, 3, 1, 8), date, False),
        ("2026-03-01", date, False),
        ("black", Colour, True),
        ("red", Colour, False),
        (["a", "b"], tuple[str, ...], True),
        ([], tuple[str, ...], True),
        (["a", 3], tuple[str, ...], False),
        ("ab", tuple[str, ...], False),
        (3.5, float | None, True),
        (None, float | None, False),
        ("white", Colour | None, True),
    ],
)
def test_what_fits(value: object, hint: Any, expected: bool) -> None:
    assert fits(value, hint) is expected


@pytest.mark.parametrize("hint", [str, float, int, bool, Colour, Colour | None, tuple[str, ...], float | None])
def test_schema_agrees_with_what_fits(hint: Any) -> None:
    values: list[Any] = ["h", "black", 3, 3.5, True, [], ["a"], ["a", 3], {}]
    validator = jsonschema.Draft202012Validator(json_schema(hint))
    assert [validator.is_valid(value) for value in values] == [fits(value, hint) for value in values]


def test_faults_name_unknown_missing_and_misfitting_fields() -> None:
    hints = {"name": str, "n": int, "colour": Colour | None}
    found = list(faults({"n": "three", "nane": "x"}, hints, required=frozenset({"name"})))
    assert [field for field, _ in found] == ["nane", "name", "n"]
    assert "known are name, n, colour" in found[0][1]
    assert found[1][1] == "missing; expected text"
    assert found[2][1] == "expected a whole number, found 'three'"


def test_no_fault_in_a_table_that_fits() -> None:
    assert not list(faults({"name": "x", "n": 3}, {"name": str, "n": int}, required=frozenset({"name"})))


def test_types_in_words() -> None:
    assert describe(Colour | None) == "one of black, white"
    assert describe(tuple[str, ...]) == "a list, each text"
