"""StudyU (trials of one): the zip of its designer, the tables in it, and rows of progress as its server gives them.

Source: hpi-studyu/studyu, designer_v2/lib/domain/study_export.dart, features/analyze/study_export_zip.dart,
core/lib/src/models/tables/study.dart (results table) and subject_progress.dart.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from steelyard.exchange import document
from steelyard.exchange.archive import MAGIC, unpack
from steelyard.exchange.document import objects
from steelyard.exchange.foreign import OTHER_PERSON, LeftOut, Told, whose
from steelyard.exchange.series import Seen, Series
from steelyard.exchange.source import Stream
from steelyard.exchange.table import number, rows
from steelyard.records.model import Problem
from steelyard.records.time import parse
from steelyard.records.validate import Row

NAME = "studyu"
LAYOUT = "the app's source code"
_MEMBERS = ("measurements.csv", "interventions.csv")
_TIMES = ("measurement_time", "intervention_task_time", "completed_at")
_PEOPLE = ("participant_id", "subject_id")
_RESPONSE = re.compile(r"(survey\d+_question\d+)_response")
_PROGRESS = {"completed_at", "started_at", "subject_id", "study_id", "intervention_id", "task_id", "result_type", "result"}
_QUESTIONNAIRE = "QuestionnaireState"
_NOTHING = ("", "null", "N/A", "[]")
_YES_NO = {"true": 1.0, "false": 0.0}
_DONE = 1.0
Rows = Iterator[tuple[int, dict[str, Any]] | Problem]


def looks_like(head: bytes, name: str) -> bool:
    """By the names in the zip, or the columns of its tables, or the words of a row of progress."""
    if head.startswith(MAGIC):
        return b"study_definition.json" in head and b"measurements.csv" in head
    people = b"participant_id" in head or b"subject_id" in head
    return people and (
        b"measurement_time" in head or b"intervention_task_time" in head or (b"completed_at" in head and b"task_id" in head)
    )


def read(stream: BinaryIO, told: Told) -> Iterator[Row | LeftOut]:
    """Answers by question and interventions done by task, of one participant. Times are in UTC and keep that offset.

    Which period was under which condition is not taken over: the export does not say whether chance decided it.
    """
    series = Series(NAME, told, keep=False)
    sources = _sources(stream)
    if isinstance(sources, Problem):
        yield sources
        return
    person = whose((_person(found[1]) for source in sources for found in source() if not isinstance(found, Problem)), told)
    if not isinstance(person, str):
        yield from person
        return
    yield from series.preamble()
    for source in sources:
        for found in source():
            if isinstance(found, Problem):
                yield found
            elif _person(found[1]) != person:
                series.tally.leave(found[0], _person(found[1]), OTHER_PERSON)
            else:
                yield from _entry(found[0], found[1], series)
    yield from series.told()


def _sources(stream: BinaryIO) -> list[Callable[[], Rows]] | Problem:
    """What can be read row by row, each as often as needed: first to see whose it is, then for what it says."""
    start = stream.read(64)
    stream.seek(0)
    if start.startswith(MAGIC):
        archive = unpack(stream)
        if isinstance(archive, Problem):
            return archive
        return [lambda name=name: _member(archive.open(name)) for name in _MEMBERS if name in archive.names]  # type: ignore[misc]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
        held = document.read(stream)
        if isinstance(held, document.Unreadable):
            return held.problem
        listed = held.get("results") if isinstance(held, dict) else held
        return [lambda: objects(listed, "results")]

    def table() -> Rows:
        stream.seek(0)
        return rows(stream)

    return [table]


def _member(member: Any) -> Rows:
    if isinstance(member, Problem):
        yield member
        return
    held: Stream = member
    yield from rows(held)
    yield from member.problems()


def _person(cells: dict[str, Any]) -> str:
    return next((str(cells[column]) for column in _PEOPLE if cells.get(column)), "")


def _entry(line: int, cells: dict[str, Any], series: Series) -> Iterator[Row]:
    said = next((str(cells[column]) for column in _TIMES if cells.get(column)), "")
    when = parse(said) or said
    if "intervention_task_name" in cells:
        yield from series.rows(Seen(line, str(cells["intervention_task_name"]), when, _DONE))
        return
    for question, response in _answers(cells):
        value = _value(response)
        if value is not None:
            yield from series.rows(Seen(line, question, when, value))


def _answers(cells: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Questions and responses, wherever this row keeps them."""
    if "result_type" not in cells:
        for column, response in cells.items():
            if found := _RESPONSE.fullmatch(column):
                yield str(cells.get(f"{found[1]}_text") or column), response
        return
    if cells["result_type"] != _QUESTIONNAIRE:
        yield str(cells.get("task_id", "")), _DONE
        return
    held = cells.get("result")
    if isinstance(held, dict):
        held = held.get("result")
    if isinstance(held, list):
        for answer in held:
            if isinstance(answer, dict):
                yield str(answer.get("question", "")), answer.get("response")
        return
    yield from ((column, response) for column, response in cells.items() if column not in _PROGRESS)


def _value(response: Any) -> float | str | None:
    if isinstance(response, int | float) and not isinstance(response, bool):
        return float(response)
    said = str(response).strip()
    if response is None or said in _NOTHING:
        return None
    return _YES_NO.get(said.lower(), number(said))
