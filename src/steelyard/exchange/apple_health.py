"""Apple Health: `export.xml`, or the zip with it, as a stream: symptoms, workouts, mindful minutes and some of what was taken.

Source: dogsheep/healthkit-to-sqlite, its sample export (layout); Apple, "HKCategoryValueSeverity", "HKCategoryValuePresence".
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from steelyard.exchange.apple_records import ClinicalRecords
from steelyard.exchange.apple_sleep import KIND as SLEEP
from steelyard.exchange.apple_sleep import Nights
from steelyard.exchange.archive import MAGIC, Archive, unpack
from steelyard.exchange.foreign import Ids, LeftOut, Told
from steelyard.exchange.table import number
from steelyard.exchange.xml_stream import Element, elements
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

NAME = "apple-health"
LAYOUT = ""
_ROOT = "HealthData"
_KNOWN = ("Record", "Workout", "Correlation", "ActivitySummary", "ClinicalRecord", "Audiogram", "VisionPrescription")
_SILENT = ("ExportDate", "Me")  # when it was made, and whose it is: the journal asks for that itself
_MEMBER = re.compile(r"(^|/)(export\.xml|apple_health_export/[^/]+\.xml)$")
_CDA = "_cda.xml"
_NOT_READ = "nothing here reads this kind"
_NO_FLOW = "no bleeding that day"
_SEVERITY = "HKCategoryValueSeverity"
_PRESENCE = "HKCategoryValuePresence"
_HOW_BAD = {"NotPresent": 0, "Mild": 1, "Moderate": 2, "Severe": 3}
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IDENTIFIER = re.compile(r"^HK(Quantity|Category|Correlation|Clinical|Data)Type(Identifier)?(?=[A-Z])")
_MOLAR = re.compile(r"<[^>]*>")
_MINUTES = {"min": 1.0, "s": 1 / 60, "hr": 60.0}
_WALKING = "HKWorkoutActivityTypeWalking"


def looks_like(head: bytes, name: str) -> bool:
    """By its root, or by the names in the zip."""
    if head.startswith(MAGIC):
        return any(_MEMBER.search(one.decode(errors="replace")) for one in head.splitlines())
    return b"<HealthData" in head or b"<!DOCTYPE HealthData" in head


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Records of the kinds that a journal has a place for; all others are counted by kind.

    Symptoms come as side effects, which here says that something unwanted was noticed, and nothing about its cause.
    """
    start = stream.read(4)
    stream.seek(0)
    if not start.startswith(MAGIC):
        yield from _Health(told).rows(stream)
        return
    archive = unpack(stream)
    if isinstance(archive, Problem):
        yield archive
        return
    name = next((one for one in archive.names if _MEMBER.search(one) and not one.endswith(_CDA)), "")
    member = archive.open(name)
    if isinstance(member, Problem):
        yield member
        return
    yield from _Health(told, archive, name[: name.rfind("/") + 1]).rows(member)
    yield from member.problems()


class _Health:
    """One pass over the elements; `archive` and `folder` say where files beside the export lie."""

    def __init__(self, told: Told, archive: Archive | None = None, folder: str = "") -> None:
        self._told, self._archive, self._folder = told, archive, folder
        self._ids = Ids(NAME)
        self._nights = Nights()
        self._records = ClinicalRecords()
        self._left: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], int] = {}

    def rows(self, stream: Any) -> Iterator[Row | LeftOut]:
        for found in elements(stream, _ROOT, _KNOWN):
            if isinstance(found, Problem):
                yield found
            elif found.depth == 1 and found.name not in _SILENT:
                row = self._row(found)
                if row is not None:
                    yield row
        yield from self._nights.rows(self._ids)
        yield from self._records.rows(self._archive, self._folder, self._told)
        for (what, why), count in sorted(self._left.items(), key=lambda item: -item[1]):
            yield LeftOut(count, self._first[what, why], what, why)

    def _row(self, element: Element) -> Row | None:
        held = element.attributes
        kind = held.get("type", element.name) if element.name == "Record" else element.name
        if kind == SLEEP:
            self._nights.add(element.line, held)
            return None
        if kind == "ClinicalRecord":
            self._records.add(element.line, held)
            return None
        fields = _fields(kind, held)
        if isinstance(fields, str):
            left = _named(kind), fields
            self._left[left] += 1
            self._first.setdefault(left, element.line)
            return None
        fields["id"] = self._ids.of(
            kind, *(held.get(name) for name in ("sourceName", "startDate", "endDate", "value", "duration"))
        )
        return element.line, Cells({name: value for name, value in fields.items() if value is not None}, {"time": "startDate"})


def _fields(kind: str, held: dict[str, str]) -> dict[str, Any] | str:
    """The record that an element makes, or why it makes none."""
    make = _READ.get(kind)
    if make is not None:
        return make(held)
    if kind.startswith("HKCategoryTypeIdentifier"):
        value = held.get("value", "")
        if value.startswith((_SEVERITY, _PRESENCE)):
            return _symptom(kind, value, held)
    return _NOT_READ


def _named(kind: str) -> str:
    """A kind as it is said: `step count` for `HKQuantityTypeIdentifierStepCount`."""
    return _WORDS.sub(" ", _IDENTIFIER.sub("", kind)).lower()


def _symptom(kind: str, value: str, held: dict[str, str]) -> dict[str, Any]:
    said = value.removeprefix(_SEVERITY).removeprefix(_PRESENCE)
    start, end = held.get("startDate", ""), held.get("endDate", "")
    return {
        "record": "side_effect",
        "time": start,
        "effect": _named(kind),
        "severity": _HOW_BAD.get(said),
        "until": end if end != start else None,
    }


def _mindful(held: dict[str, str]) -> dict[str, Any]:
    return {"record": "session", "time": held.get("startDate", ""), "therapy": "mindfulness", "minutes": _between(held)}


def _workout(held: dict[str, str]) -> dict[str, Any]:
    duration, unit = number(held.get("duration", "")), held.get("durationUnit", "")
    minutes = duration * _MINUTES[unit] if isinstance(duration, float) and unit in _MINUTES else _between(held)
    therapy = "walking" if held.get("workoutActivityType") == _WALKING else "exercise"
    return {"record": "session", "time": held.get("startDate", ""), "therapy": therapy, "minutes": minutes}


def _between(held: dict[str, str]) -> float | None:
    start, end = parse(held.get("startDate", "")), parse(held.get("endDate", ""))
    if not (isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo and end.tzinfo):
        return None
    return (end - start).total_seconds() / 60


def _bleeding(held: dict[str, str]) -> dict[str, Any] | str:
    said = held.get("value", "").removeprefix("HKCategoryValueMenstrualFlow").removeprefix("HKCategoryValueVaginalBleeding")
    if said == "None":
        return _NO_FLOW
    return {"record": "context", "time": held.get("startDate", ""), "kind": "menses", "value": said.lower() or None}


def _drinks(held: dict[str, str]) -> dict[str, Any]:
    return {"record": "context", "time": held.get("startDate", ""), "kind": "alcohol", "value": number(held.get("value", ""))}


def _taken(substance: str) -> Callable[[dict[str, str]], dict[str, Any]]:
    def make(held: dict[str, str]) -> dict[str, Any]:
        amount = number(held.get("value", ""))
        return {
            "record": "dose",
            "time": held.get("startDate", ""),
            "substance": substance,
            "amount": amount,
            "unit": held.get("unit"),
        }

    return make


def _glucose(held: dict[str, str]) -> dict[str, Any]:
    unit = _MOLAR.sub("", held.get("unit", ""))
    return {
        "record": "lab",
        "time": held.get("startDate", ""),
        "test": "glucose",
        "value": number(held.get("value", "")),
        "unit": unit,
    }


_READ: dict[str, Callable[[dict[str, str]], dict[str, Any] | str]] = {
    "Workout": _workout,
    "HKCategoryTypeIdentifierMindfulSession": _mindful,
    "HKCategoryTypeIdentifierMenstrualFlow": _bleeding,
    "HKQuantityTypeIdentifierNumberOfAlcoholicBeverages": _drinks,
    "HKQuantityTypeIdentifierDietaryCaffeine": _taken("caffeine"),
    "HKQuantityTypeIdentifierInsulinDelivery": _taken("insulin"),
    "HKQuantityTypeIdentifierBloodGlucose": _glucose,
}
