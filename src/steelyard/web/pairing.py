"""Browsers of the home network: nobody is answered who was not paired, and how one is paired.

A paired browser keeps a token of its own, which is asked for before anything else and says nothing about the journal. It opens nothing:
behind it stand the passphrase and the session, as on this computer.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from steelyard.actions import keep, lan

from .gate import KNOWN, PAIRED, Next, Tries, by_address, let_in

COOKIE = "__Host-paired"
LASTS_S = 365 * 24 * 3600
FREE = ("/pair", "/static/")
tries = Tries()


def paired_only(following: Next) -> Next:
    """In the home network, answer browsers that were paired, or that come by the address the terminal shows; others see the page to pair."""

    def answer(request: HttpRequest) -> HttpResponse:
        if lan.network() is None:
            return following(request)
        token = request.COOKIES.get(COOKIE, "")
        held = token if lan.knows(token) else ""
        if not held and request.path.startswith("/start") and by_address(request.GET.get("key", "")):
            held = lan.admit()
        setattr(request, PAIRED, held)
        if not held and not request.path.startswith(FREE):
            page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
            return HttpResponseRedirect("/pair") if page else HttpResponse(status=403)
        response = following(request)
        held = getattr(request, PAIRED)
        if held and held != token:
            response.set_cookie(COOKIE, held, max_age=LASTS_S, secure=True, httponly=True, samesite="Strict")
        return response

    return answer


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Type the pairing code. Without a passphrase it lets the browser in; with one, that is asked for next."""
    reached = lan.network()
    if reached is None:
        return HttpResponse(status=404)
    if getattr(request, PAIRED, "") and (keep.encrypted() or request.session.get(KNOWN)):
        return HttpResponseRedirect("/")
    wrong, wait = "", tries.wait_s()
    if wait:
        wrong = _("Too many tries. Wait %(seconds)d seconds.") % {"seconds": int(wait) + 1}
    elif request.method == "POST":
        token = lan.pair(request.POST.get("code", ""), keep.steady())
        if token is None:
            tries.wrong()
            wrong = _("This code is not good, or not any more. A code works once, and for ten minutes.")
        else:
            tries.right()
            setattr(request, PAIRED, token)
            if keep.exists() and not keep.encrypted():
                let_in(request)
            return HttpResponseRedirect("/")
    return render(request, "pair.html", {"wrong": wrong, "network": reached}, status=403 if wrong else 200)


@require_GET
def authority(request: HttpRequest) -> HttpResponse:
    """The certificate a phone has to trust before it keeps anything offline."""
    try:
        response = HttpResponse(lan.authority(), content_type="application/x-x509-ca-cert")
    except LookupError:
        return HttpResponse(status=404)
    response["Content-Disposition"] = 'attachment; filename="diary-at-home.crt"'
    return response


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A code for one more phone, shown to a browser that may see the journal."""
    reached = lan.network()
    shown: dict[str, Any] = {"network": reached}
    if reached is not None and request.method == "POST":
        invited, picture = lan.invite(keep.steady())
        shown = {"network": invited, "picture": picture, "code": lan.spaced(invited.code)}
    return render(request, "phone.html", shown)
