"""Questionnaires that may be shipped: their questions, in our own words unless the form may be copied, and the range of the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, get_type_hints

from steelyard.knowledge.files import folder, refuse
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.shape import Fault, faults

FOLDER = "instruments"


@dataclass(frozen=True, kw_only=True)
class Block:
    """Questions that share their answers, which are whole numbers from 0 to `highest`.

    `aside` are items that are asked but left out of a count the instrument defines; `terms` says what its use is bound to; `answers` are
    the words for 0 to `highest`, where each number has its own.
    """

    name: str
    title: str
    asks: str
    items: tuple[str, ...]
    highest: int
    terms: str
    facts: tuple[str, ...]
    aside: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


_HINTS = {name: hint for name, hint in get_type_hints(Block).items() if name != "name"}
_REQUIRED = frozenset(_HINTS) - {"aside", "answers"}


def load_instruments(knowledge: Knowledge, data: Traversable | None = None) -> dict[str, tuple[Block, ...]]:
    """Return the blocks of each instrument by its name (`phq9`), in the order in which they are answered.

    `data` is the folder to read (the shipped one by default), in it `instruments/NAME.toml`.
    Refuses with KnowledgeError an unknown or missing field, a fact that is not held, an item put aside that is not asked, and words for
    some answers only.
    """
    instruments = {}
    for file, tables in folder(FOLDER, data):
        blocks = []
        for name, table in tables.items():
            refuse(file, name, faults(table, _HINTS, _REQUIRED))
            refuse(file, name, _block_faults(table, knowledge))
            read: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
            blocks.append(Block(name=name, **read))
        instruments[file.split("/")[1].removesuffix(".toml")] = tuple(blocks)
    return instruments


def _block_faults(table: dict[str, Any], knowledge: Knowledge) -> Iterator[Fault]:
    if not table["items"] or table["highest"] < 1:
        yield "items", "expected at least one question, with answers from 0 to 1 or more"
    for one in table["facts"]:
        if one not in knowledge.facts:
            yield "facts", f"no fact {one!r}"
    if table.get("answers") and len(table["answers"]) != table["highest"] + 1:
        yield "answers", f"expected words for each answer from 0 to {table['highest']}, or none"
    for item in table.get("aside", ()):
        if item not in table["items"]:
            yield "aside", f"{item!r} is not among the items"
