"""Reports told twice: the same in everything, alike in most, and how many more there may be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.population.duplicates import Told, duplicates, set_numbers


def told(*reports: dict[str, Any]) -> Told:
    """Reports of the same woman on the same day unless said otherwise."""
    usual = {"day": 20240105, "sex": 1, "country": 0, "age": 40.0, "drugs": 7, "events": 9, "comparable": True}
    rows = [usual | each for each in reports]
    column = {name: np.array([row[name] for row in rows]) for name in usual}
    return Told(**column, order=np.arange(len(rows)))


def test_of_reports_the_same_in_everything_the_last_is_kept() -> None:
    found = duplicates(told({}, {}, {"age": 41.0}, {}))
    assert found.same.tolist() == [True, True, False, False]
    assert found.alike.tolist() == [False] * 4


@pytest.mark.parametrize("change", [{"day": 20240106}, {"sex": 2}, {"country": 1}, {"age": 41.0}, {"drugs": 8, "events": 10}])
def test_another_person_is_no_second_telling(change: dict[str, Any]) -> None:
    found = duplicates(told({}, change))
    assert not found.same.any() and not found.alike.any()


@pytest.mark.parametrize("change", [{"drugs": 8}, {"events": 10}])
def test_the_same_person_told_with_other_drugs_or_other_events_looks_like_a_second_telling(change: dict[str, Any]) -> None:
    found = duplicates(told({}, change, {"day": 20230101}))
    assert found.same.tolist() == [False] * 3
    assert found.alike.tolist() == [True, False, False]


def test_what_tells_too_little_is_not_compared_and_the_share_is_carried_over_to_it() -> None:
    """Four compared, one of them twice: a quarter; of eight others that makes two."""
    found = duplicates(told({}, {}, {"age": 1.0}, {"age": 2.0}, *({"comparable": False} for _ in range(8))))
    assert found.comparable == 4
    assert not found.same[4:].any()
    assert found.left == pytest.approx(2.0)


def test_no_reports_are_no_repeats() -> None:
    none = np.empty(0, dtype=np.int64)
    found = duplicates(Told(none, none, none, np.empty(0), none, none, np.empty(0, dtype=np.bool_), none))
    assert (found.comparable, found.left) == (0, 0.0)


@given(st.lists(st.sets(st.integers(0, 30), max_size=6), min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_sets_have_the_same_number_exactly_where_they_are_the_same(sets: list[set[int]], shuffle: Any) -> None:
    rows = [(report, code) for report, codes in enumerate(sets) for code in codes]
    shuffle.shuffle(rows)
    report, code = (np.array([row[at] for row in rows], dtype=np.int32) for at in (0, 1))
    numbers = set_numbers(report, code, len(sets))
    for one in range(len(sets)):
        assert (numbers[one] == 0) == (not sets[one])
        for other in range(len(sets)):
            assert (numbers[one] == numbers[other]) == (sets[one] == sets[other])
