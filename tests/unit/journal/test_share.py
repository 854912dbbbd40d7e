"""What is sealed opens with the passphrase or key it was sealed for, and with no other."""

import pyrage
import pytest

from steelyard.journal.share import for_key, for_passphrase

from ...keeping import cheap_passphrases

LETTER = b"%PDF-1.7 a letter"


def test_a_passphrase_opens_what_was_sealed_with_it_and_another_does_not() -> None:
    with cheap_passphrases():
        sealed = for_passphrase(LETTER, "eight or more")
    assert b"%PDF" not in sealed and sealed.startswith(b"age-encryption.org/v1\n")
    assert pyrage.passphrase.decrypt(sealed, "eight or more") == LETTER
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(sealed, "eight or less")


@pytest.mark.parametrize("passphrase", ["", "seven 7"])
def test_a_short_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(ValueError, match="8 letters"):
        for_passphrase(LETTER, passphrase)


def test_only_the_private_key_opens_what_was_sealed_for_the_public_one() -> None:
    theirs, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = for_key(LETTER, f"  {theirs.to_public()}\n")
    assert b"%PDF" not in sealed
    assert pyrage.decrypt(sealed, [theirs]) == LETTER
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


@pytest.mark.parametrize("recipient", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQ"])
def test_what_is_no_public_key_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError, match="public key"):
        for_key(LETTER, recipient)


def test_a_private_key_given_by_mistake_is_refused_and_not_repeated() -> None:
    secret = str(pyrage.x25519.Identity.generate())
    with pytest.raises(ValueError) as refused:
        for_key(LETTER, secret)
    assert secret not in str(refused.value)
