"""A journal from a backup, at the first start."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from steelyard.actions import keep, restore

from .gate import by_address, let_in


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Begin with a backup; reached by the address the terminal shows, as the first page is."""
    key = request.POST.get("key") or request.GET.get("key") or ""
    if keep.exists() or not by_address(key):
        return HttpResponseRedirect("/unlock")
    wrong, file = "", request.FILES.get("file")
    if request.method == "POST" and file is None:
        wrong = _("Choose a file first.")
    elif file is not None:
        try:
            restored = restore.restore(file.read(), request.POST.get("passphrase", ""), request.POST.get("new", ""))
        except restore.SealedError:
            wrong = _("This passphrase does not open the backup.")
        except restore.NotABackupError:
            wrong = _("This file is no backup, or it is damaged. Nothing was changed.")
        except ValueError:
            wrong = _("The passphrase needs eight characters or more.")
        else:
            let_in(request)
            return render(request, "restored.html", {"restored": restored})
    return render(request, "restore.html", {"key": key, "wrong": wrong}, status=422 if wrong else 200)
