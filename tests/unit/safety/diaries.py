"""Invented journals for the tests of dependence, causes and instruments beside this file; no real person."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from steelyard.knowledge.causes import Complaint, load_complaints
from steelyard.knowledge.instruments import Block, load_instruments
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import Medicines, load_medicines
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal
from steelyard.records.validate import validate

Line = dict[str, Any]
MONDAY = datetime.fromisoformat("2026-01-05T00:00:00-06:00")


@cache
def knowledge() -> Knowledge:
    return load()


@cache
def instruments() -> dict[str, tuple[Block, ...]]:
    return load_instruments(knowledge())


@cache
def complaints() -> dict[str, Complaint]:
    return load_complaints(knowledge())


@cache
def names() -> Medicines:
    return load_medicines()


def moment(day: float, hour: float = 0.0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def journal(*lines: Line) -> Journal:
    rows = ((number, json.dumps(line).encode()) for number, line in enumerate(lines, 1))
    made, problems = validate(rows, knowledge().scales, None)
    assert problems == []
    return made


def dose(day: float, hour: float = 8.0, amount: float | None = 2.0, unit: str | None = "g", **more: Any) -> Line:
    fields = {"substance": "kratom", "amount": amount, "unit": unit, **more}
    return {"record": "dose", "time": moment(day, hour).isoformat(), **fields}


def rating(day: float, hour: float, value: float, scale: str = "pain") -> Line:
    return {"record": "rating", "time": moment(day, hour).isoformat(), "scale": scale, "value": value}


def side_effect(day: float, hour: float, effect: str, severity: float | None = 2) -> Line:
    return {"record": "side_effect", "time": moment(day, hour).isoformat(), "effect": effect, "severity": severity}


def context(day: float, kind: str, hour: float = 12.0) -> Line:
    return {"record": "context", "time": moment(day, hour).isoformat(), "kind": kind}


def lab(day: float, test: str, value: float, unit: str, **limits: float) -> Line:
    return {"record": "lab", "time": moment(day, 9).isoformat(), "test": test, "value": value, "unit": unit, **limits}


def medicine(name: str, begun: float | None = None, ended: float | None = None) -> Line:
    times = {"from": begun, "to": ended}
    return {"record": "medicine", "name": name, **{key: moment(day).isoformat() for key, day in times.items() if day is not None}}


def answers(day: float, instrument: str, items: Iterable[float | None]) -> Line:
    return {"record": "answers", "time": moment(day, 10).isoformat(), "instrument": instrument, "items": list(items)}


def product(id_: str, kind: str | None = None, **more: Any) -> Line:
    return {"record": "product", "id": id_, "substance": "kratom", **({"kind": kind} if kind else {}), **more}
