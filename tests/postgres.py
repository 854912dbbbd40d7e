"""A PostgreSQL server for tests: its own cluster, on a free port of this machine's own address, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps them, one folder for each version


def programs() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[int]:
    """Start a server and give its port; LookupError with the reason where that cannot be done."""
    bin = programs()
    if bin is None:
        raise LookupError("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="steelyard-postgres-"))
    try:
        if user:
            shutil.chown(folder, user, user)
        cluster, port = folder / "cluster", _free_port()
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        _run(user, bin / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        _run(user, bin / "pg_ctl", "-D", cluster, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield port
        finally:
            _run(user, bin / "pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """The server refuses to run as root; Debian's package brings the user it wants."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError as error:
        raise LookupError("PostgreSQL does not run as root, and there is no user postgres") from error


def _run(user: str | None, *command: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        user=user,
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    if done.returncode:
        raise LookupError(f"PostgreSQL does not start: {Path(words[0]).name} failed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
