"""Reports in one CSV file: the FDA's list on foods and supplements (CAERS, all three layouts), and anybody's own table.

CAERS has one row for each product of a report, and all reaction terms of the report in one field, parted by commas. A plain table has
one row for each drug and event of a report.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .rows import Batches, Reading, UnreadableReports, batch, day, lines, sexes, text, years

CAERS = "CAERS"
# What we call a column, and what it is called in files, without signs and capitals.
CAERS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "report": ("reportid", "rareport"),
    "received": ("datefdafirstreceivedcase", "datefdafirstreceivedreport", "racaerscreateddate", "caerscreateddate"),
    "event_date": ("dateeventoccurred", "dateevent", "aeceventstartdate"),
    "role": ("productrole", "producttype", "priproductrole"),
    "name": ("product", "productname", "prireportedbrandproductname"),
    "age": ("patientage", "ciageatadverseevent"),
    "age_unit": ("ageunits", "ciageunit"),
    "sex": ("sex", "gender", "cigender"),
    "term": ("casemeddrapreferredterms", "meddrapreferredterms", "symonerowcodedsymptoms"),
}
PLAIN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "report": ("report", "reportid", "id", "caseid", "case", "primaryid"),
    "received": ("received", "date", "year"),
    "name": ("drug", "drugname", "product", "substance", "var1"),
    "role": ("role", "rolecod"),
    "age": ("age",),
    "age_unit": ("ageunit",),
    "sex": ("sex", "gender", "group", "strat1"),
    "term": ("event", "reaction", "term", "pt", "var2"),
}
NEEDED = ("report", "name", "term")
ROLE = {"SUSPECT": "PS", "CONCOMITANT": "C", "PS": "PS", "SS": "SS", "I": "I", "C": "C"}


def read(path: Path, reading: Reading) -> Batches:
    """Yield the tables of one CSV file a piece at a time; sets the source of `reading`.

    Refuses (UnreadableReports) a file without columns for report, product and event.
    """
    names, place = _head(path)
    reading.source = CAERS if "parts" in place else reading.source
    split = bool(place.pop("parts", 0))
    with path.open("rb") as stream:
        for rows in lines(stream, ",", True, names, path.name, reading):
            columns = {own: text(_decoded(rows.column(at))) for own, at in place.items()}
            yield from _parts(columns, split)


def source_of(path: Path) -> str:
    """Return what a plain table is called: the name of its file."""
    return path.stem


def _head(path: Path) -> tuple[list[str], dict[str, int]]:
    """Names for all columns, and the place of those that are read; `parts` is among them when terms stand in one field."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = next(csv.reader(file), [])
    names = [re.sub(r"[^a-z0-9]", "", each.lower()) for each in head]
    for layout, parts in ((CAERS_COLUMNS, True), (PLAIN_COLUMNS, False)):
        place = {own: names.index(hit) for own, said in layout.items() if (hit := next((s for s in said if s in names), ""))}
        if all(own in place for own in NEEDED):
            return [str(at) for at in range(len(names))], place | ({"parts": 1} if parts else {})
    raise UnreadableReports(
        f"expected a CSV file, its fields parted by commas, with columns for the report, the drug or product, and the event; "
        f"found {len(names)} column(s) without; loaded nothing of it"
    )


def _decoded(column: Any) -> Any:
    """Text read as Latin-1 that was UTF-8 all along, mended; a column of neither stays as it is."""
    if pc.all(pc.string_is_ascii(column)).as_py() is not False:
        return column
    return pa.array([_mended(each) for each in column.to_pylist()], pa.string())


def _mended(written: str) -> str:
    try:
        return written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return written


def _parts(columns: dict[str, Any], split: bool) -> Batches:
    report = columns["report"]
    blank = pa.array([""] * len(report))
    yield (
        "reports",
        batch(
            "reports",
            {
                "report": report,
                "case": report,
                "received": day(columns.get("received", blank)),
                "event_date": day(columns.get("event_date", blank)),
                "sex": sexes(columns.get("sex", blank)),
                "age": years(columns.get("age", blank), columns.get("age_unit", pa.array(["YR"] * len(report)))),
            },
        ),
    )
    written = pc.utf8_upper(columns.get("role", blank))
    role = pa.array([ROLE.get(each, "PS") for each in written.to_pylist()])
    yield "drugs", batch("drugs", {"report": report, "name": columns["name"], "role": role})
    term = pc.utf8_upper(columns["term"])
    if split:
        several = pc.split_pattern_regex(term, r",\s*")
        report, term = report.take(pc.list_parent_indices(several)), text(pc.list_flatten(several))
    kept = pc.not_equal(term, "")
    yield "events", batch("events", {"report": report.filter(kept), "term": term.filter(kept)})
