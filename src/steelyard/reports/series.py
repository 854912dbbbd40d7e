"""A diary of any length made into what a chart can show: a window in detail, and periods averaged."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import ceil, fsum
from typing import TypeVar

import msgspec

from steelyard.findings.model import Picture

T = TypeVar("T")

DETAIL_DAYS = (42, 28, 14, 7, 3, 1)
WEEKS_BEFORE_MONTHS = 156
LINE_POINTS = 1_100


class Band(msgspec.Struct, frozen=True):
    """The model's line and its 95 % interval at increasing times (seconds, local clock)."""

    at: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]


class Diary(msgspec.Struct, frozen=True):
    """Ratings, doses and the model's line in time order; times are seconds on the person's own clock."""

    rated: list[tuple[float, float]]
    dosed: list[tuple[float, float | None]]
    line: Band

    def within(self, start: float, end: float) -> "Diary":
        """Return what falls from `start` to `end`, both included (seconds)."""
        band = self.line
        first, last = bisect_left(band.at, start), bisect_right(band.at, end)
        kept = Band(*(series[first:last] for series in (band.at, band.mean, band.low, band.high)))
        return Diary(_between(self.rated, start, end), _between(self.dosed, start, end), kept)


class Period(msgspec.Struct, frozen=True):
    """One day, week or month: averages of what was written down, None where nothing was."""

    start: float
    days: float
    rating: float | None
    ratings: int
    model: float | None
    doses: int
    unknown: int
    amount: float


def diary(picture: Picture) -> Diary:
    """Return the series of a picture sorted by time."""
    rated = sorted(zip(map(seconds, picture.rating_time), picture.rating, strict=True))
    dosed = sorted(zip(map(seconds, picture.dose_time), picture.dose_amount, strict=True), key=lambda dose: dose[0])
    path = zip(map(seconds, picture.path_time), picture.path_mean, picture.path_low, picture.path_high, strict=True)
    columns = [list(column) for column in zip(*sorted(path), strict=True)] or [[], [], [], []]
    return Diary(rated, dosed, Band(*columns))


def seconds(moment: str) -> float:
    """Return a local ISO time as seconds; the local clock is read as if it were UTC, so no machine's zone gets in."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def day_of(at: float) -> date:
    """Return the day on the person's own clock."""
    return datetime.fromtimestamp(at, UTC).date()


def span(whole: Diary) -> tuple[float, float]:
    """Return the first midnight and the last moment of the diary, in seconds; doses and ratings both count."""
    times = [at for at, _ in whole.rated] + [at for at, _ in whole.dosed]
    return midnight(min(times)), max(times)


def midnight(at: float) -> float:
    """Return the start of the day, in seconds."""
    return at - at % 86_400


def detail(whole: Diary, most_days: int, most_marks: int) -> tuple[Diary, float, float]:
    """Return the last days of the diary with their first and last midnight, whole days only.

    The longest of `DETAIL_DAYS`, at most `most_days`, that holds no more than `most_marks` ratings and doses; nothing inside
    the window is ever dropped but points of the model's line.
    """
    first, latest = span(whole)
    end = midnight(latest) + 86_400
    for days in (days for days in DETAIL_DAYS if days <= most_days):
        start = max(first, end - days * 86_400)
        part = whole.within(start, end)
        if len(part.rated) + len(part.dosed) <= most_marks:
            break
    return Diary(part.rated, part.dosed, thinned(part.line)), start, end


def thinned(line: Band) -> Band:
    """Return every k-th point of a line, so that no more than `LINE_POINTS` are left."""
    step = max(1, ceil(len(line.at) / LINE_POINTS))
    return Band(line.at[::step], line.mean[::step], line.low[::step], line.high[::step])


def by_day(part: Diary, start: float, end: float) -> list[Period]:
    """Return each day from `start` to `end` (seconds, midnights)."""
    return _periods(part, [start + day * 86_400 for day in range(round((end - start) / 86_400) + 1)])


def by_week(whole: Diary) -> list[Period]:
    """Return the whole diary in weeks counted back from its last day; in four weeks each beyond three years."""
    first, latest = span(whole)
    end = midnight(latest) + 86_400
    days = 7 if end - first <= WEEKS_BEFORE_MONTHS * 7 * 86_400 else 28
    edges = [end]
    while edges[-1] > first:
        edges.append(max(first, edges[-1] - days * 86_400))
    return _periods(whole, edges[::-1])


def _periods(part: Diary, edges: list[float]) -> list[Period]:
    return [_period(part.within(start, end - 0.5), start, end) for start, end in pairwise(edges)]


def _period(part: Diary, start: float, end: float) -> Period:
    known = [amount for _, amount in part.dosed if amount is not None]
    return Period(
        start=start,
        days=timedelta(seconds=end - start) / timedelta(days=1),
        rating=_mean([value for _, value in part.rated]),
        ratings=len(part.rated),
        model=_mean(part.line.mean),
        doses=len(part.dosed),
        unknown=len(part.dosed) - len(known),
        amount=fsum(known),
    )


def _mean(values: list[float]) -> float | None:
    return fsum(values) / len(values) if values else None


def _between(series: list[tuple[float, T]], start: float, end: float) -> list[tuple[float, T]]:
    first = bisect_left(series, start, key=lambda pair: pair[0])
    return series[first : bisect_right(series, end, key=lambda pair: pair[0])]
