"""Simulation-based calibration in small: does `benchmarks/sbc.py` draw from the priors that it hands to the fit, would it see a posterior
that is off, and are the ranks of a few diaries in order? The histograms of hundreds of diaries are under `benchmarks/results/`.
"""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.stats import kstest

from steelyard.exposure.kinetics import unit_curve
from steelyard.nof1.system import HALF_LIFE, TAIL, TAIL_TIMES
from steelyard.nof1.truth import effect_curve

DRAWN, FITTED = 100, 6


@pytest.fixture
def sbc(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(root / "benchmarks")
    import sbc

    return sbc


def test_truths_follow_the_priors(sbc: ModuleType) -> None:
    drawn = [sbc.invented(seed)[1] for seed in range(DRAWN)]
    priors = {  # as the fit is told: medians and spreads of logarithms; the slope on what is felt by `joint`
        "peak": (0.0, 1.0),
        "log_half_life": (np.log(4.0), 0.4),
        "log_tau": (np.log(36.0), 0.6),
        "log_sd": (0.0, 0.3),
        "log_noise": (np.log(0.7), 0.3),
        "felt": (0.2, 0.5),
    }
    for name, (mean, sd) in priors.items():
        standard = (np.array([truth[name] for truth in drawn]) - mean) / sd
        assert kstest(standard, "norm").pvalue > 0.001, name


def test_the_simulated_curve_is_the_one_that_the_fit_supposes(sbc: ModuleType) -> None:
    psi = np.zeros(TAIL + 1)
    psi[HALF_LIFE], psi[TAIL] = np.log(5.0), np.log(0.3 / 0.7)
    share, half_lives = sbc._share(psi), np.array([5.0, 5.0 * TAIL_TIMES])
    hours = np.linspace(0.01, 60, 6000)
    simulated = effect_curve(0.5, tuple(half_lives), (1 - share, share)).at(hours)
    supposed = np.array([0.7, 0.3]) @ unit_curve(hours, 0.5, half_lives)
    np.testing.assert_allclose(simulated, supposed / supposed.max(), atol=1e-5)


def test_a_diary_is_told_in_the_doses_of_which_the_prior_speaks(sbc: ModuleType) -> None:
    """With one reference dose as the unit, the true curve of what was logged gives the true mean change, rounding of amounts aside."""
    diary, truth = sbc.invented(4)
    model = sbc.joint.JointModel(diary, sbc.PRIORS)
    psi = model.start + model.scale * np.random.default_rng([4, 1]).standard_normal(len(model.start))
    x = model.exposure(psi)[model.rated]
    assert truth["log_half_life"] == psi[HALF_LIFE]
    assert truth["peak"] * x.mean() == pytest.approx(truth["as_taken"], rel=0.02)


@pytest.mark.parametrize(
    ("power", "said"),
    [((1.0, 1.0), "nothing beyond chance"), ((1.5, 1.0), "posterior too low"), ((1.0, 1.5), "posterior too high"),
     ((0.6, 0.6), "posterior too narrow"), ((1.8, 1.8), "posterior too wide")],
)  # fmt: skip
def test_ranks_that_are_off_are_named(sbc: ModuleType, power: tuple[float, float], said: str) -> None:
    place = np.random.default_rng(0).beta(*power, 240)
    known = [{"seed": i, "ranks": dict.fromkeys(sbc.QUANTITIES, int(p * 200))} for i, p in enumerate(place)]
    rows = sbc.summary([*known, {"seed": 240, "ranks": None}])
    for row in rows:
        assert row["said"] == said
        assert (row["diaries"], row["refused"]) == (240, 1)
        assert sum(row[f"bin_{i + 1}"] for i in range(sbc.BINS)) == 240
        assert (row["chi2_p"] > 0.05) == (said == "nothing beyond chance")


def test_ranks_of_a_few_diaries_are_neither_low_nor_high(sbc: ModuleType) -> None:
    ranks = [found for seed in range(FITTED) if (found := sbc.one(seed)["ranks"]) is not None]
    assert len(ranks) >= FITTED - 2
    for name in sbc.QUANTITIES:
        place = (np.array([r[name] for r in ranks]) + 0.5) / (sbc.RANKS + 1)
        assert abs(place.mean() - 0.5) < 3.3 / np.sqrt(12 * len(place)), name
        assert ((place > 0.01) & (place < 0.99)).any(), name
