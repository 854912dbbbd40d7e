"""The sleep analysis of Apple Health as nights: how many hours somebody slept, told when they woke.

An app or a watch writes a night in pieces: in bed, awake, asleep, and stages of sleep. Several may tell of the same night. Each night counts
once, as one of them tells it.

Source: Apple, "HKCategoryValueSleepAnalysis": detailed samples lie within the time in bed and do not overlap each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeGuard

from steelyard.exchange.foreign import Ids, LeftOut, Tally
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

KIND = "HKCategoryTypeIdentifierSleepAnalysis"
SCALE: Mapping[str, Any] = {
    "record": "scale",
    "id": "sleep_hours",
    "family": "bounded",
    "low": 0,
    "high": 24,
    "worse_is_up": False,
}
WHAT = "sleep"
_VALUE = "HKCategoryValueSleepAnalysis"
_STAGES = ("AsleepCore", "AsleepDeep", "AsleepREM")
_ASLEEP = ("Asleep", "AsleepUnspecified", *_STAGES)
_AWAKE = "Awake"
_APART = timedelta(hours=3)  # of nothing told: another sleep begins. A convention of this reader
_LONGEST = timedelta(days=1)
_NEARLY = 0.5  # of the longest sleep of a day: less is a nap, or a watch that was not worn all night

IN_BED = "time in bed, which does not say how long somebody slept"
NO_TIMES = "without a beginning and an end within a day of each other"
NO_SLEEP = "awake, with no sleep around it"
JOINED = "pieces of a night, which makes one entry"
SHORTER = "another sleep on a day that counts with one, or another source's word on it"


class Piece(NamedTuple):
    """A stretch of time asleep or awake; `stage` says whether it is a stage of sleep."""

    start: datetime
    end: datetime
    line: int
    asleep: bool
    stage: bool


@dataclass(frozen=True)
class Sleep:
    """Pieces of one source with no long gap between them; `woke` is the end of the last one asleep."""

    source: str
    pieces: tuple[Piece, ...]
    woke: datetime
    hours: float
    stages: bool

    @property
    def day(self) -> date:
        """The day a night belongs to: that of the morning it ended, by the clock there."""
        return self.woke.date()


class Nights:
    """Collects the pieces, which come in any order, and makes nights of them at the end."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[Piece]] = defaultdict(list)
        self._tally = Tally()
        self._joined: list[int] = []  # the lines of the pieces that a night was put together from, but for its first

    def add(self, line: int, held: Mapping[str, str]) -> None:
        """Take one record of the sleep analysis."""
        said = held.get("value", "").removeprefix(_VALUE)
        start, end = parse(held.get("startDate", "")), parse(held.get("endDate", ""))
        if said not in (*_ASLEEP, _AWAKE):
            self._tally.leave(line, WHAT, IN_BED)
        elif not (_aware(start) and _aware(end) and timedelta(0) < end - start <= _LONGEST):
            self._tally.leave(line, WHAT, NO_TIMES)
        else:
            self._pieces[held.get("sourceName", "")].append(Piece(start, end, line, said in _ASLEEP, said in _STAGES))

    def rows(self, ids: Ids) -> Iterator[Row | LeftOut]:
        """A rating of `sleep_hours` for each night, its scale before the first, and what was not made one."""
        days: dict[date, list[Sleep]] = defaultdict(list)
        known: dict[str, set[date]] = defaultdict(set)
        for source, pieces in self._pieces.items():
            for sleep in self._sleeps(source, pieces):
                days[sleep.day].append(sleep)
                known[source].add(sleep.day)
        if days:
            yield 0, Cells(SCALE)
        for day, sleeps in sorted(days.items()):
            night = _night(sleeps, known)
            fields = {"record": "rating", "time": night.woke.isoformat(), "scale": SCALE["id"], "value": round(night.hours, 2)}
            yield night.pieces[0].line, Cells({**fields, "id": ids.of(KIND, day.isoformat())})
            self._count(night, sleeps)
        if self._joined:
            yield LeftOut(len(self._joined), min(self._joined), WHAT, JOINED, "put together")
        yield from self._tally.told()

    def _sleeps(self, source: str, pieces: list[Piece]) -> Iterator[Sleep]:
        chain: list[Piece] = []
        reach = None
        for piece in sorted(pieces):
            if reach is not None and piece.start - reach > _APART:
                yield from self._sleep(source, chain)
                chain = []
            chain.append(piece)
            reach = piece.end if reach is None else max(reach, piece.end)
        yield from self._sleep(source, chain)

    def _sleep(self, source: str, chain: list[Piece]) -> Iterator[Sleep]:
        """The sleep of a chain of pieces: time asleep, less what is said to have been awake in it."""
        asleep = [piece for piece in chain if piece.asleep]
        hours = _covered(chain) - _covered(piece for piece in chain if not piece.asleep)
        if asleep and hours > 0:
            woke = max(asleep, key=lambda piece: piece.end).end
            yield Sleep(source, tuple(chain), woke, hours, any(piece.stage for piece in chain))
        else:
            self._tally.leave(chain[0].line, WHAT, NO_SLEEP, len(chain))

    def _count(self, night: Sleep, sleeps: list[Sleep]) -> None:
        """Account for every piece of a day: one stands for the night."""
        self._joined += [piece.line for piece in night.pieces[1:]]
        for sleep in sleeps:
            if sleep is not night:
                self._tally.leave(sleep.pieces[0].line, WHAT, SHORTER, len(sleep.pieces))


def _night(sleeps: list[Sleep], known: Mapping[str, set[date]]) -> Sleep:
    """The sleep that counts for a day: of the long ones that of a source which tells stages, else of that which knows most days."""
    longest = max(sleep.hours for sleep in sleeps)
    long = [sleep for sleep in sleeps if sleep.hours >= _NEARLY * longest]
    return max(long, key=lambda sleep: (sleep.stages, len(known[sleep.source]), sleep.hours, sleep.source))


def _covered(pieces: Iterable[Piece]) -> float:
    """Hours that lie in any of the pieces; overlaps count once. The pieces are in order of their beginnings."""
    total, reach = timedelta(0), None
    for piece in pieces:
        start = piece.start if reach is None else max(piece.start, reach)
        total += max(piece.end - start, timedelta(0))
        reach = piece.end if reach is None else max(reach, piece.end)
    return total / timedelta(hours=1)


def _aware(moment: object) -> TypeGuard[datetime]:
    return isinstance(moment, datetime) and moment.tzinfo is not None
