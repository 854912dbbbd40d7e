"""From a journal to the arrays of a slow outcome: readings by day, amounts a day, and what else went on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from steelyard.knowledge.lookup import effect_prior, smallest_change
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.slow_outcomes import SlowOutcome, lead_in_d, slow_outcome
from steelyard.nof1.slow import FIRST_D, Cause, SlowDiary
from steelyard.records.model import Context, Dose, Journal, Lab, Medicine, Rating, Scale, Session, SideEffect

from .diary import NO_CAUSES, prepare

Array = NDArray[np.float64]
MOST_CAUSES = 4
FEWEST_RESULTS = 2  # of a laboratory test, for a change to be asked about
COUNT_OFFSET = 0.5  # added to counts before the logarithm, which is then nearly that of their mean


@dataclass(frozen=True)
class SlowTarget:
    """A slow outcome of one journal: readings with their times, the scale's kind, the smallest change worth noticing in `unit`.

    `low`, `high` are the ends of a bounded scale; `left_out` counts laboratory results in another unit.
    """

    outcome: SlowOutcome
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    relative: bool
    count: bool
    lab: bool
    width: float
    worse_is_up: bool
    least: float
    unit: str
    citation: str
    left_out: int = 0


@dataclass(frozen=True)
class SlowPrepared:
    """Arrays ready to be weighed; `reference` is the daily amount, in `unit`, of the month in which most was taken."""

    diary: SlowDiary
    reference: float
    unit: str
    doses: int
    days: int
    early: int


def is_slow(knowledge: Knowledge, name: str) -> bool:
    """Whether an outcome is weighed against weeks and months instead of hours."""
    return slow_outcome(knowledge, name) is not None


def lab_tests(journal: Journal, knowledge: Knowledge) -> list[str]:
    """The laboratory tests of a journal that can be asked about, in order of name: those held, with results enough for a change."""
    many = Counter(lab.test.casefold() for lab in journal.of(Lab))
    return sorted(test for test, count in many.items() if count >= FEWEST_RESULTS and is_slow(knowledge, test))


def target_of(journal: Journal, scale: Scale, knowledge: Knowledge) -> SlowTarget:
    """The readings of a slow scale, or of the laboratory test of that name; refuses (ValueError) one of which no lag is held."""
    held = slow_outcome(knowledge, scale.id)
    if held is None:
        raise ValueError(f"{scale.id} is not a slow outcome")
    return _lab(journal, held, held.change) if held.change is not None else _scale(journal, scale, held, knowledge)


def _scale(journal: Journal, scale: Scale, held: SlowOutcome, knowledge: Knowledge) -> SlowTarget:
    rated = [r for r in journal.of(Rating) if r.scale == scale.id]
    values = tuple(r.value for r in rated)
    least, count = smallest_change(knowledge, scale), scale.family == "count"
    ends = None if scale.low is None or scale.high is None else scale.high - scale.low
    width = float(np.ptp(values or (0.0, 1.0))) if ends is None else ends
    usual = float(np.mean(values)) if values and count else width
    return SlowTarget(
        outcome=held,
        times=tuple(r.time for r in rated),
        values=values,
        relative=count,
        count=count,
        lab=False,
        width=width,
        worse_is_up=scale.worse_is_up,
        least=usual / 10 if least is None else least.value,
        unit=("counts" if count else "points") if least is None else least.unit,
        citation="a tenth, a convention of this project" if least is None else least.citation,
    )


def _lab(journal: Journal, held: SlowOutcome, change: float) -> SlowTarget:
    """Results in the unit that most of them have; those in any other, or not above zero, are left out."""
    results = [lab for lab in journal.of(Lab) if lab.test.casefold() == held.name.casefold()]
    unit = Counter(lab.unit for lab in results).most_common(1)[0][0] if results else ""
    used = [lab for lab in results if lab.unit == unit and lab.value > 0]
    values = tuple(lab.value for lab in used)
    return SlowTarget(
        outcome=held,
        times=tuple(lab.time for lab in used),
        values=values,
        relative=True,
        count=False,
        lab=True,
        width=0.0,
        worse_is_up=bool(held.worse_is_up),
        least=change * float(np.mean(values)) if values else change,
        unit=unit,
        citation=f"{100 * change:.0f} % of the mean result, a convention of this project",
        left_out=len(results) - len(used),
    )


def prepare_slow(journal: Journal, substance: str, target: SlowTarget, knowledge: Knowledge) -> SlowPrepared:
    """Arrays for one substance (any case) and one slow outcome. Readings from before the journal was kept are left out: what was taken
    then is not known."""
    scale = Scale(id=target.outcome.name, family="count", worse_is_up=target.worse_is_up)
    prepared = prepare(journal, substance, scale, lambda name: effect_prior(knowledge, name), 0)
    taken = prepared.dose_times
    start = _kept_from(journal, target).replace(hour=0, minute=0, second=0, microsecond=0)
    at = _days(target.times, start)
    kept = at >= 0
    end = max(float(at[kept].max(initial=0.0)), 0.0)
    daily = _daily(_days(taken, start), prepared.diary.dose * prepared.usual, end)
    months = np.convolve(daily, np.full(FIRST_D, 1 / FIRST_D), "valid") if len(daily) >= FIRST_D else daily.mean(keepdims=True)
    reference = float(months.max()) if daily.any() else 1.0
    first = int(np.argmax(daily > 0))
    diary = SlowDiary(
        at_d=at[kept],
        value=np.array(target.values, float)[kept],
        amount=daily / reference,
        relative=target.relative,
        offset=COUNT_OFFSET if target.count else 0.0,
        unknown_before=first < lead_in_d(knowledge),
        causes=_causes(journal, substance, start, end),
    )
    return SlowPrepared(
        diary, reference, prepared.unit, len(taken), round(float(np.ptp(at[kept]))) if kept.any() else 0, int((~kept).sum())
    )


def _kept_from(journal: Journal, target: SlowTarget) -> datetime:
    """When the journal was begun: the first dose, rating, session, side effect or context. Laboratory results may be older."""
    kinds: tuple[type[Dose | Rating | Session | SideEffect | Context], ...] = (Dose, Rating, Session, SideEffect, Context)
    times = [record.time for kind in kinds for record in journal.of(kind)[:1]]
    return min(times or target.times, default=datetime.fromisoformat("2000-01-01T00:00:00+00:00"))


def _days(times: Sequence[datetime], start: datetime) -> Array:
    return np.array([(t - start) / timedelta(days=1) for t in times], float)


def _daily(at: Array, amount: Array, end: float) -> Array:
    """Amounts added up by day, from day 0 to the day of the last reading."""
    inside = (at >= 0) & (at < np.floor(end) + 1)
    return np.bincount(np.floor(at[inside]).astype(int), weights=amount[inside], minlength=int(end) + 1).astype(float)


def _causes(journal: Journal, substance: str, start: datetime, end: float) -> tuple[Cause, ...]:
    """Other substances, medicines and things that happened, by day: those written down most often, and never more than a few."""
    found: list[tuple[int, Cause]] = []
    for name in sorted({d.substance.casefold() for d in journal.of(Dose)} - {substance.casefold()}):
        at = _days([d.time for d in journal.of(Dose) if d.substance.casefold() == name], start)
        found.append((len(at), Cause(name, _daily(at, np.ones(len(at)), end))))
    for kind in sorted({c.kind for c in journal.of(Context)} - NO_CAUSES):
        of_kind = [c for c in journal.of(Context) if c.kind == kind]
        size = [c.value if isinstance(c.value, int | float) else 1.0 for c in of_kind]
        found.append((len(of_kind), Cause(kind, _daily(_days([c.time for c in of_kind], start), np.array(size, float), end))))
    for medicine in journal.of(Medicine):
        begin, stop = (None if t is None else (t - start) / timedelta(days=1) for t in (medicine.from_, medicine.to))
        day = np.arange(int(end) + 1)
        inside = (day >= (-np.inf if begin is None else begin)) & (day < (np.inf if stop is None else stop))
        found.append((1, Cause(medicine.name.casefold(), inside.astype(float))))
    varied = [(many, cause) for many, cause in found if np.ptp(cause.daily) > 0]
    return tuple(cause for _, cause in sorted(varied, key=lambda each: (-each[0], each[1].name))[:MOST_CAUSES])
