"""How long something is there as charts: hours after one usual dose, and days of taking it and of not. Shares, and never a level."""

from steelyard.findings.model import Levels, Ribbon
from steelyard.reports.figures import Cells, Drawing, Figure
from steelyard.reports.marks import BAND, INK, LABEL, ZONE, Row, Size, Spec, curve, layer, spec, titled

HEIGHT = 230
ANY = Size("any", 380, 0, 0)  # small enough for a phone, and side by side on a wide page
ROW_HOURS = (0.5, 1, 2, 3, 4, 6, 8, 12, 16, 20, 24)
FELT, BODY = "what is felt", "what is in the body"
PERCENT = 100.0
DASHED: Spec = {"type": "line", "color": INK, "strokeWidth": 1.8, "strokeDash": [6, 4]}


def exposure_figures(levels: Levels) -> list[Figure]:
    """Return the charts of one substance: hours, and days where its course in the body is held and it is taken often enough."""
    return [_hours(levels), *([_days(levels, levels.day)] if levels.day else [])]


def hours_chart(levels: Levels) -> Spec:
    """Return what is felt, and what is in the body where that is held, against hours since one usual dose, with their bands."""
    x: Spec = {"field": "at", "type": "quantitative", "title": "Hours since the dose", "axis": {"grid": False, "tickCount": 6}}
    x["scale"] = {"domain": [0, levels.hours[-1]], "nice": False}
    low, middle = (_share(field, "Share of its own peak, %", PERCENT) for field in ("low", "middle"))
    felt = _rows(levels.felt, levels.hours)
    layers = [layer(felt, {"type": "area", "color": BAND}, x, low, y2={"field": "high"})]
    if levels.body:
        body = _rows(levels.body, levels.hours)
        layers.append(layer(body, {"type": "area", "color": ZONE, "opacity": 0.7}, x, low, y2={"field": "high"}))
        layers.append(layer(body, DASHED, x, middle))
    layers.append(layer(felt, curve(2.4), x, middle))
    return spec(layers, ANY, HEIGHT, one_y=True)


def days_chart(levels: Levels, day: Ribbon) -> Spec:
    """Return the body's level averaged over each day, while it is taken as usual and after the last dose."""
    at = [each + 0.5 for each in range(len(day.middle))]
    x: Spec = {
        "field": "at",
        "type": "quantitative",
        "title": "Days",
        "axis": {"grid": False, "values": list(range(0, len(at) + 1, 7))},
    }
    x["scale"] = {"domain": [0, len(at)], "nice": False}
    rows, top = _rows(day, at), PERCENT * max(day.high)
    last: list[Row] = [{"at": float(levels.taking), "middle": top, "said": "Last dose"}]
    low, middle = (_share(field, "Mean of the day, % of the peak of one dose", top) for field in ("low", "middle"))
    layers = [
        layer(rows, {"type": "area", "color": BAND}, x, low, y2={"field": "high"}),
        layer(rows, curve(2.4), x, middle),
        layer(last, {"type": "rule", "color": INK, "strokeDash": [4, 3]}, x, {"value": 0}, y2={"value": HEIGHT}),
        layer(last, LABEL | {"dx": 5, "baseline": "top"}, x, middle, text={"field": "said"}),
    ]
    return spec(layers, ANY, HEIGHT, one_y=True)


def _rows(ribbon: Ribbon, at: list[float]) -> list[Row]:
    series = zip(at, ribbon.middle, ribbon.low, ribbon.high, strict=True)
    return [{"at": x, "middle": PERCENT * m, "low": PERCENT * low, "high": PERCENT * high} for x, m, low, high in series]


def _share(field: str, title: str, top: float) -> Spec:
    axis = titled(title, -14) | {"tickCount": 5}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, top], "nice": True}, "axis": axis}


def _hours(levels: Levels) -> Figure:
    key = [("line", f"{FELT}: middle estimate"), ("band", "its 95 % range")]
    head: Cells = ("Hours", "Felt, % of its peak", "95 % range")
    if levels.body:
        key += [("dash", f"{BODY}: middle estimate"), ("zone", "its 95 % range")]
        head = (*head, "In the body, % of its peak", "95 % range")
    drawn = [(FELT, levels.felt), *([(BODY, levels.body)] if levels.body else [])]
    said = "; ".join(f"{name} is at half of its peak after about {_half(ribbon, levels.hours)} hours" for name, ribbon in drawn)
    shows = f"Illustration, not measured. {said[0].upper()}{said[1:]}."
    places = [levels.hours.index(hour) for hour in ROW_HOURS]
    rows = [(f"{levels.hours[i]:g}", *(cell for _, ribbon in drawn for cell in _cells(ribbon, i))) for i in places]
    drawings = (Drawing(ANY, hours_chart(levels), shows),)
    return Figure(
        "hours", f"Hours: after one usual dose, {levels.dose} (illustration)", tuple(key), drawings, head, tuple(rows), False
    )


def _days(levels: Levels, day: Ribbon) -> Figure:
    first, last = day.middle[0], day.middle[levels.taking - 1]
    shows = (
        f"Illustration, not measured. The mean level rises from {PERCENT * first:.0f} % on the first day to {PERCENT * last:.0f} % on day "
        f"{levels.taking}, and falls to {PERCENT * day.middle[-1]:.1f} % two weeks after the last dose."
    )
    rows = tuple((f"{i + 1}", *_cells(day, i)) for i in range(len(day.middle)))
    drawings = (Drawing(ANY, days_chart(levels, day), shows),)
    return Figure(
        "days",
        f"Days: {levels.taking} days of usual doses, then {len(day.middle) - levels.taking} without (illustration)",
        (("line", "level in the body, mean of a day"), ("band", "its 95 % range")),
        drawings,
        ("Day", "Mean of the day, % of the peak of one dose", "95 % range"),
        rows,
        False,
    )


def _cells(ribbon: Ribbon, i: int) -> Cells:
    return (f"{PERCENT * ribbon.middle[i]:.0f}", f"{PERCENT * ribbon.low[i]:.0f} to {PERCENT * ribbon.high[i]:.0f}")


def _half(ribbon: Ribbon, hours: list[float]) -> str:
    """When the middle line is last at half of its own greatest value."""
    top = max(ribbon.middle)
    return f"{max(hour for hour, value in zip(hours, ribbon.middle, strict=True) if value >= top / 2):g}"
