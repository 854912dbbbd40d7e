"""Rows to a journal: what each row costs and nothing more, whatever order the rows come in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steelyard.records.model import Dose, Journal, Lab, Medicine, Problem, Product, Rating, Scale
from steelyard.records.validate import Cells, validate

SCALES = {"pain": Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)}
TIME = "2026-03-01T08:10:00-06:00"
HEADER = {"record": "journal", "format": 1, "zone": "America/Chicago"}


def dose(**fields: Any) -> dict[str, Any]:
    return {"record": "dose", "time": TIME, "substance": "kratom", "amount": 3, "unit": "g"} | fields


def rating(value: Any = 4, **fields: Any) -> dict[str, Any]:
    return {"record": "rating", "time": TIME, "scale": "pain", "value": value} | fields


def check(*rows: dict[str, Any] | bytes, latest: datetime | None = None) -> tuple[Journal, list[Problem]]:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return validate(list(enumerate(lines, start=1)), SCALES, latest)


def codes(problems: list[Problem]) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in problems]


def test_good_rows_make_a_journal_without_problems() -> None:
    journal, problems = check(HEADER, dose(), rating())
    assert problems == []
    assert journal.header is not None
    assert (journal.header.zone, journal.read, journal.used) == ("America/Chicago", 3, 3)
    assert [found.amount for found in journal.of(Dose)] == [3.0]
    assert [found.value for found in journal.of(Rating)] == [4.0]


def test_no_rows_make_an_empty_journal() -> None:
    journal, problems = check()
    assert (journal, problems) == (Journal(None, ()), [])


def test_blank_lines_are_nothing() -> None:
    journal, problems = check(b"\n", dose(), b"   \r\n", b"")
    assert (journal.read, journal.used, problems) == (1, 1, [])


def test_a_bad_row_costs_that_row_and_says_where() -> None:
    journal, problems = check(dose(), b"rubbish", rating("much"), rating())
    assert (journal.read, journal.used) == (4, 2)
    assert codes(problems) == [(2, "line.not_json"), (3, "field.wrong_type")]


def test_order_does_not_matter_for_zone_scales_and_products() -> None:
    rows = [
        dose(time="2026-03-01T09:00:00", product="red"),
        rating(6, scale="itch"),
        {"record": "product", "id": "red", "substance": "kratom"},
        {"record": "scale", "id": "itch", "family": "bounded", "low": 0, "high": 7, "worse_is_up": True},
        HEADER,
    ]
    forwards, problems = check(*rows)
    backwards, _ = check(*rows[::-1])
    assert forwards == backwards
    assert codes(problems) == [(1, "time.missing_offset")]
    assert len(forwards.of(Product)) == 1


def test_a_journal_scale_holds_its_own_ratings_to_its_ends() -> None:
    scale = {"record": "scale", "id": "itch", "family": "bounded", "low": 0, "high": 7, "worse_is_up": True}
    journal, problems = check(scale, rating(7, scale="itch"), rating(8, scale="itch"))
    assert [found.value for found in journal.of(Rating)] == [7.0]
    assert codes(problems) == [(3, "rating.off_scale")]


def test_a_scale_that_cannot_be_used_defines_nothing() -> None:
    scale = {"record": "scale", "id": "itch", "family": "bounded", "worse_is_up": True}
    journal, problems = check(scale, rating(7, scale="itch"))
    assert journal.of(Rating) == []
    assert codes(problems) == [(1, "scale.no_ends"), (2, "scale.unknown")]


def test_a_shipped_scale_cannot_be_redefined() -> None:
    scale = {"record": "scale", "id": "pain", "family": "bounded", "low": 0, "high": 100, "worse_is_up": True}
    journal, problems = check(scale, rating(60), rating(6))
    assert [found.value for found in journal.of(Rating)] == [6.0]
    assert codes(problems) == [(1, "scale.taken"), (2, "rating.off_scale")]


def test_unknown_fields_are_reported_once_a_kind_with_a_count() -> None:
    journal, problems = check(*[dose(colour="red", time=f"2026-03-01T0{n}:00:00-06:00") for n in range(5)], rating(colour="red"))
    assert [(p.line, p.field, p.code) for p in problems] == [
        (1, "colour", "field.unknown"),
        (2, "colour", "field.unknown"),
        (6, "colour", "field.unknown"),
    ]
    assert problems[1].message.startswith("and 4 more")
    assert all(found.extra == {"colour": "red"} for found in journal.of(Dose))


def test_two_headers_the_last_one_counts() -> None:
    journal, problems = check(HEADER, HEADER | {"zone": "Europe/Berlin"}, dose(time="2026-03-01T08:00:00"))
    assert codes(problems) == [(2, "journal.second"), (3, "time.missing_offset")]
    assert journal.of(Dose)[0].time.isoformat() == "2026-03-01T08:00:00+01:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"zone": "Chicago"}, "journal.zone"), ({"format": 2}, "journal.format"), ({"format": None}, "field.missing")],
)
def test_a_header_that_is_not_as_expected_is_said_and_the_rest_is_read(change: dict[str, Any], code: str) -> None:
    journal, problems = check(HEADER | change, dose())
    assert codes(problems)[0] == (1, code)
    assert len(journal.of(Dose)) == 1


def test_a_bad_replacement_does_not_cost_the_good_record() -> None:
    journal, problems = check(rating(4, id="r"), rating(60, id="r"))
    assert [found.value for found in journal.of(Rating)] == [4.0]
    assert codes(problems) == [(2, "rating.off_scale")]


def test_withdrawn_records_do_not_count_but_stay() -> None:
    journal, problems = check(dose(id="d"), rating(id="r"), {"record": "dose", "id": "d", "deleted": True})
    assert problems == []
    assert journal.of(Dose) == []
    assert [record.deleted for record in journal.records] == [True, False]
    assert (journal.read, journal.used) == (3, 1)


def test_a_withdrawal_works_though_its_other_fields_are_beyond_use() -> None:
    journal, _ = check(dose(id="d"), dose(id="d", time="2026-03-01T08:00:00", deleted=True))
    assert journal.of(Dose) == []


def test_problems_of_a_reader_pass_through_and_count() -> None:
    rows = [Problem(0, "", "file.odd", "odd", "went on"), Problem(3, "", "line.too_long", "too long", "skipped"), (4, b"{}")]
    journal, problems = validate(rows, SCALES, None)
    assert codes(problems) == [(0, "file.odd"), (3, "line.too_long"), (4, "record.unknown_kind")]
    assert (journal.read, journal.used) == (2, 0)


def test_rows_of_a_table_name_the_column() -> None:
    cells = Cells({"record": "rating", "time": TIME, "scale": "pain", "value": 60.0}, {"value": "How bad?"})
    _, problems = validate([(7, cells)], SCALES, None)
    assert [(p.line, p.field, p.code) for p in problems] == [(7, "How bad?", "rating.off_scale")]
    wrong = Cells({"record": "rating", "time": TIME, "scale": "pain", "value": "x"}, {"value": "How bad?"})
    _, problems = validate([(8, wrong)], SCALES, None)
    assert [(p.line, p.field, p.code) for p in problems] == [(8, "How bad?", "field.wrong_type")]


def test_a_million_bad_lines_make_a_few_messages() -> None:
    journal, problems = validate(((n, b"\0") for n in range(1, 50_001)), SCALES, None)
    assert len(problems) < 30
    assert problems[-1].message == "and 49,980 more like this, from here on"
    assert journal.read == 50_000


def test_a_line_with_the_hidden_name_does_no_harm() -> None:
    journal, _ = check(dose(**{" extra": {"time": "never"}}), dose(**{" extra": 5}))
    assert all(found.time.year == 2026 for found in journal.of(Dose))


def test_the_latest_instant_is_the_callers() -> None:
    latest = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
    journal, problems = check(
        rating(), rating(time=(latest + timedelta(minutes=1)).isoformat()), rating(time=latest.isoformat()), latest=latest
    )
    assert len(journal.of(Rating)) == 1
    assert codes(problems) == [(1, "time.future"), (2, "time.future")]


def test_labs_come_with_ucum_units() -> None:
    journal, problems = check({"record": "lab", "time": TIME, "test": "tsh", "value": 2.5, "unit": "mIU/L"})
    assert [found.unit for found in journal.of(Lab)] == ["m[IU]/L"]
    assert problems == []


EXTREMES = ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59", "9999-12-31"]


@pytest.mark.parametrize("time", EXTREMES)
@pytest.mark.parametrize("zone", [None, "America/Chicago", "Asia/Tokyo"])
def test_the_ends_of_the_calendar_break_nothing(time: str, zone: str | None) -> None:
    medicine = {"record": "medicine", "name": "insulin", "from": time, "to": time}
    journal, problems = check({"record": "journal", "format": 1, "zone": zone}, rating(time=time), medicine, dose())
    assert journal.of(Rating) == []
    assert [found.name for found in journal.of(Medicine)] == ["insulin"]
    assert len(journal.of(Dose)) == 1
    assert any(problem.line == 2 for problem in problems)
