"""Reading a person's file, whatever its form: the journal, the problems, and a digest of the bytes."""

import hashlib
import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.actions.read import Read, read
from steelyard.knowledge.load import load
from steelyard.records.model import Dose, Rating

KNOWLEDGE = load()
LINES = (
    b'{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'
    b'{"record": "rating", "time": "2026-03-01T09:10:00-06:00", "scale": "pain", "value": 60}\n'
    b"\n"
    b'{"record": "dose", "time": "2026-03-01T08:15:00-06:00", "substance": "kratom", "amount": 3, "unit": "g"}'
)
TABLE = b"when,how bad,grams\n2026-03-01 08:10,6,\n2026-03-01 08:15,,3\n"
MAPPING = """
time = "when"
zone = "America/Chicago"
scales = { pain = "how bad" }
dose = { substance = "kratom", amount = "grams", unit = "g" }
"""


def from_standard_input(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Read:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    return read("-", KNOWLEDGE)


def test_a_journal_is_read_with_its_problems_and_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(LINES)
    got = read(str(file), KNOWLEDGE)
    assert [rating.value for rating in got.journal.of(Rating)] == [6.0]
    assert [dose.amount for dose in got.journal.of(Dose)] == [3.0]
    assert (got.journal.read, got.journal.used) == (3, 2)
    assert [(problem.line, problem.field, problem.code) for problem in got.problems] == [(2, "value", "rating.off_scale")]
    assert got.sha256 == hashlib.sha256(LINES).hexdigest()


def test_standard_input_is_the_same_as_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(LINES)
    assert from_standard_input(LINES, monkeypatch) == read(str(file), KNOWLEDGE)


def test_standard_input_is_digested_to_its_last_byte_even_where_a_line_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = b'{"note": "' + b"x" * (3 << 20) + b'"}\n'
    got = from_standard_input(endless + LINES, monkeypatch)
    assert got.sha256 == hashlib.sha256(endless + LINES).hexdigest()
    assert len(got.journal.of(Rating)) == 1
    assert got.problems[0].line == 1


def test_a_table_with_its_mapping_is_a_journal_too(tmp_path: Path) -> None:
    table, mapping = tmp_path / "diary.csv", tmp_path / "diary.toml"
    table.write_bytes(TABLE)
    mapping.write_text(MAPPING)
    got = read(str(table), KNOWLEDGE, str(mapping))
    (rating,), (dose,) = got.journal.of(Rating), got.journal.of(Dose)
    assert (rating.time.isoformat(), rating.scale, rating.value) == ("2026-03-01T08:10:00-06:00", "pain", 6.0)
    assert (dose.time.isoformat(), dose.substance, dose.amount, dose.unit) == ("2026-03-01T08:15:00-06:00", "kratom", 3.0, "g")
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_what_lies_after_the_latest_moment_did_not_happen(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(LINES)
    got = read(str(file), KNOWLEDGE, latest=datetime(2026, 3, 1, 14, 12, tzinfo=UTC))
    assert got.journal.used == 1
    assert "time.future" in {problem.code for problem in got.problems}


@pytest.mark.parametrize("what", ["missing", "directory", "empty", "mapping missing"])
def test_what_cannot_be_read_is_a_problem_and_no_exception(what: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    source = {"missing": tmp_path / "nowhere", "directory": tmp_path}.get(what, empty)
    got = read(str(source), KNOWLEDGE, str(tmp_path / "nowhere.toml") if what == "mapping missing" else None)
    assert (got.journal.read, got.journal.used) == (0, 0)
    (problem,) = got.problems
    assert problem.message and problem.action
    assert got.sha256 == ("" if what in ("missing", "directory") else hashlib.sha256(b"").hexdigest())


def test_the_journal_is_read_once_and_not_held_open(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(LINES)
    first = read(str(file), KNOWLEDGE)
    file.write_bytes(json.dumps({"record": "journal", "format": 1}).encode())
    assert read(str(file), KNOWLEDGE).sha256 != first.sha256
    assert len(first.journal.records) == 2


INVENTED = Path(__file__).parents[1] / "exchange/invented"


def test_the_export_of_an_app_is_read_by_its_content_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (INVENTED / "kratomtracker.csv").read_bytes()
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    got = read(str(file), KNOWLEDGE)
    assert got.form == "kratomtracker"
    assert len(got.journal.of(Dose)) == 3
    assert got.sha256 == hashlib.sha256(content).hexdigest()
    assert from_standard_input(content, monkeypatch) == got


def test_a_zip_can_come_by_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.write(INVENTED / "apple_health.xml", "apple_health_export/export.xml")
    got = from_standard_input(out.getvalue(), monkeypatch)
    assert got.form == "apple-health"
    assert [dose.substance for dose in got.journal.of(Dose)] == ["caffeine"]
    assert got.sha256 == hashlib.sha256(out.getvalue()).hexdigest()


def test_entries_left_out_together_are_counted_one_by_one(tmp_path: Path) -> None:
    """Nine usable records, one with a time that is none, two that break the XML, four of kinds without a place here."""
    got = read(str(INVENTED / "apple_health.xml"), KNOWLEDGE)
    assert (got.journal.read, got.journal.used) == (9 + 1 + 2 + 4, 9)
    assert next(problem.count for problem in got.problems if problem.code == "entry.left_out") == 2


def test_a_table_without_a_mapping_is_refused_once_and_not_line_by_line(tmp_path: Path) -> None:
    table = tmp_path / "diary.csv"
    table.write_bytes(TABLE)
    got = read(str(table), KNOWLEDGE)
    assert [problem.code for problem in got.problems] == ["file.table"]
    assert "mapping" in got.problems[0].action


def test_a_mapping_that_names_the_time_makes_any_file_a_table(tmp_path: Path) -> None:
    """Whoever maps the columns of an export by hand means that."""
    mapping = tmp_path / "m.toml"
    mapping.write_text('time = "iso_timestamp"\nzone = "UTC"\ndose = {substance = "tea", amount = "amount_g", unit = "g"}\n')
    got = read(str(INVENTED / "kratomtracker.csv"), KNOWLEDGE, str(mapping))
    assert {dose.substance for dose in got.journal.of(Dose)} == {"tea"}


def test_a_mapping_without_a_time_says_what_trackers_mean(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('dose = {substance = "kratom", amount = "Kratom", unit = "g"}\n')
    got = read(str(INVENTED / "track_and_graph.csv"), KNOWLEDGE, str(mapping))
    assert [(dose.substance, dose.amount) for dose in got.journal.of(Dose)] == [("kratom", 3.0)]


def test_the_form_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(LINES)
    assert read(str(file), KNOWLEDGE, form="journal").journal.used == 2
    wrong = read(str(file), KNOWLEDGE, form="daylio")
    assert (wrong.form, wrong.journal.of(Dose)) == ("daylio", [])
