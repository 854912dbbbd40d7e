"""What reports by many people say to one question: the signals JSON, format 1."""

from typing import Literal

import msgspec

from .model import Reference

Status = Literal["more", "cannot_tell", "fewer", "no_report", "not_looked_for", "not_named", "published"]
"""Reported more often than expected; cannot be told apart from chance; less often; looked for and no report of both; no report of the
event at all; no report of the substance; a published figure without counts."""


class Interval(msgspec.Struct, frozen=True):
    """A measure with its interval (95 %, of EBGM 90 %), or without one where it was published without; `unit` is `ratio` or `log2`."""

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    method: str


class Counted(msgspec.Struct, frozen=True):
    """Reports with both, with the substance, with the event, all, and how many with both chance would give."""

    both: int
    substance: int
    event: int
    all: int
    expected: float


class AmongAll(msgspec.Struct, frozen=True):
    """The likelihood ratio test: the natural log of the ratio, and how often chance alone makes any event of this source reach it."""

    log_ratio: float
    chance: float
    events: int


class Asked(msgspec.Struct, frozen=True):
    """The question put in one way: counts, and the information component (log2 of observed over expected) with its 95 % interval."""

    way: str
    both: int
    expected: float
    value: float
    low: float
    high: float


class InYear(msgspec.Struct, frozen=True):
    """Reports of one year, and the information component of all reports up to its end."""

    year: int
    both: int
    expected: float
    value: float
    low: float
    high: float


class Signal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one source says: `said` in sentences, and what they rest on. `source` is FAERS, CAERS or the name of a table."""

    id: str
    source: str
    period: str
    event: str
    status: Status
    said: tuple[str, ...]
    counts: Counted | None = None
    measures: tuple[Interval, ...] = ()
    among_all: AmongAll | None = None
    ways: tuple[Asked, ...] = ()
    years: tuple[InYear, ...] = ()
    citations: tuple[str, ...] = ()


class SignalsReport(msgspec.Struct, frozen=True):
    """The signals JSON, format 1; `event` is empty when all events were asked for. `limits` stands on every answer."""

    format: int
    steelyard: str
    knowledge: str
    substance: str
    event: str
    terms: tuple[str, ...]
    question: str
    signals: tuple[Signal, ...]
    notes: tuple[str, ...]
    limits: tuple[str, ...]
    references: tuple[Reference, ...]
