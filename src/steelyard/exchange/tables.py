"""A journal as tables for a spreadsheet, one for each kind of record. The journal file stays the form that loses nothing.

A spreadsheet runs a cell that begins like a formula. Text that does, at its start or after something that a spreadsheet may take for the
end of a cell, gets an apostrophe before it; numbers are written as numbers.

Source: OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from steelyard.records.identity import with_ids
from steelyard.records.model import KINDS, TAG, Entry, Journal

_FORMULA = re.compile(r"""(^|[,;|\t\r\n])(["']?)(?=[=+\-@＝＋－＠\t\r])""")
_NOT_SHOWN = ("deleted", "extra")


def tables(journal: Journal) -> Iterator[tuple[str, bytes]]:
    """File names and contents (CSV, UTF-8 with a mark that spreadsheets know it by), of the kinds that the journal holds."""
    named = with_ids(journal)
    for kind in KINDS:
        records = [named.header] if named.header is not None and isinstance(named.header, kind) else named.of(kind)
        if records:
            yield f"{TAG[kind]}.csv", _table(kind, records)


def cell(value: Any) -> str:
    """What stands in a cell: nothing where nothing is known, which is not zero; text that cannot run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return cell("; ".join(str(one) if isinstance(one, str) else cell(one) for one in value))
    return _FORMULA.sub(r"\1'\2", str(value))


def _table(kind: type[Entry], records: list[Any]) -> bytes:
    names = [name for name in kind.__struct_fields__ if name not in _NOT_SHOWN]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*(name.rstrip("_") for name in names), "other"])
    for record in records:
        other = msgspec.json.encode(record.extra).decode() if record.extra else None
        writer.writerow([*(cell(getattr(record, name)) for name in names), cell(other)])
    return out.getvalue().encode("utf-8-sig")
