"""What is reported by many people, for a terminal: what it can show comes last and is never left out."""

import unicodedata
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from steelyard.findings.signals_model import AmongAll, Interval, Signal, SignalsReport
from steelyard.reports import words
from steelyard.reports.interval_plot import interval_plot

Lines = list[str]

TEMPLATES = Path(__file__).parent / "templates"
NAME_WIDTH, FIGURES_WIDTH = 30, 22
SMALL = 1e-4  # probability; smaller ones are said to be below it
UNIT = {"log2": "log2", "ratio": "times"}
NAMES = {
    "ic": "observed / expected (IC)",
    "prr": "share over share (PRR)",
    "ror": "within strata (odds ratio)",
    "ebgm": "shrunken (EBGM, 90 %)",
    "calibrated": "error of others taken off",
}
LIMITS_TITLE = "What such counts cannot show"
CLOSING = (
    "This counts reports. It diagnoses nothing and advises no dose. Do not stop or cut down abruptly because of it; talk with a "
    "clinician first."
)


def signals_text(report: SignalsReport, width: int = 80) -> str:
    """Return the answer for a terminal `width` characters wide, ending in a line break."""
    report = _printable(report)
    blocks = [[*wrap(report.question, width), "=" * min(width, len(report.question))]]
    blocks += [_paragraph(note, width, 0) for note in report.notes]
    for signal in report.signals:
        blocks += _signal(signal, width, brief=not report.event)
    blocks.append([LIMITS_TITLE, *(line for each in report.limits for line in _paragraph(each, width, mark="- "))])
    if report.references:
        blocks.append(["Sources", *(line for each in report.references for line in _paragraph(each.text, width, mark="- "))])
    blocks.append(wrap(CLOSING, width))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def signals_html(report: SignalsReport) -> str:
    """Return the answer as one HTML document with its pictures: nothing to load, the same bytes every time."""
    from steelyard.reports.signal_charts import overview, signal_figures  # noqa: PLC0415  # only pages need them
    from steelyard.reports.svg import svg  # noqa: PLC0415

    report = _printable(report)

    def drawn(prefix: str, figures: Iterable[Any]) -> list[dict[str, Any]]:
        return [
            {
                "figure": each,
                "id": f"{prefix}-{each.id}",
                "drawings": [
                    {"of": one, "svg": svg(one.spec, f"{prefix}-{each.id}-{one.size.name}", f"{each.title}. {one.shows}")}
                    for one in each.drawings
                ],
            }
            for each in figures
        ]

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("answers.css", "page.css"))
    all_ = overview(report.signals)
    written = environment.get_template("signals.html").render(
        report=report,
        words=words,
        figures_of=[drawn(f"s{at}", signal_figures(each)) for at, each in enumerate(report.signals, start=1)],
        overview=drawn("o", [all_] if all_ else []),
        figures=partial(_figures, brief=not report.event),
        limits_title=LIMITS_TITLE,
        closing=CLOSING,
        style=Markup(style),
    )
    return written.replace(" %", "\u00a0%")  # a per cent sign never starts a line


def _signal(signal: Signal, width: int, brief: bool) -> list[Lines]:
    head = " / ".join(part for part in (signal.source, signal.period, signal.event) if part)
    told = [line for each in signal.said for line in _paragraph(each, width)]
    blocks = [[head, "-" * min(width, len(head)), *told]]
    if figures := _figures(signal, brief):
        blocks.append([line for each in figures for line in _paragraph(each, width, mark="- ")])
    if signal.ways:
        plots = interval_plot([(way.low, way.value, way.high) for way in signal.ways], None, width - 8)
        lines = ["  The same question in several ways (log2 of observed over expected; | is as expected)"]
        for way, plot in zip(signal.ways, plots, strict=True):
            lines += _paragraph(f"{way.way}: {way.both:,} reports, {way.value:.2f} ({way.low:.2f} to {way.high:.2f})", width, 4)
            lines.append(f"        {plot}".rstrip())
        blocks.append(lines)
    if len(signal.years) > 1:
        shown = "; ".join(f"{each.year} {each.value:.2f} ({each.both:,})" for each in signal.years)
        blocks.append(_paragraph(f"All reports until the end of each year, log2 (reports of that year): {shown}.", width))
    return blocks


def _figures(signal: Signal, brief: bool) -> Lines:
    """Every measure in a sentence; `brief`, as of one event among many, all of them in one line and without how they are come by."""
    test = [_among_all(signal.among_all)] if signal.among_all else []
    if brief:
        return ["; ".join(map(_value, signal.measures)) + ".", *test] if signal.measures else test
    return [*(f"{_value(each)}. {words.capital(each.method)}." for each in signal.measures), *test]


def _among_all(test: AmongAll) -> str:
    chance = f"{test.chance:.2g}" if test.chance >= SMALL else f"below {SMALL:.4f}"
    return (
        f"likelihood ratio, log: {_figure(test.log_ratio)}. Probability that chance alone makes any of {test.events:,} events reach it: "
        f"{chance}."
    )


def _value(measure: Interval) -> str:
    value = f"{NAMES.get(measure.name, measure.name)}: {_figure(measure.value)} {UNIT[measure.unit]}"
    if measure.low is None or measure.high is None:
        return value
    return f"{value} ({_figure(measure.low)} to {_figure(measure.high)})"


def _figure(value: float) -> str:
    size = abs(value)
    return f"{value:,.0f}" if size >= 99.5 else f"{value:.1f}" if size >= 9.95 else f"{value:.2f}"


def _paragraph(sentence: str, width: int, indent: int = 2, mark: str = "") -> Lines:
    margin = " " * indent
    return wrap(sentence, width, initial_indent=margin + mark, subsequent_indent=margin + " " * len(mark))


def _printable(report: SignalsReport) -> SignalsReport:
    """The same with every character that could steer a terminal or a page made harmless: names in reports are written by anyone."""
    return msgspec.convert(_clean(msgspec.to_builtins(report)), SignalsReport)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return (
            value
            if value.isprintable()
            else "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "?" for c in value)
        )
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
