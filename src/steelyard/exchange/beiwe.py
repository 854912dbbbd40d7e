"""Beiwe (studies by phone): its tables of survey timings, in which every touch of an answer is a row.

Source: onnela-lab/beiwe-backend, the reference headers of its data streams (two layouts: Android, and iOS with `event`).
"""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from steelyard.exchange.foreign import LeftOut, Told, from_epoch, zone_assumed
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.validate import Row

NAME = "beiwe"
LAYOUT = "the app's source code"
_COLUMNS = b"timestamp,UTC time,question id,survey id,question type,question text,question answer options,answer"
_MS = 1000  # in a second
_CHANGE_MS = 30 * 60 * 1000  # an answer given anew within half an hour is the same answer, put right
_NO_ANSWER = ("", "NOT_PRESENTED", "SKIP QUESTION OR INPUT")
_NOT_ANSWERED = "shown and not answered, which is no zero"
_CHANGED = "an answer that was changed soon after; the last one counts"


class _Answer(NamedTuple):
    line: int
    ms: float
    name: str
    said: str


def looks_like(head: bytes, name: str) -> bool:
    """By its header."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(_COLUMNS)


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """The last answer to each question, by the question's text. Instants carry no zone of the person, so the zone told is taken."""
    series = Series(NAME, told, keep=False)
    yield zone_assumed(told)
    yield from series.preamble()
    last: dict[Any, _Answer] = {}
    for found in rows(stream):
        if isinstance(found, Problem):
            yield found
            continue
        line, cells = found
        name, said = cells.get("question text") or cells.get("question id", ""), cells.get("answer", "")
        if said in _NO_ANSWER:
            series.tally.leave(line, name, _NOT_ANSWERED)
            continue
        ms = number(cells.get("timestamp", ""))
        if isinstance(ms, str):
            yield from series.rows(Seen(line, name, ms, number(said)))
            continue
        question = cells.get("survey id"), cells.get("question id")
        before = last.get(question)
        if before is not None and abs(ms - before.ms) <= _CHANGE_MS:
            series.tally.leave(before.line, name, _CHANGED)
        elif before is not None:
            yield from _rows(before, series, told)
        last[question] = _Answer(line, ms, name, said)
    for answer in last.values():
        yield from _rows(answer, series, told)
    yield from series.told()


def _rows(answer: _Answer, series: Series, told: Told) -> Iterator[Row]:
    when = from_epoch(answer.ms, told, _MS)
    yield from series.rows(Seen(answer.line, answer.name, when or str(answer.ms), number(answer.said)))
