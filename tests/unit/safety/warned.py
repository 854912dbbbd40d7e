"""Small journals for the tests of warnings, and what is warned of in them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from steelyard.knowledge.hazards import Hazards, load_hazards
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Answers, Context, Dose, Journal, Lab, Medicine, Person, Product, Record, SideEffect
from steelyard.safety.check import check
from steelyard.safety.model import Alert

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEAF = Product(id="leaf", substance="kratom", kind="leaf_powder")
EXTRACT = Product(id="extract", substance="kratom", kind="extract")


@cache
def knowledge() -> Knowledge:
    return load()


@cache
def hazards() -> Hazards:
    return load_hazards()


def ago(days: float = 0.0, hours: float = 0.0) -> datetime:
    """An instant that long before the present of these tests."""
    return NOW - timedelta(days=days, hours=hours)


def dose(substance: str = "kratom", days: float = 0.0, hours: float = 0.0, amount: float | None = 2.0, **fields: Any) -> Dose:
    unit = None if amount is None else "g"
    return Dose(**{"time": ago(days, hours), "substance": substance, "amount": amount, "unit": unit, **fields})


def daily(first: int, last: int, substance: str = "kratom", amount: float | None = 2.0, **fields: Any) -> list[Dose]:
    """One dose a day, from `first` days ago down to `last` days ago."""
    return [dose(substance, days, amount=amount, **fields) for days in range(first, last - 1, -1)]


def effect(name: str, days: float = 1.0, severity: float | None = 2.0, until: datetime | None = None) -> SideEffect:
    return SideEffect(time=ago(days), effect=name, severity=severity, until=until)


def lab(
    test: str, value: float, high: float | None = None, low: float | None = None, days: float = 1.0, unit: str = "U/L"
) -> Lab:
    return Lab(time=ago(days), test=test, value=value, unit=unit, low=low, high=high)


def medicine(name: str, from_: datetime | None = None, to: datetime | None = None) -> Medicine:
    return Medicine(name=name, from_=from_, to=to)


def happened(kind: str, value: str | None = None, days: float = 1.0) -> Context:
    return Context(time=ago(days), kind=kind, value=value)


def phq9(last: float | None, days: float = 1.0, instrument: str = "phq9") -> Answers:
    return Answers(time=ago(days), instrument=instrument, items=(0, 0, 0, 0, 0, 0, 0, 0, last))


def person(**fields: Any) -> Person:
    return Person(**fields)


def warned(*records: Record | Iterable[Record], now: datetime = NOW) -> dict[str, Alert]:
    """The warnings of a journal with these records, by id."""
    flat = [each for entry in records for each in ([entry] if isinstance(entry, Record) else entry)]
    return {alert.id: alert for alert in check(Journal(None, tuple(flat)), knowledge(), now, hazards())}


def ids(*records: Record | Iterable[Record], but: str = "labs.") -> set[str]:
    """The ids of the warnings, without the notes on tests worth asking for that every use of kratom brings."""
    return {key for key in warned(*records) if not key.startswith(but)}
