"""The diary charts show what was written down, all of it, and nothing that was not."""

from math import inf
from typing import Any

import pytest

from steelyard.findings.model import Picture
from steelyard.reports.diary_charts import diary_chart, weekly_chart
from steelyard.reports.marks import NARROW, SIZES, WIDE, Size, Spec
from steelyard.reports.series import by_week, detail, diary

from .weighings import picture


def drawn(of: Picture, size: Size = WIDE) -> Spec:
    part, start, end = detail(diary(of), size.days, size.marks)
    return diary_chart(part, start, end, of, size)


def values(spec: Spec, mark: str, field: str, shape: str | None = None) -> list[Any]:
    """Every value of `field` shown by marks of one type (and shape)."""
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark and layer["mark"].get("shape") == shape]
    return [row[field] for layer in layers for row in layer["data"]["values"] if field in row]


def test_every_rating_in_the_window_is_a_circle() -> None:
    of = picture(days=20)
    assert values(drawn(of), "point", "rating", "circle") == of.rating


def test_a_known_amount_is_a_stem_and_an_unknown_one_a_cross() -> None:
    of = picture(days=20)
    known = [amount for amount in of.dose_amount if amount is not None]
    spec = drawn(of)
    assert values(spec, "rule", "amount") == known
    assert len(values(spec, "point", "amount", "cross")) == of.dose_amount.count(None) > 0


@pytest.mark.parametrize(("size", "days"), [(WIDE, 42), (NARROW, 14)])
def test_a_phone_shows_fewer_days(size: Size, days: int) -> None:
    domain = drawn(picture(days=180), size)["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert (domain[1] - domain[0]) / 86_400_000 == days


def test_ratings_beyond_the_end_of_the_scale_stay_inside_the_chart() -> None:
    of = picture(days=2, high=5.0, rating_time=["2025-09-01T08:00"], rating=[60.0])
    assert drawn(of)["layer"][2]["encoding"]["y"]["scale"]["domain"][1] >= 60


def test_a_scale_without_an_end_gets_one_from_its_ratings() -> None:
    of = picture(days=2, high=inf)
    top = drawn(of)["layer"][0]["encoding"]["y"]
    assert max(of.rating) <= top["scale"]["domain"][1] < inf
    assert "inf" not in top["axis"]["title"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("days", [1, 2, 4, 14, 42])
def test_no_day_is_named_twice_on_the_axis(days: int, size: Size) -> None:
    axis = drawn(picture(days=days), size)["layer"][0]["encoding"]["x"]["axis"]
    assert len({value // 86_400_000 for value in axis["values"]}) == len(axis["values"])
    assert all(value % 86_400_000 == 0 for value in axis["values"])


def test_weeks_count_doses_where_an_amount_is_unknown_and_add_up_where_none_is() -> None:
    periods = by_week(diary(of := picture(days=70)))
    counted = weekly_chart(periods, of, WIDE)["layer"][2]
    assert counted["encoding"]["y"]["axis"]["title"] == "Doses a day"
    assert [row["amount"] for row in counted["data"]["values"]] == [2.0] * 10

    of = picture(days=70, dose_amount=[3.0] * 140)
    added = weekly_chart(by_week(diary(of)), of, WIDE)["layer"][2]
    assert added["encoding"]["y"]["axis"]["title"] == "Doses, g a day"
    assert [row["amount"] for row in added["data"]["values"]] == [6.0] * 10


def test_a_short_first_week_is_not_drawn_as_a_week_of_little() -> None:
    of = picture(days=71, dose_amount=[3.0] * 142)
    first = weekly_chart(by_week(diary(of)), of, WIDE)["layer"][2]["data"]["values"][0]
    assert first["amount"] == 6.0


def test_a_week_without_ratings_has_no_circle() -> None:
    of = picture(days=70)
    silent = ("2025-09-15", "2025-09-22")  # days 15 to 21 of 70: one whole week counted back from the end
    kept = [(at, value) for at, value in zip(of.rating_time, of.rating, strict=True) if not silent[0] <= at < silent[1]]
    quiet = picture(days=70, rating_time=[at for at, _ in kept], rating=[value for _, value in kept])
    assert len(values(weekly_chart(by_week(diary(quiet)), quiet, WIDE), "point", "rating", "circle")) == 9
