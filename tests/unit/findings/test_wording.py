"""Every outcome has a sentence, the sentences say what the figures say, and none advises, promises, praises or diagnoses."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from steelyard.findings import wording
from steelyard.findings.assemble import assemble
from steelyard.findings.model import Certainty, Finding, Verdict, Weighing
from steelyard.nof1.checks import Outcome
from steelyard.nof1.contrasts import Interval
from steelyard.nof1.design import NotEnough, Reason
from steelyard.nof1.settle import Further
from steelyard.reports.html import html
from steelyard.reports.text import text

from .journals import dose, invented, knowledge, own, ratings, weighed

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
REASONS: tuple[Reason, ...] = get_args(Reason)
OUTCOMES = ("pain", "sleep_quality")
FURTHER = (None, Further(40, 20), Further(None, 20), Further(40, None), Further(None, None))

FORBIDDEN = {
    "advises a dose": [
        r"\b(take|try|use|(start|begin) with|stay at|stick to|limit yourself to)\b[^.]{0,30}\b(g|mg|grams?|capsules?|doses?)\b",
        r"\b(increas|rais|lower|reduc|doubl|halv|skip|adjust|cut)(e|es|ed|ing|ping|ting)?\b[^.]{0,15}\b(the|your|a|each) (\w+ )?"
        r"(dose|doses|amount|intake)\b",
        r"\b(recommended|ideal|optimal|best|safe|correct|right|sufficient) (\w+ )?(dose|dosage|amount)\b",
        r"\byou (should|must|need to|ought to|had better)\b|\bwe (recommend|advise|suggest)\b",
        r"\b(higher|lower|smaller|larger) dose\b",
    ],
    "promises": [
        r"\bguarante\w*|\bwill (help|work|relieve|cure|heal|stop|improve|get better)\b|\balways (helps|works)\b",
        r"\b(proven|proves|certainly|without (a )?doubt|definitely|no risk|risk[- ]free|harmless)\b",
    ],
    "promotes": [
        r"\b(natural|miracle|wonder|powerful|amazing|effective) (remedy|cure|drug|plant|medicine|treatment)\b",
        r"\b(buy|order|shop|vendor|brand|coupon|discount|cures?|heals?|healing)\b|\bbetter than (your )?(medicine|opioids?)\b",
    ],
    "urges to stop": [
        r"\b(stop|quit|discontinue|give up|come off|wean|taper)\b",
        r"\bcold turkey\b|\bno longer (take|need|use)\b|\bget off\b",
    ],
    "diagnoses": [
        r"\b(you|this person|he|she|they) (have|has|suffers?|are|is) (from )?(an? )?"
        r"(addict\w*|dependen\w*|depress\w*|disorder|disease|ill|sick)\b",
        r"\b(addict\w*|disorder|syndrome|diagnos\w+|dependence|withdrawal)\b",
    ],
}
# A denial ("do not stop abruptly", "diagnoses nothing") is no fault.
DENIED = re.compile(r"\b(not|never|no|nothing|without|nobody)\b", re.IGNORECASE)


def faults(said: str) -> list[str]:
    """What each sentence of a text does that no sentence may do."""
    sentences = [" ".join(part.split()) for part in re.split(r"(?<=[.!?:;])\s+", said)]
    return [
        f"{fault}: {sentence}"
        for sentence in sentences
        for fault, patterns in FORBIDDEN.items()
        if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in patterns) and not DENIED.search(sentence)
    ]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("Take 3 g in the morning.", "advises a dose"),
        ("Try two capsules first.", "advises a dose"),
        ("It helps. You should keep going.", "advises a dose"),
        ("Reducing the dose makes sense.", "advises a dose"),
        ("The optimal dose is 4 g.", "advises a dose"),
        ("A higher dose relieves more.", "advises a dose"),
        ("It will help.", "promises"),
        ("That it helps is proven.", "promises"),
        ("A natural remedy.", "promotes"),
        ("It cures pain.", "promotes"),
        ("It makes things worse: stop it.", "urges to stop"),
        ("It is time to come off it.", "urges to stop"),
        ("You are dependent on it.", "diagnoses"),
        ("This looks like a withdrawal.", "diagnoses"),
    ],
)
def test_a_bad_sentence_is_caught(said: str, fault: str) -> None:
    assert fault in {found.split(":")[0] for found in faults(said)}


@pytest.mark.parametrize(
    "said",
    [
        "Do not stop or cut down abruptly because of it; talk with a clinician first.",
        "It diagnoses nothing and advises no dose.",
        "At the peak of a usual dose (3 g) pain is between 0.7 and 1.3 points better.",
    ],
)
def test_an_honest_sentence_passes(said: str) -> None:
    assert faults(said) == []


# --- every sentence there is


def constants() -> Iterator[str]:
    """Texts and tables of texts that the module holds."""
    for name, value in vars(wording).items():
        if name.isupper():
            yield from [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else ()


def refusals(reason: Reason, outcome: str, ratings_: int = 12) -> tuple[str, str]:
    return wording.refusal(NotEnough(reason, ratings_, 7, 9, have=4, need=31, cause="coffee"), "kratom", outcome)


def checks() -> Iterator[str]:
    for name, passed, value in product(wording.CHECK, (True, False), (-2.5, 0.91, 3.5)):
        yield wording.check(Outcome(name, passed, value, -2.0, 2.0))


def answers(outcome: str, worse_is_up: bool) -> Iterator[str]:
    intervals = [Interval(-2.0, -2.6, -1.4), Interval(0.1, -0.3, 0.5), Interval(1.0, 0.6, 1.4), Interval(0.0, 0.0, 0.0)]
    for decided, interval, smallest in product(VERDICTS, intervals, (1.0, 0.6)):
        for when in (wording.at_dose(3.0, "g"), wording.AFTER_SESSION):
            yield wording.answer(decided, interval, when, outcome, smallest, worse_is_up)


def drivers() -> Iterator[str]:
    slopes = [Interval(0.5, 0.3, 0.7), Interval(0.1, -0.2, 0.4), Interval(-0.5, -0.8, -0.2)]
    for felt, recorded, outcome in product(slopes, (0.0, 0.4, 0.9, -0.4), OUTCOMES):
        yield wording.driver(felt, recorded, outcome)


def settling() -> Iterator[str]:
    for decided, more, sure in product(VERDICTS, FURTHER, CERTAINTIES):
        yield wording.settle(decided, more, sure)


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Weighing]:
    """Diaries that end in differing answers, refused and weighed, for pain and where more is better."""
    by_chance = [dose(hour) for hour in (9, 33, 50, 77, 99, 110, 150, 171, 200, 222, 260, 290, 310)]
    plans: dict[str, dict[str, Any]] = {
        "relief": {},
        "felt": {"driver": "felt", "effect": -1.0},
        "none": {"effect": 0.0, "days": 120},
        "harm": {"effect": 2.0, "days": 100},
        "short": {"days": 5},
        "periods": {"random_off_days": 0.3, "driver": "felt"},
    }
    made = {name: assemble(invented(**plan), [], knowledge(), sha256="") for name, plan in plans.items()}
    made["mood"] = weighed(*ratings(range(8, 320, 6), "mood"), *by_chance)
    made["nothing there"] = weighed(substance="kratom", outcome="sleep_quality")
    made["levels"] = weighed(*[rated | {"value": 2} for rated in ratings(range(8, 320, 6), "constipation")], *by_chance)
    return made


def test_no_sentence_of_this_module_oversteps() -> None:
    said = [*constants(), *checks(), *drivers(), *settling(), *(wording.question("kratom", outcome) for outcome in OUTCOMES)]
    said += [sentence for reason, outcome in product(REASONS, OUTCOMES) for sentence in refusals(reason, outcome)]
    said += [*answers("pain", True), *answers("sleep_quality", False)]
    assert len(said) > 100
    assert [fault for sentence in said for fault in faults(sentence)] == []


def of_this_person(weighing: Weighing) -> Weighing:
    """The answers drawn from the diary alone, without what studies say and what stands around."""
    return replace(weighing, report=replace(weighing.report, findings=own(weighing), sections=(), references=()))


def beyond_naming(said: str) -> list[str]:
    """Faults but two: what studies say, and signs to look out for, may name dependence and withdrawal; a question advises nothing."""
    return [fault for fault in faults(said) if not fault.startswith("diagnoses") and not fault.endswith("?")]


def test_no_rendered_answer_oversteps(scenarios: dict[str, Weighing]) -> None:
    verdicts = {finding.verdict for each in scenarios.values() for finding in each.report.findings}
    assert len(verdicts) >= 4, "the scenarios end differently"
    assert {name: found for name, each in scenarios.items() if (found := faults(text(of_this_person(each))))} == {}
    assert {name: found for name, each in scenarios.items() if (found := beyond_naming(text(each)))} == {}


def test_no_rendered_page_oversteps(scenarios: dict[str, Weighing]) -> None:
    for page, found in ((html(of_this_person(scenarios["relief"])), faults), (html(scenarios["relief"]), beyond_naming)):
        body = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
        said = re.sub(r"<[^>]+>", ". ", body)
        assert "kratom" in said
        assert found(said) == []


def test_every_answer_says_that_it_is_no_reason_to_stop_abruptly(scenarios: dict[str, Weighing]) -> None:
    for each in scenarios.values():
        assert "Do not stop or cut down abruptly" in " ".join(text(each).split())


# --- every outcome has a sentence


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_reason_for_a_refusal_has_its_sentences(reason: Reason, outcome: str) -> None:
    said, enough = refusals(reason, outcome)
    for sentence in (said, enough):
        assert sentence[0].isupper() and sentence.endswith(".")
        assert "_" not in sentence and len(sentence.split()) > 3


def test_no_two_refusals_sound_alike() -> None:
    assert len({refusals(reason, "pain")[0] for reason in REASONS}) == len(REASONS)


@pytest.mark.parametrize("reason", ["too_few_ratings", "too_few_doses", "too_few_days"])
def test_a_refusal_for_too_little_says_how_much_there_is_and_how_much_would_do(reason: Reason) -> None:
    said, enough = refusals(reason, "pain")
    assert "4" in said and "31" in enough


def test_a_taper_is_told_what_hides_its_effect() -> None:
    said, enough = refusals("dose_only_falls_with_time", "pain")
    assert "cannot be told apart" in said and "time" in said
    assert "clinician" in enough, "nothing about a dose is to be changed alone"


@pytest.mark.parametrize("decided", [verdict for verdict in VERDICTS if verdict != "not_enough_data"])
def test_every_verdict_has_a_sentence_with_the_figures_in_it(decided: Verdict) -> None:
    said = wording.answer(decided, Interval(-1.0, -1.3, -0.7), wording.at_dose(2.5, "g"), "pain_interference", 1.0, True)
    assert "pain interference" in said and "2.5 g" in said
    assert "0.7" in said and "1.3" in said
    assert said.endswith(".")


def test_no_two_verdicts_sound_alike() -> None:
    said = [wording.answer(each, Interval(-1.0, -1.3, -0.7), "3 g", "pain", 1.0, True).split(":")[0] for each in VERDICTS]
    assert len(set(said)) == len(VERDICTS)


@pytest.mark.parametrize(
    ("low", "high", "worse_is_up", "expected"),
    [
        (-1.3, -0.7, True, "between 0.7 and 1.3 points better"),
        (0.7, 1.3, True, "between 0.7 and 1.3 points worse"),
        (0.7, 1.3, False, "between 0.7 and 1.3 points better"),
        (-1.3, -0.7, False, "between 0.7 and 1.3 points worse"),
        (-0.4, 1.2, True, "from 1.2 points worse to 0.4 points better"),
        (-0.4, 1.2, False, "from 0.4 points worse to 1.2 points better"),
    ],
)
def test_better_is_what_the_scale_calls_better(low: float, high: float, worse_is_up: bool, expected: str) -> None:
    said = wording.answer("not_settled", Interval((low + high) / 2, low, high), "3 g", "pain", 1.0, worse_is_up)
    assert expected in said


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "1.0"), (-0.75, "0.8"), (0.1, "0.1"), (0.09, "0.09"), (-0.031, "0.03"), (12.34, "12.3")]
)
def test_points_have_the_digits_a_person_can_use(value: float, shown: str) -> None:
    assert wording.points(value) == shown


def test_every_check_that_is_made_has_a_name_and_a_sentence_for_either_outcome(scenarios: dict[str, Weighing]) -> None:
    made = {check.name for each in scenarios.values() for finding in each.report.findings for check in finding.checks}
    assert len(made) >= 7 and made <= set(wording.CHECK.values())
    for name in wording.CHECK:
        good, bad = (wording.check(Outcome(name, passed, 0.5, 0.0, 1.0)) for passed in (True, False))
        assert good.endswith(".") and bad.endswith(".") and good != bad


def test_a_half_life_out_of_range_says_on_which_side() -> None:
    short, long = (wording.check(Outcome("half_life", False, z, -2.0, 2.0)) for z in (-3.0, 3.0))
    assert "shorter" in short and "longer" in long


def test_an_unsettled_answer_says_how_long_it_would_take_and_a_hopeless_one_does_not() -> None:
    assert "40" in wording.settle("not_settled", Further(40, None), "low")
    assert "20" in wording.settle("not_settled", Further(None, 20), "low")
    assert not re.search(r"\d", wording.settle("not_settled", Further(None, None), "low"))


def test_days_without_a_dose_are_never_mentioned_without_a_clinician() -> None:
    for said in settling():
        assert "dose-free" not in said or "clinician" in said


@pytest.mark.parametrize("decided", VERDICTS)
@pytest.mark.parametrize("sure", CERTAINTIES)
def test_there_is_always_something_that_would_settle_it(decided: Verdict, sure: Certainty) -> None:
    assert all(wording.settle(decided, more, sure).endswith(".") for more in FURTHER)


@pytest.mark.parametrize(
    ("felt", "recorded", "expected"),
    [
        (Interval(0.5, 0.3, 0.7), 0.0, "felt"),
        (Interval(0.0, -0.2, 0.2), 0.5, "written down"),
        (Interval(0.0, -0.2, 0.2), 0.0, "not visibly"),
        (Interval(-0.5, -0.8, -0.2), 0.0, "lower"),
    ],
)
def test_why_doses_were_taken_is_told_as_estimated(felt: Interval, recorded: float, expected: str) -> None:
    said = wording.driver(felt, recorded, "sleep_quality")
    assert expected in said and "sleep quality" in said and said.endswith(".")


def said_of(finding: Finding) -> str:
    return " ".join(
        [finding.question, finding.answer, finding.settle, *finding.reasons, *(each.assumes for each in finding.estimators)]
    )


def test_a_diary_of_mood_is_not_told_about_pain(scenarios: dict[str, Weighing]) -> None:
    (finding,) = own(scenarios["mood"])
    assert "pain" not in said_of(finding)


@pytest.mark.parametrize(("have", "said"), [(1, "There is only 1 rating of pain"), (9, "There are only 9 ratings of pain")])
def test_one_is_told_as_one(have: int, said: str) -> None:
    assert wording.refusal(NotEnough("too_few_ratings", have, 7, 9, have=have, need=31), "kratom", "pain")[0].startswith(said)
