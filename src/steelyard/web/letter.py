"""The letter for a clinician: every line of it to look at, any of them to leave out, then the PDF, open or sealed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as known
from django.views.decorators.http import require_http_methods

from steelyard.actions import letter, visit
from steelyard.actions.letter import Letter, Paper

from .answers import hidden

DONE = (known("letter downloaded"), known("letter sealed with a passphrase"), known("letter sealed for a key"))
PAPERS = (("a4", "A4"), ("letter", "US Letter"))
PDF, SEALED = ("application/pdf", "letter.pdf"), ("application/octet-stream", "letter.pdf.age")


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The lines of the letter; a form sent back strikes lines, adds a question, or hands the letter over."""
    if hidden(request):
        return render(request, "hidden.html", {"here": "letter"})
    if request.method == "POST" and "text" in request.POST:
        visit.add(request.POST["text"])
        return HttpResponseRedirect("/letter")
    made = letter.whole()
    if made is None or request.method == "GET":
        return _page(request, made)
    letter.keep_struck(made, request.POST.getlist("strike"))
    how = request.POST.get("how", "")
    if how == "keep":
        return HttpResponseRedirect("/letter")
    if request.POST.get("mark") != letter.mark(made):
        return _page(request, made, {"mark": _("The journal has changed since this page was made. Look at the lines once more.")})
    return _handed_over(request, made, how)


def _handed_over(request: HttpRequest, made: Letter, how: str) -> HttpResponse:
    """The letter as it was asked for, or the page once more with what hinders it."""
    paper: Paper = "letter" if request.POST.get("paper") == "letter" else "a4"
    name = request.POST.get("name", "")
    if how == "passphrase":
        passphrase = request.POST.get("passphrase", "")
        if passphrase != request.POST.get("again", ""):
            return _page(request, made, {"passphrase": _("The two passphrases differ.")})
        try:
            return _file(letter.for_passphrase(made, paper, name, passphrase), *SEALED)
        except ValueError:
            return _page(request, made, {"passphrase": _("The passphrase needs eight characters or more.")})
    if how == "key":
        try:
            return _file(letter.for_key(made, paper, name, request.POST.get("recipient", "")), *SEALED)
        except ValueError:
            return _page(
                request, made, {"recipient": _("This is no public key of the program age: such a key begins with age1.")}
            )
    return _file(letter.download(made, paper, name), *PDF)


def _page(request: HttpRequest, made: Letter | None, wrong: dict[str, str] | None = None) -> HttpResponse:
    told: dict[str, Any] = {"here": "letter", "wrong": wrong or {}, "longest": visit.LONGEST, "papers": PAPERS}
    if made is not None:
        told |= {"letter": made, "struck": letter.struck(), "mark": letter.mark(made), "not_yet": letter.not_yet(made)}
        told |= {key: request.POST.get(key, "") for key in ("name", "paper", "recipient")}
    return render(request, "letter.html", told, status=422 if wrong else 200)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
