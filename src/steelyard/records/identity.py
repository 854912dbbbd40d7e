"""Which record is which: ids given to records that have none, records replaced by a later one, records withdrawn."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from steelyard.records.model import KINDS, TAG, Entry, Journal, Record
from steelyard.records.problems import SKIPPED, Note, Problems

E = TypeVar("E", bound=Entry)


class Withdrawal(NamedTuple):
    """A `"deleted": true` line that gives only the kind and id of what it withdraws."""

    kind: type[Record]
    id: str


def resolve(records: list[Record | Withdrawal | None], lines: Sequence[int], problems: Problems) -> None:
    """Let later records replace earlier ones of the same kind and id, and withdrawals withdraw; in place, `None` = no record.

    `lines` are the line numbers that go with `records`, in the order of the file.
    """
    ids = [record.id for record in records if record is not None and record.id is not None]
    if len(set(ids)) == len(ids) and not any(isinstance(record, Withdrawal) for record in records):
        return
    where: dict[type[Record], dict[str, int]] = {kind: {} for kind in KINDS}
    for index, record in enumerate(records):
        if record is None or record.id is None:
            continue
        kind = record.kind if isinstance(record, Withdrawal) else type(record)
        earlier = where[kind].get(record.id)
        if isinstance(record, Withdrawal):
            records[index] = None
            if earlier is None:
                message = f"no {TAG[kind]!r} with this id stands before this line"
                problems.note(lines[index], (Note("id", "id.nothing_to_withdraw", message, SKIPPED),))
            else:
                records[earlier] = _withdrawn(records[earlier])
            continue
        if earlier is not None:
            records[earlier] = None
            message = f"an earlier {TAG[kind]!r} has the same id"
            note = Note("id", "id.duplicate", message, "this one took its place", once=f"{TAG[kind]}.id")
            problems.note(lines[index], (note,))
        where[kind][record.id] = index


def _withdrawn(record: Record | Withdrawal | None) -> Record | None:
    return replace(record, deleted=True) if isinstance(record, Entry) else None


def with_ids(journal: Journal) -> Journal:
    """The journal with an id on every record; those that have one keep it.

    An id is made of what the record says. Records that say the very same are told apart by a number, so that none of them is
    taken for a correction of the other when the journal is read again.
    """
    taken = {record.id for record in journal.records if record.id is not None}
    made: Counter[str] = Counter()

    def named(record: E) -> E:
        if record.id is not None:
            return record
        digest = blake2b(msgspec.json.encode(record, order="sorted"), digest_size=8).hexdigest()
        while True:
            made[digest] += 1
            name = digest if made[digest] == 1 else f"{digest}-{made[digest]}"
            if name not in taken:
                return replace(record, id=name)

    header = None if journal.header is None else named(journal.header)
    return Journal(header, tuple(named(record) for record in journal.records), journal.read, journal.used)
