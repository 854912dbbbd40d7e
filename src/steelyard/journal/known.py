"""Which records the store has, or had: for files that bring some of them a second time."""

from collections import Counter
from dataclasses import dataclass

import msgspec

from steelyard.records.model import TAG, JournalHeader, Record, instant

from .models import Entry

_READ: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


@dataclass(frozen=True)
class Known:
    """The kind of each record by its id, withdrawn ones too; and how often each content is held, those apart."""

    kinds: dict[str, str]
    contents: Counter[str]


def known() -> Known:
    """All that the store knows now."""
    kinds: dict[str, str] = {}
    contents: Counter[str] = Counter()
    for id, kind, body, deleted in Entry.objects.values_list("id", "kind", "body", "deleted").iterator(chunk_size=5000):
        kinds[id] = kind
        contents[content_of(_READ.decode(body))] += not deleted
    return Known(kinds, contents)


def content_of(record: Record) -> str:
    """What a record says, whatever its id and whether or not it is withdrawn."""
    return msgspec.json.encode(named(record, None), order="sorted").decode()


def named(record: Record, id: str | None) -> Record:
    """The record under another id, and not withdrawn."""
    return msgspec.structs.replace(record, id=id, deleted=False)


def as_written(file: bytes) -> dict[int, Record]:
    """Records by line number, of the lines of a journal file that are exactly as this program writes them."""
    found: dict[int, Record] = {}
    for number, text in enumerate(file.splitlines(), start=1):
        try:
            record = _READ.decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        at = instant(record)
        if not record.deleted and (at is None or at.tzinfo is not None) and (isinstance(record, JournalHeader) or record.id):
            found[number] = record
    return found


def tag(record: Record) -> str:
    """The name of a record's kind."""
    return TAG[type(record)]
