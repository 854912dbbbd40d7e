"""The fast fits against NUTS on the same models, which `benchmarks/_oracle.py` and `benchmarks/_joint_oracle.py` write anew.

`benchmarks/nuts.py` compares ten diaries of 180 days; here is one short one, so that the two cannot drift apart unseen. Of the joint model,
whose posterior takes NUTS minutes (`benchmarks/nuts_joint.py`), the log density is compared. The compiler alone takes some seconds, and
the dependency group `bench` is needed.
"""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from steelyard.nof1 import contrasts, ignorable
from steelyard.nof1.ignorable import RatingModel, fit_ignorable
from steelyard.nof1.model import Diary
from steelyard.nof1.plan import Driver, Plan

# Warnings of the sampler's own libraries are not ours to mend.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def oracle(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for package in ("numpyro", "celerite2"):
        pytest.importorskip(package, reason=f"{package} is absent: it comes with `uv sync --group bench`")
    monkeypatch.syspath_prepend(root / "benchmarks")
    import _oracle

    return _oracle


@pytest.fixture
def diary(oracle: ModuleType) -> Diary:
    from diaries import make

    return make(Plan(driver="recorded", days=60, seed=1))[0]


def test_log_posterior_is_that_of_the_dense_model_up_to_a_constant(oracle: ModuleType, diary: Diary) -> None:
    from diaries import PRIORS

    model, data = RatingModel(diary, PRIORS), oracle.prepare(diary, PRIORS)
    psi = model.start + np.random.default_rng(0).normal(size=(5, 5)) * model.scale
    effect = np.array([-2.0, -1.0, -0.5, 0.0, 0.7])
    value, mean, cov = model.evaluate(psi)
    of_effect = -0.5 * (effect - mean[:, 0]) ** 2 / cov[:, 0, 0] - 0.5 * np.log(cov[:, 0, 0])
    dense = [oracle.dense(data, p, b) for p, b in zip(psi, effect, strict=True)]
    sampled = [oracle.sampled(data, p, b) for p, b in zip(psi, effect, strict=True)]
    apart = value + of_effect - dense
    assert np.ptp(dense) > 10  # the points are far from alike
    np.testing.assert_allclose(apart, apart[0], atol=1e-6)
    np.testing.assert_allclose(sampled, dense, atol=1e-6)


def test_posterior_is_that_of_nuts(oracle: ModuleType, diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    from diaries import PRIORS

    draws = oracle.sample(oracle.prepare(diary, PRIORS), seed=0, warmup=300, draws=2000, chains=1)
    # Whether the shipped number of points is enough is for the benchmark to say, of diaries long enough to be fitted.
    monkeypatch.setattr(ignorable, "DRAWS", 1024)
    fit = fit_ignorable(diary, PRIORS)
    log_half_life = np.log(fit.half_life_h)
    middle = fit.points.average(log_half_life)
    peak, as_taken = contrasts.peak(fit, 1.0), contrasts.as_taken(fit)
    ours = {
        "peak": (peak.value, peak.spread),
        "as_taken": (as_taken.value, as_taken.spread),
        "log_half_life": (middle, np.sqrt(fit.points.average((log_half_life - middle) ** 2))),
    }
    for name, (mean, sd) in ours.items():
        nuts = oracle.moments(draws.of[name])
        assert nuts.effective > 1000, name
        assert abs(mean - nuts.mean) / nuts.sd < 0.05 + 3 * nuts.mean_error, name
        assert abs(sd / nuts.sd - 1) < 0.05 + 3 * nuts.sd_error, name


@pytest.mark.parametrize("driver", ["felt", "recorded"])
def test_joint_log_density_is_that_of_the_estimators_own_terms(oracle: ModuleType, driver: Driver) -> None:
    import _joint_oracle
    from diaries import PRIORS, make

    diary = make(Plan(driver=driver, days=30, seed=1))[0]
    model = _joint_oracle.Averaged(diary, PRIORS)
    data = _joint_oracle.prepare(model, model.start)
    assert _joint_oracle.apart(model, data, seed=0) < 1e-10
    middle = replace(data, averaged=0.0)
    assert _joint_oracle.apart(_joint_oracle.Plain(diary, PRIORS), middle, seed=0) < 1e-10
    for other in (middle, replace(data, dose=data.dose * 1.01), replace(data, gap_h=data.gap_h * 1.01)):
        assert _joint_oracle.apart(model, other, seed=0) > 1e-6
