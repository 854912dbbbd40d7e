"""Rows of many people pooled: which questions there are, who counts, and what is said of whom."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from steelyard.findings.pooled import FEWEST, TOO_FEW, Question, expectation, pooled
from steelyard.population.pooling import People, pool_people, single

MEANS = [-1.4, -0.3, -0.9, -1.2, -0.6]


def row(person: str, mean: float, **more: Any) -> dict[str, Any]:
    """One person's row: what the diary alone says is one normal of standard deviation 0.3."""
    usual: dict[str, Any] = {
        "person": person,
        "mark": f"mark of {person}",
        "substance": "kratom",
        "outcome": "pain",
        "worse_is_up": True,
        "about": "relief",
        "ratings": 100,
        "refused": "",
        "barred": False,
        "worthwhile": 1.0,
        "peak_alone_weight": [1.0],
        "peak_alone_mean": [mean],
        "peak_alone_sd": [0.3],
        "peak_alone_unit": "points",
        "peak_usual": 3.0,
    }
    return usual | more


ROWS = [row(name, mean) for name, mean in zip("abcde", MEANS, strict=True)]


def only(rows: list[dict[str, Any]], **asked: Any) -> Question:
    (question,) = pooled(rows, **asked).questions
    return question


def test_it_is_the_pooling_of_what_each_diary_says() -> None:
    told = People(np.ones((5, 1)), np.array(MEANS)[:, None], np.full((5, 1), 0.3))
    wanted = pool_people(told, 3.0)
    own = single(told, wanted.coarse)
    found = only(ROWS)
    assert found.mean is not None and found.spread is not None and found.another is not None
    assert (found.mean.value, found.spread.high, found.another.low) == (wanted.mean.value, wanted.spread.high, wanted.another.low)
    assert [one.pooled.value for one in found.each] == own.value.tolist()
    assert found.people == 5 and found.unit == "points" and found.worthwhile == 1.0


def test_each_person_stands_there_alone_and_beside_the_others() -> None:
    found = only(ROWS)
    assert [one.person for one in found.each] == list("abcde")
    for one, mean in zip(found.each, MEANS, strict=True):
        assert one.alone.value == pytest.approx(mean, abs=1e-6)
        assert one.alone.high == pytest.approx(norm.ppf(0.975, mean, 0.3), abs=1e-4)
        assert abs(one.pooled.value - np.mean(MEANS)) < abs(mean - np.mean(MEANS)) + 0.05
        assert one.pooled.high - one.pooled.low < one.alone.high - one.alone.low


def test_questions_that_differ_in_anything_are_not_mixed() -> None:
    other = [row(n, 0.0, outcome="mood", worse_is_up=False) for n in "abc"] + [
        row(n, 0.0, peak_alone_unit="probit") for n in "xyz"
    ]
    report = pooled([*ROWS, *other])
    assert [(q.outcome, q.unit, q.people) for q in report.questions] == [
        ("mood", "points", 3),
        ("pain", "points", 5),
        ("pain", "probit", 3),
    ]
    assert report.people == 8


def test_what_was_asked_for_is_what_is_answered() -> None:
    rows = [*ROWS, *(row(n, 0.0, substance="Coffee") for n in "abc")]
    assert [q.substance for q in pooled(rows).questions] == ["coffee", "kratom"]
    assert only(rows, substance="COFFEE").people == 3
    assert pooled(rows, outcome="mood").questions == ()


def test_peak_comes_before_what_follows_from_it() -> None:
    taken = {name.replace("peak", "as_taken"): value for name, value in row("a", 0.0).items() if name.startswith("peak")}
    assert [q.contrast for q in pooled([one | taken for one in ROWS]).questions] == ["peak", "as_taken"]


def test_two_people_are_too_few() -> None:
    found = only(ROWS[: FEWEST - 1])
    assert found.refused == TOO_FEW and found.mean is None and found.each == ()
    assert expectation(found) is None


def test_those_who_could_not_tell_are_counted_and_not_counted_in() -> None:
    silent = {"peak_alone_weight": None, "refused": "too_few_ratings"}
    found = only([*ROWS, row("f", 0.0, **silent), row("g", 0.0, outcome="mood", **silent)])
    assert (found.people, found.could_not) == (5, 1)


def test_the_same_diary_under_two_names_counts_once_as_the_longer_one() -> None:
    longer = row("z", -1.0, mark="mark of a", ratings=300)
    found = only([*ROWS, longer])
    assert (found.people, found.twice) == (5, 1)
    assert [one.person for one in found.each] == list("bcdez")
    unmarked = only([row("a", 0.0, mark=""), row("b", 0.0, mark=None), row("c", 0.0, mark="")])
    assert (unmarked.people, unmarked.twice) == (3, 0)


def test_a_failed_check_is_counted_and_the_mean_without_it_told() -> None:
    found = only([*ROWS, row("f", 3.0, barred=True)])
    assert found.barred == 1 and found.without_barred is not None and found.mean is not None
    plain = only(ROWS)
    assert plain.mean is not None and plain.without_barred is None
    assert found.without_barred.value == pytest.approx(plain.mean.value)
    assert found.mean.value > plain.mean.value


def test_order_of_rows_changes_nothing() -> None:
    assert pooled(ROWS[::-1]) == pooled(ROWS)


def test_an_expectation_is_the_range_for_one_more_person_with_the_marks_of_all() -> None:
    found = only([*ROWS[:4], row("e", MEANS[4], mark="")])
    expected = expectation(found)
    assert expected is not None and found.another is not None
    assert (expected.mean, expected.people, expected.unit) == (found.another.value, 5, "points")
    assert expected.learned_from == tuple(f"mark of {name}" for name in "abcd")
    assert found.spread is not None and expected.sd > found.spread.value  # not knowing the mean adds to it
    assert 1.6 * expected.sd < found.another.high - found.another.value < 2.6 * expected.sd
