"""Reports of suspected side effects: time and memory of counting and measuring every pair, beside a peer and on two engines.

    python benchmarks/signals.py [peers|large|engines|store]

Reports are invented (`invented_reports`), so that anybody can repeat this: drugs and events by Zipf's law, and three in ten events drawn
from twenty that belong to one of the report's drugs, as without planted associations the prior has nothing to find. Each row is a process
of its own, from Parquet with a whole number for each report, drug and event. `store` begins with zips as the FDA lays them out
(`quarters`), ends with the answer of the command a person would type, and stops where that is not the truth. Writes `results/signals.csv`.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

DRUGS, EVENTS = 5_000, 15_000
SMALL, MIDDLE, LARGE = 100_000, 1_000_000, 20_000_000
CHUNK = 1_000_000
QUARTERS = ["2011q3", "2011q4", "2012q3", "2012q4", "2014q1", "2020q1", "2024q1"]


def invented_reports(folder: Path, reports: int, seed: int = 0) -> None:
    """Write drugs.parquet (report, drug) and events.parquet (report, event), each ordered by report, repeats within a report included."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(seed)
    belongs = rng.integers(0, EVENTS, (DRUGS, 20))
    drawn = [np.cumsum(1.0 / np.arange(1, many + 1) ** power) for many, power in ((DRUGS, 1.0), (EVENTS, 0.9))]
    drug_share, event_share = (each / each[-1] for each in drawn)
    schemas = {name: pa.schema({"report": pa.int32(), name: pa.int32()}) for name in ("drug", "event")}
    with (
        parquet.ParquetWriter(folder / "drugs.parquet", schemas["drug"]) as drugs,
        parquet.ParquetWriter(folder / "events.parquet", schemas["event"]) as events,
    ):
        for first in range(0, reports, CHUNK):
            many = min(CHUNK, reports - first)
            n_drugs, n_events = 1 + rng.poisson(2, many), 1 + rng.poisson(2, many)
            start = np.cumsum(n_drugs) - n_drugs
            drug = np.searchsorted(drug_share, rng.random(n_drugs.sum()))
            report = np.repeat(np.arange(many), n_events)
            one = drug[start[report] + rng.integers(0, n_drugs[report])]
            planted = rng.random(len(report)) < 0.3
            event = np.searchsorted(event_share, rng.random(len(report)))
            event = np.where(planted, belongs[one, rng.integers(0, 20, len(report))], event)
            for writer, name, at, code in (
                (drugs, "drug", np.repeat(np.arange(many), n_drugs), drug),
                (events, "event", report, event),
            ):
                columns = {"report": (at + first).astype(np.int32), name: code.astype(np.int32)}
                writer.write_table(pa.table(columns, schema=schemas[name]))


def count_invented(folder: Path, reports: int) -> Any:
    """The counts of all pairs, from the two files."""
    from pyarrow import parquet

    from steelyard.population.counting import count

    drugs, events = (parquet.ParquetFile(folder / f"{each}.parquet").read() for each in ("drugs", "events"))
    arrays = [drugs["report"], drugs["drug"], events["report"], events["event"]]
    del drugs, events
    return count(*(arrays.pop(0).to_numpy() for _ in range(4)), reports)


def ours(folder: Path, reports: int) -> dict[str, object]:
    """Counts, PRR, ROR, IC and EBGM of every pair with their intervals, written to a file a block at a time; then a store of them."""
    import pyarrow as pa
    from pyarrow import parquet

    from steelyard.population.condense import write_counts
    from steelyard.population.every import every_pair, prior_of

    counts = count_invented(folder, reports)
    prior, points = prior_of(counts)
    columns = ["expected", *(f"{name}_{end}" for name in ("prr", "ror", "ic", "eb") for end in ("value", "low", "high"))]
    schema = pa.schema([("drug", pa.int32()), ("event", pa.int32()), ("n", pa.float64()), *((c, pa.float64()) for c in columns)])
    with parquet.ParquetWriter(folder / "measures.parquet", schema, compression="none", use_dictionary=False) as out:
        for block in every_pair(counts, prior, points):
            measured = [
                getattr(each, end) for each in (block.prr, block.ror, block.ic, block.eb) for end in ("value", "low", "high")
            ]
            out.write_table(pa.table([block.drug, block.event, block.counts.n, block.expected, *measured], schema=schema))
    if reports == LARGE:
        _as_store(folder, counts, prior, write_counts)
    return {"rows": int(counts.n.sum()), "pairs": len(counts.n)}


def _as_store(folder: Path, counts: Any, prior: Any, write_counts: Any) -> None:
    """The counts as one source of a store, of which a single substance can be asked."""
    import json
    from dataclasses import asdict

    from steelyard.population.build import Source

    built = folder / "store" / "built" / "invented"
    built.mkdir(parents=True)
    write_counts(built, counts, [f"drug {at}" for at in range(DRUGS)], [f"EVENT {at}" for at in range(EVENTS)])
    source = Source("invented", counts.total, 2004, 2025, 0, 0, 0, 0.0, 0, prior, ())
    (built / "source.json").write_text(json.dumps(asdict(source)), encoding="utf-8")


def lookup(folder: Path, reports: int) -> dict[str, object]:
    """All events of one substance, not the rarest and not the most frequent, from the store that `ours` left, the first 20 held against all."""
    from steelyard.population.ask import Built
    from steelyard.population.build import sources

    del reports
    started = time.perf_counter()
    found = Built(folder / "store", sources(folder / "store")[0]).all_events("drug 50")
    assert found is not None
    for at in range(20):
        found.highest(at)
    return {"pairs": len(found.term), "inside_s": time.perf_counter() - started}


def peer(folder: Path, reports: int) -> dict[str, object]:
    """vigipy: PRR, ROR, BCPNN and GPS of every pair, from the joined rows it asks for."""
    import warnings

    import pandas as pd
    from vigipy import bcpnn, convert, gps, prr, ror

    del reports
    warnings.simplefilter("ignore")
    drugs, events = (pd.read_parquet(folder / f"{each}.parquet").drop_duplicates() for each in ("drugs", "events"))
    rows = drugs.merge(events, on="report")
    counts = rows.groupby(["drug", "event"]).size().reset_index(name="count")
    counts.columns = pd.Index(["name", "AE", "count"])
    held = convert(counts.astype({"name": str, "AE": str}))
    for measure in (prr, ror, bcpnn, gps):
        measure(held, min_events=1)
    return {"rows": len(rows), "pairs": len(counts)}


def on_duckdb(folder: Path, reports: int) -> dict[str, object]:
    """The counts of all pairs by the expression both engines run."""
    from steelyard.population.engines import duckdb, run
    from steelyard.population.expressions import pair_counts

    del reports
    with duckdb(spill=folder / "spill") as engine:
        found = run(engine, pair_counts, folder / "drugs.parquet", folder / "events.parquet")
    return {"rows": int(np.sum(found["n"].to_numpy())), "pairs": len(found)}


def on_spark(folder: Path, reports: int) -> dict[str, object]:
    """The same expression on Spark, on this machine."""
    from steelyard.population.engines import run
    from steelyard.population.expressions import pair_counts
    from steelyard.population.spark import spark

    del reports
    with spark("local[2]") as engine:
        started = time.perf_counter()
        found = run(engine, pair_counts, folder / "drugs.parquet", folder / "events.parquet")
        return {"rows": int(np.sum(found["n"].to_numpy())), "pairs": len(found), "inside_s": time.perf_counter() - started}


def counted(folder: Path, reports: int) -> dict[str, object]:
    """The counts alone, in a table of whole numbers."""
    counts = count_invented(folder, reports)
    return {"rows": int(counts.n.sum()), "pairs": len(counts.n)}


def invent(folder: Path, reports: int) -> dict[str, object]:
    """The reports themselves, in a process of their own: a child's peak memory begins with that of its parent."""
    invented_reports(folder, reports)
    return {}


def invent_quarters(folder: Path, reports: int) -> dict[str, object]:
    """Quarters in the layouts of both eras, and what a store of them should answer."""
    from quarters import write_quarters

    _, truth = write_quarters(folder, QUARTERS, reports)
    return {"answer": f"{truth.both}/{truth.kratom}/{truth.hair}/{truth.all}/{truth.repeated}"}


def read_one(folder: Path, reports: int) -> dict[str, object]:
    """One zip read into a store, and nothing worked out: what its memory is, those of more must be."""
    return _read(folder / "one", sorted(folder.glob("*.zip"))[1:2])


def read_all(folder: Path, reports: int) -> dict[str, object]:
    """All zips read into a store, one after the other."""
    return _read(folder / "all", sorted(folder.glob("*.zip")))


def _read(store: Path, zips: list[Path]) -> dict[str, object]:
    from steelyard.population.store import load

    started = time.perf_counter()
    rows = [load(store, each).load.rows for each in zips]
    took = time.perf_counter() - started
    return {"reports": sum(each["reports"] for each in rows), "rows": sum(sum(each.values()) for each in rows), "inside_s": took}


def first_quarter(folder: Path, reports: int) -> dict[str, object]:
    """The first zip loaded into a new store, and the question answered."""
    return _typed(folder, sorted(folder.glob("*.zip"))[:1])


def other_quarters(folder: Path, reports: int) -> dict[str, object]:
    """The other zips loaded into it."""
    return _typed(folder, sorted(folder.glob("*.zip"))[1:])


def asked_again(folder: Path, reports: int) -> dict[str, object]:
    """The question once more, with nothing to load."""
    return _typed(folder, [])


def loaded_twice(folder: Path, reports: int) -> dict[str, object]:
    """One quarter loaded a second time, and another packed anew, so that its checksum is another."""
    import zipfile

    same, other, *_ = sorted(folder.glob("*.zip"))
    packed = folder / "packed-anew.zip"
    with zipfile.ZipFile(other) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as made:
        for name in given.namelist():
            made.writestr(name, given.read(name))
    return _typed(folder, [same, packed])


def _typed(folder: Path, zips: list[Path]) -> dict[str, object]:
    """What the command answers: reports with both, of kratom, with hair loss, all, and exact repeats left out."""
    import json

    from steelyard.cli.main import main
    from steelyard.population.build import sources
    from steelyard.population.store import loads

    store, out, started = folder / "store", folder / "answer.json", time.perf_counter()
    command = ["signals", "kratom", "--event", "hair loss", "--store", str(store), "--format", "json", "--out", str(out)]
    if main([*command, *(["--load", *map(str, zips)] if zips else [])]):
        raise SystemExit("the command failed")
    took = time.perf_counter() - started
    said = json.loads(out.read_text(encoding="utf-8"))["signals"][0]["counts"]
    answer = f"{said['both']}/{said['substance']}/{said['event']}/{said['all']}/{sources(store)[0].same}"
    held = sum(sum(each.rows.values()) for each in loads(store))
    return {"reports": sum(each.rows["reports"] for each in loads(store)), "rows": held, "inside_s": took, "answer": answer}


JOBS = {
    each.__name__: each
    for each in (
        *(ours, peer, lookup, on_duckdb, on_spark, counted, invent),
        *(invent_quarters, read_one, read_all, first_quarter, other_quarters, asked_again, loaded_twice),
    )
}
# Compiled modules are kept, as they are on a person's machine, even where the shell that runs this says otherwise.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measured(job: str, folder: Path, reports: int) -> dict[str, object]:
    """One job in a process of its own: wall time, CPU time of it and its children, and peak memory of the largest of them."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "job", job, str(folder), str(reports)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise SystemExit(f"{job} ended with status {status}")
    told = dict(each.split("=") for each in said.split())
    return {
        "job": job,
        "reports": told.get("reports", reports),
        "rows": told.get("rows", ""),
        "pairs": told.get("pairs", ""),
        "wall_s": wall,
        "inside_s": float(told["inside_s"]) if "inside_s" in told else "",
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
        "answer": told.get("answer", ""),
    }


# What is invented and how much of it, and the jobs that are measured.
PARTS = {
    "peers": ("invent", SMALL, ("ours", "peer")),
    "large": ("invent", LARGE, ("ours", "lookup", "lookup")),
    "engines": ("invent", MIDDLE, ("counted", "on_duckdb", "on_spark")),
    "store": (
        "invent_quarters",
        170_000,
        ("read_one", "read_all", "first_quarter", "other_quarters", "asked_again", "loaded_twice"),
    ),
}


def main() -> None:
    from table import RESULTS, show, write

    asked = [part for part in PARTS if len(sys.argv) < 2 or sys.argv[1] == part]
    rows: list[dict[str, object]] = []
    for part in asked:
        invented, reports, jobs = PARTS[part]
        with tempfile.TemporaryDirectory() as place:
            truth = measured(invented, Path(place), reports)["answer"]
            found = [{"part": part, **measured(job, Path(place), reports)} for job in jobs]
        whole = [row for row in found if row["answer"] and row["job"] != "first_quarter"]
        if wrong := [row["job"] for row in whole if row["answer"] != truth]:
            raise SystemExit(f"{', '.join(map(str, wrong))}: not the truth, which is {truth}")
        rows += found
    before = _before(RESULTS / "signals.csv", asked)
    write("signals", [*before, *rows])
    show(rows, tuple(rows[0]))


def _before(path: Path, asked: list[str]) -> list[dict[str, object]]:
    """Rows of an earlier run of the other parts."""
    import csv

    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as file:
        held = [{k: v for k, v in row.items() if k not in ("steelyard", "python", "numpy")} for row in csv.DictReader(file)]
    return [{**row, "answer": row.get("answer", "")} for row in held if row["part"] not in asked]


if __name__ == "__main__":
    if sys.argv[1:2] == ["job"]:
        print(*(f"{key}={value}" for key, value in JOBS[sys.argv[2]](Path(sys.argv[3]), int(sys.argv[4])).items()))
    else:
        main()
