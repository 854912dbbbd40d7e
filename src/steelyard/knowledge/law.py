"""What the law says by place: dated rows, and words that never make a row firmer or fresher than it is."""

import json
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import MISSING, dataclass, fields
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Literal

from steelyard.knowledge.files import KnowledgeError, folder, read, refuse, shipped
from steelyard.knowledge.model import Seen
from steelyard.knowledge.shape import Fault, faults

Status = Literal[
    "prohibited", "sale_prohibited", "restricted", "not_controlled", "announced", "sources_disagree", "unclear", "not_checked"
]  # fmt: skip
LawGrade = Literal["A", "S", "U"]

FOLDER = "law"
FRESH_DAYS = 90
"""A convention of ours, not evidence: law on kratom changes by the month, so a row older than this is never shown as it stands."""
CONFIRM = "confirm before relying on it"
NOT_CHECKED = "not checked"

STATUS: dict[Status, str] = {
    "prohibited": "prohibited, to have and to sell",
    "sale_prohibited": "prohibited to sell",
    "restricted": "sold under conditions",
    "not_controlled": "not on the list of controlled drugs",
    "announced": "a change was announced and is not in force",
    "sources_disagree": "sources disagree",
    "unclear": "not clear from what was found",
    "not_checked": NOT_CHECKED,
}
FOUND: dict[LawGrade, str] = {"A": "from the text of the law", "S": "from a secondary page", "U": "recalled and never checked"}

# ISO 3166-1. A misspelt country, such as UK for GB, would never be found by anybody who lives there.
COUNTRIES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF
    CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI
    GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
    LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO
    NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST
    SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_PLACE = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True)
class Law:
    """What one source says of one place: the `leaf`, products of `hydroxymitragynine` (7-OH), and the age below which sale is barred.

    `place` is ISO 3166 (`US-TN`, `NO`). In force from `from_` up to and with `to`; either may be unknown, `from_` may lie ahead.
    `as_of` is the last date at which the page that was read is known to have held, None when it shows none; `checked_on` is when
    it was read.
    """

    place: str
    leaf: Status
    hydroxymitragynine: Status = "not_checked"
    age: int | None = None
    from_: date | None = None
    to: date | None = None
    statute: str = ""
    statement: str
    citation: str
    grade: LawGrade
    seen: Seen
    checked_on: date
    as_of: date | None = None


_FIELDS: dict[str, Any] = {field.name.rstrip("_"): field.type for field in fields(Law)}
_REQUIRED = frozenset(field.name for field in fields(Law) if field.default is MISSING)


def laws(today: date | None = None, data: Traversable | None = None) -> tuple[Law, ...]:
    """Return every row of law, by place and then by the day it starts.

    `data` is the folder to read (the shipped one by default): `law/*.toml` and `references.json`. A row read after `today` is
    refused when it is given; one that starts after it is not. Refuses with KnowledgeError the first row that breaks a rule:
    fields, place, dates, age, citation, a text of the law without its name, and a place that has two rows from one day.
    """
    root = shipped() if data is None else data
    references = {entry["id"] for entry in json.loads(read(root / "references.json"))}
    found: dict[tuple[str, date], tuple[str, Law]] = {}
    for file, tables in folder(FOLDER, data):
        for name, table in tables.items():
            refuse(file, name, _shape_faults(table))
            law = Law(**{("from_" if field == "from" else field): value for field, value in table.items()})
            refuse(file, name, _faults(law, references, today))
            key = (law.place, law.from_ or date.min)
            if key in found:
                raise KnowledgeError(file, name, "from", f"{law.place} already has a row from this day, {found[key][0]}")
            found[key] = (name, law)
    return tuple(found[key][1] for key in sorted(found))


def law_at(rows: Sequence[Law], place: str, day: date) -> list[Law]:
    """Return the rows in force on `day`, the most specific place first (`US-TN`, then `US`); none for a place not checked."""
    return [law for code in _widening(place) for law in rows if law.place == code and _in_force(law, day)]


def must_confirm(law: Law, day: date) -> bool:
    """Tell whether a row may be shown on `day` only with CONFIRM: what it says is old or undated, or not read in the law itself."""
    return not _read_itself(law) or law.as_of is None or (day - law.as_of).days > FRESH_DAYS


def words(law: Law, day: date) -> str:
    """Return a row as one line to be shown on `day`: status, since when, what was found, from where, and CONFIRM where it is due."""
    said = "" if _read_itself(law) else "said to be "
    parts = [f"leaf: {_status(law.leaf, said)}", f"7-OH products: {_status(law.hydroxymitragynine, said)}"]
    if law.age is not None:
        parts.append(f"not for people under {law.age}")
    if law.from_ is not None:
        parts.append(f"{'from' if law.from_ > day else 'since'} {law.from_}")
    if law.to is not None:
        parts.append(f"until {law.to}")
    stood = f"as it stood on {law.as_of}" if law.as_of else f"undated, read on {law.checked_on}"
    source = f"{FOUND[law.grade]}, {stood}" + (f"; {law.statute}" if law.statute else "")
    end = f" - {CONFIRM}" if must_confirm(law, day) else ""
    return f"{law.place}: {'; '.join(parts)}. {law.statement} ({source}){end}"


def describe(rows: Sequence[Law], place: str, day: date) -> tuple[str, ...]:
    """Return what to show a person in `place` on `day`: a line a row, most specific first, then the rows that start later.

    A place, or the part of it that has no row in force, is said to be not checked; silence is never taken for permission.
    """
    lines = []
    for code in _widening(place):
        current = [law for law in rows if law.place == code and _in_force(law, day)]
        lines += [words(law, day) for law in current] or [f"{code or 'no place given'}: {NOT_CHECKED}"]
        lines += [words(law, day) for law in rows if law.place == code and law.from_ is not None and law.from_ > day]
    return tuple(lines)


def _read_itself(law: Law) -> bool:
    return law.grade == "A" and law.seen in ("full", "tab")


def _widening(place: str) -> list[str]:
    """Return the place as codes are written, then each wider one around it: `US-TN`, then `US`."""
    parts = place.strip().upper().split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _in_force(law: Law, day: date) -> bool:
    return (law.from_ is None or law.from_ <= day) and (law.to is None or day <= law.to)


def _status(status: Status, said: str) -> str:
    return STATUS[status] if status in ("sources_disagree", "unclear", "not_checked", "announced") else f"{said}{STATUS[status]}"


def _shape_faults(table: dict[str, Any]) -> Iterator[Fault]:
    if isinstance(table.get("place"), bool):
        yield "place", f"expected an ISO 3166 code as text in quotes, such as 'NO' for Norway, found {table['place']}"
    yield from faults(table, _FIELDS, _REQUIRED)


def _faults(law: Law, references: Set[str], today: date | None) -> Iterator[Fault]:
    found = _PLACE.fullmatch(law.place)
    if found is None or found[1] not in COUNTRIES.split():
        yield "place", f"expected an ISO 3166 code such as US-TN or NO, found {law.place!r}"
    if not law.statement.strip():
        yield "statement", "empty; expected a sentence"
    if law.citation not in references:
        yield "citation", f"{law.citation!r} is not in references.json"
    if law.grade == "A" and not law.statute:
        yield "statute", "missing; grade A is the text of the law, which has a name"
    if law.age is not None and not 1 <= law.age <= 99:
        yield "age", f"expected an age in years, found {law.age}"
    if law.from_ is not None and law.to is not None and law.to < law.from_:
        yield "to", f"{law.to} is before from, {law.from_}"
    if law.as_of is not None and law.as_of > law.checked_on:
        yield "as_of", f"{law.as_of} is after checked_on, {law.checked_on}"
    if today is not None and law.checked_on > today:
        yield "checked_on", f"{law.checked_on} is in the future (today is {today})"
