"""Which browsers of the home network are answered at all. It is asked before the journal is unlocked, so it lies beside the store.

A browser is known by a random token in a cookie. Only the token's hash stands in the file, beside the hash of the session it belongs to,
where there is one, so that a browser that is sent away loses both.
"""

import json
import threading
from hashlib import sha256
from pathlib import Path

from .certificate import keep_file

FILE = "paired.json"
_ONE = threading.Lock()  # at a time reads the file, changes it, and writes it
Paired = dict[str, str]  # hash of a token: mark of a session, or nothing


def knows(folder: Path, token: str) -> bool:
    """Whether a token is that of a paired browser."""
    return bool(token) and _hash(token) in _read(folder)


def remember(folder: Path, token: str, session: str = "") -> None:
    """From now on a token is that of a paired browser, and of this session (its mark, see `devices.mark_of`)."""
    with _ONE:
        known = _read(folder)
        if known.get(_hash(token)) != session:
            _write(folder, {**known, _hash(token): session})


def forget(folder: Path, session: str) -> None:
    """A session's browser has to be paired anew."""
    with _ONE:
        _write(folder, {token: mark for token, mark in _read(folder).items() if mark != session})


def forget_all_but(folder: Path, session: str) -> None:
    """All browsers but that of one session have to be paired anew."""
    with _ONE:
        _write(folder, {token: mark for token, mark in _read(folder).items() if mark == session})


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _read(folder: Path) -> Paired:
    try:
        return dict(json.loads((folder / FILE).read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _write(folder: Path, known: Paired) -> None:
    if known or (folder / FILE).exists():
        keep_file(folder / FILE, json.dumps(known).encode())
