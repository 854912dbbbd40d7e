from collections.abc import Sequence

import pytest

from steelyard.safety.instruments import SELF_HARM, Score, answered, hair_count, score

from .diaries import answers, instruments, journal, knowledge, moment


def counted(name: str, items: Sequence[float | None]) -> Score:
    found = score(name, items, knowledge(), instruments())
    assert found is not None
    return found


def adding_up_to(total: int, questions: int) -> list[float | None]:
    """Answers of 0 to 3 with this sum, the last question 0 as long as possible."""
    given = [min(3, max(0, total - 3 * place)) for place in range(questions)]
    return [float(answer) for answer in given]


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, ""), (4, ""), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "moderately severe"),
     (19, "moderately severe"), (20, "severe"), (27, "severe")],
)  # fmt: skip
def test_phq9_bands(total: int, band: str) -> None:
    found = counted("PHQ-9", adding_up_to(total, 9))
    assert (found.total, found.low, found.high, found.band) == (total, 0, 27, band)
    assert found.note == ("" if band else "below the lowest band, mild")


@pytest.mark.parametrize(
    ("total", "band"), [(4, ""), (5, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe"), (21, "severe")]
)
def test_gad7_bands(total: int, band: str) -> None:
    found = counted("gad7", adding_up_to(total, 7))
    assert (found.total, found.high, found.band) == (total, 21, band)


def test_thoughts_of_self_harm_are_flagged_whatever_the_rest() -> None:
    alone: list[float | None] = [0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert counted("phq9", alone).flags == (SELF_HARM,)
    assert counted("phq9", [None] * 8 + [2]).flags == (SELF_HARM,)
    assert counted("phq9", [None] * 8 + [2]).total is None
    for none in ([3.0] * 8 + [0.0], [3.0] * 8 + [None], [3.0] * 8):
        assert counted("phq9", none).flags == ()
    assert counted("gad7", [3] * 7).flags == ()


def test_sds_is_a_sum_without_a_cut_off() -> None:
    found = counted("SDS", [3, 2, 1, 0, 3])
    assert (found.total, found.high, found.band) == (9, 15, "")
    assert "no validated cut-off for kratom" in found.note


def test_three_questions_of_our_own_are_a_mean_and_no_published_scale() -> None:
    found = counted("pain three", [8, 4, 3])
    assert (found.total, found.low, found.high, found.band) == (5.0, 0, 10, "")
    assert "never tested" in found.note


# In order: 4 + 4 + 3 + 3 + 5 areas by region, 3 severities, 3 other complaints, 1 for three months.
WIDE = [0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0]  # 8 areas in all five regions
NARROW = [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]  # 4 areas in four regions


@pytest.mark.parametrize(
    ("areas", "symptoms", "lasting", "met"),
    [
        (WIDE, [2, 2, 1, 0, 0, 0], 1, True),
        (WIDE, [2, 2, 0, 0, 0, 0], 1, False),  # symptom score 4
        (WIDE, [2, 2, 1, 0, 0, 0], 0, False),  # not for three months
        (NARROW, [3, 3, 2, 1, 0, 0], 1, True),
        (NARROW, [3, 3, 2, 0, 0, 0], 1, False),  # symptom score 8
        ([0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3, 3, 1, 1, 1], 1, False),  # 9 areas in three regions
        (
            [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1],
            [3, 3, 3, 1, 1, 1],
            1,
            False,
        ),  # jaw, chest, belly are no region
        ([0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3, 3, 1, 1, 1], 1, False),  # 3 areas
    ],
)
def test_fibromyalgia_criteria(areas: list[float], symptoms: list[float], lasting: float, met: bool) -> None:
    found = counted("fibromyalgia_2016", [*areas, *symptoms, lasting])
    assert found.note.startswith("the answers meet" if met else "the answers do not meet")
    assert dict(found.parts)["painful areas of 19"] == sum(areas)
    assert dict(found.parts)["symptom score of 12"] == sum(symptoms)
    assert found.total == sum(areas) + sum(symptoms)
    assert "a question to take to a clinician" in found.note


def test_regions_leave_out_jaw_chest_and_belly() -> None:
    found = counted("fibromyalgia_2016", [*WIDE[:14], 0, 0, 0, 1, 1, *[0] * 7])
    assert dict(found.parts)["regions of 5"] == 4


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ([1, 1, 1, 1], "not scored: 5 answers were expected, 4 are there"),
        ([1, None, 1, None, 1], "not scored: question 2, 4 left open"),
        ([1, 1, 1, 1, 4], "not scored: the answer to question 5 is not a whole number from 0 to 3"),
        ([1, 1, -1, 1, 1], "not scored: the answer to question 3"),
        ([1, 1.5, 1, 1, 1], "not scored: the answer to question 2"),
    ],
)
def test_what_cannot_be_counted_is_not_counted_and_says_why(items: list[float | None], why: str) -> None:
    found = counted("sds", items)
    assert (found.total, found.band, found.parts) == (None, "", ())
    assert found.note.startswith(why)


def test_an_instrument_that_is_not_held_has_no_score() -> None:
    """Its owner asks for permission, so it is not shipped."""
    assert score("painDETECT", [1, 2], knowledge(), instruments()) is None


def test_answers_of_a_journal_are_scored_in_order_of_time() -> None:
    lines = [answers(9, "GAD-7", [1] * 7), answers(2, "sds", [1] * 5), answers(3, "painDETECT", [1]), answers(50, "sds", [3] * 5)]
    found = answered(journal(*lines), knowledge(), instruments(), moment(40))
    assert [(time, one.instrument, one.total) for time, one in found] == [
        (moment(2, 10), "sds", 5),
        (moment(9, 10), "gad7", 7),
    ]


def test_every_score_names_facts_that_are_held() -> None:
    for name, blocks in instruments().items():
        found = counted(name, [0.0 for block in blocks for _ in block.items])
        assert set(found.facts) <= set(knowledge().facts)
        assert found.title


@pytest.mark.parametrize(
    ("hairs", "sex", "age", "said"),
    [
        (60, "male", 30, "60 hairs is within what men aged 20 to 40 without hair loss combed out (0 to 78, 10.2 on average)"),
        (79, "male", 40, "79 hairs is above"),
        (60, "male", 41, "60 hairs is above what men aged 41 to 60"),
        (43, "male", 60, "43 hairs is within"),
        (60, "male", 19, "No figures are held for this count at this age"),
        (60, "male", 61, "No figures are held for this count at this age"),
        (60, "male", None, "or age is not written down"),
        (60, "female", 30, "No figures are held for this count in women"),
        (60, None, 30, "or where sex is not written down"),
    ],
)
def test_hair_counts_are_compared_with_men_only(hairs: float, sex: str | None, age: int | None, said: str) -> None:
    assert said in hair_count(hairs, sex, age, knowledge())
