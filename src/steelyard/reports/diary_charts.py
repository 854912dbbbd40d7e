"""The diary as charts: ratings and the model's line above, doses below, on one time axis."""

from math import ceil, isfinite

from steelyard.findings.model import Picture
from steelyard.reports import words
from steelyard.reports.marks import BAND, INK, QUIET, WIDE, Row, Size, Spec, curve, layer, point, spec, titled
from steelyard.reports.series import Band, Diary, Period

DAY = 86_400
# Where ratings and doses sit, in pixels from the top: (bottom, top).
UPPER, LOWER, HEIGHT = (205, 0), (300, 250), 300
CROWDED = 80  # periods; beyond, their circles are drawn small
SPARSE = 10  # days a tick; up to that every tick is placed by hand
YEARS_FROM = 400  # days; beyond, the year stands on the axis


def diary_chart(part: Diary, start: float, end: float, picture: Picture, size: Size) -> Spec:
    """Return ratings with the model's line and band above, doses below, on one time axis from `start` to `end` (seconds)."""
    x, band = _time(start, end, size), _band_rows(part.line)
    rated = [_at(at, rating=value) for at, value in part.rated]
    top = _top(picture, [value for _, value in part.rated])
    known = [_at(at, amount=amount) for at, amount in part.dosed if amount is not None]
    most = max((amount for _, amount in part.dosed if amount is not None), default=1.0) or 1.0
    unknown = [_at(at, amount=most / 2) for at, amount in part.dosed if amount is None]
    stems = _lower("amount", most, f"Doses, {picture.dose_unit}" if known else "Doses, amounts unknown")
    return spec(
        [
            layer(band, {"type": "area", "color": BAND}, x, _upper("low", picture, top, axis=True), y2={"field": "high"}),
            layer(band, curve(1.8), x, _upper("mean", picture, top)),
            layer(rated, point("circle", 30, "white"), x, _upper("rating", picture, top)),
            layer(known, {"type": "rule", "color": INK}, x, stems, y2={"datum": 0}),
            layer(known, point("circle", 16, INK), x, _lower("amount", most)),
            layer(unknown, point("cross", 60, INK) | {"angle": 45}, x, _lower("amount", most)),
        ],
        size,
        HEIGHT,
    )


def weekly_chart(periods: list[Period], picture: Picture, size: Size) -> Spec:
    """Return averages of each period over the whole diary: ratings and the model's line above, doses a day below.

    Where any amount is unknown the doses are counted instead of added up: an unknown amount is not zero.
    """
    x = _time(periods[0].start, periods[-1].start + periods[-1].days * DAY, size)
    top = _top(picture, [period.rating for period in periods if period.rating is not None])
    middle = [(period.start + period.days * DAY / 2, period) for period in periods]
    counted = any(period.unknown for period in periods)
    doses = [_at(at, amount=(period.doses if counted else period.amount) / period.days) for at, period in middle]
    most = max(float(row["amount"] or 0) for row in doses) or 1.0
    title = "Doses a day" if counted else f"Doses, {picture.dose_unit} a day"
    bar = {"type": "rule", "color": QUIET, "strokeWidth": max(1, min(18, round(0.5 * size.width / len(periods))))}
    path = [_at(at, mean=period.model) for at, period in middle if period.model is not None]
    rated = [_at(at, rating=period.rating) for at, period in middle if period.rating is not None]
    return spec(
        [
            layer(path, curve(1.8), x, _upper("mean", picture, top, axis=True)),
            layer(rated, point("circle", 40 if len(periods) < CROWDED else 14, "white"), x, _upper("rating", picture, top)),
            layer(doses, bar, x, _lower("amount", most, title), y2={"datum": 0}),
        ],
        size,
        HEIGHT,
    )


def _at(seconds: float, **values: float | None) -> Row:
    return {"at": seconds * 1000, **values}


def _band_rows(line: Band) -> list[Row]:
    series = zip(line.at, line.mean, line.low, line.high, strict=True)
    return [_at(at, mean=mean, low=low, high=high) for at, mean, low, high in series]


def _top(picture: Picture, values: list[float]) -> float:
    most = max(values, default=picture.low + 1)
    return picture.high if isfinite(picture.high) and picture.high >= most else most * 1.05


def _upper(field: str, picture: Picture, top: float, *, axis: bool = False) -> Spec:
    limits = f", {picture.low:g} to {picture.high:g}" if isfinite(picture.high) else ""
    title = words.capital(words.name(picture.outcome)) + limits
    scale = {"domain": [picture.low, top], "range": list(UPPER), "nice": False}
    shown = titled(title, -14) | {"tickCount": 5, "orient": "left"} if axis else None
    return {"field": field, "type": "quantitative", "scale": scale, "axis": shown}


def _lower(field: str, most: float, title: str | None = None) -> Spec:
    axis = titled(title, LOWER[1] - 12) | {"values": [0, most], "format": ".2~f", "orient": "left"} if title else None
    scale = {"domain": [0, most], "range": list(LOWER), "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _time(start: float, end: float, size: Size) -> Spec:
    days, most = (end - start) / DAY, 8 if size is WIDE else 4
    axis: Spec = {"title": None, "grid": False, "offset": 4, "labelFlush": True, "labelSeparation": 10}
    axis |= {"format": "%b %Y" if days > YEARS_FROM else "%-d %b", "tickCount": most}
    if days <= SPARSE * most:  # a date under each tick, never the same one twice
        step = ceil(days / most)
        axis["values"] = [(start + day * DAY) * 1000 for day in range(0, ceil(days) + 1, step)]
    scale = {"type": "utc", "domain": [start * 1000, end * 1000], "nice": False}
    return {"field": "at", "type": "temporal", "scale": scale, "axis": axis}
