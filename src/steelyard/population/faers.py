"""The quarterly files of the FDA on medicines: FAERS since late 2012, AERS before. A zip of tables parted by `$`, in Latin-1.

Source: the layouts in the head lines of the files themselves.
"""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from .rows import Batches, Reading, UnreadableReports, batch, day, lines, sexes, text, whole, years

SOURCE = "FAERS"
TABLES = ("DEMO", "DRUG", "REAC")
WITHDRAWN = "DELE"  # lists of withdrawn cases, in quarters since 2019
# What we call a column, and what the two eras called it; the first one found is read.
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "DEMO": {
        "report": ("primaryid", "isr"),
        "case": ("caseid", "case"),
        "version": ("caseversion", "foll_seq"),
        "received": ("fda_dt",),
        "event_date": ("event_dt",),
        "age": ("age",),
        "age_unit": ("age_cod",),
        "sex": ("sex", "gndr_cod"),
        "country": ("occr_country", "reporter_country"),
    },
    "DRUG": {"report": ("primaryid", "isr"), "name": ("drugname",), "ingredient": ("prod_ai",), "role": ("role_cod",)},
    "REAC": {"report": ("primaryid", "isr"), "term": ("pt",)},
}
NEEDED = {"DEMO": ("report", "case"), "DRUG": ("report", "name"), "REAC": ("report", "term")}


def read(path: Path, reading: Reading) -> Batches:
    """Yield the tables of one quarter a piece at a time.

    Refuses (UnreadableReports) a file that is no whole zip, one without the three tables, and tables without the columns of either era.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            for table in TABLES:
                yield from _table(archive, members[table], table, reading)
            for name in members.get(WITHDRAWN, []):
                yield "deleted", _deleted(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableReports(
            f"expected a whole zip of a quarter, found one that is damaged or cut short ({error}); loaded nothing of it"
        ) from error


def _members(archive: zipfile.ZipFile) -> dict[str, list[str]]:
    """Files of the archive by the table they hold."""
    found: dict[str, list[str]] = {}
    for name in sorted(archive.namelist()):
        stem = Path(name).name.upper()
        if stem.endswith(".TXT") and (table := next((t for t in (*TABLES, WITHDRAWN) if stem.startswith(t)), "")):
            found.setdefault(table, []).append(name)
        elif stem.endswith(".TXT") and "DELETE" in name.upper():
            found.setdefault(WITHDRAWN, []).append(name)
    missing = [table for table in TABLES if table not in found]
    if missing:
        raise UnreadableReports(
            f"expected files that begin with {', '.join(TABLES)}; {', '.join(missing)} missing; loaded nothing of it"
        )
    return found


def _table(archive: zipfile.ZipFile, names: list[str], table: str, reading: Reading) -> Batches:
    for name in names:
        held, place = _head(archive, name, table)
        with archive.open(name) as stream:
            for rows in lines(stream, "$", False, held, table, reading):
                yield from _parts(table, {own: rows.column(at) for own, at in place.items()})


def _head(archive: zipfile.ZipFile, name: str, table: str) -> tuple[list[str], dict[str, int]]:
    """Names for all columns of a file, and the place of those that are read."""
    with archive.open(name) as stream:
        head, first = (_fields(stream) for _ in range(2))
    names = [each.strip().lower() for each in head]
    place = {own: names.index(hit) for own, said in COLUMNS[table].items() if (hit := next((s for s in said if s in names), ""))}
    absent = [COLUMNS[table][own][0] for own in NEEDED[table] if own not in place]
    if absent:
        raise UnreadableReports(
            f"{table}: expected columns parted by $ with {', '.join(absent)} among them, found {len(names)} column(s) without; "
            "loaded nothing of it"
        )
    spare = max(0, len(first) - len(names))  # rows of the old era end in a $, their head does not
    return [str(at) for at in range(len(names) + spare)], place


def _fields(stream: IO[bytes]) -> list[str]:
    return stream.readline().decode("latin-1").lstrip("\ufeffï»¿").rstrip("\r\n").split("$")


def _parts(table: str, given: Mapping[str, Any]) -> Batches:
    columns = {name: text(column) for name, column in given.items()}
    if table == "REAC":
        yield "events", batch("events", columns | {"term": pc.utf8_upper(columns["term"])})
    elif table == "DRUG":
        yield "drugs", batch("drugs", columns)
    else:
        blank = pa.array([""] * len(columns["report"]))
        columns |= {
            "version": whole(columns.get("version", blank)),
            "received": day(columns.get("received", blank)),
            "event_date": day(columns.get("event_date", blank)),
            "age": years(columns.get("age", blank), columns.get("age_unit", blank)),
            "sex": sexes(columns.get("sex", blank)),
        }
        yield "reports", batch("reports", columns)


def _deleted(archive: zipfile.ZipFile, name: str) -> pa.RecordBatch:
    """Cases withdrawn, one a line; whatever is no number (a head line) is left out."""
    written = archive.read(name).decode("latin-1").split()
    return batch("deleted", {"case": pa.array([each.strip("$") for each in written if each.strip("$").isdecimal()], pa.string())})
