"""Sealing something that leaves the journal, for whoever has the passphrase or the private key. Any program for age opens it.

Source: age-encryption.org/v1, by way of the library pyrage.
"""

import pyrage

SHORTEST = 8  # letters of a passphrase, as for the journal itself


def for_passphrase(content: bytes, passphrase: str) -> bytes:
    """Return content that only the passphrase opens; that takes about a second, so that guessing is slow. Refuses (ValueError) a short one."""
    if len(passphrase) < SHORTEST:
        raise ValueError(f"expected {SHORTEST} letters or more")
    return bytes(pyrage.passphrase.encrypt(content, passphrase))


def for_key(content: bytes, recipient: str) -> bytes:
    """Return content that only the private key belonging to a public one (`age1...`) opens; refuses (ValueError) what is no such key."""
    try:
        key = pyrage.x25519.Recipient.from_str(recipient.strip())
    except pyrage.RecipientError as error:
        raise ValueError("expected a public key that begins with age1") from error
    return bytes(pyrage.encrypt(content, [key]))
