"""What was written down while the journal was out of reach: unsealed, and kept as though it had been told then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from steelyard.journal import sealed, store
from steelyard.journal.sealed import Sealed
from steelyard.records.model import Context, Record

from . import diary, forms

NOTE = "note"
LONGEST_NOTE = 2000
_READ = msgspec.json.Decoder(list[Sealed])


@dataclass(frozen=True)
class Taken:
    """Ids of the entries that are kept now, and of those that were sealed for another journal or are damaged."""

    kept: tuple[str, ...]
    unreadable: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """One entry: which form it was told on (`rating`, `dose` or `note`), the fields of that form, and when."""

    form: str
    told: dict[str, str]
    at: datetime


def key() -> tuple[str, str]:
    """The public key to seal with, and its short name."""
    public = sealed.public_key()
    return public, sealed.name_of(public)


def read(sent: bytes) -> list[Sealed]:
    """The sealed entries that a browser sent, as JSON; refuses (ValueError) anything else."""
    try:
        return _READ.decode(sent)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError("expected a list of sealed entries") from error


def take_in(entries: Sequence[Sealed], now: datetime) -> Taken:
    """Keep sealed entries, in the order in which they were told. Those that are kept already change nothing.

    An entry whose fields cannot be used is kept as a note: the browser cannot read it, so that nobody could tell it a second time.
    """
    told = {entry.id: _told(entry) for entry in entries}
    readable = {id: one for id, one in told.items() if one is not None}
    for id, one in sorted(readable.items(), key=lambda pair: pair[1].at):
        diary.once(_records(one, now), now, id)
    return Taken(tuple(readable), tuple(id for id, one in told.items() if one is None))


def possible() -> bool:
    """Whether entries can be taken in now: not while an invented journal is looked at, to which they do not belong."""
    return not store.touring()


def _told(entry: Sealed) -> Told | None:
    if not diary.OWN_ID.fullmatch(entry.id):
        return None
    try:
        told = msgspec.json.decode(sealed.opened(entry), type=Told)
    except (sealed.UnreadableError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return told if told.at.tzinfo is not None else None


def _records(one: Told, now: datetime) -> list[Record]:
    at = min(one.at, now)  # a clock that is ahead would put it in the future
    try:
        if one.form == "rating":
            return [diary.rating_of(one.told, at)]
        if one.form == "dose":
            return [*diary.before(one.told, at), diary.usual_of(one.told, at)]
        return [_note(one.told.get(NOTE, ""), forms.moment(one.told, at, diary.zone()))]
    except (forms.BadInputError, LookupError):
        said = ", ".join(f"{name} {text}" for name, text in one.told.items())
        return [_note(f"{one.form}: {said}", forms.fixed(at, diary.zone()))]


def _note(text: str, at: datetime) -> Record:
    return Context(time=at, kind=NOTE, value=text.strip()[:LONGEST_NOTE])
