"""What is mine: taking everything along, bringing in, backups, settings, the passphrase, erasing."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as known
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from steelyard.actions import bring, copies, devices, diary, export, first_run, forms, housekeeping, keep, meanings

from . import bringing

DONE = (
    known("begun"),
    known("passphrase set"),
    known("exported everything"),
    known("exported the journal file"),
    known("imported"),
    known("backup made"),
    known("backup downloaded"),
    known("backups erased"),
    known("restored from a backup"),
    known("browser sent away"),
    known("all other browsers sent away"),
)
MINUTES = (2, 5, 15, 30, 60, 240)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything about the journal as a whole."""
    return _page(request)


@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """Everything in one zip, or the journal file alone."""
    if keep.touring():
        return _page(request, wrong={"export": _in_tour()})
    if "file" in request.POST:
        return _download(export.journal_file(), f"journal-{keep.now():%Y-%m-%d}.jsonl", "application/jsonl")
    return _download(export.everything(), f"journal-{keep.now():%Y-%m-%d}.zip", "application/zip")


@require_POST
def bring_in(request: HttpRequest) -> HttpResponse:
    """Bring in a journal file or the export of another app, and say what became of each line; ask first what the file does not say."""
    if keep.touring():
        return _page(request, wrong={"import": _in_tour()})
    file = bringing.file(request)
    if file is None:
        return _page(request, wrong={"import": _("Choose a file first.")})
    try:
        asked = meanings.question(file.content, file.name, request.POST.get("person"))
        if asked and bringing.open_questions(asked, request.POST):
            if len(file.content) > meanings.LARGEST_ASKED:
                return _page(request, wrong={"import": bringing.too_large()})
            return render(request, "bring.html", bringing.page(file, asked, request.POST))
        meaning = meanings.meaning(asked, request.POST.dict(), diary.home())
        brought = bring.bring(file.content, keep.now(), file.name, meaning)
    except forms.BadInputError as error:
        assert asked is not None
        return render(request, "bring.html", bringing.page(file, asked, request.POST, error.faults), status=422)
    except bring.UnreadableFileError:
        words = _("This zip holds no journal file, and it is not the export of an app that is known here.")
        return _page(request, wrong={"import": words})
    return render(request, "brought.html", {"brought": brought}, status=200 if brought.used else 422)


@require_POST
def back_up(request: HttpRequest) -> HttpResponse:
    """Make a backup now."""
    if keep.touring():
        return _page(request, wrong={"backup": _in_tour()})
    try:
        copies.make(keep.now())
    except LookupError:
        return _page(request, wrong={"backup": _("Lock the journal and open it again, then backups can be made.")})
    return HttpResponseRedirect("/mine#backups")


@require_POST
def fetch_backup(request: HttpRequest) -> HttpResponse:
    """A backup, to be taken elsewhere."""
    name = request.POST.get("name", "")
    content = copies.read(name, keep.now())
    if content is None:
        raise Http404
    return _download(content, f"journal-{name}", "application/zip")


@require_POST
def drop_backups(request: HttpRequest) -> HttpResponse:
    """Erase all backups, as after a passphrase became known to somebody."""
    copies.drop_all(keep.now())
    return HttpResponseRedirect("/mine#backups")


@require_POST
def settings(request: HttpRequest) -> HttpResponse:
    """Keep the settings of the app."""
    minutes, zone = request.POST.get("idle_minutes", ""), request.POST.get("zone", "")
    wrong = {}
    if minutes not in map(str, MINUTES):
        wrong["idle_minutes"] = _("Choose one of the times.")
    if zone not in (*first_run.zones(), "UTC"):
        wrong["zone"] = _("Choose a place from the list, such as Europe/Berlin.")
    if wrong:
        return _page(request, wrong=wrong)
    keep.prefer("show_less", "1" if "show_less" in request.POST else "")
    keep.prefer("idle_minutes", minutes)
    if zone != diary.home():
        diary.set_home(zone, keep.now())
    return HttpResponseRedirect("/mine#settings")


@require_http_methods(["GET", "POST"])
def passphrase(request: HttpRequest) -> HttpResponse:
    """Set a passphrase, or change it."""
    wrong = ""
    if request.method == "POST":
        new, again = request.POST.get("new", ""), request.POST.get("again", "")
        if new != again:
            wrong = _("The two passphrases differ.")
        elif not new:
            wrong = _("Type a passphrase.")
        else:
            wrong = _change(request.POST.get("old", ""), new)
        if not wrong:
            return HttpResponseRedirect("/mine/sheet")
    return render(request, "passphrase.html", {"wrong": wrong}, status=422 if wrong else 200)


@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """The recovery sheet: a page to print, with lines to write the passphrase on by hand."""
    return render(request, "sheet.html", {"folder": keep.folder(), "today": keep.now(), "here": diary.zone()})


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase everything for good, once the word was typed."""
    word, wrong = pgettext("the word to type", "erase"), ""
    with_backups = "backups" in request.POST
    if request.method == "POST":
        if request.POST.get("word", "").strip().casefold() == word.casefold():
            # Made before and without the request: afterwards there is no store to ask for settings or sessions.
            removed = keep.erase(with_backups)
            told = {
                "removed": removed,
                "app_title": _("Diary"),
                "left": [] if with_backups else copies.listed(),
                "folder": keep.folder(),
            }
            response = HttpResponse(render_to_string("erased.html", told))
            response.delete_cookie("sessionid", samesite="Strict")
            response["Clear-Site-Data"] = '"cache", "storage"'
            return response
        wrong = _("To erase everything, type the word as it stands there.")
    told = {"word": word, "wrong": wrong, "files": keep.erasing(with_backups=False), "backups": copies.listed()}
    return render(request, "erase.html", told, status=422 if wrong else 200)


def _change(old: str, new: str) -> str:
    """Why the passphrase could not be changed; nothing when it was."""
    try:
        keep.set_passphrase(old, new)
    except keep.WrongPassphraseError:
        return _("The passphrase that holds now is another one.")
    except ValueError:
        return _("The passphrase needs eight characters or more.")
    except (keep.BusyError, keep.InUseError):
        return _("The journal is in use in another window. Wait a moment, then try again.")
    return ""


def _page(request: HttpRequest, wrong: dict[str, str] | None = None) -> HttpResponse:
    now = keep.now()
    told: dict[str, Any] = {
        "wrong": wrong or {},
        "backups": copies.listed(),
        "trouble": housekeeping.trouble(),
        "browsers": [(one, devices.is_of(one, str(request.session.session_key))) for one in devices.listed(now)],
        "done": [(at, _(what)) for at, what in keep.done(20)],
        "minutes": MINUTES,
        "idle_minutes": int(keep.idle_minutes()),
        "zone": diary.home(),
        "zones": first_run.zones(),
        "here": diary.zone(),
    }
    return render(request, "mine.html", told, status=422 if wrong else 200)


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _in_tour() -> str:
    return _("You are looking around in an invented journal. End the tour first; your own journal is kept apart from it.")
