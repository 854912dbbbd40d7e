"""From a journal to the arrays one fit needs: one substance, one outcome, hours, reference doses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from steelyard.exposure.kinetics import effect_site, unit_curve
from steelyard.exposure.product import amounts
from steelyard.knowledge.model import EffectPrior
from steelyard.nof1.model import DOSE, OWN_WISH, PROMPT, CurveAt, Diary, Known, Sessions
from steelyard.nof1.schedule import unspoken
from steelyard.records.model import (
    Answers,
    Assignment,
    Context,
    Dose,
    Entry,
    Journal,
    Medicine,
    Photo,
    Product,
    Rating,
    Scale,
    Session,
    SideEffect,
    instant,
)

Array = NDArray[np.float64]
REDRAWS = 8
FADE_H = {"cbt": 14 * 24.0, "mindfulness": 14 * 24.0}  # slow build-up; anything else fades over about a day
FADE_DEFAULT_H = 24.0
NO_CAUSES = {"rating_skipped", "question", "note"}  # contexts about keeping the journal, and not about the person
ENTRIES: tuple[type[Entry], ...] = (
    Rating,
    Dose,
    Session,
    SideEffect,
    Context,
    Answers,
    Photo,
)  # kinds of record by which a day is not silent
OCCASION = {"self": OWN_WISH, "dose": DOSE}  # a rating that does not say is taken as asked for


@dataclass(frozen=True)
class Prepared:
    """A diary ready to be weighed, and what a reader needs to see it again.

    `origin` is midnight before the first record; `amount` `(m,)` in `unit`, NaN where unknown; `usual` the median amount, which is the
    reference dose; `unknown` counts doses whose amount had to be assumed.
    """

    diary: Diary
    origin: datetime
    amount: Array
    unit: str
    usual: float
    unknown: int
    rating_times: tuple[datetime, ...]
    dose_times: tuple[datetime, ...]


def prepare(journal: Journal, substance: str, scale: Scale, priors: Callable[[str], EffectPrior], seed: int) -> Prepared:
    """Arrays for one substance (any case) and one scale; amounts that cannot be read are unknown, never zero."""
    prior = priors(substance)
    ratings = [r for r in journal.of(Rating) if r.scale == scale.id]
    doses = [d for d in journal.of(Dose) if d.substance.casefold() == substance.casefold()]
    sessions = journal.of(Session)
    times = [*(r.time for r in ratings), *(d.time for d in doses), *(s.time for s in sessions)]
    origin = min(times, default=datetime.fromisoformat("2000-01-01T00:00:00+00:00")).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    amount, unit = amounts(doses, journal.of(Product))
    usual = _usual(amount)
    dose_h = _hours([d.time for d in doses], origin)
    known = np.where(np.isnan(amount), usual, amount) / usual
    zone_from, zone_offset = _zones(sorted((*ratings, *doses), key=lambda r: r.time), origin)
    diary = Diary(
        rating_h=_hours([r.time for r in ratings], origin),
        rating=np.array([r.value for r in ratings], float),
        low=0.0 if scale.low is None else scale.low,
        high=_high(scale, ratings),
        worse_is_up=scale.worse_is_up,
        dose_h=dose_h,
        dose=known,
        exposure=effect_site(dose_h, known, prior.absorption_h),
        one_dose=lambda after, half: unit_curve(after, prior.absorption_h, half),
        zone_from_h=zone_from,
        zone_offset_h=zone_offset,
        sessions=_therapies(sessions, origin),
        assigned=_assigned(journal.of(Assignment), origin),
        site=lambda times, amounts: effect_site(times, amounts, prior.absorption_h),
        known=_known(journal, substance, priors, origin),
        family=scale.family,
        redrawn=_redrawn(doses, dose_h, amount / usual, prior.absorption_h, seed),
        occasion=np.array([OCCASION.get(r.asked or "", PROMPT) for r in ratings], np.intp),
    )
    entries = [time for kind in ENTRIES for record in journal.of(kind) if (time := instant(record))]
    diary = unspoken(diary, _hours(entries, origin))
    unknown = int(np.isnan(amount).sum())
    rated, dosed = tuple(r.time for r in ratings), tuple(d.time for d in doses)
    return Prepared(diary, origin, amount, unit, usual, unknown, rated, dosed)


def _high(scale: Scale, ratings: Sequence[Rating]) -> float:
    """Upper end of the scale; a count has none of its own, so that it ends at the greatest written down."""
    if scale.high is not None:
        return scale.high
    return max((r.value for r in ratings), default=1.0) if scale.family == "count" else 1.0


def _hours(times: Sequence[datetime], origin: datetime) -> Array:
    return np.array([(t - origin) / timedelta(hours=1) for t in times], float)


def _zones(records: Sequence[Rating | Dose], origin: datetime) -> tuple[Array, Array]:
    """From when on the written clock runs how many hours ahead of the origin's."""
    base = origin.utcoffset() or timedelta(0)
    steps: list[tuple[float, float]] = [(0.0, 0.0)]
    for record in records:
        ahead = ((record.time.utcoffset() or timedelta(0)) - base) / timedelta(hours=1)
        if ahead != steps[-1][1]:
            steps.append(((record.time - origin) / timedelta(hours=1), ahead))
    table = np.array(steps)
    return table[:, 0], table[:, 1]


def _usual(amount: Array) -> float:
    positive = amount[amount > 0]
    return float(np.median(positive)) if len(positive) else 1.0


def _assigned(periods: Sequence[Assignment], origin: datetime) -> Array:
    """Randomised periods as from, to, number of the condition, `(k, 3)`, in order of time."""
    conditions = sorted({p.condition for p in periods})
    ends = (_hours([p.from_ for p in periods], origin), _hours([p.to for p in periods], origin))
    return np.column_stack([*ends, [float(conditions.index(p.condition)) for p in periods]]).reshape(len(periods), 3)


def _known(journal: Journal, substance: str, priors: Callable[[str], EffectPrior], origin: datetime) -> tuple[Known, ...]:
    """Other substances taken, medicines begun or ended, and things that happened, each with its course over time."""
    others = sorted({d.substance.casefold() for d in journal.of(Dose)} - {substance.casefold()})
    known = [_other_substance(journal, name, priors(name), origin) for name in others]
    known += [_period(m, origin) for m in journal.of(Medicine) if m.name.casefold() not in (*others, substance.casefold())]
    kinds = sorted({c.kind for c in journal.of(Context)} - NO_CAUSES)
    known += [_happened(kind, _hours([c.time for c in journal.of(Context) if c.kind == kind], origin)) for kind in kinds]
    return tuple(known)


def _other_substance(journal: Journal, name: str, prior: EffectPrior, origin: datetime) -> Known:
    """Exposure to another substance, at the half-life assumed beforehand, in its own usual doses."""
    doses = [d for d in journal.of(Dose) if d.substance.casefold() == name]
    amount, _ = amounts(doses, journal.of(Product))
    usual = _usual(amount)
    curve_at = effect_site(
        _hours([d.time for d in doses], origin), np.where(np.isnan(amount), usual, amount) / usual, prior.absorption_h
    )
    return Known(name, lambda time: curve_at(time)(np.array([prior.median_h]))[0])


def _period(medicine: Medicine, origin: datetime) -> Known:
    begin, end = (None if t is None else (t - origin) / timedelta(hours=1) for t in (medicine.from_, medicine.to))

    def at(time: Array) -> Array:
        inside = (time >= (begin if begin is not None else -np.inf)) & (time < (end if end is not None else np.inf))
        return inside.astype(float)

    return Known(medicine.name.casefold(), at)


def _happened(kind: str, time_h: Array) -> Known:
    """Something that is fully there when it is written down and gone after a day or two."""

    def at(time: Array) -> Array:
        since = time[:, None] - time_h[None, :]
        return np.asarray(np.where(since >= 0, np.exp(-np.maximum(since, 0) / FADE_DEFAULT_H), 0.0).max(1, initial=0.0))

    return Known(kind, at)


def _therapies(sessions: Sequence[Session], origin: datetime) -> tuple[Sessions, ...]:
    names = sorted({s.therapy.casefold() for s in sessions})
    return tuple(
        Sessions(
            name, _hours([s.time for s in sessions if s.therapy.casefold() == name], origin), FADE_H.get(name, FADE_DEFAULT_H)
        )
        for name in names
    )


def _redrawn(doses: Sequence[Dose], dose_h: Array, share: Array, absorption_h: float, seed: int) -> tuple[CurveAt, ...]:
    """Curves for plausible other amounts and times, when any are uncertain: an unknown amount is drawn from the known ones."""
    spread = np.array([(d.amount_sd or 0.0) / d.amount if d.amount else 0.0 for d in doses])
    shift = np.array([(d.time_sd_minutes or 0.0) / 60 for d in doses])
    missing, known = np.isnan(share), share[share > 0]
    if not (missing.any() or spread.any() or shift.any()):
        return ()
    rng = np.random.default_rng([seed, 7])
    curves = []
    for _ in range(REDRAWS):
        drawn = np.where(missing, rng.choice(known, len(share)) if len(known) else 1.0, share)
        drawn = np.maximum(drawn * (1 + spread * rng.standard_normal(len(share))), 0.0)
        curves.append(effect_site(dose_h + shift * rng.standard_normal(len(share)), drawn, absorption_h))
    return tuple(curves)
