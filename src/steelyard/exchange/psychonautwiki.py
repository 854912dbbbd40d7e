"""The journal of PsychonautWiki (its JSON export): every ingestion becomes a dose.

Source: isaakhanimann/psychonautwiki-journal-android, ui/tabs/settings/JournalExport.kt and IngestionWithCompanionAndCustomUnit.kt.
"""

from collections.abc import Iterator, Mapping
from math import hypot
from typing import Any, BinaryIO

from steelyard.exchange import document
from steelyard.exchange.document import numeral, objects, text
from steelyard.exchange.foreign import OTHER_PERSON, SKIPPED, Ids, LeftOut, Tally, Told, from_epoch, zone_assumed
from steelyard.records.model import Problem
from steelyard.records.validate import Cells, Row

NAME = "psychonautwiki"
LAYOUT = "the app's source code"
_MS = 1000  # in a second
_EMPTY = "EMPTY"
_DROPPED = {
    "ratings": "how strong an experience was, which is no outcome here",
    "location": "where it was",
    "title": "the title of an experience",
}


def looks_like(head: bytes, name: str) -> bool:
    """By the words of an ingestion, or of an empty export."""
    return b'"experiences"' in head and (b'"ingestions"' in head or b'"substanceCompanions"' in head)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Doses and notes of one person: by default those that name no consumer, else those of the person told.

    A dose without an amount was taken, amount unknown. Amounts in a person's own units are counted out where the file says what one holds.
    """
    held = document.read(stream)
    if isinstance(held, document.Unreadable):
        yield held.problem
        return
    if not isinstance(held, dict) or not isinstance(held.get("experiences"), list):
        yield Problem(0, "experiences", "file.layout", "expected a journal with a list of experiences", "read nothing")
        return
    yield zone_assumed(told)
    yield from _Journal(held, told).rows()


class _Journal:
    def __init__(self, held: Mapping[str, Any], told: Told) -> None:
        self._held = held
        self._told = told
        self._ids = Ids(NAME)
        self._tally = Tally()
        self._place = 0
        self._units: dict[Any, dict[str, Any]] = {}

    def rows(self) -> Iterator[Row | LeftOut]:
        for unit in objects(self._held.get("customUnits"), "customUnits"):
            if not isinstance(unit, Problem) and isinstance(unit[1].get("id"), int):
                self._units[unit[1]["id"]] = unit[1]
        for found in objects(self._held["experiences"], "experiences"):
            if isinstance(found, Problem):
                yield found
            else:
                yield from self._experience(found[1])
        yield from self._tally.told()

    def _experience(self, held: dict[str, Any]) -> Iterator[Row]:
        for what, why in _DROPPED.items():
            if held.get(what):
                self._tally.leave(self._place + 1, what, why, len(held[what]) if isinstance(held[what], list) else 1)
        for each, make in (("ingestions", self._ingestion), ("timedNotes", self._timed_note)):
            for found in objects(held.get(each), each):
                self._place += 1
                row = found if isinstance(found, Problem) else make(found[1])
                if row is not None:
                    yield row
        if text(held.get("text")):
            self._place += 1
            when = held.get("sortDate") or held.get("creationDate")
            yield self._note({"time": when, "note": held["text"]})

    def _ingestion(self, held: dict[str, Any]) -> Row | None:
        consumer = text(held.get("consumerName"))
        if consumer.casefold() != (self._told.meaning.person or "").casefold():
            self._tally.leave(self._place, consumer, OTHER_PERSON)
            return None
        amount, sd, unit = self._amount(held)
        fullness = text(held.get("stomachFullness")).upper()
        fields = {
            "record": "dose",
            "id": self._ids.of(held.get("substanceName"), held.get("time"), held.get("creationDate")),
            "time": self._instant(held.get("time")),
            "substance": text(held.get("substanceName")),
            "amount": amount,
            "amount_sd": sd,
            "unit": unit,
            "route": text(held.get("administrationRoute")).lower() or None,
            "with_food": fullness != _EMPTY if fullness else None,
            "note": text(held.get("notes")) or None,
            "taken_until": held.get("endTime") and self._instant(held["endTime"]),
        }
        return self._place, Cells({name: value for name, value in fields.items() if value is not None})

    def _amount(self, held: dict[str, Any]) -> tuple[float | None, float | None, str | None]:
        """Amount, its uncertainty and unit; in the original unit where a unit of the person's own was used."""
        dose, sd = numeral(held.get("dose")), numeral(held.get("estimatedDoseStandardDeviation"))
        own = self._units.get(held.get("customUnitId")) if isinstance(held.get("customUnitId"), int) else None
        if own is None or dose is None:
            return dose, sd, text(held.get("units")) or None
        each, each_sd = numeral(own.get("dose")), numeral(own.get("estimatedDoseStandardDeviation"))
        if each is None:
            return None, None, text(own.get("originalUnit")) or None
        # The spread of a product of two uncertain numbers, which are taken to be independent.
        spread = hypot(each * (sd or 0), dose * (each_sd or 0), (sd or 0) * (each_sd or 0))
        return dose * each, spread or None, text(own.get("originalUnit")) or None

    def _timed_note(self, held: dict[str, Any]) -> Row:
        return self._note({"time": held.get("time"), "note": held.get("note")})

    def _note(self, held: dict[str, Any]) -> Row:
        if not text(held["note"]):
            return Problem(self._place, "note", "entry.empty", "the note is empty", SKIPPED)
        fields = {
            "record": "context",
            "id": self._ids.of("note", held["note"], held["time"]),
            "time": self._instant(held["time"]),
        }
        return self._place, Cells({**fields, "kind": "note", "value": text(held["note"])})

    def _instant(self, held: Any) -> Any:
        ms = numeral(held)
        return held if ms is None else from_epoch(ms, self._told, _MS) or held
