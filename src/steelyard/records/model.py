"""What a person can write down: one frozen struct per record kind of journal format 1.

Field names are those of the file; only `from` is spelled `from_` here. Instants are timezone-aware and keep the offset they
were written with. Amounts and units stay as the person gave them (`units` maps spellings). Missing is `None`, never zero.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter, lt
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

Family = Literal["bounded", "ordinal", "binary", "count"]
NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
Name = Annotated[str, Meta(min_length=1)]


class Entry(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,
    tag_field="record",
    rename={"from_": "from", "extra": " extra"},
):
    """What every record carries: a name, whether it was withdrawn, and fields this format does not know.

    `extra` is written back as it came. It is no field of the file, hence a JSON name that nobody types.
    """

    id: Name | None = None
    deleted: bool = False
    extra: dict[str, Any] | None = None


class JournalHeader(Entry, frozen=True, kw_only=True, tag="journal"):
    """The journal itself. `zone` (IANA name) applies to times written without an offset."""

    format: int
    zone: str | None = None
    title: str | None = None


class Person(Entry, frozen=True, kw_only=True, tag="person"):
    """Whose journal it is, as far as they wish to say. `place` is an ISO 3166 code such as `US-TN` or `DE`."""

    birth_year: int | None = None
    sex: Literal["female", "male"] | None = None
    weight_kg: Positive | None = None
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    conditions: tuple[str, ...] = ()
    place: str | None = None
    diagnoses: str | None = None


class Product(Entry, frozen=True, kw_only=True, tag="product"):
    """What is taken. `unit_g` is grams in one capsule or tablet; contents are mg of alkaloid per gram of product."""

    id: Name
    substance: Name
    kind: str | None = None
    mitragynine_mg_per_g: NotNegative | None = None
    mitragynine_mg_per_g_sd: NotNegative | None = None
    hydroxymitragynine_mg_per_g: NotNegative | None = None
    hydroxymitragynine_mg_per_g_sd: NotNegative | None = None
    unit_g: Positive | None = None
    label: str | None = None
    lot: str | None = None


class Dose(Entry, frozen=True, kw_only=True, tag="dose"):
    """Something taken. `amount` is in `unit`; `None` = taken, amount unknown; 0 = a recorded zero (placebo, end of a taper)."""

    time: datetime
    substance: Name
    amount: NotNegative | None = None
    unit: str | None = None
    product: str | None = None
    route: str = "oral"
    amount_sd: NotNegative | None = None
    time_sd_minutes: NotNegative | None = None
    with_food: bool | None = None
    note: str | None = None


class Rating(Entry, frozen=True, kw_only=True, tag="rating"):
    """A value on a scale. `asked` says what led to it: a prompt, the person's own wish, or a dose."""

    time: datetime
    scale: Name
    value: float
    asked: Literal["prompt", "self", "dose"] | None = None


class Answers(Entry, frozen=True, kw_only=True, tag="answers"):
    """Answers to a questionnaire in its own order of items; `None` = not answered."""

    time: datetime
    instrument: Name
    items: tuple[float | None, ...]


class Session(Entry, frozen=True, kw_only=True, tag="session"):
    """A session of a therapy: `physiotherapy`, `cbt`, `mindfulness`, `exercise`..."""

    time: datetime
    therapy: Name
    minutes: NotNegative | None = None


class SideEffect(Entry, frozen=True, kw_only=True, tag="side_effect"):
    """Something unwanted that was noticed; severity 0 (none) to 3 (severe)."""

    time: datetime
    effect: Name
    severity: Annotated[float, Meta(ge=0, le=3)] | None = None
    until: datetime | None = None


class Lab(Entry, frozen=True, kw_only=True, tag="lab"):
    """A laboratory result. `unit` is a UCUM code where known, else as written; `low` and `high` are the laboratory's limits."""

    time: datetime
    test: Name
    value: float
    unit: str
    low: float | None = None
    high: float | None = None


class Medicine(Entry, frozen=True, kw_only=True, tag="medicine"):
    """A medicine used over a period; open ends mean before, or still."""

    name: Name
    from_: datetime | None = None
    to: datetime | None = None
    dose: str | None = None
    note: str | None = None


class Context(Entry, frozen=True, kw_only=True, tag="context"):
    """Something that happened and may matter: `illness`, `surgery`, `menses`, `stress`..."""

    time: datetime
    kind: Name
    value: float | str | None = None
    unit: str | None = None


class Photo(Entry, frozen=True, kw_only=True, tag="photo"):
    """A photograph of a body site, by file name."""

    time: datetime
    site: Name
    file: Name
    note: str | None = None


class Assignment(Entry, frozen=True, kw_only=True, tag="assignment"):
    """A randomised period under one condition of a trial."""

    from_: datetime
    to: datetime
    condition: Name
    trial: str | None = None


class Scale(Entry, frozen=True, kw_only=True, tag="scale"):
    """How an outcome is measured: its family, its ends, and whether more is worse."""

    id: Name
    family: Family
    low: float | None = None
    high: float | None = None
    worse_is_up: bool


Record = (
    JournalHeader | Person | Product | Dose | Rating | Answers | Session | SideEffect
    | Lab | Medicine | Context | Photo | Assignment | Scale
)  # fmt: skip
KINDS: tuple[type[Record], ...] = Record.__args__
TAG: dict[type[Record], str] = {kind: str(kind.__struct_config__.tag) for kind in KINDS}
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
T = TypeVar("T", bound=Entry)


class Problem(msgspec.Struct, frozen=True):
    """Something in the input that was not as expected, and what was done about it; line 0 means the whole file.

    `field` is the field of the record, or the column of a table; `count` says of how many alike this one is told.
    """

    line: int
    field: str
    code: str
    message: str
    action: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Journal:
    """All that was written down and could be used, in one fixed order: by kind, then by time, then by id.

    `read` counts the lines that held something, `used` those that count (neither refused, replaced nor withdrawn). Withdrawn
    records stay in `records` so that they can be written back. Two journals are equal when their contents are.
    """

    header: JournalHeader | None
    records: tuple[Record, ...]
    read: int = field(default=0, compare=False)
    used: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", _in_order(self.records))

    def of(self, kind: type[T]) -> list[T]:
        """All records of one kind that were not withdrawn, in time order where the kind has a time."""
        rank = _RANK[kind]  # type: ignore[index]
        first = bisect_left(self.records, rank, key=_rank)
        last = bisect_right(self.records, rank, key=_rank)
        return [record for record in self.records[first:last] if not record.deleted]  # type: ignore[misc]


def instant(record: Entry) -> datetime | None:
    """When a record happened or began; `None` for kinds without a time, or with an open beginning."""
    time: datetime | None = getattr(record, "time", None) or getattr(record, "from_", None)
    return time


def _rank(record: Record) -> int:
    return _RANK[type(record)]


def _in_order(records: Iterable[Record]) -> tuple[Record, ...]:
    groups: dict[type[Record], list[Record]] = {kind: [] for kind in KINDS}
    for record in records:
        groups[type(record)].append(record)
    return tuple(chain.from_iterable(_by_time(kind, group) for kind, group in groups.items()))


def _by_time(kind: type[Record], group: list[Record]) -> list[Record]:
    """In order of time; what happened at the same instant in order of content, which is only compared where needed."""
    moment = attrgetter("time") if "time" in kind.__struct_fields__ else _moment
    group.sort(key=moment)
    moments = list(map(moment, group))
    if all(map(lt, moments, moments[1:])):
        return group
    return [record for _, same in groupby(group, key=moment) for record in sorted(same, key=_content)]


def _moment(record: Record) -> float:
    time = instant(record)
    return float("-inf") if time is None else time.timestamp()


def _content(record: Record) -> tuple[str, bytes]:
    return record.id or "", msgspec.json.encode(record)
