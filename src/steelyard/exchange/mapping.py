"""The mapping file: which column of a table is the time, which a scale, which a dose (keys: `docs/reference/csv-mapping.md`)."""

import codecs
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from steelyard.records.model import Family, Problem
from steelyard.records.time import parse, zone

ClockTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Columns = str | tuple[str, ...]


class ScaleColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of ratings; with `family` it also defines the scale, for scales that are not shipped."""

    column: str
    family: Family | None = None
    low: float | None = None
    high: float | None = None
    worse_is_up: bool | None = None


class DoseColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of amounts: one dose a row, or one dose a day taken `at` a clock time."""

    substance: str
    amount: str
    unit: str
    each: Literal["row", "day"] = "row"
    at: ClockTime = "08:00"
    time_sd_minutes: float | None = None


class SessionColumn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column of minutes spent on a therapy."""

    therapy: str
    minutes: str


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a table, or the export of an app, is to be read: which of its columns or trackers mean what.

    Several columns of a time are joined by a space; `or_time` serves where `time` is missing. Exports of apps need no `time`. `person`
    says whose entries are wanted where a file holds those of several people.
    """

    time: Columns = ()
    or_time: Columns = ()
    time_format: str | tuple[str, ...] = ()
    clock: ClockTime | None = None
    zone: str | None = None
    missing: tuple[str, ...] = ()
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    encoding: str = "utf-8"
    asked: Literal["prompt", "self", "dose"] | None = None
    person: str | None = None
    scales: dict[str, str | ScaleColumn] = {}
    dose: DoseColumn | tuple[DoseColumn, ...] = ()
    session: SessionColumn | tuple[SessionColumn, ...] = ()
    context: Columns = ()

    def times(self) -> list[tuple[str, ...]]:
        """The columns that make up the time, first choice first."""
        return [columns for columns in map(_several, (self.time, self.or_time)) if columns]

    def ratings(self) -> dict[str, ScaleColumn]:
        """The column of each scale id."""
        return {name: ScaleColumn(spec) if isinstance(spec, str) else spec for name, spec in self.scales.items()}

    def doses(self) -> tuple[DoseColumn, ...]:
        """All dose columns."""
        return (self.dose,) if isinstance(self.dose, DoseColumn) else self.dose

    def sessions(self) -> tuple[SessionColumn, ...]:
        """All session columns."""
        return (self.session,) if isinstance(self.session, SessionColumn) else self.session

    def contexts(self) -> tuple[str, ...]:
        """The columns that tell of something that happened."""
        return _several(self.context)


def load(path: str | Path) -> Mapping | Problem:
    """The mapping in a TOML file, or a problem (line 0) that says what is wrong with it."""
    try:
        mapping = msgspec.toml.decode(Path(path).read_bytes(), type=Mapping)
    except OSError as error:
        return _refusal("mapping.unreadable", f"the mapping cannot be read: {error.strerror}")
    except (msgspec.MsgspecError, ValueError) as error:
        return _refusal("mapping.invalid", f"the mapping is not as expected: {error}")
    if mapping.zone is not None and zone(mapping.zone) is None:
        return _refusal("mapping.zone", f"expected an IANA zone such as America/Chicago, found {mapping.zone!r}")
    if not _one_byte_line_ends(mapping.encoding):
        return _refusal("mapping.encoding", f"expected an encoding such as utf-8 or cp1252, found {mapping.encoding!r}")
    return mapping


def read_time(text: str, mapping: Mapping) -> datetime | None:
    """A cell (or joined cells) as a time, with an offset only where it was written; `None` when it does not fit the mapping."""
    formats = _several(mapping.time_format)
    read = _strptime(text, formats) if formats else parse(text)
    if read is None or isinstance(read, datetime):
        return read
    return None if mapping.clock is None else datetime.combine(read, time.fromisoformat(mapping.clock))


def _strptime(text: str, formats: tuple[str, ...]) -> datetime | date | None:
    for form in formats:
        try:
            read = datetime.strptime(text, form)
        except ValueError:
            continue
        return read if any(part in form for part in ("%H", "%I", "%X", "%c")) else read.date()
    return None


def _several(columns: Columns) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else columns


def _one_byte_line_ends(encoding: str) -> bool:
    """Lines are split as bytes, which UTF-16 and its kin do not survive."""
    try:
        return "\n".encode(codecs.lookup(encoding).name) == b"\n"
    except LookupError:
        return False


def _refusal(code: str, message: str) -> Problem:
    return Problem(0, "", code, message, "read nothing")
