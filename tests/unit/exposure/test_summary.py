"""Answers on curves whose answers are known by hand."""

import numpy as np
import pytest

from steelyard.exposure.summary import band, build_up, course, daily, last_above, levelled_after, together, worn_off_by

HOURS = np.arange(0, 10, 1.0)


def test_a_straight_fall_crosses_where_a_ruler_says() -> None:
    falling = np.array([1 - HOURS / 8])  # half is left after 4 h, a quarter after 6 h
    assert last_above(falling, HOURS, 0.5) == pytest.approx([4.0])
    assert last_above(falling, HOURS, 0.2) == pytest.approx([6.4])


def test_of_two_humps_the_last_one_counts() -> None:
    curve = np.array([[0, 1, 0, 0, 0, 1, 0.5, 0, 0, 0.0]])
    assert last_above(curve, HOURS, 0.5) == pytest.approx([6.0])
    assert last_above(curve, HOURS, 0.75) == pytest.approx([5.5])


def test_each_draw_is_answered_by_itself() -> None:
    never, always, once = np.zeros(10), np.ones(10), np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    assert last_above(np.array([never, always, once]), HOURS, 0.5) == pytest.approx([0.0, np.inf, 0.5])


def test_what_is_still_there_at_the_last_sample_has_no_end() -> None:
    assert np.isinf(last_above(np.array([np.linspace(0, 1, 10)]), HOURS, 0.9)).all()


def test_the_chance_of_having_worn_off_is_the_share_of_draws_that_have() -> None:
    assert worn_off_by(np.array([2.0, 4.0, 6.0, np.inf]), np.array([1.0, 4.0, 5.0, 100.0])).tolist() == [0.0, 0.5, 0.5, 0.75]


def test_a_band_is_the_median_and_the_middle_95_percent() -> None:
    found = band(np.arange(1, 1002, dtype=float))
    assert (found.value, found.low, found.high) == (501.0, 26.0, 976.0)


def test_a_band_with_draws_that_never_end_says_so_only_where_it_must() -> None:
    found = band(np.concatenate([np.arange(90.0), np.full(10, np.inf)]))
    assert found.value == 49.0 and np.isinf(found.high) and found.low == 2.0


def test_the_course_runs_sample_by_sample() -> None:
    middle, low, high = course(np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 5.0]]))
    assert middle.tolist() == [1.0, 3.0]
    assert (low < middle).all() and (high > middle).all()


def test_days_are_averaged_and_the_last_is_set_against_the_first() -> None:
    hours = np.arange(0, 72, 6.0)
    level = np.array([[0, 1, 2, 1, 1, 2, 3, 2, 2, 3, 4, 3.0]])
    days = daily(level, hours)
    assert days.tolist() == [[1.0, 2.0, 3.0]]
    assert build_up(days).tolist() == [3.0]


def test_a_day_that_is_not_whole_is_left_out() -> None:
    assert daily(np.ones((1, 30)), np.arange(0, 30, 1.0)).shape == (1, 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([1.0, 5.0, 9.5, 10.0], 3),  # 9.5 is within a tenth of 10
        ([10.0, 10.0, 10.0, 10.0], 1),
        ([10.0, 5.0, 10.0, 10.0], 3),  # a dip after a good start counts
        ([1.0, 2.0, 3.0, 10.0], 4),
    ],
)
def test_it_has_levelled_from_the_first_day_after_which_nothing_is_off(days: list[float], expected: int) -> None:
    assert levelled_after(np.array([days]), 0.1).tolist() == [expected]


def test_together_counts_only_samples_at_which_both_are_there() -> None:
    one = np.zeros((1, 8))  # two days of four samples of 6 h
    other = np.zeros((1, 8))
    one[0, 0:3], other[0, 2:6] = 1.0, 1.0
    hours, days = together(one, other, 0.5, 6.0)
    assert hours.tolist() == [3.0], "one sample of 6 h in two days"
    assert days.tolist() == [0.5]
