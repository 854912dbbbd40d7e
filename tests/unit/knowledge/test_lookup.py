from dataclasses import replace
from math import log

import pytest

from steelyard.knowledge.load import load
from steelyard.knowledge.lookup import effect_prior, smallest_change
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Scale


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def without(knowledge: Knowledge, *ids: str) -> Knowledge:
    return replace(knowledge, facts={id: fact for id, fact in knowledge.facts.items() if id not in ids})


def test_known_substance_is_found_in_any_case(knowledge: Knowledge) -> None:
    prior = effect_prior(knowledge, " Kratom ")
    assert prior == replace(effect_prior(knowledge, "kratom"), substance=" Kratom ")
    assert prior.kind == "prior"


def test_prior_cites_every_row_it_rests_on_once(knowledge: Knowledge) -> None:
    citations = effect_prior(knowledge, "kratom").citations
    assert set(citations) == {"smith2022", "tripsit2026", "huestis2024", "dmd2023", "garciaromeu2020"}
    assert len(citations) == len(set(citations))


def test_unknown_substance_gets_the_wide_convention_and_no_reference_dose(knowledge: Knowledge) -> None:
    prior = effect_prior(knowledge, "gabapentin")
    assert (prior.median_h, prior.low_h, prior.high_h, prior.absorption_h) == (6, 1.5, 24, 0.5)
    assert (prior.reference_amount, prior.reference_unit) == (None, "")
    assert (prior.kind, prior.citations, prior.substance) == ("convention", (), "gabapentin")
    assert prior.log_sd > effect_prior(knowledge, "kratom").log_sd


def test_what_is_not_held_about_a_substance_is_filled_in_piece_by_piece(knowledge: Knowledge) -> None:
    prior = effect_prior(without(knowledge, "kratom.effect_half_life", "kratom.reference_dose"), "kratom")
    assert (prior.median_h, prior.kind, prior.reference_amount) == (6, "convention", None)
    assert "dmd2023" in prior.citations, "the absorption half-life is still kratom's own"


def test_log_sd_spans_the_range_in_2_times_196_standard_deviations(knowledge: Knowledge) -> None:
    # A range of 1.5 to 24 h is a factor of 16, which is four doublings.
    assert effect_prior(knowledge, "x").log_sd == pytest.approx(4 * log(2) / (2 * 1.959964))


def test_a_half_life_without_its_range_is_refused(knowledge: Knowledge) -> None:
    fact = replace(knowledge.fact("kratom", "effect_half_life"), high=None)
    with pytest.raises(ValueError, match=r"kratom\.effect_half_life"):
        effect_prior(replace(knowledge, facts={**knowledge.facts, fact.id: fact}), "kratom")


def test_pain_has_a_cited_smallest_change(knowledge: Knowledge) -> None:
    change = smallest_change(knowledge, knowledge.scales["pain"])
    assert change is not None
    assert (change.value, change.unit, change.grade) == (1, "points", "derived")
    assert change.citation == "Farrar 2001; Dworkin 2008"


@pytest.mark.parametrize(
    ("scale", "value", "unit"),
    [
        (Scale(id="itch", family="bounded", low=0, high=10, worse_is_up=True), 1.0, "points"),
        (Scale(id="itch", family="bounded", low=-50, high=50, worse_is_up=True), 10.0, "points"),
        (Scale(id="grip", family="ordinal", low=1, high=5, worse_is_up=False), 0.4, "points"),
        (Scale(id="migraine", family="binary", low=None, high=None, worse_is_up=True), 0.1, "share of ratings"),
        (Scale(id="steps", family="count", low=0, high=200, worse_is_up=False), 20.0, "counts"),
    ],
)
def test_own_scale_gets_a_tenth_of_its_range_by_convention(knowledge: Knowledge, scale: Scale, value: float, unit: str) -> None:
    change = smallest_change(knowledge, scale)
    assert change is not None
    assert change.value == pytest.approx(value)
    assert (change.unit, change.grade, change.citations) == (unit, "convention", ())
    assert "not evidence" in change.citation


def test_redefined_pain_does_not_borrow_the_figure_for_0_to_10(knowledge: Knowledge) -> None:
    change = smallest_change(knowledge, Scale(id="pain", family="bounded", low=0, high=100, worse_is_up=True))
    assert change is not None
    assert (change.value, change.grade) == (pytest.approx(10), "convention")


def test_scale_without_a_range_has_no_smallest_change(knowledge: Knowledge) -> None:
    assert smallest_change(knowledge, Scale(id="sneezes", family="count", low=0, high=None, worse_is_up=True)) is None


def test_smallest_change_of_shed_hair_is_a_convention_even_with_a_study_beside_it(knowledge: Knowledge) -> None:
    change = smallest_change(knowledge, knowledge.scales["hair_shed_60s"])
    assert change is not None
    assert (change.value, change.unit, change.grade, change.citations) == (5, "hairs", "convention", ())
