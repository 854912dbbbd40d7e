"""What must hold for pooling whatever diaries say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.population.lattice import Grid
from steelyard.population.pooling import People, log_likelihood, people, pool_people, single

SCALE = 3.0
few = settings(deadline=None, max_examples=25)
sizes = st.floats(-6, 6)


@st.composite
def some_people(draw: st.DrawFn, most: int = 6) -> People:
    """Up to six people, each with one to three normals."""
    said = []
    for _ in range(draw(st.integers(1, most))):
        parts = draw(st.lists(st.tuples(st.floats(0.05, 1), sizes, st.floats(0.05, 3)), min_size=1, max_size=3))
        weight, mean, sd = (list(values) for values in zip(*parts, strict=True))
        said.append(([w / sum(weight) for w in weight], mean, sd))
    return people(said)


@few
@given(some_people())
def test_every_interval_is_one(told: People) -> None:
    found = pool_people(told, SCALE)
    own = single(told, found.coarse)
    for one in (found.mean, found.spread, found.another, own):
        assert np.all(np.isfinite([one.value, one.low, one.high, one.sd]))
        assert np.all(one.low <= one.high) and np.all(one.sd > 0)
    assert found.spread.low >= 0
    assert found.another.sd >= found.mean.sd * (1 - 1e-3)


@few
@given(some_people())
def test_mirrored_diaries_give_the_mirrored_answer(told: People) -> None:
    one, other = pool_people(told, SCALE), pool_people(People(told.weight, -told.mean, told.sd), SCALE)
    np.testing.assert_allclose([other.mean.low, other.mean.high], [-one.mean.high, -one.mean.low], atol=2e-3)
    np.testing.assert_allclose([other.spread.low, other.spread.high], [one.spread.low, one.spread.high], atol=2e-3)


@few
@given(some_people(), st.floats(-5, 5), st.floats(0.01, 4))
def test_somebody_who_says_nothing_changes_nothing(told: People, mean: float, spread: float) -> None:
    k = told.weight.shape[1]
    silent = np.eye(1, k)
    more = People(np.vstack([told.weight, silent]), np.vstack([told.mean, np.zeros(k)]), np.vstack([told.sd, np.full(k, 1e6)]))
    at = np.array([mean, mean + 1]), np.array([spread, spread / 2])
    one, other = (np.diff(log_likelihood(x, *at)) for x in (told, more))
    np.testing.assert_allclose(one, other, atol=1e-8)


@few
@given(some_people(), st.floats(-5, 5), st.floats(0.01, 4))
def test_a_part_with_no_weight_says_nothing(told: People, mean: float, spread: float) -> None:
    n = len(told.weight)
    padded = People(
        *(np.column_stack([x, np.full(n, fill)]) for x, fill in ((told.weight, 0.0), (told.mean, 77.0), (told.sd, 0.1)))
    )
    at = np.array([mean]), np.array([spread])
    np.testing.assert_allclose(log_likelihood(padded, *at), log_likelihood(told, *at))
    grid = Grid(*at, np.ones(1))
    np.testing.assert_allclose(single(padded, grid).low, single(told, grid).low, atol=1e-6)


@few
@given(sizes, st.floats(0.05, 3), sizes, st.floats(0.05, 3))
def test_nobody_is_drawn_beyond_what_others_say(own: float, sd: float, mean: float, spread: float) -> None:
    found = single(people([([1.0], [own], [sd])]), Grid(np.array([mean]), np.array([spread]), np.ones(1)))
    assert min(own, mean) - 1e-9 <= found.value[0] <= max(own, mean) + 1e-9
    assert found.sd[0] < min(sd, spread) * (1 + 1e-9)
