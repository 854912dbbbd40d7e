"""What a person may want to ask at the next visit, drawn from warnings, other causes and the sheet on what is taken."""

from collections.abc import Iterator

import msgspec

from .around import CAUSES, SHEET, SILENT, TO_TALK_ABOUT, WOULD_TELL
from .model import Alert, Point, Report


class Ask(msgspec.Struct, frozen=True):
    """Something to ask, and what more is known about it; `id` stays the same as long as it does."""

    id: str
    text: str
    more: str = ""


def to_ask(report: Report) -> tuple[Ask, ...]:
    """What to ask, most pressing first. What cannot wait for a visit is not among it: see `at_once`."""
    found = [Ask(f"alert.{alert.id}", alert.title, alert.do) for alert in report.alerts if alert.severity != "emergency"]
    for section in report.sections:
        if section.id.startswith(SHEET):
            found += [Ask(f"{section.id}.{said}", said) for p in section.points if p.label == TO_TALK_ABOUT for said in p.said]
        if section.id.startswith(CAUSES):
            complaint = section.title.partition(":")[0]
            found += [ask for point in section.points for ask in _cause(section.id, complaint, point)]
    return tuple({ask.id: ask for ask in found}.values())


def at_once(report: Report) -> tuple[Alert, ...]:
    """Warnings that wait for no visit."""
    return tuple(alert for alert in report.alerts if alert.severity == "emergency")


def _cause(section: str, complaint: str, point: Point) -> Iterator[Ask]:
    """Could it be this instead, and what would tell."""
    if point.label == SILENT:
        for said in point.said:
            yield Ask(f"{section}.{said}", f"{complaint}: could it be {said.partition(': ')[0]}?", _told(said.partition(": ")[2]))
    for said in point.said:
        if said.startswith(WOULD_TELL):
            cause = point.label.partition(" (")[0]
            yield Ask(f"{section}.{cause}", f"{complaint}: could it be {cause}?", _told(said.removeprefix(WOULD_TELL)))


def _told(what: str) -> str:
    return f"{WOULD_TELL}{what}" if what else ""
