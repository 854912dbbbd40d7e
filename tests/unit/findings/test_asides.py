"""Questions beside the main one: what is said, from readings made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.findings.asides import asides
from steelyard.findings.assemble import assemble
from steelyard.findings.model import Amount, Aside, Contrast
from steelyard.nof1 import rebound
from steelyard.nof1.fit import Fit
from steelyard.nof1.integrate import Points
from steelyard.nof1.model import Diary
from steelyard.nof1.response import Reading, Response, levelling

from ...diaries import handmade
from .journals import invented, knowledge

USUAL = Amount(3.0, "g")
NAMES = ("effect", "drift", rebound.NAME)


def fit(effect: float = -1.0, sd: float = 0.1, drift: float = 0.0, drift_sd: float = 0.1, after: float = 0.0) -> Fit:
    psi = np.zeros((1, 9))
    psi[:, 5] = -60.0
    cov = np.diag([sd**2, drift_sd**2, 0.05**2])[None]
    points = Points(psi, np.ones(1), np.array([[effect, drift, after]]), cov, 1.0, 0.0, psi[0], np.eye(9))
    return Fit("joint", points, NAMES, np.array([4.0]), np.array([[0.5, 0.0, 0.0]]))


def sized(*amounts: float) -> Diary:
    """A diary in which each amount, in usual doses, was taken as often as any other."""
    diary = handmade()
    return replace(diary, dose=np.resize(amounts, len(diary.dose_h)))


def response(
    found: Fit,
    levels_off: float | None = 0.1,
    rebounds: float | None = None,
    diary: Diary | None = None,
    half: float | None = None,
) -> Response:
    plain = diary or sized(0.5, 1.0, 2.0)
    read = rebound.with_rebound(plain, 4.0) if rebounds and rebounds > 3 else plain
    read = read if half is None else levelling(read, half)
    reading = Reading(half, 4.0 if rebounds and rebounds > 3 else None, read, found, 1.0)
    return Response((reading,), levels_off, rebounds, plain.one_dose)


def asked(given: Response) -> dict[str, Aside]:
    return {each.name: each for each in asides(given, "pain", USUAL, given.fit.effect, "points")[0]}


def figures(given: Response) -> list[Contrast]:
    return list(asides(given, "pain", USUAL, given.fit.effect, "points")[1])


# --- does more do more


@pytest.mark.parametrize(
    ("factor", "said"),
    [(20.0, "levels off. The data prefer this to an effect in proportion by about 20 to 1"), (0.1, "In proportion. The data prefer this"),
     (2.9, "cannot tell"), (0.34, "cannot tell"), (5e4, "more than 1000 to 1")],
)  # fmt: skip
def test_a_bayes_factor_is_put_in_words(factor: float, said: str) -> None:
    more = asked(response(fit(), factor))["more"]
    assert said in more.answer
    assert more.bayes_factor == factor and more.refused == ""


def test_preferring_proportion_is_told_by_how_much() -> None:
    assert "by about 10 to 1" in asked(response(fit(), 0.1))["more"].answer


def test_the_amounts_compared_are_named_in_the_persons_unit() -> None:
    assert "Doses of 1.5 to 6 g" in asked(response(fit(), 0.1))["more"].answer


def test_doses_of_one_size_cannot_tell() -> None:
    more = asked(response(fit(), 0.1, diary=sized(1.0)))["more"]
    assert more.refused == "doses_alike" and "all doses were about the same" in more.answer.lower()
    assert more.bayes_factor is None


def test_without_a_sure_effect_neither_more_nor_less_is_told_of() -> None:
    given = response(fit(effect=-0.1, sd=0.2), 20.0)
    told = asked(given)
    assert told["more"].refused == told["wearing_out"].refused == "no_sure_effect"
    assert figures(given) == []


def test_relief_is_given_for_each_amount_taken() -> None:
    got = figures(response(fit(-1.0, 0.1), 0.1))
    assert [(c.name, c.dose, round(c.value, 6)) for c in got] == [
        ("peak_of_size", Amount(1.5, "g"), -0.5),
        ("peak_of_size", Amount(3.0, "g"), -1.0),
        ("peak_of_size", Amount(6.0, "g"), -2.0),
    ]
    assert got[2].high - got[2].low == pytest.approx(2 * 1.96 * 0.2, rel=1e-3)


def test_where_it_levels_off_greater_amounts_do_less_than_their_share_and_last_longer() -> None:
    got = figures(response(fit(-1.0, 0.1), 20.0, half=0.5))
    relief = [c.value for c in got if c.name == "peak_of_size"]
    assert relief == pytest.approx([-0.75, -1.0, -1.2])  # x (1 + h) / (x + h) with h = 0.5
    hours = [c.value for c in got if c.name == "duration_of_size"]
    assert hours == sorted(hours) and hours[0] < hours[2]


# --- is it wearing out


@pytest.mark.parametrize(
    ("effect", "drift", "said"),
    [(-1.0, 0.3, "gets smaller by about 0.3 points"), (1.0, -0.3, "gets smaller by about 0.3 points"),
     (-1.0, -0.3, "gets greater by about 0.3 points"), (1.0, 0.3, "gets greater by about 0.3 points")],
)  # fmt: skip
def test_towards_nothing_is_wearing_out_on_either_side(effect: float, drift: float, said: str) -> None:
    assert said in asked(response(fit(effect, drift=drift)))["wearing_out"].answer


def test_an_undecided_drift_gives_both_ends() -> None:
    told = asked(response(fit(drift=0.1, drift_sd=0.1)))["wearing_out"].answer
    assert "These data cannot tell" in told and "0.3 points less" in told and "0.1 points more" in told


def test_a_drift_that_is_surely_slight_is_no_sign_of_wearing_out() -> None:
    assert asked(response(fit(drift=0.0, drift_sd=0.01)))["wearing_out"].answer.startswith("No sign of it")


# --- does it come back worse


def test_without_gaps_between_doses_nothing_is_told_of_what_comes_after() -> None:
    told = asked(response(fit(), rebounds=None))["rebound"]
    assert told.refused == "gaps_too_short" and "cannot tell" in told.answer


@pytest.mark.parametrize(("factor", "said"), [(0.1, "No sign of it."), (1.0, "These data cannot tell.")])
def test_no_rebound_is_told_from_an_undecided_one(factor: float, said: str) -> None:
    assert asked(response(fit(), rebounds=factor))["rebound"].answer == said


@pytest.mark.parametrize("sign", [1, -1])
def test_a_rebound_is_told_with_its_figure(sign: int) -> None:
    given = response(fit(sign * -1.0, after=sign * 0.8), rebounds=40.0)
    told = asked(given)["rebound"]
    (height,) = [c for c in figures(given) if c.name == "rebound"]
    assert told.answer.startswith("It looks so") and "clinician" in told.answer
    assert np.sign(height.value) == np.sign(height.low) == np.sign(height.high) == sign
    assert height.dose == USUAL


def test_what_goes_on_in_the_same_direction_is_no_rebound_however_well_it_fits() -> None:
    given = response(fit(-1.0, after=-0.5), rebounds=40.0)
    assert "looks so" not in asked(given)["rebound"].answer
    assert [c for c in figures(given) if c.name == "rebound"] == []


# --- in the whole


def test_scales_without_points_of_their_own_are_not_asked() -> None:
    assert asides(response(fit(), levels_off=None), "pain", USUAL, fit().effect, "points") == ((), ())


def test_a_finding_carries_all_three() -> None:
    found = assemble(invented(), [], knowledge(), sha256="", draw=False).report.findings
    finding = next(f for f in found if f.id == "person.relief.kratom.pain")
    assert [each.name for each in finding.asides] == ["more", "wearing_out", "rebound"]
    assert all(each.question.endswith("?") and each.answer.endswith(".") for each in finding.asides)
    assert {c.name for c in finding.contrasts} >= {"peak", "peak_of_size"}
