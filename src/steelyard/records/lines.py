"""A line of bytes that the strict decoder refused: the JSON object on it, or what is wrong with the line as such."""

import json
from typing import Any

import msgspec

from steelyard.records.problems import SKIPPED, Note, Notes

_BOM = b"\xef\xbb\xbf"
_EXPECTED = 'expected one JSON object on the line, as in {"record": "dose", ...}'


def fields_of(line: bytes) -> tuple[dict[str, Any] | None, Notes]:
    """The object on a line and what was noted; `None` when there is no usable object. Nothing here raises."""
    notes: Notes = ()
    if line.startswith(_BOM):
        notes = (Note("", "line.bom", "the line starts with a byte order mark", "read on without the mark"),)
        line = line[len(_BOM) :]
    if b"\0" in line:
        return None, (*notes, _refusal("line.nul", "expected text, found NUL bytes (a crash while saving leaves such lines)"))
    try:
        fields = _json(line.decode("utf-8"))
    except UnicodeDecodeError:
        return None, (*notes, _refusal("line.encoding", "expected UTF-8, found another encoding (save the file as UTF-8)"))
    except (ValueError, RecursionError):
        return None, (*notes, _no_json(line))
    if not isinstance(fields, dict):
        return None, (*notes, _refusal("line.not_object", _EXPECTED))
    return fields, notes


def _json(text: str) -> Any:
    """By the standard library, which takes the `NaN` that other programs write; it becomes text, refused where it stands."""
    return json.loads(text, parse_constant=str)


def _no_json(line: bytes) -> Note:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        if "truncated" in str(error):
            return _refusal("line.truncated", "the line ends in the middle of a record")
    return _refusal("line.not_json", _EXPECTED)


def _refusal(code: str, message: str) -> Note:
    return Note("", code, message, SKIPPED)
