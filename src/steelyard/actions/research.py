"""Many journals as one table of events for research: pseudonyms for people, shifted dates, no free text, and a dictionary of the columns."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from steelyard import __version__
from steelyard.exchange.parquet import write_parquet
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.records.columns import IN_WORDS, Column, Field, columns, counted, fields, row
from steelyard.records.model import KINDS, TAG, Journal, Record, instant

from .many import Tally, journals
from .pseudonyms import key_of, pseudonym, weeks_back
from .read import read
from .weigher import place

Dates = Literal["shifted", "relative", "true"]
EVENTS, PAGE, TABLE = "events.parquet", "dictionary.md", "dictionary.csv"
FREE_TEXT = ("title", "diagnoses", "label", "lot", "note", "dose", "file", f"value{IN_WORDS}")
NAMED_BY_HAND = ("id", "product")  # names of records, which people choose themselves
TELLING = ("zone",)  # says where a person lives
STEP_YEARS = 5
OWN = (
    Column("person", "text", "pseudonym: the same for all rows of one journal, and in every table made with the same key"),
    Column("record", "text", "kind of record"),
    Column(
        "hours", "number", "hours from midnight before the first record of the journal, by that day's clock; none without a time"
    ),
    Column("offset_minutes", "whole", "how far the clock on which it was written ran ahead of UTC"),
)


@dataclass(frozen=True)
class Wanted:
    """What goes into the table: whether text in the person's own words does, and which dates."""

    free_text: bool = False
    dates: Dates = "shifted"


def research(
    folder: Path, out: Path, wanted: Wanted, key: Path | None, tell: Callable[[int, int], None], latest: datetime
) -> Tally:
    """Write the events of all journals of a folder, and the dictionary of their columns, into the folder `out`.

    Refuses with UnusableKey, and OSError where nothing can be written.
    """
    found = journals(folder)
    if not found:
        return Tally(0, 0, ())
    secret = key_of(folder, key)
    out.mkdir(parents=True, exist_ok=True)
    troubles: list[tuple[str, str]] = []

    def events() -> Iterator[dict[str, Any]]:
        for count, path in enumerate(found, 1):
            name = path.relative_to(folder).as_posix()
            try:
                got = read(str(path), _knowledge(), None, latest)
            except Exception as error:  # one journal costs itself only
                troubles.append((name, f"it could not be read ({place(error)})"))
                continue
            if not got.journal.used:
                troubles.append((name, got.problems[0].message if got.problems else "it holds nothing"))
            yield from _rows(got.journal, pseudonym(secret, name), secret, wanted)
            tell(count, len(found))

    beside = out / (EVENTS + ".new")
    with beside.open("wb") as stream:
        written = write_parquet(table(wanted), events(), stream)
    beside.replace(out / EVENTS)
    (out / PAGE).write_text(dictionary(wanted), encoding="utf-8")
    (out / TABLE).write_text(dictionary_table(wanted), encoding="utf-8")
    return Tally(len(found) - len(troubles), written, tuple(troubles))


def table(wanted: Wanted) -> tuple[Column, ...]:
    """The columns of the table: those of the records that are not left out."""
    return (*OWN, *(column for column in columns() if treated(column.name, column.kind, wanted) != "left out"))


def treated(name: str, kind: str, wanted: Wanted) -> str:
    """What is done with a column, in a few words; `left out` where it is not in the table."""
    if name in TELLING or (name in FREE_TEXT and not wanted.free_text) or (kind == "instant" and wanted.dates == "relative"):
        return "left out"
    if name in NAMED_BY_HAND:
        return "pseudonym, of this person's journal only"
    if kind == "instant" and wanted.dates == "shifted":
        return "moved into the past by whole weeks, as many for all dates of one person"
    return {"birth_year": f"first year of {STEP_YEARS}", "place": "country only"}.get(name, "as written")


def dictionary(wanted: Wanted) -> str:
    """The data dictionary as a page, made from the definitions of the records."""
    lines = [
        "# Data dictionary\n",
        f"`{EVENTS}`, written by steelyard {__version__}: one row for each record that counts, of all journals.",
        "What a record does not say is null, which is never zero. Instants are in UTC; `offset_minutes` brings back the person's clock.",
        "Fields that the journal format does not know are left out.\n",
        *_markdown(("column", "kind", "what it is"), [(f"`{c.name}`", c.kind, c.says) for c in OWN]),
    ]
    for kind in KINDS:
        said = " ".join((kind.__doc__ or "").split())
        shown = [(f"`{f.column}`", f.kind, "yes" if f.required else "", f.allowed, t) for f, t in _of(kind, wanted)]
        lines += [f"\n## {TAG[kind]}\n", f"{said}\n", *_markdown(("column", "kind", "always", "allowed", "in this table"), shown)]
    return "\n".join(lines) + "\n"


def dictionary_table(wanted: Wanted) -> str:
    """The same as CSV: one line for each column of each kind of record."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("record", "column", "kind", "always", "allowed", "in_this_table"))
    for kind in KINDS:
        writer.writerows((TAG[kind], f.column, f.kind, "yes" if f.required else "no", f.allowed, t) for f, t in _of(kind, wanted))
    return out.getvalue()


def _of(kind: type[Record], wanted: Wanted) -> list[tuple[Field, str]]:
    return [(field, treated(field.column, field.kind, wanted)) for field in fields(kind)]


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def _rows(journal: Journal, person: str, key: bytes, wanted: Wanted) -> Iterator[dict[str, Any]]:
    first = min((at for record in journal.records if not record.deleted and (at := instant(record)) is not None), default=None)
    midnight = None if first is None else first.replace(hour=0, minute=0, second=0, microsecond=0)
    back = timedelta(weeks=weeks_back(key, person) if wanted.dates == "shifted" else 0)
    for record in counted(journal):
        said: dict[str, Any] = {"person": person, "record": TAG[type(record)]}
        at = instant(record)
        if at is not None and midnight is not None:
            said["hours"] = (at - midnight) / timedelta(hours=1)
            said["offset_minutes"] = round((at.utcoffset() or timedelta(0)) / timedelta(minutes=1))
        for name, value in row(record).items():
            said[name] = _treated(name, value, person, key, back)
        yield said  # columns that are not in the table are passed over when it is written


def _treated(name: str, value: Any, person: str, key: bytes, back: timedelta) -> Any:
    if isinstance(value, datetime):
        return value - back
    if name in NAMED_BY_HAND:
        return pseudonym(key, person, value)
    if name == "birth_year":
        return value // STEP_YEARS * STEP_YEARS
    return value.partition("-")[0] if name == "place" else value


@cache
def _knowledge() -> Knowledge:
    return load()
