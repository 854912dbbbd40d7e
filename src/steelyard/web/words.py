"""What things are called on a page. Names of the journal file that are not listed here are shown as they are."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import gettext_noop as known

from steelyard.records.model import (
    Answers,
    Assignment,
    Context,
    Dose,
    Lab,
    Medicine,
    Photo,
    Product,
    Rating,
    Record,
    Session,
    SideEffect,
)

FORMS: Mapping[str, Any] = {
    "dose": later("Other dose"),
    "ratings": later("Other ratings"),
    "side_effect": later("Side effect"),
    "sleep": later("Sleep"),
    "session": later("Exercise or therapy"),
    "lab": later("Lab result"),
    "medicine": later("Medicine"),
    "hair_count": later("Hair count"),
    "context": later("Sun, illness, stress …"),
    "pain_three": later("Pain and daily life"),
    "phq9": later("Mood, last two weeks (PHQ-9)"),
    "gad7": later("Worry, last two weeks (GAD-7)"),
    "sds": later("Questions about use"),
    "product": later("Product"),
}
KINDS: Mapping[str, Any] = {
    "dose": later("Dose"),
    "rating": later("Rating"),
    "answers": later("Questions"),
    "session": later("Exercise or therapy"),
    "side_effect": later("Side effect"),
    "lab": later("Lab result"),
    "medicine": later("Medicine"),
    "context": later("What happened"),
    "photo": later("Photo"),
    "product": later("Product"),
    "assignment": later("Period set by chance"),
}
LABELS: Mapping[str, Any] = {
    "time": later("When"),
    "substance": later("What"),
    "amount": later("How much"),
    "unit": later("Unit"),
    "product": later("Product"),
    "with_food": later("With food?"),
    "note": later("Note"),
    "value": later("Value"),
    "therapy": later("What"),
    "minutes": later("Minutes"),
    "effect": later("What"),
    "severity": later("How bad?"),
    "until": later("Until (if it is over)"),
    "test": later("Test"),
    "low": later("Normal from"),
    "high": later("Normal to"),
    "name": later("Name"),
    "from": later("From"),
    "to": later("To (empty: still taken)"),
    "dose": later("Dose, as on the label"),
    "kind": later("What"),
    "product.kind": later("Kind"),
    "product.label": later("Name on the packet"),
    "unit_g": later("Grams in one capsule or tablet"),
    "mitragynine_mg_per_g": later("Mitragynine, mg in 1 g"),
    "hydroxymitragynine_mg_per_g": later("7-hydroxymitragynine, mg in 1 g"),
    "lot": later("Lot"),
    "site": later("Place on the body"),
    "sleep_hours": later("Hours slept"),
    "reading1": later("Hairs, first count"),
    "reading2": later("Hairs, second count"),
    "reading3": later("Hairs, third count"),
    "same_comb": later("The same comb as always"),
    "same_time_since_wash": later("As long after washing as always"),
    "scale": later("What you rate"),
    "zone": later("Time zone at home"),
    "language": later("Language"),
}
HINTS: Mapping[str, Any] = {
    "unit.unknown": later("The unit is kept as you wrote it, but it is not known here: the value cannot be compared."),
    "unit.missing": later("The amount has no unit, so it counts as unknown."),
    "product.unknown": later("This product is not described yet."),
}
FAULTS: Mapping[str, Any] = {
    "field.missing": later("Fill this in."),
    "time.future": later("This lies in the future."),
    "time.unreadable": later("Choose a day and a time."),
    "time.unset_clock": later("Choose a later day: this is what a clock shows that was never set."),
    "time.ends_before_start": later("The end is before the beginning."),
    "number.out_of_range": later("Type a number that is possible here."),
    "rating.off_scale": later("This is not on the scale."),
    "rating.not_whole": later("Type a whole number."),
    "scale.unknown": later("Choose one."),
    "zone.unknown": later("Choose one from the list."),
    "photo.none": later("Choose a photo."),
    "photo.refused": later("This file cannot be kept: it is no JPEG, PNG or WebP picture, or it is too large."),
}
OTHER_FAULT = later("Type a number, such as 2.5.")
SEVERITIES = (later("0 none"), later("1 slight"), later("2 medium"), later("3 bad"))
AGO = ((15, later("15 min ago")), (30, later("30 min ago")), (60, later("1 h ago")), (120, later("2 h ago")))
# Names that come with the program; marked here for translation.
NAMES = (
    *(known("pain"), known("pain interference"), known("sleep quality"), known("mood"), known("drowsiness"), known("nausea")),
    *(known("anxiety"), known("fatigue"), known("craving"), known("constipation"), known("hair shed 60s"), known("sleep hours")),
    *(known("physiotherapy"), known("exercise"), known("walking"), known("mindfulness"), known("massage")),
    *(known("acupuncture"), known("heat"), known("rest")),
    *(known("vomiting"), known("diarrhoea"), known("loss of appetite"), known("dry mouth"), known("dizziness")),
    *(known("headache"), known("sweating"), known("itching"), known("trembling"), known("racing heart")),
    *(known("trouble sleeping"), known("irritability"), known("low mood"), known("hair loss"), known("skin darkening")),
    *(
        known("dark urine"),
        known("yellow eyes"),
        known("breathlessness"),
        known("confusion"),
        known("fainting"),
        known("seizure"),
    ),
    *(known("sun exposure"), known("illness"), known("fever"), known("surgery"), known("injury"), known("stress")),
    *(known("bereavement"), known("short sleep"), known("night shift"), known("menses"), known("diet change"), known("fasting")),
    *(known("alcohol"), known("contraceptive change"), known("childbirth"), known("tight hairstyle")),
    *(
        known("parting"),
        known("hairline"),
        known("scalp"),
        known("face"),
        known("neck"),
        known("hand"),
        known("forearm"),
        known("skin"),
    ),
    *(
        known("g"),
        known("mg"),
        known("ug"),
        known("capsule"),
        known("tablet"),
        known("drop"),
        known("teaspoon"),
        known("tablespoon"),
    ),
    *(known("cup"), known("puff"), known("patch"), known("leaf powder"), known("tea"), known("extract"), known("isolate")),
    *(known("drink"), known("gum"), known("vitamin b12"), known("vitamin d"), known("haemoglobin"), known("glucose")),
)
SKIPPED = "rating_skipped"
SHORT = ("alt", "ast", "alp", "ggt", "tsh", "cbt", "tens")  # names that are written in capitals


def name(text: str) -> str:
    """A name from the journal file as people say it."""
    if text in SHORT:
        return text.upper()
    return _(text.replace("_", " ")) if text else ""


def figure(value: float) -> str:
    """A number with as many places as it has, and the mark of the language before them."""
    return f"{value:.10g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))


def amount(value: float | None, unit: str | None = "") -> str:
    """An amount with its unit; an unknown one is said to be unknown."""
    return _("amount not known") if value is None else f"{figure(value)} {name(unit or '')}".strip()


def label(form: str, field: str) -> str:
    """What a field of a form asks."""
    found = LABELS.get(f"{form}.{field}") or LABELS.get(field)
    return str(found) if found else name(field)


def fault(code: str) -> str:
    """Why a field cannot be used, and what to type instead."""
    return str(FAULTS.get(code, OTHER_FAULT))


def record(told: Record, hide: bool = False) -> str:
    """A record in a few words, without names of what is taken where they are to be hidden."""
    match told:
        case Dose() | Medicine() | Product():
            return _taken(told, hide)
        case Rating():
            return f"{name(told.scale)} {figure(told.value)}"
        case Context():
            return _happened(told)
        case Session():
            return name(told.therapy) + ("" if told.minutes is None else f", {figure(told.minutes)} min")
        case SideEffect():
            return name(told.effect) + ("" if told.severity is None else f", {SEVERITIES[round(told.severity)]}")
        case Lab():
            return f"{name(told.test)} {figure(told.value)} {told.unit}{_normal(told)}"
        case Answers():
            answered = {"n": sum(item is not None for item in told.items), "all": len(told.items)}
            return _("%(what)s: %(n)d of %(all)d answered") % {"what": FORMS.get(told.instrument, told.instrument), **answered}
        case Photo():
            return name(told.site)
        case Assignment():
            return name(told.condition)
    return ""


def _taken(told: Dose | Medicine | Product, hide: bool) -> str:
    match told:
        case Dose():
            return f"{_('a dose') if hide else told.substance}, {amount(told.amount, told.unit)}"
        case Medicine():
            return _("a medicine") if hide else f"{told.name} {told.dose or ''}".strip()
    return _("a product") if hide else f"{told.label or told.substance} {name(told.kind or '')}".strip()


def _happened(told: Context) -> str:
    if told.kind == SKIPPED:
        return _("%(scale)s: passed over") % {"scale": name(str(told.value or ""))}
    value = figure(told.value) if isinstance(told.value, int | float) else told.value or ""
    return " ".join(f"{name(told.kind)} {value} {name(told.unit or '')}".split())


def _normal(told: Lab) -> str:
    if told.low is None and told.high is None:
        return ""
    low, high = ("…" if end is None else figure(end) for end in (told.low, told.high))
    return f" ({_('normal')} {low}–{high})"
