"""Journals for the tests beside this file, written as a person would write them: one JSON object a line."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from steelyard.findings.assemble import assemble
from steelyard.findings.invented import Plan, simulate
from steelyard.findings.model import Finding, Weighing
from steelyard.knowledge.load import load
from steelyard.knowledge.model import EffectPrior, Knowledge
from steelyard.records.model import Journal, JournalHeader, Problem, Record
from steelyard.records.validate import validate

Line = dict[str, Any]
MIDNIGHT = datetime.fromisoformat("2026-01-05T00:00:00-06:00")
PRIOR = EffectPrior(
    substance="leaf",
    kind="convention",
    median_h=4.0,
    low_h=1.5,
    high_h=12.0,
    absorption_h=0.5,
    reference_amount=None,
    reference_unit="",
    citations=(),
)


@cache
def knowledge() -> Knowledge:
    return load()


def read(*lines: Line) -> tuple[Journal, list[Problem]]:
    rows = ((number, json.dumps(line).encode()) for number, line in enumerate(lines, 1))
    return validate(rows, knowledge().scales, None)


def journal(*lines: Line) -> Journal:
    return read(*lines)[0]


def at(hours: float) -> str:
    """Hours after the first midnight, as the person writes them."""
    return (MIDNIGHT + timedelta(hours=hours)).isoformat()


def rating(hours: float, value: float, scale: str = "pain", **more: Any) -> Line:
    return {"record": "rating", "time": at(hours), "scale": scale, "value": value, **more}


def dose(hours: float, amount: float | None = 3.0, unit: str | None = "g", substance: str = "kratom", **more: Any) -> Line:
    return {"record": "dose", "time": at(hours), "substance": substance, "amount": amount, "unit": unit, **more}


def ratings(hours: Iterable[float], scale: str = "pain", seed: int = 1) -> list[Line]:
    """Ratings of 3 to 7 by chance at these hours."""
    rng = np.random.default_rng(seed)
    return [rating(hour, round(float(rng.uniform(3, 7)), 1), scale) for hour in hours]


def weighed(*lines: Line, **asked: Any) -> Weighing:
    found, problems = read(*lines)
    return assemble(found, problems, knowledge(), sha256="", **asked)


def findings(*lines: Line, **asked: Any) -> tuple[Finding, ...]:
    """What the person's own data say; the level of studies has tests of its own."""
    return own(weighed(*lines, **asked))


def own(weighing: Weighing) -> tuple[Finding, ...]:
    return tuple(finding for finding in weighing.report.findings if finding.level == "person")


def invented(**plan: Any) -> Journal:
    """An invented diary; by default 50 days of a strong effect on pain, with doses taken by chance and room on the scale."""
    usual = Plan(days=50, driver="random", effect=-1.8, baseline=6.5, therapy_effect=0.0, seed=4)
    records, _ = simulate(replace(usual, **plan), MIDNIGHT, "America/Chicago")
    return as_journal(records)


def as_journal(records: Iterable[Record]) -> Journal:
    kept = [record for record in records if not isinstance(record, JournalHeader)]
    return Journal(None, tuple(kept), read=len(kept), used=len(kept))
