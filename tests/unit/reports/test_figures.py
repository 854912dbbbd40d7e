"""Every chart has its table, its key and its description; what is not there is not drawn."""

from typing import Any

import msgspec
import pytest

from steelyard.reports.figures import NOTHING, Figure, figures

from .weighings import felt, not_enough, not_settled, picture

NO_LINE: dict[str, Any] = {key: [] for key in ("path_time", "path_mean", "path_low", "path_high")}
NO_RELIEF: dict[str, Any] = {key: [] for key in ("relief_hours", "relief_mean", "relief_low", "relief_high")}
NOTHING_WRITTEN: dict[str, Any] = {key: [] for key in ("rating_time", "rating", "dose_time", "dose_amount")}


def by_id(drawn: list[Figure]) -> dict[str, Figure]:
    return {figure.id: figure for figure in drawn}


def test_a_long_diary_gets_detail_weeks_relief_and_estimators_in_this_order() -> None:
    assert list(by_id(figures(felt(), picture(days=60)))) == ["diary", "weeks", "relief", "estimators"]


def test_a_short_diary_needs_no_weeks() -> None:
    assert list(by_id(figures(felt(), picture(days=42)))) == ["diary", "relief", "estimators"]


@pytest.mark.parametrize(
    ("finding", "drawn", "expected"),
    [
        (not_enough(), None, []),
        (not_enough(), picture(days=4, **NO_LINE, **NO_RELIEF), ["diary"]),
        (not_enough(), picture(days=4, **NO_LINE, **NO_RELIEF, **NOTHING_WRITTEN), []),
        (not_settled(), None, ["estimators"]),
    ],
)
def test_what_is_not_there_is_not_drawn(finding, drawn, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert list(by_id(figures(finding, drawn))) == expected


def test_the_key_names_only_signs_that_are_in_the_chart() -> None:
    bare = by_id(figures(not_enough(), picture(days=2, **NO_LINE, **NO_RELIEF)))["diary"]
    assert [sign for sign, _ in bare.key] == ["circle", "stem"]
    full = by_id(figures(felt(), picture(days=20)))
    assert [sign for sign, _ in full["diary"].key] == ["circle", "line", "band", "stem", "cross"]
    assert [sign for sign, _ in full["estimators"].key] == ["interval", "diamond", "zone"]
    unknown = by_id(figures(msgspec.structs.replace(felt(), worthwhile=None), picture(days=20)))
    assert "zone" not in dict(unknown["estimators"].key)
    assert "dash" not in dict(unknown["relief"].key)


def test_the_table_of_the_diary_holds_every_day_and_never_a_zero_for_nothing() -> None:
    of = picture(
        days=3, rating_time=["2025-09-01T08:00", "2025-09-01T20:00", "2025-09-03T08:00"], rating=[4.0, 7.0, 5.0], **NO_LINE
    )
    rows = by_id(figures(felt(), of))["diary"].rows
    assert [row[:4] for row in rows] == [
        ("1 Sep 2025", "2", "5.5", NOTHING),
        ("2 Sep 2025", "0", NOTHING, NOTHING),
        ("3 Sep 2025", "1", "5.0", NOTHING),
    ]


def test_unknown_amounts_are_called_unknown() -> None:
    of = picture(
        days=2,
        dose_time=["2025-09-01T08:00", "2025-09-02T08:00", "2025-09-02T18:00"],
        dose_amount=[None, None, 2.5],
        rating_time=["2025-09-02T08:00"],
        rating=[4.0],
    )
    assert [row[-1] for row in by_id(figures(felt(), of))["diary"].rows] == ["unknown", "2.5 and 1 unknown"]


def test_the_table_of_the_relief_says_what_the_line_shows() -> None:
    hours = {"relief_hours": [0.0, 1.0, 2.0], "relief_mean": [0.0, -1.2, -0.4], "relief_low": [0.0, -1.9, -0.9]}
    table = by_id(figures(felt(), picture(days=2, **hours, relief_high=[0.0, -0.5, 0.1])))["relief"]
    assert table.head[1] == "Points less pain"
    assert table.rows == (("0", "0.00", "0.00 to 0.00"), ("1", "1.20", "0.50 to 1.90"), ("2", "0.40", "\u22120.10 to 0.90"))
    assert "Strongest about 1 hours after the dose: 1.20 points less pain, which reaches" in table.drawings[0].shows


def test_the_description_of_the_estimators_names_each_with_its_interval() -> None:
    shows = by_id(figures(felt(), None))["estimators"].drawings[0].shows
    assert shows == (
        "Plain comparison: 0.05 points less pain (0.1 more to 0.2 less); allowing for ups and downs: 0.7 points less pain "
        "(0.4 to 0.9); allowing also for why doses were taken: 0.9 points less pain (0.7 to 1.2)."
    )


@pytest.mark.parametrize("days", [1, 60, 1_200])
def test_every_row_has_a_cell_under_every_heading_and_tables_stay_readable(days: int) -> None:
    for figure in figures(felt(), picture(days=days)):
        assert all(len(row) == len(figure.head) for row in figure.rows)
        assert 1 <= len(figure.rows) <= 160
        assert {drawing.size.name for drawing in figure.drawings} == {"wide", "narrow"}
