"""What can be said in the first weeks, what not yet, and what will be possible if the journal goes on like this."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_GET

from steelyard.actions import keep, so_far
from steelyard.actions.so_far import Item, SoFar

from . import words

ASKED: dict[str, Any] = {
    "taken": later("When and how much did I take?"),
    "warnings": later("Is there a warning about what I take?"),
    "relief": later("Does %(substance)s change %(scale)s?"),
    "used_to": later("Are there signs of getting used to it?"),
    "long": later("Can the answer be more than a first look?"),
    "slow": later("Does it go with slow changes, such as hair, skin or blood tests?"),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The state of the journal, and the milestones ahead."""
    found = so_far.so_far_now(keep.now())
    hide = keep.preference("show_less") == "1"
    shown = {
        "here": "so_far",
        "so_far": found,
        "now": [_line(item, found, hide) for item in found.now],
        "ahead": [(day, [_line(item, found, hide, ahead=True) for item in items]) for day, items in found.ahead],
    }
    return render(request, "so_far.html", shown)


def link() -> int:
    """The day of the journal for the line on the log page, 0 where there is none."""
    day = so_far.day(keep.now())
    return day if day <= so_far.LAST_DAY else 0


def _line(item: Item, found: SoFar, hide: bool, ahead: bool = False) -> dict[str, Any]:
    """One question with its state and what is to be known about it; `english` are sentences that come in English only."""
    substance = _("what I take") if hide or not found.substance else found.substance
    question = str(ASKED[item.name]) % {"substance": substance, "scale": words.name(found.scale)}
    english = () if item.can is not False or hide else (item.why, item.enough and f"What would be enough: {item.enough}")
    return {"question": question, "can": item.can, "said": _said(item, ahead), "english": [one for one in english if one]}


def _said(item: Item, ahead: bool) -> str:
    have = {"have": item.have, "need": item.need}
    if item.can is None:
        return _(
            "That cannot be foreseen. It takes days that differ: doses at other times, ratings before a dose and when one has worn off."
        )
    match item.name:
        case "relief" if item.can:
            return _("There would be enough to try.") if ahead else _("There is enough to try. Look under Answers.")
        case "used_to" if not item.can:
            return _("It takes %(need)d days with a dose; there are %(have)d.") % have
        case "long" if not item.can:
            return _("Answers from less than %(need)d days say so and count as less sure; there are %(have)d.") % have
        case "slow" if not item.can:
            return (
                _("It takes %(need)d readings of the same thing over months in which the amount changes; there are %(have)d.")
                % have
            )
    return ""
