"""The passphrase is set or changed while things go wrong: afterwards the store opens with the old one or the new one, whole."""

import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from steelyard.journal import vault as room
from steelyard.journal.vault import InUseError, Vault, WrongPassphraseError

OLD, NEW = "the old passphrase", "the new passphrase"
ROWS = 300
STEPS = ("open", "os.rename", "os.remove", "sqlite3.connect")  # what Python tells its auditors of
Change = Callable[[Vault], None]


@pytest.fixture
def plain(tmp_path: Path) -> Vault:
    """A plain store in which 300 rows were written and not yet brought out of the write-ahead log."""
    folder = tmp_path / "vault"
    folder.mkdir()
    return _written(Vault(folder))


@pytest.fixture
def sealed(plain: Vault) -> Vault:
    plain.set_passphrase(OLD)
    return plain


def test_the_rows_come_through(plain: Vault) -> None:
    plain.set_passphrase(OLD)
    assert _rows(plain) == ROWS
    plain.change_passphrase(OLD, NEW)
    assert _rows(plain) == ROWS


def test_only_the_new_passphrase_opens_it_afterwards(sealed: Vault) -> None:
    sealed.change_passphrase(OLD, NEW)
    other = Vault(sealed.folder)
    with pytest.raises(WrongPassphraseError):
        other.open(OLD)
    assert other.locked
    other.open(NEW)
    assert _rows(other) == ROWS


def test_nothing_readable_is_left_beside_the_store(sealed: Vault) -> None:
    sealed.change_passphrase(OLD, NEW)
    assert sorted(path.name for path in sealed.folder.iterdir()) == ["journal.db", "journal.salt"]
    content = sealed.store.read_bytes()
    assert b"SQLite" not in content and b"row number" not in content


def test_what_was_plain_is_written_over(plain: Vault, tmp_path: Path) -> None:
    the_same_blocks = tmp_path / "second name"
    the_same_blocks.hardlink_to(plain.store)
    plain.set_passphrase(OLD)
    assert set(the_same_blocks.read_bytes()) == {0}


def test_a_wrong_old_passphrase_changes_nothing(sealed: Vault) -> None:
    before = sealed.store.read_bytes()
    with pytest.raises(WrongPassphraseError):
        sealed.change_passphrase("not the old one", NEW)
    assert sealed.store.read_bytes() == before


@pytest.mark.parametrize("short", ["", "seven77"])
def test_a_short_passphrase_changes_nothing(plain: Vault, short: str) -> None:
    with pytest.raises(ValueError, match="passphrase"):
        plain.set_passphrase(short)
    assert not plain.encrypted and _rows(plain) == ROWS


def test_a_store_that_somebody_else_has_open_is_left_alone(plain: Vault) -> None:
    """Otherwise what the other writes next would go into a file that has no name any more."""
    other = dbapi2.connect(str(plain.store))
    other.execute("SELECT count(*) FROM row").fetchone()
    try:
        with pytest.raises(InUseError):
            plain.set_passphrase(OLD)
        other.execute("INSERT INTO row VALUES (999, 'written meanwhile')")
        other.commit()
    finally:
        other.close()
    assert not plain.encrypted and _rows(plain) == ROWS + 1
    assert not (plain.folder / room.COPY).exists()


@pytest.mark.parametrize(
    "change", [lambda v: v.set_passphrase(NEW), lambda v: v.change_passphrase(OLD, NEW)], ids=["set", "change"]
)
def test_killed_before_any_step(tmp_path: Path, change: Change, request: pytest.FixtureRequest) -> None:
    """SIGKILL before the first file is opened, renamed or removed, then before the second, and so on until nothing is left to do."""
    changing = "change" in request.node.callspec.id
    killed = 0
    while _killed(_fresh(tmp_path / str(killed), changing), change, before_step=killed + 1):
        _opens_whole(Vault(tmp_path / str(killed)), changing)
        killed += 1
    assert killed >= 8, "the change has at least this many steps; fewer means that this test no longer sees them"
    _opens_whole(Vault(tmp_path / str(killed)), changing, only_new=True)


@pytest.mark.parametrize("step", range(1, 12, 2))
def test_after_a_kill_the_change_can_be_made_again(tmp_path: Path, step: int) -> None:
    vault = _fresh(tmp_path / "v", changing=True)
    _killed(vault, lambda v: v.change_passphrase(OLD, NEW), before_step=step)
    again = Vault(vault.folder)
    _open_with_either(again)
    again.change_passphrase(OLD if _opens(vault.folder, OLD) else NEW, "a third passphrase")
    _opened = Vault(vault.folder)
    _opened.open("a third passphrase")
    assert _rows(_opened) == ROWS
    assert sorted(path.name for path in vault.folder.iterdir()) == ["journal.db", "journal.salt"]


@pytest.mark.slow
def test_killed_at_any_time(tmp_path: Path) -> None:
    """By the clock, so that the copying itself, which Python does not see, is hit as well."""
    vault = _fresh(tmp_path / "unhindered", changing=True, rows=20_000)
    start = time.monotonic()
    os.waitpid(_forked(lambda: vault.change_passphrase(OLD, NEW)), 0)
    takes_s = time.monotonic() - start
    chance = random.Random(1)
    hit = 0
    for number in range(60):
        vault = _fresh(tmp_path / str(number), changing=True, rows=20_000)
        child = _forked(lambda vault=vault: vault.change_passphrase(OLD, NEW))
        time.sleep(chance.uniform(0.0, takes_s))
        os.kill(child, signal.SIGKILL)
        hit += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        _opens_whole(Vault(vault.folder), changing=True, rows=20_000)
    assert hit >= 20, "the kills came early enough to mean something"


@pytest.mark.parametrize("changing", [False, True], ids=["set", "change"])
def test_a_full_disk_changes_nothing(tmp_path: Path, changing: bool) -> None:
    """No file may grow beyond 8 KiB, as on a disk with no more room than that."""
    vault = _fresh(tmp_path / "v", changing)

    def child() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))
        try:
            vault.change_passphrase(OLD, NEW) if changing else vault.set_passphrase(NEW)
        except (dbapi2.OperationalError, OSError):
            os._exit(3)

    assert os.waitstatus_to_exitcode(os.waitpid(_forked(child), 0)[1]) == 3
    assert not (vault.folder / room.COPY).exists(), "half a copy would keep the disk full"
    again = Vault(vault.folder)
    if changing:
        again.open(OLD)
    assert again.encrypted == changing and _rows(again) == ROWS


def test_a_store_in_the_middle_of_writing_opens_after_a_kill(sealed: Vault) -> None:
    """The write-ahead log of an encrypted store is there when it is opened, and nobody is left who could clear it up."""

    def child() -> None:
        connection = _connected(sealed)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO row VALUES (1000, 'acknowledged')")
        connection.commit()
        os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(_forked(child), 0)
    assert sealed.store.with_name("journal.db-wal").stat().st_size > 0
    again = Vault(sealed.folder)
    again.open(OLD)
    assert _rows(again) == ROWS + 1


def _written(vault: Vault, rows: int = ROWS) -> Vault:
    vault.folder.mkdir(exist_ok=True)

    def child() -> None:
        connection = dbapi2.connect(str(vault.store))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, words TEXT)")
        connection.executemany("INSERT INTO row VALUES (?, ?)", ((n, f"row number {n}") for n in range(rows)))
        connection.commit()
        os._exit(0)  # without closing, so that the log stays

    os.waitpid(_forked(child), 0)
    assert vault.store.with_name("journal.db-wal").exists()
    return vault


def _fresh(folder: Path, changing: bool, rows: int = ROWS) -> Vault:
    vault = _written(Vault(folder), rows)
    if changing:
        vault.set_passphrase(OLD)
    return vault


def _forked(do: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            do()
            status = 0
        finally:
            os._exit(status)
    return child


def _killed(vault: Vault, change: Change, before_step: int) -> bool:
    """Make the change in another process that kills itself before a step; False when it was done before it came so far."""

    def child() -> None:
        steps = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal steps
            if event in STEPS:
                steps += 1
                if steps == before_step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        change(vault)

    status = os.waitpid(_forked(child), 0)[1]
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def _opens_whole(vault: Vault, changing: bool, only_new: bool = False, rows: int = ROWS) -> None:
    if vault.encrypted:
        _open_with_either(vault)
        assert not only_new or _opens(vault.folder, NEW)
    else:
        assert not changing and not only_new
    assert _rows(vault) == rows


def _open_with_either(vault: Vault) -> None:
    try:
        vault.open(OLD)
    except WrongPassphraseError:
        vault.open(NEW)


def _opens(folder: Path, passphrase: str) -> bool:
    try:
        Vault(folder).open(passphrase)
    except WrongPassphraseError:
        return False
    return True


def _connected(vault: Vault) -> dbapi2.Connection:
    connection = dbapi2.connect(str(vault.store))
    if key := vault.key():
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return connection


def _rows(vault: Vault) -> int:
    """How many rows there are, once the file was found to be sound."""
    connection = _connected(vault)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM row").fetchone()[0])
    finally:
        connection.close()
