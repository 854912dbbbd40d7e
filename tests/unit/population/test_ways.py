"""The same question in several ways, on reports few enough to count by hand."""

import numpy as np
import pytest

from steelyard.population.measures import Table, ic_of
from steelyard.population.ways import by_year, counted, differing, way, within, without

DRUG, EVENT = np.array([0, 2, 4, 6]), np.array([2, 3, 6, 9])  # of ten reports


def numbers(counts: Table) -> tuple[float, float, float, object]:
    return float(counts.n[0]), float(counts.n_drug[0]), float(counts.n_event[0]), counts.total


def test_reports_are_counted_and_some_left_out() -> None:
    assert numbers(counted(DRUG, EVENT, 10)) == (2, 4, 4, 10)
    assert numbers(without(DRUG, EVENT, np.array([0, 3, 6]), 10)) == (1, 2, 2, 7)
    assert numbers(without(DRUG, EVENT, np.arange(10), 10)) == (0, 0, 0, 0)


def test_a_way_has_its_counts_and_its_component() -> None:
    found, exact = way("all", counted(DRUG, EVENT, 10)), ic_of(np.array([2.0]), np.array([1.6]))
    assert (found.name, found.n, found.expected) == ("all", 2, pytest.approx(1.6))
    assert found.ic == pytest.approx((exact.value[0], exact.low[0], exact.high[0]))


def test_strata_are_added_up_each_with_its_own_expectation() -> None:
    strata = Table(np.array([2.0, 0.0]), np.array([4.0, 0.0]), np.array([4.0, 50.0]), np.array([8.0, 60.0]))
    found = within("strata", strata)
    assert (found.n, found.expected) == (2, 2.0)  # the stratum without the drug adds nothing
    assert found.ic[0] == 0.0


def test_ways_that_come_to_the_first_counts_are_not_told_again() -> None:
    first, same, fewer = (way(name, counted(drug, EVENT, 10)) for name, drug in (("a", DRUG), ("b", DRUG), ("c", DRUG[:3])))
    assert differing([first, same, fewer]) == (first, fewer)
    assert differing([first]) == (first,)


def test_the_course_begins_with_the_first_year_of_the_drug_and_leaves_out_what_has_no_year() -> None:
    year = np.array([0, 2009, 2010, 2010, 2010, 2011, 2011, 2011, 2011, 0])
    found = by_year(year, DRUG, EVENT)
    assert [(each.year, each.n) for each in found] == [(2010, 1), (2011, 1)]
    assert [each.expected for each in found] == pytest.approx([2 * 2 / 3, 1 * 1 / 4])
    until = ic_of(np.array([2.0]), np.array([3 * 3 / 7]))
    assert found[-1].until == pytest.approx((until.value[0], until.low[0], until.high[0]))


def test_without_years_there_is_no_course() -> None:
    assert by_year(np.zeros(10, dtype=np.int64), DRUG, EVENT) == ()
