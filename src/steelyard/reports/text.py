"""The terminal answer: words first, numbers second, what would settle it third, then what it rests on.

Everything written here is plain ASCII, so it reads the same on any terminal, in a mail and on paper.
"""

from collections.abc import Callable
from textwrap import wrap

from steelyard.findings.model import Alert, Finding, Reference, Report, Section, Weighing
from steelyard.reports import words
from steelyard.reports.clean import printable
from steelyard.reports.interval_plot import interval_plot
from steelyard.reports.problems import kinds, reading, sentence

Ink = Callable[[str], str]
Lines = list[str]

PROBLEM_KINDS_SHOWN = 3
NAME_WIDTH, FIGURES_WIDTH, NARROWEST_PLOT = 26, 24, 20
CLOSING = (
    "This weighs one diary. It diagnoses nothing and advises no dose. Do not stop or cut down abruptly "
    "because of it; talk with a clinician first."
)


def text(weighing: Weighing, width: int = 80, colour: bool = False) -> str:
    """Return the answer for a terminal `width` characters wide, ending in a line break; `colour` adds bold type only."""
    report = printable(weighing).report
    bold: Ink = "\x1b[1m{}\x1b[0m".format if colour else str
    blocks = [_alert(alert, width, bold) for alert in report.alerts]
    for finding in report.findings:
        blocks += _finding(finding, width, bold) if finding.level == "person" else []
    blocks += _studies([finding for finding in report.findings if finding.level != "person"], width, bold)
    for section in report.sections:
        blocks += _section(section, width, bold)
    blocks += [_problems(report, width, bold), _references(report.references, width, bold), wrap(CLOSING, width)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _paragraph(sentence: str, width: int, indent: int = 2, mark: str = "") -> Lines:
    margin = " " * indent
    return wrap(sentence, width, initial_indent=margin + mark, subsequent_indent=margin + " " * len(mark))


def _alert(alert: Alert, width: int, bold: Ink) -> Lines:
    head = wrap(f"{words.SEVERITY[alert.severity].upper()}: {alert.title}", width, initial_indent="!! ", subsequent_indent="   ")
    return [*map(bold, head), *_paragraph(alert.why, width, 3), *_paragraph(f"What to do: {alert.do}", width, 3)]


def _finding(finding: Finding, width: int, bold: Ink) -> list[Lines]:
    return [
        [*map(bold, wrap(finding.question, width)), "=" * min(width, max(1, len(finding.question)))],
        [bold(words.verdict(finding).upper()), *wrap(finding.answer, width), *wrap(finding.beside, width)],
        _certainty(finding, width, bold),
        _numbers(finding, width, bold),
        *_asides(finding, width, bold),
        _settle(finding, width, bold),
        _estimators(finding, width, bold),
        _checks(finding, width, bold),
        _assumed(finding, width, bold),
    ]


def _studies(findings: list[Finding], width: int, bold: Ink) -> list[Lines]:
    blocks = [[*map(bold, wrap(words.STUDIES, width)), "=" * min(width, len(words.STUDIES))]] if findings else []
    for finding in findings:
        told = f"{finding.answer} How sure: {words.CERTAINTY[finding.certainty]}."
        reasons = [line for each in finding.reasons for line in _paragraph(each, width, mark="- ")]
        blocks.append([*map(bold, wrap(finding.question, width)), *_paragraph(told, width), *reasons])
    return blocks


def _section(section: Section, width: int, bold: Ink) -> list[Lines]:
    head = [*map(bold, wrap(section.title, width)), "=" * min(width, len(section.title)), *wrap(section.lead, width)]
    points = []
    for point in section.points:
        points += [*map(bold, wrap(point.label, width))]
        points += [line for each in point.said for line in _paragraph(each, width)]
    return [head, points]


def _certainty(finding: Finding, width: int, bold: Ink) -> Lines:
    head = f"How sure: {words.CERTAINTY[finding.certainty]}"
    if not finding.reasons:
        return [bold(head)]
    return [bold(f"{head}, because"), *(line for each in finding.reasons for line in _paragraph(each, width, mark="- "))]


def _numbers(finding: Finding, width: int, bold: Ink) -> Lines:
    lines: Lines = []
    for contrast in finding.contrasts:
        lines += _paragraph(f"{words.label(contrast)}: {words.best(contrast, finding.subject)},", width)
        lines += _paragraph(f"most likely {words.between(contrast, finding.subject)} (95 % interval).", width, 4)
        lines += _paragraph(words.chances(contrast, finding.worthwhile), width, 4)
    lines += _paragraph(words.basis(finding), width)
    return [bold("In numbers"), *lines]


def _asides(finding: Finding, width: int, bold: Ink) -> list[Lines]:
    return [[bold(each.question), *_paragraph(each.answer, width)] for each in finding.asides]


def _settle(finding: Finding, width: int, bold: Ink) -> Lines:
    return [bold(words.settle_title(finding)), *_paragraph(finding.settle, width)] if finding.settle else []


def _estimators(finding: Finding, width: int, bold: Ink) -> Lines:
    if not finding.estimators:
        return []
    subject, intervals = finding.subject, []
    for each in finding.estimators:
        low, high = sorted(words.shown(words.relief(bound, subject), each) for bound in (each.low, each.high))
        intervals.append((low, words.shown(words.relief(each.value, subject), each), high))
    rows = [
        f"{'* ' if each.headline else '  '}{words.ESTIMATOR[each.name]:<{NAME_WIDTH - 2}}{_figures(*interval):<{FIGURES_WIDTH}}"
        for each, interval in zip(finding.estimators, intervals, strict=True)
    ]
    least, room = finding.worthwhile, width - NAME_WIDTH - FIGURES_WIDTH
    marked = any(each.headline for each in finding.estimators)
    key = "* = the answer rests on this one" if marked else ""
    if room >= NARROWEST_PLOT:
        plots = interval_plot(intervals, words.shown(least.value, finding.estimators[0]) if least else None, room)
        rows = [row + plot for row, plot in zip(rows, plots, strict=True)]
        worth = f"; : smallest change worth having ({words.smallest(least)})" if least else ""
        key = f"[--o--] estimate and 95 % interval; | no change{worth}" + (f"; {key}" if key else "")
    head = (
        f"The same diary, worked out side by side ({words.spoken_unit(finding.estimators[0])} {words.side(1, subject)} "
        f"{'for long' if finding.about == 'harm' else 'at the strongest'}; a minus means {words.side(-1, subject)})"
    )
    return [*map(bold, wrap(head, width)), *(row.rstrip() for row in rows), *_paragraph(key, width)]


def _figures(low: float, value: float, high: float) -> str:
    decimals = 2 if max(abs(low), abs(high)) < 10 else 1
    return f"{value:5.{decimals}f} ({low:.{decimals}f} to {high:.{decimals}f})"


def _checks(finding: Finding, width: int, bold: Ink) -> Lines:
    failed = [check for check in finding.checks if not check.passed]
    passed = [words.name(check.name) for check in finding.checks if check.passed]
    lines = [line for check in failed for line in _paragraph(f"{words.name(check.name)}: {check.detail}", width, mark="FAILED ")]
    lines += _paragraph(f"passed: {', '.join(passed)}", width) if passed else []
    return [bold("Tests the answer could have failed"), *lines] if lines else []


def _assumed(finding: Finding, width: int, bold: Ink) -> Lines:
    lines = [
        line
        for each in finding.estimators
        for line in _paragraph(f"{words.ESTIMATOR[each.name].removeprefix('+ ')}: {each.assumes}", width, mark="- ")
    ]
    if finding.dosing_driver:
        lines += _paragraph(f"what drove the doses: {finding.dosing_driver.words}", width, mark="- ")
    return [bold("What each takes for granted"), *lines] if lines else []


def _problems(report: Report, width: int, bold: Ink) -> Lines:
    found = kinds(report.journal.problems)
    lines = _paragraph(reading(report.journal), width)
    for kind in found[:PROBLEM_KINDS_SHOWN]:
        lines += _paragraph(sentence(kind), width, mark="- ")
    if len(found) > PROBLEM_KINDS_SHOWN:
        more = words.count(len(found) - PROBLEM_KINDS_SHOWN, "more kind")
        lines += _paragraph(f"and {more} of problem; `steelyard check` lists them all", width, mark="- ")
    return [bold("The input"), *lines]


def _references(references: tuple[Reference, ...], width: int, bold: Ink) -> Lines:
    lines = [line for each in references for line in _paragraph(f"{each.text}{words.grade(each)}", width, mark="- ")]
    return [bold("Sources"), *lines] if lines else []
