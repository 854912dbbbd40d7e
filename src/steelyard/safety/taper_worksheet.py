"""A worksheet for a talk with a clinician: what is taken now. It proposes no amount and no schedule."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Dose, Journal, Medicine, Product
from steelyard.safety.daily import Day, Log, Logged, Week, dose_log, longest_break, weeks

QUESTIONS = (
    "What is the substance taken for, and what happens to that on days with less of it?",
    "What happened in earlier breaks: sleep, pain, mood, stomach, restlessness?",
    "Which other medicines, alcohol and sedatives are taken, and when?",
    "Is there a pregnancy, a seizure in the past, or an illness of liver or heart?",
    "Is anything to change at all, and if so: what, how fast, and who is called when it goes badly?",
    "What else is there against the pain while something changes?",
    "Which signs would mean going back a step, and which would mean getting help the same day?",
)
GUARD_RAILS = (
    "Decided with a clinician. No schedule and no amount is proposed here.",
    "Never stop or cut down abruptly: withdrawal, more pain, distress and thoughts of suicide have followed that with opioids.",
    "A change of product is a change of dose: a gram of one product is not a gram of another.",
    "Alcohol, sedatives and other opioids taken along with it are named to the clinician before anything changes.",
    "Trouble breathing, a seizure, or thoughts of not wanting to live: the local emergency number, at once.",
)


@dataclass(frozen=True, kw_only=True)
class Hour:
    """What is taken within one hour of the clock: doses in all, on what share of days (%), and the median amount if known."""

    hour: int
    doses: int
    share_of_days: float
    amount: float | None


@dataclass(frozen=True, kw_only=True)
class OfProduct:
    """What is taken of one product: doses, known amount in all, doses of unknown amount, and mg of alkaloid a day if known."""

    product: str
    kind: str
    doses: int
    amount: float
    unknown: int
    mitragynine_mg_a_day: float | None
    hydroxymitragynine_mg_a_day: float | None


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """What is taken now, from `first` to `last` over `days` days with an entry, and the weeks before; amounts in `unit`."""

    substance: str
    first: date | None
    last: date | None
    days: int
    unit: str
    by_hour: tuple[Hour, ...]
    by_product: tuple[OfProduct, ...]
    by_week: tuple[Week, ...]
    longest_break_h: float
    also_taken: tuple[str, ...]
    missing: tuple[str, ...]
    facts: tuple[str, ...]
    questions: tuple[str, ...] = QUESTIONS
    guard_rails: tuple[str, ...] = GUARD_RAILS


def worksheet(journal: Journal, substance: str, knowledge: Knowledge, now: datetime) -> Worksheet:
    """Return what is taken of one substance (its name in any case): by hour, by product, by week, up to `now`.

    It holds what was written down and nothing that is to be taken: no amount, no step, no date to come.
    """
    log = dose_log(journal, substance, now)
    since = now - timedelta(days=knowledge.fact("dependence", "recent").value or 0)
    recent = [day for day in log.days if day.date >= since.date()]
    return Worksheet(
        substance=substance,
        first=recent[0].date if recent else None,
        last=recent[-1].date if recent else None,
        days=len(recent),
        unit=log.unit,
        by_hour=_by_hour(recent),
        by_product=_by_product(recent, log),
        by_week=weeks(log.days, knowledge.fact("dependence", "days_of_a_week").value or 1),
        longest_break_h=longest_break(dose.time for dose in log.doses) / timedelta(hours=1),
        also_taken=_also_taken(journal, substance, since, now),
        missing=_missing(recent, log),
        facts=("dependence.abrupt_stop", "dependence.recent"),
    )


def _by_hour(days: Sequence[Day]) -> tuple[Hour, ...]:
    doses: dict[int, list[Logged]] = defaultdict(list)
    for dose in (dose for day in days for dose in day.doses):
        doses[dose.time.hour].append(dose)
    return tuple(_hour(hour, doses[hour], len(days)) for hour in sorted(doses))


def _hour(hour: int, doses: Sequence[Logged], days: int) -> Hour:
    known = [dose.amount for dose in doses if dose.amount is not None]
    on = len({dose.time.date() for dose in doses})
    return Hour(hour=hour, doses=len(doses), share_of_days=100 * on / days, amount=median(known) if known else None)


def _by_product(days: Sequence[Day], log: Log) -> tuple[OfProduct, ...]:
    doses: dict[str, list[Logged]] = defaultdict(list)
    for dose in (dose for day in days for dose in day.doses):
        doses[dose.product or ""].append(dose)
    products = {product.id: product for product in log.products}
    return tuple(_of_product(name, doses[name], products.get(name), len(days), log.unit) for name in sorted(doses))


def _of_product(name: str, doses: Sequence[Logged], product: Product | None, days: int, unit: str) -> OfProduct:
    known = [dose.amount for dose in doses if dose.amount is not None]
    complete = unit == "g" and len(known) == len(doses)

    def a_day(mg_per_g: float | None) -> float | None:
        return None if mg_per_g is None or not complete else sum(known) * mg_per_g / days

    return OfProduct(
        product=name or "not written down",
        kind=(product.kind if product else None) or "kind not written down",
        doses=len(doses),
        amount=sum(known),
        unknown=len(doses) - len(known),
        mitragynine_mg_a_day=a_day(product.mitragynine_mg_per_g if product else None),
        hydroxymitragynine_mg_a_day=a_day(product.hydroxymitragynine_mg_per_g if product else None),
    )


def _also_taken(journal: Journal, substance: str, since: datetime, now: datetime) -> tuple[str, ...]:
    """Other substances and medicines of the same time, by name."""
    doses = {d.substance.casefold() for d in journal.of(Dose) if since <= d.time <= now} - {substance.casefold()}
    medicines = {m.name for m in journal.of(Medicine) if (m.from_ is None or m.from_ <= now) and (m.to is None or m.to >= since)}
    return tuple(sorted(doses | medicines))


def _missing(days: Sequence[Day], log: Log) -> tuple[str, ...]:
    taken = [dose for day in days for dose in day.doses]
    strength = {p.id for p in log.products if p.mitragynine_mg_per_g is not None}
    told = [
        (not taken, "doses in the last weeks"),
        (any(dose.amount is None for dose in taken), "the amount of some doses"),
        (any(dose.product is None for dose in taken), "which product was taken"),
        (any(dose.product not in strength for dose in taken), "the strength of the product, in mg of alkaloid per gram"),
        (log.silent_days > 0, f"{log.silent_days} days on which nothing was written down"),
    ]
    return tuple(words for there, words in told if there)
