"""Forms that make several entries at once: ratings, a night, a hair count, a questionnaire. What is left open makes no entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from steelyard.journal import store
from steelyard.records.model import Record

from . import diary, forms, questions
from .fields import WHEN, Field

HAIR = "hair_shed_60s"
SLEEP, HOURS = "sleep_quality", forms.NIGHT.id
CONDITIONS = ("same_comb", "same_time_since_wash")
_READING_NAMES = ("reading1", "reading2", "reading3")
FORMS = ("ratings", "sleep", "hair_count", *questions.INSTRUMENTS)


def fields_of(form: str) -> tuple[Field, ...]:
    """The fields of one of these forms; refuses (LookupError) any other."""
    match form:
        case "ratings":
            return (WHEN, *(Field(one.scale, "scores", scores=one.scores) for one in rated_scales()))
        case "sleep":
            return (WHEN, Field(SLEEP, "scores", scores=diary.asked(SLEEP).scores), Field(HOURS, "number"))
        case "hair_count":
            return (WHEN, *(Field(name, "number") for name in _READING_NAMES), *(Field(name, "check") for name in CONDITIONS))
    if form not in questions.INSTRUMENTS:
        raise LookupError(form)
    return (WHEN, *questions.fields(form))


def add(form: str, told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep what one of these forms tells; refuses with BadInputError, also when it tells nothing, or LookupError any other form."""
    match form:
        case "ratings":
            return add_ratings(told, now)
        case "sleep":
            return add_sleep(told, now)
        case "hair_count":
            return add_hair_count(told, now)
    return add_answers(form, told, now)


def rated_scales() -> list[diary.Asked]:
    """The scales of the page for ratings, the main one first: those that no page of their own asks about."""
    names = [diary.main_scale(), *forms.scales()]
    asked = [diary.asked(name) for name in dict.fromkeys(names) if name not in (HAIR, HOURS)]
    return [one for one in asked if one.scores]


def add_ratings(told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep the ratings told, each under the name of its scale; refuses with BadInputError."""
    names = [asked.scale for asked in rated_scales() if told.get(asked.scale, "").strip()]
    return _keep([_rating(told, name, name, now) for name in names], now)


def add_sleep(told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep how a night was: how well (`sleep_quality`) and how long in hours (`sleep_hours`); refuses with BadInputError."""
    ratings = [_rating(told, name, name, now) for name in (SLEEP, HOURS) if told.get(name, "").strip()]
    if told.get(HOURS, "").strip():
        store.put([forms.NIGHT], now)  # a journal file explains its own scales
    return _keep(ratings, now)


def add_hair_count(told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep the readings of a 60-second comb count with whether its conditions held; refuses with BadInputError.

    Args:
        told: `reading1` to `reading3`, hairs; `same_comb`, `same_time_since_wash` where that is so; `ago` or `time`.
    """
    held = {name: name in told for name in CONDITIONS}
    names = [name for name in _READING_NAMES if told.get(name, "").strip()]
    return _keep([replace(_rating(told, HAIR, name, now), extra=held) for name in names], now)


def add_answers(instrument: str, told: Mapping[str, str], now: datetime) -> list[str]:
    """Keep a questionnaire, `item0` and on, open questions unset; refuses with BadInputError, or LookupError one that is not offered."""
    if instrument not in questions.INSTRUMENTS:
        raise LookupError(instrument)
    items = questions.items(instrument, told)
    fields = {"record": "answers", "time": forms.moment(told, now, diary.zone()), "instrument": instrument, "items": items}
    return _keep([forms.checked(fields, now)[0]], now)


def _rating(told: Mapping[str, str], scale: str, name: str, now: datetime) -> Record:
    fields: dict[str, Any] = {"record": "rating", "time": forms.moment(told, now, diary.zone()), "scale": scale, "asked": "self"}
    try:
        return forms.checked({**fields, "value": forms.number(told[name])}, now)[0]
    except forms.BadInputError as error:
        raise forms.BadInputError({name if field == "value" else field: code for field, code in error.faults.items()}) from None


def _keep(records: list[Record], now: datetime) -> list[str]:
    if not records:
        raise forms.BadInputError({"": "field.missing"})
    return diary.once(records, now)
