"""SIGKILL, as when the battery is empty: what was acknowledged is there afterwards, and the store is sound."""

import contextlib
import os
import random
import signal
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from steelyard.actions import copies, keep
from steelyard.actions.vaults import vault
from steelyard.journal import store
from steelyard.records.model import Dose, Rating

from ..keeping import PASSPHRASE, begin, turn_to
from .server import Tab, start

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WRITES = 500


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "encrypted"])
def test_no_acknowledged_entry_is_lost(tmp_path: Path, passphrase: str) -> None:
    """Each process is killed at a random point of 500 writes; the next one goes on in the same store."""
    _many_kills(tmp_path, passphrase, rounds=6)


@pytest.mark.slow
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "encrypted"])
def test_no_acknowledged_entry_is_lost_in_a_hundred_kills(tmp_path: Path, passphrase: str) -> None:
    _many_kills(tmp_path, passphrase, rounds=100)


def test_a_write_of_many_records_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """A file of 2,000 records is brought in when the kill comes."""
    begin(tmp_path / "data")
    chance = random.Random(2)
    for number in range(8):
        child = _forked(lambda number=number: store.put((_dose(f"{number}-{n}", n) for n in range(2000)), NOON))
        time.sleep(chance.uniform(0.0, 0.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        _sound(passphrase="")
        there = [dose.id for dose in store.journal().of(Dose) if str(dose.id).startswith(f"{number}-")]
        assert len(there) in (0, 2000)


def test_a_kill_while_a_backup_is_made_leaves_whole_backups_only(tmp_path: Path) -> None:
    from steelyard.journal import backup

    begin(tmp_path / "data")
    store.put((_dose(str(n), n) for n in range(3000)), NOON)
    chance = random.Random(3)
    for number in range(8):
        child = _forked(lambda number=number: copies.make(NOON + timedelta(days=number)))
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    copies.make(NOON + timedelta(days=100))
    for one in copies.listed():
        content = backup.read(tmp_path / "data", one.name)
        assert content is not None and backup.contents(content, "").journal.count(b"\n") == 3000


def test_a_kill_at_the_very_beginning_leaves_something_that_can_be_begun_or_opened(tmp_path: Path) -> None:
    """While the tables are made and the passphrase is set. What comes of it either is no journal yet, or is an empty one."""
    chance = random.Random(4)
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        turn_to(folder)
        child = _forked(lambda: keep.begin(PASSPHRASE))
        time.sleep(chance.uniform(0.0, 0.8))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        turn_to(folder)
        if not keep.exists():
            keep.begin(PASSPHRASE)
        elif keep.encrypted():
            keep.open_(PASSPHRASE)
        else:
            keep.resume()
        store.put([_dose("first", 0)], NOON)
        assert store.count() == 1


def test_the_running_app_is_killed_while_somebody_taps(tmp_path: Path) -> None:
    """The whole of it: a tap is answered only once it is on disk."""
    app, tapped, chance = start(tmp_path / "data"), 0, random.Random(5)
    tab = Tab(app).enter()
    for _ in range(3):
        last = tapped + chance.randrange(5, 20)
        with contextlib.suppress(ConnectionError):
            while True:
                if tapped == last:
                    threading.Timer(chance.uniform(0.0, 0.1), app.kill).start()
                status, _, _ = tab.post("/rating", value=f"{tapped / 1000}")
                assert status == 302
                tapped += 1
        app.process.wait()
        app = start(tmp_path / "data")
        tab = Tab(app).enter()
    assert app.stop() == 0, "Ctrl-C ends it"

    turn_to(tmp_path / "data")
    values = [rating.value for rating in store.journal().of(Rating)]
    # A tap that was kept when the answer could not be sent any more is there as well, once for each kill.
    assert tapped <= len(values) <= tapped + 3
    assert tapped >= 15


def _many_kills(tmp_path: Path, passphrase: str, rounds: int) -> None:
    begin(tmp_path / "data", passphrase)
    chance, acknowledged = random.Random(len(passphrase)), 0
    for number in range(rounds):
        reading, writing = os.pipe()
        child = _forked(lambda number=number, writing=writing: _write_and_tell(number, writing))
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            lines = chance.randrange(WRITES)
            ids = [line.strip().decode() for line, _ in zip(told, range(lines), strict=False)]
            time.sleep(chance.uniform(0.0, 0.003))
            os.kill(child, signal.SIGKILL)
            ids += [line.strip().decode() for line in told if line.endswith(b"\n")]
        os.waitpid(child, 0)
        _sound(passphrase)
        there = {dose.id for dose in store.journal().of(Dose)}
        assert set(ids) <= there
        acknowledged += len(ids)
    assert acknowledged >= 20 * rounds, "the kills came late enough to mean something"


def _write_and_tell(number: int, writing: int) -> None:
    for n in range(WRITES):
        (id,) = store.put([_dose(f"{number}-{n}", n)], NOON)
        os.write(writing, f"{id}\n".encode())


def _sound(passphrase: str) -> None:
    """Open the store as a new process would, and look it over."""
    folder = vault().folder
    turn_to(folder)
    if passphrase:
        vault().open(passphrase)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]


def _dose(id: str, minute: int) -> Dose:
    return Dose(id=id, time=NOON + timedelta(minutes=minute), substance="kratom", amount=2.5, unit="g")


def _forked(do: object) -> int:
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # another test's library may warn of its threads, which the child does without
        child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(AttributeError):
            # where the driver of a browser has left an event loop, Django keeps a connection for it and, from before, one for the bare
            # thread, which is what the child has
            del connections["default"]
        try:
            do()  # type: ignore[operator]
            status = 0
        finally:
            os._exit(status)
    return child
