"""Questions for the next visit: a sheet to print, own questions, and what the journal suggests."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from steelyard.actions import answers, visit

from .answers import hidden


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The sheet; each question can be kept or struck out."""
    if hidden(request):
        return render(request, "hidden.html", {"here": "questions"})
    report = answers.known()
    if request.method == "POST":
        if "text" in request.POST:
            visit.add(request.POST["text"])
        else:
            visit.keep(request.POST.getlist("keep"), report)
            visit.strike(request.POST.getlist("strike"), report)
        return HttpResponseRedirect("/questions")
    shown: dict[str, Any] = {"here": "questions", "sheet": visit.sheet(), "longest": visit.LONGEST}
    shown |= {"suggested": visit.suggested(report), "at_once": visit.at_once(report) if report else ()}
    return render(request, "questions.html", shown)
