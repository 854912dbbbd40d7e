"""Divided differences of the exponential against their definition in many digits."""

from itertools import permutations

import mpmath as mp
import numpy as np
import pytest

from steelyard.exposure.divided import NEAR, divided, pair


def by_definition(rates: list[float], hours: float) -> float:
    """The sum over i of exp(-r_i t) / prod_j (r_j - r_i), each rate moved a little differently so that none coincide."""
    with mp.workdps(250):
        r = [mp.mpf(rate) * (1 + (i + 1) * mp.mpf("1e-30")) + (i + 1) * mp.mpf("1e-40") for i, rate in enumerate(rates)]
        terms = [
            mp.exp(-own * mp.mpf(hours)) / mp.fprod(other - own for j, other in enumerate(r) if j != i) for i, own in enumerate(r)
        ]
        return float(mp.fsum(terms))


def value(rates: list[float], hours: float) -> float:
    return float(divided([np.array([[rate]]) for rate in rates], np.array([[hours]]))[0, 0])


FAR = [0.01, 0.3, 1.2, 6.0, 25.0]


@pytest.mark.parametrize("degree", range(5))
@pytest.mark.parametrize("hours", [1 / 60, 0.2, 1.0, 8.0, 100.0, 1000.0])
def test_rates_far_apart(degree: int, hours: float) -> None:
    rates = FAR[: degree + 1]
    assert value(rates, hours) == pytest.approx(by_definition(rates, hours), rel=2e-14)


@pytest.mark.parametrize("degree", range(1, 5))
@pytest.mark.parametrize("near", [0.0, 1e-14, 1e-10, 1e-6, 1e-3, 1e-2])
@pytest.mark.parametrize("hours", [1 / 60, 3.0, 200.0])
def test_all_rates_near_each_other(hours: float, near: float, degree: int) -> None:
    rates = [0.7 * (1 + near * i) for i in range(degree + 1)]
    assert value(rates, hours) == pytest.approx(by_definition(rates, hours), rel=3e-14)


@pytest.mark.parametrize("hours", [0.1, 1.0, 20.0])
@pytest.mark.parametrize(
    "rates", [[0.2, 0.2, 3.0], [0.2, 3.0, 3.0], [0.0, 0.0, 0.5, 0.5], [0.0, 1.0, 1.0, 1.0 + 1e-9, 9.0], [2.0, 2.0, 2.0, 2.1]]
)
def test_some_rates_the_same(rates: list[float], hours: float) -> None:
    assert value(rates, hours) == pytest.approx(by_definition(rates, hours), rel=3e-14)


@pytest.mark.parametrize("degree", range(2, 5))
@pytest.mark.parametrize("beside", [1 - 1e-9, 1.0, 1 + 1e-9])
def test_no_step_where_the_series_takes_over(beside: float, degree: int) -> None:
    rates = [1.0 + NEAR * i / degree for i in range(degree + 1)]  # a spread of NEAR per hour
    assert value(rates, beside) == pytest.approx(by_definition(rates, beside), rel=1e-13)


def test_order_does_not_matter() -> None:
    results = {value(list(order), 2.5) for order in permutations([0.1, 0.9, 0.9, 4.0])}
    assert max(results) / min(results) - 1 < 1e-15


def test_equal_rates_give_the_power_over_the_factorial() -> None:
    for degree, factorial in enumerate((1, 1, 2, 6, 24)):
        assert value([0.5] * (degree + 1), 3.0) == pytest.approx(3.0**degree / factorial * np.exp(-1.5), rel=1e-14)
        assert value([0.0] * (degree + 1), 3.0) == pytest.approx(3.0**degree / factorial, rel=1e-14)


def test_nothing_has_got_anywhere_at_once() -> None:
    assert value([0.5], 0.0) == 1.0
    assert [value(FAR[:n], 0.0) for n in (2, 3, 4, 5)] == [0.0] * 4


def test_what_is_long_gone_is_zero_and_not_negative() -> None:
    for n in (1, 2, 3, 4):
        assert value([5.0 + i for i in range(n)], 1e5) == 0.0
        assert value([5.0] * n, 1e5) == 0.0


def test_persons_and_times_together_are_the_same_as_apart() -> None:
    rng = np.random.default_rng(0)
    rates = [rng.uniform(0, 2, (6, 1)) for _ in range(4)]
    rates[1][2] = rates[3][2] = rates[0][2]
    hours = rng.uniform(0, 30, (6, 11))
    together = divided(rates, hours)
    apart = np.vstack([divided([rate[i : i + 1] for rate in rates], hours[i : i + 1]) for i in range(6)])
    np.testing.assert_allclose(together, apart, rtol=1e-14)
    shared = divided(rates, hours[:1])
    np.testing.assert_allclose(shared[0], together[0], rtol=1e-14)


def test_a_pair_with_and_without_the_slower_exponential() -> None:
    one, other, hours = np.array([[0.3], [2.0], [1.0]]), np.array([[1.1], [0.4], [1.0]]), np.array([[0.5, 7.0]])
    value_, factor = pair(one, other, hours)
    np.testing.assert_allclose(value_ * factor, divided([one, other], hours), rtol=1e-15)
    helped, factor = pair(one, other, hours, np.exp(-np.minimum(one, other) * hours))
    np.testing.assert_allclose(helped * factor, value_ * factor, rtol=1e-15)
