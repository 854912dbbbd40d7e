"""The page people come back to: how is it now, the usual dose, and what was taken last. Each is one tap."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from steelyard.actions import diary, first_run, forms, keep

from . import so_far, words
from .history import by_day
from .saving import saved

MORE = (
    *("dose", "ratings", "side_effect", "sleep", "session", "context", "medicine", "lab", "hair_count"),
    *("pain_three", "phq9", "gad7", "sds"),
)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The log page."""
    if not first_run.begun():
        return HttpResponseRedirect("/first")
    now = keep.now()
    today = diary.today(now)
    here = now.astimezone(diary.zone())
    shown = {
        "now": today,
        "latest": [line for _, lines in by_day(today.latest) for line in lines],
        "quick": diary.quick(),
        "more": [(kind, words.FORMS[kind]) for kind in MORE],
        "zone": diary.zone().key,
        "offset": int((here.utcoffset() or now - now).total_seconds() // 60),
        "zone_not": diary.answered_zone(),
        "day": so_far.link(),
    }
    return render(request, "log.html", shown)


@require_POST
def rating(request: HttpRequest) -> HttpResponse:
    """Keep how it is now, or that it was skipped."""
    return _kept(request, lambda: saved(request, diary.rate(request.POST, keep.now())), page_of="rating")


@require_POST
def dose(request: HttpRequest) -> HttpResponse:
    """Keep the usual dose; unless it was just told, how it is now is asked first."""

    def take() -> HttpResponse:
        diary.usual_of(request.POST, keep.now())  # what is wrong with it is told before anything else is asked
        if diary.must_ask(request.POST, keep.now()):
            return ask(request)
        return saved(request, diary.take_usual(request.POST, keep.now()))

    return _kept(request, take, page_of="dose")


@require_GET
def earlier(request: HttpRequest, what: str) -> HttpResponse:
    """The same for some time ago: a rating, or the usual dose."""
    return _earlier(request, what)


@require_POST
def quick(request: HttpRequest) -> HttpResponse:
    """Show only the rating and the usual dose from now on, or everything again."""
    diary.set_quick("on" in request.POST)
    return HttpResponseRedirect("/")


@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """Keep which zone times are in from now on: asked when the browser shows another one."""
    try:
        diary.travel(request.POST.get("zone", ""), "use" in request.POST)
    except ValueError:
        return HttpResponse(status=422)
    return HttpResponseRedirect("/")


def ask(request: HttpRequest) -> HttpResponse:
    """Ask how it is before a dose that was just told; the form carries it along."""
    carried = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    return render(request, "ask.html", {"asked": diary.asked(diary.main_scale()), "carried": carried, "to": request.path})


def _kept(request: HttpRequest, keeping: Callable[[], HttpResponse], page_of: str) -> HttpResponse:
    """Keep it, or show the page on which it can be mended."""
    try:
        return keeping()
    except LookupError:
        return HttpResponseRedirect("/new/dose")
    except forms.BadInputError as error:
        return _earlier(request, page_of, {field: words.fault(code) for field, code in error.faults.items()})


def _earlier(request: HttpRequest, what: str, faults: dict[str, str] | None = None) -> HttpResponse:
    shown: dict[str, Any] = {"what": what, "asked": diary.asked(diary.main_scale()), "usual": diary.usual(), "ago": words.AGO}
    shown |= {"faults": faults or {}, "told": request.POST}
    return render(request, "earlier.html", shown, status=422 if faults else 200)
