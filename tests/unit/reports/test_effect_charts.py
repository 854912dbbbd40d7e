"""The effect charts point the same way for every scale: to the right and up is better for the person."""

import msgspec
import pytest

from steelyard.reports.effect_charts import estimator_chart, relief_chart, relief_rows
from steelyard.reports.marks import SIZES, WIDE, Size, Spec

from .weighings import felt, not_settled, picture

BOTH_WAYS = [(felt(), picture(days=1, sign=1.0)), (felt("mood", worse_is_up=False), picture(days=1, sign=-1.0))]


def texts(spec: Spec) -> str:
    return msgspec.json.encode(spec).decode()


@pytest.mark.parametrize(("finding", "drawn"), BOTH_WAYS)
def test_relief_is_positive_whichever_way_the_scale_runs(finding, drawn) -> None:  # type: ignore[no-untyped-def]
    rows = relief_rows(finding, drawn)
    assert max(row["mean"] for row in rows) == pytest.approx(0.92, abs=0.01)
    assert all(row["low"] <= row["mean"] <= row["high"] for row in rows)


@pytest.mark.parametrize(("finding", "drawn"), BOTH_WAYS)
def test_estimators_are_positive_where_they_relieve(finding, drawn) -> None:  # type: ignore[no-untyped-def]
    rows = estimator_chart(finding, WIDE)["layer"][0]["data"]["values"]
    assert [(row["low"], row["value"], row["high"]) for row in rows] == [
        (-0.14, 0.05, 0.24),
        (0.41, 0.66, 0.91),
        (0.66, 0.92, 1.18),
    ]


@pytest.mark.parametrize("size", SIZES)
def test_the_smallest_change_worth_having_is_a_line_with_its_name(size: Size) -> None:
    spec = relief_chart(felt(), picture(days=1), size)
    line = spec["layer"][-1]
    assert line["data"]["values"] == [{"at": 1.0, "said": "Smallest change worth having (1 point)"}]
    assert line["layer"][0]["mark"]["strokeDash"]
    low, high = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low <= 0
    assert high > 1


def test_the_zone_of_changes_not_worth_having_reaches_from_none_to_the_smallest() -> None:
    zone = estimator_chart(felt(), WIDE)["layer"][0]
    assert zone["mark"]["type"] == "rect"
    assert (zone["encoding"]["x"]["datum"], zone["encoding"]["x2"]["datum"]) == (0, 1.0)


def test_nothing_is_drawn_of_a_smallest_change_that_is_not_known() -> None:
    finding = msgspec.structs.replace(felt(), worthwhile=None)
    assert "worth having" not in texts(estimator_chart(finding, WIDE))
    assert "worth having" not in texts(relief_chart(finding, picture(days=1), WIDE))


def test_axes_show_sizes_and_words_show_sides() -> None:
    spec = texts(estimator_chart(not_settled(), WIDE))
    assert "worse mood" in spec
    assert "better mood" in spec
    assert "abs(datum.value)" in spec
    assert "0.4 points better mood (0.3 worse to 1.1 better)" in spec


def test_the_estimator_the_answer_rests_on_has_a_shape_of_its_own() -> None:
    by_shape = {
        layer["mark"]["shape"]: [row["name"] for row in layer["data"]["values"]]
        for layer in estimator_chart(felt(), WIDE)["layer"]
        if layer["mark"]["type"] == "point"
    }
    assert by_shape["diamond"] == ["Allowing also for why doses were taken"]
    assert len(by_shape["circle"]) == 2
