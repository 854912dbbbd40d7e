"""The effect as charts: relief in the hours after a dose, and every estimator side by side."""

from steelyard.findings.model import Estimator, Finding, Picture, Subject
from steelyard.reports import words
from steelyard.reports.marks import (
    BAND,
    INK,
    LABEL,
    LETTERS,
    MODEL,
    UNSIGNED,
    ZONE,
    Row,
    Size,
    Spec,
    curve,
    layer,
    point,
    spec,
    titled,
)

ROW_HEIGHT = 74
HALF_BAND = 0.15


def relief_chart(finding: Finding, picture: Picture, size: Size) -> Spec:
    """Return relief against hours since one dose, with its band, against none and the smallest change worth having."""
    rows = relief_rows(finding, picture)
    least = finding.worthwhile
    bounds = [float(row[edge] or 0) for row in rows for edge in ("low", "high")] + [0.0, 1.12 * (least.value if least else 0.0)]
    y_scale = {"domain": [min(bounds), max(bounds)], "nice": True}
    x = {"field": "hours", "type": "quantitative", "title": "Hours since the dose", "axis": {"grid": False, "tickCount": 6}}
    x["scale"] = {"domain": [0, max(picture.relief_hours)], "nice": False}
    title = words.capital(f"{picture.unit} {words.side(1, finding.subject)}")

    def y(field: str) -> Spec:
        return {"field": field, "type": "quantitative", "scale": y_scale, "axis": titled(title, -14) | UNSIGNED}

    layers = [
        layer(rows, {"type": "area", "color": BAND}, x, y("low"), y2={"field": "high"}),
        layer(rows, curve(2.4), x, y("mean")),
        _level(0, "No change" if min(bounds) < 0 else "", y("at"), {}),
    ]
    if least:
        said = f"Smallest change worth having ({words.smallest(least)})"
        layers.append(_level(least.value, said, y("at"), {"strokeDash": [6, 4]}))
    return spec(layers, size, 250, one_y=True)


def relief_rows(finding: Finding, picture: Picture) -> list[Row]:
    """Return hours, mean and interval of the relief: positive is better, whichever way the scale runs."""
    rows: list[Row] = []
    series = (picture.relief_hours, picture.relief_mean, picture.relief_low, picture.relief_high)
    for hours, *values in zip(*series, strict=True):
        mean, one, other = (words.relief(value, finding.subject) for value in values)
        rows.append({"hours": hours, "mean": mean, "low": min(one, other), "high": max(one, other)})
    return rows


def estimator_chart(finding: Finding, size: Size) -> Spec:
    """Return every estimator with its interval against no change and the zone of changes not worth having."""
    least = finding.worthwhile.value if finding.worthwhile else 0.0
    rows = [_estimate(index, each, finding.subject) for index, each in enumerate(finding.estimators)]
    edges = [float(row[edge] or 0) for row in rows for edge in ("low", "high")] + [0.0, least * 1.1]
    room = 0.06 * (max(edges) - min(edges) or 1.0)
    scale = {"domain": [min(edges) - room, max(edges) + room], "nice": False, "zero": False}
    title = " \u00b7 ".join(
        (f"\u2190 {words.side(-1, finding.subject)}", finding.estimators[0].unit, f"{words.side(1, finding.subject)} \u2192")
    )
    axis = {"grid": False, "tickCount": 6, "title": title, "titlePadding": 8} | UNSIGNED
    x = {"type": "quantitative", "scale": scale, "axis": axis}
    y: Spec = {"field": "row", "type": "quantitative", "axis": None}
    y["scale"] = {"domain": [len(rows) - 0.45, -0.7], "nice": False, "zero": False}
    bar = {"color": INK, "strokeWidth": 2.2}
    ends = [layer(rows, bar | {"type": "tick", "thickness": 2.2, "size": 14}, x | {"field": end}, y) for end in ("low", "high")]
    layers = [
        *_zone(rows, least, x, y),
        layer(rows, bar | {"type": "rule"}, x | {"field": "low"}, y, x2={"field": "high"}),
        *ends,
        layer([row for row in rows if not row["headline"]], point("circle", 110, "white"), x | {"field": "value"}, y),
        layer([row for row in rows if row["headline"]], point("diamond", 210, MODEL), x | {"field": "value"}, y),
        layer(rows, LABEL | {"dy": -33, "fontWeight": "bold"}, {"value": 2}, y, text={"field": "name"}),
        layer(rows, LABEL | {"dy": -17}, {"value": 2}, y, text={"field": "words"}),
    ]
    return spec(layers, size, ROW_HEIGHT * len(rows) + 20, one_y=True)


def _estimate(index: int, each: Estimator, subject: Subject) -> Row:
    low, high = sorted(words.relief(bound, subject) for bound in (each.low, each.high))
    return {
        "row": index,
        "top": index - HALF_BAND,
        "bottom": index + HALF_BAND,
        "low": low,
        "high": high,
        "value": words.relief(each.value, subject),
        "name": words.capital(words.ESTIMATOR_LONG[each.name]),
        "words": f"{words.best(each, subject)} ({words.reach(each, subject)})",
        "headline": each.headline,
    }


def _zone(rows: list[Row], least: float, x: Spec, y: Spec) -> list[Spec]:
    """Bands behind the intervals only, so that no line runs through the words above them."""
    top, bottom = y | {"field": "top"}, {"field": "bottom"}
    zero = layer(rows, {"type": "rule", "color": INK, "strokeWidth": 1.6}, x | {"datum": 0}, top, y2=bottom)
    if not least:
        return [zero]
    said = LABEL | {"align": "center", "baseline": "top", "fontSize": LETTERS - 1, "fontStyle": "italic", "dy": 13}
    return [
        layer(rows, {"type": "rect", "color": ZONE}, x | {"datum": 0}, top, x2={"datum": least}, y2=bottom),
        layer(rows, {"type": "rule", "color": INK, "strokeDash": [4, 3]}, x | {"datum": least}, top, y2=bottom),
        layer(rows[-1:], said, x | {"datum": least / 2}, y, text={"value": "not worth having"}),
        zero,
    ]


def _level(at: float, said: str, y: Spec, dash: Spec) -> Spec:
    rule = {"type": "rule", "color": INK, "strokeWidth": 1.4} | dash
    label = LABEL | {"align": "right", "baseline": "bottom", "dy": -5}
    words_above = {"mark": label, "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "said"}}}
    return {"data": {"values": [{"at": at, "said": said}]}, "layer": [{"mark": rule, "encoding": {"y": y}}, words_above]}
