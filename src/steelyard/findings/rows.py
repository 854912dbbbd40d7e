"""The findings of one person as rows of a table for many people: one row for each question, figures in columns, nothing in free text."""

from typing import Any, NamedTuple

import msgspec

from steelyard.records.columns import Column

from .model import Alone, Contrast, Finding, Weighing

CONTRASTS = {
    "peak": "change at the peak of the person's own usual dose",
    "as_taken": "mean change from the doses as taken against none",
    "duration": "how long the effect stays above half of its peak",
    "tolerance": "change of the peak effect in 30 days",
    "after_session": "change just after a session of a therapy",
    "sustained": "change from the usual amount taken for long, of a slow outcome",
}
WITH_CHANCES = ("peak", "after_session", "sustained")
JOINED = ("peak", "as_taken", "after_session", "sustained")  # what diaries can be pooled for
ESTIMATORS = ("raw", "ignorable", "joint", "randomised")


class Told(NamedTuple):
    """Who a row is about, as a pseudonym, and the mark of their diary (see `expected.mark_of`)."""

    person: str
    mark: str


def columns() -> tuple[Column, ...]:
    """The columns of the table of findings, with what each is."""
    return (
        Column("person", "text", "pseudonym: the same for all rows of one journal, and in every table made with the same key"),
        Column(
            "mark", "text", "mark of the journal's first doses and ratings, by which `pool` knows it again; empty when too few"
        ),
        Column("steelyard", "text", "version of the program"),
        Column("knowledge", "text", "version of the facts it used"),
        Column("seed", "whole", "seed of the computation"),
        Column("read", "whole", "lines of the journal that held something"),
        Column("used", "whole", "of these, how many could be used"),
        Column("alerts", "texts", "warnings that wait for no statistics, by id"),
        Column("finding", "text", "name of the question"),
        Column("substance", "text", "what was weighed: a substance or a therapy"),
        Column("outcome", "text", "the scale or laboratory test it was weighed against"),
        Column("worse_is_up", "yes_no", "whether more of the outcome is worse"),
        Column("about", "text", "relief, or harm: where it is harm, `helps` means the contrary of harm"),
        Column("verdict", "text", "the verdict"),
        Column("certainty", "text", "how sure it is"),
        Column("refused", "text", "name of the reason why these data cannot tell; empty where they can"),
        Column("reasons", "texts", "why it is not surer"),
        Column("ratings", "whole", "ratings, or readings of a slow outcome"),
        Column("doses", "whole", "doses written down"),
        Column("days", "whole", "days from the first rating to the last"),
        Column("sessions", "whole", "sessions of a therapy"),
        Column("dose_amount", "number", "the person's usual dose, at which `peak` holds"),
        Column("dose_unit", "text", "its unit"),
        Column("worthwhile", "number", "the smallest change worth having"),
        *(column for name, says in CONTRASTS.items() for column in _of_contrast(name, says)),
        Column("other_contrasts", "text", "further contrasts, as JSON in the form of the findings"),
        *(column for name in ESTIMATORS for column in _of_estimator(name)),
        Column("driver_felt", "number", "change of the log rate of dosing for each point felt"),
        Column("driver_recorded", "number", "the same for each point last written down"),
        Column("checks_passed", "texts", "checks that were passed"),
        Column("checks_failed", "texts", "checks that were failed"),
        Column("barred", "yes_no", "a failed check bars a verdict"),
        *(column for name in JOINED for column in _of_alone(name)),
    )


def rows(weighing: Weighing, told: Told) -> list[dict[str, Any]]:
    """One row for each finding on the person's own data; what a finding does not say is not there."""
    report = weighing.report
    journal = {
        "person": told.person,
        "mark": told.mark,
        "steelyard": report.steelyard,
        "knowledge": report.knowledge,
        "seed": report.seed,
        "read": report.journal.read,
        "used": report.journal.used,
        "alerts": [alert.id for alert in report.alerts],
    }
    own = [finding for finding in report.findings if finding.level == "person"]
    return [journal | _row(finding) | _alone(finding, weighing.alone) for finding in own]


def _of_contrast(name: str, says: str) -> list[Column]:
    found = [
        Column(f"{name}_value", "number", f"{says}: posterior mean, of a duration the median; sign as measured"),
        Column(f"{name}_low", "number", f"{says}: lower end of the central 95 % interval"),
        Column(f"{name}_high", "number", f"{says}: upper end"),
        Column(f"{name}_unit", "text", f"{says}: unit"),
    ]
    if name in WITH_CHANCES:
        found.append(Column(f"{name}_p_relief", "number", f"{says}: probability that it is for the better"))
        found.append(Column(f"{name}_p_worthwhile", "number", f"{says}: probability that it is at least one worth having"))
    return found


def _of_estimator(name: str) -> list[Column]:
    ends = (("value", "peak"), ("low", "lower end"), ("high", "upper end"))
    return [Column(f"{name}_{end}", "number", f"{says} by the estimator `{name}`") for end, says in ends]


def _of_alone(name: str) -> list[Column]:
    return [
        Column(
            f"{name}_alone_weight", "numbers", f"what the diary alone says of `{name}`, no prior in it: weights of a few normals"
        ),
        Column(f"{name}_alone_mean", "numbers", "their means"),
        Column(f"{name}_alone_sd", "numbers", "their standard deviations"),
        Column(f"{name}_alone_unit", "text", "their unit; for levels, chances and counts that of the model behind them"),
        Column(f"{name}_usual", "number", "how large such a number can well be: spread of the usual prior"),
    ]


def _row(finding: Finding) -> dict[str, Any]:
    data, driver, subject = finding.data, finding.dosing_driver, finding.subject
    dose = next((c.dose for c in finding.contrasts if c.dose is not None), None)
    others = [c for c in finding.contrasts if c.name not in CONTRASTS]
    row: dict[str, Any] = {
        "finding": finding.id,
        "substance": subject.substance,
        "outcome": subject.outcome,
        "worse_is_up": subject.worse_is_up,
        "about": finding.about,
        "verdict": finding.verdict,
        "certainty": finding.certainty,
        "refused": finding.refused,
        "reasons": list(finding.reasons),
        "worthwhile": None if finding.worthwhile is None else finding.worthwhile.value,
        "other_contrasts": msgspec.json.encode(others).decode() if others else None,
        "checks_passed": [c.name for c in finding.checks if c.passed],
        "checks_failed": [c.name for c in finding.checks if not c.passed],
    }
    if data is not None:
        row |= {"ratings": data.ratings, "doses": data.doses, "days": data.days, "sessions": data.sessions}
    if dose is not None:
        row |= {"dose_amount": dose.amount, "dose_unit": dose.unit}
    if driver is not None:
        row |= {"driver_felt": driver.felt, "driver_recorded": driver.recorded}
    for contrast in finding.contrasts:
        row |= _figures(contrast) if contrast.name in CONTRASTS else {}
    for each in finding.estimators:
        row |= {f"{each.name}_value": each.value, f"{each.name}_low": each.low, f"{each.name}_high": each.high}
    return row


def _figures(contrast: Contrast) -> dict[str, Any]:
    said = {end: getattr(contrast, end) for end in ("value", "low", "high", "unit")}
    if contrast.name in WITH_CHANCES:
        said |= {"p_relief": contrast.p_relief, "p_worthwhile": contrast.p_worthwhile}
    return {f"{contrast.name}_{end}": value for end, value in said.items()}


def _alone(finding: Finding, alone: tuple[Alone, ...]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for one in alone:
        if one.finding == finding.id:
            name = f"{one.contrast}_alone"
            row |= {f"{name}_weight": list(one.weight), f"{name}_mean": list(one.mean), f"{name}_sd": list(one.sd)}
            row |= {f"{name}_unit": one.unit, f"{one.contrast}_usual": one.usual, "barred": one.barred}
    return row
