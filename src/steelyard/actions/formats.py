"""The foreign formats that can be read, in the order in which they are tried. To add one: its file in `exchange/`, its name here."""

from types import ModuleType
from typing import BinaryIO

from steelyard.exchange import (
    apple_health,
    beiwe,
    daylio,
    fhir_in,
    kratomtracker,
    loop,
    medtimer,
    mpath,
    nomie,
    psychonautwiki,
    studyu,
    track_and_graph,
)
from steelyard.exchange.archive import MAGIC, listed

FORMATS: tuple[ModuleType, ...] = (
    psychonautwiki,
    kratomtracker,
    medtimer,
    nomie,
    studyu,
    fhir_in,
    apple_health,
    loop,
    track_and_graph,
    daylio,
    mpath,
    beiwe,
)
HEAD = 1 << 16  # bytes looked at


def names() -> tuple[str, ...]:
    """What `--from` can be told, besides a journal and a table."""
    return tuple(form.NAME for form in FORMATS)


def named(name: str) -> ModuleType | None:
    """The format of that name."""
    return next((form for form in FORMATS if name == form.NAME), None)


def recognised(stream: BinaryIO, name: str) -> ModuleType | None:
    """The format of a file, by its content and then its name; `None` for a journal or anything unknown. The stream is left at its start."""
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(MAGIC):
        head = MAGIC + b"\n" + "\n".join(listed(stream)).encode(errors="replace")
    return next((form for form in FORMATS if form.looks_like(head, name)), None)
