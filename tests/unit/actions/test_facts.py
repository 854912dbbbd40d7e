"""What is known, told with grade and source; what is not known, not verified or not used, told too."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from steelyard.actions import facts as action
from steelyard.actions.facts import WIDTH, facts
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Fact, Knowledge, Reference
from steelyard.knowledge.words import verified

KNOWLEDGE = load()
DAY = date(2026, 3, 1)
FIRM = Fact(
    id="x.firm",
    subject="x",
    name="firm",
    statement="A thing was measured.",
    value=2,
    low=1,
    high=3,
    unit="h",
    population="invented people",
    n=1200,
    citation="a2020",
    grade="B",
    seen="tab",
    checked_on=DAY,
    file="substances/x/blood.toml",
)
LAY = replace(FIRM, id="x.lay", name="lay", statement="A page says so.", value=9, low=None, high=None, grade="S", seen="full")
DISPUTED = replace(FIRM, id="x.disputed", name="disputed", value=7, low=None, high=None, conflicts_with=("x.firm",))
UNUSED = replace(FIRM, id="x.unused", name="unused", not_used="an invented reason")
CHOICE = replace(
    FIRM, id="x.choice", name="choice", kind="prior", grade="derived", citation="", seen=None, population="", n=None,
    rests_on=("x.firm",), file="substances/x/mood.toml",
)  # fmt: skip
ABSENT = replace(
    FIRM, id="x.absent", name="absent", kind="absence", grade="none", citation="", seen=None, value=None, low=None, high=None,
    unit="", population="", n=None, statement="Nothing was found.", conflicts_with=("x.choice",),
)  # fmt: skip
SOURCE = Reference(id="a2020", type="book", author=("Example",), issued=(2020,), title="On examples")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Show these facts, and no others, as text."""

    def show(*held: Fact, subject: str | None = "x") -> list[str]:
        knowledge = Knowledge(version="abc", facts={f.id: f for f in held}, references={"a2020": SOURCE}, scales={})
        monkeypatch.setattr(action, "load", lambda: knowledge)
        content, found = facts(subject, "text")
        assert found and content.endswith(b"\n")
        return content.decode().splitlines()

    return show


def running(lines: list[str]) -> str:
    """The lines as one running text."""
    return " ".join(" ".join(lines).split())


# --- one fact ---


def test_the_statement_comes_first_then_the_figure_then_who_says_so(shown: Any) -> None:
    assert shown(FIRM)[:5] == [
        "X: BLOOD",
        "",
        "- A thing was measured.",
        "    2 h (1 to 3); invented people; 1,200 people",
        "    Example 2020: read in the published table [B] (x.firm)",
    ]


@pytest.mark.parametrize(
    ("value", "low", "high", "figure"),
    [
        (2, None, None, "2 h"),
        (None, 1, 3, "1 to 3 h"),
        (None, 1, None, "1 h or more"),
        (None, None, 3, "3 h or less"),
        (2, 1, None, "2 h (1 or more)"),
        (2, None, 3, "2 h (3 or less)"),
        (12700, 5190, 19700, "12,700 h (5,190 to 19,700)"),
        (0, None, None, "0 h"),
    ],
)
def test_a_figure_stands_with_its_unit_and_range(shown: Any, value: float, low: float, high: float, figure: str) -> None:
    fact = replace(FIRM, value=value, low=low, high=high, population="", n=None)
    assert shown(fact)[3] == f"    {figure}"


def test_a_fact_without_a_figure_shows_who_was_studied(shown: Any) -> None:
    fact = replace(FIRM, value=None, low=None, high=None, unit="")
    assert shown(fact)[3] == "    invented people; 1,200 people"


def test_what_is_from_a_secondary_page_is_marked_as_not_verified(shown: Any) -> None:
    assert "NOT VERIFIED: Example 2020: a secondary page, not a study [S] (x.lay)" in running(shown(LAY))
    assert "NOT VERIFIED" not in running(shown(FIRM))


def test_what_is_not_used_says_why_and_how_many_there_are(shown: Any) -> None:
    said = running(shown(UNUSED, FIRM))
    assert "NOT USED: an invented reason." in said
    assert "2 facts, 1 of them verified: 2 read in the published table. 1 of them shown and not used." in said


def test_a_conflict_is_shown_at_both_facts(shown: Any) -> None:
    said = running(shown(FIRM, DISPUTED))
    assert "SAYS OTHERWISE: Example 2020, 2 h (1 to 3) (x.firm)" in said
    assert "SAYS OTHERWISE: Example 2020, 7 h (x.disputed)" in said


def test_a_choice_names_what_it_rests_on_and_no_source_of_its_own(shown: Any) -> None:
    said = running(shown(FIRM, CHOICE, ABSENT))
    assert "worked out from the facts it rests on [derived]; rests on x.firm (x.choice)" in said
    assert "SAYS OTHERWISE: 2 h (1 to 3) (x.choice)" in said
    assert "SAYS OTHERWISE: (x.absent)" in said


def test_what_was_not_found_is_said_and_has_no_source(shown: Any) -> None:
    lines = shown(replace(ABSENT, conflicts_with=()))
    assert "- Nothing was found." in lines and "    looked for and not found [none] (x.absent)" in lines
    assert "SOURCES" not in lines


# --- a page ---


def test_facts_stand_under_the_heading_of_their_file_with_sources_and_grades_at_the_end(shown: Any) -> None:
    lines = shown(FIRM, LAY, CHOICE)
    assert lines[:2] == ["Headings: blood (2), mood (1).", "steelyard facts x.blood shows one of them alone."]
    order = [lines.index(line) for line in ("X: BLOOD", "X: MOOD", "SOURCES", "- Example 2020, On examples", "GRADES")]
    assert order == sorted(order)
    assert [line[:9].split(":")[0].strip() for line in lines[lines.index("GRADES") + 1 :]][:3] == ["B", "S", "derived"]
    assert lines[-1] == "Version of the facts: abc"


def test_a_scale_or_topic_has_no_heading_of_its_own(shown: Any) -> None:
    fact = replace(FIRM, id="night_rest.firm", subject="night_rest", file="scales/night_rest.toml")
    assert shown(fact, subject="Night  rest")[0] == "NIGHT REST"


@pytest.mark.parametrize("asked", ["x.blood", "X.Blood", "x.lay"])
def test_one_heading_or_one_fact_may_be_asked_for(shown: Any, asked: str) -> None:
    said = running(shown(FIRM, LAY, CHOICE, subject=asked))
    assert "x.lay" in said and "x.choice" not in said
    assert ("x.firm" in said) == (asked != "x.lay")


def test_a_heading_is_preferred_to_a_fact_of_the_same_name(shown: Any) -> None:
    namesake = replace(CHOICE, id="x.blood", name="blood")
    assert "(x.blood)" not in running(shown(FIRM, namesake, subject="x.blood"))


# --- all that is shipped ---


@pytest.mark.parametrize("subject", sorted({fact.subject for fact in KNOWLEDGE.facts.values()}))
def test_every_shipped_fact_is_shown_within_80_columns(subject: str) -> None:
    lines = facts(subject, "text")[0].decode().splitlines()
    said = running(lines)
    for fact in KNOWLEDGE.facts.values():
        if fact.subject == subject:
            assert " ".join(fact.statement.split()) in said and f"({fact.id})" in said
    assert [line for line in lines if len(line) > WIDTH and "http" not in line] == []


def test_the_closing_line_counts_what_is_verified() -> None:
    held = [fact for fact in KNOWLEDGE.facts.values() if fact.subject == "kratom"]
    said = running(facts("kratom", "text")[0].decode().splitlines())
    assert f"{len(held)} facts, {sum(map(verified, held))} of them verified:" in said
    assert said.count("NOT VERIFIED:") == sum(fact.grade in ("S", "U") for fact in held)
    assert said.count("NOT USED:") == sum(bool(fact.not_used) for fact in held)


def test_without_a_subject_the_subjects_are_listed_with_counts() -> None:
    lines = facts(None, "text")[0].decode().splitlines()
    counts = {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith((" facts", " fact"))}
    assert sum(counts.values()) == len(KNOWLEDGE.facts)
    assert counts["kratom"] == sum(fact.subject == "kratom" for fact in KNOWLEDGE.facts.values())
    assert [line for line in lines if line.isupper()] == ["SUBSTANCES", "TOPICS", "SCALES"]
    assert "steelyard facts SUBJECT" in running(lines)


@pytest.mark.parametrize("subject", ["kratom", "KRATOM", " Kratom "])
def test_one_subject_in_any_spelling_shows_its_facts_only(subject: str) -> None:
    content, found = facts(subject, "json")
    answer = json.loads(content)
    assert found and list(answer) == ["format", "knowledge", "facts"]
    assert answer["knowledge"] == KNOWLEDGE.version
    assert {fact["id"] for fact in answer["facts"]} == {f.id for f in KNOWLEDGE.facts.values() if f.subject == "kratom"}


def test_json_holds_every_field_of_every_fact() -> None:
    told = {fact["id"]: fact for fact in json.loads(facts(None, "json")[0])["facts"]}
    assert set(told) == set(KNOWLEDGE.facts)
    for fact in KNOWLEDGE.facts.values():
        assert told[fact.id]["statement"] == fact.statement and told[fact.id]["not_used"] == fact.not_used
        assert (told[fact.id]["value"], told[fact.id]["low"], told[fact.id]["high"]) == (fact.value, fact.low, fact.high)
        assert told[fact.id]["checked_on"] == fact.checked_on.isoformat()
        assert tuple(told[fact.id]["conflicts_with"]) == fact.conflicts_with


def test_every_fact_has_a_grade_and_something_it_stands_on() -> None:
    for fact in json.loads(facts(None, "json")[0])["facts"]:
        assert fact["grade"], fact["id"]
        assert fact["citation"] or fact["rests_on"] or fact["kind"] in ("convention", "absence"), fact["id"]


@pytest.mark.parametrize(("asked", "meant"), [("kratm", "kratom"), ("Kratom.pian", "kratom.pain")])
def test_a_misspelling_is_met_with_a_guess(asked: str, meant: str) -> None:
    content, found = facts(asked, "text")
    assert not found
    assert f"Did you mean {meant}?" in running(content.decode().splitlines())


def test_what_is_not_held_is_said_with_what_is() -> None:
    content, found = facts("turmeric", "text")
    said = running(content.decode().splitlines())
    assert not found
    assert "Nothing is held on 'turmeric'." in said and "kratom" in said and "Did you mean" not in said
