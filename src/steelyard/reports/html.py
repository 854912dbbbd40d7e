"""The answer as one page that needs nothing else: no script, no second file, no network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from steelyard.findings.model import Finding, Levels, Picture, Report, Weighing
from steelyard.reports import words
from steelyard.reports.clean import printable
from steelyard.reports.exposure_charts import exposure_figures
from steelyard.reports.figures import Figure, figures
from steelyard.reports.problems import kinds, place, reading, what
from steelyard.reports.svg import svg

TEMPLATES = Path(__file__).parent / "templates"
# The trial this project must name on its first page; named only where the knowledge at hand carries it.
TRIAL_OF_SUCH_AN_APP = "kravitz2018"
KEY_CONTRASTS = ("peak", "as_taken", "duration", "sustained", "lag")


@dataclass(frozen=True)
class Line:
    """An answer in one line: the id of its place on the page, the question, the verdict, and how sure it is."""

    id: str
    question: str
    verdict: str
    sure: str


def html(weighing: Weighing) -> str:
    """Return the whole answer as one HTML document: inline styles and drawings, nothing to load, the same bytes every time."""
    weighing = printable(weighing)
    report = weighing.report
    written = (
        _environment()
        .get_template("page.html")
        .render(
            **_told(weighing, folded=False),
            title=_title(report),
            style=Markup(style() + (TEMPLATES / "page.css").read_text(encoding="utf-8")),
            period=_period(report),
        )
    )
    return _unbroken(written)


def warnings(report: Report) -> str:
    """Return what comes first, the warnings, for a page that has its own frame: what was seen and what to do, with the reasons folded
    away; empty where there are none."""
    report = printable(Weighing(report)).report
    return _unbroken(_environment().get_template("alerts.html").render(report=report, folded=True))


def answers(weighing: Weighing) -> str:
    """Return what follows the warnings, for a page that has its own frame: each answer, with what it rests on folded away.

    It holds no style and no script.
    """
    return _unbroken(_environment().get_template("answers.html").render(**_told(printable(weighing), folded=True)))


def short(report: Report) -> tuple[Line, ...]:
    """Return the answers from the diary in one line each, in their order on the page."""
    own = _own(printable(Weighing(report)).report)
    return tuple(
        Line(f"finding-{index}", finding.question, words.verdict(finding), words.CERTAINTY[finding.certainty])
        for index, finding in enumerate(own, start=1)
    )


def contents(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what stands after the answers from the diary, in its order: the id of each part, and its title."""
    report = printable(Weighing(report)).report
    return (
        *([("studies", words.STUDIES)] if len(_own(report)) < len(report.findings) else []),
        *((f"section-{index}", section.title) for index, section in enumerate(report.sections, start=1)),
        ("input", "What was read"),
        *([("references", "Sources")] if report.references else []),
        ("limits", "What this page cannot say"),
    )


def style() -> str:
    """Return the style sheet of warnings and answers; the page around them names the colours."""
    return (TEMPLATES / "answers.css").read_text(encoding="utf-8")


def _own(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.level == "person"]


def _told(weighing: Weighing, folded: bool) -> dict[str, Any]:
    report, pictures = weighing.report, {picture.finding: picture for picture in weighing.pictures}
    return {
        "report": report,
        "folded": folded,
        "sections": [_section(index, finding, pictures.get(finding.id)) for index, finding in enumerate(_own(report), start=1)],
        "charts": {each.section: _charts(index, each) for index, each in enumerate(weighing.levels, start=1)},
        "studies": [finding for finding in report.findings if finding.level != "person"],
        "reading": reading(report.journal),
        "problem_kinds": kinds(report.journal.problems),
        "trial": any(each.key == TRIAL_OF_SUCH_AN_APP for each in report.references),
    }


def _unbroken(written: str) -> str:
    return written.replace(" %", "\u00a0%")  # a per cent sign never starts a line


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(words=words, place=place, what=what)
    return environment


def _title(report: Report) -> str:
    about = [
        f"{words.name(each.subject.substance)} and {words.name(each.subject.outcome)}"
        for each in report.findings
        if each.level == "person"
    ]
    several = ", ".join(dict.fromkeys(about))
    return f"What this diary says about {several}" if several else "What this diary says"


def _period(report: Report) -> str:
    journal = report.journal
    return f"{words.day(journal.from_)} to {words.day(journal.to)}" if journal.from_ and journal.to else ""


def _section(index: int, finding: Finding, picture: Picture | None) -> dict[str, Any]:
    key, drawings = [each for each in finding.contrasts if each.name in KEY_CONTRASTS], figures(finding, picture)
    return {
        "number": index,
        "finding": finding,
        "steps": words.CERTAINTY_STEPS[finding.certainty],
        "key_numbers": key,
        "other_numbers": [each for each in finding.contrasts if each not in key],
        "figures": [_drawn(f"f{index}", figure) for figure in drawings],
        # where an answer was refused, what is missing is the answer; is there anything after it?
        "more": bool(
            drawings
            or finding.asides
            or finding.estimators
            or finding.dosing_driver
            or finding.checks
            or len(key) < len(finding.contrasts)
        ),
    }


def _charts(index: int, levels: Levels) -> list[dict[str, Any]]:
    return [_drawn(f"e{index}", figure) for figure in exposure_figures(levels)]


def _drawn(prefix: str, figure: Figure) -> dict[str, Any]:
    drawings = [
        {"of": each, "svg": svg(each.spec, f"{prefix}-{figure.id}-{each.size.name}", f"{figure.title}. {each.shows}")}
        for each in figure.drawings
    ]
    return {"figure": figure, "drawings": drawings, "id": f"{prefix}-{figure.id}"}
