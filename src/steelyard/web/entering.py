"""First start, unlocking, locking."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.actions import keep

from .gate import Tries, by_address, let_in

tries = Tries()


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first page of all, reached by the address the terminal shows; later that address lets a browser in where there is no passphrase."""
    key = request.POST.get("key") or request.GET.get("key") or ""
    if not by_address(key):
        return HttpResponseRedirect("/unlock")
    if keep.exists():
        if keep.encrypted():
            return HttpResponseRedirect("/unlock")
        let_in(request)
        return HttpResponseRedirect("/")
    wrong = ""
    if request.method == "POST":
        passphrase, again = request.POST.get("passphrase", ""), request.POST.get("again", "")
        if passphrase != again:
            wrong = _("The two passphrases differ.")
        elif not passphrase and "none" not in request.POST:
            wrong = _("Type a passphrase, or choose to go without one.")
        else:
            try:
                keep.begin("" if "none" in request.POST else passphrase)
            except ValueError:
                wrong = _("The passphrase needs eight characters or more.")
            else:
                let_in(request)
                return HttpResponseRedirect("/")
    return render(request, "start.html", {"key": key, "wrong": wrong}, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The passphrase, or how to get in without one; after some wrong tries each further one has to wait."""
    if not (keep.exists() and keep.encrypted()):
        return render(request, "by_address.html", status=403)
    wrong, wait = "", tries.wait_s()
    if wait:
        wrong = _("Too many tries. Wait %(seconds)d seconds.") % {"seconds": int(wait) + 1}
    elif request.method == "POST":
        try:
            keep.open_(request.POST.get("passphrase", ""))
        except keep.WrongPassphraseError:
            tries.wrong()
            wrong = _("This passphrase does not open the journal.")
        else:
            tries.right()
            let_in(request)
            return HttpResponseRedirect("/")
    return render(request, "unlock.html", {"wrong": wrong}, status=403 if wrong else 200)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock at once."""
    keep.lock()
    return HttpResponseRedirect("/unlock")
