"""A picture made of characters is still a picture: things must stand where the numbers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.reports.interval_plot import interval_plot

NUMBER = st.floats(-100, 100, allow_nan=False)


def test_marks_stand_where_the_numbers_say() -> None:
    drawn = interval_plot([(-0.5, 0.0, 0.5), (0.5, 1.0, 1.5)], 1.0, 21)
    assert drawn == ["[----o----]    :     ", "     |    [----o----]"]


def test_no_smallest_change_leaves_no_mark() -> None:
    assert ":" not in "".join(interval_plot([(1.0, 2.0, 3.0)], None, 30))


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER).map(sorted), min_size=1, max_size=4), NUMBER, st.integers(3, 60))
def test_lines_keep_their_width_and_the_order_of_the_numbers(bounds: list[list[float]], least: float, width: int) -> None:
    lines = interval_plot([(low, value, high) for low, value, high in bounds], least, width)
    assert len(lines) == len(bounds)
    for line in lines:
        assert len(line) == width
        assert line.count("o") == 1
        assert line.find("[") <= line.find("o") or line.find("[") == -1
        assert line.find("]") >= line.find("o") or line.find("]") == -1


def test_everything_at_zero_is_drawn_rather_than_divided_by_zero() -> None:
    assert interval_plot([(0.0, 0.0, 0.0)], None, 5) == ["o    "]


def test_too_narrow_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        interval_plot([(0.0, 0.5, 1.0)], None, 2)
