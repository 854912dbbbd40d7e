"""What every reader of a foreign format is told, and what it gives. One file each; `actions/formats.py` lists them.

Such a file is a module with

- `NAME`: what `--from` calls it;
- `LAYOUT`: where the layout was taken from, as long as no real export was tried; empty after that;
- `looks_like(head, name)`: whether a file is of this form, from its first 64 kB (of a zip: a list of the names in it) and its file name;
- `read(stream, told)`: rows as `records.validate` takes them (line 0: no entry of the file), problems (line 0: about the whole file) and, at
  the end, `LeftOut`.

What is taken of a source but not read as a record costs itself only. Nothing is raised for bad input, nothing is unpacked to disk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from steelyard.exchange import mapping
from steelyard.records.codes import Code
from steelyard.records.model import Problem, Scale
from steelyard.records.problems import LEFT_OUT
from steelyard.records.time import zone
from steelyard.records.validate import Cells, Row

SKIPPED = "skipped this entry"
OTHER_PERSON = "entries of this person; whose are wanted was not said, or it was said otherwise"
MOST_PEOPLE = 50
_UTC = "UTC"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """What only the person, or the program around, can say about a foreign file.

    `meaning` tells what its columns or trackers mean, the zone of times without one, and whose entries are wanted; `scales` are
    those that a rating can be on without being defined, `codes` the codes of public code systems that are known.
    """

    meaning: mapping.Mapping = field(default_factory=mapping.Mapping)
    scales: Mapping[str, Scale] = field(default_factory=lambda: MappingProxyType({}))
    codes: tuple[Code, ...] = ()

    @property
    def zone(self) -> str:
        """The IANA zone of times that carry none."""
        return self.meaning.zone or _UTC


@dataclass(frozen=True)
class LeftOut:
    """Entries that were read and make no record of their own, all for one reason; `line` is where the first stands (1 or more)."""

    count: int
    line: int
    what: str
    why: str
    done: str = "left out"

    def problem(self) -> Problem:
        """The same as a problem; it stands for one read entry, the other `count - 1` have to be counted beside it."""
        return Problem(self.line, self.what, LEFT_OUT, self.why, self.done, self.count)


class Tally:
    """Counts what is left out, by what it is and why."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, int]] = {}

    def leave(self, line: int, what: str, why: str, count: int = 1) -> None:
        """Count entries: `what` they are (a kind, a column), and `why` they are of no use here."""
        first, before = self._found.get((what, why), (line, 0))
        self._found[what, why] = (first, before + count)

    def told(self) -> Iterator[LeftOut]:
        """What was counted, in the order in which it was met."""
        for (what, why), (line, count) in self._found.items():
            yield LeftOut(count, line, what, why)


class Ids:
    """Ids made of what a source says about an entry, always the same for the same entry, so that nothing comes in twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: Counter[str] = Counter()

    def of(self, *parts: Any) -> str:
        """The id of an entry by its source's own id, or by all that it says; entries that say the same are numbered."""
        said = msgspec.json.encode(parts, enc_hook=str)
        digest = blake2b(said, digest_size=8).hexdigest()
        self._made[digest] += 1
        again = self._made[digest]
        return f"{self._name}-{digest}" if again == 1 else f"{self._name}-{digest}-{again}"


def whose(found: Iterable[str], told: Told) -> str | list[Problem | LeftOut]:
    """The one person whose entries are wanted, by the name the file gives for each entry: the one told, or the only one there is.

    A file of several people is refused as long as nobody says which of them it is; the refusal names them.
    """
    names = Counter(found)
    wanted = told.meaning.person
    if wanted is not None and wanted in names:
        return wanted
    if wanted is None and len(names) == 1:
        return next(iter(names))
    message = f"the file holds entries of {len(names):,} people" if names else "the file holds no entries"
    refusal = Problem(0, "", "person.which", message, "read nothing; `steelyard import --person` says whose are wanted")
    return [refusal, *(LeftOut(count, 1, name, OTHER_PERSON) for name, count in names.most_common(MOST_PEOPLE))]


def header(told: Told) -> Row:
    """The journal record that gives clock times without an offset their zone; that it was assumed is said where one is met."""
    return 0, Cells({"record": "journal", "format": 1, "zone": told.zone})


def from_epoch(ticks: float, told: Told, each_second: int = 1) -> datetime | None:
    """Ticks since 1970 as an instant, with the offset it had in the zone that was told; `None` outside the years 1 to 9999.

    `each_second` is how many of them make a second: 1000 where they are milliseconds.
    """
    try:
        moment = _EPOCH + timedelta(seconds=ticks / each_second)
        return datetime.fromisoformat(moment.astimezone(zone(told.zone) or ZoneInfo(_UTC)).isoformat())
    except (OverflowError, ValueError):
        return None


def zone_assumed(told: Told) -> Problem:
    """Said by readers of formats whose times are instants without a zone."""
    message = "times in this file are instants without a time zone"
    said = "" if told.meaning.zone else "; `steelyard import --zone` names another"
    return Problem(0, "", "time.zone_assumed", message, f"assumed {told.zone}{said}")
