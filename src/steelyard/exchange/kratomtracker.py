"""KratomTracker: its JSON backup, a bare list of doses, and its CSV table. The same dose has the same id in all of them.

Source: BareTread/KratomTracker, lib/data/backup_codec.dart, lib/export/csv_export.dart, lib/models.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from steelyard.exchange import document
from steelyard.exchange.document import numeral, objects, text
from steelyard.exchange.foreign import Ids, LeftOut, Tally, Told, header
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Cells, Row

NAME = "kratomtracker"
LAYOUT = "the app's source code"
SUBSTANCE = "kratom"
_COLUMNS = b"date,time,iso_timestamp,strain_code,strain_name,amount_g"
_NO_STRAIN = ("", "???")
_EFFECTS = ("energy", "mood", "pain_relief", "focus", "anxiety", "duration_min", "effect_notes")
_WHY_NOT_EFFECTS = "how it worked from 1 to 5, asked once after a dose: no rating of how it was at a time"
_BOM = b"\xef\xbb\xbf"


def looks_like(head: bytes, name: str) -> bool:
    """By the header of the table, or the words of a dose in the backup."""
    start = head.removeprefix(_BOM).lstrip()
    if start.startswith(_COLUMNS):
        return True
    return start.startswith((b"{", b"[")) and (b'"dosages"' in head or b'"strainId"' in head)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Doses of kratom in grams, and a product for each strain. Times are clock times of the phone where they carry no offset.

    Doses dated 1970 are refused (see `records.check`): the app itself puts there what it could not read.
    """
    start = stream.read(64)
    stream.seek(0)
    yield header(told)
    if start.removeprefix(_BOM).lstrip().startswith((b"{", b"[")):
        yield from _backup(stream)
    else:
        yield from _table(stream)


def _backup(stream: BinaryIO) -> Iterator[Row | LeftOut]:
    held = document.read(stream)
    if isinstance(held, document.Unreadable):
        yield held.problem
        return
    root = held if isinstance(held, dict) else {"dosages": held}
    codes: dict[str, str] = {}
    tally, ids, place = Tally(), Ids(NAME), 0
    for place, found in enumerate(objects(root.get("strains"), "strains"), start=1):
        if isinstance(found, Problem):
            yield found
            continue
        strain = found[1]
        codes[text(strain.get("id"))] = text(strain.get("code"))
        yield place, _product(text(strain.get("code")), text(strain.get("name")))
    for found in objects(root.get("dosages"), "dosages"):
        if isinstance(found, Problem):
            yield found
            continue
        place += 1
        dose = found[1]
        yield (
            place,
            _dose(ids, dose.get("timestamp"), codes.get(text(dose.get("strainId")), ""), dose.get("amount"), dose.get("notes")),
        )
    for what in ("settings", "userName", "effects"):
        if root.get(what):
            tally.leave(place + 1, what, _WHY_NOT_EFFECTS if what == "effects" else "nothing of what was taken or felt")
    yield from tally.told()


def _table(stream: BinaryIO) -> Iterator[Row | LeftOut]:
    tally, ids = Tally(), Ids(NAME)
    known: set[str] = set()
    for found in rows(stream):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        code = cells.get("strain_code", "")
        if code not in known and code not in _NO_STRAIN:
            known.add(code)
            yield 0, _product(code, cells.get("strain_name", ""))
        if any(cells.get(effect) for effect in _EFFECTS):
            tally.leave(line, "effects", _WHY_NOT_EFFECTS)
        yield line, _dose(ids, cells.get("iso_timestamp"), code, number(cells.get("amount_g", "")), cells.get("notes"))
    yield from tally.told()


def _product(code: str, label: str) -> Cells:
    fields = {"record": "product", "id": f"{NAME}:{code}", "substance": SUBSTANCE, "label": label or None}
    return Cells({name: value for name, value in fields.items() if value is not None})


def _dose(ids: Ids, time: Any, code: str, amount: Any, notes: Any) -> Cells:
    when = parse(time) if isinstance(time, str) else None
    # The table writes amounts with two decimals, the backup with all of them: an id that holds the amount would differ.
    key = (time if when is None else when.isoformat(), "" if code in _NO_STRAIN else code)
    fields = {
        "record": "dose",
        "id": ids.of(*key),
        "time": time,
        "substance": SUBSTANCE,
        "amount": amount if isinstance(amount, str) else numeral(amount),
        "unit": "g",
        "product": None if code in _NO_STRAIN else f"{NAME}:{code}",
        "note": text(notes) or None,
    }
    return Cells({name: value for name, value in fields.items() if value is not None}, {"time": "timestamp"})
