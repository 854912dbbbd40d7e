"""Read a person's file, whatever supported form it has, into a journal and the problems met on the way."""

import hashlib
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from steelyard.exchange import csv_mapping, jsonl
from steelyard.exchange.archive import MAGIC
from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.mapping import Mapping, load
from steelyard.exchange.proposal import propose
from steelyard.knowledge.codes import load_codes
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Problem
from steelyard.records.validate import Row, validate

from .formats import HEAD, named, recognised

LARGEST_PIPED = 1 << 30  # bytes: a foreign form on standard input is held as a whole
JOURNAL, TABLE = "journal", "csv"
# Codes of problems: where the layout of a format was taken from, and which zone was assumed of a time.
LAYOUT, NO_OFFSET = "file.layout", "time.missing_offset"


@dataclass(frozen=True)
class Read:
    """A journal as read: `sha256` is of the bytes it came from; `form` is the name of the foreign format, empty where it is none."""

    journal: Journal
    problems: tuple[Problem, ...]
    sha256: str
    form: str = ""


def read(
    source: str,
    knowledge: Knowledge,
    mapping: str | Mapping | None = None,
    latest: datetime | None = None,
    form: str | None = None,
) -> Read:
    """Read a journal (`-` for standard input), the export of another app, or a CSV file with the mapping that explains its columns.

    Args:
        mapping: what columns or trackers mean, in which zone times are, and whose entries are wanted; or the file that says it.
        latest: the last instant that can have happened (see `records.validate`).
        form: `journal`, `csv` or the name of a format; by default it is told by the content.

    Refuses nothing: see `problems`.
    """
    meaning = load(mapping) if isinstance(mapping, str) else mapping or Mapping()
    if isinstance(meaning, Problem):
        journal, problems = journal_of([meaning], knowledge, latest)
        return Read(journal, tuple(problems), "" if source == "-" else _digest(source))
    told = Told(meaning, knowledge.scales, load_codes(knowledge))
    stream = _open(source, form)
    if stream is None:  # missing, or a directory: the reader of lines says which
        journal, problems = journal_of(jsonl.read(source), knowledge, latest)
        return Read(journal, tuple(problems), "")
    with stream:
        foreign = _foreign(stream, source, form, meaning)
        table = form == TABLE or (form is None and foreign is None and (isinstance(mapping, str) or bool(meaning.times())))
        journal, problems = journal_of(rows_of(stream, told, foreign, table), knowledge, latest)
        digest = stream.digest() if isinstance(stream, _Piped) else _digest(source)
    if foreign is None:
        return Read(journal, tuple(problems), digest)
    return Read(journal, (*layout(foreign), *problems), digest, foreign.NAME)


def rows_of(stream: BinaryIO, told: Told, foreign: ModuleType | None, table: bool) -> Iterable[Row | LeftOut]:
    """The rows of an open file at its start: of a foreign format, of a table, or of a journal; a table without a mapping is refused."""
    if foreign is not None:
        return cast("Iterable[Row | LeftOut]", foreign.read(stream, told))
    if table:
        return csv_mapping.read(stream, told.meaning)
    head = stream.read(HEAD)
    stream.seek(0)
    if propose(head, told.scales) is not None:
        message = "expected a journal or the export of an app that is known here, found a table"
        return [Problem(0, "", "file.table", message, "read nothing; a mapping says what its columns mean (--mapping)")]
    return jsonl.read(stream)


def journal_of(rows: Iterable[Row | LeftOut], knowledge: Knowledge, latest: datetime | None) -> tuple[Journal, list[Problem]]:
    """The journal that rows make, with the problems met; entries that were left out together count as read one by one.

    Rows of line 0, such as the zone that was assumed, are no entries of the file and do not count as any.
    """
    left: list[LeftOut] = []
    made = 0

    def used() -> Iterator[Row]:
        nonlocal made
        for row in rows:
            if isinstance(row, LeftOut):
                left.append(row)
            else:
                made += not isinstance(row, Problem) and row[0] == 0
                yield row

    journal, problems = validate(used(), knowledge.scales, latest)
    counted = sum(one.count for one in left) - made
    journal = replace(journal, read=journal.read + counted, used=max(journal.used - made, 0))
    return journal, [*problems, *(one.problem() for one in left)]


def layout(form: ModuleType) -> list[Problem]:
    """What has to be said of a format that was not tried on a real file: where its layout was taken from."""
    if not form.LAYOUT:
        return []
    message = f"the layout of {form.NAME} files was taken from {form.LAYOUT}, and not tried on a real export"
    return [Problem(0, "", LAYOUT, message, "see whether all came in as it should")]


def _foreign(stream: BinaryIO, name: str, form: str | None, meaning: Mapping) -> ModuleType | None:
    """The foreign format: the one that was named, or what the content shows; a mapping that says which column is the time is for a table."""
    if form is not None:
        return named(form)
    return None if meaning.times() else recognised(stream, name)


def _open(source: str, form: str | None) -> BinaryIO | None:
    """The file, open; standard input line by line as far as it is a journal or a table, else as a whole."""
    if source != "-":
        try:
            return Path(source).open("rb") if Path(source).is_file() else None
        except OSError:
            return None
    piped = sys.stdin.buffer
    head = piped.read(HEAD)
    if head.startswith(MAGIC) or (form and named(form)) or recognised(io.BytesIO(head), source):
        return _Piped(head + piped.read(LARGEST_PIPED), io.BytesIO())
    return _Piped(head, piped)


def _digest(path: str) -> str:
    if not Path(path).is_file():
        return ""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Piped(io.BytesIO):
    """Standard input, whose bytes are digested as they pass, since it can be read only once; its beginning can be read again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__(head)
        self._rest = rest
        self._sha256 = hashlib.sha256(head)

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line, of what is held and then of the rest."""
        most = -1 if size is None else size
        line = super().readline(most)
        if line.endswith(b"\n") or len(line) == most:
            return line
        more = self._rest.readline(most if most < 0 else most - len(line))
        self._sha256.update(more)
        return line + more

    def digest(self) -> str:
        """The digest of all that was read."""
        return self._sha256.hexdigest()
