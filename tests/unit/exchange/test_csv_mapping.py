"""Tables to journals: a person's spreadsheet, a published diary, and what is said about bad cells."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from steelyard.exchange import csv_mapping
from steelyard.exchange.mapping import Mapping
from steelyard.exchange.source import LONGEST_LINE
from steelyard.records.model import Context, Dose, Journal, Problem, Rating, Scale, Session
from steelyard.records.validate import validate

PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
SIMPLE = """
time = "time"
zone = "America/Chicago"
scales.pain = "pain"
dose = { substance = "kratom", amount = "grams", unit = "g" }
"""
ASSUMED_ZONE = "time.missing_offset"


def weigh(tmp_path: Path, table: str | bytes, mapping: str = SIMPLE) -> tuple[Journal, list[Problem]]:
    path = tmp_path / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    content = table.encode() if isinstance(table, str) else table
    journal, problems = validate(csv_mapping.read(io.BytesIO(content), path), {"pain": PAIN}, None)
    return journal, [problem for problem in problems if problem.code != ASSUMED_ZONE]


def codes(problems: list[Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.field, problem.code) for problem in problems]


def test_a_simple_spreadsheet(tmp_path: Path) -> None:
    journal, problems = weigh(tmp_path, "time,pain,grams\n2026-03-01 08:10,6,3\n2026-03-01 11:00,3.5,\n2026-03-02 09:00,,2.5\n")
    assert problems == []
    assert [(r.time.isoformat(), r.value) for r in journal.of(Rating)] == [
        ("2026-03-01T08:10:00-06:00", 6.0),
        ("2026-03-01T11:00:00-06:00", 3.5),
    ]
    assert [(d.amount, d.unit) for d in journal.of(Dose)] == [(3.0, "g"), (2.5, "g")]


def test_the_zone_is_said_to_be_assumed(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(SIMPLE)
    rows = csv_mapping.read(io.BytesIO(b"time,pain,grams\n2026-03-01 08:10,6,\n"), tmp_path / "m.toml")
    _, problems = validate(rows, {"pain": PAIN}, None)
    assert [(p.line, p.field, p.code, p.action) for p in problems] == [(2, "time", ASSUMED_ZONE, "assumed America/Chicago")]


def test_a_missing_cell_is_never_a_zero_and_a_zero_is_never_missing(tmp_path: Path) -> None:
    mapping = 'missing = ["NA", "-"]\n' + SIMPLE
    journal, problems = weigh(tmp_path, "time,pain,grams\n2026-03-01 08:10,NA,0\n2026-03-01 09:10,0,-\n", mapping)
    assert problems == []
    assert [d.amount for d in journal.of(Dose)] == [0.0]
    assert [r.value for r in journal.of(Rating)] == [0.0]


def test_a_european_spreadsheet(tmp_path: Path) -> None:
    mapping = 'delimiter = ";"\ndecimal = ","\nencoding = "cp1252"\ntime_format = "%d.%m.%Y %H:%M"\n' + SIMPLE.replace(
        '"pain"', '"Schmerz (größter)"'
    )
    table = 'time;Schmerz (größter);grams\n01.03.2026 08:10;6,5;"2,25"\n01.03.2026 09:10;6.500;\n'.encode("cp1252")
    journal, problems = weigh(tmp_path, table, mapping)
    assert [r.value for r in journal.of(Rating)] == [6.5]
    assert [d.amount for d in journal.of(Dose)] == [2.25]
    assert codes(problems) == [(3, "Schmerz (größter)", "field.wrong_type")]


def test_a_diary_with_days_only_needs_a_clock_time(tmp_path: Path) -> None:
    table = "time,pain,grams\n2026-03-01,6,3\n"
    journal, problems = weigh(tmp_path, table)
    assert journal.records == ()
    assert codes(problems) == [(2, "time", "time.unreadable")]
    assert "clock" in problems[0].message
    journal, problems = weigh(tmp_path, table, 'clock = "21:00"\n' + SIMPLE)
    assert problems == []
    assert journal.of(Rating)[0].time.isoformat() == "2026-03-01T21:00:00-06:00"


def test_one_dose_a_day(tmp_path: Path) -> None:
    mapping = """
        time = ["day", "hour"]
        zone = "Europe/Amsterdam"
        scales.pain = "pain"
        [dose]
        substance = "antidepressant"
        amount = "mg"
        unit = "mg"
        each = "day"
        at = "07:30"
        time_sd_minutes = 60
    """
    first = "2026-03-01,10:00,4,\n2026-03-01,12:00,4,20\n2026-03-01,14:00,4,20\n"
    table = "day,hour,pain,mg\n" + first + "2026-03-02,10:00,4,10\n2026-03-02,11:00,4,5\n"
    journal, problems = weigh(tmp_path, table, mapping)
    assert [(d.time.isoformat(), d.amount, d.time_sd_minutes) for d in journal.of(Dose)] == [
        ("2026-03-01T07:30:00+01:00", 20.0, 60.0),
        ("2026-03-02T07:30:00+01:00", 10.0, 60.0),
    ]
    assert codes(problems) == [(6, "mg", "dose.differs")]
    assert "line 5" in problems[0].message


def test_sessions_and_two_substances(tmp_path: Path) -> None:
    mapping = """
        time = "time"
        zone = "UTC"
        dose = [
          { substance = "kratom", amount = "grams", unit = "g" },
          { substance = "ibuprofen", amount = "ibu", unit = "milligrams" },
        ]
        session = { therapy = "physiotherapy", minutes = "physio" }
    """
    journal, problems = weigh(tmp_path, "time,grams,ibu,physio\n2026-03-01 08:00,2,400,45\n2026-03-01 09:00,,,0\n", mapping)
    assert problems == []
    assert {(d.substance, d.amount, d.unit) for d in journal.of(Dose)} == {("kratom", 2.0, "g"), ("ibuprofen", 400.0, "mg")}
    assert [s.minutes for s in journal.of(Session)] == [45.0]


def test_a_scale_of_ones_own(tmp_path: Path) -> None:
    mapping = """
        time = "time"
        zone = "UTC"
        [scales.itch]
        column = "How itchy?"
        family = "ordinal"
        low = 0
        high = 4
        worse_is_up = true
    """
    journal, problems = weigh(tmp_path, "time,How itchy?\n2026-03-01 08:00,4\n2026-03-01 09:00,5\n", mapping)
    assert [r.value for r in journal.of(Rating)] == [4.0]
    assert journal.of(Scale) == [Scale(id="itch", family="ordinal", low=0, high=4, worse_is_up=True)]
    assert codes(problems) == [(3, "How itchy?", "rating.off_scale")]


def test_something_that_happened_is_there_where_its_cell_is_not_zero(tmp_path: Path) -> None:
    mapping = 'time = "time"\nzone = "UTC"\ncontext = ["stress", "ill"]\n'
    table = "time,stress,ill\n2026-03-01 08:00,2,\n2026-03-01 09:00,0,flu\n2026-03-01 10:00,,\n"
    journal, problems = weigh(tmp_path, table, mapping)
    assert problems == []
    assert [(event.kind, event.value) for event in journal.of(Context)] == [("stress", 2.0), ("ill", "flu")]


def test_a_mapping_of_a_table_has_to_say_when_it_was(tmp_path: Path) -> None:
    assert codes(weigh(tmp_path, "time,pain\n2026-03-01 08:00,5\n", 'scales.pain = "pain"')[1]) == [
        (0, "time", "mapping.no_time")
    ]


def test_a_mapping_need_not_be_a_file() -> None:
    rows = csv_mapping.read(
        io.BytesIO(b"time,pain\n2026-03-01 08:00,5\n"), Mapping(time="time", zone="UTC", scales={"pain": "pain"})
    )
    assert [rating.value for rating in validate(rows, {"pain": PAIN}, None)[0].of(Rating)] == [5.0]


def test_a_quotation_mark_that_is_never_closed_costs_its_line(tmp_path: Path) -> None:
    journal, problems = weigh(tmp_path, 'time,pain,grams\n2026-03-01 08:00,5,1\n2026-03-01 09:00,"6,1\n2026-03-01 10:00,7,1\n')
    assert [r.value for r in journal.of(Rating)] == [5.0, 7.0]
    assert codes(problems) == [(3, "", "csv.unreadable")]


def test_bad_cells_cost_their_record_only(tmp_path: Path) -> None:
    rows = [
        "2026-03-01 08:00,bad,3",
        "2026-03-01 09:00,60,3",
        "2026-03-01 10:00,5,-3",
        "2026-03-01 11:00,5,some",
        "later,5,3",
        ",5,3",
    ]
    table = "\n".join(["time,pain,grams", *rows, ""])
    journal, problems = weigh(tmp_path, table)
    assert [r.value for r in journal.of(Rating)] == [5.0, 5.0]
    assert [d.amount for d in journal.of(Dose)] == [3.0, 3.0, None]
    assert codes(problems) == [
        (2, "pain", "field.wrong_type"),
        (3, "pain", "rating.off_scale"),
        (4, "grams", "number.out_of_range"),
        (5, "grams", "field.wrong_type"),
        (6, "time", "time.unreadable"),
        (7, "time", "time.missing"),
    ]


def test_rows_of_a_wrong_length(tmp_path: Path) -> None:
    table = "time,pain,grams\n2026-03-01 08:00,5\n2026-03-01 09:00,6,1,5\n,,\n\n2026-03-01 10:00,7,1\n2026-03-01 11:00,8"
    journal, problems = weigh(tmp_path, table)
    assert [r.value for r in journal.of(Rating)] == [5.0, 7.0]
    assert codes(problems) == [(3, "", "csv.cells"), (7, "", "csv.cells")]


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    journal, problems = weigh(tmp_path, "time,pain\n2026-03-01 08:00,5\n")
    assert codes(problems) == [(0, "grams", "csv.no_column")]
    assert problems[0].action == "read on without it"
    assert len(journal.of(Rating)) == 1
    journal, problems = weigh(tmp_path, "when,pain,grams\n2026-03-01 08:00,5,1\n")
    assert (journal.read, [p.action for p in problems]) == (0, ["read nothing"])


def test_a_column_that_is_there_twice_is_said(tmp_path: Path) -> None:
    journal, problems = weigh(tmp_path, "time,pain,pain,grams\n2026-03-01 08:00,5,6,\n")
    assert codes(problems) == [(0, "pain", "csv.column_twice")]
    assert [r.value for r in journal.of(Rating)] == [6.0]


def test_line_numbers_count_lines_of_the_file(tmp_path: Path) -> None:
    table = 'time,note,pain,grams\n2026-03-01 08:00,"two\nlines",5,\n\n2026-03-01 09:00,,x,\n'
    _, problems = weigh(tmp_path, table)
    assert codes(problems) == [(5, "pain", "field.wrong_type")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"2026-03-01 09:00,5\0,1", "line.nul"),
        ("2026-03-01 09:00,5,ä".encode("latin-1"), "line.encoding"),
        (b"x" * (LONGEST_LINE + 1), "line.too_long"),
        (b'2026-03-01 09:00,"' + b"x" * 200_000 + b'",1', "csv.unreadable"),
    ],
)
def test_a_bad_line_costs_that_line(tmp_path: Path, line: bytes, code: str) -> None:
    table = b"time,pain,grams\n2026-03-01 08:00,5,1\n" + line + b"\n2026-03-01 10:00,6,1\n"
    journal, problems = weigh(tmp_path, table)
    assert [(p.line, p.code) for p in problems] == [(3, code)]
    assert [r.value for r in journal.of(Rating)] == [5.0, 6.0]


def test_a_byte_order_mark_does_not_hide_the_first_column(tmp_path: Path) -> None:
    journal, problems = weigh(tmp_path, b"\xef\xbb\xbftime,pain,grams\r\n2026-03-01 08:00,5,1\r\n")
    assert [(p.line, p.code) for p in problems] == [(0, "line.bom")]
    assert (len(journal.of(Rating)), len(journal.of(Dose))) == (1, 1)


def test_an_empty_table_and_a_bad_mapping(tmp_path: Path) -> None:
    assert codes(weigh(tmp_path, b"")[1]) == [(0, "", "file.empty")]
    assert weigh(tmp_path, "time,pain,grams\n")[0].records == ()
    assert codes(weigh(tmp_path, "time,pain,grams\n", "tmie = 3")[1]) == [(0, "", "mapping.invalid")]


@pytest.fixture(scope="module")
def diary(shared: Path) -> Path:
    path = shared / "data/real/diaries/antidepressant_taper_ema.csv"
    if not path.is_file():
        pytest.skip("the published diary is absent from ../shared")
    return path


def test_the_published_diary(diary: Path, root: Path) -> None:
    """Held against a plain count of the table's cells."""
    with diary.open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    journal, problems = validate(csv_mapping.read(diary, root / "examples/mappings/antidepressant_taper_ema.toml"), {}, None)

    assert {problem.code for problem in problems} == {ASSUMED_ZONE}
    for scale in ("mood_down", "phy_pain"):
        expected = [float(row[scale]) for row in table if row[scale] != "NA"]
        found = [rating.value for rating in journal.of(Rating) if rating.scale == scale]
        assert len(found) == len(expected)
        assert sorted(found) == sorted(expected)
    by_day = {row["date"]: float(row["concentrat"]) for row in table}
    doses = {dose.time.strftime("%d/%m/%y"): dose.amount for dose in journal.of(Dose)}
    assert doses == by_day
    assert len(journal.of(Dose)) == len(by_day)
    assert journal.of(Dose)[0].time.date() == date(2012, 8, 13)
    amounts = [dose.amount for dose in journal.of(Dose)]
    assert (amounts[0], amounts[-1]) == (150.0, 0.0)


def test_times_of_the_published_diary_fall_back_to_the_prompt(diary: Path, root: Path) -> None:
    """Blank one starting time: the row is then placed at the time of its prompt."""
    text = diary.read_text(encoding="utf-8").replace('"08:58","08:58:56"', '"08:58",NA', 1)
    rows = csv_mapping.read(io.BytesIO(text.encode()), root / "examples/mappings/antidepressant_taper_ema.toml")
    journal, _ = validate(rows, {}, None)
    assert journal.of(Rating)[0].time.isoformat() == "2012-08-13T08:58:00+02:00"
