"""A folder that keeps reports: every file that was loaded, as Parquet, and a list of them with their checksums.

    DIR/manifest.json          what was loaded: name, source, SHA-256 of the file, of each table, how many rows, what was left out
    DIR/loads/SHA/*.parquet    the tables of one file, as `rows` has them
    DIR/built/SOURCE/          what is worked out from all files of one source (`build`)

A file is read into a folder of its own, which gets its name only when it is complete: a load that breaks off leaves the store as it was,
and loading the same file again starts afresh. The same content is never loaded twice, unless its tables were changed or lost since.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from pyarrow import parquet

from . import faers, spreadsheets
from .rows import SCHEMAS, Batches, Name, Reading, UnreadableReports

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
SHORT = 16  # letters of a checksum that name a folder


@dataclass(frozen=True)
class Load:
    """One file in the store: its name, its source, checksums, rows by table, and the lines that could not be used."""

    name: str
    source: str
    sha256: str
    tables: dict[str, str]
    rows: dict[str, int]
    skipped: int
    first: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder of its tables, below the store."""
        return f"loads/{self.sha256[:SHORT]}"


@dataclass(frozen=True)
class Loaded:
    """What came of a request to load a file: the load, and whether it had been there before."""

    load: Load
    before: bool


def loads(store: Path) -> tuple[Load, ...]:
    """Return what the store holds, in the order loaded; nothing when there is no store.

    Refuses (UnreadableReports) a list that cannot be read.
    """
    listed = store / MANIFEST
    if not listed.is_file():
        return ()
    try:
        written = json.loads(listed.read_text(encoding="utf-8"))
        if written["format"] != FORMAT:
            raise UnreadableReports(f"{MANIFEST}: expected format {FORMAT}, found {written['format']}; read nothing of the store")
        return tuple(Load(**{**each, "first": tuple(each["first"])}) for each in written["loads"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableReports(f"{MANIFEST}: not the list of a store ({type(error).__name__}); read nothing of it") from error


def load(store: Path, path: Path, progress: Callable[[str], None] = lambda _: None) -> Loaded:
    """Read one file of reports into the store, which is made if it is not there.

    Args:
        path: a zip of FAERS or AERS, a CSV file of CAERS, or a plain table of report, drug and event (CSV).

    Refuses (UnreadableReports) what cannot be read; the store is then as it was.
    """
    if not path.is_file():
        raise UnreadableReports("expected a file, found none of that name; loaded nothing")
    checksum = _checksum(path)
    held = loads(store)
    before = next((each for each in held if each.sha256 == checksum), None)
    if before and not damaged(store, before):
        return Loaded(before, True)
    progress(f"reading {path.name}")
    zipped = path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)
    reading = Reading(faers.SOURCE if zipped else spreadsheets.source_of(path))
    part = store / "loads" / f".{checksum[:SHORT]}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        rows = _write(part, (faers if zipped else spreadsheets).read(path, reading))
        if not rows["reports"]:
            raise UnreadableReports("expected at least one report, found none; loaded nothing of it")
        tables = {each.name: _checksum(each) for each in sorted(part.iterdir())}
        done = Load(path.name, reading.source, checksum, tables, rows, reading.skipped, tuple(reading.first))
        shutil.rmtree(store / done.folder, ignore_errors=True)
        part.rename(store / done.folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    _list(store, (*(each for each in held if each != before), done))
    return Loaded(done, False)


def damaged(store: Path, held: Load) -> tuple[str, ...]:
    """Return the tables of a load that are no longer what was written: their content does not match its checksum, or they are gone."""
    return tuple(
        f"{held.folder}/{table}"
        for table, checksum in held.tables.items()
        if not (store / held.folder / table).is_file() or _checksum(store / held.folder / table) != checksum
    )


def _write(folder: Path, batches: Batches) -> dict[str, int]:
    """Write the tables as they come; the rows of each."""
    rows: dict[str, int] = dict.fromkeys(SCHEMAS, 0)
    with ExitStack() as open_files:
        writers: dict[Name, parquet.ParquetWriter] = {
            name: open_files.enter_context(parquet.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd"))
            for name, schema in SCHEMAS.items()
        }
        for name, batch in batches:
            writers[name].write_batch(batch)
            rows[name] += batch.num_rows
    return rows


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _list(store: Path, held: tuple[Load, ...]) -> None:
    """Replace the list in one step, so that it is never half written."""
    new = store / f".{MANIFEST}.part"
    new.write_text(json.dumps({"format": FORMAT, "loads": [asdict(each) for each in held]}, indent=1), encoding="utf-8")
    new.replace(store / MANIFEST)
