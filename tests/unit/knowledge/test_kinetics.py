"""What is held about curves in blood, and what is said of what is not."""

from dataclasses import replace
from math import log

import pytest

from steelyard.knowledge.kinetics import HALF_LIFE, NAMES, Spread, blood_prior, half_life_in_blood
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import load_medicines, read_name
from steelyard.knowledge.model import Fact, Knowledge


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def with_fact(knowledge: Knowledge, fact: Fact) -> Knowledge:
    return replace(knowledge, facts={**knowledge.facts, fact.id: fact})


def test_kratom_has_a_curve_in_any_case_and_nothing_else_has(knowledge: Knowledge) -> None:
    prior = blood_prior(knowledge, " Kratom ")
    assert prior is not None and prior == blood_prior(knowledge, "kratom")
    assert blood_prior(knowledge, "7-hydroxymitragynine") is None, "a 7-OH product is not leaf"
    assert blood_prior(knowledge, "ibuprofen") is None


def test_the_curve_cites_the_table_it_was_fitted_to(knowledge: Knowledge) -> None:
    prior = blood_prior(knowledge, "kratom")
    assert prior is not None and set(prior.citations) == {"dmd2023", "tanna2022"}


def test_every_number_is_spread_widely_and_holds_its_median(knowledge: Knowledge) -> None:
    prior = blood_prior(knowledge, "kratom")
    for name in NAMES:
        spread: Spread = getattr(prior, name)
        assert spread.low < spread.median < spread.high
        assert spread.high / spread.low > 3, "five people show a shape and not a narrow range"


def test_the_range_of_clearance_holds_the_five_people(knowledge: Knowledge) -> None:
    prior, seen = blood_prior(knowledge, "kratom"), knowledge.fact("kratom", "clearance_tea")
    assert prior is not None and seen.low is not None and seen.high is not None
    assert prior.clearance.low < seen.low < seen.high < prior.clearance.high


def test_nothing_rests_on_the_clearance_that_contradicts_its_own_study(knowledge: Knowledge) -> None:
    for fact in knowledge.facts.values():
        assert not {"kratom.clearance_users", "kratom.opioid_affinity", "kratom.half_life_lay_page"} & set(fact.rests_on)


def test_a_curve_with_a_number_that_lacks_its_range_is_refused(knowledge: Knowledge) -> None:
    broken = with_fact(knowledge, replace(knowledge.fact("kratom", "curve_lag"), high=None))
    with pytest.raises(ValueError, match=r"kratom\.curve_lag"):
        blood_prior(broken, "kratom")


def test_a_half_life_with_its_range_is_taken_as_it_is(knowledge: Knowledge) -> None:
    held = half_life_in_blood(knowledge, "Duloxetine")
    assert held is not None
    spread, fact = held
    assert (spread.median, spread.low, spread.high) == (12.0, 8.0, 17.0)
    assert fact.id == "duloxetine.half_life_in_blood"


def test_a_half_life_without_its_range_gets_the_usual_one(knowledge: Knowledge) -> None:
    held = half_life_in_blood(knowledge, "paracetamol")
    assert held is not None
    assert (held[0].low, held[0].high) == pytest.approx((2 * 0.55, 2 * 1.8))


def test_what_is_not_held_is_none_and_so_is_what_must_not_be_used(knowledge: Knowledge) -> None:
    assert half_life_in_blood(knowledge, "alcohol") is None
    assert half_life_in_blood(knowledge, "kratom") is None, "it has a curve, and no one half-life"
    marked = with_fact(knowledge, replace(knowledge.fact("duloxetine", "half_life_in_blood"), not_used="because"))
    assert half_life_in_blood(marked, "duloxetine") is None


def test_a_medicine_with_a_half_life_is_one_that_a_journal_can_name(knowledge: Knowledge) -> None:
    """Under another name than the medicine's own, a half-life would never be found."""
    medicines = load_medicines()
    held = {fact.subject for fact in knowledge.facts.values() if fact.name == HALF_LIFE}
    unread = {name for name in held if [each for reading in read_name(medicines, name) for each in reading.medicines] != [name]}
    assert unread == {"ibuprofen", "naproxen"}, "these are in no class of medicines, and are found by the word itself"


def test_half_lives_are_hours_and_days_not_minutes(knowledge: Knowledge) -> None:
    for fact in knowledge.facts.values():
        if fact.name == HALF_LIFE:
            held = half_life_in_blood(knowledge, fact.subject)
            assert held is not None and fact.unit == "h" and 1 <= held[0].low < held[0].median < held[0].high <= 240, fact.id


def test_a_middle_that_the_source_does_not_state_is_the_middle_and_said_to_be_one(knowledge: Knowledge) -> None:
    told = [f for f in knowledge.facts.values() if f.name == HALF_LIFE and "the middle of" in f.statement]
    assert {fact.subject for fact in told} >= {"gabapentin", "naproxen", "fluoxetine"}
    for fact in told:
        assert fact.low is not None and fact.high is not None and fact.value == pytest.approx((fact.low + fact.high) / 2), fact.id


def test_the_log_sd_spans_the_range() -> None:
    assert Spread(1.0, 0.5, 2.0).log_sd == pytest.approx(log(4) / (2 * 1.959964))
