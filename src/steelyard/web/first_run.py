"""The first questions, and a look around in an invented journal."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.actions import first_run, forms, keep
from steelyard.actions.fields import UNITS

from . import words
from .saving import RAISED


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is taken, what is rated, where home is, and in which language; all but the last three may stay open."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            if "later" in request.POST:
                first_run.pass_over()
            else:
                first_run.answer(request.POST, keep.now())
        except forms.BadInputError as error:
            faults = error.faults
        else:
            if "tour" in request.POST:
                first_run.begin_tour(keep.now())
            return _in_language(request, HttpResponseRedirect("/"))
    told = request.POST.dict() if faults else {"zone": "UTC", "scale": "pain", "unit": "g"}
    page = {
        "told": told,
        "faults": {field: words.fault(code) for field, code in faults.items()},
        "units": [(unit, words.name(unit), unit == told.get("unit")) for unit in UNITS],
        "scales": [(scale, words.name(scale), scale == told.get("scale")) for scale in first_run.scales()],
        "zones": [(zone, zone == told.get("zone")) for zone in ["UTC", *first_run.zones()]],
        "languages": [(code, name, code == translation.get_language()) for code, name in settings.LANGUAGES],
    }
    return render(request, "first.html", page, status=422 if faults else 200)


@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    """Look around in an invented journal."""
    if not first_run.touring():
        first_run.begin_tour(keep.now())
    return HttpResponseRedirect("/")


@require_POST
def end_tour(request: HttpRequest) -> HttpResponse:
    """Throw the invented journal away."""
    first_run.end_tour()
    for said in ("saved", RAISED):
        request.session.pop(said, None)
    return HttpResponseRedirect("/")


def _in_language(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        age = settings.SESSION_COOKIE_AGE
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=age, secure=secure, httponly=True, samesite="Strict")
    return response
