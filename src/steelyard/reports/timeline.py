"""Several weeks or years of a journal drawn on one time axis, as SVG written by hand.

The app draws this for every look at the page, so it must cost nothing: the renderer of the other charts takes half a second and 90 MB for
its first one, and holds everything else up meanwhile. Colours and letters come from the style sheet of the page around it.
"""

import msgspec
from markupsafe import Markup, escape

LEFT, RIGHT, TITLE, LANE = 40.0, 12.0, 34.0, 40.0  # pixels: beside the drawing, above a part of it, and of a row of marks
UPPER, LOWER, GAP, FOOT = 150.0, 60.0, 16.0, 26.0
DOT, MARK = 3.0, 4.0
LETTER = 7.5  # pixels of an average letter, to keep dates apart


class Axis(msgspec.Struct, frozen=True):
    """A part with a scale: its title and its ends."""

    title: str
    low: float
    high: float


class Chart(msgspec.Struct, frozen=True):
    """What is drawn; places are in days from the left end, `days` of them are shown.

    `points` are place, mean, least and most; `bars` place and height; `lanes` a title and places; `dates` place and words.
    """

    width: float
    days: float
    described: str
    upper: Axis
    points: tuple[tuple[float, float, float, float], ...]
    lower: Axis
    bars: tuple[tuple[float, float], ...]
    lanes: tuple[tuple[str, tuple[float, ...]], ...]
    dates: tuple[tuple[float, str], ...]


def svg(chart: Chart, name: str) -> Markup:
    """Return the drawing as one `<svg>` element without any style in it.

    Args:
        name: a class, for the style sheet.
    """
    top = TITLE + UPPER + GAP + TITLE + LOWER
    height = top + LANE * len(chart.lanes) + FOOT
    parts = [
        *_frame(chart.upper, TITLE, UPPER, chart),
        *_points(chart, TITLE),
        *_frame(chart.lower, TITLE + UPPER + GAP + TITLE, LOWER, chart),
        *_bars(chart, TITLE + UPPER + GAP + TITLE),
        *(part for n, (title, places) in enumerate(chart.lanes) for part in _lane(chart, title, places, top + LANE * n)),
        *_dates(chart, height),
    ]
    head = f'<svg class="timeline {name}" role="img" aria-label="{escape(chart.described)}" viewBox="0 0 {chart.width:g} {height:g}">'
    return Markup(head + "".join(parts) + "</svg>")


def _x(chart: Chart, place: float) -> float:
    return LEFT + (chart.width - LEFT - RIGHT) * place / chart.days


def _y(axis: Axis, value: float, top: float, height: float) -> float:
    return top + height * (1 - (value - axis.low) / ((axis.high - axis.low) or 1))


def _frame(axis: Axis, top: float, height: float, chart: Chart) -> list[str]:
    """The title of a part, and a line with its number at either end of the scale."""
    lines = [f'<text class="title" x="0" y="{top - 16:g}">{escape(axis.title)}</text>']
    for value in (axis.low, axis.high):
        y = _y(axis, value, top, height)
        lines.append(f'<path class="grid" d="M{LEFT:g} {y:.1f}H{chart.width - RIGHT:g}"/>')
        lines.append(f'<text class="number" x="{LEFT - 5:g}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    return lines


def _points(chart: Chart, top: float) -> list[str]:
    """A circle at each mean, on a line from the least to the most."""
    found = []
    for place, mean, least, most in chart.points:
        x, y = _x(chart, place), _y(chart.upper, mean, top, UPPER)
        if least < most:
            ends = _y(chart.upper, least, top, UPPER), _y(chart.upper, most, top, UPPER)
            found.append(f'<path class="spread" d="M{x:.1f} {ends[0]:.1f}V{ends[1]:.1f}"/>')
        found.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{DOT:g}"/>')
    return found


def _bars(chart: Chart, top: float) -> list[str]:
    room = (chart.width - LEFT - RIGHT) / max(len(chart.bars), 1)
    thick = max(1.5, min(14.0, 0.5 * room))
    bottom = top + LOWER
    return [
        f'<path class="bar" stroke-width="{thick:.1f}" d="M{_x(chart, place):.1f} {bottom:g}V{_y(chart.lower, height, top, LOWER):.1f}"/>'
        for place, height in chart.bars
    ]


def _lane(chart: Chart, title: str, places: tuple[float, ...], top: float) -> list[str]:
    """A title above a thin line with a diamond wherever there is something."""
    y = top + LANE - 8
    marks = [
        f'<path class="mark" d="M{_x(chart, place) - MARK:.1f} {y:g}l{MARK:g} {-MARK:g} {MARK:g} {MARK:g} {-MARK:g} {MARK:g}z"/>'
        for place in places
    ]
    line = f'<path class="grid" d="M{LEFT:g} {y:g}H{chart.width - RIGHT:g}"/>'
    return [f'<text class="title" x="0" y="{top + 18:g}">{escape(title)}</text>', line, *marks]


def _dates(chart: Chart, height: float) -> list[str]:
    """Dates along the foot; one that would run into another, or over the edge, is left out."""
    found, taken = [], 0.0
    for place, said in chart.dates:
        half = LETTER * len(said) / 2
        x = _x(chart, place)
        if x - half >= taken and x + half <= chart.width:
            found.append(f'<text class="number" x="{x:.1f}" y="{height - 6:g}" text-anchor="middle">{escape(said)}</text>')
            taken = x + half + LETTER
    return found
