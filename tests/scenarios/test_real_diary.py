"""One real person's diary while an antidepressant was reduced to nothing: what it can tell, and what it cannot.

Kossakowski et al., Journal of Open Psychology Data 5:1 (2017). The dose only falls, so nothing that also changed over those
months can be told apart from it. The data are not part of this repository.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from steelyard.actions.weigh import weigh
from steelyard.findings.model import Finding, Weighing
from steelyard.reports.text import text

OUTCOMES = ("mood_down", "phy_pain")


@pytest.fixture(scope="module")
def table(shared: Path) -> Path:
    return shared / "data/real/diaries/antidepressant_taper_ema.csv"


@pytest.fixture(scope="module")
def rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def weighing(table: Path, root: Path) -> Weighing:
    return weigh(str(table), mapping=str(root / "examples/mappings/antidepressant_taper_ema.toml"))


@pytest.fixture(params=OUTCOMES)
def finding(request: pytest.FixtureRequest, weighing: Weighing) -> Iterator[Finding]:
    yield next(each for each in weighing.report.findings if each.subject.outcome == request.param)


def test_both_outcomes_are_weighed(weighing: Weighing) -> None:
    assert {each.subject.outcome for each in weighing.report.findings if each.level == "person"} == set(OUTCOMES)
    assert len({each.subject.substance for each in weighing.report.findings if each.level == "person"}) == 1


def test_it_is_not_enough_because_time_and_dose_went_together(finding: Finding) -> None:
    assert finding.verdict == "not_enough_data"
    assert "only falls" in finding.answer and "time" in finding.answer
    assert "cannot be told apart" in finding.answer
    assert finding.settle


def test_no_effect_is_claimed(finding: Finding) -> None:
    assert finding.contrasts == ()
    assert not any(each.headline for each in finding.estimators)
    assert finding.certainty == "very_low"


def test_every_answered_prompt_was_read(finding: Finding, rows: list[dict[str, str]]) -> None:
    answered = [row for row in rows if row[finding.subject.outcome] != "NA"]
    assert finding.data is not None
    assert finding.data.ratings == len(answered) > 1400


def test_one_dose_a_day_was_read_and_a_recorded_zero_is_no_dose_taken(finding: Finding, rows: list[dict[str, str]]) -> None:
    amounts = {row["date"]: float(row["concentrat"]) for row in rows if row["concentrat"] != "NA"}
    taken = [amount for amount in amounts.values() if amount > 0]
    assert 50 < len(taken) < len(amounts)
    assert finding.data is not None
    assert finding.data.doses == len(taken)
    assert 230 <= finding.data.days <= 240


def test_nothing_was_lost_in_silence(weighing: Weighing) -> None:
    journal = weighing.report.journal
    assert journal.used == journal.read > 3000
    assert {problem.code for problem in journal.problems} == {"time.missing_offset"}
    assert all("Europe/Amsterdam" in problem.action for problem in journal.problems)


def test_a_person_can_read_why(weighing: Weighing) -> None:
    said = " ".join(text(weighing).split())
    assert said.count("NOT ENOUGH DATA") == 2
    assert "cannot be told apart from anything else that changed over the same weeks" in said
    assert "decided by chance and with a clinician" in said
