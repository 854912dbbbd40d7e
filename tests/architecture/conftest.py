"""The table of docs/architecture.md and the parsed source, for the tests beside this file."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Room:
    """One line of the table."""

    name: str
    imports: frozenset[str]
    packages: frozenset[str]
    pure: bool


@dataclass(frozen=True)
class Source:
    """One module: its path below src/steelyard, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The folder the module lives in; empty for a module at the top of the package."""
        return self.path.parts[0] if len(self.path.parts) > 1 else ""


def names(cell: str) -> frozenset[str]:
    return frozenset() if cell == "-" else frozenset(re.split(r",\s*", cell))


@pytest.fixture(scope="session")
def rooms(root: Path) -> dict[str, Room]:
    """The rooms by name, as docs/architecture.md has them."""
    lines = (root / "docs/architecture.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| room | holds | may import | other packages | pure |") + 2
    table = {}
    for line in lines[start : lines.index("", start)]:
        name, _, imports, packages, pure = (cell.strip() for cell in line.strip("|").split("|"))
        table[name] = Room(name, names(imports), names(packages), {"yes": True, "no": False}[pure])
    return table


@pytest.fixture(scope="session")
def sources(root: Path) -> list[Source]:
    """Every module of the package."""
    package = root / "src/steelyard"
    paths = sorted(package.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [Source(path.relative_to(package), text, ast.parse(text)) for path, text in zip(paths, texts, strict=True)]
