"""A full disk, a folder that cannot be written to, a clock that jumps, several tabs at once, a very long journal."""

import os
import signal
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from steelyard.actions import copies, export, housekeeping, keep, vaults
from steelyard.actions.vaults import HERE, vault
from steelyard.journal import store
from steelyard.records.model import Dose, Rating

from ..keeping import PASSPHRASE, let_in, turn_to
from .server import Tab, free_port, run, running

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["", PASSPHRASE], ids=["plain", "encrypted"])
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A browser in a journal with one dose, which shows what went wrong instead of raising it."""
    client = let_in(tmp_path / "data", request.param)
    keep.log([_dose(0)])
    client.get("/")
    client.raise_request_exception = False
    return client


# a full disk


def test_a_full_disk_is_said_and_loses_nothing(app: Any) -> None:
    """The database may not grow by a single page."""
    with _pages_at_most(pages()):
        kept = 0
        while (answer := app.post("/rating", {"value": f"{kept / 1000}"})).status_code == 302 and kept < 3000:
            kept += 1
    assert answer.status_code == 507
    said = answer.content.decode()
    assert "The disk is full." in said and "is not saved" in said and "kratom" not in said

    assert len(store.journal().of(Rating)) == kept and len(store.journal().of(Dose)) == 1
    assert app.post("/rating", {"value": "7"}).status_code == 302, "once there is room again, it goes on"
    assert len(store.journal().of(Rating)) == kept + 1


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """The whole app on a file system of 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small file system")
    try:
        with running(folder) as app:
            tab = Tab(app).enter()
            kept = 0
            room = os.statvfs(folder)
            (folder / "filler").write_bytes(bytes(room.f_bavail * room.f_bsize - 300_000))
            while (answer := tab.post("/rating", value=f"{kept / 1000}"))[0] == 302 and kept < 3000:
                kept += 1
            assert answer[0] == 507 and "The disk is full." in answer[2]
            (folder / "filler").unlink()
            assert tab.post("/rating", value="7")[0] == 302
        turn_to(folder)
        # The one that was answered with "not surely" may be there: the disk can be full when all but the session is saved.
        assert kept > 10 and len(store.journal().of(Rating)) in (kept + 1, kept + 2)
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        turn_to(tmp_path)
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_no_room_for_the_encrypted_copy_leaves_the_journal_as_it_was(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from steelyard.journal import vault as room

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    sealed = keep.encrypted()
    with monkeypatch.context() as patched:
        patched.setattr(room, "_encrypted_copy", full)
        told = {"old": PASSPHRASE, "new": "another passphrase", "again": "another passphrase"}
        answer = app.post("/mine/passphrase", told)
    assert answer.status_code == 507 and "The disk is full." in answer.content.decode()
    assert keep.encrypted() == sealed and store.count() == 1


# a folder that cannot be written to


def test_a_read_only_store_is_said(app: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    answer = app.post("/rating", {"value": "7"})
    assert answer.status_code == 503
    assert "cannot be written to" in answer.content.decode() and "was not saved" in answer.content.decode()
    connection.close()
    assert store.count() == 1


def test_a_read_only_folder_is_named_before_the_app_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults.os, "access", lambda path, mode: False)  # root may write anywhere, so the answer is given here
    with pytest.raises(ValueError, match=f"cannot write in {tmp_path}"):
        vaults.hold(tmp_path)


def test_two_apps_never_keep_one_folder(tmp_path: Path) -> None:
    """The second could exchange the store for another file while the first writes into the old one."""
    with running(tmp_path / "data"):
        second = run(tmp_path / "data", free_port())
        said = second.communicate(timeout=60)[1]
        assert second.returncode == 2
        assert "already runs" in said and "Traceback" not in said
    with running(tmp_path / "data"):
        pass


def test_the_address_is_shown_once_it_answers(tmp_path: Path) -> None:
    port = free_port()
    process = run(tmp_path / "data", port)
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(f"open http://127.0.0.1:{port}/start?key=")
        with socket.create_connection(("127.0.0.1", port), timeout=60) as asked:
            asked.sendall(b"GET /start HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert asked.recv(12) == b"HTTP/1.1 302"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_port_that_is_taken_is_said_and_no_address_is_shown(tmp_path: Path) -> None:
    """The address carries a key; opened, it would be told to whoever has the port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = run(tmp_path / "data", int(other.getsockname()[1]))
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert "--port" in said and "key=" not in said and "Traceback" not in said


def test_an_error_nobody_foresaw_shows_nothing_of_the_journal(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("kratom 2.5 g at noon")

    monkeypatch.setattr(store, "recent", breaks)
    answer = app.get("/")
    assert answer.status_code == 500
    said = answer.content.decode()
    assert "kratom" not in said and "noon" not in said and "Traceback" not in said
    assert "RuntimeError" in said


# a clock that jumps


def test_a_clock_set_back_by_a_year_loses_nothing(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    copies.make(keep.now())
    earlier = keep.now() - timedelta(days=365)
    monkeypatch.setattr(keep, "now", lambda: earlier)
    for address in ("/", "/history", "/mine"):
        assert app.get(address).status_code == 200
    app.post("/rating", {"value": "7"})
    assert store.count() == 2

    housekeeping.tick(HERE.asked, earlier)
    assert earlier.replace(microsecond=0) in [one.at for one in copies.listed()], "a backup is made by the clock that holds now"
    assert not copies.due(earlier)


def test_a_clock_set_back_does_not_keep_the_journal_open(tmp_path: Path) -> None:
    """The pause is measured on a clock that nobody can set."""
    let_in(tmp_path / "data", PASSPHRASE).get("/mine")
    housekeeping.tick(HERE.asked + 3600, keep.now() - timedelta(days=365))
    assert keep.locked()


# several at once


def test_two_tabs_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as app:
        first = Tab(app).enter()
        tabs = [first, Tab(app, first.cookies.copy())]
        statuses: list[int] = []

        def tap(tab: Tab, start: int) -> None:
            statuses.extend(tab.post("/rating", value=f"{number / 1000}")[0] for number in range(start, start + 40))

        _at_once([lambda n=n, tab=tab: tap(tab, 1000 * n) for n, tab in enumerate(tabs)])
        assert statuses == [302] * 80
    turn_to(tmp_path / "data")
    assert len(store.journal().of(Rating)) == 80


def test_a_passphrase_set_while_another_tab_writes_loses_nothing(tmp_path: Path) -> None:
    """The store is exchanged for its encrypted copy between two taps, never during one."""
    with running(tmp_path / "data") as app:
        tab = Tab(app).enter()
        other = Tab(app, tab.cookies.copy())
        done, statuses = threading.Event(), []

        def tap() -> None:
            while not done.is_set() or len(statuses) < 30:
                statuses.append(other.post("/rating", value=f"{len(statuses) / 1000}")[0])

        def seal() -> None:
            time.sleep(0.2)
            for old, new in (("", PASSPHRASE), (PASSPHRASE, "another passphrase")):
                assert tab.post("/mine/passphrase", old=old, new=new, again=new)[1] == "/mine/sheet"
            done.set()

        _at_once([tap, seal])
        assert set(statuses) == {302}
        app.kill()

    from unittest import mock

    from steelyard.journal import vault as room

    turn_to(tmp_path / "data")
    with mock.patch.object(room, "COST", 2**17):
        vault().open("another passphrase")
    assert len(store.journal().of(Rating)) == len(statuses)


# a very long journal


def test_fifty_thousand_entries(tmp_path: Path) -> None:
    """Seven years at twenty a day; how long it takes is for `benchmarks/app.py` to say."""
    app = let_in(tmp_path / "data", PASSPHRASE)
    records = [
        _dose(n * 73) if n % 2 else Rating(time=NOON + timedelta(minutes=n * 73), scale="pain", value=n % 11)
        for n in range(50_000)
    ]
    store.put(records, NOON)
    for address in ("/", "/history", "/mine"):
        assert app.get(address).status_code == 200, address
    assert app.post("/rating", {"value": "3"}).status_code == 302
    assert export.everything() and copies.content()
    assert store.count() == 50_001


def _at_once(jobs: list[Any]) -> None:
    failed: list[BaseException] = []

    def guarded(job: Any) -> None:
        try:
            job()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


class _pages_at_most:
    """The database may not have more pages than so many while this lasts."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {self._most}")

    def __exit__(self, *_: object) -> None:
        connection.close()


def pages() -> int:
    """How many pages the database has."""
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA page_count").fetchone()[0])


def _dose(minute: int) -> Dose:
    return Dose(time=NOON + timedelta(minutes=minute), substance="kratom", amount=2.5, unit="g")
