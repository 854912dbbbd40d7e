"""A Spark cluster for tests: a master and a worker, two processes of this computer that listen on it alone."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
READY = "Successfully registered with master"
HERE = "127.0.0.1"
WAIT_S = 90.0


def needed() -> None:
    """Skip the test, with a plain reason, where Spark cannot run; let Spark start this Python."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (extra `spark`)")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed, which Spark needs")
    os.environ["PYSPARK_PYTHON"] = sys.executable


@contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """The address of a cluster of one worker with two cores, which ends with the block; `folder` for its logs and work."""
    import pyspark

    home = Path(pyspark.__file__).parent
    program, port = str(home / "bin" / "spark-class"), _free_port()
    address, log = f"spark://{HERE}:{port}", folder / "worker.log"
    quiet = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": HERE, "PYSPARK_PYTHON": sys.executable}
    at = ["--host", HERE, "--webui-port", "0", "--port"]
    with (folder / "master.log").open("wb") as first, log.open("wb") as second:
        master = subprocess.Popen([program, MASTER, *at, str(port)], env=quiet, stdout=first, stderr=first)
        _until(lambda: _listens(port), master)
        work = ["--cores", "2", "--memory", "1500m", "--work-dir", str(folder / "work")]
        worker = subprocess.Popen([program, WORKER, *at, "0", *work, address], env=quiet, stdout=second, stderr=second)
        try:
            _until(lambda: READY in log.read_text(errors="replace"), worker)
            yield address
        finally:
            for process in (worker, master):
                process.terminate()
                process.wait(30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex((HERE, port)) == 0


def _until(ready, process: "subprocess.Popen[bytes]") -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + WAIT_S
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise RuntimeError("a part of the Spark cluster did not start; its log is in the test's folder")
        time.sleep(0.2)
