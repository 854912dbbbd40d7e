"""The fast fit against NUTS on the same model, which `benchmarks/_oracle.py` writes anew with a full covariance matrix.

`benchmarks/nuts.py` compares ten diaries of 180 days; here is one short one, so that the two cannot drift apart unseen. Both tests
take some seconds for the compiler alone, and need the dependency group `bench`.
"""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from steelyard.nof1 import contrasts, ignorable
from steelyard.nof1.ignorable import RatingModel, fit_ignorable
from steelyard.nof1.plan import Plan

# Warnings of the sampler's own libraries are not ours to mend.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

PLAN = Plan(driver="recorded", days=60, seed=1)
SAMPLE = f"""
import sys, _oracle, numpy
from diaries import PRIORS, make
from steelyard.nof1.plan import Plan
diary, _ = make({PLAN!r})
numpy.savez(sys.argv[1], **_oracle.sample(diary, PRIORS, seed=0, warmup=200, draws=1000, chains=1).of)
"""


@pytest.fixture(scope="module")
def benchmarks(root: Path) -> Path:
    pytest.importorskip("numpyro", reason="numpyro is absent: it comes with `uv sync --group bench`")
    return root / "benchmarks"


@pytest.fixture
def oracle(benchmarks: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(benchmarks)
    import _oracle

    return _oracle


def test_log_posterior_is_that_of_the_dense_model_up_to_a_constant(oracle: ModuleType) -> None:
    from diaries import PRIORS, make

    diary, _ = make(PLAN)
    model = RatingModel(diary, PRIORS)
    psi = model.start + np.random.default_rng(0).normal(size=(5, 5)) * model.scale
    effect = np.array([-2.0, -1.0, -0.5, 0.0, 0.7])
    value, mean, cov = model.evaluate(psi)
    of_effect = -0.5 * (effect - mean[:, 0]) ** 2 / cov[:, 0, 0] - 0.5 * np.log(cov[:, 0, 0])
    dense = [oracle.log_posterior(diary, PRIORS, p, b) for p, b in zip(psi, effect, strict=True)]
    apart = value + of_effect - dense
    assert np.ptp(dense) > 10  # the points are far from alike
    np.testing.assert_allclose(apart, apart[0], atol=1e-6)


def test_posterior_is_that_of_nuts(benchmarks: Path, oracle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diaries import PRIORS, make

    # In a process of its own, since the linear algebra of this one already has its threads; they cost ten times what they bring.
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    kept = tmp_path / "draws.npz"
    subprocess.run([sys.executable, "-c", SAMPLE, str(kept)], cwd=benchmarks, env=one_thread, check=True)
    # Whether the shipped number of points is enough is for the benchmark to say, of diaries long enough to be fitted.
    monkeypatch.setattr(ignorable, "DRAWS", 1024)
    diary, _ = make(PLAN)
    fit = fit_ignorable(diary, PRIORS)
    log_half_life = np.log(fit.half_life_h)
    middle = fit.points.average(log_half_life)
    ours = {
        "peak": (contrasts.peak(fit, 1.0).value, contrasts.peak(fit, 1.0).spread),
        "as_taken": (contrasts.as_taken(fit).value, contrasts.as_taken(fit).spread),
        "log_half_life": (middle, np.sqrt(fit.points.average((log_half_life - middle) ** 2))),
    }
    with np.load(kept) as draws:
        for name, (mean, sd) in ours.items():
            nuts = oracle.moments(draws[name])
            assert nuts.effective > 400, name
            assert abs(mean - nuts.mean) / nuts.sd < 0.05 + 3 * nuts.mean_error, name
            assert abs(sd / nuts.sd - 1) < 0.05 + 3 * nuts.sd_error, name
