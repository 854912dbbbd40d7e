"""What is said at once about something just written down; what the rules themselves say is tested with them."""

from msgspec.structs import replace

from steelyard.findings.raised import raised
from steelyard.records.model import Journal, Record, Session

from ..safety.warned import NOW, daily, dose, effect, happened, hazards, knowledge, lab, medicine, phq9


def said(new: Record, *before: Record) -> list[str]:
    """The ids of what is said when a record comes to others."""
    named = [replace(record, id=str(number)) for number, record in enumerate(before)]
    journal = Journal(None, (*named, replace(new, id="new")))
    return [alert.id for alert in raised(journal, {"new"}, knowledge(), hazards(), NOW)]


def test_a_sign_of_danger_is_said() -> None:
    assert said(effect("chest pain", days=0)) == ["red_flags.chest_pain"]
    assert said(happened("note", "chest pain again", days=0)) == ["red_flags.chest_pain"]


def test_a_sign_is_said_the_second_time_too() -> None:
    assert said(effect("chest pain", days=0), effect("chest pain", days=0.1)) == ["red_flags.chest_pain"]
    assert said(phq9(1, days=0), phq9(2, days=0.2)) == ["red_flags.suicidal_thoughts.item"]


def test_nothing_is_said_about_what_raises_nothing_whatever_stands_there_already() -> None:
    before = (effect("chest pain"), *daily(20, 1), medicine("sertraline"))
    assert said(effect("cold hands", days=0), *before) == []
    assert said(dose(days=0), *before) == []
    assert said(phq9(0, days=0), *before) == []
    assert said(Session(time=NOW, therapy="walking"), *before) == []


def test_a_medicine_that_does_not_go_with_what_is_taken_is_said_once_for_each() -> None:
    taken = daily(20, 0)
    assert "kratom.serotonin" in said(medicine("sertraline"), *taken)
    assert "kratom.serotonin" in said(medicine("venlafaxine"), *taken, medicine("sertraline"))
    assert "kratom.serotonin" not in said(medicine("sertraline"), *taken, medicine("sertraline"))


def test_the_dose_that_meets_a_medicine_says_it_and_the_next_one_does_not() -> None:
    assert "kratom.serotonin" in said(dose(days=0), medicine("sertraline"))
    assert "kratom.serotonin" not in said(dose(days=0), medicine("sertraline"), dose(days=1))


def test_a_dose_brings_no_notes() -> None:
    """The first dose of all is no moment for a list of blood tests; they stand among the answers."""
    assert said(dose(days=0)) == []


def test_a_medicine_that_nobody_knows_is_said_not_to_be_checked() -> None:
    assert "unchecked.medicines" in said(medicine("wobblomycin"), *daily(5, 0))


def test_a_bad_laboratory_result_is_said_and_a_good_one_is_not() -> None:
    assert said(lab("ALT", 400, high=40)) == ["labs.high_liver.alt"]
    assert said(lab("ALT", 20, high=40)) == []


def test_what_is_long_past_is_no_alarm() -> None:
    assert said(effect("chest pain", days=300)) == []


def test_the_most_severe_comes_first() -> None:
    both = (replace(effect("itching"), id="a"), replace(effect("chest pain"), id="b"))
    found = raised(Journal(None, both), {"a", "b"}, knowledge(), hazards(), NOW)
    assert [alert.severity for alert in found] == ["emergency", "caution"]


def test_records_that_are_not_there_say_nothing() -> None:
    assert raised(Journal(None, (effect("chest pain"),)), {"gone"}, knowledge(), hazards(), NOW) == ()
