from dataclasses import replace

import pytest

from steelyard.knowledge.causes import Complaint
from steelyard.safety.causality import Assessment, assess
from steelyard.safety.challenge import Answer

from .diaries import Line, complaints, context, dose, journal, knowledge, medicine, moment, names, rating, side_effect

TIRED = side_effect(40, 9, "fatigue")
HAIR = side_effect(120, 9, "hair loss")


def judged(
    *lines: Line, complaint: str | Complaint = "tiredness", suspect: str = "Kratom", by_hand: dict[int, Answer] | None = None
) -> Assessment:
    of = complaints()[complaint] if isinstance(complaint, str) else complaint
    return assess(journal(*lines), suspect, of, knowledge(), names(), moment(300), by_hand=by_hand)


def answer(found: Assessment, number: int) -> str:
    return found.naranjo.items[number - 1].answer


# --- the scale itself: weights and words as printed in table 2 of PMC5774610 ---

YES = (1, 2, 1, 2, -1, -1, 1, 1, 1, 1)
NO = (0, -1, 0, -1, 2, 1, 0, 0, 0, 0)


@pytest.mark.parametrize("number", range(1, 11))
def test_each_item_counts_what_is_published(number: int) -> None:
    for given, points in (("yes", YES), ("no", NO), ("unknown", (0,) * 10)):
        item = judged(by_hand={number: given}).naranjo.items[number - 1]  # type: ignore[dict-item]
        assert (item.number, item.answer, item.points) == (number, given, points[number - 1])
        assert item.by_hand and item.why == "answered by hand"
        assert item.question.endswith("?")


@pytest.mark.parametrize(
    ("yes", "no", "score", "category"),
    [
        ({1, 2, 3, 4, 7, 8, 9, 10}, {5, 6}, 13, "definite"),
        ({1, 2, 3, 4, 8}, {5}, 9, "definite"),
        ({1, 2, 3, 4}, {5}, 8, "probable"),
        ({2, 3}, {5}, 5, "probable"),
        ({2}, {5}, 4, "possible"),
        ({1}, set(), 1, "possible"),
        (set(), set(), 0, "doubtful"),
        ({5, 6}, {2, 4}, -4, "doubtful"),
    ],
)
def test_scores_have_their_published_words(yes: set[int], no: set[int], score: int, category: str) -> None:
    by_hand: dict[int, Answer] = {n: "yes" if n in yes else "no" if n in no else "unknown" for n in range(1, 11)}
    found = judged(by_hand=by_hand).naranjo
    assert (found.score, found.category) == (score, category)


def test_an_empty_journal_leaves_everything_unknown() -> None:
    """Nothing known: every answer could still be the best or the worst for the substance."""
    found = judged()
    assert [item.answer for item in found.naranjo.items] == ["unknown"] * 10
    assert (found.naranjo.score, found.naranjo.unknown) == (0, 10)
    assert (found.naranjo.lowest, found.naranjo.highest) == (-4, 13)
    assert found.who_umc.category == "unassessable"
    assert all(item.why for item in found.naranjo.items)
    assert not any(item.by_hand for item in found.naranjo.items)


def test_answered_items_narrow_how_far_the_score_can_go() -> None:
    """Item 2 yes and item 5 yes are 1 point; the others could take 2 away (4, 6) or add 9."""
    found = judged(by_hand={2: "yes", 5: "yes"}).naranjo
    assert (found.score, found.lowest, found.highest, found.unknown) == (1, -1, 1 + 1 + 1 + 2 + 1 + 1 + 1 + 1 + 1, 8)


# --- item 1: reports ---


@pytest.mark.parametrize(
    ("complaint", "suspect", "expected"),
    [
        ("hair_loss", "Kratom", "no"),
        ("skin_darkening", "KRATOM", "yes"),
        ("tiredness", "kratom", "unknown"),
        ("hair_loss", "leaf", "unknown"),
    ],
)
def test_reports_are_those_held(complaint: str, suspect: str, expected: str) -> None:
    assert answer(judged(complaint=complaint, suspect=suspect), 1) == expected


def test_reports_are_counted_and_called_no_proof() -> None:
    found = judged(complaint="skin_darkening")
    assert found.naranjo.items[0].why == "4 published reports are held; none of them proves a link"
    assert {"kratom.darkening_case_30", "skin_darkening.drug_delay"} <= set(found.facts) <= set(knowledge().facts)


# --- item 2: before or after ---


def test_a_complaint_after_the_first_dose() -> None:
    assert answer(judged(TIRED, dose(30)), 2) == "yes"


def test_a_complaint_before_it_counts_as_no_only_when_the_journal_ran_long_enough() -> None:
    early = side_effect(10, 9, "fatigue")
    assert answer(judged(early, dose(30), rating(0, 9, 5)), 2) == "no"
    assert answer(judged(early, dose(20)), 2) == "unknown"  # ten days of notes before the first dose; 14 are asked for


def test_without_a_complaint_or_without_the_substance_it_is_unknown() -> None:
    assert judged(dose(30)).naranjo.items[1].why == "when the complaint began is not written down"
    assert judged(TIRED).naranjo.items[1].why == "Kratom is not in this journal"


def test_a_medicine_of_unknown_start_was_there_before() -> None:
    assert answer(judged(TIRED, medicine("prednisone"), suspect="prednisone"), 2) == "yes"
    assert answer(judged(TIRED, medicine("prednisone", 60), suspect="prednisone"), 2) == "no"


# --- items 3 and 4: from the dose log ---


def in_and_out() -> list[Line]:
    """30 days with, 30 without, 30 with it again; tired with it, less so without."""
    lines = [dose(day) for day in (*range(20, 50), *range(80, 110))]
    return lines + [rating(day, 20, 3 if day < 20 or 50 <= day < 80 else 7, "fatigue") for day in range(110)]


def test_leaving_off_and_taking_again_are_read_from_the_log() -> None:
    found = judged(TIRED, *in_and_out())
    assert (answer(found, 3), answer(found, 4)) == ("yes", "yes")
    assert found.naranjo.score == 2 + 1 + 2
    assert found.naranjo.category == "probable"


def test_a_complaint_without_a_scale_is_left_to_photos() -> None:
    found = judged(side_effect(120, 9, "skin darkening"), *in_and_out(), complaint="skin_darkening")
    assert (answer(found, 3), answer(found, 4)) == ("unknown", "unknown")
    assert "photos" in found.naranjo.items[2].why


# --- item 5: other causes ---


def test_another_cause_the_journal_speaks_for_counts_against() -> None:
    found = judged(TIRED, dose(30), context(35, "illness"))
    assert answer(found, 5) == "yes"
    assert "an infection" in found.naranjo.items[4].why


def test_other_causes_are_only_excluded_when_something_speaks_against_each() -> None:
    pregnancy = next(cause for cause in complaints()["tiredness"].causes if cause.name == "pregnancy")
    only = replace(complaints()["tiredness"], causes=(pregnancy,))
    man: Line = {"record": "person", "sex": "male"}
    assert answer(judged(TIRED, dose(30), man, complaint=only), 5) == "no"
    assert answer(judged(TIRED, dose(30), complaint=only), 5) == "unknown"
    assert answer(judged(TIRED, dose(30), man), 5) == "unknown"


# --- WHO-UMC ---


def umc(*lines: Line, complaint: str | Complaint = "hair_loss", suspect: str = "kratom") -> str:
    return judged(*lines, complaint=complaint, suspect=suspect).who_umc.category


@pytest.mark.parametrize(
    ("began", "category"),
    [
        (110, "unlikely"),  # 10 days before: too soon for 1 to 6 months
        (60, "possible"),
        (-200, "conditional"),  # still taken, and longer than the window
    ],
)
def test_timing_is_held_against_what_is_known(began: float, category: str) -> None:
    assert umc(HAIR, medicine("kratom", began)) == category


def test_the_ends_of_the_window_belong_to_it() -> None:
    """1 and 6 months are 30.4375 and 182.625 days; the complaint is noticed on day 120 at 9."""
    noticed = 120 + 9 / 24
    for before, category in ((30.4375, "possible"), (30.3, "unlikely"), (182.625, "possible"), (182.7, "conditional")):
        assert umc(HAIR, medicine("kratom", noticed - before)) == category, before


def test_a_complaint_long_after_the_end_is_unlikely() -> None:
    assert umc(HAIR, medicine("kratom", -300, -100)) == "unlikely"


def test_a_complaint_before_the_substance_is_unlikely() -> None:
    assert umc(HAIR, medicine("kratom", 130)) == "unlikely"


def test_a_start_that_may_lie_before_the_journal_leaves_it_conditional() -> None:
    assert umc(HAIR, dose(30)) == "conditional"
    assert umc(HAIR, dose(30), rating(0, 9, 5)) == "possible"


def test_without_a_window_it_is_conditional_and_with_an_open_one_possible() -> None:
    assert umc(TIRED, medicine("kratom", 0), complaint="tiredness") == "conditional"
    assert umc(side_effect(90, 9, "skin darkening"), medicine("kratom"), complaint="skin_darkening") == "possible"


def test_without_complaint_or_substance_it_cannot_be_assessed() -> None:
    assert umc(HAIR) == "unassessable"
    assert umc(dose(30)) == "unassessable"


def test_probable_needs_other_causes_excluded_and_a_response_to_leaving_off() -> None:
    pregnancy = next(cause for cause in complaints()["tiredness"].causes if cause.name == "pregnancy")
    only = replace(complaints()["tiredness"], causes=(pregnancy,), latency="skin_darkening.drug_delay")
    man: Line = {"record": "person", "sex": "male"}
    assert umc(TIRED, *in_and_out(), man, complaint=only) == "probable"
    assert umc(TIRED, *in_and_out(), complaint=only) == "possible"
    assert umc(TIRED, dose(20), man, complaint=only) == "possible"


def test_certain_is_never_reached_from_a_journal_alone() -> None:
    found = judged(TIRED, *in_and_out(), by_hand=dict.fromkeys(range(1, 11), "yes")).who_umc
    assert found.category != "certain"
    assert [name for name, _ in found.criteria] == [
        "plausible in time",
        "other causes could explain it",
        "better when left off",
        "back when taken again",
        "a definite and specific finding",
    ]
    assert found.criteria[-1][1].answer == "unknown"
    assert found.meaning.startswith("Conditional:")
