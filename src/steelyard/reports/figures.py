"""What stands around every chart: a title, a key, a description for those who cannot see it, and the same as a table."""

import msgspec

from steelyard.findings.model import Finding, Picture
from steelyard.reports import words
from steelyard.reports.diary_charts import diary_chart, weekly_chart
from steelyard.reports.effect_charts import estimator_chart, relief_chart, relief_rows
from steelyard.reports.marks import SIZES, WIDE, Row, Size, Spec
from steelyard.reports.series import Diary, Period, by_day, by_week, day_of, detail, diary

NOTHING = "\u2013"
HOURS_ROWS = 13
WEEK = 7  # days

Cells = tuple[str, ...]


class Drawing(msgspec.Struct, frozen=True):
    """One chart at one width: its specification, what it shows in words, and the days it shows where those are some of many."""

    size: Size
    spec: Spec
    shows: str
    days: str = ""


class Figure(msgspec.Struct, frozen=True):
    """A chart with everything a reader needs who cannot, or does not want to, read charts.

    `key` pairs the name of a sign (a class of the style sheet) with what it stands for; `short` tables are printed too.
    """

    id: str
    title: str
    key: tuple[tuple[str, str], ...]
    drawings: tuple[Drawing, ...]
    head: Cells
    rows: tuple[Cells, ...]
    short: bool


def figures(finding: Finding, picture: Picture | None) -> list[Figure]:
    """Return the charts that can be drawn of a finding, in reading order; nothing is drawn of what is not there."""
    drawn: list[Figure] = []
    if picture is not None and (picture.rating or picture.dose_time):
        whole = diary(picture)
        drawn.append(_detail(whole, picture))
        if len(periods := by_week(whole)) > WIDE.days // WEEK:
            drawn.append(_weekly(periods, picture))
    if picture is not None and picture.relief_hours:
        drawn.append(_relief(finding, picture))
    if finding.estimators:
        drawn.append(_estimators(finding))
    return drawn


def _detail(whole: Diary, picture: Picture) -> Figure:
    drawings = []
    for size in SIZES:
        part, start, end = detail(whole, size.days, size.marks)
        days = f"{words.day(day_of(start))} to {words.day(day_of(end - 1))}"
        shows = f"{days}: {_said(part, picture)}."
        drawings.append(Drawing(size, diary_chart(part, start, end, picture, size), shows, days))
    part, start, end = detail(whole, WIDE.days, WIDE.marks)
    key = [("circle", "a rating as written down"), ("stem", "a dose")]
    if part.line.at:
        key[1:1] = [("line", "the model's line"), ("band", "its 95 % interval")]
    if any(amount is None for _, amount in part.dosed):
        key.append(("cross", "a dose of unknown amount"))
    outcome = words.name(picture.outcome)
    return Figure(
        "diary",
        f"{words.capital(outcome)} and doses, day by day",
        tuple(key),
        tuple(drawings),
        _diary_head("Day", picture),
        tuple(_day_row(each) for each in by_day(part, start, end)),
        False,
    )


def _said(part: Diary, picture: Picture) -> str:
    values = [value for _, value in part.rated]
    ratings = words.count(len(values), f"{words.name(picture.outcome)} rating")
    if values:
        ratings += f" between {min(values):g} and {max(values):g}, {words.number(sum(values) / len(values))} on average"
    return f"{ratings}; {words.count(len(part.dosed), 'dose')}"


def _diary_head(first: str, picture: Picture) -> Cells:
    average = f"Average {words.name(picture.outcome)}"
    return (first, "Ratings", average, "Model's average", "Doses", f"Amount ({picture.dose_unit})")


def _day_row(each: Period) -> Cells:
    averages = (_points(each.rating), _points(each.model))
    return (words.day(day_of(each.start)), str(each.ratings), *averages, str(each.doses), _taken(each))


def _weekly(periods: list[Period], picture: Picture) -> Figure:
    step = "week" if periods[-1].days <= WEEK else "four weeks"
    rated = [each for each in periods if each.rating is not None]
    shows = f"{words.count(len(periods), 'average')} of a {step} each"
    if rated:
        least, most = min(rated, key=lambda each: each.rating or 0), max(rated, key=lambda each: each.rating or 0)
        shows += f"; lowest {_points(least.rating)} from {_since(least)}, highest {_points(most.rating)} from {_since(most)}"
    drawings = tuple(Drawing(size, weekly_chart(periods, picture, size), f"{shows}.") for size in SIZES)
    return Figure(
        "weeks",
        f"The whole diary, averaged over each {step}",
        (("circle", "average of the ratings"), ("line", "average of the model's line"), ("bar", "doses a day")),
        drawings,
        _diary_head("From", picture),
        tuple(_day_row(each) for each in periods),
        False,
    )


def _since(each: Period) -> str:
    return words.day(day_of(each.start))


def _points(value: float | None) -> str:
    return NOTHING if value is None else words.number(value)


def _taken(each: Period) -> str:
    if each.doses and each.doses == each.unknown:
        return "unknown"
    return f"{each.amount:.4g}" + (f" and {each.unknown} unknown" if each.unknown else "")


def _relief(finding: Finding, picture: Picture) -> Figure:
    rows = relief_rows(finding, picture)
    top = max(rows, key=lambda row: float(row["mean"] or 0))
    better = words.side(1, finding.subject)
    shows = f"Strongest about {float(top['hours'] or 0):.2g} hours after the dose: {_signed(top['mean'])} {picture.unit} {better}"
    if finding.worthwhile:
        reached = float(top["mean"] or 0) >= finding.worthwhile.value
        least = words.smallest(finding.worthwhile)
        shows += f", which {'reaches' if reached else 'stays below'} the smallest change worth having ({least})"
    every = max(1, round((len(rows) - 1) / (HOURS_ROWS - 1)))
    key = [("line", "best estimate"), ("band", "95 % interval")]
    return Figure(
        "relief",
        "Relief in the hours after one dose",
        (*key, ("dash", "smallest change worth having")) if finding.worthwhile else tuple(key),
        tuple(Drawing(size, relief_chart(finding, picture, size), f"{shows}.") for size in SIZES),
        ("Hours since the dose", f"{words.capital(picture.unit)} {better}", "95 % interval"),
        tuple(_hour_row(row) for row in rows[::every]),
        True,
    )


def _hour_row(row: Row) -> Cells:
    return (f"{row['hours']:g}", _signed(row["mean"]), f"{_signed(row['low'])} to {_signed(row['high'])}")


def _signed(value: float | str | bool | None) -> str:
    return f"{float(value or 0):.2f}".replace("-0.00", "0.00").replace("-", "\u2212")


def _estimators(finding: Finding) -> Figure:
    subject, names = finding.subject, words.ESTIMATOR_LONG
    said = [f"{names[each.name]}: {words.best(each, subject)} ({words.reach(each, subject)})" for each in finding.estimators]
    shows = f"{words.capital('; '.join(said))}."
    rows = [
        (words.capital(names[each.name]), words.best(each, subject), words.between(each, subject)) for each in finding.estimators
    ]
    key = [("interval", "best estimate and 95 % interval")]
    if any(each.headline for each in finding.estimators):
        key.append(("diamond", "the one the answer rests on"))
    if finding.worthwhile:
        key.append(("zone", "too small to be worth having"))
    return Figure(
        "estimators",
        "The same diary, worked out side by side",
        tuple(key),
        tuple(Drawing(size, estimator_chart(finding, size), shows) for size in SIZES),
        ("Way of working it out", "Best estimate", "95 % interval"),
        tuple(rows),
        True,
    )
