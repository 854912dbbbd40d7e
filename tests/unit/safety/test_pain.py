from datetime import date

import pytest

from steelyard.safety.pain import Lasting, change, lasting

from .diaries import Line, journal, knowledge, moment, rating


def lasted(*lines: Line, since: date | None = None, now: float = 300) -> Lasting:
    return lasting(journal(*lines), knowledge(), moment(now), since)


def test_pain_over_more_than_three_months_is_chronic() -> None:
    """Three months are 91.3 days."""
    assert lasted(rating(0, 9, 4), rating(92, 9, 2)).chronic is True
    assert lasted(rating(0, 9, 4), rating(91, 9, 2)).chronic is None


def test_a_short_journal_cannot_say_that_pain_is_new() -> None:
    found = lasted(rating(0, 9, 4), rating(20, 9, 4))
    assert (found.since, found.days, found.chronic) == (date(2026, 1, 5), 20, None)
    assert "may have begun before this journal" in found.words


def test_the_day_it_began_settles_it_either_way() -> None:
    assert lasted(since=date(2020, 1, 1)).chronic is True
    found = lasted(since=date(2026, 10, 1))  # day 300 is 1 November 2026
    assert (found.days, found.chronic) == (31, False)
    assert "may have begun" not in found.words


def test_ratings_of_zero_and_of_other_things_are_no_pain() -> None:
    found = lasted(rating(0, 9, 0), rating(100, 9, 0), rating(0, 9, 5, "fatigue"), rating(400, 9, 5))
    assert (found.since, found.days, found.chronic, found.words) == (None, 0, None, "No pain is written down.")
    assert found.facts == ("instruments.chronic_pain",)


@pytest.mark.parametrize(
    ("before", "after", "size"),
    [
        (8, 4, "a substantial fall"),  # half
        (8, 5.6, "a clinically important fall"),  # 30 %
        (10, 8, "a clinically important fall"),  # 2 points, though 20 %
        (5, 4.5, "a minimal fall"),  # 10 %
        (10, 9.1, "less than a minimal fall"),  # 9 %
        (4, 4, "no fall"),
        (4, 5, "a rise"),
        (0, 0, "no fall"),
        (0, 3, "a rise"),
    ],
)
def test_sizes_of_change_have_their_published_words(before: float, after: float, size: str) -> None:
    found = change(before, after, knowledge())
    assert found.size == size
    assert found.points == before - after
    assert found.percent == (pytest.approx(100 * (before - after) / before) if before else None)
    assert set(found.facts) <= set(knowledge().facts)
