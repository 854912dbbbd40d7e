"""The terminal answer: complete, in order, and safe to print."""

import subprocess
import sys
from typing import get_args

import pytest

from steelyard.findings.model import Alert, Finding, Verdict
from steelyard.reports import words
from steelyard.reports.text import text

from .weighings import felt, hostile, not_enough, not_settled, settled, weighing

ALERT = Alert(
    "liver", "serious", "Liver values rose", "ALT was three times the limit.", "Talk with a clinician this week.", (), "B"
)
FINDINGS = [felt(), felt("sleep_quality", worse_is_up=False), not_enough(), not_settled()]


def flat(said: str) -> str:
    return " ".join(said.split())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: f"{finding.verdict}.{finding.subject.outcome}")
@pytest.mark.parametrize("width", [40, 80, 120])
def test_everything_found_is_said(finding: Finding, width: int) -> None:
    said = flat(text(weighing(finding), width))
    assert finding.question in said
    assert finding.answer in said
    assert words.VERDICT[finding.verdict].upper() in said
    assert finding.settle in said
    for reason in finding.reasons:
        assert reason in said
    for contrast in finding.contrasts:
        assert words.label(contrast) in said
        assert words.best(contrast, finding.subject) in said
        assert words.between(contrast, finding.subject) in said
    for estimator in finding.estimators:
        assert words.ESTIMATOR[estimator.name] in said
        assert estimator.assumes in said
    for check in finding.checks:
        assert words.name(check.name) in said
        assert check.passed or check.detail in said


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_every_verdict_has_its_words(verdict: Verdict) -> None:
    said = text(weighing(settled(verdict)))
    assert words.VERDICT[verdict].upper() in said.splitlines()
    others = [other.upper() for key, other in words.VERDICT.items() if key != verdict]
    assert not any(other in said.splitlines() for other in others)


def test_words_come_before_numbers_and_numbers_before_what_would_settle_it() -> None:
    said = flat(text(weighing(felt())))
    parts = [
        "HELPS AT LEAST A LITTLE",
        felt().answer,
        "How sure: low, because",
        "0.9 points less pain",
        "What would settle it",
        "side by side",
        "FAILED half life",
        "takes for granted",
        "Read 834 records",
        "advises no dose",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_alerts_come_before_everything() -> None:
    said = text(weighing(felt(), alerts=(ALERT,)))
    assert said.startswith("!! SERIOUS: Liver values rose\n")
    assert "What to do: Talk with a clinician this week." in flat(said)


def test_a_plain_ascii_terminal_is_enough() -> None:
    assert text(weighing(*FINDINGS, alerts=(ALERT,))).isascii()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    assert max(map(len, text(weighing(*FINDINGS, alerts=(ALERT,)), width).splitlines())) <= width


def test_fifteen_decimals_are_nobodys_answer() -> None:
    said = text(weighing(felt()))
    assert "0.92134" not in said
    assert "-0.92" not in said
    assert "5.1234" not in said


def test_estimators_stand_in_relief_whichever_way_the_scale_runs() -> None:
    for finding in (felt(), felt("mood", worse_is_up=False)):
        rows = {line[2:20].strip(): line for line in text(weighing(finding)).splitlines() if "[" in line and "(" in line}
        assert " 0.05 (-0.14 to 0.24)" in rows["plain comparison"]
        joint = next(line for line in rows.values() if line.startswith("* "))
        assert " 0.92 (0.66 to 1.18)" in joint
        assert joint.index("|") < joint.rindex("o") < joint.index(":")


def test_colour_only_adds_bold_and_adds_no_words() -> None:
    plain, bold = text(weighing(felt())), text(weighing(felt()), colour=True)
    assert "\x1b[1mHELPS AT LEAST A LITTLE\x1b[0m" in bold
    assert bold.replace("\x1b[1m", "").replace("\x1b[0m", "") == plain


def test_a_journal_cannot_steer_the_terminal() -> None:
    said = text(hostile())
    assert all(line.isprintable() for line in said.split("\n"))


def test_a_refusal_says_what_is_missing_and_what_would_be_enough() -> None:
    said = text(weighing(not_enough()))
    assert "What would be enough" in said
    assert "What would settle it" not in said
    assert "side by side" not in said


def test_a_report_without_findings_still_says_what_was_read() -> None:
    said = text(weighing())
    assert said.startswith("The input\n  Read 834 records: 810 used, 24 not.")


def test_only_the_most_frequent_problems_are_listed_and_the_rest_counted() -> None:
    said = flat(text(weighing(felt())))
    assert "18 times, lines 40, 41, 42, 43, 44 and 13 more: The time has no offset; assumed America/Chicago" in said
    assert "and 2 more kinds of problem" in said
    assert "not JSON" not in said


def test_the_same_weighing_is_the_same_text() -> None:
    assert text(weighing(felt())) == text(weighing(felt()))


def test_text_does_not_pay_for_charts() -> None:
    program = "import sys; import steelyard.reports.text; sys.exit(bool({'vl_convert', 'jinja2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_nor_does_a_page_before_it_is_drawn() -> None:
    program = "import sys; import steelyard.reports.html; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
