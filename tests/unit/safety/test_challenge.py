from dataclasses import replace

import pytest

from steelyard.knowledge.causes import Complaint
from steelyard.safety.challenge import Answer, Period, Rated, Reading, breaks, dechallenge, periods, rated, rechallenge

from .diaries import Line, complaints, dose, journal, knowledge, medicine, moment, rating

TIRED = complaints()["tiredness"]  # no recovery is held, so a break of 7 days can show something and one of 14 has to
HAIR = complaints()["hair_loss"]  # 2 to 6 months, and back 1 to 6 months after


def taken(*lines: Line, suspect: str = "Kratom", complaint: Complaint = TIRED, now: float = 100) -> tuple[Period, ...]:
    return periods(journal(*lines), suspect, knowledge(), complaint, moment(now))


def read(*lines: Line, complaint: Complaint = TIRED, now: float = 100) -> tuple[Reading, Reading]:
    kept = journal(*lines)
    ratings = rated(kept, complaint, knowledge(), moment(now))
    assert ratings is not None
    course = periods(kept, "kratom", knowledge(), complaint, moment(now))
    found = breaks(course, ratings, complaint, knowledge(), moment(now))
    return dechallenge(found, complaint, knowledge(), ratings.smallest), rechallenge(found, ratings, complaint, knowledge())


def doses(*spans: tuple[int, int]) -> list[Line]:
    """A dose each morning from the first to before the second day of each span."""
    return [dose(day) for first, last in spans for day in range(first, last)]


def rated_on(scale: str, *spans: tuple[int, int, float]) -> list[Line]:
    return [rating(day, 20, value, scale) for first, last, value in spans for day in range(first, last)]


# --- periods ---


def test_doses_within_the_shortest_break_are_one_period() -> None:
    first, second = taken(*doses((0, 10), (15, 20), (27, 30)), now=31)
    assert (first.start, first.end) == (moment(0, 8), moment(19, 8))  # 5 days apart is no break, 8 days are one
    assert (second.start, second.end) == (moment(27, 8), None)  # two days ago: it goes on


def test_the_last_period_has_ended_when_the_break_is_long_enough() -> None:
    assert taken(*doses((0, 10)), now=40) == (Period(start=moment(0, 8), end=moment(9, 8)),)


def test_a_break_has_to_be_longer_for_a_complaint_that_fades_slowly() -> None:
    spans = doses((0, 10), (50, 60))
    assert len(taken(*spans)) == 2
    assert len(taken(*spans, complaint=HAIR)) == 1


def test_zero_doses_and_doses_to_come_are_not_taken() -> None:
    assert taken(dose(0, amount=0), dose(200)) == ()
    assert taken() == ()


def test_a_medicine_is_taken_from_its_start_to_its_end() -> None:
    lines = [
        medicine("Prednisone", 30, 60),
        medicine("prednisone", None, 10),
        medicine("prednisone", 90),
        medicine("prednisone", 300),
    ]
    assert taken(*lines, suspect="prednisone") == (
        Period(start=None, end=moment(10)),
        Period(start=moment(30), end=moment(60)),
        Period(start=moment(90), end=None),
    )
    assert taken(medicine("prednisone", 30, 200), suspect="prednisone") == (Period(start=moment(30), end=None),)


# --- ratings ---


def test_ratings_are_turned_so_that_more_is_worse() -> None:
    low_mood = complaints()["low_mood"]
    found = rated(
        journal(rating(0, 9, 3, "mood"), rating(1, 9, 4, "mood"), rating(300, 9, 4, "mood")), low_mood, knowledge(), moment(9)
    )
    assert found is not None
    assert (found.values, found.smallest) == ((-3.0, -4.0), 1.0)


def test_a_complaint_without_a_scale_is_not_rated() -> None:
    assert rated(journal(), complaints()["skin_darkening"], knowledge(), moment(9)) is None


def test_a_scale_of_the_journals_own_is_read() -> None:
    own = {"record": "scale", "id": "energy", "family": "bounded", "low": 0, "high": 100, "worse_is_up": False}
    found = rated(journal(own, rating(0, 9, 60, "energy")), replace(TIRED, scale="energy"), knowledge(), moment(9))
    assert found is not None
    assert (found.values, found.smallest) == ((-60.0,), 10.0)  # a tenth of its range, by the rule for any scale


def test_a_scale_without_a_smallest_change_cannot_be_read() -> None:
    counted = {"record": "scale", "id": "naps", "family": "count", "low": 0, "worse_is_up": True}
    assert rated(journal(counted), replace(TIRED, scale="naps"), knowledge(), moment(9)) is None


# --- left off ---


@pytest.mark.parametrize(
    ("within", "last", "answer"),
    [
        (4.0, 60, "yes"),  # two points less
        (5.0, 60, "yes"),  # one point less is the smallest change that counts
        (5.5, 60, "no"),
        (7.0, 60, "no"),
        (5.5, 40, "unknown"),  # a break of 10 days is too short to say no
        (4.0, 40, "yes"),
    ],
)
def test_left_off(within: float, last: int, answer: Answer) -> None:
    reading, _ = read(*doses((0, 30), (last, last + 10)), *rated_on("fatigue", (0, 30, 6.0), (30, last, within)))
    assert reading.answer == answer
    assert f"break of {last - 29} days from 2026-02-03" in reading.why


def test_the_first_week_of_a_break_is_not_counted() -> None:
    """Worse for six days, as in withdrawal, then better."""
    reading, _ = read(*doses((0, 30), (50, 60)), *rated_on("fatigue", (0, 30, 6.0), (30, 36, 9.0), (36, 50, 3.0)))
    assert reading.answer == "yes"


@pytest.mark.parametrize("spans", [[(0, 30, 6.0)], [(30, 60, 4.0)], [(0, 30, 6.0), (40, 42, 4.0)]])
def test_too_few_ratings_leave_it_unknown(spans: list[tuple[int, int, float]]) -> None:
    reading, again = read(*doses((0, 30), (60, 90)), *rated_on("fatigue", *spans))
    assert (reading.answer, again.answer) == ("unknown", "unknown")
    assert "too few ratings before or in it" in reading.why


def test_without_a_break_it_is_unknown() -> None:
    reading, again = read(*doses((0, 90)), *rated_on("fatigue", (0, 90, 6.0)), now=91)
    assert reading == Reading(answer="unknown", why="there is no break long enough to show anything")
    assert "not taken again after a break in which the complaint fell" in again.why


def test_a_break_that_still_lasts_counts() -> None:
    reading, again = read(*doses((0, 30)), *rated_on("fatigue", (0, 30, 6.0), (30, 60, 3.0)), now=60)
    assert (reading.answer, again.answer) == ("yes", "unknown")


def test_a_slow_complaint_needs_a_longer_break() -> None:
    """Hair: nothing before 2 months (60.9 days), and no answer `no` before 6 months (182.6 days); day 119.3 to 300 are 180.7."""
    counted = [rating(day, 8, 30, "hair_shed_60s") for day in range(0, 60, 7)]
    later = [rating(day, 8, 30, "hair_shed_60s") for day in range(63, 300, 7)]
    short, _ = read(*doses((0, 60), (110, 120)), *counted, *later, complaint=HAIR, now=300)
    assert (
        short.why == "break of 181 days from 2026-05-04: the complaint changed by +0 points, 5 count; it may have been too short"
    )
    long, _ = read(*doses((0, 60)), *counted, *later, complaint=HAIR, now=300)
    assert long.answer == "no"


# --- taken again ---


@pytest.mark.parametrize(("again", "answer"), [(6.0, "yes"), (4.0, "yes"), (3.5, "no"), (3.0, "no")])
def test_taken_again(again: float, answer: Answer) -> None:
    lines = [*doses((0, 30), (60, 90)), *rated_on("fatigue", (0, 30, 6.0), (30, 60, 3.0), (60, 90, again))]
    left_off, reading = read(*lines)
    assert (left_off.answer, reading.answer) == ("yes", answer)
    assert "taken again after the break of 31 days" in reading.why


def test_too_few_ratings_after_the_restart_leave_it_unknown() -> None:
    _, reading = read(*doses((0, 30), (60, 90)), *rated_on("fatigue", (0, 30, 6.0), (30, 60, 3.0)))
    assert (reading.answer, "too few ratings afterwards" in reading.why) == ("unknown", True)


def test_a_restart_after_a_break_that_changed_nothing_is_not_read() -> None:
    left_off, reading = read(*doses((0, 30), (60, 90)), *rated_on("fatigue", (0, 60, 6.0), (60, 90, 9.0)))
    assert (left_off.answer, reading.answer) == ("no", "unknown")


def test_of_several_breaks_one_that_answers_is_told() -> None:
    lines = [*doses((0, 30), (40, 60), (80, 90)), *rated_on("fatigue", (0, 60, 6.0), (60, 80, 4.0))]
    left_off, _ = read(*lines)
    assert left_off.answer == "yes"


def test_hair_is_back_within_its_own_window() -> None:
    """After the restart on day 150, counts from 1 to 6 months later are read: days 180.4 to 332.6."""
    spans = [(0, 60, 30.0), (121, 150, 10.0), (150, 180, 10.0), (181, 330, 30.0)]
    lines = [rating(day, 8, value, "hair_shed_60s") for first, last, value in spans for day in range(first, last, 3)]
    left_off, reading = read(*doses((0, 60), (150, 330)), *lines, complaint=HAIR, now=400)
    assert (left_off.answer, reading.answer) == ("yes", "yes")


def test_values_between_two_instants_include_both_ends() -> None:
    ratings = Rated(times=(moment(0), moment(1), moment(2)), values=(1.0, 2.0, 3.0), smallest=1.0)
    assert ratings.between(moment(1), moment(2)) == [2.0, 3.0]
