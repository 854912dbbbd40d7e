"""A journal in, findings out: diaries of known truth, each with the answer an honest program may give."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from steelyard.actions.simulate import Plan, simulate_files
from steelyard.actions.weigh import render, weigh
from steelyard.findings.model import Contrast, Finding

MAKE = {"days": 120, "seed": 7, "therapy_effect": 0.0}


@dataclass(frozen=True)
class Told:
    """What was found in one diary, and what is true of it."""

    finding: Finding
    truth: dict[str, float | None]
    journal: bytes

    def contrast(self, name: str) -> Contrast:
        return next(each for each in self.finding.contrasts if each.name == name)

    def near(self, name: str) -> bool:
        """Whether the truth lies within twice the 95 % interval: a diary that is the fortieth of its kind still passes."""
        found, true = self.contrast(name), self.truth[name]
        assert true is not None
        return found.value + 2 * (found.low - found.value) <= true <= found.value + 2 * (found.high - found.value)


Tell = Callable[..., Told]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Invents a diary, weighs its file, and keeps the result for whoever asks about the same plan again."""
    known: dict[str, Told] = {}

    def tell(**plan: Any) -> Told:
        name = repr(sorted(plan.items()))
        if name not in known:
            journal, truth = simulate_files(Plan(**(MAKE | plan)))
            file = tmp_path_factory.mktemp("diary") / "journal.jsonl"
            file.write_bytes(journal)
            finding = weigh(str(file)).report.findings[0]
            values = {each["name"]: each["value"] for each in json.loads(truth)["contrasts"]}
            known[name] = Told(finding, values, journal)
        return known[name]

    return tell


# Baselines that leave room on the scale: ratings that stop at its end would hide part of the effect from anybody.
RANDOM_RELIEF = {"driver": "random", "effect": -1.7, "baseline": 6.5}
RECORDED_RELIEF = {"driver": "recorded", "effect": -1.5, "baseline": 6.0}
FELT_RELIEF = {"driver": "felt", "effect": -1.5, "baseline": 6.0}
RANDOM_NULL = {"driver": "random", "effect": 0.0}
FELT_NULL = {"driver": "felt", "effect": 0.0}
RANDOM_HARM = {"driver": "random", "effect": 1.5, "baseline": 4.0}
RANDOM_SMALL = {"driver": "random", "effect": -0.3}
COINS = {"driver": "felt", "effect": -1.5, "baseline": 6.0, "random_off_days": 0.3}

# An honest answer may always be "not settled"; it must never be one of the others.
MAY: dict[str, tuple[dict[str, Any], set[str]]] = {
    "relief, doses by chance": (RANDOM_RELIEF, {"helps", "helps_a_little"}),
    "relief, doses follow the last rating": (RECORDED_RELIEF, {"helps", "helps_a_little", "not_settled"}),
    "relief, doses follow pain": (FELT_RELIEF, {"helps", "helps_a_little", "not_settled"}),
    "relief, some days decided by chance": (COINS, {"helps", "helps_a_little", "not_settled"}),
    "nothing, doses by chance": (RANDOM_NULL, {"no_worthwhile_effect", "not_settled"}),
    "nothing, doses follow pain": (FELT_NULL, {"no_worthwhile_effect", "not_settled"}),
    "too little to be worth it": (RANDOM_SMALL, {"no_worthwhile_effect", "helps_a_little", "not_settled"}),
    "harm, doses by chance": (RANDOM_HARM, {"makes_worse"}),
}


@pytest.mark.parametrize("name", MAY)
def test_the_verdict_is_one_that_the_truth_allows(name: str, tell: Tell) -> None:
    plan, allowed = MAY[name]
    assert tell(**plan).finding.verdict in allowed


@pytest.mark.parametrize("plan", [RANDOM_RELIEF, RECORDED_RELIEF, RANDOM_NULL, RANDOM_SMALL, RANDOM_HARM], ids=str)
def test_the_truth_is_found_where_doses_did_not_follow_what_was_felt(plan: dict[str, Any], tell: Tell) -> None:
    told = tell(**plan)
    assert told.near("peak") and told.near("as_taken")


def test_how_long_it_lasts_is_found(tell: Tell) -> None:
    told = tell(**RANDOM_RELIEF)
    assert told.near("duration")


def test_plain_comparison_is_shown_though_it_misses_what_pain_led_to(tell: Tell) -> None:
    """The relief of a felt-driven diary is all but invisible to a plain comparison; the answer is nearer to the truth."""
    told = tell(**FELT_RELIEF)
    raw = next(each for each in told.finding.estimators if each.name == "raw")
    (headline,) = [each for each in told.finding.estimators if each.headline]
    true = told.truth["peak"]
    assert true is not None
    assert abs(headline.value - true) < abs(raw.value - true)
    assert raw.value - true > 0.5


@pytest.mark.parametrize("plan", [FELT_RELIEF, RECORDED_RELIEF, RANDOM_RELIEF], ids=str)
def test_what_chance_did_not_decide_is_never_called_highly_certain(plan: dict[str, Any], tell: Tell) -> None:
    finding = tell(**plan).finding
    assert finding.certainty != "high"
    assert any("chance" in reason for reason in finding.reasons)


@pytest.mark.parametrize("plan", [FELT_RELIEF, FELT_NULL], ids=str)
def test_doses_that_follow_pain_are_noticed_or_allowed_for(plan: dict[str, Any], tell: Tell) -> None:
    """Either the dosing is modelled, or a check fails and no verdict stands on it."""
    finding = tell(**plan).finding
    modelled = any(each.name == "joint" and each.headline for each in finding.estimators)
    assert modelled or finding.verdict == "not_settled"


def test_a_failed_check_bars_a_verdict_or_at_least_lowers_certainty(tell: Tell) -> None:
    for plan, _ in MAY.values():
        finding = tell(**plan).finding
        if not all(check.passed for check in finding.checks):
            assert finding.certainty == "very_low"


@pytest.mark.parametrize("days", [2, 7])
def test_a_short_diary_is_refused_with_what_would_be_enough(days: int, tell: Tell) -> None:
    finding = tell(**(FELT_RELIEF | {"days": days})).finding
    assert finding.verdict == "not_enough_data"
    assert finding.contrasts == ()
    assert "only" in finding.answer and "At least" in finding.settle


@pytest.mark.parametrize("seed", [2, 3])
def test_a_month_of_any_diary_gets_an_answer(seed: int, tell: Tell) -> None:
    assert tell(days=30, driver="felt", seed=seed, therapy_effect=-0.3).finding.answer


def test_a_month_is_less_sure_than_four(tell: Tell) -> None:
    month, four = (tell(**(RANDOM_RELIEF | {"days": days})) for days in (30, 120))
    wide, narrow = (told.contrast("peak").high - told.contrast("peak").low for told in (month, four))
    assert wide / narrow > 1.4, "a chance fluctuation off the square root of four"


def test_bad_lines_cost_only_themselves(tell: Tell, tmp_path: Path) -> None:
    told = tell(**RANDOM_RELIEF)
    good = told.journal.splitlines(keepends=True)
    bad = [
        b"nonsense\n",
        b'{"record": "rating", "time": "2025-02-01T08:00:00-06:00", "scale": "pain", "value": 60}\n',
        b'{"record": "rating", "time": "2025-02-01T08:00:00-06:00", "scale": "pain"}\n',
        b'{"record": "dose", "time": "1970-01-01T00:00:00Z", "substance": "kratom", "amount": 3, "unit": "g"}\n',
        b'{"record": "dosis", "time": "2025-02-01T08:00:00-06:00"}\n',
        b'{"record": "rating", "time": "2025-02-01T0',
    ]
    mixed = list(good)
    for n, line in enumerate(bad[:-1]):
        mixed.insert(1 + 60 * n, line)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(b"".join(mixed) + bad[-1])
    report = weigh(str(file)).report
    assert report.findings[:1] == (told.finding,)
    assert (report.journal.read, report.journal.used) == (len(good) + len(bad), len(good))
    lines = file.read_bytes().splitlines(keepends=True)
    expected = {number for number, line in enumerate(lines, 1) if line in bad}
    assert {problem.line for problem in report.journal.problems} == expected
    assert all(problem.message and problem.action for problem in report.journal.problems)


def test_a_withdrawn_record_does_not_count(tell: Tell, tmp_path: Path) -> None:
    told = tell(**RANDOM_RELIEF)
    wrong = b'{"record": "rating", "id": "oops", "time": "2025-02-01T08:00:00-06:00", "scale": "pain", "value": 10}\n'
    withdrawn = b'{"record": "rating", "id": "oops", "deleted": true}\n'
    file = tmp_path / "journal.jsonl"
    file.write_bytes(told.journal + wrong + withdrawn)
    assert weigh(str(file)).report.findings[:1] == (told.finding,)


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_every_form_of_every_answer_can_be_made(form: str, tell: Tell, tmp_path: Path) -> None:
    for days in (7, 30):
        file = tmp_path / "journal.jsonl"
        file.write_bytes(tell(**(RANDOM_RELIEF | {"days": days})).journal)
        weighing = weigh(str(file))
        (finding,) = [each for each in weighing.report.findings if each.level == "person"]
        assert finding.answer in " ".join(render(weighing, form).decode().split())
