"""The numbers of a model: what is refused, and what its rates say."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.exposure.compartments import Compartments, Metabolite, numbers, rates

TWO = Compartments(1.2, 230.0, 900.0, 300.0, 8000.0)
MADE = Metabolite(0.4, 0.8, 900.0, 2000.0)


def test_rates_of_two_compartments_as_in_a_textbook() -> None:
    """Sum and product of the rates, and the concentration at time 0, are the familiar ones."""
    (alpha, beta), (a, b) = (pair[:, 0] for pair in rates(TWO))
    k10, k12, k21 = 230 / 900, 300 / 900, 300 / 8000
    assert alpha > beta
    assert alpha + beta == pytest.approx(k10 + k12 + k21, rel=1e-15)
    assert alpha * beta == pytest.approx(k10 * k21, rel=1e-15)
    assert a + b == pytest.approx(1 / 900, rel=1e-14)
    assert a == pytest.approx((alpha - k21) / (alpha - beta) / 900, rel=1e-14)
    assert a / alpha + b / beta == pytest.approx(1 / 230, rel=1e-14)  # the area is dose over clearance


def test_rates_for_many_persons() -> None:
    rate, share = rates(replace(TWO, clearance=np.array([100.0, 230.0, 400.0])))
    assert rate.shape == share.shape == (2, 3)
    np.testing.assert_array_equal(rate[:, 1], rates(TWO)[0][:, 0])
    assert rates(Compartments(1.0, 2.0, 4.0))[0].tolist() == [[0.5]]


def test_numbers_are_spread_over_persons() -> None:
    found = numbers(replace(TWO, ka=np.array([1.0, 2.0]), metabolite=MADE, ke0=0.3))
    assert set(found) == {
        *("ka", "clearance", "volume", "q2", "v2", "q3", "v3", "lag_h", "available", "ke0"),
        *("metabolite.presystemic", "metabolite.formed", "metabolite.clearance", "metabolite.volume"),
    }
    assert found["metabolite.volume"].tolist() == [2000.0, 2000.0]
    assert "ka" not in numbers(replace(TWO, ka=None))


@pytest.mark.parametrize("name", ["ka", "clearance", "volume", "ke0"])
@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_refuses_what_must_be_positive(name: str, bad: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be finite and positive"):
        numbers(replace(TWO, **{name: bad}))
    with pytest.raises(ValueError, match=f"{name} must be finite and positive"):
        rates(replace(TWO, **{name: np.array([1.0, bad])}))


@pytest.mark.parametrize("name", ["q2", "v2", "q3", "v3", "lag_h", "available"])
@pytest.mark.parametrize("bad", [-1e-9, np.nan, np.inf])
def test_refuses_what_must_not_be_negative(name: str, bad: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be finite and not negative"):
        numbers(replace(TWO, **{name: bad}))


@pytest.mark.parametrize("name", ["presystemic", "formed", "clearance", "volume"])
def test_refuses_an_impossible_metabolite(name: str) -> None:
    with pytest.raises(ValueError, match=f"metabolite.{name}"):
        numbers(replace(TWO, metabolite=replace(MADE, **{name: -1.0})))


def test_refuses_an_exchange_with_nothing() -> None:
    with pytest.raises(ValueError, match="v2 must be positive where q2 is"):
        numbers(replace(TWO, v2=0.0))
    with pytest.raises(ValueError, match="v3 where q3 is"):
        numbers(replace(TWO, q3=np.array([0.0, 5.0]), v3=np.array([3.0, 0.0])))
    assert numbers(replace(TWO, q2=0.0, v2=0.0))["v2"].tolist() == [0.0]


def test_refuses_numbers_for_different_persons() -> None:
    with pytest.raises(ValueError, match=r"one for each person: ka \(2,\).*clearance \(3,\)"):
        numbers(replace(TWO, ka=np.ones(2), clearance=np.ones(3)))
    with pytest.raises(ValueError, match="one for each person"):
        numbers(replace(TWO, ka=np.ones((2, 2))))
