"""The rules of a fact, asked one by one; whole files that break them are in tests/knowledge/should_fail."""

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest

from steelyard.knowledge import check
from steelyard.knowledge.model import Fact, Grade, Kind, Reference, Unit
from steelyard.records.model import Scale

TODAY = date(2026, 3, 1)
FACT = Fact(
    id="x.y", subject="x", name="y", statement="Invented.", value=2, low=1, high=3, unit="h", n=5,
    citation="a2020", grade="B", seen="tab", checked_on=TODAY,
)  # fmt: skip
CHOICE = Fact(
    id="x.z", subject="x", name="z", kind="prior", statement="Invented.", grade="derived", checked_on=TODAY, rests_on=("x.y",)
)
ABSENCE = Fact(id="x.w", subject="x", name="w", kind="absence", statement="None found.", grade="none", checked_on=TODAY)
REFERENCE = Reference(id="a2020", type="book", author=("A",), issued=(2020, 2), title="Invented")


def at_fault(fact: Fact, *others: Fact, today: date | None = TODAY) -> list[str]:
    facts = {each.id: each for each in (FACT, *others, fact)}
    return [field for field, _ in check.fact_faults(fact, facts, {"a2020"}, today)]


@pytest.mark.parametrize("fact", [FACT, CHOICE, ABSENCE], ids=lambda fact: fact.kind)
def test_good_facts_have_no_faults(fact: Fact) -> None:
    assert at_fault(fact) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"statement": "  "}, "statement"),
        ({"unit": ""}, "unit"),
        ({"value": 0.5}, "value"),
        ({"value": 3.5}, "value"),
        ({"value": None, "low": 4}, "low"),
        ({"n": 0}, "n"),
        ({"citation": ""}, "citation"),
        ({"citation": "b2020"}, "citation"),
        ({"seen": None}, "seen"),
        ({"grade": "derived"}, "grade"),
        ({"rests_on": ("x.y",)}, "rests_on"),
        ({"conflicts_with": ("x.q",)}, "conflicts_with"),
        ({"checked_on": date(2026, 3, 2)}, "checked_on"),
    ],
)
def test_each_fault_of_evidence_is_found_alone(change: dict[str, Any], field: str) -> None:
    assert at_fault(replace(FACT, **change)) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rests_on": ()}, "rests_on"),
        ({"rests_on": ("x.q",)}, "rests_on"),
        ({"rests_on": ("x.w",)}, "rests_on"),
        ({"citation": "a2020"}, "citation"),
        ({"seen": "abs"}, "seen"),
        ({"grade": "B"}, "grade"),
    ],
)
def test_each_fault_of_a_choice_is_found_alone(change: dict[str, Any], field: str) -> None:
    assert at_fault(replace(CHOICE, **change), ABSENCE) == [field]


def test_a_choice_may_not_rest_on_what_is_not_used() -> None:
    unused = replace(FACT, not_used="an invented reason")
    assert at_fault(CHOICE, unused) == ["rests_on"]


@pytest.mark.parametrize("end", ["value", "low", "high"])
def test_what_was_not_found_has_no_figure(end: str) -> None:
    change: dict[str, Any] = {end: 1.0, "unit": "h"}
    assert at_fault(replace(ABSENCE, **change)) == [end]


@pytest.mark.parametrize("name", ["effect_half_life", "absorption_half_life"])
def test_the_half_lives_that_are_computed_with_are_in_hours(name: str) -> None:
    assert at_fault(replace(FACT, name=name)) == []
    assert at_fault(replace(FACT, name=name, unit="min")) == ["unit"]
    assert at_fault(replace(FACT, name="terminal_half_life", unit="min")) == []


def test_no_date_is_judged_without_a_today() -> None:
    assert at_fault(replace(FACT, checked_on=date(2099, 1, 1)), today=None) == []


def test_every_kind_has_its_grades_and_every_grade_its_kind() -> None:
    assert set(check.GRADES_OF_KIND) == set(get_args(Kind))
    assert frozenset().union(*check.GRADES_OF_KIND.values()) == set(get_args(Grade))


def test_units_are_a_closed_list_without_doubles() -> None:
    units = get_args(Unit)
    assert len(units) == len(set(units)) and set(check.UNIT_OF.values()) <= set(units)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "b2020"}, "id"),
        ({"author": ()}, "author"),
        ({"title": ""}, "title"),
        ({"issued": ()}, "issued"),
        ({"issued": (2026, 4)}, "issued"),
    ],
)
def test_each_fault_of_a_reference_is_found_alone(change: dict[str, Any], field: str) -> None:
    found = check.reference_faults(replace(REFERENCE, **change), {"a2020"}, TODAY)
    assert [at for at, _ in found] == [field]


@pytest.mark.parametrize("change", [{}, {"title": "", "note": "Not recorded."}, {"issued": (), "note": "No date."}])
def test_a_note_may_stand_for_a_title_or_a_date(change: dict[str, Any]) -> None:
    assert not list(check.reference_faults(replace(REFERENCE, **change), {"a2020"}, TODAY))


@pytest.mark.parametrize(
    ("scale", "faults"),
    [
        (Scale(id="s", family="bounded", low=0, high=10, worse_is_up=True), 0),
        (Scale(id="s", family="count", low=0, high=None, worse_is_up=True), 0),
        (Scale(id="s", family="ordinal", low=0, high=None, worse_is_up=True), 1),
        (Scale(id="s", family="bounded", low=None, high=10, worse_is_up=True), 1),
        (Scale(id="s", family="binary", low=3, high=3, worse_is_up=True), 1),
    ],
)
def test_a_scale_that_needs_a_range_has_one_the_right_way_up(scale: Scale, faults: int) -> None:
    assert len(list(check.scale_faults(scale))) == faults
