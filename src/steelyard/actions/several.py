"""Forms that make several entries at once: ratings, a night, a hair count, a questionnaire. What is left open makes no entry."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from msgspec.structs import replace

from steelyard.journal import store
from steelyard.knowledge.instruments import Block, load_instruments
from steelyard.knowledge.load import load
from steelyard.records.model import Record, Scale

from . import diary, forms
from .entries import WHEN, Field

HAIR = "hair_shed_60s"
SLEEP, HOURS = "sleep_quality", "sleep_hours"
NIGHT = Scale(id=HOURS, family="bounded", low=0, high=24, worse_is_up=False)
INSTRUMENTS = ("pain_three", "sds")
CONDITIONS = ("same_comb", "same_time_since_wash")
_READING_NAMES = ("reading1", "reading2", "reading3")
FORMS = ("ratings", "sleep", "hair_count", *INSTRUMENTS)


def fields_of(form: str) -> tuple[Field, ...]:
    """The fields of one of these forms; refuses (LookupError) any other."""
    match form:
        case "ratings":
            return (WHEN, *(Field(one.scale, "scores", scores=one.scores) for one in rated_scales()))
        case "sleep":
            return (WHEN, Field(SLEEP, "scores", scores=diary.asked(SLEEP).scores), Field(HOURS, "number"))
        case "hair_count":
            return (WHEN, *(Field(name, "number") for name in _READING_NAMES), *(Field(name, "check") for name in CONDITIONS))
    asked = [(item, block.highest) for block in questions(form) for item in block.items]
    return (WHEN, *(Field(f"item{n}", "scores", scores=tuple(range(top + 1)), label=item) for n, (item, top) in enumerate(asked)))


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


def introduction(form: str) -> Block | None:
    """What stands before and after the questions of a questionnaire; None for other forms."""
    return questions(form)[0] if form in INSTRUMENTS else None


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
    if not any(isinstance(kept.record, Scale) and kept.record.id == HOURS for kept in store.of(Scale)):
        store.put([NIGHT], now)
    return _keep([_rating(told, name, name, now) for name in (SLEEP, HOURS) if told.get(name, "").strip()], now)


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
    highest = [block.highest for block in questions(instrument) for _ in block.items]
    answers = [forms.number(told.get(f"item{n}", "")) for n in range(len(highest))]
    faults = {
        f"item{n}": "number.out_of_range" for n, (a, top) in enumerate(zip(answers, highest, strict=True)) if not _fits(a, top)
    }
    if faults:
        raise forms.BadInputError(faults)
    if all(answer is None for answer in answers):
        raise forms.BadInputError({"": "field.missing"})
    fields = {"record": "answers", "time": forms.moment(told, now, diary.zone()), "instrument": instrument, "items": answers}
    return _keep([forms.checked(fields, now)[0]], now)


def questions(instrument: str) -> tuple[Block, ...]:
    """The blocks of a questionnaire; refuses (LookupError) one that is not offered."""
    if instrument not in INSTRUMENTS:
        raise LookupError(instrument)
    return _instruments()[instrument]


@cache
def _instruments() -> dict[str, tuple[Block, ...]]:
    return load_instruments(load())


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


def _fits(answer: float | str | None, highest: int) -> bool:
    return answer is None or (isinstance(answer, float) and 0 <= answer <= highest and answer == int(answer))
