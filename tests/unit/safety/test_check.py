"""All warnings together: their order, their words, their sources, and that they need nothing but the journal and an instant."""

import re
from dataclasses import replace

import pytest

from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Journal, SideEffect
from steelyard.safety.check import check
from steelyard.safety.model import MOST_SEVERE_FIRST, Case, alert, held, listed

from .test_each_rule import BY_RULE
from .warned import NOW, ago, daily, dose, effect, hazards, knowledge, lab, medicine, phq9, warned

EVERYTHING = [record for _, journal in BY_RULE.values() for record in journal()]


def test_the_most_severe_come_first_and_then_by_name() -> None:
    found = check(Journal(None, tuple(EVERYTHING)), knowledge(), NOW)
    order = [(MOST_SEVERE_FIRST.index(each.severity), each.id) for each in found]
    assert order == sorted(order)
    assert {each.severity for each in found} == set(MOST_SEVERE_FIRST)


def test_no_two_warnings_share_an_id() -> None:
    found = check(Journal(None, tuple(EVERYTHING)), knowledge(), NOW)
    assert len({each.id for each in found}) == len(found)


def test_the_order_of_the_records_changes_nothing() -> None:
    forward = check(Journal(None, tuple(EVERYTHING)), knowledge(), NOW, hazards())
    assert check(Journal(None, tuple(reversed(EVERYTHING))), knowledge(), NOW, hazards()) == forward


def test_every_warning_says_whom_to_ask_and_how_soon() -> None:
    whom = re.compile(r"doctor|pharmacist|clinic|midwife|prescriber|prescribed|emergency number|laboratory", re.IGNORECASE)
    soon = re.compile(
        r"\btoday|\bat once|\bnow\b|\bsame day|\bwithin (a|two|days)|within a (week|day|few)|next (visit|chance|dose)|\bbefore\b",
        re.IGNORECASE,
    )
    for row in hazards().rows.values():
        assert whom.search(row.do), row.id
        assert soon.search(row.do), row.id


def test_no_warning_urges_to_stop_or_names_an_amount_to_take() -> None:
    for row in hazards().rows.values():
        for sentence in re.split(r"(?<=[.:;])\s", row.do):
            if re.search(r"\bstop\b", sentence):
                assert re.search(r"\b(not|does not) stop\b|itself|suddenly", sentence), row.id
        assert not re.search(r"\d+\s*(g|mg|ml)\b", row.do), row.id


def test_every_warning_shows_how_firm_it_is_and_every_source_is_held() -> None:
    for each in check(Journal(None, tuple(EVERYTHING)), knowledge(), NOW, hazards()):
        assert set(each.citations) <= set(knowledge().references), each.id
        if each.citations and not each.id.startswith(("labs.out_of_range", "unchecked")):
            assert "Rests on: " in each.why, each.id
        assert each.grade in {"A", "B", "C", "D", "E", "S", "U", "derived", "convention"}


def test_no_place_in_braces_is_left_unfilled() -> None:
    for each in check(Journal(None, tuple(EVERYTHING)), knowledge(), NOW, hazards()):
        assert not re.search(r"[{}]", each.title + each.why + each.do), each.id


def test_every_row_can_be_raised_or_is_named_elsewhere() -> None:
    """Rows in the data that no code reaches would look like protection and be none."""
    reached = {"past.sign", "past.together", "past.interaction", "past.result", "unchecked.substances"}
    reached |= {row.id for group in ("red_flags", "people", *hazards().substances) for row in hazards().of(group)}
    reached |= {"doses.to_seven_oh", "labs.high_liver", "labs.out_of_range", "labs.no_first_value"}
    raised = {id_ for id_, _ in BY_RULE.values()}
    left = {row for row in hazards().rows if row not in reached and not any(id_.startswith(row) for id_ in raised)}
    assert left == set()


def test_earlier_the_same_journal_knows_less() -> None:
    journal = [dose(days=3), effect("jaundice", days=1), phq9(1, days=2), medicine("diazepam", from_=ago(1)), lab("ALT", 90, 40)]
    assert {"red_flags.jaundice", "kratom.depressants", "labs.out_of_range.alt"} <= set(warned(*journal))
    before = set(warned(*journal, now=ago(2)))
    assert before == {"red_flags.suicidal_thoughts.item", "labs.no_first_value"}


def test_withdrawn_records_warn_of_nothing() -> None:
    assert warned(replaced := SideEffect(time=ago(1), effect="jaundice", deleted=True)) == {}
    assert replaced.deleted


@pytest.mark.parametrize(
    "name", ["recent", "in_use", "taken_together", "long_break", "regular_use", "steep_rise", "liver_window"]
)
def test_every_window_is_this_projects_choice_and_says_so(name: str) -> None:
    fact = knowledge().fact("warnings", name)
    assert fact.kind in ("convention", "threshold")
    assert fact.kind == "threshold" or "not evidence" in fact.statement


def test_a_window_moves_with_its_fact() -> None:
    """The present figure is in the data, not in the code."""
    journal = Journal(None, (effect("jaundice", days=20),))
    short = replace(knowledge().fact("warnings", "recent"), value=10.0)
    moved: Knowledge = replace(knowledge(), facts={**knowledge().facts, "warnings.recent": short})
    assert [each.id for each in check(journal, knowledge(), NOW, hazards())] == ["red_flags.jaundice"]
    assert [each.id for each in check(journal, moved, NOW, hazards())] == ["past.sign.red_flags.jaundice"]


# --- how a warning is put together ---


def case() -> Case:
    return Case(Journal(None, ()), knowledge(), hazards(), NOW, (), ())


def test_names_are_listed_as_they_are_said_and_each_once() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "a", "c"]) == "a, b and c"


def test_how_firm_the_facts_are_is_never_more_than_was_read() -> None:
    second_hand, abstract = knowledge().fact("kratom", "injury_latency"), knowledge().fact("kratom", "seizure_series")
    said = held([second_hand, abstract])
    assert said.startswith(f"Known: {second_hand.statement} Rests on: reports of single cases (known second-hand only")
    assert "read in the abstract only" in said
    secondary = knowledge().fact("warnings", "jaundice_urgent")
    assert held([secondary]).endswith("Rests on: a secondary page, not a study.")
    assert held([]) == ""


def test_a_warning_without_facts_is_a_convention() -> None:
    row = hazards().rows["unchecked.substances"]
    said = alert(case(), row, id_="x", says={"substances": "some_thing"}, more="More.", citations=("a", "a", "b"))
    assert (said.id, said.grade, said.citations) == ("unchecked.substances.x", "convention", ("a", "b"))
    assert said.title == "Not checked: what some thing may do with your medicines"
    assert said.why.endswith("More.")


def test_daily_use_alone_brings_only_the_note_on_liver_tests() -> None:
    assert set(warned(daily(60, 0))) == {"labs.window"}
