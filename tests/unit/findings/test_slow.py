"""Slow outcomes from a journal: which way they go, what is refused and why, and what is said."""

import re
from functools import cache
from typing import get_args

import numpy as np
import pytest

from steelyard.findings import slow_wording as wording
from steelyard.findings.model import Finding
from steelyard.findings.slow_diary import MOST_CAUSES, lab_tests, prepare_slow, target_of
from steelyard.nof1.slow_design import SlowReason, SlowRefusal
from steelyard.records.model import Scale
from steelyard.reports.html import html
from steelyard.reports.text import text

from .journals import Line, at, dose, journal, knowledge, rating, weighed
from .journals import findings as all_findings

HAIR = knowledge().scales["hair_shed_60s"]


def findings(*lines: Line, **asked: str) -> list[Finding]:
    """What this person's own journal says; what is published stands beside it and is tested elsewhere."""
    return [finding for finding in all_findings(*lines, **asked) if finding.level == "person"]


def triangle(lag: int) -> np.ndarray:
    day = np.arange(2 * lag + 1)
    return np.maximum(1 - np.abs(day - lag) / lag, 0) / lag


def taken(days: int, turn: int = 200, lead: int = 60) -> np.ndarray:
    """1 on days with two doses: nothing at first, then by turns."""
    day = np.arange(days)
    return ((day >= lead) & ((day - lead) // turn % 2 == 0)).astype(float)


def doses(amount: np.ndarray, grams: float = 3.0) -> list[Line]:
    return [dose(24 * int(d) + hour, grams) for d in np.flatnonzero(amount) for hour in (9, 19)]


def counts(amount: np.ndarray, effect: float, every: int = 4, seed: int = 1, mean: float = 20) -> list[Line]:
    """Hairs counted at eight in the morning, the logarithm of their mean moved by `effect` about 70 days after taking."""
    rng = np.random.default_rng(seed)
    felt = np.convolve(amount, triangle(70))[: len(amount)]
    days = range(3, len(amount), every)
    return [rating(24 * d + 8, float(rng.poisson(mean * np.exp(effect * felt[d]))), "hair_shed_60s") for d in days]


def results(test: str, values: list[float], every: int = 30, unit: str = "U/L", start: int = 5) -> list[Line]:
    rows = enumerate(values)
    return [{"record": "lab", "time": at(24 * (start + every * n) + 8), "test": test, "value": v, "unit": unit} for n, v in rows]


@cache
def hair(effect: float, days: int = 800) -> Finding:
    amount = taken(days)
    (finding,) = findings(*doses(amount), *counts(amount, effect))
    return finding


def test_hair_that_falls_more_months_later_is_seen() -> None:
    finding = hair(0.8)
    assert finding.id == "person.harm.kratom.hair_shed_60s"
    assert finding.question == "Does kratom go with more hair shedding?"
    assert finding.verdict == "makes_worse" and finding.about == "harm"
    sustained, lag = finding.contrasts
    assert sustained.low < 20 * (np.exp(0.8) - 1) < sustained.high, "the truth, in hairs"
    assert sustained.unit == "hairs" and sustained.low > 0
    assert lag.unit == "weeks" and lag.low <= 10 <= lag.high
    assert "cause" in finding.answer


def test_hair_that_falls_less_is_no_harm() -> None:
    finding = hair(-0.8)
    assert finding.verdict in ("helps", "helps_a_little")
    assert finding.contrasts[0].high < 0


def test_no_effect_is_never_called_harm_and_is_told_what_would_be_enough() -> None:
    finding = hair(0.0)
    assert finding.verdict in ("no_worthwhile_effect", "not_settled")
    assert [c.name for c in finding.contrasts] == ["sustained"], "without a direction no lag is shown"
    assert bool(finding.settle) == (finding.verdict == "not_settled")


def test_an_answer_is_never_surer_than_low_and_says_why() -> None:
    for effect in (0.8, 0.0):
        assert hair(effect).certainty == "low"
        assert wording.REASONS["months"] in hair(effect).reasons
        assert any("No primary report" in reason for reason in hair(effect).reasons), "what is published is said beside it"


def test_the_plain_comparison_stands_beside_it() -> None:
    raw, ours = hair(0.8).estimators
    assert (raw.name, ours.name, ours.headline) == ("raw", "ignorable", True)
    assert ours.value == hair(0.8).contrasts[0].value
    assert raw.high - raw.low < ours.high - ours.low


def test_the_amount_shown_is_that_of_the_month_of_most_use() -> None:
    shown = hair(0.8).contrasts[0].dose
    assert shown is not None and (shown.amount, shown.unit) == (6.0, "g a day")


# --- refusals


def refused(*lines: Line, **asked: str) -> Finding:
    (finding,) = findings(*lines, **asked)
    assert finding.verdict == "not_enough_data" and finding.certainty == "very_low"
    assert finding.contrasts == () and finding.estimators == ()
    assert finding.settle.endswith(".") and finding.answer.endswith(".")
    return finding


def test_hair_counted_weekly_for_three_months_is_refused_with_what_would_be_enough() -> None:
    amount = np.ones(90)
    finding = refused(*doses(amount), *counts(amount, 0.0, every=7))
    assert finding.refused == "exposure_never_changed"
    assert re.search(r"about \d+ weeks", finding.settle)


def test_what_began_before_the_journal_and_never_changed_cannot_be_told_from_time() -> None:
    amount = np.ones(500)
    finding = refused(*doses(amount), *counts(amount, 0.0))
    assert finding.refused == "exposure_never_changed" and "every month" in finding.answer
    assert wording.REASONS["before"] in finding.reasons


def test_a_few_counts_are_too_few() -> None:
    amount = taken(400)
    assert refused(*doses(amount), *counts(amount, 0.0, every=100)).refused == "too_few_readings"


def test_skin_takes_years() -> None:
    amount = taken(300)
    scale: Line = {"record": "scale", "id": "pigment", "family": "bounded", "low": 0, "high": 10, "worse_is_up": True}
    readings = [rating(24 * d + 8, 3 + d % 3, "pigment") for d in range(2, 300, 7)]
    finding = refused(scale, *doses(amount), *readings)
    assert finding.refused == "span_shorter_than_lag" and "years" in finding.answer
    assert "More than can sensibly be asked for" in finding.settle


def test_without_doses_it_says_so() -> None:
    finding = refused(*counts(np.ones(300), 0.0), substance="kratom")
    assert finding.refused == "no_amounts" and finding.settle == wording.NO_AMOUNTS


def test_an_outcome_that_was_never_read_is_told_so() -> None:
    assert refused(*doses(taken(300)), outcome="hair_shed_60s").refused == "no_readings"
    assert refused(*doses(taken(300)), outcome="ferritin").refused == "no_readings"


# --- laboratory tests

MONTHLY = taken(900, turn=120)


def liver(effect: float, seed: int = 2) -> list[Line]:
    rng = np.random.default_rng(seed)
    felt = np.convolve(MONTHLY, triangle(22))[: len(MONTHLY)]
    values = [round(float(25 * np.exp(effect * felt[d] + rng.normal(0, 0.15))), 1) for d in range(5, 900, 15)]
    return results("ALT", values, every=15)


def test_a_liver_test_that_follows_what_is_taken_is_seen() -> None:
    pain = [rating(8, 5), rating(20, 5)]
    found = {f.id: f for f in findings(*doses(MONTHLY), *liver(0.7), *pain)}
    finding = found["person.harm.kratom.alt"]
    assert finding.question == "Does kratom go with higher ALT?"
    assert finding.verdict == "makes_worse"
    assert finding.contrasts[0].low < 25 * (np.exp(0.7) - 1) < finding.contrasts[0].high
    assert finding.contrasts[0].unit == "U/L"
    assert next(iter(found)) == "person.relief.kratom.pain", "scales first, laboratory tests after"


def test_fewer_than_two_results_are_no_question_unless_asked() -> None:
    given = [*doses(MONTHLY[:100]), rating(8, 5), *results("alt", [20.0], start=70), *results("sodium", [140.0] * 9)]
    assert [f.subject.outcome for f in findings(*given)] == ["pain"]
    (asked,) = findings(*given, outcome="ALT")
    assert asked.id == "person.harm.kratom.alt" and asked.refused == "too_few_readings"
    assert lab_tests(journal(*given, *results("ferritin", [50, 40])), knowledge()) == ["ferritin"]


def test_results_in_another_unit_are_left_out_and_counted() -> None:
    given = journal(
        *doses(MONTHLY), *results("ferritin", [50, 40, 45], unit="ug/L"), *results("ferritin", [9.0], unit="nmol/L", start=300)
    )
    target = target_of(given, Scale(id="ferritin", family="count", worse_is_up=True), knowledge())
    assert (len(target.values), target.left_out) == (3, 1)
    assert target.worse_is_up is False and target.least == pytest.approx(0.3 * 45)


# --- from a journal to arrays


def hair_target(*lines: Line) -> object:
    return target_of(journal(*lines), HAIR, knowledge())


def test_amounts_are_added_up_by_day_and_shared_by_the_month_of_most_use() -> None:
    lines = [*doses(taken(200, turn=60, lead=20)), *counts(np.ones(200), 0.0)]
    prepared = prepare_slow(journal(*lines), "Kratom", target_of(journal(*lines), HAIR, knowledge()), knowledge())
    diary = prepared.diary
    assert prepared.reference == pytest.approx(6.0)
    assert set(np.round(diary.amount, 9)) == {0.0, 1.0}
    first = 20 - 3  # the first count is on day 3, where the record begins
    assert diary.amount[first - 1] == 0 and diary.amount[first] == pytest.approx(1)
    assert diary.at_d[0] == pytest.approx(8 / 24) and len(diary.amount) == int(diary.at_d[-1]) + 1
    assert not diary.unknown_before, "17 days of journal before the first dose"


@pytest.mark.parametrize(("lead", "unknown"), [(13, True), (14, False)])
def test_two_weeks_of_journal_before_the_first_dose_mean_nothing_was_taken_before(lead: int, unknown: bool) -> None:
    lines = [rating(8, 10, "hair_shed_60s"), rating(24 * 200, 9, "hair_shed_60s"), *doses(taken(200, lead=lead))]
    prepared = prepare_slow(journal(*lines), "kratom", target_of(journal(*lines), HAIR, knowledge()), knowledge())
    assert prepared.diary.unknown_before is unknown


def test_an_unknown_amount_is_the_usual_one_and_never_zero() -> None:
    lines = [
        rating(8, 10, "hair_shed_60s"),
        rating(24 * 60, 9, "hair_shed_60s"),
        *[dose(24 * d + 9, None if d == 30 else 2.0) for d in range(60)],
    ]
    prepared = prepare_slow(journal(*lines), "kratom", target_of(journal(*lines), HAIR, knowledge()), knowledge())
    assert prepared.diary.amount[30] == prepared.diary.amount[29] > 0


def test_results_older_than_the_journal_are_left_out_and_counted() -> None:
    lines = [*doses(taken(100)), rating(9, 5), *results("alt", [20, 21, 22], start=-40)]
    given = journal(*lines)
    prepared = prepare_slow(
        given, "kratom", target_of(given, Scale(id="alt", family="count", worse_is_up=True), knowledge()), knowledge()
    )
    assert prepared.early == 2 and len(prepared.diary.value) == 1


def test_other_causes_are_those_written_down_most_and_only_a_few() -> None:
    sun = [
        {"record": "context", "time": at(24 * d + 12), "kind": "sun_exposure", "value": 30, "unit": "min"}
        for d in range(0, 200, 2)
    ]
    rare = [
        {"record": "context", "time": at(24 * d), "kind": kind}
        for d, kind in enumerate(("illness", "stress", "surgery", "menses"), 5)
    ]
    coffee = [dose(24 * d + 7, 1.0, "capsule", "coffee") for d in range(0, 200, 3)]
    lines = [*doses(taken(200)), *counts(np.ones(200), 0.0), *sun, *rare, *coffee]
    prepared = prepare_slow(journal(*lines), "kratom", target_of(journal(*lines), HAIR, knowledge()), knowledge())
    names = [cause.name for cause in prepared.diary.causes]
    assert names[:2] == ["sun_exposure", "coffee"] and len(names) == MOST_CAUSES
    assert prepared.diary.causes[0].daily.max() == 30


# --- words


def test_every_refusal_has_its_sentence() -> None:
    for reason in get_args(SlowReason):
        said = wording.refusal(SlowRefusal(reason, have=40, need=900, cause="coffee"), "kratom", "hair shedding")
        assert said.endswith(".")
        assert "kratom" in said or "hair shedding" in said


@pytest.mark.parametrize(
    ("outcome", "worse_is_up", "said"),
    [
        ("hair_shed_60s", True, "more hair shedding"),
        ("alt", True, "higher ALT"),
        ("ferritin", False, "lower ferritin"),
        ("vitamin_b12", False, "lower vitamin B12"),
        ("pigment", True, "more pigment"),
    ],
)
def test_getting_worse_in_words(outcome: str, worse_is_up: bool, said: str) -> None:
    assert wording.worsening(outcome, worse_is_up) == said


def test_a_change_of_the_amount_is_never_asked_for() -> None:
    """What data would need is named with the words that only a clinician can say whether it is safe."""
    amount = np.ones(200)
    said = refused(*doses(amount), *counts(amount, 0.0)).settle
    if "by turns" in said:
        assert "Only a clinician can say whether such a change is safe, and this question is no reason for one." in said


@pytest.mark.parametrize("effect", [0.8, 0.0])
def test_text_and_page_can_show_it(effect: float) -> None:
    amount = taken(800)
    weighing = weighed(*doses(amount), *counts(amount, effect))
    terminal, page = " ".join(text(weighing).split()), html(weighing)
    for said in (terminal, page):
        assert "Does kratom go with more hair shedding?" in said
        assert "Chance of any change for the worse" in said and "Chance of any relief" not in said
    assert ("GOES WITH HARM" in terminal) == (effect > 0)
