"""The one weighing that may be under way, in a process of its own: writing something down never waits for it, and locking ends it.

What goes in and comes out goes through pipes.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from steelyard.findings.model import Report

from .serve import START_KEY
from .weigher import Told

ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # the other cores are left to whoever logs
ENDED = "ended without a word"


@dataclass
class Work:
    """A weighing: the mark of what is weighed, how many questions were begun, and what hindered it."""

    mark: str
    process: "subprocess.Popen[bytes]"
    question: int = 0
    trouble: str = ""
    running: bool = True


class Now:
    """The weighing under way, or the last one where it did not succeed; and what could be said without a fit, with its mark."""

    work: Work | None = None
    said: tuple[str, Report] | None = None


_LOCK = threading.Lock()


def begin(mark: str, journal: bytes, keep: Callable[[Work, Told], None]) -> None:
    """Start weighing, unless something is being weighed already.

    Args:
        mark: of the journal as it is; journal: its bytes.
        keep: told the answer, in a thread of its own, before the work is seen as over.
    """
    with _LOCK:
        if Now.work is not None and Now.work.running:
            return
        environment = {name: value for name, value in os.environ.items() if name != START_KEY} | ALONE
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([sys.executable, "-m", "steelyard.actions.weigher"], env=environment, **pipes)
        work = Now.work = Work(mark, process)
    threading.Thread(target=_follow, args=(work, journal, keep), name="weighing", daemon=True).start()


def drop() -> None:
    """End a weighing that is under way, and forget whatever was said."""
    with _LOCK:
        work, Now.work, Now.said = Now.work, None, None
    if work is not None:
        work.process.kill()


def _follow(work: Work, journal: bytes, keep: Callable[[Work, Told], None]) -> None:
    """Hand the journal over, then listen until the process ends."""
    answered = False
    try:
        with work.process as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(journal)
            process.stdin.close()
            for line in process.stdout:
                told = msgspec.json.decode(line, type=Told)
                work.question, work.trouble = told.question or work.question, told.trouble or work.trouble
                if told.page:
                    keep(work, told)
                    answered = True
    except Exception as error:  # whatever hinders an answer is shown; a weighing that was dropped is looked at by nobody
        work.trouble = work.trouble or type(error).__name__
    with _LOCK:
        work.running, work.trouble = False, "" if answered else work.trouble or ENDED
        if Now.work is work and answered:
            Now.work = None
