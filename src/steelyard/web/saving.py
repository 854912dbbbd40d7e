"""What comes after something was kept: the word that it is, the way to take it back, and a warning where it raises one."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from steelyard.actions import entries, first_run, keep
from steelyard.actions.raised import raised

from . import words

AFTER = {"log": "/", "history": "/history", "photos": "/photos"}
RAISED = "raised"


def saved(request: HttpRequest, ids: Iterable[str], hints: Iterable[str] = (), to: str = "log") -> HttpResponse:
    """Go on to a page, which will say that these entries were kept, offer to take that back, and show the warnings they raise."""
    kept = list(ids)
    request.session["saved"] = {"ids": kept, "hints": list(hints), "to": to, "undone": False}
    warn(request, kept)
    return HttpResponseRedirect(AFTER[to])


def warn(request: HttpRequest, ids: Iterable[str]) -> None:
    """Let the next page show what these entries, which are kept, make it worth saying at once."""
    said = [{"severity": one.severity, "title": one.title, "why": one.why, "do": one.do} for one in raised(ids, keep.now())]
    if said:
        request.session[RAISED] = said


def notices(request: HttpRequest) -> dict[str, Any]:
    """What any page may have to say first: what was just kept or taken back, what that raised, and that the journal shown is invented."""
    if not keep.exists() or keep.locked() or not hasattr(request, "session"):
        return {}
    just = request.session.pop("saved", None)
    if just:
        just["hints"] = [words.HINTS[code] for code in just["hints"] if code in words.HINTS]
    return {"saved": just, RAISED: request.session.pop(RAISED, ()), "touring": first_run.touring()}


def taken_back(request: HttpRequest, ids: Iterable[str], to: str = "log") -> HttpResponse:
    """Go on to a page, which will say that the last change of these entries was taken back and offer to bring them back."""
    request.session["saved"] = {"ids": list(ids), "hints": [], "to": to, "undone": True}
    request.session.pop(RAISED, None)
    return HttpResponseRedirect(AFTER[to])


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was just kept."""
    ids = request.POST.getlist("id")
    entries.undo(ids, keep.now())
    return taken_back(request, ids, _to(request))


@require_POST
def bring_back(request: HttpRequest) -> HttpResponse:
    """Keep again what was just taken back."""
    ids = request.POST.getlist("id")
    entries.bring_back(ids, keep.now())
    return saved(request, ids, to=_to(request))


def _to(request: HttpRequest) -> str:
    to = request.POST.get("to", "")
    return to if to in AFTER else "log"
