"""One expression, two engines, one result; and the same as counting in a table."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("ibis", reason="the extra `population` is not installed")

import pyarrow as pa
from pyarrow import parquet

from steelyard.population.counting import count
from steelyard.population.engines import duckdb, run
from steelyard.population.expressions import latest, pair_counts

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis calls what duckdb has renamed

REPORTS = 500


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Reports with drugs and events by Zipf's law, repeats included."""
    rng = np.random.default_rng(5)
    made = []
    for name, codes in (("drug", 40), ("event", 60)):
        report = np.sort(rng.integers(0, REPORTS, 1_600)).astype(np.int32)
        code = np.minimum(rng.zipf(1.4, 1_600) - 1, codes - 1).astype(np.int32)
        parquet.write_table(pa.table({"report": report, name: code}), path := tmp_path / f"{name}s.parquet")
        made.append(path)
    return made[0], made[1]


def columns(found: pa.Table) -> dict[str, list[int]]:
    return {name: [int(each) for each in found[name].to_pylist()] for name in ("drug", "event", "n", "n_drug", "n_event")}


def in_a_table(files: tuple[Path, Path]) -> dict[str, list[int]]:
    drugs, events = (parquet.ParquetFile(each).read() for each in files)
    counts = count(*(each.to_numpy() for each in (drugs["report"], drugs["drug"], events["report"], events["event"])), REPORTS)
    margins = (counts.n_drug[counts.drug], counts.n_event[counts.event])
    return {
        name: [int(each) for each in column]
        for name, column in zip(
            ("drug", "event", "n", "n_drug", "n_event"), (counts.drug, counts.event, counts.n, *margins), strict=True
        )
    }


def on_duckdb(files: tuple[Path, Path]) -> dict[str, list[int]]:
    with duckdb() as engine:
        return columns(run(engine, pair_counts, *files))


def test_duckdb_counts_what_the_table_counts(files: tuple[Path, Path]) -> None:
    found = on_duckdb(files)
    assert len(found["n"]) > 400
    assert found == in_a_table(files)


def test_a_version_that_came_in_later_wins_and_a_withdrawn_case_is_none(tmp_path: Path) -> None:
    reports = pa.table(
        {"report": ["9", "11", "12", "20"], "case": ["1", "1", "1", "2"], "version": [3, 1, 2, 1], "received": [5, 7, 7, 9]}
    )
    parquet.write_table(reports, tmp_path / "r.parquet")
    parquet.write_table(pa.table({"case": ["2"]}), tmp_path / "d.parquet")
    with duckdb() as engine:
        found = run(engine, latest, tmp_path / "r.parquet", tmp_path / "d.parquet")
    assert found["report"].to_pylist() == ["12"]


@pytest.fixture(scope="module")
def java() -> None:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and none was found")


@pytest.mark.slow
@pytest.mark.usefixtures("java")
@pytest.mark.filterwarnings("ignore")  # Spark's own
def test_spark_on_this_machine_gives_what_duckdb_gives(files: tuple[Path, Path]) -> None:
    from steelyard.population.spark import spark

    with spark("local[2]", "1g") as engine:
        found = columns(run(engine, pair_counts, *files))
    assert found == on_duckdb(files)


@pytest.mark.slow
@pytest.mark.usefixtures("java")
@pytest.mark.filterwarnings("ignore")
def test_spark_on_a_cluster_of_two_workers_gives_what_duckdb_gives(files: tuple[Path, Path], tmp_path: Path) -> None:
    from steelyard.population.spark import spark

    with cluster(tmp_path) as master, spark(master, "512m") as engine:
        assert engine._session.sparkContext.master == master
        found = columns(run(engine, pair_counts, *files))
    assert found == on_duckdb(files)


@contextmanager
def cluster(place: Path) -> Iterator[str]:
    """A standalone master and two workers on the loopback address; ended by their own ids."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port = _free()
    master = f"spark://127.0.0.1:{port}"
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    common = ["--host", "127.0.0.1", "--webui-port", "0"]
    commands: list[list[str]] = [["org.apache.spark.deploy.master.Master", *common, "--port", str(port)]]
    commands += [
        [
            "org.apache.spark.deploy.worker.Worker",
            *common,
            "--cores",
            "1",
            "--memory",
            "700m",
            "-d",
            str(place / f"work{at}"),
            master,
        ]
        for at in range(2)
    ]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for at, command in enumerate(commands):
            with (place / f"spark{at}.log").open("wb") as log:
                running.append(
                    subprocess.Popen([str(home / "bin" / "spark-class"), *command], env=environment, stdout=log, stderr=log)
                )
            if at == 0:
                _wait(lambda: _answers(port), "the master did not start")
        _wait(lambda: (place / "spark0.log").read_text().count("Registering worker") == 2, "the workers did not register")
        yield master
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(20)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(done: Any, else_: str) -> None:
    deadline = time.monotonic() + 90
    while not done():
        if time.monotonic() > deadline:
            pytest.fail(else_)
        time.sleep(0.2)
