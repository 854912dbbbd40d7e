"""The verdict rule of docs, as a table: the only one there is."""

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steelyard.findings.model import Certainty, Verdict
from steelyard.findings.verdict import certainty, verdict, verdict_on_harm

# P(relief > 0)  P(relief >= smallest change worth having)  verdict
RULE = """
    1              1        helps
    0.99           0.95     helps                  exactly .95 is enough
    0.95           0.95     helps
    0.99           0.9499   helps_a_little         relief is sure, its worth is not
    0.95           0.5      helps_a_little         exactly .95 is enough
    0.95           0.0501   helps_a_little
    0.9499         0.5      not_settled
    0.99           0.05     no_worthwhile_effect   sure relief that is surely too small to be worth having
    0.95           0.05     no_worthwhile_effect
    0.5            0.05     no_worthwhile_effect
    0.0501         0.0      no_worthwhile_effect
    0.5            0.0501   not_settled
    0.0501         0.0501   not_settled
    0.05           0.05     makes_worse            also surely not worth having: worse is said, for it says more
    0.05           0.0      makes_worse            exactly .95 is enough
    0.0            0.0      makes_worse
"""
ROWS = [line.split(maxsplit=3)[:3] for line in RULE.strip().splitlines()]


@pytest.mark.parametrize(("p_relief", "p_worthwhile", "decided"), ROWS)
def test_the_rule(p_relief: str, p_worthwhile: str, decided: Verdict) -> None:
    assert verdict(float(p_relief), float(p_worthwhile)) == decided


@pytest.mark.parametrize(("p_relief", "p_worthwhile", "decided"), ROWS)
def test_nothing_is_settled_once_a_check_bars_it(p_relief: str, p_worthwhile: str, decided: Verdict) -> None:
    assert verdict(float(p_relief), float(p_worthwhile), barred=True) == "not_settled"


def test_the_table_shows_every_verdict_that_a_posterior_can_lead_to() -> None:
    assert {row[2] for row in ROWS} == set(get_args(Verdict)) - {"not_enough_data"}


# Probabilities as float arithmetic gives them; a hair about the limits is the table's business, not this rule's.
PROBABILITY = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@given(PROBABILITY, PROBABILITY)
@example(0.95, 0.95)
@example(0.95, 0.05)
@example(0.05, 0.05)
def test_each_verdict_holds_what_it_says(one: float, other: float) -> None:
    p_worthwhile, p_relief = sorted((one, other))
    nearly = 1e-9
    holds = {
        "helps": p_worthwhile > 0.95 - nearly,
        "helps_a_little": p_relief > 0.95 - nearly and 0.05 - nearly < p_worthwhile < 0.95 + nearly,
        "no_worthwhile_effect": p_worthwhile < 0.05 + nearly,
        "makes_worse": p_relief < 0.05 + nearly,
        "not_settled": 0.05 - nearly < p_relief < 0.95 + nearly and 0.05 - nearly < p_worthwhile < 0.95 + nearly,
    }
    assert holds[verdict(p_relief, p_worthwhile)]


@given(PROBABILITY, PROBABILITY, PROBABILITY)
def test_more_relief_never_makes_a_verdict_worse(one: float, other: float, third: float) -> None:
    low, middle, high = sorted((one, other, third))
    ladder = ["makes_worse", "no_worthwhile_effect", "not_settled", "helps_a_little", "helps"]
    for weaker, stronger in (((middle, low), (high, low)), ((high, low), (high, middle))):
        rung_of_weaker, rung_of_stronger = (ladder.index(verdict(*pair)) for pair in (weaker, stronger))
        # A sure relief that is surely too small stands below "not settled", so only a worthwhile part moves up from there.
        assert rung_of_stronger >= rung_of_weaker


# decided by chance  failed checks  days  how sure
SURENESS = """
    yes  0   90  high       only chance makes an answer so sure
    yes  0   89  moderate   and time
    no   0  365  moderate   the reasons for dosing had to be estimated
    no   0   90  moderate
    no   0   89  low
    yes  1  365  very_low   whatever else speaks for it
    no   2  365  very_low
    no   1   30  very_low
"""
SURE_ROWS = [line.split()[:4] for line in SURENESS.strip().splitlines()]


@pytest.mark.parametrize(("randomised", "failed", "days", "sure"), SURE_ROWS)
def test_how_sure_an_answer_can_be(randomised: str, failed: str, days: str, sure: Certainty) -> None:
    assert certainty(randomised=randomised == "yes", failed_checks=int(failed), days=int(days)) == sure


@pytest.mark.parametrize("days", [30, 400])
def test_a_coarse_scale_is_never_more_than_low_without_chance(days: int) -> None:
    assert certainty(randomised=False, failed_checks=0, days=days, coarse=True) == "low"
    assert certainty(randomised=False, failed_checks=1, days=days, coarse=True) == "very_low"


def test_the_table_shows_every_degree_of_certainty() -> None:
    assert {row[3] for row in SURE_ROWS} == set(get_args(Certainty))


# --- whether something goes with harm

# P(worse)  P(change too small to notice)  P(better by enough)  verdict
HARM = """
    0.975     0.0       0.0    makes_worse            exactly .975 is enough: one side of a 95 % interval
    0.99      0.99      0.0    makes_worse            sure, though small: said all the same
    0.9749    0.95      0.0    no_worthwhile_effect
    0.9       0.9499    0.0    not_settled            harm worth noticing is not excluded
    0.5       0.95      0.0    no_worthwhile_effect
    0.5       0.5       0.0    not_settled
    0.0       0.0       0.975  helps
    0.025     0.5       0.5    helps_a_little
    0.0251    0.5       0.5    not_settled
    0.01      0.96      0.0    no_worthwhile_effect
"""
HARM_ROWS = [line.split(maxsplit=4)[:4] for line in HARM.strip().splitlines()]


@pytest.mark.parametrize(("p_worse", "p_between", "p_worthwhile", "decided"), HARM_ROWS)
def test_the_rule_on_harm(p_worse: str, p_between: str, p_worthwhile: str, decided: Verdict) -> None:
    assert verdict_on_harm(float(p_worse), float(p_between), float(p_worthwhile)) == decided


@given(PROBABILITY, PROBABILITY, PROBABILITY)
def test_harm_that_is_not_excluded_is_never_called_none(p_worse: float, one: float, other: float) -> None:
    """`no_worthwhile_effect` leaves less than one in twenty for all that is worth noticing, worse or better."""
    p_worthwhile, p_between = one * (1 - p_worse), other * (1 - one * (1 - p_worse))
    if verdict_on_harm(p_worse, p_between, p_worthwhile) == "no_worthwhile_effect":
        assert 1 - p_between <= 0.05 + 1e-9


def test_harm_needs_more_than_relief_to_be_called_so() -> None:
    assert verdict(0.04, 0.0) == "makes_worse" and verdict_on_harm(0.96, 0.5, 0.0) == "not_settled"
