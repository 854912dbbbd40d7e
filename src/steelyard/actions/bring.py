"""Records from a file into the store; nothing is brought in twice, and nothing that is kept is overwritten."""

import io
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from steelyard.exchange.foreign import Told
from steelyard.exchange.mapping import Mapping as Meaning
from steelyard.journal import audit, photos, store
from steelyard.journal.backup import JOURNAL, LARGEST_BYTES, PHOTOS
from steelyard.journal.known import content_of, known, named, tag
from steelyard.knowledge.codes import load_codes
from steelyard.knowledge.load import load
from steelyard.records.model import TAG, Journal, JournalHeader, Photo, Product, Record, Scale
from steelyard.reports import problems as by_kind

from . import diary
from .check import line
from .formats import recognised
from .read import journal_of, layout, rows_of

LONGEST_ID = 255  # of a column of the store
AHEAD = timedelta(days=1)  # clocks of devices differ
_NAMED = (JournalHeader, Product, Scale)  # others point to these by their ids


class UnreadableFileError(ValueError):
    """The file is a zip, and neither holds a journal file nor is the export of an app that is known here."""


@dataclass(frozen=True)
class Brought:
    """What became of a file: entries read, records used, of these new and already kept, photographs new; and the problems.

    `problems` has a line for each kind, `each` one for every problem. `form` is the name of the foreign format, empty for a journal or a table.
    """

    read: int
    used: int
    new: int
    already: int
    photos: int
    problems: tuple[str, ...]
    each: tuple[str, ...]
    form: str = ""


def bring(content: bytes, now: datetime, name: str = "", meaning: Meaning | None = None) -> Brought:
    """Bring a journal file, the zip of an export, or the file of another app into the store; refuses with UnreadableFileError.

    `meaning` says what only the person can say about a file from elsewhere (see `meanings`). A record is already kept when the store has,
    or had, one of its kind and id, or else as many of the same content. The store's own stands.
    """
    knowledge = load()
    stream = io.BytesIO(content)
    foreign = recognised(stream, name)
    file, pictures = (content, []) if foreign else _unpacked(content)
    told_so = Told(meaning or Meaning(zone=diary.home()), knowledge.scales, load_codes(knowledge))
    rows = rows_of(io.BytesIO(file), told_so, foreign, table=foreign is None and bool(told_so.meaning.times()))
    journal, problems = journal_of(rows, knowledge, now + AHEAD)
    if foreign or told_so.meaning.times():
        journal = replace(journal, header=None)  # it only says which zone was assumed
    if foreign:
        problems = [*layout(foreign), *problems]
    told = [record for record in _all(journal) if not record.deleted]
    fresh = _fresh(told)
    store.put(fresh, now)
    wanted = {record.file for record in told if isinstance(record, Photo)}
    kept = [
        name
        for name, image in pictures
        if name in wanted and not photos.read(name, small=True) and photos.put_back(name, image, now)
    ]
    audit.note("imported", now)
    said, each = tuple(by_kind.told(problems)), tuple(line(problem) for problem in problems)
    form = foreign.NAME if foreign else ""
    return Brought(journal.read, journal.used, len(fresh), len(told) - len(fresh), len(kept), said, each, form)


def _unpacked(content: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    if not content.startswith(b"PK\x03\x04"):
        return content, []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_BYTES:
                raise UnreadableFileError("it would unpack to too much")
            pictures = [(name.removeprefix(PHOTOS), archive.read(name)) for name in archive.namelist() if name.startswith(PHOTOS)]
            return archive.read(JOURNAL), pictures
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFileError("the zip holds no journal file") from error


def _all(journal: Journal) -> list[Record]:
    return [*([] if journal.header is None else [journal.header]), *journal.records]


def _fresh(told: list[Record]) -> list[Record]:
    """The records that the store does not have, with ids that fit it."""
    has = known()
    has_header = TAG[JournalHeader] in has.kinds.values()
    seen: Counter[str] = Counter()
    fresh: list[Record] = []
    for record in told:
        if isinstance(record, JournalHeader):
            if not has_header:
                fresh.append(named(record, store.HEADER_ID))
        elif record.id is None:
            content = content_of(record)
            seen[content] += 1
            if seen[content] > has.contents[content]:
                fresh.append(record)
        elif (name := _fitting(record, has.kinds)) not in has.kinds:
            has.kinds[name] = tag(record)
            fresh.append(named(record, name))
    return fresh


def _fitting(record: Record, kinds: dict[str, str]) -> str:
    """The record's id; another, always the same, where the store cannot take it: too long, or that of a record of another kind."""
    name = str(record.id)
    if isinstance(record, _NAMED) or (len(name) <= LONGEST_ID and kinds.get(name, tag(record)) == tag(record)):
        return name
    return blake2b(f"{tag(record)}:{name}".encode(), digest_size=16).hexdigest()
