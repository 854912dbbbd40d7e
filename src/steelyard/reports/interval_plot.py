"""Intervals drawn with characters: `[--o--]` against no change `|` and the smallest change worth having `:`."""

LEAST_WIDTH = 3


def interval_plot(intervals: list[tuple[float, float, float]], worthwhile: float | None, width: int) -> list[str]:
    """Return one line of `width` characters for each (low, value, high), all on one scale.

    `worthwhile` is the smallest change worth having in the same unit and direction, or None to leave it out.
    Refuses (ValueError) fewer than 3 characters, which could not tell an interval from its estimate.
    """
    if width < LEAST_WIDTH:
        raise ValueError(f"an interval needs at least {LEAST_WIDTH} characters, got {width}")
    marks = [0.0] + ([worthwhile] if worthwhile is not None else [])
    edges = [bound for interval in intervals for bound in interval] + marks
    left, span = min(edges), (max(edges) - min(edges)) or 1.0

    def column(value: float) -> int:
        return round((value - left) / span * (width - 1))

    columns = [column(mark) for mark in marks]
    return [_line(column(low), column(value), column(high), columns, width) for low, value, high in intervals]


def _line(low: int, value: int, high: int, marks: list[int], width: int) -> str:
    cells = [" "] * width
    cells[low : high + 1] = "-" * (high + 1 - low)
    for mark, sign in zip(marks, "|:", strict=False):
        cells[mark] = sign
    cells[low], cells[high] = "[", "]"
    cells[value] = "o"
    return "".join(cells)
