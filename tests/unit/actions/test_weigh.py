"""The main job joined up: it reads, weighs and renders, and passes on what it was asked."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from steelyard.actions.simulate import Plan, simulate_files
from steelyard.actions.weigh import render, weigh
from steelyard.findings.model import Report, Weighing


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("weigh") / "journal.jsonl"
    path.write_bytes(simulate_files(Plan(days=40, driver="random", effect=-2.0, therapy_effect=0.0, seed=2))[0])
    return str(path)


@pytest.fixture(scope="module")
def weighing(file: str) -> Weighing:
    return weigh(file)


def test_one_substance_and_one_scale_give_one_answer_with_one_picture(weighing: Weighing) -> None:
    assert [finding.id for finding in weighing.report.findings if finding.level == "person"] == ["person.relief.kratom.pain"]
    assert [picture.finding for picture in weighing.pictures] == ["person.relief.kratom.pain"]
    assert len(weighing.report.journal.sha256) == 64


def test_what_is_asked_for_is_passed_on(file: str) -> None:
    report = weigh(file, substance="ibuprofen", outcome="mood", seed=9).report
    assert report.seed == 9
    assert [finding.id for finding in report.findings if finding.level == "person"] == ["person.relief.ibuprofen.mood"]


def test_nothing_later_than_the_latest_moment_is_weighed(file: str) -> None:
    report = weigh(file, latest=datetime(2025, 1, 8, tzinfo=UTC)).report
    assert report.journal.used < report.journal.read
    assert report.journal.to is not None and report.journal.to < "2025-01-09"
    assert {finding.verdict for finding in report.findings if finding.level == "person"} == {"not_enough_data"}


def test_progress_is_told_from_reading_on(file: str) -> None:
    said: list[str] = []
    weigh(file, substance="ibuprofen", progress=said.append)
    assert said[0] == "reading" and len(said) >= 2


def test_json_is_the_report_to_the_last_digit(weighing: Weighing) -> None:
    assert msgspec.json.decode(render(weighing, "json"), type=Report) == weighing.report


def test_every_form_tells_the_answer(weighing: Weighing) -> None:
    (finding,) = [each for each in weighing.report.findings if each.level == "person"]
    assert finding.answer in " ".join(render(weighing, "text").decode().split())
    assert finding.answer in " ".join(render(weighing, "html").decode().split())
    assert json.loads(render(weighing, "json"))["findings"][0]["answer"] == finding.answer
