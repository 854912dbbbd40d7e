"""The answer as one page that needs nothing else: no script, no second file, no network."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from steelyard.findings.model import Finding, Picture, Report, Weighing
from steelyard.reports import words
from steelyard.reports.clean import printable
from steelyard.reports.figures import Figure, figures
from steelyard.reports.problems import kinds, reading, where
from steelyard.reports.svg import svg

TEMPLATES = Path(__file__).parent / "templates"
# The trial this project must name on its first page; named only where the knowledge at hand carries it.
TRIAL_OF_SUCH_AN_APP = "kravitz2018"
KEY_CONTRASTS = ("peak", "as_taken", "duration", "sustained", "lag")


def html(weighing: Weighing) -> str:
    """Return the whole answer as one HTML document: inline styles and drawings, nothing to load, the same bytes every time."""
    weighing = printable(weighing)
    report = weighing.report
    written = (
        _environment()
        .get_template("page.html")
        .render(
            **_told(weighing),
            title=_title(report),
            style=Markup(style() + (TEMPLATES / "page.css").read_text(encoding="utf-8")),
            period=_period(report),
        )
    )
    return _unbroken(written)


def warnings(report: Report) -> str:
    """Return what comes first, the warnings, for a page that has its own frame; empty where there are none."""
    report = printable(Weighing(report)).report
    return _unbroken(_environment().get_template("alerts.html").render(report=report))


def answers(weighing: Weighing) -> str:
    """Return what follows the warnings, for a page that has its own frame; it holds no style and no script."""
    return _unbroken(_environment().get_template("answers.html").render(**_told(printable(weighing))))


def contents(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what `answers` is made of, in its order: the id of each part, and its title."""
    report = printable(Weighing(report)).report
    own = [finding for finding in report.findings if finding.level != "literature"]
    return (
        *((f"finding-{index}", finding.question) for index, finding in enumerate(own, start=1)),
        *([("studies", words.STUDIES)] if len(own) < len(report.findings) else []),
        *((f"section-{index}", section.title) for index, section in enumerate(report.sections, start=1)),
        ("input", "What was read"),
        *([("references", "Sources")] if report.references else []),
        ("limits", "What this page cannot say"),
    )


def style() -> str:
    """Return the style sheet of warnings and answers; the page around them names the colours."""
    return (TEMPLATES / "answers.css").read_text(encoding="utf-8")


def _told(weighing: Weighing) -> dict[str, Any]:
    report, pictures = weighing.report, {picture.finding: picture for picture in weighing.pictures}
    own = [finding for finding in report.findings if finding.level != "literature"]
    return {
        "report": report,
        "sections": [_section(index, finding, pictures.get(finding.id)) for index, finding in enumerate(own, start=1)],
        "studies": [finding for finding in report.findings if finding.level == "literature"],
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
    environment.globals.update(words=words, where=where)
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
    key = [each for each in finding.contrasts if each.name in KEY_CONTRASTS]
    return {
        "number": index,
        "finding": finding,
        "steps": words.CERTAINTY_STEPS[finding.certainty],
        "key_numbers": key,
        "other_numbers": [each for each in finding.contrasts if each not in key],
        "figures": [_drawn(f"f{index}", figure) for figure in figures(finding, picture)],
    }


def _drawn(prefix: str, figure: Figure) -> dict[str, Any]:
    drawings = [
        {"of": each, "svg": svg(each.spec, f"{prefix}-{figure.id}-{each.size.name}", f"{figure.title}. {each.shows}")}
        for each in figure.drawings
    ]
    return {"figure": figure, "drawings": drawings, "id": f"{prefix}-{figure.id}"}
