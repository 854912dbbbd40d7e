"""Problems in the input, told by kind: a thousand lines with one fault are one thing to read."""

from collections import Counter

import msgspec

from steelyard.findings.model import JournalSummary, ProblemLine
from steelyard.reports.words import count


class Kind(msgspec.Struct, frozen=True):
    """All problems with one code: how many, on which lines, and the first of them."""

    code: str
    many: int
    lines: tuple[int, ...]
    first: ProblemLine


def kinds(problems: tuple[ProblemLine, ...]) -> list[Kind]:
    """Return the problems grouped by code, the most frequent first and the earliest line first among equals."""
    many = Counter(problem.code for problem in problems)
    firsts: dict[str, ProblemLine] = {}
    for problem in sorted(problems, key=lambda each: each.line):
        firsts.setdefault(problem.code, problem)
    ordered = sorted(firsts.values(), key=lambda first: (-many[first.code], first.line))
    lines = {code: tuple(sorted(each.line for each in problems if each.code == code)) for code in firsts}
    return [Kind(first.code, many[first.code], lines[first.code], first) for first in ordered]


def reading(journal: JournalSummary) -> str:
    """Return how much of the input was used, as a sentence."""
    unused = journal.read - journal.used
    rest = "all of them used" if unused <= 0 else f"{journal.used:,} used, {unused:,} not"
    return f"Read {count(journal.read, 'record')}: {rest}."


def where(lines: tuple[int, ...], show: int = 5) -> str:
    """Return line numbers for a reader, e.g. `lines 3, 17, 20 and 40 more`."""
    head = ", ".join(str(line) for line in lines[:show])
    more = f" and {len(lines) - show:,} more" if len(lines) > show else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {head}{more}"
