"""Copies of the journal, and erasing all there is.

What is copied is a zip: the journal file, the photographs, the app's settings. With a passphrase that zip is sealed to a public key, so
that a copy can be made while nobody types anything; the private key lies beside it in the same backup, sealed with the passphrase. Such a
backup is a zip of `identity.age` and `journal.age`, which the programs unzip and age open without this one (`_HOW` says the lines to type).
Without a passphrase a backup is as open as the journal itself.

Source: age-encryption.org/v1, by way of the library pyrage.
"""

import base64
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyrage

from .vault import COPY, NEW_SALT, SALT, STORE, overwrite

JOURNAL, SETTINGS, PHOTOS = "journal.jsonl", "settings.json", "photos/"
IDENTITY, CONTENT, HINT = "identity.age", "journal.age", "README.txt"
FOLDER, SEALED, OPEN = "backups", ".sealed.zip", ".open.zip"
BESIDE = ("-wal", "-shm", "-journal")
KEPT = 14
LARGEST_BYTES = 2_000_000_000  # of all that a backup unpacks to
_STAMP = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z(\.sealed|\.open)\.zip", re.ASCII)
_HOW = b"""A backup of a Steelyard journal. To open it without Steelyard you need the programs unzip and age, and the passphrase:
unzip THIS_FILE
age -d -i identity.age journal.age > journal.zip
unzip journal.zip
"""


class NotABackupError(ValueError):
    """The file is no backup."""


class SealedError(NotABackupError):
    """The backup needs a passphrase, and this one does not open it."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds: the journal file's bytes, photographs by name, settings of the app."""

    journal: bytes
    photos: tuple[tuple[str, bytes], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Keys:
    """What seals a backup: the public key, and the private one sealed with the passphrase; both are text."""

    recipient: str
    identity: str


@dataclass(frozen=True)
class Backup:
    """A backup in a data folder."""

    name: str
    at: datetime
    size: int
    sealed: bool


def new_keys(passphrase: str) -> Keys:
    """A fresh pair of keys; sealing the private one takes about a second, which is what makes guessing slow."""
    identity = pyrage.x25519.Identity.generate()
    sealed = pyrage.passphrase.encrypt(str(identity).encode(), passphrase)
    return Keys(str(identity.to_public()), base64.b64encode(sealed).decode())


def bundle(journal: bytes, photos: Iterable[tuple[str, bytes]], settings: Iterable[tuple[str, str]] = ()) -> bytes:
    """A zip of a journal file's bytes, of photographs by name and of the app's settings."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(JOURNAL, journal)
        archive.writestr(SETTINGS, msgspec.json.encode(dict(settings)))
        for name, image in photos:
            archive.writestr(zipfile.ZipInfo(PHOTOS + name), image)  # stored: pictures do not get smaller
    return out.getvalue()


def sealed(content: bytes, keys: Keys) -> bytes:
    """A bundle that only the passphrase behind the keys opens."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(HINT, _HOW)
        archive.writestr(IDENTITY, base64.b64decode(keys.identity))
        archive.writestr(CONTENT, pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(keys.recipient)]))
    return out.getvalue()


def is_sealed(content: bytes) -> bool:
    """Whether a backup needs a passphrase; refuses with NotABackupError what is no zip."""
    return CONTENT in _members(content)


def contents(content: bytes, passphrase: str) -> Contents:
    """What a backup holds; refuses with NotABackupError, and with SealedError a wrong passphrase."""
    files = _members(content)
    if CONTENT in files and IDENTITY in files:
        files = _members(_opened(files[CONTENT], files[IDENTITY], passphrase))
    if JOURNAL not in files:
        raise NotABackupError("it holds no journal")
    photos = tuple((name.removeprefix(PHOTOS), files[name]) for name in files if name.startswith(PHOTOS) and name != PHOTOS)
    try:
        settings = msgspec.json.decode(files.get(SETTINGS, b"{}"), type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise NotABackupError("its settings cannot be read") from error
    return Contents(files[JOURNAL], photos, tuple(settings.items()))


def write(folder: Path, content: bytes, now: datetime) -> Path:
    """Put a backup into the backups of a data folder, whole or not at all, and drop all but the latest."""
    backups = folder / FOLDER
    backups.mkdir(mode=0o700, exist_ok=True)
    path = backups / (now.astimezone(UTC).strftime(_STAMP) + (SEALED if is_sealed(content) else OPEN))
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    earlier = [one for one in list_of(folder) if one.name != path.name]
    remove(folder, [one.name for one in earlier[KEPT - 1 :]])
    return path


def list_of(folder: Path) -> list[Backup]:
    """The backups of a data folder, latest first by the time in their names."""
    if not (folder / FOLDER).is_dir():
        return []
    paths = (path for path in (folder / FOLDER).iterdir() if _NAME.fullmatch(path.name))
    return [_backup(path) for path in sorted(paths, reverse=True)]


def read(folder: Path, name: str) -> bytes | None:
    """A backup by its name; None when there is none."""
    return (folder / FOLDER / name).read_bytes() if name in {one.name for one in list_of(folder)} else None


def remove(folder: Path, names: Iterable[str]) -> list[Path]:
    """Erase backups by name; returns what was erased."""
    there = {one.name for one in list_of(folder)}
    return list(_removed(folder / FOLDER / name for name in names if name in there))


def everything(folder: Path, with_backups: bool, also: Iterable[str] = ()) -> list[Path]:
    """What `erase` would remove: the store and all that was made beside it; the backups too when that is wanted."""
    names = [STORE, *(STORE + end for end in BESIDE), COPY, *(COPY + end for end in BESIDE), SALT, NEW_SALT, *also]
    paths = [folder / name for name in names]
    backups = folder / FOLDER
    if with_backups and backups.is_dir():
        paths += sorted(path for path in backups.iterdir() if _NAME.fullmatch(path.name) or path.suffix == ".part")
    return [path for path in paths if path.is_file()]


def erase(folder: Path, with_backups: bool, also: Iterable[str] = ()) -> list[Path]:
    """Remove the store and all that was made beside it (`also`: further names), and returns what was removed."""
    return list(_removed(everything(folder, with_backups, also)))


def _backup(path: Path) -> Backup:
    at = datetime.strptime(path.name.partition(".")[0], _STAMP).replace(tzinfo=UTC)
    return Backup(path.name, at, path.stat().st_size, path.name.endswith(SEALED))


def _opened(content: bytes, identity: bytes, passphrase: str) -> bytes:
    try:
        key = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(identity, passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
        raise SealedError("this passphrase does not open the backup") from error
    try:
        return pyrage.decrypt(content, [key])
    except pyrage.DecryptError as error:
        raise NotABackupError("the backup is damaged") from error


def _members(content: bytes) -> dict[str, bytes]:
    """The files in a zip; refuses with NotABackupError what is none, is damaged, or unpacks to more than a backup can."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_BYTES:
                raise NotABackupError("it would unpack to more than a backup can hold")
            return {member.filename: archive.read(member) for member in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise NotABackupError("it is not a backup, or it is damaged") from error


def _removed(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        # Written over first: no promise on a disk that moves its blocks, but better than nothing on one that does not.
        try:
            with path.open("r+b") as file:
                overwrite(file)
            path.unlink()
        except FileNotFoundError:  # the database takes its own files away when the last window lets go of it
            continue
        yield path
