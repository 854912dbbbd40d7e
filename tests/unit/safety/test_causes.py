import re
from dataclasses import replace
from datetime import timedelta

import pytest

from steelyard.knowledge.causes import Cause
from steelyard.safety.causes import RULE, STANDINGS, Candidate, Differential, differential, first_noticed, window_days

from .diaries import Line, complaints, context, dose, journal, knowledge, lab, medicine, moment, names, side_effect

NOW = moment(200)
ONSET = side_effect(120, 12, "hair loss")  # 1 to 6 months before are days 120 - 182.6 to 120 - 30.4


def explained(*lines: Line, complaint: str = "hair_loss", onset: float | None = None) -> Differential:
    day = None if onset is None else moment(onset)
    return differential(journal(*lines), complaints()[complaint], knowledge(), names(), NOW, day)


def candidate(name: str, *lines: Line, complaint: str = "hair_loss") -> Candidate:
    found = explained(*lines, complaint=complaint)
    return next(one for one in found.candidates if one.name == name)


def person(**fields: object) -> Line:
    return {"record": "person", **fields}


# --- when it began ---


def test_a_complaint_begins_where_it_is_first_written_down() -> None:
    lines = [side_effect(50, 9, "Bad hair shedding"), side_effect(40, 9, "nausea"), side_effect(60, 9, "hair loss")]
    assert first_noticed(journal(*lines), complaints()["hair_loss"], NOW) == moment(50, 9)
    assert first_noticed(journal(*lines), complaints()["hair_loss"], moment(45)) is None
    assert explained(*lines).onset == moment(50, 9)
    assert explained(*lines, onset=30).onset == moment(30)


# --- laboratory ---


@pytest.mark.parametrize(
    ("line", "standing", "words"),
    [
        (lab(90, "Ferritin", 12, "ug/L", low=30, high=300), "look here first", "ferritin 12 ug/L on 2026-04-05 is below 30"),
        (lab(90, "ferritin", 90, "ug/L", low=30, high=300), "speaks against", "within its limits, by the laboratory's"),
        (lab(90, "ferritin", 900, "ug/L", low=30, high=300), "speaks against", "is above 300"),
        (lab(90, "ferritin", 12, "ng/mL"), "look here first", "is below 40, by a figure held here, not the laboratory's"),
        (lab(90, "ferritin", 90, "ng/mL"), "speaks against", "is within its limits, by a figure held here"),
    ],
)
def test_a_value_is_held_against_its_limits(line: Line, standing: str, words: str) -> None:
    iron = candidate("iron", ONSET, line)
    assert iron.standing == standing
    assert words in " ".join((*iron.speaks_for, *iron.speaks_against))


def test_limits_held_here_are_converted_to_the_unit_of_the_result() -> None:
    """40 µg/L are 0.04 mg/L."""
    assert "is below 0.04" in candidate("iron", ONSET, lab(90, "ferritin", 0.039, "mg/L")).speaks_for[0]
    assert candidate("iron", ONSET, lab(90, "ferritin", 0.041, "mg/L")).standing == "speaks against"


@pytest.mark.parametrize("line", [lab(90, "vitamin_d", 12, "ng/mL"), lab(90, "ferritin", 12, "nmol/L")])
def test_a_value_without_limits_says_nothing(line: Line) -> None:
    name = "vitamin_d" if line["test"] == "vitamin_d" else "iron"
    found = candidate(name, ONSET, line)
    assert found.standing == "open"
    assert f"the laboratory's limits for {line['test'].replace('_', ' ')}" in found.missing


def test_one_limit_tells_only_of_its_own_side() -> None:
    """TSH can be too low or too high; with an upper limit only, a low value cannot be seen."""
    assert candidate("thyroid", ONSET, lab(90, "TSH", 9, "mIU/L", high=4)).standing == "look here first"
    assert candidate("thyroid", ONSET, lab(90, "TSH", 2, "mIU/L", high=4)).standing == "open"
    assert candidate("thyroid", ONSET, lab(90, "TSH", 0.1, "mIU/L", low=0.4, high=4)).standing == "look here first"
    assert candidate("thyroid", ONSET, lab(90, "TSH", 2, "mIU/L", low=0.4)).standing == "open"


def test_only_the_last_result_counts_and_none_from_the_future() -> None:
    older, newer, future = (lab(day, "ferritin", value, "ug/L", low=30) for day, value in ((10, 12), (90, 80), (300, 12)))
    assert candidate("iron", ONSET, older, newer, future).standing == "speaks against"


def test_tests_not_done_are_missing_unless_another_speaks() -> None:
    nothing = candidate("iron", ONSET)
    assert nothing.standing == "open"
    assert nothing.missing == tuple(f"a value of {test}" for test in ("ferritin", "hemoglobin", "iron", "transferrin saturation"))
    assert candidate("iron", ONSET, lab(90, "Haemoglobin", 10, "g/dL", low=12, high=16)).missing == ()


# --- what happened, and when ---


@pytest.mark.parametrize(("days_before", "fits"), [(29, False), (31, True), (90, True), (182, True), (184, False), (-5, False)])
def test_an_event_has_to_fit_the_window(days_before: float, fits: bool) -> None:
    """1 to 6 months, of 30.4375 days each: 30.4 to 182.6 days."""
    surgery = candidate("surgery", ONSET, context(120 - days_before, "surgery"))
    assert surgery.standing == ("look here first" if fits else "speaks against")


def test_an_event_that_fits_outweighs_one_that_does_not() -> None:
    surgery = candidate("surgery", ONSET, context(10, "surgery"), context(119, "surgery"))
    assert (len(surgery.speaks_for), surgery.speaks_against) == (1, ())
    assert "110 days before: fits the window of 1 to 6 months" in surgery.speaks_for[0]


def test_kinds_of_events_may_be_written_with_spaces_and_capitals() -> None:
    assert candidate("diet", ONSET, context(50, "Diet change")).standing == "look here first"


def test_no_note_of_an_event_is_not_a_note_that_there_was_none() -> None:
    surgery = candidate("surgery", ONSET)
    assert (surgery.standing, surgery.speaks_against) == ("open", ())
    assert "if there was any" in surgery.missing[0]


def test_without_the_day_it_began_timing_cannot_be_told() -> None:
    surgery = candidate("surgery", context(50, "surgery"))
    assert "whether it fits in time cannot be told" in surgery.speaks_for[0]
    assert "the day on which the complaint began" in surgery.missing


def test_without_a_window_any_event_before_counts() -> None:
    darker = side_effect(120, 12, "skin darkening")
    sun = candidate("sun", darker, context(119, "sun_exposure"), complaint="skin_darkening")
    assert "no time window is held" in sun.speaks_for[0]
    after = candidate("sun", darker, context(130, "sun_exposure"), complaint="skin_darkening")
    assert "came after the complaint" in after.speaks_against[0]


# --- medicines ---


def test_a_medicine_on_the_list_counts_by_its_start() -> None:
    assert candidate("medicines", ONSET, medicine("Propranolol 40 mg", 30)).standing == "look here first"
    assert candidate("medicines", ONSET, medicine("propranolol", 110)).standing == "speaks against"
    undated = candidate("medicines", ONSET, medicine("propranolol"))
    assert undated.standing == "look here first"
    assert "when propranolol was begun" in undated.missing


def test_an_open_window_fits_anything_before() -> None:
    darker = side_effect(120, 12, "skin darkening")
    found = candidate("medicines", darker, medicine("minocycline", 119.9), complaint="skin_darkening")
    assert "fits the window of 0 or more months" in found.speaks_for[0]


def test_a_medicine_is_known_by_its_class_too() -> None:
    tired = side_effect(120, 12, "fatigue")
    assert candidate("medicines", tired, medicine("Lorazepam", 30), complaint="tiredness").standing == "look here first"
    assert candidate("medicines", tired, medicine("Xyzabc", 30), complaint="tiredness").standing == "open"


def test_a_medicine_not_begun_yet_says_nothing() -> None:
    found = candidate("medicines", ONSET, medicine("warfarin", 250))
    assert (found.standing, found.missing) == ("open", ())


def test_without_one_on_the_list_the_full_list_is_asked_for() -> None:
    assert candidate("medicines", ONSET).missing == ("the full list of medicines and supplements",)
    assert "the day on which the complaint began" in candidate("medicines", medicine("warfarin", 30)).missing


# --- the person ---


def test_what_cannot_be_speaks_against() -> None:
    assert candidate("childbirth", ONSET, person(sex="male")).speaks_against == ("sex is male",)
    assert candidate("childbirth", ONSET, person(sex="female")).standing == "open"
    assert candidate("childbirth", ONSET, person(birth_year=1980)).standing == "open"


def test_conditions_written_down_count() -> None:
    found = candidate("thyroid", ONSET, person(conditions=["Hashimoto thyroiditis"]))
    assert found.speaks_for == ("Hashimoto thyroiditis is written down as a condition",)
    assert "known conditions" in candidate("thyroid", ONSET).missing
    assert "known conditions" not in candidate("thyroid", ONSET, person(sex="male")).missing


@pytest.mark.parametrize(("pregnant", "standing"), [(True, "look here first"), (False, "speaks against")])
def test_pregnancy(pregnant: bool, standing: str) -> None:
    found = candidate("pregnancy", person(pregnant=pregnant), complaint="tiredness")
    assert found.standing == standing


# --- the order ---


def test_order_follows_the_rule_that_is_told() -> None:
    lines = [
        ONSET,
        context(50, "surgery"),
        context(60, "injury"),
        context(50, "illness"),
        lab(90, "ferritin", 90, "ug/L", low=30),
        lab(90, "hemoglobin", 10, "g/dL", low=12),
        person(sex="male"),
    ]
    found = explained(*lines)
    told = [(one.name, one.standing) for one in found.candidates]
    assert told[:3] == [("surgery", "look here first"), ("illness", "look here first"), ("iron", "for and against")]
    assert told[-1] == ("childbirth", "speaks against")
    ranks = [STANDINGS.index(one.standing) for one in found.candidates]
    assert ranks == sorted(ranks)
    assert found.rule == RULE
    assert "no probability and no diagnosis" in RULE


@pytest.mark.parametrize("complaint", ["hair_loss", "skin_darkening", "tiredness", "low_mood"])
def test_every_candidate_is_told_even_of_an_empty_journal(complaint: str) -> None:
    found = explained(complaint=complaint)
    assert len(found.candidates) == len(complaints()[complaint].causes)
    for one in found.candidates:
        assert one.standing == "open"
        assert one.would_tell and set(one.facts) <= set(knowledge().facts) and one.facts
    assert found.would_tell


def test_nothing_said_is_a_probability_or_a_diagnosis() -> None:
    found = explained(ONSET, *(context(50, kind) for kind in ("surgery", "illness", "stress")), dose(1))
    for one in found.candidates:
        said = " ".join((one.title, *one.speaks_for, *one.speaks_against, *one.missing, one.would_tell))
        assert not re.search(r"%|\b(probab|likely|likelihood|diagnos|you have)", said), said


def test_a_window_is_read_in_days() -> None:
    months = knowledge().facts["kratom.shedding_latency_wide"]
    assert window_days(months) == (pytest.approx(30.4375), pytest.approx(182.625))
    assert window_days(knowledge().fact("causality", "gap")) == (7, 14)
    assert window_days(replace(months, low=None, high=None)) == (0, None)


def test_an_event_on_the_first_day_of_the_window_fits() -> None:
    """Window ends belong to it."""
    cause = Cause(name="x", title="x", tell="x", facts=("causality.gap",), contexts=("x",), latency="causality.gap")
    complaint = replace(complaints()["hair_loss"], causes=(cause,))
    for days, standing in ((6.9, "speaks against"), (7, "look here first"), (14, "look here first"), (14.1, "speaks against")):
        kept = journal(context(50, "x", hour=0))
        began = moment(50) + timedelta(days=days)
        (one,) = differential(kept, complaint, knowledge(), names(), NOW, began).candidates
        assert one.standing == standing, days
