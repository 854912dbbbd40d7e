"""Signs of danger: found by their words, as urgent as they are, never invented, and past when they are past."""

import re

import pytest

from steelyard.records.model import Answers

from .warned import ago, daily, dose, effect, happened, hazards, ids, person, phq9, warned

OWN_WORDS = [
    ("jaundice", "red_flags.jaundice", "serious"),
    ("Yellow eyes", "red_flags.jaundice", "serious"),
    ("eyes turned yellow", "red_flags.jaundice", "serious"),
    ("dark_urine", "red_flags.dark_urine", "serious"),
    ("urine is very dark", "red_flags.dark_urine", "serious"),
    ("pale stools", "red_flags.pale_stool", "serious"),
    ("Itching", "red_flags.itching", "caution"),
    ("seizures", "red_flags.seizure", "emergency"),
    ("Trouble breathing at night", "red_flags.breathing", "emergency"),
    ("can't breathe", "red_flags.breathing", "emergency"),
    ("dyspnée, dyspnoea", "red_flags.breathing", "emergency"),
    ("pain in the chest", "red_flags.chest_pain", "emergency"),
    ("fainted", "red_flags.fainting", "emergency"),
    ("passed out", "red_flags.cannot_be_woken", "emergency"),
    ("suicidal thoughts", "red_flags.suicidal_thoughts", "emergency"),
    ("thoughts of self-harm", "red_flags.suicidal_thoughts", "emergency"),
    ("swollen lips", "red_flags.allergy", "emergency"),
    ("a new mole", "red_flags.mole", "caution"),
]


@pytest.mark.parametrize(("words", "sign", "severity"), OWN_WORDS)
def test_a_sign_is_found_in_ones_own_words(words: str, sign: str, severity: str) -> None:
    found = warned(effect(words, severity=1))
    assert {key: each.severity for key, each in found.items()} == {sign: severity}


@pytest.mark.parametrize("words", ["nausea", "constipation", "dark hair", "pale", "chest cold", "mole", "feeling fit"])
def test_other_complaints_raise_nothing(words: str) -> None:
    assert warned(effect(words)) == {}


def test_every_phrase_of_every_sign_raises_it() -> None:
    for row in hazards().of("red_flags"):
        for phrase in row.words:
            severity = row.from_severity or 1
            assert row.id in warned(effect(phrase, severity=severity)), phrase


def test_what_happened_counts_as_well_as_side_effects() -> None:
    assert ids(happened("seizure")) == {"red_flags.seizure"}
    assert ids(happened("skin", "new mole on the back")) == {"red_flags.mole"}
    assert ids(happened("illness")) == set()
    assert ids(happened("sun_exposure", None)) == set()


def test_a_severity_of_zero_says_that_it_was_not_there_and_an_unrated_sign_counts() -> None:
    assert ids(effect("jaundice", severity=0)) == set()
    assert ids(effect("jaundice", severity=None)) == {"red_flags.jaundice"}


@pytest.mark.parametrize(("name", "sign"), [("drowsiness", "red_flags.sedation"), ("confusion", "red_flags.confusion")])
def test_common_complaints_count_only_when_severe(name: str, sign: str) -> None:
    assert ids(effect(name, severity=2.9)) == set()
    assert ids(effect(name, severity=3)) == {sign}
    assert ids(effect(name, severity=None)) == set()
    assert ids(effect(f"severe {name}", severity=None)) == {sign}
    assert ids(happened(name)) == set()


def test_a_sign_is_recent_for_28_days_and_past_from_then_on() -> None:
    assert ids(effect("jaundice", days=28)) == {"red_flags.jaundice"}
    past = warned(effect("jaundice", days=28.01))
    assert list(past) == ["past.sign.red_flags.jaundice"]
    assert past["past.sign.red_flags.jaundice"].severity == "note"
    assert "Yellow skin or eyes" in past["past.sign.red_flags.jaundice"].title


def test_a_sign_lasts_until_it_ended_and_not_beyond_the_present() -> None:
    assert ids(effect("jaundice", days=60, until=ago(10))) == {"red_flags.jaundice"}
    assert "written down on 22 May 2026" in warned(effect("jaundice", days=60, until=ago(10)))["red_flags.jaundice"].why
    assert "on 1 June 2026" in warned(effect("jaundice", days=60, until=ago(-5)))["red_flags.jaundice"].why


def test_what_is_written_for_later_does_not_count() -> None:
    assert ids(effect("jaundice", days=-1), happened("seizure", days=-1), phq9(3, days=-1)) == set()


def test_what_is_written_at_this_very_instant_counts() -> None:
    assert ids(effect("jaundice", days=0)) == {"red_flags.jaundice"}
    assert ids(happened("seizure", days=0)) == {"red_flags.seizure"}
    assert ids(phq9(1, days=0)) == {"red_flags.suicidal_thoughts.item"}


def test_the_last_time_counts_when_there_were_several() -> None:
    assert ids(effect("jaundice", days=90), effect("jaundice", days=2)) == {"red_flags.jaundice"}
    assert "30 May 2026" in warned(effect("jaundice", days=90), effect("jaundice", days=2))["red_flags.jaundice"].why


# --- answers to a questionnaire ---


@pytest.mark.parametrize("instrument", ["phq9", "PHQ-9", "phq_9"])
def test_any_answer_but_never_to_the_ninth_item_is_an_emergency(instrument: str) -> None:
    found = warned(phq9(1, instrument=instrument))
    assert {key: each.severity for key, each in found.items()} == {"red_flags.suicidal_thoughts.item": "emergency"}


def test_never_and_no_answer_raise_nothing() -> None:
    assert ids(phq9(0), phq9(None)) == set()
    assert ids(phq9(2, instrument="gad7")) == set()
    assert ids(Answers(time=ago(1), instrument="phq9", items=(3, 3, 3, 3, 3, 3, 3, 3))) == set()


def test_the_latest_answer_counts_and_a_blank_is_no_answer() -> None:
    assert ids(phq9(2, days=20), phq9(0, days=2)) == set()
    assert ids(phq9(2, days=20), phq9(None, days=2)) == {"red_flags.suicidal_thoughts.item"}
    assert ids(phq9(0, days=20), phq9(1, days=2)) == {"red_flags.suicidal_thoughts.item"}


def test_an_old_answer_is_past() -> None:
    assert ids(phq9(2, days=29)) == {"past.sign.red_flags.suicidal_thoughts"}


# --- people at risk ---


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"pregnant": True}, "people.pregnant"),
        ({"breastfeeding": True}, "people.breastfeeding"),
        ({"conditions": ("Hepatitis C",)}, "people.liver_disease"),
        ({"conditions": ("epilepsy",)}, "people.seizure_disorder"),
        ({"conditions": ("Long QT syndrome",)}, "people.heart_disease"),
    ],
)
def test_people_at_risk_are_warned_while_kratom_or_seven_oh_is_in_use(fields: dict[str, object], row: str) -> None:
    assert ids(person(**fields), dose()) == {row}
    assert row in ids(person(**fields), dose("7-OH"))
    assert ids(person(**fields)) == set()
    assert ids(person(**fields), dose("ibuprofen")) == set()
    assert ids(person(**fields), dose(days=14)) == {row}
    assert ids(person(**fields), dose(days=14.01)) == set()


def test_what_is_not_stated_is_not_assumed() -> None:
    nobody = person(pregnant=False, breastfeeding=None, sex="female", conditions=("asthma",), diagnoses="epilepsy")
    assert ids(nobody, dose()) == set()


# --- what is said ---


def test_what_is_known_of_kratom_stands_beside_a_sign_only_for_those_who_took_it() -> None:
    with_it, without = warned(effect("jaundice"), dose())["red_flags.jaundice"], warned(effect("jaundice"))["red_flags.jaundice"]
    assert "15 to 49 days" in with_it.why and "navarro2019" in with_it.citations
    assert "kratom" not in without.why.casefold() and without.citations == ("nidirect2026jaundice",)
    assert warned(effect("jaundice"), dose("7-OH"))["red_flags.jaundice"].why == with_it.why


def test_a_sign_weeks_into_daily_use_is_told_once() -> None:
    assert ids(effect("jaundice", days=3), effect("yellow skin", days=2), daily(20, 1)) == {"red_flags.jaundice"}


def test_an_emergency_names_no_countrys_number() -> None:
    for row in hazards().rows.values():
        assert not re.search(r"\b\d{3}\b", row.do), row.id
        if row.severity == "emergency":
            assert "local emergency number" in row.do, row.id
