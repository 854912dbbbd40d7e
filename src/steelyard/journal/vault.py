"""Where the journal lies, whether it is locked, and the key while it is open.

Without a passphrase the store is a plain SQLite file. With one it is a SQLCipher file whose key is derived once from the passphrase and
a salt kept beside it, and held by this process alone until it is locked again. Nobody can open it without the passphrase.

Source: key derivation scrypt, RFC 7914; SQLCipher, "sqlcipher_export" and "PRAGMA rekey".
"""

import os
import secrets
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlcipher3 import dbapi2

STORE, SALT, NEW_SALT, COPY = "journal.db", "journal.salt", "journal.salt.new", "journal.new"
PLAIN_HEAD = b"SQLite format 3\x00"
SHORTEST = 8
COST = 2**17  # 128 MB and about a third of a second for each guess


class WrongPassphraseError(ValueError):
    """The passphrase does not open this store."""


class InUseError(RuntimeError):
    """Somebody else has the store open, so that it cannot be exchanged for another file now."""


class Vault:
    """The store in one folder, and the key to it while it is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key: str | None = None

    @property
    def store(self) -> Path:
        """The database file."""
        return self.folder / STORE

    @property
    def encrypted(self) -> bool:
        """Whether there is a store that needs a passphrase."""
        if not self.store.exists():
            return False
        with self.store.open("rb") as file:
            head = file.read(len(PLAIN_HEAD))
        return bool(head) and head != PLAIN_HEAD

    @property
    def locked(self) -> bool:
        """Whether the passphrase has yet to be given."""
        return self.encrypted and self._key is None

    def key(self) -> str:
        """The raw key, 64 hexadecimal digits, or nothing where none is needed; refuses (PermissionError) while the store is locked."""
        if self.locked:
            raise PermissionError("the journal is locked")
        return self._key or ""

    def mark(self) -> str:
        """What tells one passphrase from the next without telling anything about it; nothing where there is none."""
        salt = self.folder / SALT
        return salt.read_bytes().hex() if self.encrypted and salt.exists() else ""

    def open(self, passphrase: str) -> None:
        """Unlock; refuses with WrongPassphraseError."""
        for salt in (self.folder / SALT, self.folder / NEW_SALT):
            if salt.exists() and opens(self.store, key := derive(passphrase, salt.read_bytes())):
                os.replace(salt, self.folder / SALT)
                self._key = key
                return
        raise WrongPassphraseError("this passphrase does not open the journal")

    def lock(self) -> None:
        """Forget the key."""
        self._key = None

    def set_passphrase(self, passphrase: str) -> None:
        """Encrypt a plain store; refuses (ValueError) a short passphrase or an encrypted store, and with InUseError.

        The encrypted copy is complete on disk before it takes the place of the plain file, which is then written over. A disk that moves
        its blocks, as solid-state ones do, may keep what was plain all the same.
        """
        if self.encrypted:
            raise ValueError("the journal has a passphrase already")
        self._seal(passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        """Encrypt the store anew; refuses with WrongPassphraseError and InUseError, and (ValueError) a short passphrase."""
        self.open(old)
        self._seal(new)

    def check(self, passphrase: str) -> None:
        """Refuse (ValueError) a passphrase that is given but too short."""
        if 0 < len(passphrase) < SHORTEST:
            raise ValueError(f"a passphrase needs {SHORTEST} characters or more")

    def _seal(self, passphrase: str) -> None:
        """Copy the store under a new key. Copy and salt are on disk before the copy takes the store's place, and `open` tries both salts:
        whenever this is interrupted, the old passphrase opens the store or the new one does.
        """
        if not passphrase:
            raise ValueError("expected a passphrase")
        self.check(passphrase)
        salt, copy = secrets.token_bytes(16), self.folder / COPY
        key = derive(passphrase, salt)
        copy.unlink(missing_ok=True)
        try:
            _encrypted_copy(self.store, copy, key, self.key())
            _write(self.folder / NEW_SALT, salt)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        with self.store.open("r+b") as old:
            os.replace(copy, self.store)
            os.replace(self.folder / NEW_SALT, self.folder / SALT)
            _reach_disk(self.folder)
            self._key = key
            overwrite(old)


def derive(passphrase: str, salt: bytes) -> str:
    """The raw key of a passphrase, 64 hexadecimal digits."""
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode()).hex()


def opens(store: Path, key: str) -> bool:
    """Whether a raw key opens an encrypted file."""
    connection = dbapi2.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except dbapi2.DatabaseError:
        return False
    finally:
        connection.close()
    return True


def overwrite(file: BinaryIO) -> None:
    """Put zeros in the place of all that an open file holds."""
    left = file.seek(0, os.SEEK_END)
    file.seek(0)
    while left > 0:
        left -= file.write(bytes(min(left, 1 << 20)))
    file.flush()
    os.fsync(file.fileno())


def _encrypted_copy(store: Path, copy: Path, key: str, old_key: str) -> None:
    connection = dbapi2.connect(str(store), isolation_level=None)
    try:
        if old_key:
            connection.execute(f"PRAGMA key = \"x'{old_key}'\"")
        _alone(connection)
        connection.execute(f"ATTACH DATABASE ? AS sealed KEY \"x'{key}'\"", (str(copy),))
        connection.execute("SELECT sqlcipher_export('sealed')")
        connection.execute("DETACH DATABASE sealed")
    finally:
        connection.close()
    if not opens(copy, key):
        raise OSError("the encrypted copy cannot be read back")
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _alone(connection: Any) -> None:
    """Bring all that was written into the one file, which only works while nobody else has it open; refuses with InUseError.

    A log left beside the file would be taken for that of the file which takes its place.
    """
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except dbapi2.OperationalError as error:
        if "locked" not in str(error):
            raise
        mode = "wal"
    if mode != "delete":
        raise InUseError("the journal is in use; try again in a moment")


def _reach_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
