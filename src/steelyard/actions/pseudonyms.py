"""Pseudonyms for the people of a folder: from a secret key that stays with their journals, and never goes with what is made of them.

Without the key nobody can tell a name from a pseudonym, nor try names out. With it, or with the journals themselves, anybody can.
"""

import hmac
import os
import secrets
from pathlib import Path

KEY_NAME = "people.key"
KEY_BYTES = 32
LENGTH = 16  # hexadecimal digits: two of a million people share a pseudonym with a chance of 3 in 100 million
MOST_WEEKS = 520


class UnusableKey(Exception):
    """Why the key cannot be used, in plain words."""


def key_of(folder: Path, path: Path | None) -> bytes:
    """The key in this file, or else in the folder of the journals; made if there is none. Refuses with UnusableKey."""
    file = path or folder / KEY_NAME
    try:
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
                made.write(secrets.token_bytes(KEY_BYTES))
        key = file.read_bytes()
    except OSError as error:
        raise UnusableKey(
            f"the key for pseudonyms cannot be read or made ({error.strerror}); name another place with --key"
        ) from None
    if len(key) != KEY_BYTES:
        raise UnusableKey(f"expected a key of {KEY_BYTES} bytes, found {len(key)}; name another with --key")
    return key


def pseudonym(key: bytes, *parts: str) -> str:
    """The pseudonym of what these parts name."""
    return _digest(key, *parts).hex()[:LENGTH]


def weeks_back(key: bytes, person: str) -> int:
    """By how many whole weeks a person's dates are moved into the past: 1 to 520, as secret as the key."""
    return 1 + int.from_bytes(_digest(key, "weeks", person)) % MOST_WEEKS


def _digest(key: bytes, *parts: str) -> bytes:
    said = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(key, said, "sha256")
