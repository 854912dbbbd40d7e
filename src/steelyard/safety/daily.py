"""The dose log of one substance by day and by week, as the person wrote it down."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean

from steelyard.records.model import Answers, Context, Dose, Entry, Journal, Photo, Product, Rating, Session, SideEffect, instant
from steelyard.records.units import amount_unit, grams

# Kinds that show the journal was kept on that day.
KEPT: tuple[type[Entry], ...] = (Dose, Rating, Answers, Session, SideEffect, Context, Photo)


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One dose that was more than zero; `amount` is in the unit of the log, None where it is not known."""

    time: datetime
    amount: float | None
    product: str | None


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day by the clock the records were written with, on which something was written down."""

    date: date
    doses: tuple[Logged, ...]

    @property
    def amount(self) -> float | None:
        """Amount of the whole day; 0 on a day without a dose, None when any of its amounts is unknown."""
        known = [dose.amount for dose in self.doses if dose.amount is not None]
        return sum(known) if len(known) == len(self.doses) else None


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days from `start`; `days` of them were written down. Means are per such day; None where too few amounts are known."""

    start: date
    days: int
    doses_a_day: float
    amount_a_day: float | None


@dataclass(frozen=True, kw_only=True)
class Log:
    """Doses in order of time, the days written down (the last, unfinished one left out), and how many days have no entry."""

    substance: str
    unit: str
    doses: tuple[Logged, ...]
    days: tuple[Day, ...]
    silent_days: int
    products: tuple[Product, ...]

    @property
    def unknown_amounts(self) -> int:
        """How many doses have an amount that is not known."""
        return sum(dose.amount is None for dose in self.doses)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of product taken, such as `leaf_powder` and `extract`, in order of name."""
        taken = {dose.product for dose in self.doses}
        return tuple(sorted({product.kind for product in self.products if product.id in taken and product.kind}))


def dose_log(journal: Journal, substance: str, now: datetime) -> Log:
    """Return the log of one substance (its name in any case) up to `now`.

    A day counts when anything was written down on it; one with an entry and no dose is a day without, one with no entry is
    unknown and left out. Amounts are in grams where they can be, else in the unit most doses were written in.
    """
    written = [dose for dose in journal.of(Dose) if dose.time <= now and dose.substance.casefold() == substance.casefold()]
    products = {product.id: product for product in journal.of(Product)}
    amounts, unit = _amounts(written, products)
    doses = tuple(
        Logged(time=dose.time, amount=amount, product=dose.product)
        for dose, amount in zip(written, amounts, strict=True)
        if dose.amount != 0
    )
    per_day: dict[date, list[Logged]] = defaultdict(list)
    for dose in doses:
        per_day[dose.time.date()].append(dose)
    times = (instant(record) for kind in KEPT for record in journal.of(kind))
    kept = sorted({time.date() for time in times if time is not None and time <= now} - {now.date()})
    days = tuple(Day(date=day, doses=tuple(per_day.get(day, ()))) for day in kept)
    silent = (kept[-1] - kept[0]).days + 1 - len(kept) if kept else 0
    return Log(substance=substance, unit=unit, doses=doses, days=days, silent_days=silent, products=tuple(products.values()))


def weeks(days: Sequence[Day], needed: float) -> tuple[Week, ...]:
    """Return the weeks, counted from the first day, that hold at least `needed` days."""
    first = days[0].date if days else date.min
    grouped: dict[int, list[Day]] = defaultdict(list)
    for day in days:
        grouped[(day.date - first).days // 7].append(day)
    return tuple(_week(first + timedelta(weeks=n), found, needed) for n, found in grouped.items() if len(found) >= needed)


def longest_break(times: Iterable[datetime]) -> timedelta:
    """Return the longest time between two doses that follow each other; zero for fewer than two."""
    return max((later - earlier for earlier, later in pairwise(times)), default=timedelta(0))


def _week(start: date, days: Sequence[Day], needed: float) -> Week:
    known = [day.amount for day in days if day.amount is not None]
    return Week(
        start=start,
        days=len(days),
        doses_a_day=fmean(len(day.doses) for day in days),
        amount_a_day=fmean(known) if len(known) >= needed else None,
    )


def _amounts(doses: Sequence[Dose], products: dict[str, Product]) -> tuple[list[float | None], str]:
    """Amounts in one unit, None where they are unknown or in another kind of unit."""
    in_grams = [_in_grams(dose, products) for dose in doses]
    if any(amount is not None for amount in in_grams):
        return in_grams, "g"
    units = Counter(amount_unit(dose.unit or "") for dose in doses if dose.amount is not None)
    unit = next((unit for unit, _ in units.most_common() if unit is not None), None)
    if unit is None:
        return [None] * len(doses), ""
    return [dose.amount if amount_unit(dose.unit or "") == unit else None for dose in doses], unit


def _in_grams(dose: Dose, products: dict[str, Product]) -> float | None:
    if dose.amount is None:
        return None
    product = products.get(dose.product or "")
    return grams(dose.amount, dose.unit or "", None if product is None else product.unit_g)
