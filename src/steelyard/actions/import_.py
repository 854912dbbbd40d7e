"""Make a journal of a file in another form."""

import io
from datetime import datetime

from steelyard.exchange import jsonl
from steelyard.knowledge.load import load
from steelyard.records.model import Journal

from .check import line
from .read import read


def import_(source: str, mapping: str | None, latest: datetime | None) -> tuple[Journal, list[str], bytes]:
    """Read a file and write it as a journal.

    Returns the journal, one line for each problem met, and the journal file's bytes.
    """
    got = read(source, load(), mapping, latest)
    stream = io.BytesIO()
    jsonl.write(got.journal, stream)
    return got.journal, [line(problem) for problem in got.problems], stream.getvalue()
