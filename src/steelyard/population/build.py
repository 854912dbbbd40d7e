"""From the files of one source to what answers are worked out from: one report a case, and one name for each substance.

The tables that come of it are those of `condense`; `source.json` beside them says how many reports there are, from when to when, what was
left out, and the prior. Nothing is done again as long as files and spellings are the same.
"""

import json
import shutil
from array import array
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from .condense import Found, condense
from .mixture import Prior
from .names import Speller, Spelling, substances
from .rows import ROLES, UnreadableReports
from .store import Load, damaged, loads

FORMAT = 1


@dataclass(frozen=True)
class Source:
    """One source as it was built: what it holds, what was left out, and its prior.

    `versions` counts earlier versions of cases, and withdrawn cases; `same` exact repeats, both left out; `alike` reports kept that
    look like a second telling, `left` how many more there may be among reports that say too little to tell.
    """

    name: str
    reports: int
    first: int
    last: int
    versions: int
    same: int
    alike: int
    left: float
    comparable: int
    prior: Prior
    files: tuple[str, ...]
    spellings: str = ""
    format: int = FORMAT


def build(
    store: Path, spellings: Sequence[Spelling], mark: str, progress: Callable[[str], None] = lambda _: None
) -> tuple[Source, ...]:
    """Work out every source of a store anew where a file was added or the spellings changed (`mark` says which they are).

    Refuses (UnreadableReports) when a table that is needed was changed or lost since it was written.
    """
    files: dict[str, list[Load]] = {}
    for each in loads(store):
        files.setdefault(each.source, []).append(each)
    return tuple(_built(store, name, held, spellings, mark, progress) for name, held in files.items())


def folder(store: Path, source: str) -> Path:
    """Return where a source is built; signs that no file name should have are left out."""
    return store / "built" / "".join(each if each.isalnum() else "_" for each in source)


def sources(store: Path) -> tuple[Source, ...]:
    """Return the sources that are built, by name; refuses (UnreadableReports) one that cannot be read."""
    found = sorted(store.glob("built/*/source.json"))
    return tuple(_read(each) for each in found)


def _read(path: Path) -> Source:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        prior = {**given["prior"], "alpha": tuple(given["prior"]["alpha"]), "beta": tuple(given["prior"]["beta"])}
        return Source(**{**given, "prior": Prior(**prior), "files": tuple(given["files"])})
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableReports(
            f"{path.parent.name}: its source.json cannot be read ({type(error).__name__}); used nothing of it"
        ) from error


def _built(
    store: Path, name: str, held: list[Load], spellings: Sequence[Spelling], mark: str, progress: Callable[[str], None]
) -> Source:
    done = folder(store, name)
    marks = tuple(each.sha256 for each in held)
    if (
        (done / "source.json").is_file()
        and (before := _read(done / "source.json"))
        and (before.files, before.spellings) == (marks, mark)
    ):
        return before
    progress(f"working out {name}")
    for each in held:
        if changed := damaged(store, each):
            raise UnreadableReports(
                f"expected the tables of {each.name} as they were written, found {', '.join(changed)} changed or gone; used nothing of "
                f"{name}; loading {each.name} again mends it"
            )
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        made = _work_out(part, store, name, held, Speller(spellings), mark)
        shutil.rmtree(done, ignore_errors=True)
        part.rename(done)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def _work_out(part: Path, store: Path, name: str, held: list[Load], speller: Speller, mark: str) -> Source:
    # ibis takes a second to load, and a store that is built already is read without it
    from .engines import duckdb  # noqa: PLC0415
    from .expressions import latest, mentions, numbered, reactions  # noqa: PLC0415

    (spill := part / "spill").mkdir()
    with duckdb(spill=spill) as engine:
        tables = {
            table: engine.read_parquet([str(store / each.folder / f"{table}.parquet") for each in held], table_name=table)
            for table in ("reports", "drugs", "events", "deleted")
        }
        kept = engine.create_table("kept", numbered(latest(tables["reports"], tables["deleted"])))
        versions = int(tables["reports"].report.nunique().to_pyarrow().as_py())
        spelled, names = _spelled(tables["drugs"], speller)
        terms = tables["events"].select("term").distinct().order_by("term").to_pyarrow()["term"]
        coded = pa.table({"term": terms, "code": pa.array(np.arange(len(terms), dtype=np.int32))})
        role = tables["drugs"].mutate(role=tables["drugs"].role.cases(*((each, at) for at, each in enumerate(ROLES)), else_=0))
        # by way of files, so that results are not in memory while the engine is
        for table, found in (
            ("reports", kept.order_by("number").select("number", "received", "event_date", "sex", "age", "country")),
            ("drugs", mentions(kept, role, _held(engine, spill / "spelled.parquet", spelled))),
            ("events", reactions(kept, tables["events"], _held(engine, spill / "coded.parquet", coded))),
        ):
            engine.to_parquet(found, str(spill / f"{table}.parquet"))
    done = condense(part, Found(spill, names, terms.to_pylist()))
    shutil.rmtree(spill, ignore_errors=True)
    earlier = versions - done.reports - done.same
    made = Source(name=name, versions=earlier, files=tuple(each.sha256 for each in held), spellings=mark, **vars(done))
    (part / "source.json").write_text(json.dumps(asdict(made), indent=1), encoding="utf-8")
    return made


def _held(engine: Any, path: Path, table: pa.Table) -> Any:
    """A table of ours as one of the engine, by way of a file."""
    parquet.write_table(table, path)
    return engine.read_parquet(str(path))


def _spelled(drugs: Any, speller: Speller) -> tuple[pa.Table, list[str]]:
    """Every name and ingredient as written with the codes of its substances, and the names of the codes."""
    written = (
        drugs.select("name", "ingredient").distinct().to_pyarrow().sort_by([("name", "ascending"), ("ingredient", "ascending")])
    )
    met: dict[str, int] = {}
    row, order = array("i"), array("i")  # numbers, not tuples: there are as many names as people found ways to write them
    for at in range(len(written)):
        for own in substances(written["name"][at].as_py(), written["ingredient"][at].as_py(), speller):
            row.append(at)
            order.append(met.setdefault(own, len(met)))
    names = sorted(met)
    code = np.empty(len(met), dtype=np.int32)
    code[[met[own] for own in names]] = np.arange(len(met))
    made = written.take(pa.array(np.asarray(row)))
    return made.append_column("code", pa.array(code[np.asarray(order)])), names
