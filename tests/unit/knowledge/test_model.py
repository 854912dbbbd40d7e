"""What a fact, the facts together, and a prior answer about themselves."""

from datetime import date
from math import log

import pytest

from steelyard.knowledge.model import EffectPrior, Fact, Knowledge

DAY = date(2026, 3, 1)


def fact(name: str, citation: str = "", rests_on: tuple[str, ...] = (), conflicts_with: tuple[str, ...] = ()) -> Fact:
    return Fact(
        id=f"x.{name}", subject="x", name=name, statement="Invented.", citation=citation, grade="B", checked_on=DAY,
        rests_on=rests_on, conflicts_with=conflicts_with, file="substances/x/slow_fall.toml",
    )  # fmt: skip


def held(*facts: Fact) -> Knowledge:
    return Knowledge(version="abc", facts={each.id: each for each in facts}, references={}, scales={})


def test_a_fact_is_found_by_subject_and_name() -> None:
    one = fact("one")
    assert held(one).fact("x", "one") is one
    with pytest.raises(KeyError, match="no fact 'two' about 'x'; held: one"):
        held(one).fact("x", "two")
    with pytest.raises(KeyError, match="no fact 'one' about 'y'; held: nothing"):
        held(one).fact("y", "one")


def test_the_topic_is_the_file_a_fact_stands_in() -> None:
    assert fact("one").topic == "slow_fall"


def test_a_choice_cites_the_sources_of_what_it_rests_on_each_once() -> None:
    choice = fact("choice", rests_on=("x.one", "x.two", "x.three"))
    knowledge = held(fact("one", "a"), fact("two", "b"), fact("three", "a"), choice)
    assert knowledge.citations(choice) == ("a", "b")
    assert knowledge.citations(knowledge.fact("x", "two")) == ("b",)


def test_conflicts_are_told_from_both_sides_and_once() -> None:
    one, two, three = fact("one", conflicts_with=("x.two",)), fact("two", conflicts_with=("x.one",)), fact("three")
    knowledge = held(one, two, three)
    assert knowledge.conflicts(one) == ("x.two",)
    assert knowledge.conflicts(two) == ("x.one",)
    assert knowledge.conflicts(three) == ()


def test_spread_of_a_prior_follows_from_its_95_percent_range() -> None:
    prior = EffectPrior(
        substance="x", kind="prior", median_h=4, low_h=2, high_h=8, absorption_h=0.5, reference_amount=None, reference_unit="",
        citations=(),
    )  # fmt: skip
    assert prior.log_sd == pytest.approx(log(4) / 3.919928)
