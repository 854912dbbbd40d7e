"""Logging while the journal is out of reach: what the browser keeps of the app, and taking in what was written down meanwhile.

The browser keeps the look, the scripts and one page, none of which says anything about anybody. What is written on that page is sealed for
the store at once; the browser cannot read it either.
"""

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from steelyard.actions import keep, queue

from . import words
from .gate import about
from .saving import warn

SHELL = ("app.css", "queue.js", "unsent.js", "offline.js")
MOST, LARGEST = 200, 2_000_000
ICONS = (("icons/192.png", "192x192", "any"), ("icons/512.png", "512x512", "any"), ("icons/maskable.png", "512x512", "maskable"))


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page to log on without the journal. It is the same for everybody: no name, no title, no setting stands in it."""
    return HttpResponse(_page())


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that stands between the browser and the network. It changes when anything it keeps does."""
    told = {"version": _version(), "files": [static(name) for name in SHELL]}
    return HttpResponse(render_to_string("worker.js", told), content_type="text/javascript")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What an installed app is called and looks like: without a name that says anything, where that is wanted."""
    name = about(request)["app_title"]
    icons = [{"src": static(file), "sizes": sizes, "type": "image/png", "purpose": purpose} for file, sizes, purpose in ICONS]
    look = {"display": "standalone", "background_color": "#fdfdfb", "theme_color": "#0b5f59", "lang": get_language()}
    told = {"name": name, "short_name": name, "id": "/", "start_url": "/", "scope": "/", **look, "icons": icons}
    return JsonResponse(told, content_type="application/manifest+json")


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The key to seal with, and the token that sending needs. None while an invented journal is looked at: what is written into that goes
    with it, and would land in the real one if it waited in the browser."""
    if not queue.possible():
        return HttpResponse(status=409)
    public, name = queue.key()
    return JsonResponse({"key": public, "name": name, "token": get_token(request)})


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Keep what was sealed; names the entries that are kept, which the browser may forget now, and those that nobody can open."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    if not queue.possible():
        return HttpResponse(status=409)
    try:
        entries = queue.read(request.body)
    except ValueError:
        return HttpResponse(status=422)
    if len(entries) > MOST:
        return HttpResponse(status=413)
    taken = queue.take_in(entries, keep.now())
    warn(request, taken.kept)
    return JsonResponse({"kept": taken.kept, "unreadable": taken.unreadable})


def _page() -> str:
    # without the request: neither a title nor a word about what was just saved may come into a page that the browser keeps
    return render_to_string("offline.html", {"scores": range(11), "ago": words.AGO, "language": get_language()})


def _version() -> str:
    parts = [_page().encode(), *((settings.STATIC_ROOT / name).read_bytes() for name in SHELL)]
    return sha256(b"".join(parts)).hexdigest()[:16]
