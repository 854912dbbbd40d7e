"""The rooms import each other, and other projects, only as docs/architecture.md says."""

import sys
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest

Edge = tuple[str, str]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("steelyard", include_external_packages=True, cache_dir=None)


def room_of(module: str) -> str:
    """`steelyard.records.time` -> `records`; empty for `steelyard` itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def edges(imports: Iterable[Edge]) -> tuple[set[Edge], set[Edge]]:
    """Imports between modules as edges between rooms, and from rooms to other packages (standard library left out)."""
    inner, outer = set(), set()
    for importer, imported in imports:
        if imported.split(".")[0] == "steelyard":
            inner.add((room_of(importer), room_of(imported)))
        elif imported.split(".")[0] not in sys.stdlib_module_names:
            outer.add((room_of(importer), imported.split(".")[0]))
    return {(a, b) for a, b in inner if a != b}, outer


def unlisted(found: set[Edge], allowed: dict[str, frozenset[str]]) -> list[str]:
    """The edges that the table does not have. The package's own top (its version) is open to all."""
    return sorted(f"{a} -> {b}" for a, b in found if b and b not in allowed.get(a, frozenset()))


def imports_of(graph: grimp.ImportGraph) -> set[Edge]:
    return {(a, b) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)}


def test_rooms_import_only_what_the_table_allows(graph: grimp.ImportGraph, rooms: dict[str, Any]) -> None:
    inner, _ = edges(imports_of(graph))
    assert unlisted(inner, {room.name: room.imports for room in rooms.values()}) == []


def test_rooms_use_only_the_packages_the_table_allows(graph: grimp.ImportGraph, rooms: dict[str, Any]) -> None:
    _, outer = edges(imports_of(graph))
    assert unlisted(outer, {room.name: room.packages for room in rooms.values()}) == []


def test_every_folder_of_the_package_is_a_room_of_the_table(root: Path, rooms: dict[str, Any]) -> None:
    folders = {path.parent.name for path in (root / "src/steelyard").glob("*/__init__.py")}
    assert folders - set(rooms) == set()


def test_the_top_of_the_package_imports_no_room(graph: grimp.ImportGraph) -> None:
    assert graph.find_modules_directly_imported_by("steelyard") == set()


def test_the_table_names_only_rooms_and_has_no_cycle(rooms: dict[str, Any]) -> None:
    assert {name for room in rooms.values() for name in room.imports} <= set(rooms)
    list(TopologicalSorter({room.name: room.imports for room in rooms.values()}).static_order())


def test_the_table_keeps_belief_and_warnings_apart_from_statistics(rooms: dict[str, Any]) -> None:
    for name in ("nof1", "population", "imaging"):
        assert rooms[name].imports == frozenset()
    assert "nof1" not in rooms["safety"].imports


def test_only_actions_reach_the_store(rooms: dict[str, Any]) -> None:
    assert {room.name for room in rooms.values() if "journal" in room.imports} == {"actions"}


def test_an_edge_outside_the_table_is_caught() -> None:
    inner, outer = edges(
        [
            ("steelyard.nof1.fit", "steelyard.knowledge.load"),
            ("steelyard.nof1.fit", "steelyard.nof1.latent"),
            ("steelyard.nof1.fit", "steelyard"),
            ("steelyard.nof1.fit", "numpy"),
            ("steelyard.nof1.fit", "requests.sessions"),
            ("steelyard.nof1.fit", "math"),
        ]
    )
    assert unlisted(inner, {"nof1": frozenset()}) == ["nof1 -> knowledge"]
    assert unlisted(outer, {"nof1": frozenset({"numpy"})}) == ["nof1 -> requests"]
