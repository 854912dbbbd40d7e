"""A long XML file as its elements, one after the other, in bounded memory.

Nothing before the root is read: no document type, and so no entity beside the five that XML itself has. Control characters, which XML
forbids and some programs write, are left out. Where the file breaks its own rules the reader goes on at the next element it knows.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol
from xml.parsers import expat

from steelyard.records.model import Problem

BLOCK = 1 << 18  # bytes read at a time
LONGEST = 1 << 20  # bytes of one tag, or before the root
_CONTROL = bytes(set(range(32)) - {9, 10, 13})


class Element(NamedTuple):
    """An element as it begins: its line, name, attributes, and how many elements it lies in (1 = directly in the root)."""

    line: int
    name: str
    attributes: dict[str, str]
    depth: int


class Stream(Protocol):
    """Anything that gives bytes: an open binary file, a member of an archive."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


def elements(stream: Stream, root: str, known: tuple[str, ...]) -> Iterator[Element | Problem]:
    """The elements inside the root, in order; what cannot be read costs itself up to the next element of a `known` name.

    A file without this root within its first MiB is refused, as a problem.
    """
    reader = _Reader(root.encode(), known)
    head = b""
    while len(head) < LONGEST and not reader.begins(head):
        block = stream.read(BLOCK)
        if not block:
            break
        head += block.translate(None, _CONTROL)
    if not reader.begins(head):
        yield Problem(0, "", "xml.no_root", f"expected XML with the root {root!r}", "read nothing")
        return
    yield from reader.feed(reader.after_root(head))
    while block := stream.read(BLOCK):
        yield from reader.feed(block.translate(None, _CONTROL))
    yield from reader.end()


class _Reader:
    """Feeds a parser in pieces that end before a tag, so that an error lies in the piece at hand; begins a new parser after one."""

    def __init__(self, root: bytes, known: tuple[str, ...]) -> None:
        self._opening = b"<" + root + b">"
        self._root = re.compile(b"<" + root + rb"[\s>]")
        self._known = re.compile(b"<(?:" + b"|".join(name.encode() for name in known) + rb")[\s/>]")
        self._held = b""
        self._line = 1  # of the file, on which what the parser got begins
        self._found: list[Element | Problem] = []
        self._begin()

    def begins(self, head: bytes) -> bool:
        """Whether the root has begun."""
        return self._root.search(head) is not None

    def after_root(self, head: bytes) -> bytes:
        """What follows the name of the root; lines before it are counted."""
        found = self._root.search(head)
        assert found is not None
        self._line += head.count(b"\n", 0, found.start())
        return head[found.start() :]

    def feed(self, block: bytes) -> Iterator[Element | Problem]:
        """Read on."""
        self._held += block
        cut = self._held.rfind(b"<")
        if cut <= 0:
            if len(self._held) > LONGEST:
                self._found.append(self._problem("a tag is longer than one MiB"))
                self._line += self._held.count(b"\n")
                self._held = b""
        else:
            piece, self._held = self._held[:cut], self._held[cut:]
            self._parse(piece)
        yield from self._found
        self._found.clear()

    def end(self) -> Iterator[Element | Problem]:
        """What is left; a file that ends within its root was cut off."""
        piece, self._held = self._held, b""
        self._parse(piece)
        if self._depth > 0:
            self._found.append(Problem(0, "", "xml.truncated", "the file ends before its root does", "used what was whole"))
        yield from self._found

    def _parse(self, piece: bytes) -> None:
        """Parse a piece; after an error go on at the next known element. The view spares copying the rest each time.

        What begins with `<!`, a comment or a section of text, is made an error: unclosed it would swallow the rest of the file.
        """
        piece = piece.replace(b"<!", b"<<")
        view, start = memoryview(piece), 0
        while start < len(piece):
            before = self._fed
            try:
                self._parser.Parse(view[start:], False)
                self._fed += len(piece) - start
                return
            except expat.ExpatError as error:
                if self._over:  # behind the root there is nothing to read
                    return
                at = start + max(self._parser.ErrorByteIndex - before, 0)
                found = self._known.search(piece, min(at + 1, len(piece)))
                upto = found.start() if found else len(piece)
                line = self._line + error.lineno - 1
                self._found.append(
                    Problem(line, "", "xml.broken", f"{expat.ErrorString(error.code)}", "went on at the next entry")
                )
                self._line = line + piece.count(b"\n", min(at, upto), upto)
                start = upto
                self._begin(resume=True)

    def _begin(self, resume: bool = False) -> None:
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._depth = 0
        self._over = False
        self._fed = 0
        if resume:
            self._parser.Parse(self._opening, False)
            self._fed = len(self._opening)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth:
            line = self._line + self._parser.CurrentLineNumber - 1
            self._found.append(Element(line, name, attributes, self._depth))
        self._depth += 1

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._over = self._depth == 0

    def _problem(self, message: str) -> Problem:
        return Problem(self._line, "", "xml.broken", message, "went on at the next entry")
