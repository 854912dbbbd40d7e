"""What the letter takes from the journal itself: what is taken, how things went week by week, unwanted effects, laboratory results.

Everything here is a count, a mean or a last value, as it was written down. The windows and periods are conventions of the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from statistics import fmean, median

from steelyard.knowledge.hazards import load_hazards
from steelyard.knowledge.instruments import load_instruments
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Lab, Medicine, Rating, Scale, Session, SideEffect, instant
from steelyard.safety.daily import Log, dose_log
from steelyard.safety.instruments import Score, answered
from steelyard.safety.labs import Result, latest
from steelyard.safety.model import Case
from steelyard.safety.taken import doses_taken, medicines_used

from .model import Course, Line
from .slow_wording import spoken
from .wording import name

WINDOW = 28  # days that "of late" means
FEWEST = 3  # days with a known amount, or scores, below which no mean or course is given
MOST_PERIODS = 80  # in a course: more cannot be told apart on paper
DAILY_UP_TO = 21  # days up to which a course has one value for each day
DRAWN = ("pain", "pain_interference")  # intensity, and what it keeps a person from
FUNCTION = "pain_three"  # three questions on pain and function, in the manner of the PEG
PRODUCTS = 2


@dataclass(frozen=True)
class Span:
    """The days a course runs over: `first` to `last`, in periods of `step` days."""

    first: date
    last: date
    step: int

    def course(
        self, title: str, values: Iterable[tuple[date, float]], ends: tuple[float | None, float | None], bars: bool
    ) -> Course:
        """The mean of the values of each period; `ends` are those of the scale."""
        held: list[list[float]] = [[] for _ in range((self.last - self.first).days // self.step + 1)]
        for day, value in values:
            if self.first <= day <= self.last:
                held[(day - self.first).days // self.step].append(value)
        means = tuple(fmean(each) if each else None for each in held)
        return Course(title, self.first.isoformat(), self.step, means, *ends, bars=bars)


def span(journal: Journal, now: datetime) -> Span:
    """The days from the first record with a time to `now`, in periods short enough to be seen and few enough to be told apart."""
    times = [time for record in journal.records if not record.deleted and hasattr(record, "time") and (time := instant(record))]
    first, last = min((time.date() for time in times), default=now.date()), now.date()
    days = max((last - first).days + 1, 1)
    return Span(min(first, last), last, 1 if days <= DAILY_UP_TO else 7 * ceil(days / 7 / MOST_PERIODS))


def day(moment: date) -> str:
    """A day in words, such as `3 Mar 2026`."""
    return f"{moment.day} {moment:%b} {moment.year}"


def taken(journal: Journal, substances: Sequence[str], over: Span, now: datetime) -> Iterator[Line]:
    """Yield what is taken: substances in the order given, then medicines in use, then therapies."""
    for place, substance in enumerate(substances):
        log = dose_log(journal, substance, now)
        if log.doses:
            said = " ".join(_taken(log, now))
            yield Line(f"taken.{substance}", said, 0.1 + place, box="" if place else said, course=_amounts(log, over, place))
    for place, medicine in enumerate(m for m in journal.of(Medicine) if _in_use(m, now)):
        since = f"since {day(medicine.from_)}" if medicine.from_ else ""
        said = ", ".join(part for part in (f"Medicine: {medicine.name}", medicine.dose or "", since) if part)
        yield Line(f"medicine.{medicine.name.casefold()}", f"{said}.", 0.3 + 0.2 * place)
    sessions = journal.of(Session)
    for place, therapy in enumerate(dict.fromkeys(session.therapy.casefold() for session in sessions)):
        times = [session.time for session in sessions if session.therapy.casefold() == therapy]
        held = f"{len(times)} session{'s' * (len(times) != 1)}"
        yield Line(f"therapy.{therapy}", f"Therapy: {name(therapy)}, {held}, the last on {day(times[-1])}.", 1 + 0.4 * place)


def _taken(log: Log, now: datetime) -> Iterator[str]:
    """Product and usual dose; how much of late and before; the last dose; amounts that are not known."""
    late = [dose for dose in log.doses if dose.time > now - timedelta(days=WINDOW)] or list(log.doses)
    known = [dose.amount for dose in late if dose.amount is not None]
    usual = f"usually {_figure(median(known))} {log.unit}" if known else "amount not written down"
    yield f"{log.substance.capitalize()}{_products(log, [dose.product for dose in late])}: {usual}."
    today, back = now.date(), timedelta(days=WINDOW)
    yield f"In {WINDOW} days: {_days(log, today - back, today)}; in the {WINDOW} before: {_days(log, today - 2 * back, today - back)}."
    yield f"Last dose on {day(log.doses[-1].time)}."
    if log.unknown_amounts:
        yield f"The amount of {log.unknown_amounts} of {len(log.doses)} doses is not known."


def _figure(amount: float) -> str:
    return f"{amount:.2g}" if amount < 99.5 else f"{amount:.0f}"


def _products(log: Log, used: Sequence[str | None]) -> str:
    """Kind, name and strength of the products of late, the one most used first."""
    ids = sorted({id for id in used if id is not None}, key=lambda id: (-used.count(id), id))
    held = {product.id: product for product in log.products}
    said = []
    for product in [held[id] for id in ids if id in held][:PRODUCTS]:
        strength = "" if product.mitragynine_mg_per_g is None else f"{product.mitragynine_mg_per_g:g} mg mitragynine per g"
        named = " ".join(filter(None, (name(product.kind or ""), f"“{product.label}”" if product.label else "")))
        said.append(", ".join(filter(None, (named, strength))))
    return f" ({'; '.join(each for each in said if each)})" if any(said) else ""


def _days(log: Log, after: date, until: date) -> str:
    """How many doses in a window of full days, and how much a day where enough days have known amounts."""
    days = [each for each in log.days if after <= each.date < until]
    if not days:
        return "nothing written down"
    doses = sum(len(each.doses) for each in days)
    known = [each.amount for each in days if each.amount is not None]
    much = f", {_figure(fmean(known))} {log.unit} a day" if doses and log.unit and len(known) >= FEWEST else ""
    silent = "" if len(days) == WINDOW else f" on {len(days)} days with an entry"
    return f"{doses} dose{'s' * (doses != 1)}{much}{silent}"


def _amounts(log: Log, over: Span, place: int) -> Course | None:
    """The amount a day of the substance most taken."""
    known = [(each.date, each.amount) for each in log.days if each.amount is not None]
    if place or len(known) < FEWEST:
        return None
    return over.course(f"{log.substance}, {log.unit} a day", known, (0, None), bars=True)


def _in_use(medicine: Medicine, now: datetime) -> bool:
    return (medicine.from_ is None or medicine.from_ <= now) and (medicine.to is None or medicine.to >= now)


def courses(journal: Journal, knowledge: Knowledge, over: Span, now: datetime) -> Iterator[Line]:
    """Yield how things went: each scale rated, pain and what it keeps from first, then questionnaires."""
    ratings = [rating for rating in journal.of(Rating) if rating.time <= now]
    scales = {**knowledge.scales, **{scale.id: scale for scale in journal.of(Scale)}}
    counts = {rating.scale: 0 for rating in ratings}
    for rating in ratings:
        counts[rating.scale] += 1
    for place, id in enumerate(sorted(counts, key=lambda id: (DRAWN.index(id) if id in DRAWN else len(DRAWN), -counts[id], id))):
        yield _rated([rating for rating in ratings if rating.scale == id], scales.get(id), over, now, place)
    given: dict[str, list[tuple[datetime, Score]]] = {}
    for time, score in answered(journal, knowledge, load_instruments(knowledge), now):
        if score.total is not None:
            given.setdefault(score.instrument, []).append((time, score))
    for place, (instrument, scores) in enumerate(given.items()):
        yield _scored(instrument, scores, knowledge, over, place)


def _rated(ratings: Sequence[Rating], scale: Scale | None, over: Span, now: datetime, place: int) -> Line:
    """Means of late and at first; they say nothing about what brought a change about."""
    id, last, first = ratings[0].scale, now - timedelta(days=WINDOW), ratings[0].time + timedelta(days=WINDOW)
    late = [rating.value for rating in ratings if rating.time > last]
    begun = [rating.value for rating in ratings if rating.time < first]
    means = [f"{fmean(late):.1f} on average in the last {WINDOW} days ({len(late)} ratings)"] if late else []
    if not late or first < last:
        means += [f"{fmean(begun):.1f} in the first {WINDOW} days of it ({len(begun)})"]
    ends = (scale.low, scale.high) if scale else (None, None)
    kind = (
        f"{'' if None in ends else f'{ends[0]:g} to {ends[1]:g}, '}more is {'worse' if scale.worse_is_up else 'better'}"
        if scale
        else ""
    )
    drawn = id in DRAWN or place == 0
    title = f"{spoken(id)} ({kind})" if kind else spoken(id)
    course = over.course(title, ((r.time.date(), r.value) for r in ratings), ends, bars=False) if drawn else None
    said = f"{title[:1].upper()}{title[1:]}: {'; '.join(means)}."
    return Line(f"trend.{id}", said, 0.2 + 0.3 * place, course=course)


def _scored(instrument: str, scores: Sequence[tuple[datetime, Score]], knowledge: Knowledge, over: Span, place: int) -> Line:
    told = [
        f"{score.total:g} of {score.high:g}{f', {score.band},' if score.band else ''} on {day(time)}" for time, score in scores
    ]
    said = f"{scores[-1][1].title}: {told[-1]}{f' (the first of {len(told)}: {told[0]})' if len(told) > 1 else ''}."
    totals = [(time.date(), score.total) for time, score in scores if score.total is not None]
    drawn = instrument == FUNCTION and len(totals) >= FEWEST
    course = over.course("pain and function", totals, (0, scores[-1][1].high), bars=False) if drawn else None
    facts = [knowledge.facts[id] for id in scores[-1][1].facts if id in knowledge.facts]
    sources = tuple(dict.fromkeys(key for fact in facts for key in knowledge.citations(fact)))
    return Line(f"score.{instrument}", said, 0.6 + 0.4 * place, citations=sources, course=course)


def effects(journal: Journal, now: datetime) -> Iterator[Line]:
    """Yield each unwanted effect that was written down, the gravest and most frequent first."""
    noted = [each for each in journal.of(SideEffect) if each.time <= now]
    by_name: dict[str, list[SideEffect]] = {}
    for each in noted:
        by_name.setdefault(each.effect.casefold(), []).append(each)
    order = sorted(by_name.values(), key=lambda found: (-max(e.severity or 0.0 for e in found), -len(found), found[0].effect))
    for place, found in enumerate(order):
        worst = max((each.severity for each in found if each.severity is not None), default=None)
        grave = "" if worst is None else f", at worst {worst:g} of 3"
        times = f"noted {len(found)} times, first on {day(found[0].time)}, last on" if len(found) > 1 else "noted once, on"
        said = f"{name(found[-1].effect).capitalize()}: {times} {day(found[-1].time)}{grave}."
        yield Line(f"effect.{found[0].effect.casefold()}", said, 0.6 + 0.4 * place)


def labs(journal: Journal, knowledge: Knowledge, now: datetime) -> Iterator[Line]:
    """Yield the last result of each laboratory test beside its limits, those outside them first."""
    if not journal.of(Lab):
        return
    rows = load_hazards()
    lasts = timedelta(days=knowledge.fact("warnings", "in_use").value or 0.0)
    doses = doses_taken(journal, knowledge, rows, now)
    case = Case(journal, knowledge, rows, now, doses, medicines_used(journal, doses, rows, lasts))
    for place, result in enumerate(sorted(latest(case).values(), key=lambda each: (not each.side, each.test))):
        sources: tuple[str, ...] = ()
        if not result.own:
            sources = knowledge.citations(knowledge.facts[rows.tests[result.test].limits])
        yield Line(f"lab.{result.test}", _result(result), (0.4 if result.side else 0.7) + 0.3 * place, citations=sources)


def _result(result: Result) -> str:
    compared = (
        result.said() if (result.low, result.high) != (None, None) else f"{result.shown} {result.lab.value:g} {result.lab.unit}"
    )
    outside = f": {result.side} its limits" if result.side else ""
    return f"{compared}, {day(result.lab.time)}{outside}."
