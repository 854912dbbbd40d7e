"""Codes of public code systems, and what they mean in a journal."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from steelyard.records.units import convert_lab

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One code, under the name its owner gives it, and the scale, laboratory test, field or ingredient of a journal that it `means`.

    `unit` (UCUM) is the kind of quantity the code is for. A test's code without one is read, never written.
    """

    system: str
    code: str
    display: str
    kind: Literal["scale", "lab", "person", "ingredient"]
    means: str
    unit: str = ""


def code_for(codes: Iterable[Code], kind: str, means: str, unit: str = "") -> Code | None:
    """The code to write for something of a journal, the first that fits; `None` when none is held, or none for this kind of unit."""
    word = means.strip().casefold().replace(" ", "_")
    for code in codes:
        if code.kind == kind and code.means == word and (kind != "lab" or _fits(code, unit)):
            return code
    return None


def _fits(code: Code, unit: str) -> bool:
    return bool(code.unit) and convert_lab(1.0, unit, code.unit) is not None
