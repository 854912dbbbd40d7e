"""The error of negative controls: the published fit of the sccs set, and what calibration does."""

import numpy as np
import pytest
from scipy import stats

from steelyard.population.calibration import Null, calibrated_interval, calibrated_p, fit_null

# Negative controls for bleeding of the gut (log ratio, standard error), from the data set `sccs` of the R package EmpiricalCalibration
# (OHDSI, Apache-2.0), rounded to six places. Its page gives the fit: mean 0.7922, standard deviation 0.2834.
SCCS = """
0.433902 0.761754  0.636318 0.183989  0.929755 0.297980  1.691927 0.595522  0.526169 0.196720  0.858189 0.130846  0.800992 0.120856
0.878170 0.346240  0.730452 0.139022  0.776188 0.297059  0.734524 0.277883  1.279632 0.262141  0.531255 0.133970  0.106333 0.331148
0.464247 0.138740  1.243442 0.090780  1.347352 0.115971  0.106333 0.331148 -0.647624 1.313521  0.856079 0.160921  1.307925 0.194097
1.163685 0.117531  0.816235 0.387382  0.106333 0.331148  1.506439 0.131171  0.737563 0.805616  0.687850 0.061146  0.629433 0.101551
0.787748 0.081931  0.089599 0.551000  0.704475 0.072644  0.647387 0.251797  0.250666 0.233063  1.938194 0.805018  1.119247 0.145834
0.380414 0.131097  0.571386 0.676475  0.521791 0.126716  1.021802 0.311066  0.473702 0.503352  0.796145 0.647582  0.893592 0.375997
1.029419 0.141659 -0.853082 0.809950  1.127486 0.573010
"""


def controls() -> tuple[np.ndarray, np.ndarray]:
    numbers = np.array(SCCS.split(), dtype=float).reshape(-1, 2)
    return numbers[:, 0], numbers[:, 1]


def likelihood(mean: float, sd: float) -> float:
    x, s = controls()
    return float(stats.norm.logpdf(x, mean, np.sqrt(s**2 + sd**2)).sum())


def test_the_published_error_of_the_sccs_set_comes_out_again() -> None:
    null = fit_null(*controls())
    assert null is not None
    assert null.controls == 45
    # The published fit was ended a little early: the likelihood of ours is not below it.
    assert (null.mean, null.sd) == (pytest.approx(0.7922, abs=3e-4), pytest.approx(0.2834, abs=3e-4))
    assert likelihood(null.mean, null.sd) >= likelihood(0.7922, 0.2834)


def test_sertraline_stands_out_before_calibration_and_not_after() -> None:
    """Its ratio is that of the controls: log 0.732624, standard error 0.073717."""
    null = fit_null(*controls())
    assert null is not None
    assert calibrated_p(0.732624, 0.073717, Null(0.0, 0.0, 45)) < 1e-20
    assert calibrated_p(0.732624, 0.073717, null) > 0.8
    value, low, high = calibrated_interval(0.732624, 0.073717, null)
    assert low < 1 < high
    assert value == pytest.approx(np.exp(0.732624 - 0.7922), abs=1e-3)


def test_without_error_nothing_changes() -> None:
    value, low, high = calibrated_interval(0.5, 0.1, Null(0.0, 0.0, 9))
    assert (value, low, high) == pytest.approx((np.exp(0.5), np.exp(0.5 - 0.1959964), np.exp(0.5 + 0.1959964)), rel=1e-6)
    assert calibrated_p(0.1959964, 0.1, Null(0.0, 0.0, 9)) == pytest.approx(0.05, abs=1e-6)


def test_controls_that_scatter_by_chance_only_have_no_error_of_their_own() -> None:
    rng = np.random.default_rng(1)
    error = np.full(200, 0.3)
    null = fit_null(rng.normal(0.0, 0.3, 200), error)
    assert null is not None
    assert abs(null.mean) < 0.07 and null.sd < 0.1


def test_too_few_controls_tell_nothing_and_those_without_a_number_are_left_out() -> None:
    assert fit_null(np.zeros(4), np.ones(4)) is None
    odd = np.array([0.1, np.inf, np.nan, 0.2, 0.1, 0.0, 0.3])
    found = fit_null(odd, np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0]))
    assert found is None
