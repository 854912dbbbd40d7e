"""PRR, ROR, IC and the likelihood ratio, against their formulas in exact arithmetic and against published rows."""

import csv
from collections import Counter
from fractions import Fraction
from math import comb
from pathlib import Path

import mpmath
import numpy as np
import pytest

from steelyard.population.measures import (
    Highest,
    Table,
    distinct_counts,
    expected,
    highest,
    ic,
    likelihood_ratio,
    prr,
    ror,
    table,
)

mpmath.mp.dps = 40
Z = mpmath.mpf("1.95996398454005423552459443052")


def exact_ic(n: int, expect: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """IC with the quantiles of its gamma distribution found by bisection of the integral."""

    def quantile(chance: float) -> mpmath.mpf:
        shape = mpmath.mpf(n) + mpmath.mpf("0.5")

        def beyond(x: mpmath.mpf) -> mpmath.mpf:
            return mpmath.gammainc(shape, 0, x, regularized=True) - mpmath.mpf(chance)

        low, high = mpmath.mpf(0), shape + 20 * mpmath.sqrt(shape) + 20
        for _ in range(110):
            middle = (low + high) / 2
            low, high = (middle, high) if beyond(middle) < 0 else (low, middle)
        return low

    rate = expect + mpmath.mpf("0.5")
    log2 = lambda x: mpmath.log(x, 2)  # noqa: E731
    return log2((n + mpmath.mpf("0.5")) / rate), log2(quantile(0.025) / rate), log2(quantile(0.975) / rate)


def exact_ratio(value: mpmath.mpf, variance: mpmath.mpf) -> list[mpmath.mpf]:
    width = mpmath.exp(Z * mpmath.sqrt(variance))
    return [value, value / width, value * width]


def tiny(folder: Path) -> tuple[list[tuple[int, int, int]], int]:
    """The counts of every pair of the pvda table: n, n_drug, n_event; and all reports."""
    with (folder / "tiny_reports.csv").open(encoding="utf-8") as file:
        rows = [(row["report_id"], row["drug"], row["event"]) for row in csv.DictReader(file)]
    drugs, events = ({(row[0], row[at]) for row in rows} for at in (1, 2))
    n_drug, n_event = (Counter(each for _, each in pairs) for pairs in (drugs, events))
    both = Counter((drug, event) for report, drug in drugs for other, event in events if report == other)
    return [(n, n_drug[drug], n_event[event]) for (drug, event), n in sorted(both.items())], len({row[0] for row in rows})


def assert_as_exact(counts: list[tuple[int, int, int]], total: int) -> None:
    made = table(*(np.array(column) for column in zip(*counts, strict=True)), total)
    components, ratios, odds = ic(made), prr(made), ror(made)
    for at, (n, n_drug, n_event) in enumerate(counts):
        expect = mpmath.mpf(n_drug) * n_event / total
        assert float(expect) == pytest.approx(expected(made)[at], rel=1e-13)
        for own, exact in zip((components.value, components.low, components.high), exact_ic(n, expect), strict=True):
            assert own[at] == pytest.approx(float(exact), rel=1e-10, abs=1e-10)
        c, d = n_event - n, total - n_drug
        if not n or not c or n == n_drug or c == d:
            continue
        share = mpmath.mpf(n) / n_drug / (mpmath.mpf(c) / d)
        for own, exact in zip(
            (ratios.value, ratios.low, ratios.high),
            exact_ratio(share, mpmath.mpf(1) / n - mpmath.mpf(1) / n_drug + mpmath.mpf(1) / c - mpmath.mpf(1) / d),
            strict=True,
        ):
            assert own[at] == pytest.approx(float(exact), rel=1e-10)
        cells = [mpmath.mpf(each) for each in (n, n_drug - n, c, d - c)]
        for own, exact in zip(
            (odds.value, odds.low, odds.high),
            exact_ratio(cells[0] * cells[3] / cells[1] / cells[2], sum(1 / each for each in cells)),
            strict=True,
        ):
            assert own[at] == pytest.approx(float(exact), rel=1e-10)


def test_every_pair_of_the_pvda_table_has_the_exact_measures(reports_folder: Path) -> None:
    counts, total = tiny(reports_folder)
    assert total == 110
    assert_as_exact(counts, total)


def test_pairs_from_none_to_most_of_the_reports_have_the_exact_measures() -> None:
    assert_as_exact([(0, 5, 9), (1, 1, 3), (1, 40, 2), (3, 3, 3), (16, 44, 31), (900, 1000, 950), (500, 3000, 700)], 3356)


# Products called KRATOM among 48,840 reports on supplements, 404 of them: term, n, n_event, PRR with its interval, ROR with half a report
# in each cell, IC. Source: outputs/tables/robust_signals.csv of github.com/hayden-farquhar/CAERS-Supplement-Signalling.
KRATOM = [
    ("Death", 178, 1262, (19.6869131562603, 17.3797156122764, 22.3003965236557), 34.4098968304129, 4.02835175998715),
    ("Dependence", 103, 447, (35.8976226110983, 29.4737583138483, 43.721580919776), 47.9226870004116, 4.62394185401079),
    ("Toxicity", 102, 199, (126.071042155762, 97.1925806946718, 163.530050921996), 167.994871794872, 5.5777562460951),
    ("Accidental Death", 37, 38, (4435.9702970297, 610.090188146296, 32253.9730329365), 3294.93197278912, 5.52512877857668),
    ("Overdose", 32, 230, (19.3763376337634, 13.513462548718, 27.782846827308), 21.2026608963197, 3.75780802134449),
    ("Pulmonary Oedema", 29, 53, (144.868399339934, 85.1060162246988, 246.596586919362), 155.239952172613, 4.97435100680441),
    ("Withdrawal Syndrome", 28, 147, (28.2096680256261, 18.912009006356, 42.0783095993969), 30.6066945606695, 4.05386524968891),
    ("Convulsion", 25, 833, (3.70950151945888, 2.52215146154626, 5.45581886443552), 3.95835991601096, 1.78675344953857),
]


@pytest.mark.parametrize(("term", "n", "n_event", "ratio", "odds", "component"), KRATOM)
def test_published_rows_of_kratom_come_out_again(
    term: str, n: int, n_event: int, ratio: tuple[float, float, float], odds: float, component: float
) -> None:
    counts = table(n, 404, n_event, 48_840)
    own = prr(counts)
    assert own.value[0] == pytest.approx(ratio[0], rel=1e-12)
    # The published interval takes 1.96 where the normal distribution has 1.959964.
    assert (own.low[0], own.high[0]) == pytest.approx(ratio[1:], rel=1e-4)
    assert ror(counts, 0.5).value[0] == pytest.approx(odds, rel=1e-12)
    assert ic(counts).value[0] == pytest.approx(component, rel=1e-12)


def test_the_published_interval_of_the_component_is_not_the_exact_one() -> None:
    """It adds a natural-log standard error to a log2 value (3.8839); the exact lower end is 3.809."""
    assert ic(table(178, 404, 1262, 48_840)).low[0] == pytest.approx(3.809, abs=5e-4)


def test_an_event_of_one_drug_only_has_no_finite_ratio_and_a_finite_component() -> None:
    counts = table(7, 7, 7, 100)
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(prr(counts).value[0]) and not np.isfinite(ror(counts).value[0])
    assert np.isfinite([ic(counts).value[0], ic(counts).low[0], ror(counts, 0.5).value[0]]).all()


@pytest.mark.parametrize("counts", [(5, 4, 9, 100), (5, 9, 4, 100), (-1, 4, 4, 100), (1, 60, 60, 100), (float("nan"), 4, 4, 100)])
def test_counts_no_reports_can_have_are_refused(counts: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="n_drug, n_event"):
        table(*counts)


def test_the_likelihood_ratio_is_that_of_the_formula_and_none_below_expectation() -> None:
    n, expect, n_drug = np.array([16.0, 1.0, 44.0]), np.array([0.5, 3.0, 4.0]), np.array([44.0, 44.0, 44.0])
    found = likelihood_ratio(n, expect, n_drug)
    assert found[0] == pytest.approx(16 * np.log(16 / 0.5) + 28 * np.log(28 / 43.5), rel=1e-13)
    assert found[1] == 0
    assert found[2] == pytest.approx(44 * np.log(11), rel=1e-13)


def enumerated(n_drug: int, shares: list[Fraction], ratio: float) -> float:
    """The chance that any of independent binomial counts has a log likelihood ratio this high, by going through all counts."""
    below = Fraction(1)
    for share in shares:
        reaching = (
            k
            for k in range(n_drug + 1)
            if likelihood_ratio(np.array([float(k)]), np.array([float(share * n_drug)]), n_drug)[0] >= ratio - 1e-12
        )
        below *= 1 - sum(Fraction(comb(n_drug, k)) * share**k * (1 - share) ** (n_drug - k) for k in reaching)
    return float(1 - below)


@pytest.mark.parametrize("n", [1, 2, 4, 7, 12])
def test_the_highest_by_chance_is_that_of_all_counts_gone_through(n: int) -> None:
    shares = [Fraction(1, 40), Fraction(1, 12), Fraction(1, 3), Fraction(1, 200)]
    found = highest(float(n), 1.0, np.array([float(12 * each) for each in (Fraction(1, 12), *shares)]), 12.0)
    assert found.events == 5
    assert found.log_ratio == pytest.approx(likelihood_ratio(np.array([float(n)]), np.array([1.0]), 12.0)[0])
    assert found.chance == pytest.approx(enumerated(12, [Fraction(1, 12), *shares], found.log_ratio), rel=1e-10)


def test_among_many_events_what_alone_would_be_remarkable_is_not() -> None:
    """7 reports where 2 are expected come by chance alone with 1 in 200 for one event, and mostly for one among 200."""
    alone, among = (highest(7.0, 2.0, np.full(many, 2.0), 1000.0) for many in (1, 200))
    tail = float(
        1 - sum(mpmath.binomial(1000, k) * mpmath.mpf("0.002") ** k * mpmath.mpf("0.998") ** (1000 - k) for k in range(7))
    )
    assert alone.chance == pytest.approx(tail, rel=1e-10)
    assert among.chance == pytest.approx(1 - (1 - tail) ** 200, rel=1e-10)
    assert among.chance > 0.5
    assert highest(30.0, 2.0, np.full(200, 2.0), 1000.0).chance < 1e-20


@pytest.mark.parametrize(("n", "expect"), [(0.0, 2.0), (2.0, 2.0), (1.0, 3.0), (10.0, 10.0)])
def test_what_is_not_above_expectation_is_reached_by_chance_for_certain(n: float, expect: float) -> None:
    assert highest(n, expect, np.array([2.0, expect]), 10.0) == Highest(0.0, 1.0, 2)


def test_a_drug_with_one_report_can_be_told_apart_from_nothing() -> None:
    """Its event is the rarer the less likely; among 3 events that each have half of all reports, one is all but sure."""
    assert highest(1.0, 0.5, np.full(3, 0.5), 1.0).chance == pytest.approx(7 / 8)
    assert highest(1.0, 0.01, np.array([0.01]), 1.0).chance == pytest.approx(0.01)


def test_counts_are_placed_as_by_sorting() -> None:
    n = np.array([3.0, 0.0, 7.0, 3.0, 1e6])
    distinct, place = distinct_counts(n)
    assert distinct.tolist() == [0, 3, 7, 1e6]
    assert distinct[place].tolist() == n.tolist()


def test_a_table_of_strata_has_a_total_for_each() -> None:
    counts = Table(np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array([5.0, 5.0]), np.array([10.0, 20.0]))
    assert expected(counts).tolist() == [1.0, 1.0]
