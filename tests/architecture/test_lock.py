"""The lock and the settings point at the public index only, so that a clone installs anywhere."""

import re
import tomllib
from pathlib import Path


def addresses(lock: str) -> set[str]:
    """The index and file hosts named in a lock file."""
    return set(re.findall(r'"(https?://[^/"]+)', lock))


def test_the_lock_has_only_public_default_addresses(root: Path) -> None:
    lock = (root / "uv.lock").read_text(encoding="utf-8")
    assert addresses(lock) == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_no_index_is_configured(root: Path) -> None:
    tool = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert set(tool.get("uv", {})) & {"index", "index-url", "extra-index-url", "find-links", "sources"} == set()
    assert [name for name in ("uv.toml", "pip.conf") if (root / name).exists()] == []


def test_another_address_is_caught() -> None:
    assert addresses('source = { registry = "http://index.example/simple" }') == {"http://index.example"}
