"""The problems in a file, and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from steelyard.findings.model import ProblemLine
from steelyard.knowledge.load import load
from steelyard.records.model import Problem
from steelyard.records.problems import LEFT_OUT, NAME_ASSUMED
from steelyard.reports import problems as by_kind
from steelyard.reports.json import to_json

from .read import read


def check(source: str, mapping: str | None, latest: datetime | None, form: str) -> tuple[bytes, int]:
    """The problems of a file as `text` or `json`, and how many of its records can be used."""
    got = read(source, load(), mapping, latest)
    journal = got.journal
    if form == "json":
        answer = {"format": 1, "sha256": got.sha256, "read": journal.read, "used": journal.used, "problems": got.problems}
        return to_json(answer).encode(), journal.used
    lines = [line(problem) for problem in got.problems]
    lines.append(f"read {journal.read:,}, used {journal.used:,}" + ("" if lines else "; no problems"))
    return ("\n".join(lines) + "\n").encode(), journal.used


def told(problems: Sequence[Problem | ProblemLine]) -> list[str]:
    """Problems by kind, a line each; where that makes them fewer, the last line says where all of them are."""
    lines = by_kind.told(problems)
    return [*lines, "steelyard check lists each of these by itself"] if len(lines) < len(problems) else lines


def line(problem: Problem | ProblemLine) -> str:
    """One problem as one line: where, what was expected and found, what was done."""
    where = ", ".join(part for part in (f"line {problem.line}" if problem.line else "", problem.field) if part)
    counted = problem.code in (LEFT_OUT, NAME_ASSUMED)
    many = ("1 entry: " if problem.count == 1 else f"{problem.count:,} entries: ") if counted else ""
    said = f"{many}{problem.message}; {problem.action}"
    return f"{where}: {said}" if where else said
