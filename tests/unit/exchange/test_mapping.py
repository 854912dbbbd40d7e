"""The mapping file: what it may say, and what is said when it says something else."""

from datetime import datetime
from pathlib import Path

import pytest

from steelyard.exchange.mapping import DoseColumn, Mapping, ScaleColumn, load, read_time
from steelyard.records.model import Problem


def loaded(tmp_path: Path, text: str) -> Mapping | Problem:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_a_simple_mapping_is_four_lines(tmp_path: Path) -> None:
    dose = '{ substance = "kratom", amount = "grams", unit = "g" }'
    mapping = loaded(tmp_path, f'time = "time"\nzone = "America/Chicago"\nscales.pain = "pain"\ndose = {dose}\n')
    assert isinstance(mapping, Mapping)
    assert mapping.times() == [("time",)]
    assert mapping.ratings() == {"pain": ScaleColumn("pain")}
    assert mapping.doses() == (DoseColumn("kratom", "grams", "g"),)
    assert mapping.sessions() == ()


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ('time = "t"\ntiem = "x"', "mapping.invalid", "tiem"),
        ('time = "t', "mapping.invalid", "not as expected"),
        ("time = 5", "mapping.invalid", "$.time"),
        ('time = "t"\ndelimiter = "tab"', "mapping.invalid", "$.delimiter"),
        ('time = "t"\nclock = "8 pm"', "mapping.invalid", "$.clock"),
        ('time = "t"\ndose = { substance = "kratom", amount = "g" }', "mapping.invalid", "unit"),
        ('time = "t"\nzone = "Chicago"', "mapping.zone", "America/Chicago"),
        ('time = "t"\nencoding = "utf-16"', "mapping.encoding", "cp1252"),
        ('time = "t"\nencoding = "klingon"', "mapping.encoding", "cp1252"),
    ],
)
def test_a_mapping_that_is_not_as_expected(tmp_path: Path, text: str, code: str, part: str) -> None:
    problem = loaded(tmp_path, text)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.code, problem.action) == (0, code, "read nothing")
    assert part in problem.message


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    problem = load(tmp_path / "none.toml")
    assert isinstance(problem, Problem)
    assert problem.code == "mapping.unreadable"


@pytest.mark.parametrize(
    ("mapping", "text", "expected"),
    [
        (Mapping(time="t"), "2026-03-01 08:10", datetime(2026, 3, 1, 8, 10)),
        (Mapping(time="t"), "2026-03-01", None),
        (Mapping(time="t", clock="20:00"), "2026-03-01", datetime(2026, 3, 1, 20)),
        (Mapping(time="t", clock="20:00"), "2026-03-01 08:10", datetime(2026, 3, 1, 8, 10)),
        (Mapping(time="t", time_format="%d/%m/%y %H:%M"), "13/08/12 08:58", datetime(2012, 8, 13, 8, 58)),
        (Mapping(time="t", time_format=("%d/%m/%y %H:%M:%S", "%d/%m/%y %H:%M")), "13/08/12 08:58", datetime(2012, 8, 13, 8, 58)),
        (Mapping(time="t", time_format="%d.%m.%Y"), "13.08.2012", None),
        (Mapping(time="t", time_format="%d.%m.%Y", clock="09:30"), "13.08.2012", datetime(2012, 8, 13, 9, 30)),
        (Mapping(time="t", time_format="%d.%m.%Y"), "2012-08-13", None),
        (Mapping(time="t"), "13/08/12 08:58", None),
    ],
)
def test_times_are_read_by_the_formats_given(mapping: Mapping, text: str, expected: datetime | None) -> None:
    assert read_time(text, mapping) == expected


def test_a_written_offset_is_kept() -> None:
    read = read_time("01.03.2026 08:10 +0100", Mapping(time="t", time_format="%d.%m.%Y %H:%M %z"))
    assert read is not None
    assert read.isoformat() == "2026-03-01T08:10:00+01:00"
