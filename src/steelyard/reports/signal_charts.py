"""Counts of reports as charts: how many times as often as expected, measure by measure, way by way, and over the years."""

from math import log2

from steelyard.findings.signals_model import Asked, Interval, Signal
from steelyard.reports import words
from steelyard.reports.figures import Drawing, Figure
from steelyard.reports.marks import BAND, INK, LABEL, SIZES, Row, Size, Spec, curve, layer, point, spec, titled

ROW_HEIGHT = 56
HALF = 0.17  # of a row: the line of as often as expected, so that it crosses no words
HEIGHT = 240
TIMES = "times as often as expected"
DEEP, STEEP = -10.0, 16.0  # log2; what lies beyond is drawn at the edge
RATIO: Spec = {"labelExpr": "format(pow(2, datum.value), '~r')"}
MEASURE = {
    "ic": "Observed over expected, half a report added",
    "prr": "Share among its reports over others (PRR)",
    "ror": "Within sex, age group and year (odds ratio)",
    "ebgm": "Shrunken (EBGM, 90 %)",
    "calibrated": "With the error of unrelated events taken off",
}

Bar = tuple[str, float, float, float]
"""Name, and the middle and ends of an interval on the log2 scale."""


def signal_figures(signal: Signal) -> list[Figure]:
    """Return the charts of one source; nothing is drawn of what is not there."""
    drawn = []
    bars = [_bar(each) for each in signal.measures if each.low is not None]
    if len(bars) > 1 and signal.ways:
        drawn.append(_forest("measures", "The same counts, measured in several ways", bars))
    if signal.ways:
        drawn.append(_forest("ways", "The same question, put in several ways", [_way(each) for each in signal.ways]))
    if len(signal.years) > 1:
        drawn.append(_trend(signal))
    return drawn


def overview(signals: tuple[Signal, ...]) -> Figure | None:
    """Return all signals in one chart by their information component; None when fewer than two have one."""
    bars = []
    for each in signals:
        found = next((measure for measure in each.measures if measure.name == "ic"), None)
        if found is not None:
            bars.append(_bar(found, f"{words.capital(each.event)} ({each.source})"))
    return _forest("all", "All of them side by side", bars) if len(bars) > 1 else None


def times(value: float) -> str:
    """Return a ratio given by its log2 for a reader, e.g. `3.2`, `16`, `1,200`."""
    ratio = 2.0 ** min(max(value, DEEP), STEEP)
    return f"{ratio:,.0f}" if ratio >= 9.95 else f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2g}"


def _bar(measure: Interval, name: str = "") -> Bar:
    low, high = (measure.value if end is None else end for end in (measure.low, measure.high))
    value, low, high = (each if measure.unit == "log2" else log2(max(each, 2**DEEP)) for each in (measure.value, low, high))
    return name or MEASURE.get(measure.name, measure.name), value, low, high


def _way(way: Asked) -> Bar:
    return words.capital(way.way), way.value, way.low, way.high


def _forest(name: str, title: str, bars: list[Bar]) -> Figure:
    said = [f"{bar[0]}: {_times(bar)}" for bar in bars]
    return Figure(
        name,
        title,
        (("interval", f"{TIMES}, with 95 % interval"),),
        tuple(Drawing(size, forest_chart(bars, size), f"{'; '.join(said)}.") for size in SIZES),
        ("", words.capital(TIMES), "95 % interval"),
        tuple((bar[0], times(bar[1]), f"{times(bar[2])} to {times(bar[3])}") for bar in bars),
        True,
    )


def _times(bar: Bar) -> str:
    return f"{times(bar[1])} times as often ({times(bar[2])} to {times(bar[3])})"


def forest_chart(bars: list[Bar], size: Size) -> Spec:
    """Return intervals under their names, against as often as expected; the axis has equal steps for equal ratios."""
    rows: list[Row] = [
        {"row": at, "name": name, "top": at - HALF, "bottom": at + HALF, **_within(value, low, high)}
        for at, (name, value, low, high) in enumerate(bars)
    ]
    edges = [float(row[end] or 0) for row in rows for end in ("low", "high")] + [-1.0, 1.0]
    scale = {"domain": [min(edges) - 0.2, max(edges) + 0.2], "nice": False, "zero": False}
    x: Spec = {
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": words.capital(TIMES), "tickCount": 6, "grid": False} | RATIO,
    }
    y: Spec = {"field": "row", "type": "quantitative", "axis": None}
    y["scale"] = {"domain": [len(rows) - 0.4, -0.8], "nice": False, "zero": False}
    bar = {"color": INK, "strokeWidth": 2.2}
    layers = [
        layer(
            rows,
            {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            x | {"datum": 0},
            y | {"field": "top"},
            y2={"field": "bottom"},
        ),
        layer(rows, bar | {"type": "rule"}, x | {"field": "low"}, y, x2={"field": "high"}),
        *(layer(rows, bar | {"type": "tick", "thickness": 2.2, "size": 12}, x | {"field": end}, y) for end in ("low", "high")),
        layer(rows, point("circle", 90, "white"), x | {"field": "value"}, y),
        layer(rows, LABEL | {"dy": -13}, {"value": 2}, y, text={"field": "name"}),
    ]
    return spec(layers, size, ROW_HEIGHT * len(rows) + 20, one_y=True)


def _within(value: float, low: float, high: float) -> Row:
    return {name: min(max(each, DEEP), STEEP) for name, each in (("value", value), ("low", low), ("high", high))}


def _trend(signal: Signal) -> Figure:
    first, last = signal.years[0], signal.years[-1]
    shows = f"All reports to the end of {first.year}: {_times(('', first.value, first.low, first.high))}; "
    shows += f"of {last.year}: {_times(('', last.value, last.low, last.high))}."
    rows = tuple(
        (str(each.year), str(each.both), f"{each.expected:.2g}", times(each.value), f"{times(each.low)} to {times(each.high)}")
        for each in signal.years
    )
    return Figure(
        "years",
        "All reports until the end of each year",
        (("line", TIMES), ("band", "95 % interval"), ("dash", "as often as expected")),
        tuple(Drawing(size, trend_chart(signal, size), shows) for size in SIZES),
        ("Year", "Reports of both", "Expected", f"{words.capital(TIMES)}, until then", "95 % interval"),
        rows,
        True,
    )


def trend_chart(signal: Signal, size: Size) -> Spec:
    """Return how the ratio went as reports came in, with its band."""
    rows: list[Row] = [{"year": each.year, **_within(each.value, each.low, each.high)} for each in signal.years]
    edges = [float(row[end] or 0) for row in rows for end in ("low", "high")] + [0.0]
    years = [each.year for each in signal.years]
    x: Spec = {"field": "year", "type": "quantitative", "title": "Year", "axis": {"grid": False, "tickMinStep": 1, "format": "d"}}
    x["scale"] = {"domain": [years[0], years[-1]], "nice": False, "zero": False}

    def y(field: str) -> Spec:
        scale = {"domain": [min(edges), max(edges)], "nice": True, "zero": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": titled(words.capital(TIMES), -14) | RATIO}

    even: list[Row] = [{"at": 0.0}]
    layers = [
        layer(rows, {"type": "area", "color": BAND}, x, y("low"), y2={"field": "high"}),
        layer(rows, curve(2.4), x, y("value")),
        layer(even, {"type": "rule", "color": INK, "strokeDash": [6, 4]}, {"value": 0}, y("at"), x2={"value": "width"}),
    ]
    return spec(layers, size, HEIGHT, one_y=True)
