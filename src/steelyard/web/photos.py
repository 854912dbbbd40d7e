"""Photographs: a new one over the last of the same place, all of them by place, and two beside one another."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from steelyard.actions import forms, keep, photos

from . import words
from .saving import saved


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All photographs by place, latest first."""
    shots = sorted(photos.shots(), key=lambda shot: shot.site)  # a stable sort: within a place they stay in order of time
    return render(
        request, "photos.html", {"sites": [(site, list(group)) for site, group in groupby(shots, lambda shot: shot.site)]}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take or choose a photograph."""
    faults: dict[str, str] = {}
    if request.method == "POST":
        files = [file for name in ("photo", "file") for file in request.FILES.getlist(name)]
        try:
            if not files:
                raise forms.BadInputError({"photo": "photo.none"})
            return saved(request, [photos.add(files[0].read(), request.POST, keep.now())], to="photos")
        except photos.NotAPhotoError:
            faults = {"photo": words.fault("photo.refused")}
        except forms.BadInputError as error:
            faults = {field: words.fault(code) for field, code in error.faults.items()}
    sites = [(site, words.name(site), last) for site, last in photos.sites().items()]
    page = {"sites": sites, "faults": faults, "told": request.POST, "ago": words.AGO}
    return render(request, "photo.html", page, status=422 if faults else 200)


@require_GET
def beside(request: HttpRequest) -> HttpResponse:
    """Two photographs beside one another; the address carries their opaque ids alone."""
    shots = {shot.id: shot for shot in photos.shots()}
    chosen = [shots[id] for id in (request.GET.get("left", ""), request.GET.get("right", "")) if id in shots]
    if len(chosen) != 2:
        raise Http404
    same = [shot for shot in shots.values() if shot.site == chosen[0].site]
    return render(request, "beside.html", {"left": chosen[0], "right": chosen[1], "shots": same})


@require_GET
def image(request: HttpRequest, file: str) -> HttpResponse:
    """The image itself, made small where `small` is asked for."""
    content = photos.image(file, "small" in request.GET)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/jpeg")
