"""Counting in a table of whole numbers gives what counting by hand gives, however small the table is."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.population.counting import Counts, count

from .conftest import Caers

Rows = list[tuple[int, int]]


def arrays(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    ordered = sorted(rows, key=lambda row: row[0])
    return tuple(np.array([row[at] for row in ordered], dtype=np.int32) for at in (0, 1))  # type: ignore[return-value]


def by_hand(drugs: Rows, events: Rows) -> dict[tuple[int, int], int]:
    return dict(Counter((drug, event) for a, drug in set(drugs) for b, event in set(events) if a == b))


def found(counts: Counts) -> dict[tuple[int, int], int]:
    return {(int(d), int(e)): int(n) for d, e, n in zip(counts.drug, counts.event, counts.n, strict=True)}


rows = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=60)


@given(rows, rows, st.sampled_from([1, 9, 1000]))
@settings(max_examples=150, deadline=None)
def test_pairs_and_margins_are_those_counted_by_hand(drugs: Rows, events: Rows, cells: int) -> None:
    counts = count(*arrays(drugs), *arrays(events), 10, cells)
    assert found(counts) == by_hand(drugs, events)
    assert list(found(counts)) == sorted(found(counts))
    for rows_, margin in ((drugs, counts.n_drug), (events, counts.n_event)):
        many = Counter(code for _, code in set(rows_))
        assert [many[code] for code in range(len(margin))] == margin.tolist()


def test_a_table_too_small_for_all_drugs_counts_the_rest_all_the_same() -> None:
    rng = np.random.default_rng(0)
    drugs = [(int(r), int(d)) for r, d in zip(rng.integers(0, 400, 1500), np.minimum(rng.zipf(1.5, 1500), 39), strict=True)]
    events = [(int(r), int(e)) for r, e in zip(rng.integers(0, 400, 1500), rng.integers(0, 20, 1500), strict=True)]
    whole, part, none = (count(*arrays(drugs), *arrays(events), 400, cells) for cells in (10_000, 100, 1))
    assert found(whole) == found(part) == found(none) == by_hand(drugs, events)


def test_real_reports_have_the_known_number_of_pairs_and_expected_counts(caers: Caers) -> None:
    counts = count(*caers.codes(1), *caers.codes(2), len(caers.reports))
    assert (counts.total, len(counts.n)) == (3_356, 17_189)
    drugs, events = ({(row[0], row[at]) for row in caers.rows} for at in (1, 2))
    n_drug, n_event = (Counter(code for _, code in each) for each in (drugs, events))
    own = counts.n_drug[counts.drug] * (counts.n_event[counts.event] / counts.total)
    exact = [n_drug[caers.drugs[d]] * n_event[caers.events[e]] / 3_356 for d, e in zip(counts.drug, counts.event, strict=True)]
    assert own == pytest.approx(exact, rel=1e-13)


def test_rows_out_of_order_and_reports_beyond_the_total_are_refused() -> None:
    good = (np.array([0, 1], dtype=np.int32), np.array([0, 0], dtype=np.int32))
    bad = (np.array([1, 0], dtype=np.int32), good[1])
    with pytest.raises(ValueError, match="ordered by report"):
        count(*bad, *good, 2)
    with pytest.raises(ValueError, match="below the total"):
        count(*good, *good, 1)


def test_no_reports_give_no_pairs() -> None:
    none = np.empty(0, dtype=np.int32)
    counts = count(none, none, none, none, 0)
    assert len(counts.n) == 0 and counts.total == 0
