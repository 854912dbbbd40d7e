"""Browsers that may see the journal: sending one away, or all others."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from steelyard.actions import devices, keep


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Send one browser away; it has to be let in anew."""
    devices.end(request.POST.get("mark", ""), keep.now())
    return HttpResponseRedirect("/mine#browsers")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Send all browsers away but this one."""
    devices.end_all_but(str(request.session.session_key), keep.now())
    return HttpResponseRedirect("/mine#browsers")
