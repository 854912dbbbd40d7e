"""The journal file: JSON Lines in and out."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from msgspec.structs import replace

from steelyard.exchange.source import Source, lines
from steelyard.records.identity import with_ids
from steelyard.records.model import Entry, Journal
from steelyard.records.validate import Row

_encode = msgspec.json.Encoder().encode


def read(source: Source) -> Iterator[Row]:
    """The rows of a journal for `records.validate`, from a file or an open binary stream.

    Nothing is raised for bad input: what cannot be read comes as a problem among the rows.
    """
    return lines(source)


def write(journal: Journal, stream: BinaryIO) -> None:
    """Write a journal, its header first, so that reading it gives an equal one; records without an id get one.

    Instants keep their offsets, and fields this format does not know come back as they were.
    """
    named = with_ids(journal)
    if named.header is not None:
        stream.write(_line(named.header))
    for record in named.records:
        stream.write(_line(record))


def _line(record: Entry) -> bytes:
    if not record.extra:
        return _encode(record) + b"\n"
    fields: dict[str, Any] = msgspec.to_builtins(replace(record, extra=None))
    return _encode({"record": "", **record.extra, **fields}) + b"\n"
