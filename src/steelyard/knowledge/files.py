"""The data files: which there are, what stands in them, and the refusal that names file, row and field."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from steelyard.knowledge import toml
from steelyard.knowledge.shape import Fault

Tables = dict[str, dict[str, Any]]
"""Tables of a TOML file by name, each a map from field to content."""


class KnowledgeError(ValueError):
    """A data file that cannot be used: which file, which fact (or other row), which field, and why."""

    def __init__(self, file: str, fact: str, field: str, why: str) -> None:
        self.file, self.fact, self.field, self.why = file, fact, field, why
        super().__init__(": ".join(part for part in (file, fact, field, why) if part))


def shipped() -> Traversable:
    """Return the folder of data that comes with the program."""
    return files("steelyard.knowledge") / "data"


def contents(data: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the path below the folder `data` and the content of each TOML file in its subfolders, in a fixed order."""
    for entry in sorted(data.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from contents(entry, f"{path}{entry.name}/")
        elif path and entry.name.endswith(".toml"):
            yield f"{path}{entry.name}", read(entry)


def folder(name: str, data: Traversable | None = None) -> Iterator[tuple[str, Tables]]:
    """Yield each file of one subfolder of `data` (the shipped one by default) with its tables, in a fixed order.

    `name` is a folder such as `claims`; a folder that is not there has no files. Refuses as `tables` does.
    """
    place = (shipped() if data is None else data) / name
    for file, content in contents(place, f"{name}/") if place.is_dir() else ():
        yield file, tables(file, content)


def tables(file: str, content: bytes) -> Tables:
    """Return the tables of a TOML file; refuses (KnowledgeError) what is not TOML and a field outside any table."""
    try:
        read_tables = toml.loads(content.decode())
    except ValueError as error:  # not UTF-8, or not TOML
        raise KnowledgeError(file, "", "", f"not readable as TOML: {error}") from error
    for name, table in read_tables.items():
        if not isinstance(table, dict):
            raise KnowledgeError(file, name, "", "expected a table [name] of fields")
    return read_tables


def read(file: Traversable) -> bytes:
    """Return the content of a file with one kind of line end, so that a checkout on another system has the same version."""
    return file.read_bytes().replace(b"\r\n", b"\n")


def refuse(file: str, row: str, found: Iterable[Fault]) -> None:
    """Raise KnowledgeError for the first fault found in a row of a file, if there is one."""
    for field, why in found:
        raise KnowledgeError(file, row, field, why)
