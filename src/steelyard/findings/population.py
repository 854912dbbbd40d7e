"""The level of reports by many people, beside studies and the person's own diary: published counts, or those of a store."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.reports import report_knowledge

from .model import Contrast, Finding, Subject
from .signals import signals
from .signals_model import Signal, SignalsReport
from .signals_wording import LIMITS

SHOWN = 6


def reported(
    findings: Sequence[Finding], taken: Iterable[str], knowledge: Knowledge, store: Path | None = None
) -> tuple[Finding, ...]:
    """Return what is reported of each substance taken: on the outcomes asked about, and where counts were published.

    A finding at this level settles nothing: reports are selected, so its certainty is never above very low.
    Args:
        findings: the person's own, for the outcomes that were asked about; taken: names of substances; store: a folder of reports.
    """
    held = report_knowledge(knowledge)
    names = dict.fromkeys(held.substance(each) for each in taken)
    known = {row.substance for row in held.published}
    made = []
    for name in names:
        asked = {f.subject.outcome for f in findings if held.substance(f.subject.substance) == name}
        groups = [each.title for each in held.events if asked & set(each.outcomes)]
        if name in known:
            made.append(_finding(name, "", signals(name, "", knowledge)))
        for group in groups if name in known or store is not None else ():
            made.append(_finding(name, group, signals(name, group, knowledge, store)))
    return tuple(made)


def _finding(name: str, event: str, report: SignalsReport) -> Finding:
    counted = [each for each in report.signals if each.counts is not None and each.status not in ("not_looked_for", "not_named")]
    answer = " ".join(_first(counted, report))
    return Finding(
        id=f"population.{name}.{event or 'all'}".replace(" ", "_"),
        level="population",
        question=report.question,
        answer=answer,
        verdict="not_settled" if counted else "not_enough_data",
        certainty="very_low",
        reasons=(*_rows(report), *report.notes, *LIMITS),
        subject=Subject(name, event or "reports"),
        contrasts=tuple(_contrasts(counted)),
        about="harm",
        citations=tuple(each.key for each in report.references),
    )


def _first(counted: list[Signal], report: SignalsReport) -> Iterator[str]:
    more = [each for each in counted if each.status == "more"]
    if more:
        yield f"Reported more often than other things are: {', '.join(dict.fromkeys(each.event for each in more[:SHOWN]))}."
    elif counted:
        yield "Nothing here is reported clearly more often than other things are."
    else:
        yield "No count that could tell is held here; that is not the same as no report."
    yield "Reports are selected and show no risk; they cannot say that one causes the other."


def _rows(report: SignalsReport) -> Iterator[str]:
    """What each count says, once, and then what is said of several."""
    for each in report.signals:
        yield f"{each.source}, {each.period}: {each.said[0]}"
    yield from dict.fromkeys(said for each in report.signals for said in each.said[1:] if each.counts is not None)


def _contrasts(counted: list[Signal]) -> Iterator[Contrast]:
    for each in counted:
        for measure in each.measures:
            if measure.low is not None and measure.high is not None:
                yield Contrast(f"{each.event}: {measure.name}", measure.value, measure.low, measure.high, measure.unit)
