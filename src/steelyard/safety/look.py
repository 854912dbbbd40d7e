"""What every sign is read from, and what a sign is."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from steelyard.knowledge.instruments import Block
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Rating, Scale
from steelyard.safety.daily import Log, Week

Sure = Literal["moderate", "low", "very low", ""]


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One thing looked for. `seen` is None where the journal cannot tell; `what` gives the figures, `missing` what would help.

    `value`, `low` and `high` are an estimate and its 95 % interval in `unit`, where there is one. `sure` is about what was seen.
    """

    name: str
    title: str
    seen: bool | None
    what: str
    sure: Sure = ""
    missing: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A journal up to `now`: the dose log, its weeks, and the scale of what the substance is taken for."""

    journal: Journal
    log: Log
    weeks: tuple[Week, ...]
    scale: Scale
    knowledge: Knowledge
    instruments: Mapping[str, tuple[Block, ...]]
    now: datetime

    def figure(self, name: str, end: Literal["value", "low", "high"] = "value") -> float:
        """Return one end of a convention of topic `dependence`."""
        found: float | None = getattr(self.knowledge.fact("dependence", name), end)
        assert found is not None, f"dependence.{name} needs {end}"
        return found

    def ratings(self, scale: str) -> list[Rating]:
        """Return the ratings on one scale up to now, in order of time."""
        return [rating for rating in self.journal.of(Rating) if rating.scale == scale and rating.time <= self.now]

    def hours_since(self, time: datetime) -> float | None:
        """Return the hours from the last dose before `time`, or None where there was none."""
        place = bisect_left(self.log.doses, time, key=lambda dose: dose.time)
        return (time - self.log.doses[place - 1].time) / timedelta(hours=1) if place else None

    def within(self, window: str, hours: float | None) -> bool:
        """Tell whether so many hours after a dose lie in a window such as `worn_off`."""
        return hours is not None and self.figure(window, "low") <= hours <= self.figure(window, "high")


def clock(time: datetime) -> float:
    """Return the hour of the day, 0 to 24, by the clock a time was written with."""
    return time.hour + time.minute / 60
