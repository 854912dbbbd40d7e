"""Zip archives from strangers: nothing is unpacked to disk, no member is opened by a path, and none may unpack to too much.

Source: PKWARE, "APPNOTE.TXT", 4.3 and 4.4.4; CWE-409 (data amplification), CWE-22 (path traversal).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from steelyard.records.model import Problem

MAGIC = b"PK\x03\x04"
MOST_MEMBERS = 20_000
LARGEST_MEMBER = 8 << 30  # bytes: several times the largest export that is read in minutes
LARGEST_RATIO = 300  # of unpacked to packed; XML and CSV reach some dozens, a bomb a thousand
SMALL = 16 << 20  # bytes; under this the ratio does not matter
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
    struct.error,
)
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """An open archive whose members can be read in turn; `names` are those of its files."""

    def __init__(self, held: zipfile.ZipFile) -> None:
        self._held = held
        self.names = tuple(info.filename for info in held.infolist() if not info.filename.endswith("/"))

    def open(self, name: str) -> "Member | Problem":
        """One member as a stream of bytes; refuses what is encrypted, packed by an unusual method, or unpacks to too much."""
        try:
            info = self._held.getinfo(name)
            if info.flag_bits & 1:
                return _refusal(name, "zip.encrypted", "the file in the zip is encrypted")
            if info.compress_type not in _KNOWN:
                return _refusal(name, "zip.method", "the file in the zip is packed by an unusual method")
            if info.file_size > LARGEST_MEMBER or info.file_size > max(SMALL, LARGEST_RATIO * info.compress_size):
                return _refusal(name, "zip.bomb", f"the file in the zip would unpack to {info.file_size:,} bytes")
            return Member(name, self._held.open(info))
        except _BROKEN:
            return _refusal(name, "zip.unreadable", "the file in the zip cannot be read")


class Member:
    """A member as it is unpacked. Damage on the way ends it early and is told in `problems`; it raises nothing."""

    def __init__(self, name: str, held: "zipfile.ZipExtFile | object") -> None:
        self._name = name
        self._held: BinaryIO = held  # type: ignore[assignment]
        self._problem: Problem | None = None

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, at most `size` bytes of it."""
        try:
            return b"" if self._problem else self._held.readline(size)
        except _BROKEN:
            return self._end()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size` of them."""
        try:
            return b"" if self._problem else self._held.read(size)
        except _BROKEN:
            return self._end()

    def problems(self) -> Iterator[Problem]:
        """What went wrong on the way."""
        if self._problem:
            yield self._problem

    def _end(self) -> bytes:
        self._problem = Problem(0, self._name, "zip.damaged", "the file in the zip is damaged", "used what came before")
        return b""


def listed(stream: BinaryIO) -> tuple[str, ...]:
    """The names in an archive; none where it is none, or cannot be read. The stream is left at its start."""
    opened = unpack(stream)
    stream.seek(0)
    return () if isinstance(opened, Problem) else opened.names


def unpack(stream: BinaryIO) -> Archive | Problem:
    """An open archive, or why there is none."""
    try:
        held = zipfile.ZipFile(stream)
    except _BROKEN:
        return Problem(0, "", "zip.unreadable", "expected a zip; it is none, or it is damaged", "read nothing")
    if len(held.filelist) > MOST_MEMBERS:
        return Problem(0, "", "zip.bomb", f"the zip holds more than {MOST_MEMBERS:,} files", "read nothing")
    return Archive(held)


def _refusal(name: str, code: str, message: str) -> Problem:
    return Problem(0, name, code, message, "left it out")
