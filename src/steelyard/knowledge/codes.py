"""Codes of public code systems that were read in a source, and what they mean in a journal. What has no source has no code."""

from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, get_type_hints

from steelyard.knowledge.files import folder, refuse
from steelyard.knowledge.model import Knowledge, Seen
from steelyard.knowledge.shape import Fault, faults
from steelyard.records.codes import LOINC, Code

FOLDER = "codes"
_MEANING: dict[str, Any] = get_type_hints(Code)
_HINTS: dict[str, Any] = _MEANING | {"citation": str, "place": str, "seen": Seen, "checked_on": date}
_REQUIRED = frozenset(_HINTS) - {"unit"}


def load_codes(knowledge: Knowledge, data: Traversable | None = None) -> tuple[Code, ...]:
    """Return the codes in `codes/NAME.toml` of the folder `data` (the shipped one by default), in the order of the files.

    Refuses with KnowledgeError an unknown or missing field, a source that is not held, and a LOINC code whose check digit is wrong.
    """
    codes = []
    for file, tables in folder(FOLDER, data):
        for name, table in tables.items():
            refuse(file, name, faults(table, _HINTS, _REQUIRED))
            refuse(file, name, _code_faults(table, knowledge))
            codes.append(Code(**{field: value for field, value in table.items() if field in _MEANING}))
    return tuple(codes)


def loinc_digit(number: str) -> int:
    """The check digit of a LOINC code, from the digits before its hyphen (Mod 10).

    Source: LOINC Users' Guide, https://loinc.org/kb/users-guide/calculating-mod-10-check-digits/, steps 1 to 8.
    """
    doubled = str(int(number[::-1][::2]) * 2)
    total = sum(map(int, doubled + number[::-1][1::2]))
    return -total % 10


def _code_faults(table: dict[str, Any], knowledge: Knowledge) -> Iterator[Fault]:
    if table["citation"] not in knowledge.references:
        yield "citation", f"{table['citation']!r} is not in references.json"
    if table["seen"] == "sec":
        yield "seen", "a code known second-hand only is not used"
    number, _, digit = table["code"].partition("-")
    if table["system"] == LOINC and not (number.isdecimal() and digit == str(loinc_digit(number))):
        yield "code", f"{table['code']} is no LOINC code: its check digit is wrong"
