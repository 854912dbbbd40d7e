"""Where Newton's method starts: from modes that are known to modes that are not."""

import numpy as np

from steelyard.nof1.system import Modes

SCALE = np.array([0.5, 2.0, 1.0])


def test_without_any_mode_the_given_start_serves() -> None:
    start = np.array([1.0, -2.0])
    np.testing.assert_array_equal(Modes(start, SCALE).expected(np.ones(3)), start)


def test_the_best_point_is_given_back_as_it_was() -> None:
    modes = Modes(np.zeros(2), SCALE)
    modes.note(np.zeros(3), -5.0, np.array([1.0, 2.0]))
    modes.note(np.ones(3), -9.0, np.array([7.0, 7.0]))
    np.testing.assert_allclose(modes.expected(np.zeros(3)), [1.0, 2.0])


def test_modes_that_move_linearly_are_foreseen_wherever_they_go() -> None:
    rng = np.random.default_rng(4)
    slope, level = rng.standard_normal((3, 5)), rng.standard_normal(5)
    modes = Modes(np.zeros(5), SCALE)
    for psi in np.vstack([np.zeros(3), np.diag(SCALE)]):
        modes.note(psi, -float(psi @ psi), level + psi @ slope)
    new = rng.standard_normal(3)
    np.testing.assert_allclose(modes.expected(new), level + new @ slope, atol=1e-9)


def test_a_direction_nobody_went_moves_nothing() -> None:
    modes = Modes(np.zeros(1), SCALE)
    modes.note(np.zeros(3), 0.0, np.array([1.0]))
    modes.note(np.array([0.5, 0, 0]), -1.0, np.array([3.0]))
    np.testing.assert_allclose(modes.expected(np.array([0.0, 9.0, 9.0])), [1.0], atol=1e-9)
    np.testing.assert_allclose(modes.expected(np.array([1.0, 0.0, 0.0])), [5.0], atol=1e-9)


def test_only_the_latest_modes_are_kept() -> None:
    """The search begins far away, where modes move otherwise than near the best point."""
    modes = Modes(np.zeros(1), np.ones(1))
    modes.note(np.array([-50.0]), -100.0, np.array([999.0]))
    modes.note(np.array([0.0]), 0.0, np.array([0.0]))
    modes.note(np.array([1.0]), -1.0, np.array([2.0]))
    np.testing.assert_allclose(modes.expected(np.array([2.0])), [4.0], atol=1e-9)
