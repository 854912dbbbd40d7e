"""A journal as tables: every kind its own, nothing that a spreadsheet runs, nothing known where nothing was said."""

import csv
import io
from datetime import datetime

import pytest

from steelyard.exchange.tables import cell, tables
from steelyard.records.model import Answers, Dose, Journal, JournalHeader, Medicine, Rating, Record

MORNING = datetime.fromisoformat("2026-03-01T08:00:00+01:00")


def rows(*records: Record, header: JournalHeader | None = None) -> dict[str, list[dict[str, str]]]:
    """The tables of a journal, read by the standard library."""
    made = tables(Journal(header, records))
    return {name: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))) for name, content in made}


def test_each_kind_has_its_table_and_each_record_its_line() -> None:
    found = rows(
        Dose(id="a", time=MORNING, substance="tea"),
        Dose(id="b", time=MORNING, substance="tea", amount=2.5, unit="g"),
        Rating(id="c", time=MORNING, scale="pain", value=3, asked="dose"),
        header=JournalHeader(id="j", format=1, zone="Europe/Berlin"),
    )
    assert {name: len(lines) for name, lines in found.items()} == {"journal.csv": 1, "dose.csv": 2, "rating.csv": 1}
    assert found["rating.csv"] == [
        {"id": "c", "time": "2026-03-01T08:00:00+01:00", "scale": "pain", "value": "3", "asked": "dose", "other": ""}
    ]


def test_what_was_not_said_is_empty_and_not_zero() -> None:
    unknown, none = rows(Dose(id="a", time=MORNING, substance="tea"), Dose(id="b", time=MORNING, substance="tea", amount=0.0))[
        "dose.csv"
    ]
    assert (unknown["amount"], none["amount"]) == ("", "0")


def test_what_was_withdrawn_is_left_out() -> None:
    assert rows(Dose(id="a", time=MORNING, substance="tea", deleted=True)) == {}


def test_an_empty_journal_has_no_tables() -> None:
    assert rows() == {}


def test_names_that_python_reserves_are_those_of_the_file() -> None:
    (line,) = rows(Medicine(id="m", name="ibuprofen", from_=MORNING))["medicine.csv"]
    assert line["from"] == "2026-03-01T08:00:00+01:00" and line["to"] == ""


def test_unanswered_items_stay_empty_in_their_place() -> None:
    (line,) = rows(Answers(id="q", time=MORNING, instrument="peg", items=(3.0, None, 0.5)))["answers.csv"]
    assert line["items"] == "3; ; 0.5"


def test_unknown_fields_come_along() -> None:
    (line,) = rows(Dose(id="a", time=MORNING, substance="tea", extra={"mood": [1, None]}))["dose.csv"]
    assert line["other"] == '{"mood":[1,null]}'


def test_umlauts_quotes_and_lines_come_through() -> None:
    said = 'naïve „Übel“ "so"\nund; weiter, 1'
    (line,) = rows(Dose(id="a", time=MORNING, substance="tea", note=said))["dose.csv"]
    assert line["note"] == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t'=1"), ("\r=1", "'\r'=1"), ("＝1", "'＝1"),
        ('"=1', "'\"=1"),  # where the quote is taken for the opening of a cell
        ("a;=1", "a;'=1"),  # where the semicolon separates cells, as in German spreadsheets
        ("a\n=1", "a\n'=1"),
        ("a,\"=cmd|' /C calc'!A0", "a,'\"=cmd|' /C calc'!A0"),
    ],
)  # fmt: skip
def test_text_that_a_spreadsheet_would_run_cannot(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize("text", ["kratom", "2 = two", "a-b", "me@example.org", "", "x; y", "it's"])
def test_other_text_is_as_it_was(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(("value", "shown"), [(-0.5, "-0.5"), (1e-7, "1e-07"), (3.0, "3"), (True, "true"), (None, ""), (0, "0")])
def test_numbers_are_numbers(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_a_number_keeps_what_a_spreadsheet_can_hold_of_it() -> None:
    assert float(cell(2 / 3)) == pytest.approx(2 / 3, rel=1e-14)
