"""Problems found while reading, bounded: a million bad lines make a few dozen messages and a count."""

import json
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from steelyard.records.model import Problem

KEEP = 20
MOST_GROUPS = 200
SHOWN = 40
NO_COLUMNS: Mapping[str, str] = MappingProxyType({})

# Codes of what is told of many entries at once: no place for them, and what was assumed of their name.
LEFT_OUT, NAME_ASSUMED = "entry.left_out", "name.assumed"
SKIPPED = "skipped this record"
SET_ASIDE = "set this field aside, kept the rest of the record"


class Note(NamedTuple):
    """A problem before it is known where it stands. Notes with the same `once` are listed a single time, with a count."""

    field: str
    code: str
    message: str
    action: str
    once: str = ""


Notes = tuple[Note, ...]


class Problems:
    """Collects problems; after the first few of a group it only counts."""

    def __init__(self) -> None:
        self._kept: list[Problem] = []
        self._count: Counter[tuple[str, str]] = Counter()
        self._left_out: dict[tuple[str, str], tuple[Problem, int]] = {}

    def note(self, line: int, notes: Notes, columns: Mapping[str, str] = NO_COLUMNS) -> None:
        """Add what was noted about one line; `columns` names the column of a table that each field came from."""
        for field, code, message, action, once in notes:
            self.add(Problem(line, columns.get(field, field), code, message, action), once, 1 if once else KEEP)

    def add(self, problem: Problem, group: str = "", keep: int = KEEP) -> None:
        """Add one problem. Those of one code and `group` are listed `keep` times and only counted from then on."""
        key = (problem.code, group)
        if key not in self._count and len(self._count) >= MOST_GROUPS:
            key = (problem.code, "")
        self._count[key] += 1
        if self._count[key] <= keep:
            self._kept.append(problem)
        else:
            first, more = self._left_out.get(key, (problem, 0))
            self._left_out[key] = (first, more + 1)

    def listed(self) -> list[Problem]:
        """All problems in order of line; a group that was cut short ends with a count."""
        cut = [
            msgspec.structs.replace(first, message=f"and {more:,} more like this, from here on", count=more)
            for first, more in self._left_out.values()
        ]
        return sorted(self._kept + cut, key=lambda problem: problem.line)


def shown(value: Any) -> str:
    """A value as it stood in the file, cut to a length that fits a message."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
