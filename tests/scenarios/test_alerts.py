"""The invented journal with warnings, weighed as a person would: alerts first in every form, each with its sources spelled out."""

import json
import re
from pathlib import Path

import pytest

from steelyard.actions.weigh import render, weigh
from steelyard.findings import assemble
from steelyard.findings.model import Alert, Weighing
from steelyard.reports.text import text

RANK = {"emergency": 0, "serious": 1, "caution": 2, "note": 3}


@pytest.fixture(scope="module")
def journal(root: Path) -> Path:
    return root / "examples/with-warnings.jsonl"


@pytest.fixture(scope="module")
def weighing(journal: Path) -> Weighing:
    return weigh(str(journal))


def found(weighing: Weighing) -> dict[str, Alert]:
    return {alert.id: alert for alert in weighing.report.alerts}


def test_the_example_says_that_it_is_invented(journal: Path) -> None:
    header = json.loads(journal.read_text(encoding="utf-8").splitlines()[0])
    assert header["record"] == "journal" and header["title"].startswith("Invented journal, no real person")


def test_everything_planted_is_warned_of(weighing: Weighing) -> None:
    assert set(found(weighing)) == {
        "red_flags.suicidal_thoughts.item",  # PHQ-9, last item 1
        "red_flags.dark_urine",
        "people.breastfeeding",
        "kratom.depressants",  # tramadol
        "kratom.cyp2d6_substrates",
        "kratom.seizures",
        "kratom.serotonin",  # tramadol, and "Sertralin"
        "kratom.liver",  # paracetamol
        "7-hydroxymitragynine.depressants",
        "7-hydroxymitragynine.not_studied",
        "doses.after_break.kratom",  # eight days without, then an unknown amount
        "doses.to_seven_oh",
        "doses.together.alcohol-kratom",
        "doses.together.7-hydroxymitragynine-alcohol",
        "doses.together.7-hydroxymitragynine-kratom",
        "labs.high_liver.alt",  # 121 with a limit of 40
        "labs.out_of_range.alp",
        "labs.out_of_range.ferritin",
        "labs.pattern",
        "past.interaction.kratom",  # Seroquel, until March
        "unchecked.medicines",  # Examplamid
    }


def test_alerts_stand_in_order_of_severity(weighing: Weighing) -> None:
    ranks = [RANK[alert.severity] for alert in weighing.report.alerts]
    assert ranks == sorted(ranks) and ranks[0] == 0


def test_text_and_page_begin_with_the_alerts(weighing: Weighing) -> None:
    terminal, page = render(weighing, "text").decode(), render(weighing, "html").decode()
    assert terminal.startswith("!! EMERGENCY: Thoughts of death")
    question = weighing.report.findings[0].question
    for said in (terminal, page):
        plain = re.sub(r"\s+", " ", said)
        assert 0 < plain.index("Thoughts of death") < plain.index("Not checked: Examplamid forte") < plain.index(question[:20])


def test_json_holds_every_alert_with_its_sources_spelled_out(weighing: Weighing) -> None:
    report = json.loads(render(weighing, "json"))
    assert [alert["id"] for alert in report["alerts"]] == list(found(weighing))
    assert list(report["alerts"][0]) == ["id", "severity", "title", "why", "do", "citations", "grade"]
    listed = {reference["key"] for reference in report["references"]}
    assert {key for alert in report["alerts"] for key in alert["citations"]} <= listed


def test_a_guess_stands_in_the_text_as_a_guess(weighing: Weighing) -> None:
    said = " ".join(render(weighing, "text").decode().split())
    assert "was read as sertraline." in said


def test_a_diary_that_is_refused_still_warns(weighing: Weighing) -> None:
    """The example is too short to tell anything about relief; no warning waits for that."""
    own = {finding.verdict for finding in weighing.report.findings if finding.level == "person"}
    assert own == {"not_enough_data"}
    assert len(weighing.report.alerts) > 10


def test_warnings_are_there_before_any_fit_begins(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    judge = assemble.check
    monkeypatch.setattr(assemble, "check", lambda *given: (order.append("warnings"), judge(*given))[1])
    weigh(str(journal), progress=lambda step: order.append("fit") if step.startswith("weighing") else None)
    assert order[0] == "warnings" and "fit" in order


def test_no_alert_is_lost_on_a_narrow_terminal(weighing: Weighing) -> None:
    said = " ".join(text(weighing, width=40).split())
    for alert in weighing.report.alerts:
        assert " ".join(alert.title.split()) in said.replace("!! ", ""), alert.id


def test_a_journal_without_dangers_has_only_what_is_worth_asking_for(root: Path) -> None:
    assert set(found(weigh(str(root / "examples/too-short-to-tell.jsonl")))) == {"labs.no_first_value"}
