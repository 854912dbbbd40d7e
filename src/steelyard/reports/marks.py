"""The vocabulary the charts share: sizes, inks, layers, and the frame around them.

A specification is a plain dict in the Vega-Lite language. No text of a journal stands in a field name or an expression, only
where it is shown as text. Shapes, dashes and labels carry the meaning; the one colour only helps.
"""

from typing import Any

import msgspec

Spec = dict[str, Any]
Row = dict[str, float | str | bool | None]

INK, QUIET, HAIRLINE, BAND, ZONE, MODEL = "#1b1b1b", "#555555", "#dddddd", "#c5dadd", "#ededed", "#0b5563"
LETTERS = 14
UNSIGNED: Spec = {"labelExpr": "format(abs(datum.value), '~g')"}
LABEL: Spec = {"type": "text", "align": "left", "baseline": "alphabetic", "fontSize": LETTERS, "color": INK}


class Size(msgspec.Struct, frozen=True):
    """How wide a chart is drawn (pixels), and how many days and marks its detailed diary may hold."""

    name: str
    width: int
    days: int
    marks: int


WIDE = Size("wide", 800, 42, 700)
NARROW = Size("narrow", 350, 14, 250)
SIZES = (WIDE, NARROW)


def layer(rows: list[Row], mark: Spec, x: Spec, y: Spec, **more: Spec) -> Spec:
    """Return one layer: rows of plain values, how they are marked, and which field goes where."""
    return {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y, **more}}


def curve(width: float) -> Spec:
    """Return the mark of the model's line, `width` pixels thick."""
    return {"type": "line", "color": MODEL, "strokeWidth": width}


def point(shape: str, area: int, fill: str) -> Spec:
    """Return the mark of a point: its shape, area (square pixels) and filling."""
    return {"type": "point", "shape": shape, "size": area, "filled": True, "fill": fill, "stroke": INK, "strokeWidth": 1.1}


def titled(title: str, above: float) -> Spec:
    """Return the settings of a vertical axis whose title lies flat above it, `above` pixels from the top of the chart."""
    place = {"titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 0, "titleY": above + 6}
    return {"title": title, "minExtent": 30, **place}


def spec(layers: list[Spec], size: Size, height: int, *, one_y: bool = False) -> Spec:
    """Return the whole specification: layers in a frame as wide as `size` says and `height` pixels high inside."""
    limit = size.width - 60  # whatever a scale is called, the drawing keeps its room
    letters = {"labelFontSize": LETTERS - 1, "titleFontSize": LETTERS, "titleFontWeight": "normal", "titleLimit": limit}
    lines = {"domain": False, "tickColor": QUIET, "gridColor": HAIRLINE, "labelColor": INK, "titleColor": INK}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": size.width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "right": 8, "top": 6, "bottom": 4},
        "background": None,
        "layer": layers,
        "resolve": {} if one_y else {"scale": {"y": "independent"}},
        "config": {
            "font": "Helvetica, Arial, sans-serif",
            "view": {"stroke": None},
            "mark": {"opacity": 1},
            "text": {"limit": limit},
            "axis": letters | lines,
            "aria": False,
        },
    }
