"""The fast fit against NUTS on the same model, written anew with a full covariance matrix (`benchmarks/_oracle.py`).

Ten diaries of 180 days are compared by `benchmarks/nuts.py`; here one short diary, to see at once that the two still are the same
model.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from steelyard.nof1 import contrasts, ignorable
from steelyard.nof1.ignorable import RatingModel, fit_ignorable
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Plan

pytestmark = pytest.mark.filterwarnings("ignore")  # warnings of the sampler's own libraries are not ours to mend


@pytest.fixture(scope="module")
def oracle(root_of_benchmarks: Path) -> ModuleType:
    pytest.importorskip("numpyro", reason="numpyro is absent: it is in the dependency group `bench`")
    import _oracle

    return _oracle


@pytest.fixture(scope="module")
def root_of_benchmarks() -> Iterator[Path]:
    folder = Path(__file__).resolve().parents[2] / "benchmarks"
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def diary(root_of_benchmarks: Path) -> Diary:
    from diaries import make

    return make(Plan(driver="recorded", days=60, seed=1))[0]


def priors():
    from diaries import PRIORS

    return PRIORS


def test_log_posterior_is_that_of_the_dense_model_up_to_a_constant(oracle: ModuleType, diary: Diary) -> None:
    model = RatingModel(diary, priors())
    psi = model.start + np.random.default_rng(0).normal(size=(5, 5)) * model.scale
    value, mean, cov = model.evaluate(psi)
    effect = np.array([-2.0, -1.0, -0.5, 0.0, 0.7])
    of_effect = -0.5 * (effect - mean[:, 0]) ** 2 / cov[:, 0, 0] - 0.5 * np.log(cov[:, 0, 0])
    dense = [oracle.log_posterior(diary, priors(), p, b) for p, b in zip(psi, effect, strict=True)]
    apart = value + of_effect - dense
    np.testing.assert_allclose(apart, apart[0], atol=1e-6)


@pytest.mark.slow
def test_posterior_is_that_of_nuts(oracle: ModuleType, diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = oracle.sample(diary, priors(), seed=0, warmup=200, draws=1500, chains=1)
    monkeypatch.setattr(ignorable, "DRAWS", 1024)  # whether the shipped number suffices is asked by the benchmark, of 180 days
    fit = fit_ignorable(diary, priors())
    for name, ours in (("peak", contrasts.peak(fit, 1.0)), ("as_taken", contrasts.as_taken(fit))):
        nuts = oracle.moments(draws.of[name])
        assert nuts.effective > 800
        assert abs(ours.value - nuts.mean) / nuts.sd < 0.05 + 3 * nuts.mean_error, name
        assert abs(ours.spread / nuts.sd - 1) < 0.05 + 3 * nuts.sd_error, name
    mean = fit.points.average(np.log(fit.half_life_h))
    nuts = oracle.moments(draws.of["log_half_life"])
    assert abs(mean - nuts.mean) / nuts.sd < 0.05 + 3 * nuts.mean_error
