"""Weigh a folder of journals: a table with one row for each finding of each person. What is done once is not done again.

While it runs, what is finished lies in a file beside the table, one line for each journal; an interrupted run goes on from there.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from steelyard import __version__
from steelyard.exchange.parquet import need_parquet, write_csv, write_parquet
from steelyard.findings.assemble import assemble
from steelyard.findings.expected import mark_of
from steelyard.findings.model import Expected
from steelyard.findings.pooled import each_on_spark
from steelyard.findings.rows import Told, columns, rows
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge

from . import workers
from .ledger import PRIVATE, Done, Ledger
from .pseudonyms import key_of, pseudonym
from .read import read
from .weigher import place

UNFINISHED = ".unfinished"
LOST = "the process that weighed it ended without a word"


@dataclass(frozen=True)
class Asked:
    """What is asked of every journal; as for `weigh`."""

    substance: str | None = None
    outcome: str | None = None
    seed: int = 0
    latest: datetime | None = None
    expected: Expected | None = None


@dataclass(frozen=True)
class How:
    """How it is worked out: in how many processes, or on which Spark; where the key for pseudonyms lies; who is told how far it is."""

    jobs: int = field(default_factory=workers.cores)
    spark: str | None = None
    key: Path | None = None
    progress: Callable[[int, int], None] = lambda _done, _all: None

    def __post_init__(self) -> None:
        if self.spark is not None:  # Spark starts the Python that this process runs in, unless something else was said
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


class Task(msgspec.Struct, frozen=True):
    """One journal to be weighed; `mark` tells it, and what is asked of it, from every other."""

    path: str
    person: str
    mark: str
    asked: Asked


@dataclass(frozen=True)
class Tally:
    """What came of a folder: how many journals were weighed, rows made, and which journals cost themselves, with the reason."""

    weighed: int
    rows: int
    troubles: tuple[tuple[str, str], ...]


def journals(folder: Path) -> list[Path]:
    """The journals of a folder and of the folders in it, in order of name."""
    found = (path for path in folder.rglob("*.jsonl") if path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def weigh_folder(folder: Path, out: str, asked: Asked, how: How) -> Tally:
    """Weigh every journal of a folder into a table, `out`: a path that ends in .parquet or .csv, or `-` for CSV on standard output.

    Refuses with UnusableKey, OSError where nothing can be written, and ModuleNotFoundError where Parquet cannot.
    """
    if not journals(folder):
        return Tally(0, 0, ())
    if out.endswith(".parquet"):
        need_parquet()
    with ExitStack() as stack:
        ledger = Ledger(stack, None if out == "-" else Path(out + UNFINISHED))
        tasks = finish(folder, ledger, asked, how)
        made = _write(out, ledger.rows([task.mark for task in tasks]))
        ledger.drop()
    return _tally(folder, tasks, ledger, made)


def rows_of(folder: Path, asked: Asked, how: How) -> tuple[list[dict[str, Any]], Tally]:
    """The rows themselves, for whoever goes on with them at once."""
    if not journals(folder):
        return [], Tally(0, 0, ())
    with ExitStack() as stack:
        ledger = Ledger(stack, None)
        tasks = finish(folder, ledger, asked, how)
        found = list(ledger.rows([task.mark for task in tasks]))
        return found, _tally(folder, tasks, ledger, len(found))


def finish(folder: Path, ledger: Ledger, asked: Asked, how: How) -> list[Task]:
    """Weigh what the ledger does not hold yet; returns all that was to be weighed."""
    key = key_of(folder, how.key)
    tasks = [_task(path, pseudonym(key, path.relative_to(folder).as_posix()), asked) for path in journals(folder)]
    left = [task for task in tasks if task.mark not in ledger.at]
    how.progress(len(tasks) - len(left), len(tasks))
    with ExitStack() as stack:
        if how.spark is None:
            found: Iterator[Done] = (done for _, done in workers.each(answer, left, how.jobs, _lost))
        else:
            found = stack.enter_context(each_on_spark(how.spark, answer, left))
        for count, done in enumerate(found, 1 + len(tasks) - len(left)):
            ledger.add(done)
            how.progress(count, len(tasks))
    return tasks


def answer(task: Task) -> Done:
    """Weigh one journal, in any process. Whatever goes wrong is told by its kind and place alone."""
    try:
        knowledge, asked = _knowledge(), task.asked
        got = read(task.path, knowledge, None, asked.latest)
        if not got.journal.used:
            return Done(task.mark, trouble=got.problems[0].message if got.problems else "it holds nothing")
        weighing = assemble(
            got.journal,
            got.problems,
            knowledge,
            sha256=got.sha256,
            substance=asked.substance,
            outcome=asked.outcome,
            seed=asked.seed,
            draw=False,
            expected=asked.expected,
        )
        return Done(task.mark, rows(weighing, Told(task.person, mark_of(got.journal))))
    except Exception as error:  # whatever it is, the other journals are not to suffer
        return Done(task.mark, trouble=f"it could not be weighed ({place(error)})")


def _task(path: Path, person: str, asked: Asked) -> Task:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    latest = None if asked.latest is None else asked.latest.date()  # an interrupted run may go on a minute later
    said = repr(
        (content, person, asked.substance, asked.outcome, asked.seed, latest, asked.expected, __version__, _knowledge().version)
    )
    return Task(str(path), person, hashlib.sha256(said.encode()).hexdigest(), asked)


def _lost(task: Task) -> Done:
    return Done(task.mark, trouble=LOST)


def _tally(folder: Path, tasks: list[Task], ledger: Ledger, made: int) -> Tally:
    troubles = [(Path(t.path).relative_to(folder).as_posix(), ledger.trouble[t.mark]) for t in tasks if t.mark in ledger.trouble]
    return Tally(len(tasks) - len(troubles), made, tuple(troubles))


def _write(out: str, found: Iterator[dict[str, Any]]) -> int:
    """The table, which takes the place of an older one only once it is whole."""
    if out == "-":
        with os.fdopen(os.dup(1), "wb") as stream:
            return write_csv(columns(), found, stream)
    beside = Path(out + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as stream:
        made = (write_parquet if out.endswith(".parquet") else write_csv)(columns(), found, stream)
    beside.replace(out)
    return made


@cache
def _knowledge() -> Knowledge:
    return load()
