"""Make a journal of a file in another form."""

import io
import json
from datetime import datetime

from msgspec import structs

from steelyard.exchange import jsonl
from steelyard.exchange.foreign import Told
from steelyard.exchange.mapping import Mapping
from steelyard.exchange.mapping import load as load_mapping
from steelyard.exchange.series import KEPT, NO_MEANING
from steelyard.knowledge.load import load
from steelyard.records.model import Journal, Problem
from steelyard.records.time import zone as known_zone

from .check import told
from .formats import names
from .read import JOURNAL, NO_OFFSET, TABLE, Read, read


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

    Returns the journal, one line for the format and each kind of problem met, and the journal file's bytes. Refuses an unknown zone
    (ValueError).
    """
    if zone is not None and known_zone(zone) is None:
        raise ValueError("expected an IANA zone such as America/Chicago")
    meaning = load_mapping(mapping) if mapping else None
    if not isinstance(meaning, Problem) and (zone or person):
        said_so = {name: value for name, value in (("zone", zone), ("person", person)) if value}
        meaning = structs.replace(meaning or Mapping(), **said_so)
    got = read(source, load(), mapping if isinstance(meaning, Problem) else meaning, latest, form)
    stream = io.BytesIO()
    jsonl.write(got.journal, stream)
    said = [f"read as {got.form}"] if got.form else []
    return got.journal, [*said, *told(got.problems), *_hint(got)], stream.getvalue()


def _hint(got: Read) -> list[str]:
    """How to say what an export does not: in which zone its clocks went, and what a tracker or a question is."""
    hints = []
    if got.form and any(p.code == NO_OFFSET and p.action == f"assumed {Told().zone}" for p in got.problems):
        hints.append("--zone says in which zone these times are, such as --zone Europe/Berlin")
    unknown = next((p.field for p in got.problems if p.action.startswith(KEPT) or p.message.endswith(NO_MEANING)), None)
    if got.form and unknown is not None:
        name = json.dumps(unknown, ensure_ascii=False)
        hints.append(f"if {name} is a rating of pain, a file with the line scales.pain = {name} says so, given as --mapping FILE")
        hints.append("docs/reference/csv-mapping.md has the lines for what was taken, for therapies and for other scales")
    return hints


def forms() -> tuple[str, ...]:
    """All that `form` can be."""
    return (JOURNAL, TABLE, *names())
