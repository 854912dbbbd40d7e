"""What is in the body: how far it builds up, when it is gone, what it is there together with. All against the peak of one usual dose.

The curve is one that was fitted to a few people's blood and is drawn for people as different as they are. No figure here is a level, and
how much of a dose arrives, the greatest difference between people, cancels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from steelyard.exposure.compartments import Compartments, rates
from steelyard.exposure.curve import Doses, curve, regular
from steelyard.exposure.kinetics import effect_site
from steelyard.exposure.product import Made, Taken, amounts, minutes, taken
from steelyard.exposure.summary import Band, band, build_up, daily, last_above, levelled_after, together
from steelyard.knowledge.kinetics import half_life_in_blood
from steelyard.knowledge.medicines import Medicines, read_name, words
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.records.model import Dose, Journal, Medicine, Product

from .felt import TOPIC

Array = NDArray[np.float64]
Minutes = NDArray[np.int64]
DRAWS = 400
RECENT_D, BEFORE_D, AFTER_D, TWO_WEEKS_D = 28, 30, 60, 14  # looked at; before that still counted; followed after the last dose
GRID_MIN, FINE_MIN, AFTER_MIN, DAY_MIN = 30, 10, 180, 24 * 60
ALONE_MIN = np.arange(0, 2 * DAY_MIN, FINE_MIN, dtype=np.int64)
SELDOM = 0.5  # doses a day; with fewer, nothing builds up that could be shown over two weeks


@dataclass(frozen=True)
class Log:
    """The four weeks up to the last dose, in whole days from `origin`, a midnight, and the doses up to a month before them.

    `share` `(draws, m)` what each dose holds in usual doses; `minute` `(m,)` or `(draws, m)`; `held` in mg; `per_day` doses a day.
    """

    share: Array
    minute: Minutes
    held: Taken
    origin: datetime
    days: int
    per_day: float

    @property
    def samples(self) -> Minutes:
        """Every half hour of these days, in minutes."""
        return np.arange(0, self.days * DAY_MIN, GRID_MIN, dtype=np.int64)


@dataclass(frozen=True)
class Load:
    """What is in the body against the peak of one usual dose, taken `per_day` times a day of late.

    With `doses` usual ones a day at even distances, `build_up`: level of the 14th day against the first, `highest` on that day, `levelled`:
    day from which it no longer rises; None where it is taken too seldom. `matters`, `gone`: days after the last dose until it stays
    below the shares `at` of `together` and `gone`; `half_life` in h.
    """

    per_day: float
    doses: int
    build_up: Band | None
    highest: Band | None
    levelled: Band | None
    matters: Band
    gone: Band
    half_life: Band
    at: Mapping[str, float]


@dataclass(frozen=True)
class Curves:
    """What the answers are read from: one usual dose alone at `ALONE_MIN`, and the mean of each of `TWO_WEEKS_D` days of usual doses and as
    many without, None where it is taken too seldom; `(draws, ...)`, in shares of `peak`, `(draws, 1)`, that of the one dose.
    """

    alone: Array
    peak: Array
    days: Array | None


@dataclass(frozen=True)
class Overlap:
    """Another substance or medicine (`written` so): hours a day, and share of the days, with both above a share of their own usual peak.

    `by_dose` says that its doses are written down, and not only from when to when it was used; `fact` holds its half-life.
    """

    name: str
    written: str
    hours: Band
    days: Band
    by_dose: bool
    fact: Fact


def recent(doses: Sequence[Dose]) -> tuple[list[Dose], datetime, int]:
    """The doses that are looked at, in order of time; the midnight from which on days count, and how many days there are."""
    last = doses[-1].time
    first = max(doses[0].time, last - timedelta(days=RECENT_D - 1))
    origin = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        [dose for dose in doses if dose.time >= origin - timedelta(days=BEFORE_D)],
        origin,
        (last - origin) // timedelta(days=1) + 1,
    )


def log_of(doses: Sequence[Dose], products: Sequence[Product], made: Mapping[str, Made], rng: np.random.Generator) -> Log:
    """The recent part of a log of doses, none of them zero."""
    lately, origin, days = recent(doses)
    held = taken(lately, products, made, rng, DRAWS)
    usual = np.median(held.mitragynine, axis=1, keepdims=True)
    inside = sum(dose.time >= origin for dose in lately)
    return Log(held.mitragynine / usual, minutes(lately, origin, rng, DRAWS), held, origin, days, inside / days)


def load(body: Compartments, log: Log, knowledge: Knowledge) -> tuple[Load, Curves]:
    """How far it builds up and when it is gone, and the curves that were read."""
    alone = curve(body, regular(1.0, 1, 1), ALONE_MIN)
    peak = alone.max(axis=1, keepdims=True)
    at = {name: (knowledge.fact(TOPIC, name).value or 0.0) / 100 for name in ("together", "gone", "levelled")}
    last = int(log.minute.max())
    after = np.arange(0, AFTER_D * DAY_MIN, AFTER_MIN, dtype=np.int64)
    left, since = curve(body, Doses(log.minute, log.share), last + after) / peak, after / DAY_MIN
    built = highest = levelled = days = None
    doses = max(1, round(log.per_day))
    if log.per_day >= SELDOM:
        days, top = _two_weeks(body, doses, peak)
        taking = days[:, :TWO_WEEKS_D]
        built, highest = band(build_up(taking)), band(top)
        levelled = band(levelled_after(taking, at["levelled"]))
    found = Load(
        per_day=log.per_day,
        doses=doses,
        build_up=built,
        highest=highest,
        levelled=levelled,
        matters=band(last_above(left, since, at["together"])),
        gone=band(last_above(left, since, at["gone"])),
        half_life=band(np.log(2) / rates(body)[0][-1]),
        at=at,
    )
    return found, Curves(alone / peak, peak, days)


def _two_weeks(body: Compartments, doses: int, peak: Array) -> tuple[Array, Array]:
    """Level of each day of two weeks with so many usual doses at even distances and two weeks without, and the highest of the 14th day."""
    usual = regular(1.0, DAY_MIN // doses, TWO_WEEKS_D * doses)
    samples = np.arange(0, 2 * TWO_WEEKS_D * DAY_MIN, GRID_MIN, dtype=np.int64)
    last_day = np.arange((TWO_WEEKS_D - 1) * DAY_MIN, TWO_WEEKS_D * DAY_MIN, FINE_MIN, dtype=np.int64)
    levels = curve(body, usual, np.concatenate([samples, last_day])) / peak
    return daily(levels[:, : len(samples)], samples / 60), levels[:, len(samples) :].max(axis=1)


def overlaps(
    journal: Journal,
    substance: str,
    body: Compartments,
    peak: Array,
    log: Log,
    knowledge: Knowledge,
    names: Medicines,
    rng: np.random.Generator,
) -> tuple[tuple[Overlap, ...], tuple[str, ...]]:
    """What else was there at the same time, and the names of what cannot be told, as no half-life is held.

    Args:
        body, log: of `substance`; peak: of one usual dose of it, `(draws, 1)`.
    """
    share = (knowledge.fact(TOPIC, "together").value or 0.0) / 100
    others = list(_others(journal, substance, log))
    level = curve(body, Doses(log.minute, log.share), log.samples) / peak if others else np.empty(0)
    found, not_held = [], []
    for written, doses, periods in others:
        for name in _names(written, knowledge, names):
            held = half_life_in_blood(knowledge, name)
            if held is None:
                not_held.append(name)
                continue
            spread, fact = held
            half_life = spread.median * np.exp(spread.log_sd * rng.standard_normal(DRAWS))
            there = _by_dose(doses, journal, half_life, log, knowledge) if doses else _by_period(periods, half_life, log)
            hours, days = together(level, there, share, GRID_MIN / 60)
            found.append(Overlap(name, written, band(hours), band(days), bool(doses), fact))
    return tuple(found), tuple(dict.fromkeys(not_held))


def _names(written: str, knowledge: Knowledge, names: Medicines) -> list[str]:
    """The medicines that were meant; where none is known, a word with a half-life (as in `ibuprofen 400 mg`), else what was written."""
    read = [medicine for reading in read_name(names, written) for medicine in reading.medicines]
    return read or [next((word for word in words(written) if half_life_in_blood(knowledge, word)), written)]


def _others(journal: Journal, substance: str, log: Log) -> Iterator[tuple[str, list[Dose], list[Medicine]]]:
    """Each other thing taken in these weeks, by doses where they are written down, else by periods; in order of name."""
    end = log.origin + timedelta(days=log.days)
    doses = [d for d in journal.of(Dose) if d.amount != 0 and log.origin - timedelta(days=BEFORE_D) <= d.time < end]
    periods = [m for m in journal.of(Medicine) if (m.from_ is None or m.from_ < end) and (m.to is None or m.to >= log.origin)]
    logged = {d.substance.casefold() for d in doses} - {substance.casefold()}
    for name in sorted(logged | {m.name.casefold() for m in periods}):
        of = [d for d in doses if d.substance.casefold() == name] if name in logged else []
        yield name, of, [m for m in periods if m.name.casefold() == name]


def _by_dose(doses: Sequence[Dose], journal: Journal, half_life_h: Array, log: Log, knowledge: Knowledge) -> Array:
    """Level of a medicine from its doses, against the peak of its own usual dose, `(draws, samples)`."""
    amount, _ = amounts(doses, journal.of(Product))
    known = amount[amount > 0]
    usual = float(np.median(known)) if len(known) else 1.0
    share = np.where(np.isnan(amount), usual, amount) / usual
    at = np.array([(dose.time - log.origin) / timedelta(hours=1) for dose in doses])
    absorption = knowledge.fact(TOPIC, "medicine_absorption").value or 0.0
    return effect_site(at, share, absorption)(log.samples / 60)(half_life_h)


def _by_period(periods: Sequence[Medicine], half_life_h: Array, log: Log) -> Array:
    """A medicine as if it were fully there all the while it was used, and fading after, `(draws, samples)`."""
    hours, level = log.samples / 60, np.zeros((len(half_life_h), len(log.samples)))
    for used in periods:
        begin, end = (None if t is None else (t - log.origin) / timedelta(hours=1) for t in (used.from_, used.to))
        since = np.maximum(hours - (np.inf if end is None else end), 0.0)
        left = np.where(hours >= (-np.inf if begin is None else begin), 0.5 ** (since / half_life_h[:, None]), 0.0)
        level = np.maximum(level, left)
    return level
