"""Everything a person wrote down, to take along: a journal file, tables for a spreadsheet, the photographs."""

import io
import zipfile

from steelyard.exchange import jsonl
from steelyard.exchange.tables import tables
from steelyard.journal import audit, photos, store
from steelyard.journal.backup import JOURNAL, PHOTOS

from .keep import now

_README = """Everything in this journal.

journal.jsonl   all records, one on each line (JSON); this file loses nothing and can be brought back
tables/         the same as tables for a spreadsheet, one for each kind of record
photos/         the photographs, by the names that the records give them

Nothing in here is encrypted: whoever has this file can read it.
"""


def journal_file() -> bytes:
    """The journal file."""
    out = io.BytesIO()
    jsonl.write(store.journal(), out)
    audit.note("exported the journal file", now())
    return out.getvalue()


def everything() -> bytes:
    """A zip of the journal file, the tables and the photographs."""
    journal = store.journal()
    file, out = io.BytesIO(), io.BytesIO()
    jsonl.write(journal, file)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        archive.writestr(JOURNAL, file.getvalue())
        for name, table in tables(journal):
            archive.writestr(f"tables/{name}", table)
        for name, image in photos.everything():
            archive.writestr(zipfile.ZipInfo(PHOTOS + name), image)
    audit.note("exported everything", now())
    return out.getvalue()
