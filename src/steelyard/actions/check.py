"""The problems in a file, and nothing else."""

from datetime import datetime

from steelyard.findings.model import ProblemLine
from steelyard.knowledge.load import load
from steelyard.records.model import Problem
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


def line(problem: Problem | ProblemLine) -> str:
    """One problem as one line: where, what was expected and found, what was done."""
    where = ", ".join(part for part in (f"line {problem.line}" if problem.line else "", problem.field) if part)
    return f"{where}: {problem.message}; {problem.action}" if where else f"{problem.message}; {problem.action}"
