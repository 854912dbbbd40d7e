"""Steps and the ways through them; the bidiagonal solve; where samples fall among events."""

import numpy as np
import pytest

from steelyard.exposure.doses import Doses, checked, events
from steelyard.exposure.placing import Places, in_order
from steelyard.exposure.steps import OUT, SOURCE, Routes, Steps, carry, routes


def test_carrying_is_the_recursion_it_says() -> None:
    rng = np.random.default_rng(0)
    kept, added = rng.random((3, 7)), rng.random((3, 8))
    want = added.copy()
    for i in range(1, 8):
        want[:, i] = kept[:, i - 1] * want[:, i - 1] + added[:, i]
    np.testing.assert_allclose(carry(kept, added.copy()), want, rtol=1e-15)
    shared = np.vstack([carry(kept[:1], row[None, :].copy()) for row in added])
    np.testing.assert_allclose(carry(kept[:1], added.copy()), shared, rtol=1e-15)
    assert carry(np.empty((2, 0)), np.ones((2, 1))).tolist() == [[1.0], [1.0]]
    assert carry(np.empty((2, 0)), np.empty((2, 0))).shape == (2, 0)


def net(**links: float) -> Routes:
    """Steps 1 and 2 after the source; `a_b` is the link from a to b."""
    weight = {(b, b): np.array([[rate]]) for b, rate in enumerate((0.0, 1.0, 2.0))}
    for name, value in links.items():
        a, b = (OUT if part == "out" else int(part) for part in name[1:].split("_"))
        weight[a, b] = np.array([[value]])
    return routes(Steps(weight, (0, 1, 2)))


def test_ways_multiply_along_and_add_beside() -> None:
    through = net(n0_1=0.5, n1_2=3.0, n1_out=5.0, n2_out=7.0)
    assert through.enters.keys() == {1}
    assert {kinds: w.item() for kinds, w in through.ways[1, OUT].items()} == {(1,): 5.0, (1, 2): 21.0}
    assert {kinds: w.item() for kinds, w in through.ways[SOURCE, OUT].items()} == {(0, 1): 2.5, (0, 1, 2): 10.5}
    assert (2, 1) not in through.ways
    assert (1, 1) not in through.ways


def test_ways_over_the_same_kinds_are_added() -> None:
    weight = {(b, b): np.array([[rate]]) for b, rate in enumerate((0.0, 1.0, 2.0, 2.0, 3.0))}
    weight |= {link: np.array([[float(w)]]) for link, w in {(1, 2): 2, (1, 3): 3, (2, 4): 5, (3, 4): 7, (4, OUT): 1}.items()}
    through = routes(Steps(weight, (0, 1, 2, 2, 4)))
    assert {kinds: w.item() for kinds, w in through.ways[1, 4].items()} == {(1, 2, 4): 31.0}


def test_persons_whose_rates_rank_alike_are_neighbours() -> None:
    weight = {(0, 0): np.zeros((1, 1)), (1, 1): np.array([[1.0], [5.0], [1.0], [5.0]]), (2, 2): np.full((4, 1), 2.0)}
    order = routes(Steps(weight, (0, 1, 2))).alike().tolist()
    assert sorted(order) == [0, 1, 2, 3]
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset({0, 2}), frozenset({1, 3})}


@pytest.mark.parametrize("span", [50, 1 << 21, 1 << 39])
def test_order_of_minutes(span: int) -> None:
    rng = np.random.default_rng(1)
    minute = rng.integers(-span, span, (4, 300))
    minute[1] = 7
    ordered, order = in_order(minute)
    assert order is not None
    np.testing.assert_array_equal(ordered, np.sort(minute, axis=1))
    np.testing.assert_array_equal(np.take_along_axis(minute, order, 1), ordered)
    assert (np.sort(order, axis=1) == np.arange(300)).all()
    same, none = in_order(ordered)
    assert none is None
    assert same is ordered


@pytest.mark.parametrize("own", [False, True])
def test_samples_find_the_last_dose_whose_lag_is_over(own: bool) -> None:
    minute, samples = np.array([[10, 10, 20, 40]]), np.array([[5, 45, 10, 11, 20, 21, 12, 1000]])
    lag_min = np.array([0.0, 1.5, 30.0])
    if own:
        minute, samples = np.repeat(minute, 3, axis=0), np.repeat(samples, 3, axis=0)
    last, since = Places(minute, samples, lag_min).rows(minute, np.arange(3))
    for row, lag in enumerate(lag_min):
        for at, s in enumerate(samples[0]):
            acting = [i for i, m in enumerate(minute[0]) if m + lag < s]
            assert last[row, at] == (acting[-1] if acting else -1)
            if acting:
                assert since[row, at] == pytest.approx((s - minute[0, acting[-1]] - lag) / 60, rel=1e-15)


def test_slow_doses_begin_and_end() -> None:
    log = Doses(np.array([0, 60, 30]), np.array([10.0, 6.0, 3.0]), duration_min=np.array([120, 60, 0]))
    found = events(checked(log))
    assert found.minute.tolist() == [[0, 30, 60, 120, 120]]
    assert found.amount.tolist() == [[0.0, 3.0, 0.0, 0.0, 0.0]]
    assert found.flow is not None
    assert found.flow[0, [0, 1, 2, 4]].tolist() == [5.0, 5.0, 11.0, 0.0]  # mg an hour; both end together


def test_doses_at_once_come_without_a_flow() -> None:
    found = events(checked(Doses(np.array([5, 1]), np.array([2.0, 3.0]))))
    assert found.flow is None
    assert (found.minute.tolist(), found.amount.tolist()) == ([[1, 5]], [[3.0, 2.0]])
