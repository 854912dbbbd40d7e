"""Comparison within strata, by formulas in fractions."""

from fractions import Fraction

import numpy as np
import pytest

from steelyard.population.measures import Table, ic_of
from steelyard.population.strata import by_stratum, pooled_ic, pooled_ror, running_ic

# Two strata in which the odds ratio is 1 each and which together, not kept apart, would give another: (n, n_drug, n_event, total).
APART = [(40, 50, 80, 100), (1, 10, 100, 1000)]


def strata(rows: list[tuple[int, int, int, int]]) -> Table:
    return Table(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))


def test_what_is_the_same_within_every_stratum_is_the_same_pooled() -> None:
    found = pooled_ror(strata(APART))
    assert found.value[0] == pytest.approx(1.0, rel=1e-12)
    assert found.low[0] < 1 < found.high[0]
    assert pooled_ic(strata(APART)).value[0] == pytest.approx(0.0, abs=1e-12)
    n, drug, event, total = (sum(row[at] for row in APART) for at in range(4))
    crude = Fraction(n * (total - drug - event + n), (drug - n) * (event - n))
    assert crude > 10


def test_the_pooled_odds_ratio_and_its_interval_are_those_of_mantel_haenszel_and_robins() -> None:
    rows = [(12, 30, 40, 200), (5, 25, 60, 300), (2, 9, 11, 50)]
    cells = [(a, d - a, e - a, t - d - e + a, t) for a, d, e, t in rows]
    r = [Fraction(a * d, t) for a, _, _, d, t in cells]
    s = [Fraction(b * c, t) for _, b, c, _, t in cells]
    p = [Fraction(a + d, t) for a, _, _, d, t in cells]
    q = [Fraction(b + c, t) for _, b, c, _, t in cells]
    value = sum(r) / sum(s)
    variance = (
        sum(x * y for x, y in zip(p, r, strict=True)) / (2 * sum(r) ** 2)
        + sum(x * y for x, y in zip(p, s, strict=True)) / (2 * sum(r) * sum(s))
        + sum(x * y for x, y in zip(q, r, strict=True)) / (2 * sum(r) * sum(s))
        + sum(x * y for x, y in zip(q, s, strict=True)) / (2 * sum(s) ** 2)
    )
    found = pooled_ror(strata(rows))
    width = np.exp(1.959963984540054 * float(variance) ** 0.5)
    assert found.value[0] == pytest.approx(float(value), rel=1e-12)
    assert (found.low[0], found.high[0]) == pytest.approx((float(value) / width, float(value) * width), rel=1e-12)


def test_a_single_stratum_is_the_plain_odds_ratio() -> None:
    found = pooled_ror(strata([(16, 44, 31, 3356)]))
    assert found.value[0] == pytest.approx(16 * 3297 / (28 * 15), rel=1e-12)


def test_where_no_stratum_can_tell_there_is_no_number() -> None:
    assert not np.isfinite(pooled_ror(strata([(3, 3, 3, 9)])).value[0])


def test_reports_are_counted_within_the_strata_that_have_some() -> None:
    stratum = np.array([4, 4, 0, 4, 0, 4])
    held, found = by_stratum(stratum, np.array([0, 1, 2]), np.array([1, 2, 5]))
    assert held.tolist() == [0, 4]
    assert found.n.tolist() == [1, 1]
    assert found.n_drug.tolist() == [1, 2]
    assert found.n_event.tolist() == [1, 2]
    assert np.asarray(found.total).tolist() == [2, 4]


def test_the_course_over_the_years_ends_with_all_reports() -> None:
    until = running_ic(strata([(0, 4, 10, 100), (3, 6, 10, 100), (9, 10, 20, 200)]))
    assert until.value[1] == pytest.approx(np.log2(3.5 / (10 * 20 / 200 + 0.5)))
    last = ic_of(np.array([12.0]), np.array([20 * 40 / 400]))
    assert (until.value[-1], until.low[-1], until.high[-1]) == (last.value[0], last.low[0], last.high[0])
