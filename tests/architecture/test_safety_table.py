"""Every hazard in SAFETY.md is held by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

TEST_ID = re.compile(r"`(tests/[\w/]+\.py)::(\w+(?:::\w+)?)`")
COLUMNS = ["hazard", "cause", "rule", "what the person sees", "held by", "status"]
STATUSES = {"held", "partly held", "open"}


def rows(text: str) -> list[list[str]]:
    """The cells of the hazard table, head and rule left out."""
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    start = table.index(["id", *COLUMNS])
    return table[start + 2 :]


def defined(file: Path) -> set[str]:
    """Names of the test functions in a file, methods as `Class::method`."""
    if not file.is_file():
        return set()
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{child.name}" for child in node.body if isinstance(child, ast.FunctionDef)}
    return {name for name in found if name.split("::")[-1].startswith("test")}


def missing(text: str, root: Path) -> list[str]:
    return [f"{file}::{name}" for file, name in TEST_ID.findall(text) if name not in defined(root / file)]


@pytest.fixture(scope="module")
def safety(root: Path) -> str:
    return (root / "SAFETY.md").read_text(encoding="utf-8")


def test_every_named_test_exists(safety: str, root: Path) -> None:
    assert missing(safety, root) == []


def test_every_hazard_has_its_own_id_and_full_cells(safety: str) -> None:
    ids = [row[0] for row in rows(safety)]
    assert ids == [f"H{n}" for n in range(1, len(ids) + 1)]
    assert [row[0] for row in rows(safety) if len(row) != len(COLUMNS) + 1 or not all(row)] == []


def test_the_status_says_what_the_tests_hold(safety: str) -> None:
    """A hazard that claims to be held names a test; one that names none is open."""
    for row in rows(safety):
        assert row[-1] in STATUSES, row[0]
        assert (row[-1] == "open") == (not TEST_ID.findall(row[-2])), row[0]


def test_a_test_that_does_not_exist_is_caught(root: Path) -> None:
    here = "tests/architecture/test_edges.py"
    text = f"`{here}::test_no_such` and `tests/gone.py::test_a` and `{here}::edges`"
    assert missing(text, root) == [f"{here}::test_no_such", "tests/gone.py::test_a", f"{here}::edges"]
