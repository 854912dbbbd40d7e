"""The modes of the compartments, against 50 digits; their coupling, against differences."""

import mpmath as mp
import numpy as np
import pytest
from numpy.typing import NDArray

from steelyard.exposure.modes import coupling, eigenmodes

Array = NDArray[np.float64]


def given(
    clearance: float = 230, volume: float = 900, q2: float = 0, v2: float = 1, q3: float = 0, v3: float = 1
) -> dict[str, Array]:
    numbers = {"clearance": clearance, "volume": volume, "q2": q2, "v2": v2, "q3": q3, "v3": v3}
    return {name: np.array([float(value)]) for name, value in numbers.items()}


def exact(numbers: dict[str, Array]) -> tuple[list[float], list[float]]:
    """Rates, fastest first, and the share of each in the central compartment."""
    n = {name: mp.mpf(float(value[0])) for name, value in numbers.items()}
    with mp.workdps(60):
        pairs = [(n[f"q{i}"], n[f"v{i}"]) for i in "23" if n[f"q{i}"] > 0]
        matrix = mp.zeros(1 + len(pairs))
        matrix[0, 0] = (n["clearance"] + sum(q for q, _ in pairs)) / n["volume"]
        for j, (q, v) in enumerate(pairs, 1):
            matrix[j, j] = q / v
            matrix[0, j] = matrix[j, 0] = -q / mp.sqrt(n["volume"] * v)
        values, vectors = mp.eigsy(matrix)
        order = sorted(range(len(values)), key=lambda i: -values[i])
        return [float(values[i]) for i in order], [float(vectors[0, i] ** 2) for i in order]


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("changed", ["clearance", "volume", "q2", "v2", "q3", "v3"])
@pytest.mark.parametrize("compartments", [2, 3])
def test_small_rates_and_shares_are_precise_too(compartments: int, changed: str, factor: float) -> None:
    numbers = given(q2=300, v2=8000, q3=40 if compartments == 3 else 0, v3=20000)
    numbers[changed] = numbers[changed] * factor
    modes = eigenmodes(numbers)
    rates, shares = exact(numbers)
    # where one rate is a hundred million times another, the slow ones are small differences of great flows
    lost = 3e-18 * rates[0] / rates[-1]
    np.testing.assert_allclose(modes.rate[:, 0], rates, rtol=2e-13 + lost)
    np.testing.assert_allclose(modes.turn[0, :, 0] ** 2, shares, rtol=2e-11 + lost)


def test_one_compartment_loses_clearance_over_volume() -> None:
    modes = eigenmodes(given())
    assert modes.rate.tolist() == [[230 / 900]]
    assert modes.turn.tolist() == [[[1.0]]]


def test_the_turn_keeps_lengths_and_makes_the_exchange_diagonal() -> None:
    modes = eigenmodes(given(q2=300, v2=8000, q3=40, v3=20000))
    turn = modes.turn[:, :, 0]
    np.testing.assert_allclose(turn.T @ turn, np.eye(3), atol=1e-15)
    assert (turn[0] >= 0).all()
    assert (np.diff(modes.rate[:, 0]) < 0).all()
    # the whole is given back: the central compartment loses (clearance + exchanges) / volume
    assert (turn * modes.rate[:, 0] @ turn.T)[0, 0] == pytest.approx(570 / 900, rel=1e-14)


def test_absent_compartments_are_never_the_slowest_nor_seen() -> None:
    both = {name: np.array([value[0], value[0]]) for name, value in given(q2=300, v2=8000, q3=40, v3=20000).items()}
    both["q2"], both["q3"] = np.array([300.0, 0.0]), np.array([40.0, 0.0])
    modes = eigenmodes(both)
    assert modes.rate[-1, 1] == pytest.approx(230 / 900, rel=1e-15)
    assert np.sort(modes.turn[0, :, 1]).tolist() == [0.0, 0.0, 1.0]
    alone = eigenmodes(given(q2=300, v2=8000, q3=40, v3=20000))
    np.testing.assert_array_equal(modes.rate[:, 0], alone.rate[:, 0])


@pytest.mark.parametrize("name", ["clearance", "volume", "q2", "v2", "q3", "v3"])
def test_the_diagonal_of_the_coupling_is_how_the_rates_move(name: str) -> None:
    numbers, step = given(q2=300, v2=8000, q3=40, v3=20000), 1e-4
    moved = [eigenmodes({**numbers, name: numbers[name] * np.exp(n * step)}).rate[:, 0] for n in (-2, -1, 1, 2)]
    want = (moved[0] - 8 * moved[1] + 8 * moved[2] - moved[3]) / (12 * step)
    got = coupling(numbers, eigenmodes(numbers), name)[:, :, 0]
    np.testing.assert_allclose(np.diag(got), want, atol=1e-11)
    np.testing.assert_allclose(got, got.T, atol=1e-16)


def test_what_the_modes_do_not_depend_on_couples_nothing() -> None:
    numbers = given(q2=300, v2=8000)
    assert not coupling(numbers, eigenmodes(numbers), "ka").any()
    assert not coupling(numbers, eigenmodes(numbers), "q3").any()
