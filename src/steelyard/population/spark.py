"""The engine for what one machine cannot hold: Spark, here or on a cluster, for the same expressions as DuckDB.

It needs the extra `spark` and Java, and costs some ten seconds before anything runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ibis
from pyspark.sql import SparkSession

MEMORY = "2g"
PARTITIONS = 8


@contextmanager
def spark(master: str = "local[2]", memory: str = MEMORY) -> Iterator[Any]:
    """Open Spark on this machine (`local[2]`) or on a cluster (`spark://HOST:PORT`); stops the session at the end.

    The session listens on this computer only unless the cluster is elsewhere.
    """
    here = master.startswith("local") or "127.0.0.1" in master
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
    if here:
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    session = builder.getOrCreate()
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()
