"""Rules of our own for the bundles that are written: what the two libraries of models let pass."""

import copy
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

LOINC, UCUM, UNII = "http://loinc.org", "http://unitsofmeasure.org", "http://fdasis.nlm.nih.gov"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
# Found valid by a UCUM library when the notes behind this project were gathered, or simple products of such.
UNITS = {
    *("g", "mg", "ug", "kg", "mL", "L", "[IU]", "min", "{score}", "%", "1", "fL", "pg", "mm/h", "mm[Hg]", "mL/min"),
    *(
        "U/L",
        "m[IU]/L",
        "u[IU]/mL",
        "ng/mL",
        "ug/L",
        "pg/mL",
        "ng/dL",
        "mg/dL",
        "g/dL",
        "g/L",
        "pmol/L",
        "nmol/L",
        "umol/L",
        "mmol/L",
    ),
    *("10*9/L", "10*12/L", "mL/min/{1.73_m2}"),
}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)


def both_libraries(whole: dict[str, Any]) -> None:
    """Raise what `fhirclient` (R4, strict) or `fhir.resources` (R4B) has against a bundle."""
    from fhir.resources.R4B.bundle import Bundle as R4B
    from fhirclient.models.bundle import Bundle as R4

    R4(copy.deepcopy(whole), strict=True)
    R4B.model_validate(copy.deepcopy(whole))


def faults(bundle: dict[str, Any]) -> list[str]:
    """What is wrong with a bundle, each as `rule: where`; empty when nothing is."""
    entries = bundle["entry"]
    names = {entry["fullUrl"] for entry in entries}
    twice = [name for name, count in Counter(entry["fullUrl"] for entry in entries).items() if count > 1]
    found = [f"twice: {name}" for name in twice]
    for entry in entries:
        resource = entry["resource"]
        if entry["fullUrl"] != f"urn:uuid:{resource['id']}":
            found.append(f"name: {entry['fullUrl']}")
        inside = {f"#{one['id']}" for one in resource.get("contained", ())}
        found += [f"{fault}: {resource['resourceType']} {resource['id']}" for fault in _resource(resource, names | inside)]
    return found


def _resource(resource: dict[str, Any], names: set[str]) -> Iterator[str]:
    for path, value in walk(resource):
        key = path[-1] if path else ""
        if isinstance(value, dict):
            yield from _object(value, names)
        elif isinstance(value, str):
            yield from _text(str(key), value, names)
        elif value in (None, [], ()):
            yield "empty"
    if resource["resourceType"] == "MedicationAdministration":
        dose = resource.get("dosage", {}).get("dose", {})
        if not ("value" in dose or "extension" in dose):
            yield "dose"
        if dose.get("value", 0) < 0:
            yield "range"
    coded = {
        coding.get("code") for coding in resource.get("code", {}).get("coding", ()) if isinstance(resource.get("code"), dict)
    }
    if "72514-3" in coded and not 0 <= resource["valueQuantity"]["value"] <= 10:
        yield "range"
    for prediction in resource.get("prediction", ()):
        if not 0 <= prediction.get("probabilityDecimal", 0) <= 100:
            yield "range"


def _object(value: dict[str, Any], names: set[str]) -> Iterator[str]:
    if not value:
        yield "empty"
    if "reference" in value and value["reference"] not in names:
        yield "reference"
    if "code" in value and isinstance(value["code"], str):
        yield from _code(value)
    if "start" in value and "end" in value and datetime.fromisoformat(value["end"]) < datetime.fromisoformat(value["start"]):
        yield "period"
    if "low" in value and "high" in value and value["low"]["value"] > value["high"]["value"]:
        yield "limits"


def _code(value: dict[str, Any]) -> Iterator[str]:
    match value.get("system"):
        case "http://loinc.org":
            if not loinc_holds(value["code"]):
                yield "loinc"
        case "http://unitsofmeasure.org":
            if value["code"] not in UNITS:
                yield "ucum"
        case "http://fdasis.nlm.nih.gov":
            if value["code"] not in ("EP479K822J", "2T3TWA75R0"):
                yield "unii"
        case "http://terminology.hl7.org/CodeSystem/observation-category":
            if value["code"] not in ("survey", "laboratory", "vital-signs"):
                yield "category"
        case _:
            yield "system"


def _text(key: str, value: str, names: set[str]) -> Iterator[str]:
    if not value or any(ord(letter) < 32 and letter not in "\t\r\n" for letter in value):
        yield "text"
    if key in ("effectiveDateTime", "authored", "start", "end") and not INSTANT.fullmatch(value):
        yield "time"
    if key == "birthDate" and not YEAR.fullmatch(value):
        yield "time"
    if key == "questionnaire" and value not in names:
        yield "reference"


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value in a resource with the way to it."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))


def loinc_holds(code: str) -> bool:
    """Mod 10, as in a credit card: from the right every other digit is doubled, the digits of all that are added to a ten."""
    number, _, digit = code.partition("-")
    if not (number.isdecimal() and digit.isdecimal()):
        return False
    odd, even = number[::-1][::2], number[::-1][1::2]
    total = sum(int(one) for one in str(2 * int(odd))) + sum(int(one) for one in even)
    return (total + int(digit)) % 10 == 0
