"""Rebuild the pictures and the figures of docs/explanation/why-the-dose-was-taken.md.

    .venv/bin/python scripts/explain.py

The estimates and the large table come from `benchmarks/results/recovery.csv`; the week and the small table from a handful of invented
diaries. What stands between the markers of the page is replaced; the words around them are left alone.
"""

import csv
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import numpy as np

from steelyard.nof1.plan import Driver, Plan
from steelyard.nof1.simulate import simulate
from steelyard.reports.marks import INK, LABEL, MODEL, QUIET, Row, Size, Spec, curve, layer, point, spec, titled
from steelyard.reports.svg import svg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
from recovery import WORTHWHILE, cells  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "why-the-dose-was-taken.md"
PICTURES = PAGE.parent / "pictures"
RESULTS = ROOT / "benchmarks" / "results" / "recovery.csv"

Cell = tuple[str, str, int]  # driver, variation, days
Lines = dict[tuple[Cell, str], dict[str, str]]  # by cell and estimator: a line of the benchmark's summary

BIAS, COVERAGE, FALSE = 0.1, 0.9, 0.025  # targets for the joint estimator
DIARIES = 200  # wanted in each cell
DRIVEN = {"felt": "pain felt", "recorded": "the last rating", "random": "chance", "mixed": "half each"}
HANDFUL = range(6)
WEEK_SEED, WEEK_DAY = 2, 14  # in which a bad spell comes and goes
AFTER_H = 8.0
WIDTH, PER_LINE, PER_GROUP = 780, 23, 92
MEAN: Spec = {"type": "rule", "color": QUIET, "strokeWidth": 1.6, "strokeDash": [5, 4]}
RATING, DOSE = point("circle", 46, "white"), point("triangle-down", 150, INK)


def read(path: Path) -> Lines:
    """The benchmark's summary, by cell and estimator."""
    with path.open(encoding="utf-8", newline="") as file:
        return {((at["driver"], at["variation"], int(at["days"])), at["estimator"]): at for at in csv.DictReader(file)}


# The large table ------------------------------------------------------------------------------------------------------------------------


def table(lines: Lines) -> str:
    """All cells of the benchmark that were run, those that miss a target in bold and named below, and those not run."""
    known = [cell for cell in cells() if (cell, "joint") in lines]
    head = (
        "| invented diaries | doses follow | diaries | ignorable: peak | ignorable: as taken | ignorable: wrong verdicts "
        "| joint: peak | joint: as taken | joint: wrong verdicts |\n" + "|---|---|---|" + "---|" * 6
    )
    return "\n".join([head, *(_row(cell, lines) for cell in known), "", *_below(known, lines)])


def _row(cell: Cell, lines: Lines) -> str:
    driver, variation, days = cell
    said = answer(cell, lines)
    refused = int(said["refused"])
    count = said["diaries"] + (f" ({refused} refused)" if refused else "")
    told = [*_three(cell, lines[cell, "ignorable"], False), *_three(cell, said, True)]
    return "| " + " | ".join([f"{variation}, {days} days", DRIVEN[driver], count, *told]) + " |"


def answer(cell: Cell, lines: Lines) -> dict[str, str]:
    """What is reported of a cell: the joint estimate, averaged over the readings of the diary where these were asked for."""
    return lines.get((cell, "averaged")) or lines[cell, "joint"]


def _three(cell: Cell, line: dict[str, str], held: bool) -> Iterable[str]:
    """Bias and coverage of `peak` and of `as_taken`, and the wrong verdicts; in bold what misses a target it is held to."""
    for contrast in ("peak", "as_taken"):
        text = f"{_signed(float(line[contrast + '_bias']))} / {_percent(line[contrast + '_coverage'])} %"
        yield _marked(text, held and missed_contrast(line, contrast))
    parts = [f"{word} {_percent(line[verdict])} %" for verdict, word in wrong(cell).items()]
    yield _marked(", ".join(parts), held and missed_verdict(cell, line))


def wrong(cell: Cell) -> dict[str, str]:
    """Verdicts that are wrong in every diary of a cell; no invented substance harms, and `helps` is wrong where nothing helps."""
    null = cell[1].startswith("null")
    return ({"helps": "helps"} if null else {}) | {"makes_worse": "worse"}


def missed_contrast(line: dict[str, str], contrast: str) -> bool:
    """Whether bias or coverage of one contrast misses its target."""
    return abs(float(line[contrast + "_bias"])) > BIAS or float(line[contrast + "_coverage"]) < COVERAGE


def missed_verdict(cell: Cell, line: dict[str, str]) -> bool:
    """Whether a wrong verdict is commoner than the target by more than two Monte Carlo standard errors."""
    most = FALSE + 2 * (FALSE * (1 - FALSE) / int(line["diaries"])) ** 0.5
    return any(float(line[verdict]) > most for verdict in wrong(cell))


def _below(known: list[Cell], lines: Lines) -> Iterable[str]:
    missing = [cell for cell in cells() if cell not in known]
    misses = [f"{name(cell)} ({what})" for cell in known if (what := _what_misses(cell, answer(cell, lines)))]
    counts = [int(answer(cell, lines)["diaries"]) for cell in known]
    errors = [float(answer(cell, lines)[c + "_bias_se"]) for cell in known for c in ("peak", "as_taken")]
    averaged = sorted({cell[1] for cell in known if (cell, "averaged") in lines})
    yield (
        f"Each entry is bias in points / coverage of the 95 % interval. Monte Carlo standard errors of the joint biases are "
        f"{min(errors):.2f} to {max(errors):.2f}; the smallest cell has {min(counts)} diaries ({DIARIES} are wanted in each). Verdicts are "
        f"those of the posterior alone, with {WORTHWHILE:g} point as the smallest change worth having; the checks, which can only take "
        "a verdict back, are left out."
        + (
            f" In the rows of {' and '.join(averaged)} the joint estimate is that averaged over the readings of a diary, as in the app."
            if averaged
            else ""
        )
    )
    yield ""
    yield (
        f"Targets for the joint estimator: |bias| of both contrasts at most {BIAS:g}, coverage at least {100 * COVERAGE:.0f} % (neither with "
        f"an allowance for Monte Carlo error), each wrong verdict at most {100 * FALSE:g} % and two Monte Carlo standard errors; none was "
        "set for diaries with unlogged doses. "
        + (f"**{len(misses)} of {len(known)} cells miss one:** {'; '.join(misses)}." if misses else "No cell misses one.")
    )
    if missing:
        yield ""
        yield f"Not run yet, {len(missing)} of {len(known) + len(missing)} cells: {'; '.join(_grouped(missing))}."


def _grouped(some: list[Cell]) -> Iterable[str]:
    """Cells in words, drivers of one kind of diary together."""
    for variation, days in dict.fromkeys(cell[1:] for cell in some):
        drivers = [cell[0] for cell in some if cell[1:] == (variation, days)]
        yield f"{variation}, {days} days" + ("" if len(drivers) == len(DRIVEN) else f" ({', '.join(drivers)})")


def _what_misses(cell: Cell, line: dict[str, str]) -> str:
    said = [words for contrast, words in (("peak", "peak"), ("as_taken", "as taken")) if missed_contrast(line, contrast)]
    return ", ".join([*said, "wrong verdicts"] if missed_verdict(cell, line) else said)


def name(cell: Cell) -> str:
    """A cell in words."""
    return f"{cell[1]}, {cell[2]} days, {cell[0]}"


def _percent(share: str) -> str:
    return f"{100 * float(share):.1f}".removesuffix(".0")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-0.00", "+0.00")


def _marked(text: str, missed: bool) -> str:
    return f"**{text}**" if missed else text


# What a person would compute ------------------------------------------------------------------------------------------------------------


def naive() -> str:
    """Three plain comparisons on a handful of invented diaries, as a table."""
    plans: list[tuple[Driver, float]] = [("felt", -1.0), ("felt", 0.0), ("random", -1.0)]
    means = [np.mean([comparisons(Plan(driver=d, effect=e, seed=seed)) for seed in HANDFUL], axis=0) for d, e in plans]
    said = (
        "pain at the moment of a dose, against all waking moments",
        f"ratings up to {AFTER_H:g} h after a dose, against the others",
        "mean rating of a day, for each further 3 g on that day",
    )
    rows = [f"| {what} | " + " | ".join(f"{mean[i]:+.1f}" for mean in means) + " |" for i, what in enumerate(said)]
    head = [
        "| what a person would compute | doses follow pain, truth -1 | doses follow pain, truth 0 | doses by chance, truth -1 |"
    ]
    return "\n".join([*head, "|---|---|---|---|", *rows])


def comparisons(plan: Plan) -> tuple[float, float, float]:
    """The three plain comparisons on one invented diary, in points."""
    diary, felt = simulate(plan), pain_felt(plan)
    at_doses = np.interp(diary.dose_h, *felt)
    since = diary.rating_h - diary.dose_h[np.maximum(np.searchsorted(diary.dose_h, diary.rating_h, side="right") - 1, 0)]
    soon = (since >= 0) & (since < AFTER_H)
    day, total = (diary.rating_h // 24).astype(int), np.zeros(plan.days)
    np.add.at(total, (diary.dose_h // 24).astype(int), diary.dose_amount / plan.reference_dose)
    rated = np.unique(day)
    mean = np.array([diary.rating[day == d].mean() for d in rated])
    slope = float(np.polyfit(total[rated], mean, 1)[0])
    return (
        float(at_doses.mean() - felt[1].mean()),
        float(diary.rating[soon].mean() - diary.rating[~soon].mean()),
        slope,
    )


def pain_felt(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Hours `(n,)` and pain felt at nearly all waking moments `(n,)`.

    The simulator tells it at the ratings only; asking more often changes nothing but the ratings where doses do not follow them.
    """
    often = simulate(Plan(**vars(plan) | {"ratings_per_day": 250.0, "missing": 0.0}))
    return often.rating_h, often.truth.latent


# Pictures -------------------------------------------------------------------------------------------------------------------------------


def week() -> Spec:
    """One week of a felt-driven diary: the pain felt, what was written down of it, and the doses."""
    plan = Plan(driver="felt", seed=WEEK_SEED)
    diary, (at, pain) = simulate(plan), pain_felt(plan)
    line: list[Row] = [{"day": d, "pain": p, "date": float(int(d))} for d, p in _inside(at, pain)]
    doses: list[Row] = [{"day": d, "pain": p} for d, p in _inside(diary.dose_h, np.interp(diary.dose_h, at, pain))]
    rated: list[Row] = [{"day": d, "pain": p} for d, p in _inside(diary.rating_h, diary.rating)]
    usual: list[Row] = [{"pain": float(pain.mean())}]
    days = {"title": "Day", "grid": False, "values": list(range(8)), "format": "d"}
    x: Spec = {"field": "day", "type": "quantitative", "scale": {"domain": [0, 7], "nice": False}, "axis": days}
    top = titled("Pain, 0 to 10", -14) | {"tickCount": 5}
    y: Spec = {"field": "pain", "type": "quantitative", "scale": {"domain": [0, 10]}, "axis": top}
    layers = [
        layer(line, curve(2.2), x, y, detail={"field": "date", "type": "nominal"}),
        layer(usual, MEAN, {"value": 0}, y, x2={"value": "width"}),
        layer(rated, RATING, x, y),
        layer(doses, DOSE | {"yOffset": -9}, x, y),
    ]
    return _framed([*layers, *_key(y | {"field": "at"})], 270)


def _inside(hours: np.ndarray, values: np.ndarray) -> list[tuple[float, float]]:
    """Days since the week began, and values, of what falls into it."""
    day = hours / 24 - WEEK_DAY
    inside = (day >= 0) & (day <= 7)
    return [(round(float(d), 4), round(float(v), 3)) for d, v in zip(day[inside], values[inside], strict=True)]


def _key(y: Spec) -> list[Spec]:
    """The marks with their names, in one line at the top of the chart."""
    top: list[Row] = [{"at": 9.5}]
    words = LABEL | {"dx": 14, "baseline": "middle"}
    felt = layer(top, MEAN | {"strokeDash": [1, 0], "strokeWidth": 2.2, "color": MODEL}, {"value": 4}, y, x2={"value": 24})
    mean = layer(top, MEAN, {"value": 560}, y, x2={"value": 584})
    marks = [felt, layer(top, RATING, {"value": 200}, y), layer(top, DOSE, {"value": 410}, y), mean]
    said = ((16, "pain felt, while awake"), (200, "a rating, as written down"), (410, "a dose"), (576, "mean of all 180 days"))
    return marks + [layer(top, words, {"value": at}, y, text={"value": text}) for at, text in said]


def estimates(lines: Lines, variation: str, truth: float, told: bool = False) -> Spec:
    """Each estimator's mean estimate of `peak` with its Monte Carlo interval, for each driver; with the harm it claims where `told`."""
    rows: list[Row] = []
    drivers = [driver for driver in DRIVEN if ((driver, variation, 180), "joint") in lines]
    for (group, driver), (place, estimator) in product(enumerate(drivers), enumerate(("raw", "ignorable", "joint"))):
        line = lines[(driver, variation, 180), estimator]
        value, error = truth + float(line["peak_bias"]), 1.96 * float(line["peak_bias_se"])
        claim = f"; “makes worse” in {_percent(line['makes_worse'])} %" if told and line["makes_worse"] else ""
        rows.append(
            {"row": PER_GROUP * group + PER_LINE * place + PER_LINE, "value": value, "low": value - error, "high": value + error}
            | {"said": f"{estimator} {_signed(value)}{claim}", "estimator": estimator}
        )
    edges = [float(row[end] or 0) for row in rows for end in ("low", "high")] + [0.0, truth]
    wide = 350 if told else 470
    domain = [min(edges) - 0.1, max(edges) + 0.1]
    x: Spec = {"type": "quantitative", "scale": {"domain": domain, "range": [150, 150 + wide], "nice": False}}
    x["axis"] = {"grid": False, "tickCount": 6, "title": "Change of pain at the peak of a usual dose, points (minus: relief)"}
    height = PER_GROUP * len(drivers)
    y: Spec = {"field": "row", "type": "quantitative", "axis": None, "scale": {"domain": [0, height], "range": [0, height]}}
    named: list[Row] = [{"row": PER_GROUP * i + 2 * PER_LINE, "said": DRIVEN[driver]} for i, driver in enumerate(drivers)]
    marks = {"raw": point("cross", 90, "white"), "ignorable": point("circle", 90, "white"), "joint": point("diamond", 150, MODEL)}
    layers = [
        *([_upright(0.0, "no effect", INK, [1, 0], x)] if truth else []),
        _upright(truth, "the truth" if truth else "the truth: no effect", MODEL, [6, 4], x),
        layer(rows, {"type": "rule", "color": INK, "strokeWidth": 2}, x | {"field": "low"}, y, x2={"field": "high"}),
        *(layer([r for r in rows if r["estimator"] == n], mark, x | {"field": "value"}, y) for n, mark in marks.items()),
        layer(rows, LABEL | {"baseline": "middle"}, {"value": 150 + wide + 12}, y, text={"field": "said"}),
        layer(named, LABEL | {"baseline": "middle", "fontWeight": "bold"}, {"value": 2}, y, text={"field": "said"}),
        layer([{"row": 4.0, "said": "Doses follow"}], LABEL | {"baseline": "middle"}, {"value": 2}, y, text={"field": "said"}),
    ]
    return _framed(layers, height)


def _upright(at: float, said: str, ink: str, dash: list[int], x: Spec) -> Spec:
    """A line across all groups, with its name above it."""
    here = x | {"datum": at}
    rule = {"mark": {"type": "rule", "color": ink, "strokeDash": dash, "strokeWidth": 1.6}, "encoding": {"x": here}}
    words = LABEL | {"align": "center", "baseline": "bottom", "color": ink}
    label = {"mark": words, "encoding": {"x": here, "y": {"value": -4}, "text": {"value": said}}}
    return {"data": {"values": [{}]}, "layer": [rule, label]}


def _framed(layers: list[Spec], height: int) -> Spec:
    return spec(layers, Size("page", WIDTH, 0, 0), height, one_y=True) | {"background": "white"}


# The page -------------------------------------------------------------------------------------------------------------------------------


def filled(page: str, mark: str, text: str) -> str:
    """The page with `text` between `<!-- mark:begin -->` and `<!-- mark:end -->`."""
    before, rest = page.split(f"<!-- {mark}:begin -->")
    _, after = rest.split(f"<!-- {mark}:end -->")
    return f"{before}<!-- {mark}:begin -->\n\n{text}\n\n<!-- {mark}:end -->{after}"


def main() -> None:
    """Write the pictures, and the tables into the page."""
    lines = read(RESULTS)
    pictures = {
        "a-week": (week(), "A week of pain felt, ratings and doses: doses come where the line of pain is high."),
        "an-effect": (
            estimates(lines, "plain", -1.0),
            "Estimates of an effect of -1 by three estimators and four kinds of dosing.",
        ),
        "no-effect": (
            estimates(lines, "null", 0.0, told=True),
            "Estimates of no effect by three estimators and four kinds of dosing.",
        ),
    }
    PICTURES.mkdir(parents=True, exist_ok=True)
    for stem, (drawn, described) in pictures.items():
        (PICTURES / f"{stem}.svg").write_text(str(svg(drawn, stem, described)) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    page = filled(filled(page, "table", table(lines)), "naive", naive())
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
