"""How amounts, times and records are said on a page."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from steelyard.actions.diary import Today, Usual
from steelyard.actions.entries import kind_of
from steelyard.records.model import Record
from steelyard.web import words

register = template.Library()


@register.filter
def amount_words(amount: float | None, unit: str | None = "") -> str:
    """An amount with its unit; an unknown one is said to be unknown."""
    return words.amount(amount, unit)


@register.filter
def dose_words(usual: Usual, hide_name: bool = False) -> str:
    """A dose in words, without its name where names are hidden."""
    name = _("The usual") if hide_name else usual.substance
    return f"{name}, {words.amount(usual.amount, usual.unit)}"


@register.filter
def since_words(since: timedelta) -> str:
    """Hours and minutes, or days once it is two of them."""
    minutes = int(since.total_seconds() // 60)
    if minutes >= 48 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hours, minutes = divmod(minutes, 60)
    return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if hours else _("%(m)d min") % {"m": minutes}


@register.filter
def total_words(today: Today) -> str:
    """All amounts of today, by unit, and how many had none."""
    said = [words.amount(amount, unit) for amount, unit in today.total]
    if today.unknown:
        said.append(ngettext("%(n)d of unknown amount", "%(n)d of unknown amount", today.unknown) % {"n": today.unknown})
    return " + ".join(said) or _("nothing")


@register.filter
def scale_words(scale: str) -> str:
    """The name of a scale, or of anything else in the journal, as people say it."""
    return words.name(scale)


@register.filter
def record_words(record: Record, hide_name: bool = False) -> str:
    """A record in a few words."""
    return words.record(record, hide_name)


@register.filter
def kind_words(record: Record) -> str:
    """What kind of record it is."""
    return str(words.KINDS.get(kind_of(record), ""))
