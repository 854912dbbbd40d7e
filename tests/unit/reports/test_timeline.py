"""The timeline as a drawing: where things stand is worked out by hand from the sizes at the top of the module."""

import re
from typing import Any

from steelyard.reports.timeline import FOOT, GAP, LANE, LEFT, LOWER, RIGHT, TITLE, UPPER, Axis, Chart, svg

INSIDE = 552.0 - LEFT - RIGHT  # 500 pixels for ten days


def chart(**changed: Any) -> Chart:
    told: dict[str, Any] = {
        "width": 552.0,
        "days": 10.0,
        "described": "ten days",
        "upper": Axis("pain", 0, 10),
        "points": (),
        "lower": Axis("kratom, g a day", 0, 6),
        "bars": (),
        "lanes": (),
        "dates": (),
    }
    return Chart(**(told | changed))


def test_a_point_stands_at_its_day_and_value() -> None:
    drawn = svg(chart(points=((5.0, 2.5, 1.0, 5.0),)), "wide")
    assert INSIDE == 500
    x, y = LEFT + 250, TITLE + UPPER * 0.75
    assert f'cx="{x:.1f}" cy="{y:.1f}"' in drawn
    assert f'd="M{x:.1f} {TITLE + UPPER * 0.9:.1f}V{TITLE + UPPER * 0.5:.1f}"' in drawn, "from the least to the most"


def test_a_single_rating_has_no_spread() -> None:
    assert 'class="spread"' not in svg(chart(points=((5.0, 2.5, 2.5, 2.5),)), "wide")


def test_a_bar_stands_on_the_floor_and_is_as_high_as_its_amount() -> None:
    drawn = svg(chart(bars=((0.5, 3.0),)), "wide")
    floor = TITLE + UPPER + GAP + TITLE + LOWER
    assert f"M{LEFT + 25:.1f} {floor:g}V{floor - LOWER / 2:.1f}" in drawn


def test_each_lane_has_its_title_and_its_marks() -> None:
    drawn = svg(chart(lanes=(("Lab result", (1.0, 9.0)), ("Photo", (2.0,)))), "wide")
    assert drawn.count('class="mark"') == 3
    assert re.findall(r'class="title"[^>]*>([^<]+)<', drawn) == ["pain", "kratom, g a day", "Lab result", "Photo"]
    height = TITLE + UPPER + GAP + TITLE + LOWER + 2 * LANE + FOOT
    assert f'viewBox="0 0 552 {height:g}"' in drawn


def test_dates_never_run_into_each_other() -> None:
    said = re.findall(r'middle">([^<]+)<', svg(chart(dates=((0.8, "1 March"), (1.0, "2 March"), (5.0, "5 March"))), "wide"))
    assert said == ["1 March", "5 March"]


def test_a_scale_on_which_nothing_differs_is_drawn_all_the_same() -> None:
    assert "nan" not in svg(chart(upper=Axis("flat", 4, 4), points=((1.0, 4, 4, 4),)), "wide").casefold()


def test_what_a_person_wrote_is_text_and_nothing_else() -> None:
    nasty = '"><script>alert(1)</script>'
    drawn = svg(chart(upper=Axis(nasty, 0, 10), lower=Axis(nasty, 0, 1), lanes=((nasty, ()),), described=nasty), "wide")
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") == 4


def test_it_carries_no_style_and_one_label() -> None:
    drawn = svg(chart(points=((1.0, 1, 0, 2),), bars=((1.0, 1.0),), lanes=(("Photo", (2.0,)),)), "wide")
    assert " style=" not in drawn
    assert "<style" not in drawn
    assert drawn.count("aria-label") == 1
