"""People drawn from a prior: the middle one is typical, and what is shared cancels from the shape."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.exposure.compartments import Compartments, rates
from steelyard.exposure.curve import curve, regular
from steelyard.exposure.people import people, typical
from steelyard.knowledge.kinetics import BloodPrior, Spread

ONE = Spread(1.0, 1.0, 1.0)
PRIOR = BloodPrior(
    absorption=Spread(0.5, 0.25, 1.0),
    lag=Spread(0.25, 0.2, 0.3125),
    clearance=Spread(200.0, 100.0, 400.0),
    central=Spread(1000.0, 500.0, 2000.0),
    exchange=Spread(200.0, 100.0, 400.0),
    peripheral=Spread(6000.0, 3000.0, 12000.0),
    shared=Spread(1.0, 0.5, 2.0),
    metabolite_made=Spread(0.4, 0.2, 0.8),
    metabolite_clearance=Spread(1000.0, 500.0, 2000.0),
    metabolite_volume=Spread(2000.0, 1000.0, 4000.0),
    citations=("invented",),
)
DRAWS = 4000


def drawn(prior: BloodPrior = PRIOR) -> Compartments:
    return people(prior, np.random.default_rng(1), DRAWS)


def test_the_typical_one_has_every_median_and_ka_of_the_half_life() -> None:
    body = typical(PRIOR)
    assert body.ka == pytest.approx(np.log(2) / 0.5)
    assert (body.clearance, body.volume, body.q2, body.v2, body.lag_h) == (200.0, 1000.0, 200.0, 6000.0, 0.25)
    assert body.metabolite is not None and body.metabolite.formed == 1.0


@pytest.mark.parametrize("name", ["clearance", "volume", "q2", "v2"])
def test_draws_have_the_median_and_the_spread_of_the_prior(name: str) -> None:
    logs = np.log(getattr(drawn(), name))
    middle = np.log(getattr(typical(PRIOR), name))
    assert logs.mean() == pytest.approx(middle, abs=0.03)
    assert logs.std() == pytest.approx(np.log(4) / (2 * 1.959964), rel=0.05)


def test_what_is_all_shared_leaves_the_shape_the_same_for_everybody() -> None:
    """Half the share that arrives doubles clearance and volumes alike: half the level at every minute."""
    middles = {name: getattr(PRIOR, name).median for name in ("clearance", "central", "exchange", "peripheral")}
    alike = {name: Spread(middle, middle * 0.5, middle * 2.0) for name, middle in middles.items()}
    fixed = {name: Spread(m := getattr(PRIOR, name).median, m, m) for name in ("absorption", "lag")}
    body = drawn(replace(PRIOR, **alike, **fixed))
    level = curve(body, regular(1.0, 1, 1), np.arange(0, 1440, 30, dtype=np.int64))
    relative = level / level.max(axis=1, keepdims=True)
    assert np.ptp(relative, axis=0).max() < 1e-9
    assert level.max(axis=1).std() > 0.1 * level.max(axis=1).mean()


def test_spread_that_is_not_shared_makes_half_lives_differ() -> None:
    wide = drawn(replace(PRIOR, shared=ONE))
    narrow = drawn()
    sd = [np.log(rates(body)[0][-1]).std() for body in (wide, narrow)]
    assert sd[0] > 3 * sd[1], "all but rounding of the spread of the second is shared"


def test_the_same_seed_draws_the_same_people() -> None:
    assert np.array_equal(drawn().clearance, drawn().clearance)
