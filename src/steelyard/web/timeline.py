"""Pain, doses and everything else on one time axis, as a drawing and as a table."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from steelyard.actions import keep
from steelyard.actions import timeline as actions
from steelyard.actions.entries import kind_of
from steelyard.actions.timeline import Axis, Chart, Stretch, Timeline

from . import words

SPANS: dict[actions.Span, Any] = {"weeks": later("2 weeks"), "months": later("3 months"), "all": later("All of it")}
SIZES = (("wide", 720.0, 8), ("narrow", 340.0, 4))  # a name, pixels, and dates along the foot


@dataclass(frozen=True)
class Row:
    """One line of the table, in words."""

    when: str
    rated: str
    taken: str
    others: tuple[str, ...]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The last weeks, the last months, or all of it."""
    span: actions.Span = next((span for span in SPANS if span == request.GET.get("span")), "weeks")
    found = actions.timeline(span, keep.now())
    hide = keep.preference("show_less") == "1"
    shown: dict[str, Any] = {"spans": [(name, said, name == span) for name, said in SPANS.items()]}
    if found is not None:
        shown |= {
            "drawings": [actions.drawn(_chart(found, width, dates, hide), name) for name, width, dates in SIZES],
            "scale": words.name(found.asked.scale),
            "rows": [
                _row(one, found, hide)
                for one in reversed(found.stretches)
                if one.ratings or one.doses or one.other or one.records
            ],
        }
    return render(request, "timeline.html", shown)


def _chart(found: Timeline, width: float, dates: int, hide: bool) -> Chart:
    first, last = found.stretches[0], found.stretches[-1]
    days = (last.last - first.first).days + 1

    def middle(one: Stretch) -> float:
        return (one.first - first.first).days + one.days / 2

    rated = [(middle(one), one.mean, one.least, one.most) for one in found.stretches if one.ratings]
    scores = found.asked.scores
    top = scores[-1] if scores else max((most or 0 for _, _, _, most in rated), default=1)
    bars = [(middle(one), (one.amount if found.unit else one.doses) / one.days) for one in found.stretches if one.doses]
    lanes = [(_lane(kind), _places(found, kind)) for kind in actions.LANES]
    other = tuple(middle(one) for one in found.stretches if one.other)
    if other:
        lanes.insert(0, (_("Other doses"), other))
    return Chart(
        width=width,
        days=days,
        described=_described(found),
        upper=Axis(words.name(found.asked.scale), scores[0] if scores else 0, top),
        points=tuple((at, mean or 0, least or 0, most or 0) for at, mean, least, most in rated),
        lower=Axis(_lower(found, hide), 0, max((height for _, height in bars), default=1)),
        bars=tuple(bars),
        lanes=tuple((title, places) for title, places in lanes if places),
        dates=_dates(found, days, dates),
    )


def _lane(kind: str) -> str:
    return str(words.KINDS[kind])


def _places(found: Timeline, kind: str) -> tuple[float, ...]:
    """Where something of a kind was written down, in days from the left end."""
    start = found.stretches[0].first
    return tuple(
        (one.first - start).days + one.days / 2
        for one in found.stretches
        if any(kind_of(record) == kind for record in one.records)
    )


def _lower(found: Timeline, hide: bool) -> str:
    told = {"what": _("Doses") if hide or not found.substance else found.substance, "unit": words.name(found.unit)}
    return _("%(what)s, %(unit)s a day") % told if found.unit else _("%(what)s, times a day") % told


def _dates(found: Timeline, days: int, count: int) -> tuple[tuple[float, str], ...]:
    """Dates that stand along the foot: as many as there is room for, evenly."""
    step = max(1, -(-days // count))
    how = "M Y" if days > 400 else "j M"
    first = found.stretches[0].first
    return tuple((at + 0.5, date_format(first + timedelta(days=at), how)) for at in range(0, days, step))


def _described(found: Timeline) -> str:
    told = {
        "first": date_format(found.stretches[0].first, "j F Y"),
        "last": date_format(found.stretches[-1].last, "j F Y"),
        "ratings": sum(one.ratings for one in found.stretches),
        "doses": sum(one.doses + one.other for one in found.stretches),
        "scale": words.name(found.asked.scale),
    }
    return (
        _(
            "From %(first)s to %(last)s: %(scale)s was rated %(ratings)d times, and %(doses)d doses were taken. The table says the same."
        )
        % told
    )


def _row(one: Stretch, found: Timeline, hide: bool) -> Row:
    return Row(_when(one), _rated(one), _taken(one, found), tuple(_others(one, hide)))


def _when(one: Stretch) -> str:
    if one.days == 1:
        return date_format(one.first, "j M Y")
    return f"{date_format(one.first, 'j M Y')} – {date_format(one.last, 'j M Y')}"


def _rated(one: Stretch) -> str:
    if one.mean is None or one.least is None or one.most is None:
        return "–"
    mean = words.figure(round(one.mean, 1))
    if one.least == one.most:
        return mean
    return _("%(mean)s (%(least)s to %(most)s)") % {
        "mean": mean,
        "least": words.figure(one.least),
        "most": words.figure(one.most),
    }


def _taken(one: Stretch, found: Timeline) -> str:
    if not one.doses and not one.other:
        return "–"
    times = ngettext("%(n)d dose", "%(n)d doses", one.doses) % {"n": one.doses}
    said = [f"{words.amount(round(one.amount, 3), found.unit)} ({times})" if found.unit and one.doses else times]
    if one.other:
        said.append(ngettext("%(n)d other", "%(n)d others", one.other) % {"n": one.other})
    return ", ".join(said)


def _others(one: Stretch, hide: bool) -> list[str]:
    """Each thing in words on a single day; for several days, how many there were of each kind."""
    if one.days == 1:
        return [f"{_lane(kind_of(record))}: {words.record(record, hide)}" for record in one.records]
    many = Counter(kind_of(record) for record in one.records)
    return [f"{_lane(kind)}: {count}" for kind, count in many.items()]
