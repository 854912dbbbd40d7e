"""Strategies for journals as people keep them: any kind of record, any offset, any letters, with or without ids."""

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from steelyard.records.model import (
    Answers,
    Assignment,
    Context,
    Dose,
    Journal,
    JournalHeader,
    Lab,
    Medicine,
    Rating,
    Record,
    Scale,
    Session,
    SideEffect,
)

SCALES = {
    "pain": Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True),
    "hair": Scale(id="hair", family="count", low=0, worse_is_up=True),
}
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
amounts = st.floats(0, 1e6)
offsets = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
instants = st.builds(
    lambda clock, offset: clock.replace(tzinfo=offset), st.datetimes(datetime(1971, 1, 3), datetime(2100, 1, 1)), offsets
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
# Names no kind has: the format leaves them to other programs.
extras = st.none() | st.dictionaries(words.map("x_".__add__), json_values, min_size=1, max_size=3)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _of(kind: type[Record], /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Record]:
    return st.builds(kind, deleted=st.booleans(), extra=extras, **fields)


@st.composite
def _period(draw: st.DrawFn) -> Record:
    start = draw(instants)
    end = start + timedelta(minutes=draw(st.integers(1, 10**6)))
    return Assignment(from_=start, to=end, condition=draw(words), trial=draw(_maybe(words)))


records = st.one_of(
    _of(
        Dose,
        time=instants,
        substance=words,
        amount=_maybe(amounts),
        unit=st.sampled_from(["g", "mg", "capsule"]),
        note=_maybe(words),
        amount_sd=_maybe(amounts),
        with_food=_maybe(st.booleans()),
    ),
    _of(
        Rating,
        time=instants,
        scale=st.just("pain"),
        value=st.floats(0, 10),
        asked=st.sampled_from([None, "prompt", "self", "dose"]),
    ),
    _of(Rating, time=instants, scale=st.just("hair"), value=st.integers(0, 10**6).map(float)),
    _of(Answers, time=instants, instrument=words, items=st.lists(_maybe(st.floats(0, 10)), max_size=4).map(tuple)),
    _of(Session, time=instants, therapy=words, minutes=_maybe(amounts)),
    _of(SideEffect, time=instants, effect=words, severity=_maybe(st.floats(0, 3))),
    _of(Lab, time=instants, test=words, value=st.floats(-1e9, 1e9), unit=st.sampled_from(["U/L", "m[IU]/L", "%"])),
    _of(Medicine, name=words, from_=_maybe(instants), dose=_maybe(words)),
    _of(Context, time=instants, kind=words, value=_maybe(st.floats(-1e9, 1e9) | words), unit=_maybe(words)),
    _period(),
)


@st.composite
def journals(draw: st.DrawFn, named: bool = True) -> Journal:
    """A journal; with `named`, every record has an id of its own."""
    found = draw(st.lists(records, max_size=12))
    if named:
        found = [_renamed(record, f"id {index}") for index, record in enumerate(found)]
    header = JournalHeader(id="journal" if named else None, format=1, zone=draw(st.sampled_from([None, "America/Chicago"])))
    return Journal(draw(st.sampled_from([None, header])), tuple(found))


def _renamed(record: Record, id: str) -> Record:
    return replace(record, id=id)
