"""Questions for the next visit: own ones, and what the journal suggests, each kept or struck out by the person."""

from uuid import uuid4

import msgspec

from steelyard.findings.model import Alert, Report
from steelyard.findings.visit import Ask, at_once, to_ask
from steelyard.journal import store

__all__ = ["Alert", "Ask", "Sheet", "add", "at_once", "forget_tour", "keep", "sheet", "strike", "suggested"]

NAME, IN_TOUR = "visit", "visit_in_tour"
LONGEST, MOST = 500, 200


class Sheet(msgspec.Struct, frozen=True):
    """What is to be asked, in the order in which it was kept, and what was struck out."""

    asks: tuple[Ask, ...] = ()
    struck: tuple[Ask, ...] = ()


def sheet() -> Sheet:
    """The sheet as it is."""
    return msgspec.json.decode(store.preference(_name(), "{}"), type=Sheet)


def suggested(report: Report | None) -> tuple[Ask, ...]:
    """What the journal suggests and was neither kept nor struck out."""
    now = sheet()
    decided = {ask.id for ask in (*now.asks, *now.struck)}
    return tuple(ask for ask in (to_ask(report) if report else ()) if ask.id not in decided)


def add(text: str) -> None:
    """Put a question of one's own on the sheet; an empty one is none."""
    text = " ".join(text.split())[:LONGEST]
    if text:
        now = sheet()
        _write((*now.asks, Ask(f"own.{uuid4()}", text)), now.struck)


def keep(ids: list[str], report: Report | None) -> None:
    """Put suggestions, or what was struck out, on the sheet."""
    now = sheet()
    found = [ask for ask in (*now.struck, *suggested(report)) if ask.id in ids]
    _write((*now.asks, *found), tuple(ask for ask in now.struck if ask.id not in ids))


def strike(ids: list[str], report: Report | None) -> None:
    """Strike questions out, from the sheet or from the suggestions."""
    now = sheet()
    found = [ask for ask in (*now.asks, *suggested(report)) if ask.id in ids]
    _write(tuple(ask for ask in now.asks if ask.id not in ids), (*now.struck, *found))


def forget_tour() -> None:
    """Erase the sheet of the invented journal."""
    store.prefer(IN_TOUR, "{}")


def _name() -> str:
    return IN_TOUR if store.touring() else NAME


def _write(asks: tuple[Ask, ...], struck: tuple[Ask, ...]) -> None:
    store.prefer(_name(), msgspec.json.encode(Sheet(asks[-MOST:], struck[-MOST:])).decode())
