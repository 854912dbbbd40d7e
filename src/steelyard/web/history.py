"""What was written down, by day, latest first: all of it, of one kind, or where some words stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.actions import diary, entries
from steelyard.records.model import Record, instant

from . import words

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One entry as the list shows it; `time` is what the clock showed there and then, `away` its offset where it is not that of here."""

    id: str
    record: Record
    time: str
    away: str
    open: bool


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """One page of the list. What is searched for is kept with the session, so that it stands in no address."""
    if request.method == "POST":
        request.session["search"] = {"words": request.POST.get("words", "")[:200], "kind": request.POST.get("kind", "")}
        return HttpResponseRedirect("/history")
    search = request.session.get("search", {"words": "", "kind": ""})
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 10**6 else 1
    kept, more = entries.pages(number, PAGE, search["kind"], search["words"])
    shown = {
        "days": by_day(kept),
        "search": search,
        "kinds": [(kind, said, kind == search["kind"]) for kind, said in words.KINDS.items()],
        "number": number,
        "before": number - 1,
        "after": number + 1 if more else 0,
        "none_yet": not kept and entries.none_yet(),
    }
    return render(request, "history.html", shown)


def by_day(kept: Iterable[entries.Kept]) -> list[tuple[str, list[Line]]]:
    """Entries under the days on which they happened, by the clock that was then read; those without a time come under one heading."""
    zone = diary.zone()

    def day(one: entries.Kept) -> date | None:
        time = instant(one.record)
        return None if time is None else time.date()

    def line(one: entries.Kept) -> Line:
        time = instant(one.record)
        away = time is not None and time.utcoffset() != time.astimezone(zone).utcoffset()
        return Line(
            one.id, one.record, f"{time:%H:%M}" if time else "", _offset(time) if time and away else "", entries.opens(one)
        )

    return [(said_day(when), [line(one) for one in group]) for when, group in groupby(kept, key=day)]


def said_day(day: date | None) -> str:
    """A day in words."""
    return _("Without a time") if day is None else date_format(day, "l, j F Y")


def _offset(time: datetime) -> str:
    return "UTC" + time.isoformat()[-6:] if time.utcoffset() else "UTC"
