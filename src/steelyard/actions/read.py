"""Read a person's file, whatever supported form it has, into a journal and the problems met on the way."""

import hashlib
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from steelyard.exchange import csv_mapping, jsonl
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, Problem
from steelyard.records.validate import validate


@dataclass(frozen=True)
class Read:
    """A journal as read: `sha256` is of the bytes it came from."""

    journal: Journal
    problems: tuple[Problem, ...]
    sha256: str


def read(source: str, knowledge: Knowledge, mapping: str | None = None, latest: datetime | None = None) -> Read:
    """Read a journal (`-` for standard input), or a CSV file with the mapping that says what its columns mean.

    `latest` is the last instant that can have happened (see `records.validate`). Refuses nothing: see `problems`.
    """
    stream = cast("Any", _Hashing(sys.stdin.buffer)) if source == "-" else None
    rows = jsonl.read(stream or source) if mapping is None else csv_mapping.read(stream or source, mapping)
    journal, problems = validate(rows, knowledge.scales, latest)
    return Read(journal, tuple(problems), stream.sha256.hexdigest() if stream else _digest(source))


def _digest(path: str) -> str:
    if not Path(path).is_file():
        return ""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Hashing:
    """A stream read line by line whose bytes are digested as they pass, since standard input can be read only once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.sha256 = hashlib.sha256()

    def readline(self, size: int = -1) -> bytes:
        line = self._stream.readline(size)
        self.sha256.update(line)
        return line
