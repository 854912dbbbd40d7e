"""Journal texts are written by anyone: nothing in them may steer a terminal or a page."""

import unicodedata
from typing import Any, TypeVar

import msgspec

Answer = TypeVar("Answer", bound=msgspec.Struct)
# Joiners are invisible, harmless, and needed to write several of the world's scripts.
JOINERS = "\u200c\u200d"


def printable(answer: Answer) -> Answer:
    """Return the same answer with every character that cannot be printed made harmless.

    Line breaks, tabs and odd spaces become a space; control characters, direction overrides and lone surrogates become `?`.
    """
    return msgspec.convert(_clean(msgspec.to_builtins(answer)), type(answer))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else "".join(map(_character, value))
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _character(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return " " if character in "\t\r\n" or unicodedata.category(character).startswith("Z") else "?"
