"""The exposure of a diary against the definition: every dose's own curve, added up one by one in more precision than the code has."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from steelyard.exposure.kinetics import effect_site, peak_time, unit_curve

Array = NDArray[np.float64]
Long = NDArray[np.longdouble]
NEAR = [0.0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
DOSE_H = np.array([3.0, 7.25, 7.25, 20.0, 31.5])
AMOUNT = np.array([1.0, 0.4, 0.0, 2.5, 1.3])
TIMES_H = np.array([0.0, 3.0, 3.01, 5.0, 7.25, 9.0, 20.0, 25.5, 31.5, 60.0])


def bateman(since: Long, fast: np.longdouble, slow: np.longdouble) -> Long:
    """`(exp(-slow t) - exp(-fast t)) / (fast - slow)` as a power series in the difference of the rates, for t >= 0.

    With m the mean of the rates and d half their difference it is exp(-m t) sinh(d t) / d, and sinh(d t) / d = t (1 + (d t)^2 / 6
    + (d t)^4 / 120 + ...): nothing cancels, however near the rates are.
    """
    mean, half = (fast + slow) / 2, (fast - slow) / 2
    term = np.ones_like(since)
    total = np.ones_like(since)
    for n in range(1, 400):
        term = term * (half * since) ** 2 / np.longdouble((2 * n) * (2 * n + 1))
        total = total + term
    return np.exp(-mean * since) * since * total


def superposition(dose_h: Array, amount: Array, times_h: Array, absorption_h: float, effect_h: float) -> Array:
    """The sum of the doses' own curves, each scaled by the greatest value of the curve of a unit dose."""
    ln2 = np.log(np.longdouble(2))
    fast, slow = ln2 / np.longdouble(absorption_h), ln2 / np.longdouble(effect_h)
    found = minimize_scalar(
        lambda t: -float(bateman(np.array([t], np.longdouble), fast, slow)[0]),
        bounds=(0.0, 3 * (absorption_h + effect_h)),
        method="bounded",
        options={"xatol": 1e-9},
    )
    since = np.subtract.outer(np.asarray(times_h, np.longdouble), np.asarray(dose_h, np.longdouble))
    each = np.where(since > 0, bateman(np.maximum(since, 0), fast, slow), 0)
    return np.asarray((each * np.asarray(amount, np.longdouble)).sum(1) / -np.longdouble(found.fun), float)


# --- against the sum of the doses


@pytest.mark.parametrize("effect_h", [0.7, 1.5, 4.0, 8.0, 24.0, 70.0])
@pytest.mark.parametrize("absorption_h", [0.1, 0.5, 2.0, 9.0])
def test_equals_the_sum_of_the_curves_of_its_doses(absorption_h: float, effect_h: float) -> None:
    times_h = TIMES_H[TIMES_H < 40]  # beyond, the series of the reference needs too many terms for the fastest absorption
    got = effect_site(DOSE_H, AMOUNT, absorption_h)(times_h)(np.array([effect_h]))[0]
    np.testing.assert_allclose(got, superposition(DOSE_H, AMOUNT, times_h, absorption_h, effect_h), rtol=2e-12, atol=1e-14)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("near", NEAR)
def test_rates_that_meet_lose_no_precision(near: float, sign: int) -> None:
    effect_h = 4.0 * (1 + sign * near)
    got = effect_site(DOSE_H, AMOUNT, 4.0)(TIMES_H)(np.array([effect_h]))[0]
    np.testing.assert_allclose(got, superposition(DOSE_H, AMOUNT, TIMES_H, 4.0, effect_h), rtol=1e-12, atol=1e-14)


def test_equal_rates_give_the_textbook_limit() -> None:
    rate = np.log(2) / 4
    got = effect_site(np.zeros(1), np.ones(1), 4.0)(TIMES_H)(np.array([4.0]))[0]
    np.testing.assert_allclose(got, np.e * rate * TIMES_H * np.exp(-rate * TIMES_H), rtol=1e-13)
    assert peak_time(4.0, 4.0) == pytest.approx(1 / rate, rel=1e-14)


@pytest.mark.parametrize("near", NEAR)
def test_time_of_the_peak_is_smooth_through_equal_rates(near: float) -> None:
    # ln(1 + e) / e = 1 - e/2 + e^2/3 - e^3/4 + ...: what is left out is below e^4
    k, excess = np.log(2) / 4, (np.log(2) / (4 / (1 + near))) / (np.log(2) / 4) - 1
    series = (1 - excess / 2 + excess**2 / 3 - excess**3 / 4) / k
    assert peak_time(4 / (1 + near), 4.0) == pytest.approx(series, rel=max(1e-12, near**4))


def test_several_half_lives_at_once_are_the_same_as_one_by_one() -> None:
    curve = effect_site(DOSE_H, AMOUNT, 2.0)(TIMES_H)
    mixed = np.array([0.5, 2.0, 4.0, 30.0])  # on both sides of the absorption, and equal to it
    together = curve(mixed)
    assert together.shape == (4, len(TIMES_H))
    for row, half_life in zip(together, mixed, strict=True):
        np.testing.assert_allclose(row, curve(np.array([half_life]))[0], rtol=1e-12, atol=1e-15)


def test_the_curve_of_one_dose_is_the_exposure_of_one_dose() -> None:
    after_h, half_life = np.linspace(-2, 60, 200), np.array([0.3, 2.0, 8.0])
    exposure = effect_site(np.zeros(1), np.ones(1), 2.0)(after_h)(half_life)
    np.testing.assert_allclose(unit_curve(after_h, 2.0, half_life), exposure, rtol=1e-12, atol=1e-15)


def test_a_long_diary_keeps_its_precision() -> None:
    rng = np.random.default_rng(5)
    dose_h, amount = np.sort(rng.uniform(0, 90 * 24, 200)), rng.uniform(0.2, 2, 200)
    times_h = np.sort(rng.uniform(0, 90 * 24, 60))
    got = effect_site(dose_h, amount, 0.5)(times_h)(np.array([6.0]))[0]
    since = np.maximum(np.subtract.outer(times_h, dose_h), 0.0)  # rates far apart: plain exponentials do
    each = (0.5 ** (since / 6.0) - 0.5 ** (since / 0.5)) @ amount
    top = peak_time(0.5, 6.0)
    np.testing.assert_allclose(got, each / (0.5 ** (top / 6.0) - 0.5 ** (top / 0.5)), rtol=1e-11, atol=1e-13)


# --- the peak


@pytest.mark.parametrize(("absorption_h", "effect_h"), [(0.5, 4.0), (0.5, 0.5), (3.0, 1.0), (0.01, 40.0)])
def test_one_reference_dose_peaks_at_one_and_when_it_says(absorption_h: float, effect_h: float) -> None:
    top = peak_time(absorption_h, effect_h)
    around = top * np.array([0.98, 0.99, 1.0, 1.01, 1.02])
    curve = unit_curve(around, absorption_h, np.array([effect_h]))[0]
    assert curve[2] == pytest.approx(1.0, rel=1e-14)
    assert curve.argmax() == 2
    assert unit_curve(np.linspace(0, 12 * top, 5000), absorption_h, np.array([effect_h])).max() <= 1 + 1e-14


def test_half_of_the_effect_goes_in_one_half_life_once_absorbed() -> None:
    late = unit_curve(np.array([40.0, 46.0]), 0.5, np.array([6.0]))[0]
    assert late[1] / late[0] == pytest.approx(0.5, rel=1e-12)


# --- cases at the edge


def test_nothing_before_the_first_dose_nor_at_its_very_moment() -> None:
    exposure = effect_site(np.array([10.0]), np.ones(1), 0.5)(np.array([-5.0, 9.999, 10.0, 10.001]))(np.array([4.0]))[0]
    assert (exposure[:3] == 0).all()
    assert exposure[3] > 0


def test_a_dose_at_the_sample_time_adds_nothing_yet_to_what_is_there() -> None:
    times_h, half_life = np.array([5.0]), np.array([4.0])
    before = effect_site(np.zeros(1), np.ones(1), 0.5)(times_h)(half_life)
    both = effect_site(np.array([0.0, 5.0]), np.ones(2), 0.5)(times_h)(half_life)
    np.testing.assert_array_equal(both, before)


def test_doses_of_nothing_change_nothing() -> None:
    times_h, half_life = np.linspace(0, 48, 30), np.array([1.0, 4.0])
    plain = effect_site(np.array([2.0, 9.0]), np.array([1.0, 0.5]), 0.5)(times_h)(half_life)
    with_zeros = effect_site(np.array([0.0, 2.0, 5.0, 9.0]), np.array([0.0, 1.0, 0.0, 0.5]), 0.5)(times_h)(half_life)
    np.testing.assert_allclose(with_zeros, plain, rtol=1e-13, atol=1e-16)
    assert not effect_site(np.array([2.0, 9.0]), np.zeros(2), 0.5)(times_h)(half_life).any()


def test_no_doses_and_no_times() -> None:
    none = np.empty(0)
    assert effect_site(none, none, 0.5)(np.arange(3.0))(np.array([4.0, 5.0])).tolist() == [[0.0] * 3] * 2
    assert effect_site(np.ones(1), np.ones(1), 0.5)(none)(np.array([4.0])).shape == (1, 0)
    assert effect_site(none, none, 0.5)(none)(np.array([4.0])).shape == (1, 0)


def test_order_of_doses_and_of_times_does_not_matter() -> None:
    order = np.array([3, 0, 4, 2, 1])
    shuffled = np.random.default_rng(1).permutation(len(TIMES_H))
    half_life = np.array([3.0, 8.0])
    straight = effect_site(DOSE_H, AMOUNT, 0.5)(TIMES_H)(half_life)
    mixed = effect_site(DOSE_H[order], AMOUNT[order], 0.5)(TIMES_H[shuffled])(half_life)
    np.testing.assert_allclose(mixed, straight[:, shuffled], rtol=1e-13, atol=1e-16)


def test_an_effect_long_gone_is_zero_and_not_a_number_out_of_range() -> None:
    assert effect_site(np.zeros(1), np.ones(1), 0.5)(np.array([1e6]))(np.array([0.1, 0.5, 4.0])).tolist() == [[0.0]] * 3


def test_what_is_given_is_not_changed() -> None:
    dose_h, amount, times_h = DOSE_H.copy(), AMOUNT.copy(), TIMES_H.copy()
    effect_site(dose_h, amount, 0.5)(times_h)(np.array([4.0]))
    np.testing.assert_array_equal(np.r_[dose_h, amount, times_h], np.r_[DOSE_H, AMOUNT, TIMES_H])


# --- refusals


@pytest.mark.parametrize(
    ("dose_h", "amount", "absorption_h", "said"),
    [
        ([1.0, 2.0], [1.0], 0.5, "equal length"),
        ([[1.0]], [[1.0]], 0.5, "one-dimensional"),
        (1.0, 1.0, 0.5, "one-dimensional"),
        ([1.0], [-0.1], 0.5, "not negative"),
        ([1.0], [np.nan], 0.5, "finite"),
        ([1.0], [np.inf], 0.5, "finite"),
        ([1.0], [1.0], 0.0, "positive"),
        ([1.0], [1.0], -1.0, "positive"),
        ([1.0], [1.0], np.nan, "positive"),
    ],
)
def test_refuses_what_cannot_be_a_diary_of_doses(dose_h: Array, amount: Array, absorption_h: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        effect_site(np.array(dose_h), np.array(amount), absorption_h)


@pytest.mark.parametrize("time_h", [np.nan, np.inf, -np.inf])
def test_refuses_a_dose_at_no_time(time_h: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        effect_site(np.array([1.0, time_h]), np.ones(2), 0.5)
