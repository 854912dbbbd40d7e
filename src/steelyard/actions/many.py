"""Weigh a folder of journals, and of other apps' exports: a table with one row for each finding of each person. What is done once is not
done again.

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
from steelyard.reports import problems as by_kind

from . import workers
from .ledger import PRIVATE, Done, Ledger
from .pseudonyms import key_of, pseudonym
from .read import LAYOUT, NO_OFFSET, Read, read
from .weigher import place

UNFINISHED = ".unfinished"
ENDS = (
    ".jsonl",
    ".ndjson",
    ".json",
    ".csv",
    ".xml",
    ".zip",
)  # of journals and of exports; what a file is, is told by its content
BARRED = "read nothing"  # how problems begin what was done where nothing of a file is read
BYTE_ORDER_MARK = "line.bom"  # code of a problem that assumes nothing
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
    """What came of a folder: how many journals were weighed, rows made, and which journals cost themselves, with the reason.

    `assumed` is what was taken for granted of exports of other apps, each with the files of which it was.
    """

    weighed: int
    rows: int
    troubles: tuple[tuple[str, str], ...]
    assumed: tuple[tuple[str, tuple[str, ...]], ...] = ()


def journals(folder: Path, out: str = "-") -> list[Path]:
    """The journals and exports of a folder and of the folders in it, in order of name; a table that stands in `out` is none of them."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in ENDS and path.is_file())
    seen = (path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return sorted(path for path in seen if out == "-" or path.resolve() != Path(out).resolve())


def weigh_folder(folder: Path, out: str, asked: Asked, how: How) -> Tally:
    """Weigh every journal of a folder into a table, `out`: a path that ends in .parquet or .csv, or `-` for CSV on standard output.

    Refuses with UnusableKey, OSError where nothing can be written, and ModuleNotFoundError where Parquet cannot.
    """
    found = journals(folder, out)
    if not found:
        return Tally(0, 0, ())
    if out.endswith(".parquet"):
        need_parquet()
    with ExitStack() as stack:
        ledger = Ledger(stack, None if out == "-" else Path(out + UNFINISHED))
        tasks = finish(folder, found, ledger, asked, how)
        made = _write(out, ledger.rows([task.mark for task in tasks]))
        ledger.drop()
    return _tally(folder, tasks, ledger, made)


def rows_of(folder: Path, asked: Asked, how: How) -> tuple[list[dict[str, Any]], Tally]:
    """The rows themselves, for whoever goes on with them at once."""
    found = journals(folder)
    if not found:
        return [], Tally(0, 0, ())
    with ExitStack() as stack:
        ledger = Ledger(stack, None)
        tasks = finish(folder, found, ledger, asked, how)
        made = list(ledger.rows([task.mark for task in tasks]))
        return made, _tally(folder, tasks, ledger, len(made))


def finish(folder: Path, found: list[Path], ledger: Ledger, asked: Asked, how: How) -> list[Task]:
    """Weigh what the ledger does not hold yet of the files found in a folder; returns all that was to be weighed."""
    key = key_of(folder, how.key)
    tasks = [_task(path, pseudonym(key, path.relative_to(folder).as_posix()), asked) for path in found]
    left = [task for task in tasks if task.mark not in ledger.at]
    how.progress(len(tasks) - len(left), len(tasks))
    with ExitStack() as stack:
        if how.spark is None:
            results: Iterator[Done] = (done for _, done in workers.each(answer, left, how.jobs, _lost))
        else:
            results = stack.enter_context(each_on_spark(how.spark, answer, left))
        for count, done in enumerate(results, 1 + len(tasks) - len(left)):
            ledger.add(done)
            how.progress(count, len(tasks))
    return tasks


def answer(task: Task) -> Done:
    """Weigh one journal, in any process. Whatever goes wrong is told by its kind and place alone."""
    try:
        knowledge, asked = _knowledge(), task.asked
        got = read(task.path, knowledge, None, asked.latest)
        if not got.journal.used:
            return Done(task.mark, trouble=_why_nothing(got))
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
        return Done(task.mark, rows(weighing, Told(task.person, mark_of(got.journal))), assumed=_assumed(got))
    except Exception as error:  # whatever it is, the other journals are not to suffer
        return Done(task.mark, trouble=f"it could not be weighed ({place(error)})")


def _why_nothing(got: Read) -> str:
    """Why nothing of a file could be used: what barred the whole of it, else what is said of most of its entries."""
    said = by_kind.kinds(problem for problem in got.problems if problem.code != LAYOUT)
    first = sorted(said, key=lambda kind: (not kind.first.action.startswith(BARRED), kind.first.line == 0))
    return by_kind.what(first[0]) if first else "it holds nothing"


def _assumed(got: Read) -> tuple[str, ...]:
    """What was taken for granted of an export: of the file as a whole, and in which zone its times are."""
    if not got.form:
        return ()
    said = by_kind.kinds(p for p in got.problems if (p.line == 0 and p.code != BYTE_ORDER_MARK) or p.code == NO_OFFSET)
    named = ((", ".join(name for name, _ in kind.names) + ": " if kind.names else "", kind) for kind in said)
    return (f"read as {got.form}", *(f"{names}{by_kind.what(kind)}; {kind.first.action}" for names, kind in named))


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
    troubles: list[tuple[str, str]] = []
    assumed: dict[str, list[str]] = {}
    for task in tasks:
        name = Path(task.path).relative_to(folder).as_posix()
        if task.mark in ledger.trouble:
            troubles.append((name, ledger.trouble[task.mark]))
        for said in ledger.assumed.get(task.mark, ()):
            assumed.setdefault(said, []).append(name)
    alike = tuple((said, tuple(names)) for said, names in assumed.items())
    return Tally(len(tasks) - len(troubles), made, tuple(troubles), alike)


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
