"""A drawing must stand on its own, say what it shows, and come out the same whatever was drawn before it."""

from xml.etree import ElementTree

import pytest

from steelyard.reports.effect_charts import estimator_chart
from steelyard.reports.marks import WIDE, Spec
from steelyard.reports.svg import svg

from .weighings import HOSTILE, felt


@pytest.fixture(scope="module")
def clipped() -> Spec:
    """A chart whose drawing needs an inner id."""
    mark = {"type": "line", "clip": True}
    encoding = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
    return {"data": {"values": [{"x": 0, "y": 1.23456}, {"x": 1, "y": 2.34567}]}, "mark": mark, "encoding": encoding}


def test_the_bytes_do_not_depend_on_what_was_drawn_before(clipped: Spec) -> None:
    first = svg(clipped, "a", "A line.")
    svg(estimator_chart(felt(), WIDE), "b", "Something else.")
    assert svg(clipped, "a", "A line.") == first


def test_inner_ids_of_two_charts_differ(clipped: Spec) -> None:
    first, second = svg(clipped, "a", "A line."), svg(clipped, "b", "A line.")
    assert 'id="a-1"' in first and "url(#a-1)" in first
    assert 'id="b-1"' in second and "url(#b-1)" in second
    assert "clip" not in first.replace("clip-path", "").replace("clipPath", "")


def test_it_is_one_image_with_one_description(clipped: Spec) -> None:
    drawn = svg(clipped, "a", 'A "line" & <more>.')
    root = ElementTree.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'A "line" & <more>.'
    assert drawn.count("aria-label") == drawn.count("role=") == 1


def test_coordinates_are_short_and_words_keep_their_decimals() -> None:
    text = {"type": "text"}
    said = {"text": {"value": "0.12345 points"}}
    drawn = svg({"data": {"values": [{}]}, "mark": text, "encoding": said, "width": 33.3333, "height": 20}, "a", "Words.")
    assert "0.12345 points" in drawn
    ElementTree.fromstring(drawn)


def test_hostile_words_stay_words() -> None:
    drawn = svg(
        {"data": {"values": [{"w": HOSTILE[:20]}]}, "mark": "text", "encoding": {"text": {"field": "w"}}}, "a", HOSTILE[:20]
    )
    assert "<script" not in drawn
    assert HOSTILE[:20] in "".join(ElementTree.fromstring(drawn).itertext())
