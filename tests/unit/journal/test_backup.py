"""Backups: what goes in comes out, nobody without the passphrase gets at it, and erasing names what it removes."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from steelyard.journal import backup
from steelyard.journal.backup import Contents, Keys, NotABackupError, SealedError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOURNAL = b'{"record":"dose","id":"a","time":"2026-03-01T08:00:00+01:00","substance":"kratom","amount":2.5,"unit":"g"}\n'
PHOTO = ("11111111-1111-1111-1111-111111111111.jpg", bytes(range(256)) * 40)
SETTINGS = (("zone", "Europe/Berlin"), ("show_less", "1"))


@pytest.fixture
def keys() -> Keys:
    return backup.new_keys("a good passphrase")


@pytest.fixture
def bundle() -> bytes:
    return backup.bundle(JOURNAL, [PHOTO], SETTINGS)


def test_what_goes_in_comes_out_of_an_open_backup(bundle: bytes) -> None:
    assert backup.contents(bundle, "") == Contents(JOURNAL, (PHOTO,), SETTINGS)
    assert not backup.is_sealed(bundle)


def test_what_goes_in_comes_out_of_a_sealed_backup(bundle: bytes, keys: Keys) -> None:
    closed = backup.sealed(bundle, keys)

    assert backup.is_sealed(closed)
    assert backup.contents(closed, "a good passphrase") == Contents(JOURNAL, (PHOTO,), SETTINGS)


@pytest.mark.parametrize("passphrase", ["", "a good passphras", "A good passphrase", "a good passphrase "])
def test_another_passphrase_does_not_open_it(bundle: bytes, keys: Keys, passphrase: str) -> None:
    with pytest.raises(SealedError):
        backup.contents(backup.sealed(bundle, keys), passphrase)


def test_nothing_can_be_read_in_a_sealed_backup(bundle: bytes, keys: Keys) -> None:
    closed = backup.sealed(bundle, keys)
    with zipfile.ZipFile(io.BytesIO(closed)) as archive:
        readable = b"".join(archive.read(name) for name in archive.namelist())

    for secret in (b"kratom", b"2.5", b"journal.jsonl", b"Berlin", PHOTO[1][:64]):
        assert secret not in closed
        assert secret not in readable


def test_the_private_key_is_not_in_a_backup(bundle: bytes, keys: Keys) -> None:
    assert b"AGE-SECRET-KEY" not in backup.sealed(bundle, keys)
    assert "AGE-SECRET-KEY" not in keys.identity


def test_each_pair_of_keys_is_another() -> None:
    one, other = backup.new_keys("a good passphrase"), backup.new_keys("a good passphrase")
    assert one.recipient != other.recipient


def test_a_sealed_backup_opens_by_what_its_note_says(bundle: bytes, keys: Keys) -> None:
    """Each step on the note, without this program: the file stands alone."""
    with zipfile.ZipFile(io.BytesIO(backup.sealed(bundle, keys))) as archive:
        assert archive.namelist() == ["README.txt", "identity.age", "journal.age"]
        identity = pyrage.passphrase.decrypt(archive.read("identity.age"), "a good passphrase").decode()
        inner = pyrage.decrypt(archive.read("journal.age"), [pyrage.x25519.Identity.from_str(identity)])
    with zipfile.ZipFile(io.BytesIO(inner)) as archive:
        assert archive.read("journal.jsonl") == JOURNAL


def test_what_is_no_backup_is_refused() -> None:
    for content in (b"", b"PK\x03\x04 not really", b"hello", JOURNAL):
        with pytest.raises(NotABackupError):
            backup.contents(content, "a good passphrase")


def test_a_zip_without_a_journal_is_refused() -> None:
    with pytest.raises(NotABackupError, match="no journal"):
        backup.contents(_zip({"letter.txt": b"hello"}), "")


def test_settings_that_are_none_are_refused() -> None:
    for settings in (b"[1, 2]", b'{"zone": 5}', b"{"):
        with pytest.raises(NotABackupError, match="settings"):
            backup.contents(_zip({"journal.jsonl": JOURNAL, "settings.json": settings}), "")


def test_every_damaged_byte_of_a_sealed_journal_is_noticed(keys: Keys) -> None:
    """A flipped bit anywhere in what is sealed refuses the whole: nothing half right comes back."""
    closed = backup.sealed(backup.bundle(JOURNAL, []), keys)
    with zipfile.ZipFile(io.BytesIO(closed)) as archive:
        info = archive.getinfo("journal.age")
        start = closed.index(archive.read("journal.age"))
    for place in range(start, start + info.file_size, 37):
        damaged = bytearray(closed)
        damaged[place] ^= 1
        with pytest.raises(NotABackupError):
            backup.contents(bytes(damaged), "a good passphrase")


def test_a_zip_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _zip({"journal.jsonl": bytes(1_000_001)})
    assert len(bomb) < 2000
    monkeypatch.setattr(backup, "LARGEST_BYTES", 1_000_000)
    with pytest.raises(NotABackupError, match="more than"):
        backup.contents(bomb, "")


def test_a_backup_is_written_for_its_owner_alone(folder: Path, bundle: bytes) -> None:
    path = backup.write(folder, bundle, NOON)

    assert path.name == "2026-03-01T120000Z.open.zip"
    assert path.read_bytes() == bundle
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_name_tells_the_instant_in_utc_and_whether_it_is_sealed(folder: Path, bundle: bytes, keys: Keys) -> None:
    west = datetime.fromisoformat("2026-03-01T23:30:00-06:00")
    backup.write(folder, backup.sealed(bundle, keys), west)

    (one,) = backup.list_of(folder)
    assert (one.at, one.sealed) == (west, True)
    assert one.name == "2026-03-02T053000Z.sealed.zip"


def test_only_the_latest_are_kept(folder: Path, bundle: bytes) -> None:
    for day in range(backup.KEPT + 3):
        backup.write(folder, bundle, NOON + timedelta(days=day))

    kept = [one.at for one in backup.list_of(folder)]
    assert kept == [NOON + timedelta(days=day) for day in reversed(range(3, backup.KEPT + 3))]


def test_one_made_after_the_clock_was_set_back_is_not_the_one_dropped(folder: Path, bundle: bytes) -> None:
    for day in range(backup.KEPT):
        backup.write(folder, bundle, NOON + timedelta(days=3000 + day))
    path = backup.write(folder, bundle, NOON)

    assert path.exists()
    assert len(backup.list_of(folder)) == backup.KEPT


def test_a_full_disk_leaves_the_earlier_backup_and_no_half_one(
    folder: Path, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write(folder, bundle, NOON)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        backup.write(folder, bundle, NOON + timedelta(days=1))
    assert [path.name for path in (folder / "backups").iterdir()] == ["2026-03-01T120000Z.open.zip"]


@pytest.mark.parametrize("name", ["../journal.db", "/etc/passwd", "2026-03-01T120000Z.open.zip/..", "", "other.zip"])
def test_only_backups_are_given_out_or_removed(folder: Path, bundle: bytes, name: str) -> None:
    backup.write(folder, bundle, NOON)
    (folder / "journal.db").write_bytes(b"x")
    (folder / "backups" / "other.zip").write_bytes(b"x")

    assert backup.read(folder, name) is None
    assert backup.remove(folder, [name]) == []
    assert (folder / "journal.db").exists() and (folder / "backups" / "other.zip").exists()


def test_erasing_removes_all_that_was_made_here_and_nothing_else(folder: Path, bundle: bytes) -> None:
    ours = ["journal.db", "journal.db-wal", "journal.db-shm", "journal.salt", "journal.salt.new", "journal.new", "secret.key"]
    for name in [*ours, "my-thesis.txt"]:
        (folder / name).write_bytes(b"x" * 100)
    backup.write(folder, bundle, NOON)

    removed = backup.erase(folder, with_backups=False, also=["secret.key"])

    assert sorted(path.name for path in removed) == sorted(ours)
    assert sorted(path.name for path in folder.iterdir()) == ["backups", "my-thesis.txt"]
    assert [one.at for one in backup.list_of(folder)] == [NOON]


def test_erasing_takes_the_backups_when_that_is_said(folder: Path, bundle: bytes) -> None:
    (folder / "journal.db").write_bytes(b"x")
    backup.write(folder, bundle, NOON)
    (folder / "backups" / "2026-03-02T120000Z.open.part").write_bytes(b"half of one")

    backup.erase(folder, with_backups=True)
    assert list((folder / "backups").iterdir()) == []


def test_a_file_that_the_database_takes_away_meanwhile_does_not_stop_the_erasing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("journal.db", "journal.db-wal", "journal.db-shm", "journal.salt"):
        (folder / name).write_bytes(b"x")

    def closing(_: object) -> None:
        """The last connection is closed while the store is written over."""
        for end in ("-wal", "-shm"):
            (folder / f"journal.db{end}").unlink(missing_ok=True)

    monkeypatch.setattr(backup, "overwrite", closing)
    removed = [path.name for path in backup.erase(folder, with_backups=False)]
    assert list(folder.iterdir()) == []
    assert removed == ["journal.db", "journal.salt"]


def test_what_is_erased_is_written_over_first(folder: Path) -> None:
    store = folder / "journal.db"
    store.write_bytes(b"kratom 2.5 g" * 1000)
    also_there = folder / "same-blocks"
    also_there.hardlink_to(store)  # a second name shows what becomes of the blocks

    backup.erase(folder, with_backups=False)
    assert also_there.read_bytes() == bytes(12_000)


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
