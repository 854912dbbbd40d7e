"""Many people's own answers to one question, pooled: what they have in common, how they differ, and what that makes of each answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import numpy as np

from steelyard import __version__
from steelyard.population.lattice import Estimate, Grid
from steelyard.population.pooling import People, Pooled, people, pool_people, single

from .model import Expected
from .rows import JOINED

FEWEST = 3  # people: of two nobody can say how people differ
FLAT = 1e3  # spread of a prior that says nothing, in those that are usual
TOO_FEW = "too_few_people"
Row = Mapping[str, Any]
Pooling = Callable[[People, float], tuple[Pooled, Estimate]]
Item = TypeVar("Item")
Result = TypeVar("Result")


class Range(msgspec.Struct, frozen=True):
    """A posterior mean and its central 95 % interval."""

    value: float
    low: float
    high: float


class Person(msgspec.Struct, frozen=True):
    """One person: what their diary alone says, and the same drawn towards the others as far as it leaves that open."""

    person: str
    alone: Range
    pooled: Range


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One contrast of one question, over everybody whose diary could tell.

    `could_not` counts those whose diary could not tell, `twice` diaries that were there more than once, `barred` those of which a failed
    check bars a verdict; they are counted in, and `without_barred` is the mean without them. `another` is the range for one more such person.
    """

    substance: str
    outcome: str
    contrast: str
    unit: str
    worse_is_up: bool
    about: str
    people: int
    could_not: int
    twice: int
    barred: int
    refused: str = ""
    mean: Range | None = None
    spread: Range | None = None
    another: Range | None = None
    another_sd: float | None = None
    without_barred: Range | None = None
    worthwhile: float | None = None
    each: tuple[Person, ...] = ()
    marks: tuple[str, ...] = ()


class PooledReport(msgspec.Struct, frozen=True):
    """The answer of `steelyard pool`, format 1."""

    format: int
    steelyard: str
    people: int
    questions: tuple[Question, ...]


def pooled(
    rows: Iterable[Row], substance: str | None = None, outcome: str | None = None, pooling: Pooling | None = None
) -> PooledReport:
    """Pool every question that the rows of `rows.columns` hold, or those asked for; `pooling` says where it is worked out."""
    kept = [r for r in rows if _asked(r["substance"], substance) and _asked(r["outcome"], outcome)]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in kept:
        for name in JOINED:
            if row.get(f"{name}_alone_weight"):
                key = (
                    row["substance"].casefold(),
                    row["outcome"],
                    name,
                    row[f"{name}_alone_unit"],
                    row["worse_is_up"],
                    row["about"],
                )
                groups.setdefault(key, []).append(row)
    refused: dict[tuple[str, str], int] = {}
    for row in kept:
        if row.get("refused"):
            asked = (row["substance"].casefold(), row["outcome"])
            refused[asked] = refused.get(asked, 0) + 1
    questions = tuple(_question(key, groups[key], refused.get(key[:2], 0), pooling or here) for key in sorted(groups, key=_place))
    return PooledReport(1, __version__, len({row["person"] for row in kept}), questions)


def here(told: People, scale: float) -> tuple[Pooled, Estimate]:
    """Pool on this machine."""
    found = pool_people(told, scale)
    return found, single(told, found.coarse)


@contextmanager
def on_spark(master: str) -> Iterator[Pooling]:
    """Pool on Spark, which is open meanwhile."""
    from steelyard.population.pooling_spark import cluster, pool_on  # noqa: PLC0415  # an extra, and seconds to load

    with cluster(master) as context:
        yield lambda told, scale: pool_on(context, told, scale)


@contextmanager
def each_on_spark(master: str, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Iterator[Result]]:
    """A function of each item on Spark, which is open meanwhile; results in the order of the items."""
    from steelyard.population.pooling_spark import cluster, each  # noqa: PLC0415

    with cluster(master) as context:
        yield each(context, function, items)


def expectation(question: Question) -> Expected | None:
    """What to expect of one more person, for `weigh --prior`; None unless it is about the peak of a dose and could be pooled."""
    if question.another is None or question.another_sd is None or question.contrast != "peak":
        return None
    marks = tuple(mark for mark in question.marks if mark)
    value, sd = question.another.value, question.another_sd
    return Expected(1, question.substance, question.outcome, question.unit, value, sd, question.people, marks, __version__)


def _place(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Orders questions by what was weighed against what, then by contrast as in `JOINED`."""
    return (*key[:2], JOINED.index(key[2]), *key[3:])


def _asked(said: str, wanted: str | None) -> bool:
    return wanted is None or said.casefold() == wanted.casefold()


def _question(key: tuple[Any, ...], rows: Sequence[Row], could_not: int, pooling: Pooling) -> Question:
    substance, outcome, name, unit, worse_is_up, about = key
    once = _once(rows)
    barred = sum(bool(row["barred"]) for row in once)
    head = (substance, outcome, name, unit, worse_is_up, about, len(once), could_not, len(rows) - len(once), barred)
    if len(once) < FEWEST:
        return Question(*head, refused=TOO_FEW)
    told, scale = _told(once, name), float(np.median([row[f"{name}_usual"] for row in once]))
    found, own = pooling(told, scale)
    alone = single(told, Grid(np.zeros(1), np.array([FLAT * scale]), np.ones(1)))  # a prior that says nothing
    sound = [row for row in once if not row["barred"]]
    without = pool_people(_told(sound, name), scale).mean if barred and len(sound) >= FEWEST else None
    worthwhile = {row["worthwhile"] for row in once if row["worthwhile"] is not None}
    return Question(
        *head,
        mean=_range(found.mean),
        spread=_range(found.spread),
        another=_range(found.another),
        another_sd=float(found.another.sd),
        without_barred=None if without is None else _range(without),
        worthwhile=worthwhile.pop() if len(worthwhile) == 1 else None,
        each=tuple(Person(row["person"], _range(alone, i), _range(own, i)) for i, row in enumerate(once)),
        marks=tuple(row["mark"] or "" for row in once),
    )


def _once(rows: Sequence[Row]) -> list[Row]:
    """Each diary once, in order of person: the same diary under two names is told by its mark, and the longer one is kept."""
    kept: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["ratings"] or 0, row["person"])):
        kept[row["mark"] or row["person"]] = row
    return sorted({row["person"]: row for row in kept.values()}.values(), key=lambda row: str(row["person"]))


def _told(rows: Sequence[Row], name: str) -> People:
    return people([(row[f"{name}_alone_weight"], row[f"{name}_alone_mean"], row[f"{name}_alone_sd"]) for row in rows])


def _range(found: Estimate, at: int | None = None) -> Range:
    value, low, high = (float(x) if at is None else float(x[at]) for x in (found.value, found.low, found.high))
    return Range(value, low, high)
