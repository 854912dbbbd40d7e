"""Files as they come: each way of being bad costs what it must and no more, and the message says what was done.

Every test starts from the same good journal, spoils it in one way, and asserts both what was kept and what was said.
"""

import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from steelyard.exchange import jsonl
from steelyard.exchange.source import LONGEST_LINE, Source
from steelyard.records.model import Dose, Journal, Problem, Rating, Scale
from steelyard.records.validate import validate

SCALES = {"pain": Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)}
LATEST = datetime(2026, 6, 1, tzinfo=UTC)


def rating(day: int, value: Any = 5, **fields: Any) -> dict[str, Any]:
    return {"record": "rating", "time": f"2026-03-{day:02}T09:00:00-06:00", "scale": "pain", "value": value} | fields


def dose(day: int, amount: Any = 3, **fields: Any) -> dict[str, Any]:
    time = f"2026-03-{day:02}T08:00:00-06:00"
    return {"record": "dose", "time": time, "substance": "kratom", "amount": amount, "unit": "g"} | fields


HEADER = {"record": "journal", "format": 1, "zone": "America/Chicago"}
GOOD = [HEADER, dose(1), rating(1, 6), dose(2), rating(2, 4)]


def lines(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def read(source: bytes | Source) -> tuple[Journal, list[Problem]]:
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return validate(jsonl.read(stream), SCALES, LATEST)


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [problem.code for problem in problems]
    return problems[0]


def values(journal: Journal) -> list[float]:
    return [found.value for found in journal.of(Rating)]


def amounts(journal: Journal) -> list[float | None]:
    return [found.amount for found in journal.of(Dose)]


def test_the_good_journal_is_good() -> None:
    journal, problems = read(lines(*GOOD))
    assert problems == []
    assert (amounts(journal), values(journal), journal.read, journal.used) == ([3.0, 3.0], [6.0, 4.0], 5, 5)


def test_a_truncated_file() -> None:
    whole = lines(*GOOD)
    journal, problems = read(whole[: -len(whole.splitlines()[-1]) // 2])
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0])
    problem = only(problems)
    assert (problem.line, problem.code) == (5, "line.truncated")
    assert problem.message == "the line ends in the middle of a record"
    assert problem.action == "skipped this record"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_wrong_encoding(encoding: str) -> None:
    note = json.dumps(dose(3, note="größer"), ensure_ascii=False).encode(encoding) + b"\n"
    journal, problems = read(lines(*GOOD) + note)
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0, 4.0])
    problem = only(problems)
    assert (problem.line, problem.code) == (6, "line.encoding")
    assert "UTF-8" in problem.message
    assert problem.action == "skipped this record"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(encoding: str) -> None:
    journal, problems = read(lines(*GOOD).decode().encode(encoding))
    assert (journal.records, journal.read) == ((), 0)
    problem = only(problems)
    assert (problem.line, problem.code) == (0, "file.encoding")
    assert problem.message == "expected UTF-8, found UTF-16"
    assert problem.action == "read nothing; save the file as UTF-8"


def test_a_byte_order_mark() -> None:
    journal, problems = read(b"\xef\xbb\xbf" + lines(*GOOD))
    assert journal == read(lines(*GOOD))[0]
    problem = only(problems)
    assert (problem.line, problem.code, problem.action) == (1, "line.bom", "read on without the mark")


def test_windows_line_ends() -> None:
    journal, problems = read(lines(*GOOD).replace(b"\n", b"\r\n"))
    assert problems == []
    assert journal == read(lines(*GOOD))[0]


def test_nul_bytes() -> None:
    spoilt = lines(*GOOD[:3]) + b"\0" * 4096 + b"\n" + lines(*GOOD[3:])
    journal, problems = read(spoilt)
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0, 4.0])
    problem = only(problems)
    assert (problem.line, problem.code) == (4, "line.nul")
    assert "NUL bytes" in problem.message
    assert problem.action == "skipped this record"


class EndlessLine(io.RawIOBase):
    """Bytes made while they are read: `before`, a line of `size` bytes, and `after`."""

    def __init__(self, before: bytes, size: int, after: bytes) -> None:
        self._parts = [before, size, b"\n" + after]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self._parts:
            part = self._parts[0]
            taken = min(len(buffer), part if isinstance(part, int) else len(part))
            if taken == 0:
                self._parts.pop(0)
                continue
            buffer[:taken] = b"x" * taken if isinstance(part, int) else part[:taken]
            self._parts[0] = part - taken if isinstance(part, int) else part[taken:]
            return taken
        return 0


def test_a_line_of_a_gigabyte() -> None:
    stream = io.BufferedReader(EndlessLine(lines(*GOOD[:3]), 1 << 30, lines(*GOOD[3:])), buffer_size=1 << 20)
    tracemalloc.start()
    try:
        journal, problems = read(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0, 4.0])
    problem = only(problems)
    assert (problem.line, problem.code) == (4, "line.too_long")
    assert f"{LONGEST_LINE:,} bytes" in problem.message
    assert problem.action == "skipped this line"
    assert peak < 16 * LONGEST_LINE


def test_numbers_as_text() -> None:
    journal, problems = read(lines(*GOOD, rating(3, "7"), rating(4, "8"), rating(5, "7,5"), rating(6, "about 7"), dose(7, "2.5")))
    assert values(journal) == [6.0, 4.0, 7.0, 8.0]
    assert amounts(journal) == [3.0, 3.0, 2.5]
    assert [(p.line, p.field, p.code, p.action) for p in problems] == [
        (6, "value", "number.as_text", "assumed 7"),
        (7, "value", "number.as_text", "assumed 8"),
        (8, "value", "field.wrong_type", "skipped this record"),
        (9, "value", "field.wrong_type", "skipped this record"),
        (10, "amount", "number.as_text", "assumed 2.5"),
    ]
    assert problems[2].message == 'expected a number, found "7,5"'


def test_times_without_offset_in_a_journal_with_a_zone() -> None:
    journal, problems = read(lines(*GOOD, dose(10, time="2026-03-10T08:00:00"), dose(11, time="2026-03-11 08:00")))
    assert [found.time.isoformat() for found in journal.of(Dose)][2:] == [
        "2026-03-10T08:00:00-05:00",
        "2026-03-11T08:00:00-05:00",
    ]
    assert [(p.line, p.field, p.code, p.action) for p in problems] == [
        (6, "time", "time.missing_offset", "assumed America/Chicago"),
        (7, "time", "time.missing_offset", "assumed America/Chicago"),
    ]
    assert problems[1].message == "and 1 more like this, from here on"


def test_times_without_offset_in_a_journal_without_a_zone() -> None:
    journal, problems = read(lines(*GOOD[1:], dose(10, time="2026-03-10T08:00:00")))
    assert amounts(journal) == [3.0, 3.0]
    problem = only(problems)
    assert (problem.line, problem.field, problem.code) == (5, "time", "time.missing_offset")
    assert "zone" in problem.message
    assert problem.action == "skipped this record"


def test_a_zone_change_in_the_middle() -> None:
    away = [dose(10, time="2026-03-10T08:00:00+01:00"), rating(10, 3, time="2026-03-10T09:00:00+01:00")]
    journal, problems = read(lines(*GOOD, *away))
    assert [found.time.isoformat()[-6:] for found in journal.of(Dose)] == ["-06:00", "-06:00", "+01:00"]
    problem = only(problems)
    assert (problem.line, problem.code) == (6, "time.zone_change")
    assert problem.message == "doses and ratings carry an offset other than that of America/Chicago (+01:00: 2)"
    assert problem.action == "kept each time with its own offset"


def test_the_hour_that_the_clock_shows_twice() -> None:
    header = HEADER | {"zone": "Europe/Berlin"}
    journal, problems = read(lines(header, rating(1, 6, time="2025-10-26T02:30:00")))
    assert journal.of(Rating)[0].time == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert [(p.line, p.code, p.action) for p in problems] == [
        (2, "time.missing_offset", "assumed Europe/Berlin"),
        (2, "time.twice", "took the first"),
    ]


def test_the_hour_that_the_clock_skips() -> None:
    header = HEADER | {"zone": "Europe/Berlin"}
    journal, problems = read(lines(header, rating(1, 6, time="2026-03-29T02:30:00")))
    assert journal.of(Rating)[0].time.isoformat() == "2026-03-29T03:30:00+02:00"
    assert (problems[1].code, problems[1].action) == ("time.skipped", "moved it on by the length of the skip")


def test_duplicate_ids() -> None:
    twice = [rating(3, 8, id="a"), rating(3, 2, id="a"), dose(3, 4, id="b"), dose(3, 5, id="b"), dose(3, 6, id="b")]
    journal, problems = read(lines(*GOOD, *twice))
    assert values(journal) == [6.0, 4.0, 2.0]
    assert amounts(journal) == [3.0, 3.0, 6.0]
    assert (journal.read, journal.used) == (10, 7)
    assert [(p.line, p.field, p.code) for p in problems] == [
        (7, "id", "id.duplicate"),
        (9, "id", "id.duplicate"),
        (10, "id", "id.duplicate"),
    ]
    assert problems[0].action == "this one took its place"
    assert problems[2].message == "and 1 more like this, from here on"


def test_doses_in_the_future() -> None:
    journal, problems = read(lines(*GOOD, dose(1, time="2062-03-01T08:00:00-06:00")))
    assert amounts(journal) == [3.0, 3.0]
    problem = only(problems)
    assert (problem.line, problem.field, problem.code, problem.action) == (6, "time", "time.future", "skipped this record")
    assert problem.message == "2062-03-01T08:00:00-06:00 lies in the future"


@pytest.mark.parametrize("time", ["1970-01-01T00:00:00Z", "1969-12-31T18:00:00-06:00", "1970-01-01T00:00:00"])
def test_dates_of_1970(time: str) -> None:
    journal, problems = read(lines(*GOOD, dose(1, time=time)))
    assert amounts(journal) == [3.0, 3.0]
    problem = problems[-1]
    assert (problem.line, problem.code, problem.action) == (6, "time.unset_clock", "skipped this record")
    assert "a clock that was never set" in problem.message


def test_negative_grams() -> None:
    journal, problems = read(lines(*GOOD, dose(3, -3)))
    assert amounts(journal) == [3.0, 3.0]
    problem = only(problems)
    assert (problem.line, problem.field, problem.code) == (6, "amount", "number.out_of_range")
    assert problem.message == "expected a number of at least 0, found -3"
    assert problem.action == "skipped this record"


def test_a_pain_of_60_of_10() -> None:
    journal, problems = read(lines(*GOOD, rating(3, 60)))
    assert values(journal) == [6.0, 4.0]
    problem = only(problems)
    assert (problem.line, problem.field, problem.code) == (6, "value", "rating.off_scale")
    assert problem.message == "expected 0 to 10 on the scale 'pain', found 60"
    assert problem.action == "skipped this record"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none(value: str) -> None:
    spoilt = json.dumps(rating(3, 777)).replace("777", value).encode() + b"\n"
    journal, problems = read(lines(*GOOD) + spoilt)
    assert values(journal) == [6.0, 4.0]
    problem = only(problems)
    assert (problem.line, problem.field, problem.code) == (6, "value", "number.not_finite")
    assert problem.action == "skipped this record"


def test_a_directory(tmp_path: Path) -> None:
    journal, problems = read(tmp_path)
    assert (journal.records, journal.read) == ((), 0)
    problem = only(problems)
    assert (problem.line, problem.code) == (0, "file.directory")
    assert problem.message == "expected a file, found a directory"
    assert problem.action == "read nothing; name the file inside it"


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    journal, problems = read(path)
    assert (journal.records, journal.read) == ((), 0)
    problem = only(problems)
    assert (problem.line, problem.code, problem.message, problem.action) == (0, "file.empty", "the file is empty", "read nothing")


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (lambda good: b"\n\n" + good + b"\n", []),
        (lambda good: good.rstrip(b"\n"), []),
        (lambda good: b"[\n" + good + b"]\n", [(1, "line.truncated"), (7, "line.not_json")]),
        (lambda good: good + lines({"record": "heartbeat", "value": 3}), [(6, "record.unknown_kind")]),
        (lambda good: good + b"{" * 5000 + b"\n", [(6, "line.not_json")]),
        (lambda good: good + lines({"record": "rating"}), [(6, "field.missing")]),
        (lambda good: good + lines(rating(3, None)), [(6, "field.missing")]),
        (lambda good: good + lines(rating(3, 3, scale="agony")), [(6, "scale.unknown")]),
    ],
)
def test_whatever_else_costs_no_more_than_its_line(spoil: Callable[[bytes], bytes], codes: list[tuple[int, str]]) -> None:
    journal, problems = read(spoil(lines(*GOOD)))
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0, 4.0])
    assert [(problem.line, problem.code) for problem in problems] == codes


def test_every_kind_of_badness_at_once_is_still_a_journal() -> None:
    rubbish = b"".join([b"\0\n", b"rubbish\n", b"\xff\n", lines(rating(3, 60)), lines(dose(3, -1)), b"{\n"])
    journal, problems = read((rubbish * 1000) + lines(*GOOD))
    assert (amounts(journal), values(journal)) == ([3.0, 3.0], [6.0, 4.0])
    assert (journal.read, journal.used) == (6005, 5)
    assert len(problems) <= 6 * 21
    assert sum(problem.message.startswith("and 980 more") for problem in problems) == 6
