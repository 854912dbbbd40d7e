"""Weighs one journal in a process of its own: its bytes come by standard input, lines of JSON go out by standard output.

Nothing of the journal stands in an argument, the environment or a file, and whatever goes wrong is told by its kind and place alone.
"""

import io
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec

HERE = Path(__file__).resolve().parents[1]
WATCH_S = 1.0


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the process: how many questions were begun; the answer as JSON and for a browser; or what hindered it."""

    question: int = 0
    report: str = ""
    page: str = ""
    trouble: str = ""


def weigh(content: bytes, tell: Callable[[Told], None]) -> None:
    """Tell the answers to a journal file, after each question that is begun."""
    from steelyard.exchange import jsonl  # noqa: PLC0415  # whoever only starts this process needs none of them
    from steelyard.findings.assemble import assemble  # noqa: PLC0415
    from steelyard.knowledge.load import load  # noqa: PLC0415
    from steelyard.records.validate import validate  # noqa: PLC0415
    from steelyard.reports.html import answers  # noqa: PLC0415
    from steelyard.reports.json import json  # noqa: PLC0415

    knowledge, digest = load(), sha256(content).hexdigest()
    journal, problems = validate(jsonl.read(io.BytesIO(content)), knowledge.scales, None)
    begun = 0

    def progress(_: str) -> None:
        nonlocal begun
        begun += 1
        tell(Told(question=begun))

    weighing = assemble(journal, problems, knowledge, sha256=digest, progress=progress)
    tell(Told(report=json(weighing), page=answers(weighing)))


def main() -> None:
    """Do it, and end when the process that asked for it does."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever logs something meanwhile comes first
    try:
        weigh(sys.stdin.buffer.read(), _tell)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # whatever it is: its message may hold what the person wrote, so only kind and place are told
        _tell(Told(trouble=place(error)))


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


def place(error: Exception) -> str:
    """Kind of an error and where in this package it arose; its message may hold what a person wrote, and is not told."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if HERE in Path(frame.filename).parents]
    return f"{type(error).__name__}, {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else type(error).__name__


def end_with(parent: int) -> None:
    """End this process when the one that started it is no more."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    os._exit(1)


if __name__ == "__main__":
    main()
