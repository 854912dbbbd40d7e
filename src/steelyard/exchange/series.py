"""What apps that track anything give: named values at times. A mapping says which name is a scale, a dose or a session.

A name that no mapping has is a rating where a scale of that name is known. Else it is kept as a note, of which the statistics make
nothing, or left out where the form is one of studies, which ask a hundred things at once. All of that is said.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from msgspec.structs import replace

from steelyard.exchange.csv_mapping import preamble
from steelyard.exchange.foreign import SKIPPED, Ids, LeftOut, Tally, Told
from steelyard.exchange.mapping import DoseColumn
from steelyard.records.model import Problem
from steelyard.records.problems import NAME_ASSUMED
from steelyard.records.validate import Cells, Row

_TAKEN = "taken as ratings on the scale of that name"
NO_MEANING = "no mapping says what this is"
KEPT = "kept as notes, of which the statistics make nothing"


class Seen(NamedTuple):
    """One value: where it stands, of what, when, how much, and what else tells it from every other.

    `when` may have no offset, or be a day alone, or a text that is no time. `value` is `None` where only the fact is told.
    """

    line: int
    name: str
    when: datetime | date | str
    value: float | str | None
    key: tuple[Any, ...] = ()
    note: str = ""


class Series:
    """Turns values into records, and remembers what it had to assume about their names."""

    def __init__(self, name: str, told: Told, keep: bool = True) -> None:
        spec = told.meaning
        self.tally = Tally()
        self._keep = keep
        self._told = told
        self._ids = Ids(name)
        self._clock = None if spec.clock is None else time.fromisoformat(spec.clock)
        self._scales = {scale.column: id for id, scale in spec.ratings().items()}
        self._doses = {dose.amount: dose for dose in spec.doses()}
        self._sessions = {session.minutes: session.therapy for session in spec.sessions()}
        self._contexts = set(spec.contexts())
        self._assumed: Counter[tuple[str, str]] = Counter()

    def preamble(self, clock_times: bool = False) -> Iterator[Row]:
        """What the mapping says about the journal as a whole; clock times need a zone even where the mapping has none."""
        zone = self._told.zone if clock_times else self._told.meaning.zone
        yield from preamble(replace(self._told.meaning, zone=zone))

    def rows(self, seen: Seen) -> Iterator[Row]:
        """The record of one value."""
        if not seen.name:
            yield Problem(seen.line, "", "entry.no_name", "the entry does not say of what it is", SKIPPED)
            return
        fields = self._fields(seen)
        if isinstance(fields, Problem):
            yield fields
        elif fields is not None:
            said = seen.when if isinstance(seen.when, str) else seen.when.isoformat()
            fields["id"] = self._ids.of(seen.name, said, seen.value, *seen.key)
            columns = dict.fromkeys(("time", "value", "amount", "minutes"), seen.name)
            yield seen.line, Cells({name: value for name, value in fields.items() if value is not None}, columns)

    def note(self, line: int, when: datetime | date | str, words: str) -> Iterator[Row]:
        """A note as it stands."""
        at = self._at(Seen(line, "", when, None))
        said = at if isinstance(at, str) else at.isoformat()
        fields = {"record": "context", "id": self._ids.of("", said, words), "time": at, "kind": "note", "value": words}
        yield line, Cells(fields)

    def told(self) -> Iterator[Problem | LeftOut]:
        """What was assumed, name by name, the most frequent first."""
        for (name, as_what), count in self._assumed.most_common():
            yield Problem(0, name, NAME_ASSUMED, "nothing says what this is", f"{as_what}; a mapping can say it", count)
        yield from self.tally.told()

    def _fields(self, seen: Seen) -> dict[str, Any] | Problem | None:
        if seen.name in self._doses:
            return self._dose(seen, self._doses[seen.name])
        if seen.value == 0 and (seen.name in self._sessions or seen.name in self._contexts):
            return None  # it did not take place
        if seen.name in self._contexts:
            return {"record": "context", "time": self._at(seen), "kind": seen.name, "value": seen.value}
        if seen.name in self._sessions:
            return {"record": "session", "time": self._at(seen), "therapy": self._sessions[seen.name], "minutes": seen.value}
        scale = self._scales.get(seen.name)
        if scale is None and isinstance(seen.value, int | float):
            scale = self._of_that_name(seen.name)
        if scale is not None:
            if seen.value is None:
                return None
            asked = self._told.meaning.asked
            return {"record": "rating", "time": self._at(seen), "scale": scale, "value": seen.value, "asked": asked}
        if not self._keep:
            self.tally.leave(seen.line, seen.name, NO_MEANING)
            return None
        self._assumed[seen.name, KEPT] += 1
        return {"record": "context", "time": self._at(seen), "kind": "note", "value": _as_note(seen)}

    def _of_that_name(self, name: str) -> str | None:
        scale = "_".join(name.casefold().replace("-", " ").split())
        if scale not in self._told.scales:
            return None
        self._assumed[name, _TAKEN] += 1
        return scale

    def _dose(self, seen: Seen, dose: DoseColumn) -> dict[str, Any]:
        at = self._at(seen)
        if dose.each == "day" and isinstance(at, date):
            zone = at.tzinfo if isinstance(at, datetime) else None
            at = datetime.combine(at, time.fromisoformat(dose.at), zone)
        return {
            "record": "dose",
            "time": at,
            "substance": dose.substance,
            "amount": seen.value,
            "unit": dose.unit,
            "time_sd_minutes": dose.time_sd_minutes,
            "note": seen.note or None,
        }

    def _at(self, seen: Seen) -> datetime | date | str:
        """When it was; a day alone gets the clock time of the mapping, where that has one."""
        if isinstance(seen.when, date) and not isinstance(seen.when, datetime):
            return seen.when.isoformat() if self._clock is None else datetime.combine(seen.when, self._clock)
        return seen.when


def _as_note(seen: Seen) -> str:
    said = (
        seen.name
        if seen.value is None
        else f"{seen.name}: {seen.value:g}"
        if isinstance(seen.value, float)
        else f"{seen.name}: {seen.value}"
    )
    return f"{said} ({seen.note})" if seen.note else said
