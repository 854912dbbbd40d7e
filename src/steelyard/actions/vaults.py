"""Which store this process keeps. Apart from `keep`, because it must be known before the database is."""

import os
import time
from pathlib import Path

from steelyard.journal.vault import Vault

PATIENCE_S = 3.0


class Here:
    """The store of this process, when it was last asked for, and what hindered keeping house."""

    vault: Vault | None = None
    asked: float = 0.0
    trouble: str = ""


HERE = Here()


def use(folder: Path) -> Vault:
    """Make a folder's store the one of this process."""
    HERE.vault = Vault(folder)
    return HERE.vault


def vault() -> Vault:
    """The store of this process; refuses (LookupError) before `use`."""
    if HERE.vault is None:
        raise LookupError("no store was named")
    return HERE.vault


def hold(folder: Path) -> int:
    """Keep a data folder for this process and those it starts, for as long as they live; returns what to keep open for that.

    Refuses (ValueError) a folder that cannot be written to, or that another app keeps: two of them could exchange the store for one another.
    """
    import fcntl  # noqa: PLC0415  # not on Windows, where nothing of this is promised

    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"cannot write in {folder}; choose another folder with --data, or mend its permissions")
    descriptor, until = os.open(folder, os.O_RDONLY), time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError as error:
            if time.monotonic() > until:  # one that was just stopped takes a moment to be gone
                os.close(descriptor)
                raise ValueError(f"the app already runs on {folder}; use that one, or stop it first") from error
        time.sleep(0.1)
