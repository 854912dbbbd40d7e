"""The findings JSON, format 1: a promise to other people's scripts."""

import json
from typing import Any, get_args

import msgspec
import pytest

from steelyard.findings.model import Alert, Certainty, Report, Severity, Verdict
from steelyard.reports.json import json as written
from steelyard.reports.json import to_json

from .weighings import felt, hostile, not_enough, not_settled, picture, weighing

ALERT = Alert("liver.alt", "serious", "Liver values rose", "ALT was three times the limit.", "Talk.", ("dworkin2008",), "B")
# Every key of format 1, in its order. New keys may be added anywhere; none of these may go, move or change its name.
KEYS: dict[str, list[str]] = {
    "": ["format", "steelyard", "knowledge", "seed", "journal", "alerts", "findings"],
    "journal": ["sha256", "from", "to", "read", "used", "problems"],
    "journal.problems": ["line", "code", "message", "action"],
    "alerts": ["id", "severity", "title", "why", "do", "citations", "grade"],
    "findings": [
        *("id", "level", "question", "answer", "verdict", "certainty", "reasons", "subject", "contrasts", "estimators"),
        *("dosing_driver", "checks", "data", "citations"),
    ],
    "findings.subject": ["substance", "outcome"],
    "findings.contrasts": ["name", "dose", "value", "low", "high", "unit", "p_relief", "p_worthwhile"],
    "findings.contrasts.dose": ["amount", "unit"],
    "findings.estimators": ["name"],
    "findings.dosing_driver": ["felt", "recorded", "unit", "low", "high"],
    "findings.checks": ["name", "passed", "detail"],
    "findings.data": ["ratings", "doses", "days"],
}


def at(answer: Any, path: str) -> dict[str, Any]:
    """The first object at a path; of lists the first element is looked into."""
    for part in filter(None, path.split(".")):
        answer = answer[part]
        answer = answer[0] if isinstance(answer, list) else answer
    return dict(answer)


@pytest.fixture(scope="module")
def answer() -> Any:
    return json.loads(written(weighing(felt(), not_enough(), alerts=(ALERT,))))


@pytest.mark.parametrize("path", KEYS, ids=lambda path: path or "the whole")
def test_every_promised_key_is_there(path: str, answer: Any) -> None:
    assert set(KEYS[path]) <= set(at(answer, path))


@pytest.mark.parametrize("path", [path for path in KEYS if path != "findings.contrasts"], ids=lambda path: path or "the whole")
def test_keys_come_in_the_promised_order(path: str, answer: Any) -> None:
    assert [key for key in at(answer, path) if key in KEYS[path]] == KEYS[path]


def test_the_keys_of_a_contrast_come_in_the_promised_order(answer: Any) -> None:
    assert [key for key in at(answer, "findings.contrasts") if key in KEYS["findings.contrasts"]] == KEYS["findings.contrasts"]


def test_what_is_empty_is_an_empty_list_and_not_a_missing_key(answer: Any) -> None:
    refused = answer["findings"][1]
    assert {name: refused.get(name) for name in ("contrasts", "estimators", "checks", "citations")} == {
        name: [] for name in ("contrasts", "estimators", "checks", "citations")
    }


def test_what_cannot_be_said_is_left_out_rather_than_invented(answer: Any) -> None:
    as_taken = answer["findings"][0]["contrasts"][1]
    assert not {"dose", "p_relief", "p_worthwhile"} & set(as_taken)
    assert "dosing_driver" not in answer["findings"][1]


def test_figures_are_written_in_full(answer: Any) -> None:
    assert answer["findings"][0]["contrasts"][0]["value"] == -0.9213456789012
    assert "-0.9213456789012" in written(weighing(felt()))


@pytest.mark.parametrize("finding", [felt(), not_enough(), not_settled()], ids=lambda finding: str(finding.verdict))
def test_what_is_written_reads_back_as_the_same_report(finding: Any) -> None:
    given = weighing(finding, pictures=(picture(days=2),), alerts=(ALERT,))
    assert msgspec.json.decode(written(given), type=Report) == given.report


def test_a_hostile_text_stays_a_text() -> None:
    given = hostile()
    assert json.loads(written(given))["findings"][0]["answer"] == given.report.findings[0].answer


def test_pictures_stay_out() -> None:
    assert written(weighing(felt(), pictures=(picture(days=2),))) == written(weighing(felt()))


def test_verdicts_degrees_and_severities_are_the_promised_ones() -> None:
    assert get_args(Verdict) == (
        *("helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled", "not_enough_data"),
    )
    assert get_args(Certainty) == ("high", "moderate", "low", "very_low")
    assert get_args(Severity) == ("emergency", "serious", "caution", "note")


def test_any_plain_answer_is_indented_and_ends_its_last_line() -> None:
    assert to_json({"format": 1, "facts": [1.5, None]}) == (
        '{\n  "format": 1,\n  "facts": [\n    1.5,\n    null\n  ]\n}\n'
    )  # the keys as they came
