"""The command that writes a bundle, and the reading of one as any other file."""

import json
from pathlib import Path

import pytest

from steelyard.actions.read import read
from steelyard.actions.weigh import render, weigh
from steelyard.cli.main import main
from steelyard.findings.model import Report
from steelyard.knowledge.load import load

RATING = '{"record": "rating", "id": "r", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'
DOSE = '{"record": "dose", "id": "d", "time": "2026-03-01T08:00:00-06:00", "substance": "kratom", "amount": 2, "unit": "g"}\n'


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_text(RATING + DOSE)
    return path


def fhir(source: str) -> tuple[Report, bytes]:
    weighing = weigh(source, hand_over=True)
    return weighing.report, render(weighing, "fhir")


def kinds(content: bytes) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in json.loads(content)["entry"]]


def test_the_bundle_holds_the_journal_and_its_answers(journal: Path) -> None:
    report, content = fhir(str(journal))
    held = kinds(content)
    assert {"Patient", "Observation", "MedicationAdministration", "RiskAssessment"} <= set(held)
    assert held.count("DetectedIssue") == len(report.alerts)
    assert held.count("RiskAssessment") == sum(finding.level == "person" for finding in report.findings)


def test_the_command_writes_the_same_bytes_and_a_name_only_when_told(journal: Path, tmp_path: Path) -> None:
    out, named = tmp_path / "a.json", tmp_path / "b.json"
    assert main(["weigh", str(journal), "--format", "fhir", "--out", str(out)]) == 0
    assert out.read_bytes() == fhir(str(journal))[1]
    assert main(["weigh", str(journal), "--format", "fhir", "--name", "Ada Example", "--out", str(named)]) == 0
    assert b"Ada Example" in named.read_bytes()
    assert b"Ada Example" not in out.read_bytes()


def test_a_bundle_is_read_as_what_it_is_and_gives_the_journal_back(journal: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "record"
    bundle.write_bytes(fhir(str(journal))[1])
    got = read(str(bundle), load())
    assert got.form == "fhir"
    assert got.journal.records == read(str(journal), load()).journal.records


def test_importing_a_bundle_counts_what_was_left_out(journal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle, out = tmp_path / "record.json", tmp_path / "again.jsonl"
    bundle.write_bytes(fhir(str(journal))[1])
    assert main(["import", str(bundle), "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "worked out from other records" in told
    assert f"read {len(kinds(bundle.read_bytes()))}, used 2" in told
    assert out.read_text().count("\n") == 2


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    assert main(["weigh", str(empty), "--format", "fhir", "--out", str(tmp_path / "out.json")]) == 1
