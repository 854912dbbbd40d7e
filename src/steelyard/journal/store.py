"""Records in, records out. What is acknowledged is on disk; writing the same record twice changes nothing.

While somebody looks around in the invented journal of the tour, everything here is about that one alone: its records are known by their
ids, are never seen together with real ones, and go when the tour is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from uuid import uuid4

import msgspec
from django.db import connection, transaction
from django.db.models import F, QuerySet

from steelyard.records.model import TAG, Dose, Journal, JournalHeader, Person, Photo, Record, Scale, instant
from steelyard.records.model import Entry as Written

from .models import Entry, Picture, Preference

_READ: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
HEADER_ID = "journal"
TOUR = "invented-for-the-tour:"  # how the id of every record of the tour begins
TOURING = "touring"
BATCH = 500
_PREFERENCE = f"SELECT value FROM {Preference._meta.db_table} WHERE name = %s"
_SHAPING = [TAG[kind] for kind in (JournalHeader, Person, Scale)]  # said about the journal, not written in it day by day


@dataclass(frozen=True)
class Kept:
    """A record as the store holds it, with when the store got to know it."""

    id: str
    record: Record
    written: datetime
    deleted: bool


def put(records: Iterable[Record], now: datetime, replace: bool = True) -> list[str]:
    """Keep records, all or none of them; returns their ids, made where there was none.

    One with the id of another takes its place and can be taken back by `undo`; with `replace` False what is there stays as it is, so that
    a queue sent twice brings nothing back that was withdrawn in between.
    """
    mark = _mark()
    named = {r.id: r for r in (msgspec.structs.replace(r, id=r.id or f"{mark}{uuid4()}") for r in records)}
    rows = [
        Entry(id=r.id, kind=TAG[type(r)], at=_utc(r), body=_line(r), deleted=r.deleted, written=now, changed=now)
        for r in named.values()
    ]
    changes = ["kind", "at", "body", "deleted", "changed"]
    how = {"update_conflicts": True, "unique_fields": ["id"], "update_fields": changes} if replace else {"ignore_conflicts": True}
    with transaction.atomic():
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            if replace:
                there = dict(Entry.objects.filter(id__in=[row.id for row in batch]).values_list("id", "body"))
                changed = [row.id for row in batch if there.get(row.id, row.body) != row.body]
                Entry.objects.filter(id__in=changed).update(before=F("body"))
            Entry.objects.bulk_create(batch, **how)
    return [str(id) for id in named]


def new_id(own: str = "") -> str:
    """An id for a record that has none: made of what a browser called it, where it did."""
    return f"{_mark()}{own or uuid4()}"


def undo(id: str, now: datetime) -> bool:
    """Take the last change of a record back: a new one is withdrawn, a changed or withdrawn one is as it was. Twice is as once."""
    row = Entry.objects.filter(id=id).first()
    if row is None:
        return False
    if row.before:
        before = _READ.decode(row.before)
        Entry.objects.filter(id=id).update(body=row.before, at=_utc(before), deleted=False, changed=now)
    else:
        Entry.objects.filter(id=id).update(deleted=True, changed=now)
    return True


def withdraw(id: str, now: datetime) -> bool:
    """Leave a record out from now on; False when there is none with this id."""
    return bool(Entry.objects.filter(id=id).update(deleted=True, before=F("body"), changed=now))


def bring_back(id: str, now: datetime) -> bool:
    """Count a withdrawn record again; False when there is no such record."""
    return bool(Entry.objects.filter(id=id).update(deleted=False, changed=now))


def get(id: str) -> Kept | None:
    """One record, withdrawn or not."""
    row = Entry.objects.filter(id=id).first()
    return None if row is None else _kept(row)


def journal() -> Journal:
    """Everything kept and not withdrawn, as one journal."""
    kept = [_READ.decode(body) for body in _held().values_list("body", flat=True).iterator(chunk_size=5000)]
    header = next((r for r in kept if isinstance(r, JournalHeader)), None)
    records = tuple(r for r in kept if not isinstance(r, JournalHeader))
    return Journal(header, records, read=len(kept), used=len(kept))


def recent(kinds: Sequence[type[Written]], limit: int = 50, until: datetime | None = None) -> list[Kept]:
    """The latest records of some kinds that have a time, latest first; with `until`, those up to that instant."""
    timed = {"at__isnull": False} if until is None else {"at__lte": until.astimezone(UTC)}
    each = [_held().filter(kind=TAG[kind], **timed).order_by("-at", "-written", "-id")[:limit] for kind in kinds]  # type: ignore[index]
    rows = sorted((row for rows in each for row in rows), key=lambda row: (row.at, row.written, row.id), reverse=True)
    return [_kept(row) for row in rows[:limit]]


def page(start: int, size: int, kind: type[Written] | None = None, words: str = "") -> list[Kept]:
    """A stretch of the journal, latest first and what has no time last: of one kind, and where each of the words stands, in any case."""
    rows = _held().filter(kind=TAG[kind]) if kind else _held().exclude(kind__in=_SHAPING)  # type: ignore[index]
    rows = rows.order_by(F("at").desc(nulls_last=True), "-written", "-id")  # as the indexes have it
    wanted = words.casefold().split()
    if not wanted:
        return _doses_last(_kept(row) for row in rows[start : start + size])
    for word in wanted:
        # The database only sorts out what cannot match: it knows no capitals beyond ASCII, and sees the names of the fields as well.
        rows = rows.filter(body__icontains=word) if word.isascii() and word.isalnum() else rows
    found: list[Kept] = []
    for row in rows.iterator(chunk_size=500):
        kept = _kept(row)
        said = _said(kept.record)
        if all(word in said for word in wanted):
            found.append(kept)
        if len(found) == start + size:
            break
    return _doses_last(found[start:])


def of(kind: type[Written]) -> list[Kept]:
    """All records of a kind, in the order in which they were written."""
    return [_kept(row) for row in _held().filter(kind=TAG[kind]).order_by("written", "id")]  # type: ignore[index]


def last_dose() -> Dose | None:
    """The latest dose of anything."""
    for kept in recent((Dose,), limit=1):
        if isinstance(kept.record, Dose):
            return kept.record
    return None


def first(kind: type[Written]) -> datetime | None:
    """When the earliest record of a kind happened."""
    found: datetime | None = _held().filter(kind=TAG[kind], at__isnull=False).order_by("at").values_list("at", flat=True).first()  # type: ignore[index]
    return found


def doses_since(start: datetime) -> list[Dose]:
    """Doses taken at or after an instant, in order of time."""
    rows = _held().filter(kind=TAG[Dose], at__gte=start.astimezone(UTC)).order_by("at", "id")
    return [record for row in rows if isinstance(record := _READ.decode(row.body), Dose)]


def count() -> int:
    """How many records are kept and not withdrawn."""
    return _held().count()


def empty() -> bool:
    """Whether nothing is kept yet that a day by day list would show."""
    return not _held().exclude(kind__in=_SHAPING).exists()


def mark(of: str = "") -> str:
    """What tells one state of the journal from every other, 64 characters; `of` is mixed in."""
    digest = sha256(of.encode())
    for id, body in _held().order_by("id").values_list("id", "body").iterator(chunk_size=5000):
        digest.update(f"{id}\n{body}\n".encode())
    return digest.hexdigest()


def since(kinds: Iterable[type[Written]], start: datetime | None) -> list[Record]:
    """Records of some kinds that have a time, from an instant on or all of them, in order of time."""
    rows = _held().filter(kind__in=[TAG[kind] for kind in kinds], at__isnull=False).order_by("at", "id")  # type: ignore[index]
    rows = rows if start is None else rows.filter(at__gte=start.astimezone(UTC))
    return [_READ.decode(body) for body in rows.values_list("body", flat=True).iterator(chunk_size=5000)]


def touring() -> bool:
    """Whether the invented journal is looked at instead of the real one."""
    return preference(TOURING) == "1"


def begin_tour(records: Iterable[Record], now: datetime) -> None:
    """Show an invented journal instead of the real one, until `end_tour`."""
    with transaction.atomic():
        prefer(TOURING, "1")
        put((msgspec.structs.replace(r, id=f"{TOUR}{r.id or uuid4()}") for r in records), now)


def end_tour() -> int:
    """Erase the invented journal, with all that was written while it was looked at; returns how many records went."""
    rows = Entry.objects.filter(id__startswith=TOUR)
    with transaction.atomic():
        photos = [_READ.decode(body) for body in rows.filter(kind=TAG[Photo]).values_list("body", flat=True)]
        Picture.objects.filter(file__in=[photo.file for photo in photos if isinstance(photo, Photo)]).delete()
        gone, _ = rows.delete()
        prefer(TOURING, "")
    return int(gone)


def preference(name: str, otherwise: str = "") -> str:
    """A setting of the app."""
    # Written out: a page asks dozens of times, and putting the question together costs ten times what the answer does.
    with connection.cursor() as cursor:
        cursor.execute(_PREFERENCE, [name])
        row = cursor.fetchone()
    return otherwise if row is None else str(row[0])


def prefer(name: str, value: str) -> None:
    """Keep a setting."""
    Preference.objects.update_or_create(name=name, defaults={"value": value})


def _doses_last(latest_first: Iterable[Kept]) -> list[Kept]:
    """Where a dose was written together with what was told before it, the dose is the later of the two."""

    def moment(kept: Kept) -> tuple[datetime | None, datetime]:
        return instant(kept.record), kept.written

    groups = (list(group) for _, group in groupby(latest_first, key=moment))
    return [kept for group in groups for kept in sorted(group, key=lambda one: not isinstance(one.record, Dose))]


def _mark() -> str:
    """How the id of a record written now begins."""
    return TOUR if touring() else ""


def _held() -> "QuerySet[Entry]":
    held = Entry.objects.filter(deleted=False)
    return held.filter(id__startswith=TOUR) if touring() else held.exclude(id__startswith=TOUR)


def _kept(row: Entry) -> Kept:
    return Kept(row.id, _READ.decode(row.body), row.written, row.deleted)


def _line(record: Record) -> str:
    # whether it is withdrawn is the row's business: a withdrawn record that comes back must not carry the mark
    return msgspec.json.encode(msgspec.structs.replace(record, deleted=False)).decode()


def _said(record: Record) -> str:
    """What a person wrote into a record, as one text to search in; `sun_exposure` is found as two words too."""
    fields = msgspec.to_builtins(record)
    said = " ".join(str(value) for name, value in fields.items() if name not in ("id", "record")).casefold()
    return f"{said} {said.replace('_', ' ')}"


def _utc(record: Record) -> datetime | None:
    time = instant(record)
    return None if time is None else time.astimezone(UTC)
