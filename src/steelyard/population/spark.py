"""Spark, on this machine or on a cluster: for what one machine cannot hold, by the same expressions as DuckDB.

It needs the extra `spark` and Java, and costs some ten seconds before anything runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyspark.sql import SparkSession

MEMORY = "2g"
PARTITIONS = 8


@contextmanager
def session(master: str, memory: str) -> Iterator[SparkSession]:
    """Open Spark on this machine (`local[2]`) or on a cluster (`spark://HOST:PORT`), and stop it at the end.

    The session listens on this computer only unless the cluster is elsewhere.
    """
    builder = (
        SparkSession.builder.master(master)
        .appName("steelyard")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", memory)
        .config("spark.executor.memory", memory)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.shuffle.partitions", str(PARTITIONS))
    )
    if master.startswith("local") or "127.0.0.1" in master:
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    opened = builder.getOrCreate()
    try:
        yield opened
    finally:
        opened.stop()


@contextmanager
def spark(master: str = "local[2]", memory: str = MEMORY) -> Iterator[Any]:
    """Open Spark as an engine that runs the expressions; `master` as for `session`."""
    import ibis  # noqa: PLC0415  # not needed to pool journals

    with session(master, memory) as opened:
        yield ibis.pyspark.connect(opened)
