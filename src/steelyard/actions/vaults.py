"""Which store this process keeps. Apart from `keep`, because it must be known before the database is."""

from pathlib import Path

from steelyard.journal.vault import Vault


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
