"""What is known, told with grade and source; what is not known, told too."""

import json

import pytest

from steelyard.actions.facts import facts
from steelyard.knowledge.load import load
from steelyard.knowledge.words import cite

KNOWLEDGE = load()


def test_every_fact_is_listed_with_its_statement_and_its_source() -> None:
    content, found = facts(None, "text")
    said = content.decode()
    assert found
    for fact in KNOWLEDGE.facts.values():
        assert fact.id in said and fact.statement in said
        if fact.citation:
            assert cite(KNOWLEDGE.references[fact.citation]) in said
    assert said.endswith("\n")


def test_a_figure_stands_with_its_unit_and_range() -> None:
    said = facts("kratom", "text")[0].decode()
    known = KNOWLEDGE.fact("kratom", "effect_half_life")
    assert f"{known.value:g} {known.unit} ({known.low:g} to {known.high:g})" in said


@pytest.mark.parametrize("subject", ["kratom", "KRATOM", " Kratom "])
def test_one_subject_in_any_spelling_shows_its_facts_only(subject: str) -> None:
    content, found = facts(subject, "json")
    answer = json.loads(content)
    assert found and list(answer) == ["format", "knowledge", "facts"]
    assert answer["knowledge"] == KNOWLEDGE.version
    assert {fact["id"] for fact in answer["facts"]} == {f.id for f in KNOWLEDGE.facts.values() if f.subject == "kratom"}


def test_every_fact_has_a_grade_and_something_it_stands_on() -> None:
    for fact in json.loads(facts(None, "json")[0])["facts"]:
        assert fact["grade"], fact["id"]
        assert fact["citation"] or fact["rests_on"] or fact["kind"] == "convention", fact["id"]


def test_what_is_not_held_is_said_with_what_is() -> None:
    content, found = facts("turmeric", "text")
    assert not found
    assert "turmeric" in content.decode() and "kratom" in content.decode()
