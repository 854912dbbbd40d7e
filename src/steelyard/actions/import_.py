"""Make a journal of a file in another form."""

import io
from datetime import datetime

from msgspec import structs

from steelyard.exchange import jsonl
from steelyard.exchange.mapping import Mapping
from steelyard.exchange.mapping import load as load_mapping
from steelyard.knowledge.load import load
from steelyard.records.model import Journal, Problem
from steelyard.records.time import zone as known_zone

from .check import line
from .formats import names
from .read import JOURNAL, TABLE, read


def import_(
    source: str,
    mapping: str | None,
    latest: datetime | None,
    form: str | None = None,
    zone: str | None = None,
    person: str | None = None,
) -> tuple[Journal, list[str], bytes]:
    """Read a file and write it as a journal.

    Args:
        form: name of its format, or `csv` or `journal`; by default it is told by the content.
        zone: IANA zone of times that carry none; person: whose entries are wanted. Both go before what the mapping says.

    Returns the journal, one line for the format and each problem met, and the journal file's bytes. Refuses an unknown zone (ValueError).
    """
    if zone is not None and known_zone(zone) is None:
        raise ValueError("expected an IANA zone such as America/Chicago")
    meaning = load_mapping(mapping) if mapping else None
    if not isinstance(meaning, Problem) and (zone or person):
        told = {name: value for name, value in (("zone", zone), ("person", person)) if value}
        meaning = structs.replace(meaning or Mapping(), **told)
    got = read(source, load(), mapping if isinstance(meaning, Problem) else meaning, latest, form)
    stream = io.BytesIO()
    jsonl.write(got.journal, stream)
    said = [f"read as {got.form}"] if got.form else []
    return got.journal, said + [line(problem) for problem in got.problems], stream.getvalue()


def forms() -> tuple[str, ...]:
    """All that `form` can be."""
    return (JOURNAL, TABLE, *names())
