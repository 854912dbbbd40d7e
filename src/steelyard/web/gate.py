"""Who gets in: nothing is shown while the journal is locked, nor to a browser that was never let in; and what every answer carries."""

import hmac
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from steelyard.actions import devices, keep
from steelyard.actions.doors import DOORS
from steelyard.actions.serve import start_key

from .settings import CONTENT_POLICY

Next = Callable[[HttpRequest], HttpResponse]
OPEN = ("/unlock", "/start", "/static/", "/manifest.webmanifest", "/worker.js", "/offline", "/pair", "/i18n")
QUEUE = "/queue"  # asked by a script, which is to learn why it was not answered
KNOWN, PAIRED = "known", "paired"
# Each names the others it descends from as well, so that the order matters.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
FREE_TRIES, LONGEST_WAIT_S = 5, 300.0


class Tries:
    """Wrong passphrases in a row: after a few free ones each further try has to wait twice as long as the one before."""

    def __init__(self) -> None:
        self._wrong, self._until = 0, 0.0

    def wait_s(self) -> float:
        """Seconds until the next try is allowed."""
        return max(0.0, self._until - time.monotonic())

    def wrong(self) -> None:
        """Count one."""
        self._wrong += 1
        if self._wrong >= FREE_TRIES:
            self._until = time.monotonic() + min(2.0 ** (self._wrong - FREE_TRIES + 1), LONGEST_WAIT_S)

    def right(self) -> None:
        """Begin anew."""
        self._wrong, self._until = 0, 0.0


def headers(following: Next) -> Next:
    """What every answer carries: nothing from elsewhere, nothing kept by the browser, nothing told to other pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = following(request)
        response["Content-Security-Policy"] = CONTENT_POLICY
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    return answer


def gate(following: Next) -> Next:
    """While the journal is locked, or has not been made, every page leads to the one that changes that; a long pause locks it."""

    def answer(request: HttpRequest) -> HttpResponse:
        with DOORS.inside():
            keep.lock_if_idle(keep.steady())
            if request.path.startswith(OPEN):
                return following(request)
            if not keep.exists():
                return HttpResponse(status=503) if request.path.startswith(QUEUE) else HttpResponseRedirect("/start")
            if keep.locked():
                return HttpResponse(status=503) if request.path.startswith(QUEUE) else HttpResponseRedirect("/unlock")
            return following(request)

    return answer


def known_browser(following: Next) -> Next:
    """A browser that was not let in learns nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return following(request)
        if request.session.get(KNOWN):
            devices.seen(str(request.session.session_key), device_name(request), keep.now())
            return following(request)
        return HttpResponse(status=403) if request.path.startswith(QUEUE) else HttpResponseRedirect("/unlock")

    return answer


def by_address(key: str) -> bool:
    """Whether somebody came by the address that the terminal shows; nobody does where none was shown."""
    return bool(start_key()) and hmac.compare_digest(key.encode(), start_key().encode())


def let_in(request: HttpRequest) -> None:
    """From now on this browser is known, under a new session."""
    devices.forget(str(request.session.session_key or ""))
    request.session.cycle_key()
    request.session[KNOWN] = True
    devices.seen(str(request.session.session_key), device_name(request), keep.now())
    if token := getattr(request, PAIRED, ""):
        devices.pair(token, str(request.session.session_key))


def device_name(request: HttpRequest) -> str:
    """What a browser says it is, in a few words."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return ", ".join(part for part in (browser, system) if part) or said[:80]


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours."""
    words = _("This form was too old, or did not come from this app. Go back, load the page again, and try once more.")
    return render(request, "message.html", {"words": words}, status=403)


def about(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: its title, which may be a neutral one, and whether there is something to lock."""
    stranger = getattr(request, PAIRED, None) == ""
    ready = keep.exists() and not keep.locked() and not stranger
    # neither a locked journal says what it is, nor an unlocked one to a browser that was never let in
    quiet = stranger or keep.locked() or (ready and keep.preference("show_less") == "1")
    return {"app_title": _("Diary") if quiet else "Steelyard", "show_less": quiet, "ready": ready, "sealed": keep.encrypted()}
