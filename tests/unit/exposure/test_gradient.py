"""Closed-form derivatives against differences of curves in 120 digits."""

from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest

from steelyard.exposure.compartments import Compartments, Metabolite, rates
from steelyard.exposure.curve import Doses, Regimen, curve, gradient

from ...exact_kinetics import exact

MADE = Metabolite(presystemic=0.4, formed=0.8, clearance=900.0, volume=2000.0)
MODEL = Compartments(1.2, 230.0, 900.0, 300.0, 8000.0, 40.0, 20000.0, 0.4, 0.7, MADE, 0.8)
NAMES = ["ka", "clearance", "volume", "q2", "v2", "q3", "v3", "lag_h", "available", "ke0"]
NAMES += [f"metabolite.{name}" for name in ("presystemic", "formed", "clearance", "volume")]
LOG = Doses(
    np.array([0, 400, 431, 2000]), np.array([40.0, 20.0, 10.0, 30.0]), np.array([0, 0, 240, 0]), np.array([0, 1, 0, 0], bool)
)
SAMPLES = np.array([45, 433, 700, 2100, 4000])


def moved(model: Compartments, name: str, factor: float) -> Compartments:
    """The model with one number times a factor."""
    own, _, of_made = name.partition(".")
    if of_made:
        assert model.metabolite is not None
        return replace(
            model, metabolite=replace(model.metabolite, **{of_made: float(getattr(model.metabolite, of_made)) * factor})
        )
    return replace(model, **{own: float(getattr(model, own)) * factor})


def differences(model: Compartments, name: str, what: str, past: Regimen | None = None) -> list[float]:
    """Derivative by the logarithm of a number, from the curve a little lower and a little higher; the next term is left out.

    What is left out is the step to the fourth, and 120 digits leave no rounding.
    """
    step, around = 2.0**-13, []
    for n in (-2, -1, 1, 2):
        around.append(exact(moved(model, name, 1 + n * step), LOG, SAMPLES, what, past))  # type: ignore[arg-type]
    with mp.workdps(50):
        by_factor = [(a - 8 * b + 8 * c - d) / (12 * mp.mpf(step)) for a, b, c, d in zip(*around, strict=True)]
    return [
        float(value) for value in by_factor
    ]  # at a factor of 1 the derivative by its logarithm is the derivative by the factor


def compare(model: Compartments, name: str, what: str, past: Regimen | None = None) -> None:
    got = gradient(model, LOG, SAMPLES, [name], what, past)[0, 0]  # type: ignore[arg-type]
    size = curve(model, LOG, SAMPLES, what, past)[0]  # type: ignore[arg-type]
    np.testing.assert_allclose(got / size, np.array(differences(model, name, what, past)) / size, atol=3e-12, rtol=3e-12)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", ["central", "metabolite", "effect"])
def test_every_number_of_a_full_model(what: str, name: str) -> None:
    compare(MODEL, name, what)


@pytest.mark.parametrize("name", ["ka", "clearance", "volume", "v2", "q3", "lag_h", "ke0", "metabolite.clearance"])
@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-4])
def test_where_rates_meet(gap: float, name: str) -> None:
    rate = float(rates(MODEL)[0][1, 0])
    model = replace(MODEL, ka=rate * (1 + gap), ke0=rate, metabolite=replace(MADE, clearance=rate * 2000.0 * (1 - gap)))
    compare(model, name, "metabolite" if name.startswith("metabolite") else "effect")


@pytest.mark.parametrize("name", ["ka", "clearance", "v2", "lag_h", "metabolite.clearance"])
def test_with_a_past(name: str) -> None:
    compare(MODEL, name, "metabolite", Regimen(25.0, 480, duration_min=90))


def test_peripheral_compartments_that_are_the_same() -> None:
    twins = replace(MODEL, q3=300.0, v3=8000.0)
    for name in ("q2", "v2", "q3", "v3", "volume"):
        compare(twins, name, "central")
    by_q = gradient(twins, LOG, SAMPLES, ["q2", "q3"])[0]
    np.testing.assert_allclose(by_q[0], by_q[1], rtol=1e-10)


def test_one_and_two_compartments() -> None:
    for model in (replace(MODEL, q2=0.0, q3=0.0), replace(MODEL, q3=0.0)):
        for name in ("ka", "clearance", "volume"):
            compare(model, name, "central")
    assert not gradient(replace(MODEL, q3=0.0), LOG, SAMPLES, ["q3", "v3"]).any()


def test_numbers_that_do_not_matter_have_no_derivative() -> None:
    assert not gradient(MODEL, LOG, SAMPLES, ["ke0", "metabolite.volume"]).any()
    assert not gradient(replace(MODEL, lag_h=0.0), LOG, SAMPLES, ["lag_h"]).any()
    only_blood = replace(LOG, iv=True)
    assert not gradient(MODEL, only_blood, SAMPLES, ["ka", "lag_h", "available"]).any()


def test_many_persons_and_names_at_once() -> None:
    ka = np.array([0.3, 1.2, 5.0])
    together = gradient(replace(MODEL, ka=ka), LOG, SAMPLES, NAMES, "metabolite")
    assert together.shape == (3, len(NAMES), 5)
    for i, own in enumerate(ka):
        each = gradient(replace(MODEL, ka=float(own)), LOG, SAMPLES, NAMES, "metabolite")[0]
        np.testing.assert_allclose(together[i], each, rtol=1e-11, atol=1e-13 * np.abs(each).max())


def test_refuses_a_number_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"no metabolite\.speed; it has ka, clearance"):
        gradient(MODEL, LOG, SAMPLES, ["ka", "metabolite.speed"])
    with pytest.raises(ValueError, match="at least one"):
        gradient(MODEL, LOG, SAMPLES, [])
