"""A JSON document as a whole: bounded in size and depth, and clear about why it cannot be read."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from steelyard.records.model import Problem

LARGEST = 64 << 20  # bytes; years of the busiest diary take a tenth of it, and what is parsed takes several times as much memory
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Unreadable:
    """A document that cannot be read, with the problem that says why."""

    def __init__(self, code: str, message: str, action: str = "read nothing") -> None:
        self.problem = Problem(0, "", code, message, action)


def read(stream: BinaryIO) -> Any:
    """What a JSON document in UTF-8 holds, or `Unreadable`. Nothing is raised for bad input.

    The `NaN` that some programs write becomes text, to be refused where it stands.
    """
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return Unreadable("file.too_large", f"the file is larger than {LARGEST >> 20} MiB")
    if content.startswith(_UTF16):
        return Unreadable("file.encoding", "expected UTF-8, found UTF-16", "read nothing; save the file as UTF-8")
    return parsed(content.removeprefix(_BOM))


def parsed(content: bytes) -> Any:
    """The same of bytes that were read before."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        found = json.loads(content.decode("utf-8"), parse_constant=str)
        msgspec.json.encode(found)  # half a pair of surrogates is no text and could never be written
    except UnicodeDecodeError:
        return Unreadable("file.encoding", "expected UTF-8, found another encoding", "read nothing; save the file as UTF-8")
    except RecursionError:
        return Unreadable("json.too_deep", "the document is nested too deep")
    except (ValueError, UnicodeEncodeError, msgspec.MsgspecError):
        return Unreadable("json.unreadable", "expected a JSON document; it is none, or it was cut off")
    return found


def objects(held: Any, what: str) -> Iterator[tuple[int, dict[str, Any]] | Problem]:
    """The objects of a list with their place in it, from 1; what is no object is a problem, and so is what is no list."""
    if held is None:
        return
    if not isinstance(held, list):
        yield Problem(0, what, "json.no_list", f"expected a list of {what}", "left it out")
        return
    for place, item in enumerate(held, start=1):
        if isinstance(item, dict):
            yield place, item
        else:
            yield Problem(place, what, "json.no_object", f"expected an object in the list of {what}", "skipped this entry")


def text(held: Any) -> str:
    """A text without spaces around it; empty for anything else."""
    return held.strip() if isinstance(held, str) else ""


def numeral(held: Any) -> float | None:
    """A number, be it whole or not; `None` for anything else, `true` and `false` among it."""
    return held if isinstance(held, int | float) and not isinstance(held, bool) else None
