"""Figures read off measured curves, against what other programs print for the same public data."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.exposure.compartments import Compartments, rates
from steelyard.exposure.curve import curve, regular
from steelyard.exposure.nca import nca

Array = NDArray[np.float64]

# Theophylline, 12 people (R's data set Theoph): area to the last sample, to infinity, terminal half-life, and points on its line, as
# printed by the R package ncappc (linear up, logarithmic down; best adjusted R squared); the areas to infinity are PKNCA's too.
# Source: pharmacometrics teaching book of Seoul National University (asancpt), chapter "other NCA software", read 2026-11-22.
THEOPHYLLINE = {
    1: (147.23475, 214.92363, 14.304378, 3),
    2: (88.73128, 97.37793, 6.659342, 4),
    3: (95.87820, 106.12767, 6.766087, 3),
    4: (102.63362, 114.21620, 6.981247, 3),
    5: (118.17935, 136.30473, 8.002264, 4),
    6: (71.69701, 82.17588, 7.894998, 7),
    7: (87.96923, 100.98763, 7.846668, 4),
    8: (86.80656, 102.15330, 8.510038, 6),
    9: (83.93744, 97.52000, 8.405999, 3),
    10: (135.57607, 167.86003, 9.246916, 3),
    11: (77.89347, 86.90262, 7.261237, 3),
    12: (115.22021, 125.83154, 6.286508, 3),
}


def measured(shared: Path, person: int) -> tuple[Array, Array]:
    with (shared / "data/real/pk/theophylline_12_people.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Subject"] == str(person)]
    return np.array([float(row["Time"]) for row in rows]), np.array([float(row["conc"]) for row in rows])


@pytest.mark.parametrize("person", THEOPHYLLINE)
def test_theophylline_as_other_programs_print_it(shared: Path, person: int) -> None:
    found = nca(*measured(shared, person), dose=320.0)
    area, whole, half_life, points = THEOPHYLLINE[person]
    assert found.auc == pytest.approx(area, abs=6e-6)
    assert found.auc_inf == pytest.approx(whole, abs=6e-6)
    assert found.terminal is not None
    assert found.terminal.half_life_h == pytest.approx(half_life, abs=6e-7)
    assert found.terminal.points == points
    assert found.clearance == pytest.approx(320 / whole, rel=1e-6)
    assert found.volume == pytest.approx(320 / whole * half_life / np.log(2), rel=1e-6)


def test_an_exponential_gives_back_what_it_was_made_of() -> None:
    t = np.array([0.0, 0.5, 1.0, 3.0, 8.0])
    found = nca(t, 20 * np.exp(-0.3 * t), dose=100.0, every_h=6.0)
    assert (found.cmax, found.tmax_h) == (20.0, 0.0)
    assert found.auc == pytest.approx(20 / 0.3 * (1 - np.exp(-2.4)), rel=1e-13)
    assert found.auc_inf == pytest.approx(20 / 0.3, rel=1e-13)
    assert found.beyond == pytest.approx(np.exp(-2.4), rel=1e-12)
    assert found.clearance == pytest.approx(1.5, rel=1e-13)
    assert found.volume == pytest.approx(5.0, rel=1e-13)
    assert found.accumulation == pytest.approx(1 / (1 - 2 ** (-6 / (np.log(2) / 0.3))), rel=1e-12)
    assert found.terminal is not None
    assert (found.terminal.points, found.terminal.adjusted_r2) == (4, pytest.approx(1.0))
    assert found.refused == {}


def test_lines_up_and_exponentials_down_by_hand() -> None:
    found = nca(np.array([0.0, 1.0, 2.0, 4.0]), np.array([0.0, 4.0, 4.0, 1.0]))
    assert found.auc == pytest.approx(2.0 + 4.0 + 2 * 3 / np.log(4))
    assert (found.cmax, found.tmax_h) == (4.0, 1.0)


def test_samples_of_zero_at_the_end_end_the_area() -> None:
    found = nca(np.array([0.0, 1.0, 2.0, 3.0, 5.0]), np.array([0.0, 2.0, 1.0, 0.0, 0.0]))
    assert found.auc == pytest.approx(1.0 + 1 / np.log(2))
    between = nca(np.array([0.0, 1.0, 2.0, 3.0]), np.array([2.0, 0.0, 0.0, 1.0]))
    assert between.auc == pytest.approx(1.0 + 0.0 + 0.5)
    assert nca(np.arange(3.0), np.zeros(3)).auc == 0.0


def test_a_curve_of_ours_gives_back_its_clearance_and_half_life() -> None:
    model = Compartments(1.2, 230.0, 900.0, 300.0, 8000.0)
    minutes = np.unique(np.round(np.geomspace(1, 15_000, 400)).astype(int))
    found = nca(minutes / 60, curve(model, regular(40.0, 1, 1), minutes)[0], dose=40.0)
    assert found.clearance == pytest.approx(230, rel=2e-3)  # the trapezoids and the first minute
    assert found.terminal is not None
    assert found.terminal.rate == pytest.approx(float(rates(model)[0][-1, 0]), rel=5e-3)  # as good a line may reach into the bend


@pytest.mark.parametrize(
    ("concentration", "why"),
    [
        ([1.0, 4.0, 3.0, 2.0], "2 samples above 0 after the peak"),
        ([9.0, 1.0, 2.0, 3.0], "does not fall"),
        ([9.0, 2.0, 2.0, 2.0], "not fall"),
    ],
)
def test_no_half_life_without_an_end_that_falls(concentration: list[float], why: str) -> None:
    found = nca(np.arange(4.0), np.array(concentration), dose=1.0, every_h=1.0)
    assert found.terminal is found.auc_inf is found.clearance is found.volume is found.accumulation is None
    assert why in found.refused["terminal"]
    assert found.refused.keys() == {"terminal", "auc_inf", "clearance", "volume", "accumulation"}
    assert found.auc > 0


def test_more_points_are_taken_where_they_are_as_good() -> None:
    t = np.arange(8.0)
    log_c = 5 - 0.4 * t
    log_c[1] += 0.3  # only the first point after the peak is off the line
    found = nca(t, np.exp(log_c))
    assert found.terminal is not None
    assert found.terminal.points == 6
    assert found.terminal.rate == pytest.approx(0.4, rel=1e-12)


def test_says_what_was_not_asked_for() -> None:
    t = np.arange(5.0)
    assert nca(t, np.exp(-t)).refused == {
        "clearance": "no dose was given",
        "volume": "no dose was given",
        "accumulation": "no interval was given",
    }


@pytest.mark.parametrize(
    ("times", "concentration", "more", "said"),
    [
        ([0.0, 1.0], [1.0], {}, "one length"),
        ([], [], {}, "at least one"),
        ([0.0, 0.0], [1.0, 1.0], {}, "rise"),
        ([0.0, np.nan], [1.0, 1.0], {}, "finite"),
        ([0.0, 1.0], [1.0, -1.0], {}, "not negative"),
        ([0.0, 1.0], [1.0, np.nan], {}, "leave out"),
        ([0.0, 1.0], [1.0, 1.0], {"dose": 0.0}, "the dose"),
        ([0.0, 1.0], [1.0, 1.0], {"every_h": np.nan}, "the interval"),
    ],
)
def test_refuses_what_is_no_curve(times: list[float], concentration: list[float], more: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nca(np.array(times), np.array(concentration), **more)
