"""A journal from a backup, into a folder that holds none."""

import io
from dataclasses import dataclass

from steelyard.exchange import jsonl
from steelyard.journal import audit, backup, photos, store
from steelyard.journal.known import as_written, tag
from steelyard.knowledge.load import load
from steelyard.records.model import Record
from steelyard.records.validate import validate

from . import keep
from .check import line
from .copies import CARRIED
from .vaults import vault

NotABackupError, SealedError = backup.NotABackupError, backup.SealedError


@dataclass(frozen=True)
class Restored:
    """How much came back, and a line for each thing that could not."""

    records: int
    photos: int
    problems: tuple[str, ...]


def restore(content: bytes, passphrase: str, new: str = "") -> Restored:
    """Begin a journal with what a backup holds.

    The journal gets the passphrase of the backup; where the backup has none, `new`, or none. Refuses with `backup.NotABackupError`,
    with `backup.SealedError` a wrong passphrase, and (ValueError) where there is a journal already. All comes back or nothing.
    """
    if keep.exists():
        raise ValueError("there is a journal already")
    chosen = passphrase if backup.is_sealed(content) else new
    vault().check(chosen)
    held = backup.contents(content, passphrase)
    records, problems = _records(held.journal)
    if not records and held.journal.strip():
        raise backup.NotABackupError("it holds no journal")
    keep.begin(chosen)
    try:
        now = keep.now()
        store.put(records, now)
        refused = [name for name, image in held.photos if not photos.put_back(name, image, now)]
        for name, value in held.settings:
            if name in CARRIED:
                store.prefer(name, value)
        audit.note("restored from a backup", now)
    except BaseException:
        keep.discard()
        raise
    return Restored(
        len(records), len(held.photos) - len(refused), (*problems, *(f"{name}: not a photograph; left out" for name in refused))
    )


def _records(file: bytes) -> tuple[list[Record], tuple[str, ...]]:
    """Lines as this program writes them come back as they are, even what a check would now refuse; others as a check leaves them."""
    exact = as_written(file)
    ids = {(tag(record), record.id) for record in exact.values()}
    journal, problems = validate(jsonl.read(io.BytesIO(file)), load().scales, None)
    checked = [*([journal.header] if journal.header else []), *journal.records]
    others = [record for record in checked if (tag(record), record.id) not in ids and not record.deleted]
    return [*exact.values(), *others], tuple(line(problem) for problem in problems if problem.line not in exact)
