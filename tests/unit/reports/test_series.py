"""Nothing a person wrote may get lost, or turn to zero, on its way into a chart."""

from math import fsum

import pytest

from steelyard.reports.series import LINE_POINTS, by_day, by_week, day_of, detail, diary, seconds

from .weighings import picture

DAY = 86_400


def written(ratings: list[tuple[str, float]], doses: list[tuple[str, float | None]]):  # type: ignore[no-untyped-def]
    bare = {key: [] for key in ("path_time", "path_mean", "path_low", "path_high")}
    return diary(
        picture(
            days=1,
            rating_time=[at for at, _ in ratings],
            rating=[value for _, value in ratings],
            dose_time=[at for at, _ in doses],
            dose_amount=[amount for _, amount in doses],
            **bare,
        )
    )


def test_rows_come_out_in_time_order_whatever_order_they_went_in() -> None:
    whole = written(
        [("2026-03-02T08:00", 4.0), ("2026-03-01T08:00", 6.0)], [("2026-03-02T09:00", None), ("2026-03-01T09:00", 3.0)]
    )
    assert [value for _, value in whole.rated] == [6.0, 4.0]
    assert [amount for _, amount in whole.dosed] == [3.0, None]


def test_doses_of_unknown_amount_at_one_moment_do_not_stop_the_sorting() -> None:
    whole = written([("2026-03-01T08:00", 6.0)], [("2026-03-01T09:00", None), ("2026-03-01T09:00", 3.0)])
    assert len(whole.dosed) == 2


def test_a_rating_at_midnight_belongs_to_the_day_that_begins() -> None:
    whole = written([("2026-03-01T23:59", 2.0), ("2026-03-02T00:00", 8.0)], [])
    first, second = by_day(whole, seconds("2026-03-01T00:00"), seconds("2026-03-03T00:00"))
    assert (first.rating, second.rating) == (2.0, 8.0)


def test_a_day_without_ratings_has_no_average_and_an_unknown_amount_is_not_zero() -> None:
    whole = written([("2026-03-01T08:00", 6.0)], [("2026-03-02T09:00", None), ("2026-03-02T12:00", 2.0)])
    first, second = by_day(whole, seconds("2026-03-01T00:00"), seconds("2026-03-03T00:00"))
    assert first.rating == 6.0
    assert (first.doses, first.amount) == (0, 0.0)
    assert second.rating is None
    assert (second.doses, second.unknown, second.amount) == (2, 1, 2.0)


@pytest.mark.parametrize("days", [1, 6, 7, 8, 43, 180, 1_200])
def test_weeks_hold_every_rating_and_dose_exactly_once(days: int) -> None:
    drawn = picture(days=days)
    periods = by_week(diary(drawn))
    assert sum(each.ratings for each in periods) == len(drawn.rating)
    assert sum(each.doses for each in periods) == len(drawn.dose_time)
    assert sum(each.unknown for each in periods) == drawn.dose_amount.count(None)
    assert fsum(each.amount for each in periods) == pytest.approx(fsum(amount or 0 for amount in drawn.dose_amount))
    assert sum(each.days for each in periods) == days
    assert all(0 < each.days <= (7 if days < 1_092 else 28) for each in periods)
    assert len(periods) <= 157


def test_only_the_first_week_may_be_short() -> None:
    assert [each.days for each in by_week(diary(picture(days=10)))] == [3, 7]


@pytest.mark.parametrize(
    ("days", "most_marks", "shown"), [(180, 700, 42), (180, 100, 14), (180, 40, 7), (180, 1, 1), (5, 700, 5)]
)
def test_the_detail_is_the_longest_window_that_is_not_crowded(days: int, most_marks: int, shown: int) -> None:
    whole = diary(picture(days=days))
    part, start, end = detail(whole, 42, most_marks)
    assert (end - start) / DAY == shown
    assert part.rated == [rated for rated in whole.rated if start <= rated[0] < end]
    assert part.dosed == [dosed for dosed in whole.dosed if start <= dosed[0] < end]
    assert day_of(end - 1) == day_of(whole.rated[-1][0])


def test_only_the_line_is_thinned() -> None:
    minutely = [f"2026-03-{day:02d}T{hour:02d}:{minute:02d}" for day in (1, 2) for hour in range(24) for minute in range(60)]
    flat = [5.0] * len(minutely)
    drawn = picture(
        days=1,
        rating_time=minutely[:600],
        rating=flat[:600],
        path_time=minutely,
        path_mean=flat,
        path_low=flat,
        path_high=flat,
        dose_time=[],
        dose_amount=[],
    )
    part, _, _ = detail(diary(drawn), 42, 700)
    assert len(part.rated) == 600
    assert LINE_POINTS / 2 < len(part.line.at) <= LINE_POINTS


def test_the_clock_is_the_persons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert day_of(seconds("2026-03-01T00:30")).isoformat() == "2026-03-01"
    assert seconds("2026-03-02T00:30") - seconds("2026-03-01T00:30") == DAY
