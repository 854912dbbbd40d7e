"""The letter for a clinician from the journal that is kept: what it says, what the person struck, and handing it over."""

from collections.abc import Collection
from hashlib import sha256

import msgspec

from steelyard.findings.letter import NOT_WEIGHED, ids, letter, without
from steelyard.findings.model import Letter
from steelyard.journal import audit, share, store
from steelyard.reports.letter import Paper, pdf

from . import answers, keep, visit

__all__ = ["Letter", "Paper"]

STRUCK, STRUCK_IN_TOUR = "letter_struck", "letter_struck_in_tour"
SHORTEST = share.SHORTEST


def whole() -> Letter | None:
    """All the letter could say about the journal as it is, with the questions on the sheet; None where nothing is written down."""
    report = answers.known()
    return None if report is None else letter(report, store.journal(), answers.knowledge(), visit.sheet().asks)


def mark(made: Letter) -> str:
    """What tells one letter from another, so that none is handed over that nobody has looked at."""
    return sha256(msgspec.json.encode(made)).hexdigest()[:16]


def not_yet(made: Letter) -> bool:
    """Whether nothing of it rests on a weighing, because the journal as it is now has not been weighed."""
    return NOT_WEIGHED in ids(made)


def struck() -> frozenset[str]:
    """The ids of the lines the person left out last time."""
    return frozenset(msgspec.json.decode(store.preference(_name(), "[]"), type=list[str]))


def keep_struck(made: Letter, out: Collection[str]) -> None:
    """Remember which lines of a letter are left out. What was struck before of lines that are not in it stays struck."""
    there = ids(made).keys()
    store.prefer(_name(), msgspec.json.encode(sorted((struck() - there) | (there & set(out)))).decode())


def download(made: Letter, paper: Paper, name: str) -> bytes:
    """The letter without what was struck, as an open PDF; noted in the journal's own log, without a word of it."""
    content = _pdf(made, paper, name)
    audit.note("letter downloaded", keep.now())
    return content


def for_passphrase(made: Letter, paper: Paper, name: str, passphrase: str) -> bytes:
    """The same, sealed with a passphrase; refuses (ValueError) a short one."""
    content = share.for_passphrase(_pdf(made, paper, name), passphrase)
    audit.note("letter sealed with a passphrase", keep.now())
    return content


def for_key(made: Letter, paper: Paper, name: str, recipient: str) -> bytes:
    """The same, sealed for whoever has the private key to a public one; refuses (ValueError) what is no public key."""
    content = share.for_key(_pdf(made, paper, name), recipient)
    audit.note("letter sealed for a key", keep.now())
    return content


def forget_tour() -> None:
    """Erase what was struck of the letter from the invented journal."""
    store.prefer(STRUCK_IN_TOUR, "[]")


def _pdf(made: Letter, paper: Paper, name: str) -> bytes:
    return pdf(without(made, struck()), paper, name)


def _name() -> str:
    return STRUCK_IN_TOUR if store.touring() else STRUCK
