"""The course of a rebound against a convolution, and rebounds put into invented diaries against none."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.nof1 import contrasts, rebound
from steelyard.nof1.fit import Fit
from steelyard.nof1.integrate import Points
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.plan import Plan
from steelyard.nof1.response import Response, by_response
from steelyard.nof1.truth import Truth

from ...diaries import ABSORPTION_H, PRIORS, diary_of, handmade, invented

Array = NDArray[np.float64]
HALF_LIFE = 4.0
WORLD = {"effect_half_life_h": HALF_LIFE, "doses_per_day": 1.3}


def convolution(hours: Array) -> Array:
    """A compartment filled by absorption, emptied into the next with the effect, and that emptied slower, in steps of half a minute."""
    step = 1 / 120
    at = np.arange(0, hours.max() + step, step)
    one, two, three = (0.5 ** (at / h) for h in (ABSORPTION_H, HALF_LIFE, rebound.LATER * HALF_LIFE))
    n = 1 << int(np.ceil(np.log2(3 * len(at))))
    product = np.fft.rfft(one, n) * np.fft.rfft(two, n) * np.fft.rfft(three, n)
    third = np.fft.irfft(product, n)[: len(at)]
    return np.asarray(np.interp(hours, at, third / third.max()))


def fitted(effect: float, after: float, points: int = 2) -> Fit:
    """A joint fit of equal points, half-life 4 h and no slow part, with a known effect and rebound."""
    psi = np.zeros((points, 9))
    psi[:, 5] = -60.0
    mean = np.tile([effect, 0.0, after], (points, 1))
    cov = np.tile(np.diag([0.04, 0.01, 0.09]), (points, 1, 1))
    found = Points(psi, np.full(points, 1 / points), mean, cov, float(points), 0.0, psi[0], np.eye(9))
    return Fit(
        "joint", found, ("effect", "drift", rebound.NAME), np.full(points, HALF_LIFE), np.tile([0.5, 0.0, 0.0], (points, 1))
    )


@cache
def read(share: float, seed: int) -> tuple[Truth, Fit, Response]:
    diary, truth = invented(Plan(days=120, seed=seed, rebound=share, rebound_half_life_h=10.0, **WORLD))  # type: ignore[arg-type]
    joint = fit_joint(diary, PRIORS)
    return truth, joint, by_response(diary, PRIORS, joint)


# --- its course


def test_the_course_is_that_of_a_compartment_fed_by_what_the_effect_loses() -> None:
    hours = np.arange(0.0, 72.0, 0.5)
    assert rebound.after_one_dose(handmade(), HALF_LIFE, hours) == pytest.approx(convolution(hours), abs=0.01)


def test_it_comes_when_the_effect_has_mostly_gone() -> None:
    hours = np.arange(0.0, 96.0, 0.1)
    later = rebound.after_one_dose(handmade(), HALF_LIFE, hours)
    own = handmade().one_dose(hours, np.array([HALF_LIFE]))[0]
    assert later.max() == pytest.approx(1.0, abs=1e-3)
    assert later[own.argmax()] < 0.35
    assert own[later.argmax()] < 0.5


def test_the_column_is_the_sum_over_doses() -> None:
    diary = diary_of(np.arange(1.0, 60.0, 3.0), np.zeros(20), np.array([2.0, 20.0]), np.array([1.0, 2.0]))
    (column,) = rebound.with_rebound(diary, HALF_LIFE).known
    since = [np.maximum(diary.rating_h - at, 0.0) for at in (2.0, 20.0)]
    want = sum(dose * rebound.after_one_dose(diary, HALF_LIFE, after) for dose, after in zip((1.0, 2.0), since, strict=True))
    assert column.at(diary.rating_h) == pytest.approx(want, abs=1e-9)


def test_late_ratings_are_those_after_three_half_lives_of_the_last_dose() -> None:
    diary = diary_of(np.array([1.0, 10.0, 23.0, 25.0, 29.0, 45.0]), np.zeros(6), np.array([10.5, 26.0]), np.ones(2))
    assert rebound.late_ratings(diary, 4.0) == 3  # 12.5, 14.5 and 19 h after a dose; none before the first
    assert rebound.late_ratings(diary, 4.5) == 2
    assert rebound.late_ratings(diary, 10.0) == 0


# --- what is read off


def test_the_peak_is_that_of_effect_and_rebound_together() -> None:
    diary = rebound.with_rebound(handmade(), HALF_LIFE)
    got = rebound.read_off(fitted(-1.0, 0.6), diary, HALF_LIFE)
    hours = np.arange(0.0, 40.0, 0.01)
    together = -handmade().one_dose(hours, np.array([HALF_LIFE]))[0] + 0.6 * convolution(hours)
    assert got.effect.value == pytest.approx(together.min(), abs=0.005)
    assert got.effect.spread < np.sqrt(0.04 + 0.09)


def test_on_average_the_rebound_is_taken_in() -> None:
    diary = rebound.with_rebound(handmade(), HALF_LIFE)
    got = contrasts.as_taken(rebound.read_off(fitted(-1.0, 0.6), diary, HALF_LIFE))
    assert got.value == pytest.approx(-0.5 + 0.6 * diary.known[-1].at(diary.rating_h).mean())


@pytest.mark.parametrize("sign", [1, -1])
def test_its_height_is_the_greatest_change_the_other_way(sign: int) -> None:
    diary = rebound.with_rebound(handmade(), HALF_LIFE)
    got = rebound.greatest(fitted(sign * -1.0, sign * 0.6), diary, HALF_LIFE)
    hours = np.arange(0.0, 90.0, 0.01)
    together = -handmade().one_dose(hours, np.array([HALF_LIFE]))[0] + 0.6 * convolution(hours)
    assert got.value == pytest.approx(sign * together.max(), abs=0.005)


def test_where_the_change_goes_on_in_the_same_direction_there_is_no_height() -> None:
    diary = rebound.with_rebound(handmade(), HALF_LIFE)
    assert rebound.greatest(fitted(-1.0, -0.2), diary, HALF_LIFE).value == pytest.approx(0.0, abs=1e-6)


# --- invented diaries


@pytest.mark.parametrize("seed", [1, 4])
def test_a_rebound_is_found_and_the_change_on_average_with_it(seed: int) -> None:
    truth, joint, got = read(0.6, seed)
    assert got.rebounds is not None and got.rebounds > 3
    best = got.best
    assert best.rebound_h is not None and truth.rebound is not None and truth.as_taken is not None
    height = contrasts.interval(rebound.greatest(best.fit, best.diary, best.rebound_h))
    assert height.low > 0 and abs(height.value - truth.rebound) < 0.75 * (height.high - height.low)  # three posterior spreads
    without, taken = contrasts.as_taken(joint), contrasts.as_taken(got.fit)
    assert without.quantile(0.975) < 0 < truth.as_taken  # left out, more pain on average looks like less
    assert abs(taken.value - truth.as_taken) < 3 * taken.spread


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_rebound_none_is_preferred(seed: int) -> None:
    _, _, got = read(0.0, seed)
    assert got.rebounds is not None and got.rebounds < 3
    assert got.best.rebound_h is None


def test_with_no_gap_between_doses_it_is_not_asked() -> None:
    diary, _ = invented(Plan(days=60, seed=0, doses_per_day=3.0))
    got = by_response(diary, PRIORS, fit_joint(diary, PRIORS))
    assert got.rebounds is None and all(r.rebound_h is None for r in got.readings)
    assert rebound.late_ratings(diary, 8.0) < rebound.FEWEST_LATE


def test_hours_above_half_are_those_of_the_change_as_it_is() -> None:
    diary = handmade()
    _, _, got = read(0.6, 1)
    read_so = replace(
        got.best, diary=rebound.with_rebound(diary, HALF_LIFE), rebound_h=HALF_LIFE, fit=fitted(-1.0, 0.6), chance=1.0
    )
    hours = np.arange(0.0, 40.0, 0.01)
    together = diary.one_dose(hours, np.array([HALF_LIFE]))[0] - 0.6 * convolution(hours)
    want = float((together >= together.max() / 2).sum() * 0.01)
    assert Response((read_so,), 1.0, 1.0, diary.one_dose).duration(1.0).value == pytest.approx(want, abs=0.1)
