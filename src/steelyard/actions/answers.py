"""The answers to the journal as it is now: kept in the store, worked out anew when something changed, warnings always at once."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

import msgspec
from django.db import connections

from steelyard import __version__
from steelyard.exchange import jsonl
from steelyard.findings.assemble import unweighed
from steelyard.findings.model import Report, Weighing
from steelyard.journal import store
from steelyard.journal.models import Answer
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.records.validate import validate
from steelyard.reports import html

from . import keep, weighing
from .doors import DOORS
from .weigher import Told

KEPT = 3  # answers: going back and forth between a change and its undoing costs nothing


@dataclass(frozen=True)
class Shown:
    """What can be shown now, in the order of a page.

    `warnings` and `page` are HTML; `short` is each answer in one line, `contents` the ids and titles of what follows the answers. `at` is
    when the answers in it were worked out, None where no fit was done yet; `current` says whether they know the whole journal. `running` and
    `question` tell of a weighing under way, `trouble` of one that did not succeed.
    """

    warnings: str
    short: tuple[html.Line, ...]
    contents: tuple[tuple[str, str], ...]
    page: str
    at: datetime | None
    current: bool
    running: bool = False
    question: int = 0
    trouble: str = ""


def shown(again: bool = False) -> Shown | None:
    """The answers there are; a weighing is begun where they are not those of today's journal. None where nothing is written down.

    Args:
        again: also where the last weighing of this state of the journal did not succeed.
    """
    mark = _mark()
    kept = Answer.objects.filter(journal=mark).first()
    if kept is not None:
        report = _report(kept)
        return Shown(html.warnings(report), html.short(report), html.contents(report), kept.page, kept.at, current=True)
    if store.empty():
        return None
    work = weighing.Now.work
    if work is None or (not work.running and (again or work.mark != mark)):
        weighing.begin(mark, _bytes(), _keeper(store.touring()))
    report, work = _unweighed(mark), weighing.Now.work
    older = Answer.objects.filter(touring=store.touring()).order_by("-at").first()
    running, of_page = work is not None and work.running, _report(older) if older else report
    return Shown(
        warnings=html.warnings(report),
        short=html.short(of_page),
        contents=html.contents(of_page),
        page=older.page if older else html.answers(Weighing(report)),
        at=older.at if older else None,
        current=False,
        running=running,
        question=work.question if work is not None and running else 0,
        trouble=work.trouble if work is not None and not running and work.mark == mark else "",
    )


def progress() -> tuple[bool, int]:
    """Whether something is being weighed, and how many questions were begun."""
    work = weighing.Now.work
    return (work.running, work.question) if work else (False, 0)


def style() -> str:
    """The style sheet of the answers."""
    return html.style()


def known() -> Report | None:
    """Warnings and what stands around the answers, of the journal as it is; None where nothing is written down."""
    if store.empty():
        return None
    mark = _mark()
    kept = Answer.objects.filter(journal=mark).first()
    return _unweighed(mark) if kept is None else _report(kept)


@cache
def knowledge() -> Knowledge:
    """What is known; read once."""
    return load()


def forget_tour() -> None:
    """Erase what was said about the invented journal."""
    weighing.drop()
    Answer.objects.filter(touring=True).delete()


def _keeper(touring: bool) -> Callable[[weighing.Work, Told], None]:
    """What keeps an answer in the store, unless the journal was locked or erased while it was worked out."""

    def keep_it(work: weighing.Work, told: Told) -> None:
        try:
            with DOORS.inside():
                if weighing.Now.work is not work:
                    return
                fields = {"touring": touring, "at": keep.now(), "report": told.report, "page": told.page}
                Answer.objects.update_or_create(journal=work.mark, defaults=fields)
                latest = Answer.objects.filter(touring=touring).order_by("-at").values_list("journal", flat=True)
                Answer.objects.filter(touring=touring).exclude(journal__in=list(latest[:KEPT])).delete()
        finally:
            connections.close_all()

    return keep_it


def _unweighed(mark: str) -> Report:
    """What waits for no fit; worked out once for each state of the journal."""
    if weighing.Now.said is None or weighing.Now.said[0] != mark:
        content = _bytes()
        journal, problems = validate(jsonl.read(io.BytesIO(content)), knowledge().scales, None)
        weighing.Now.said = (mark, unweighed(journal, problems, knowledge(), sha256=sha256(content).hexdigest()))
    return weighing.Now.said[1]


def _report(kept: Answer) -> Report:
    return msgspec.json.decode(kept.report, type=Report)


def _bytes() -> bytes:
    out = io.BytesIO()
    jsonl.write(store.journal(), out)
    return out.getvalue()


def _mark() -> str:
    return store.mark(f"{__version__} {knowledge().version} {store.touring()}")
