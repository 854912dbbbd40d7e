"""The answers: warnings first, then what the journal says, beside what studies say. They are worked out while other pages go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from steelyard.actions import answers, keep

SHOWN_S = 600.0  # how long names stay shown where they are hidden elsewhere
SHOWN = "names_until"


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The answers there are; opening the page has them worked out anew where something changed."""
    if request.method == "POST":
        if "show" in request.POST:
            request.session[SHOWN] = keep.steady() + SHOWN_S
        else:
            answers.shown(again=True)
        return HttpResponseRedirect("/answers")
    if hidden(request):
        return render(request, "hidden.html", {"here": "answers"})
    found = answers.shown()
    shown: dict[str, Any] = {"here": "answers", "shown": found}
    if found is not None:
        # made by our own templates, which escape all that a person wrote
        shown |= {"warnings": mark_safe(found.warnings), "page": mark_safe(found.page), "words": _said(found.question)}
    return render(request, "answers.html", shown)


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """How far the weighing is, for the page that waits for it."""
    running, question = answers.progress()
    return JsonResponse({"running": running, "words": _said(question) if running else _("That is done.")})


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """The style sheet of the answers, which a page outside the app carries within itself."""
    return HttpResponse(answers.style(), content_type="text/css; charset=utf-8")


def hidden(request: HttpRequest) -> bool:
    """Whether a page full of names is to be asked for once more, because names are hidden."""
    return keep.preference("show_less") == "1" and float(request.session.get(SHOWN, 0.0)) < keep.steady()


def _said(question: int) -> str:
    return _("Question %(n)d is being worked out.") % {"n": question} if question else _("The journal is being read.")
