"""Forms: a new entry of any kind, and any entry there is, to change or to withdraw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.actions import diary, entries, forms, keep, questions, several
from steelyard.actions.fields import FIELDS, Field
from steelyard.records.model import Rating

from . import words
from .logging_page import ask
from .saving import saved, taken_back


@dataclass(frozen=True)
class Shown:
    """One field as the page shows it. `choices` are value, words, and whether it is the one chosen; `own` are own words beside them."""

    name: str
    kind: str
    label: str
    value: str
    own: str
    choices: tuple[tuple[str, str, bool], ...]
    needed: bool
    fault: str


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, form: str) -> HttpResponse:
    """A form for something that is not written down yet."""
    faults: dict[str, str] = {}
    if form not in words.FORMS:
        raise Http404
    try:
        fields = several.fields_of(form) if form in several.FORMS else entries.fields_of(form)
        told: Mapping[str, str] = request.POST if request.method == "POST" else entries.first_values(form)
        if request.method == "POST":
            return _keep(request, form)
    except forms.BadInputError as error:
        faults = error.faults
    page = {
        "form": form,
        "title": words.FORMS[form],
        "introduction": questions.introduction(form),
        "fields": _shown(form, fields, told, faults),
        "faults": faults,
        "fault": words.fault(faults[""]) if "" in faults else "",
        "ago": words.AGO,
    }
    return render(request, "form.html", page, status=422 if faults else 200)


@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, id: str) -> HttpResponse:
    """An entry that is there, to be changed."""
    try:
        record = entries.found(id).record
    except LookupError:
        raise Http404 from None
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            done = entries.change(id, request.POST, keep.now())
            return saved(request, done.ids, done.hints, to="history")
        except forms.BadInputError as error:
            faults = error.faults
    told = entries.values_of(record) | (request.POST.dict() if faults else {})
    form = record.scale if isinstance(record, Rating) else entries.kind_of(record)
    fields = _shown(form, entries.fields_of(entries.kind_of(record), record), told, faults)
    page = {"id": id, "record": record, "fields": fields, "faults": faults, "ago": words.AGO}
    return render(request, "entry.html", page, status=422 if faults else 200)


@require_POST
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """Leave an entry out from now on."""
    entries.withdraw(id, keep.now())
    return taken_back(request, [id], to="history")


def _keep(request: HttpRequest, form: str) -> HttpResponse:
    if form in several.FORMS:
        return saved(request, several.add(form, request.POST, keep.now()))
    if form == "dose" and diary.must_ask(request.POST, keep.now()):
        entries.read(form, request.POST, keep.now())  # what is wrong with it is told before anything else is asked
        return ask(request)
    done = entries.add(form, request.POST, keep.now())
    return saved(request, done.ids, done.hints)


def _shown(form: str, fields: Iterable[Field], told: Mapping[str, str], faults: Mapping[str, str]) -> list[Shown]:
    shown = []
    for field in fields:
        value, own = told.get(field.name, ""), told.get(f"{field.name}_own", "")
        if field.kind == "pick" and value not in (*field.choices, ""):
            value, own = "", value
        fault = words.fault(faults[field.name]) if field.name in faults else ""
        label = words.name(form) if field.name == "value" and form not in FIELDS else words.label(form, field.name)
        choices = tuple((choice, text, choice == value) for choice, text in _choices(field))
        shown.append(Shown(field.name, field.kind, field.label or label, value, own, choices, field.needed, fault))
    return shown


def _choices(field: Field) -> list[tuple[str, str]]:
    match field.kind:
        case "scores":
            named = words.SEVERITIES if field.name == "severity" else field.choices or field.scores
            return [(str(score), str(said)) for score, said in zip(field.scores, named, strict=True)]
        case "yes_no":
            return [("yes", _("yes")), ("no", _("no"))]
        case "product":
            return [("", "–"), *((id, words.record(product)) for id, product in entries.products().items())]
        case "select":
            return [("", "–"), *((choice, words.name(choice)) for choice in field.choices)]
    return [(choice, words.name(choice)) for choice in field.choices]
