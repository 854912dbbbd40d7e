"""What is finished of a long run, so that an interrupted one goes on: one line of JSON for each journal."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import msgspec

PRIVATE = 0o600  # readable by the owner alone


class Done(msgspec.Struct, frozen=True):
    """What came of one journal: its rows, or what hindered it; `assumed` is what was taken for granted where it is another app's export."""

    mark: str
    rows: list[dict[str, Any]] = []
    trouble: str = ""
    assumed: tuple[str, ...] = ()


class Ledger:
    """What is finished, one line of JSON for each journal, in a file that only its owner can read; a line that was cut off does not count."""

    def __init__(self, stack: ExitStack, path: Path | None) -> None:
        """`path` None keeps it nowhere for longer than the run."""
        self._path = path
        if path is None:
            file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # the stack closes it
        else:
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE), "r+b")
        self._file = stack.enter_context(file)
        self.at: dict[str, int] = {}
        self.trouble: dict[str, str] = {}
        self.assumed: dict[str, tuple[str, ...]] = {}
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            try:
                self._note(msgspec.json.decode(line, type=Done), end)
            except msgspec.DecodeError:
                break
            end += len(line)
        self._file.truncate(end)

    def add(self, done: Done) -> None:
        """Keep what came of one journal."""
        at = self._file.seek(0, os.SEEK_END)
        self._file.write(msgspec.json.encode(done) + b"\n")
        self._file.flush()
        self._note(done, at)

    def rows(self, marks: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of these journals, in this order."""
        for mark in marks:
            self._file.seek(self.at[mark])
            yield from msgspec.json.decode(self._file.readline(), type=Done).rows

    def drop(self) -> None:
        """Remove it, once all it holds is in the table."""
        if self._path is not None:
            self._path.unlink()

    def _note(self, done: Done, at: int) -> None:
        self.at[done.mark] = at
        if done.trouble:
            self.trouble[done.mark] = done.trouble
        if done.assumed:
            self.assumed[done.mark] = done.assumed
