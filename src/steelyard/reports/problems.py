"""Problems in the input, told by kind: a thousand lines with one fault are one thing to read."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from steelyard.findings.model import JournalSummary, ProblemLine
from steelyard.records.model import Problem
from steelyard.records.problems import LEFT_OUT, NAME_ASSUMED
from steelyard.reports.words import count

NAMES_SHOWN, LINES_SHOWN = 3, 5
_Key = tuple[str, str, str]


class Kind(msgspec.Struct, frozen=True):
    """All problems of one kind: how many entries, on which lines as far as they are listed, and the first of them.

    `reason` and `names` are there where entries that are alike were counted: why, and how many of what, the most frequent first.
    """

    code: str
    many: int
    lines: tuple[int, ...]
    first: ProblemLine | Problem
    reason: str = ""
    names: tuple[tuple[str, int], ...] = ()


def kinds(problems: Iterable[ProblemLine | Problem]) -> list[Kind]:
    """Return the problems grouped by code, and counted ones by their reason; the most frequent first, then the earliest line."""
    groups: dict[_Key, list[ProblemLine | Problem]] = {}
    for problem in sorted(problems, key=lambda each: each.line):
        key = (
            (problem.code, problem.message, problem.action)
            if problem.code in (LEFT_OUT, NAME_ASSUMED)
            else (problem.code, "", "")
        )
        groups.setdefault(key, []).append(problem)
    found = [_kind(key, group) for key, group in groups.items()]
    return sorted(found, key=lambda kind: (-kind.many, kind.first.line))


def told(problems: Iterable[ProblemLine | Problem]) -> list[str]:
    """Return one line for each kind of problem: what is said of the whole file first, then the most frequent."""
    return [sentence(kind) for kind in sorted(kinds(problems), key=lambda kind: kind.first.line > 0 or bool(kind.reason))]


def sentence(kind: Kind) -> str:
    """Return one kind as a line: where, what was expected and found or why it was left, and what was done."""
    there = place(kind)
    return f"{there}: {what(kind)}; {kind.first.action}" if there else f"{what(kind)}; {kind.first.action}"


def place(kind: Kind) -> str:
    """Return where a kind of problem was met, and what was counted; empty for what is said of a whole file."""
    line, field = kind.first.line, kind.first.field
    if kind.reason:
        many = f"1 entry ({field})" if kind.many == 1 else f"{kind.many:,} entries ({_named(kind.names, kind.many)})"
        return f"{many}, {'first ' if kind.many > 1 else ''}on line {line}" if line else many
    if not line:
        return field
    lines = f"{kind.many:,} times, {where(kind.lines, many=kind.many)}" if kind.many > 1 else f"line {line}"
    return f"{lines}, {field}" if field else lines


def what(kind: Kind) -> str:
    """Return what was not as expected; of several, as it was at the first."""
    return (kind.reason or kind.first.message).removesuffix(".")


def reading(journal: JournalSummary) -> str:
    """Return how much of the input was used, as a sentence."""
    unused = journal.read - journal.used
    rest = "all of them used" if unused <= 0 else f"{journal.used:,} used, {unused:,} not"
    return f"Read {count(journal.read, 'record')}: {rest}."


def where(lines: tuple[int, ...], show: int = LINES_SHOWN, many: int = 0) -> str:
    """Return line numbers for a reader, e.g. `lines 3, 17, 20 and 40 more`; `many` is how many there are where not all are listed."""
    head = ", ".join(str(line) for line in lines[:show])
    rest = max(many, len(lines)) - len(lines[:show])
    return f"{'line' if rest + len(lines[:show]) == 1 else 'lines'} {head}" + (f" and {rest:,} more" if rest > 0 else "")


def _kind(key: _Key, group: Sequence[ProblemLine | Problem]) -> Kind:
    code, reason, _ = key
    names: Counter[str] = Counter()
    for problem in group:
        if reason and problem.field:
            names[problem.field] += problem.count
    lines = tuple(dict.fromkeys(problem.line for problem in group))
    return Kind(code, sum(problem.count for problem in group), lines, group[0], reason, tuple(names.most_common()))


def _named(names: tuple[tuple[str, int], ...], all_of_them: int) -> str:
    shown = ", ".join(name if many == all_of_them else f"{many:,} {name}" for name, many in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{shown} and {count(more, 'more kind')}" if more > 0 else shown
