"""SECURITY.md promises what tests hold: each test it names is there."""

import ast
import re
from pathlib import Path


def named(page: str) -> set[str]:
    """The tests, and files or folders of tests, that a page names."""
    return set(re.findall(r"`(test_\w+|tests/[\w/.]+)`", page))


def test_every_test_that_is_named_exists(root: Path) -> None:
    wanted = named((root / "SECURITY.md").read_text(encoding="utf-8"))
    functions = set()
    for path in (root / "tests").rglob("test_*.py"):
        functions |= {
            node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
        }
    missing = {name for name in wanted if not (name in functions or (name.startswith("tests/") and (root / name).exists()))}
    assert len(wanted) > 30
    assert missing == set()


def test_every_adversary_has_its_row(root: Path) -> None:
    page = (root / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*\*([^*]+)\*\*.*\|$", page, re.MULTILINE)
    assert rows == [
        "the household", "an employer", "police, courts, border officers", "a stolen disk", "another web page", "another user of the computer",
        "people on the same network",
    ]  # fmt: skip
