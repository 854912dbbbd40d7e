"""Where bytes come from: a file or an open stream, line by line and never more than 1 MiB at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from steelyard.records.model import Problem

LONGEST_LINE = 1 << 20
_NOTHING = "read nothing"


class Stream(Protocol):
    """Anything that gives bytes line by line: an open binary file, standard input."""

    def readline(self, size: int = -1, /) -> bytes:
        """The next line with its line end, at most `size` bytes of it; empty at the end."""
        ...


Source = str | Path | Stream


def lines(source: Source) -> Iterator[tuple[int, bytes] | Problem]:
    """Numbered lines (from 1, with their line ends) of a file or an open binary stream.

    What cannot be read comes as a problem: with line 0 for a directory and for a file that is missing, empty or UTF-16; with
    its own number for a line over 1 MiB, which is passed over without being held.
    """
    if not isinstance(source, str | Path):
        yield from _numbered(source)
    elif Path(source).is_dir():
        yield _refusal("file.directory", "expected a file, found a directory", f"{_NOTHING}; name the file inside it")
    else:
        try:
            with open(source, "rb") as stream:
                yield from _numbered(stream)
        except OSError as error:
            yield _refusal("file.unreadable", f"the file cannot be read: {error.strerror}", "read no further")


def _numbered(stream: Stream) -> Iterator[tuple[int, bytes] | Problem]:
    line = stream.readline(LONGEST_LINE + 1)
    if not line:
        yield _refusal("file.empty", "the file is empty", _NOTHING)
        return
    if _is_utf16(line):
        yield _refusal("file.encoding", "expected UTF-8, found UTF-16", f"{_NOTHING}; save the file as UTF-8")
        return
    number = 1
    while line:
        if len(line) > LONGEST_LINE:
            _pass_over(stream, line)
            message = f"the line is longer than {LONGEST_LINE:,} bytes"
            yield Problem(number, "", "line.too_long", message, "skipped this line")
        else:
            yield number, line
        line = stream.readline(LONGEST_LINE + 1)
        number += 1


def _is_utf16(start: bytes) -> bool:
    """By its byte order mark, or by every other of the first four bytes being zero, as where such a file starts with ASCII."""
    zeros = [byte == 0 for byte in start[:4]]
    return start.startswith((b"\xff\xfe", b"\xfe\xff")) or zeros in ([True, False, True, False], [False, True, False, True])


def _pass_over(stream: Stream, part: bytes) -> None:
    while part and not part.endswith(b"\n"):
        part = stream.readline(LONGEST_LINE)


def _refusal(code: str, message: str, action: str) -> Problem:
    return Problem(0, "", code, message, action)
