"""The vault: who may open the store, what lies on the disk, and what stays there when it is locked."""

import stat
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from steelyard.journal.vault import SALT, STORE, Vault, WrongPassphraseError, derive, opens

PASSPHRASE = "four plain words here"


@pytest.fixture
def plain(tmp_path: Path) -> Vault:
    """A store without a passphrase that holds one sentence."""
    connection = dbapi2.connect(str(tmp_path / STORE))
    connection.execute("CREATE TABLE kept (said TEXT)")
    connection.execute("INSERT INTO kept VALUES ('a sentence to be found')")
    connection.commit()
    connection.close()
    return Vault(tmp_path)


@pytest.fixture
def sealed(plain: Vault) -> Vault:
    """The same with a passphrase, open."""
    plain.set_passphrase(PASSPHRASE)
    return plain


def test_without_a_store_there_is_nothing_to_unlock(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    assert (vault.encrypted, vault.locked, vault.key()) == (False, False, "")


def test_a_plain_store_needs_no_key(plain: Vault) -> None:
    assert (plain.encrypted, plain.locked, plain.key()) == (False, False, "")


def test_an_encrypted_store_hides_its_words_and_what_it_is(sealed: Vault) -> None:
    content = sealed.store.read_bytes()
    assert b"sentence" not in content and b"CREATE TABLE" not in content and not content.startswith(b"SQLite")


def test_while_it_is_locked_there_is_no_key(sealed: Vault) -> None:
    sealed.lock()
    assert sealed.locked
    with pytest.raises(PermissionError):
        sealed.key()
    assert "key" not in {name for name, value in vars(sealed).items() if value and name.strip("_") == "key"}


def test_the_passphrase_opens_it_and_nothing_else_does(sealed: Vault) -> None:
    key = sealed.key()
    sealed.lock()
    for wrong in ("", "four plain words", PASSPHRASE.upper(), f"{PASSPHRASE} ", key):
        with pytest.raises(WrongPassphraseError):
            sealed.open(wrong)
        assert sealed.locked
    sealed.open(PASSPHRASE)
    assert sealed.key() == key


def test_a_second_process_opens_the_same_store(sealed: Vault) -> None:
    other = Vault(sealed.folder)
    assert other.locked
    other.open(PASSPHRASE)
    assert opens(other.store, other.key())


def test_a_wrong_passphrase_is_not_told_in_the_refusal(sealed: Vault) -> None:
    sealed.lock()
    with pytest.raises(WrongPassphraseError) as refused:
        sealed.open("nearly my passphrase")
    assert "nearly" not in str(refused.value)


def test_the_same_passphrase_gives_another_key_in_another_store() -> None:
    one, other = (derive(PASSPHRASE, salt) for salt in (b"0" * 16, b"1" * 16))
    assert one != other
    assert len(one) == 64 and int(one, 16) >= 0


def test_the_salt_is_for_nobody_else_to_read(sealed: Vault) -> None:
    assert stat.S_IMODE((sealed.folder / SALT).stat().st_mode) == 0o600
    assert len((sealed.folder / SALT).read_bytes()) >= 16


def test_without_its_salt_a_store_does_not_open(sealed: Vault) -> None:
    sealed.lock()
    (sealed.folder / SALT).unlink()
    with pytest.raises(WrongPassphraseError):
        sealed.open(PASSPHRASE)


def test_an_encrypted_store_is_not_encrypted_over_again(sealed: Vault) -> None:
    with pytest.raises(ValueError, match="already"):
        sealed.set_passphrase("another passphrase")
