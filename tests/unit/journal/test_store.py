"""The store, on every database it is promised for: SQLite, SQLCipher and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from steelyard.journal import audit, devices, known, store
from steelyard.journal.models import Entry, Picture
from steelyard.records.model import Context, Dose, JournalHeader, Photo, Rating, Record, Scale

pytestmark = pytest.mark.usefixtures("engine")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BERLIN = datetime.fromisoformat("2026-03-01T13:30:00+01:00")


def dose(hours: float = 0, **fields: object) -> Dose:
    return Dose(time=NOON + timedelta(hours=hours), **{"substance": "kratom", "amount": 2.5, "unit": "g", **fields})  # type: ignore[arg-type]


def test_the_engine_is_the_one_it_says(engine: str) -> None:
    names = {"sqlite": ("sqlite", False), "sqlcipher": ("sqlite", True), "postgresql": ("postgresql", False)}
    assert (connection.vendor, _looks_random()) == names[engine]


def test_what_goes_in_comes_out() -> None:
    records: list[Record] = [
        JournalHeader(id="journal", format=1, zone="Europe/Berlin"),
        Scale(id="mine", family="bounded", low=0, high=7, worse_is_up=True),
        dose(id="a", note="naïve “note” 🌿 \u0000 with\nlines", extra={"mood": [1, {"x": None}]}),
        Rating(id="b", time=BERLIN, scale="pain", value=0),
        Context(id="c", time=NOON, kind="rating_skipped", value="pain"),
    ]
    assert store.put(records, NOON) == ["journal", "mine", "a", "b", "c"]

    kept = store.journal()
    assert kept.header == records[0]
    assert {record.id: record for record in kept.records} == {record.id: record for record in records[1:]}
    rating = next(record for record in kept.records if isinstance(record, Rating))
    assert rating.time.utcoffset() == timedelta(hours=1), "the offset it was written with"


def test_a_record_without_an_id_gets_one_of_its_own() -> None:
    one, other = store.put([dose(), dose()], NOON)
    assert one != other
    assert store.count() == 2


def test_writing_twice_is_writing_once() -> None:
    for _ in range(2):
        store.put([dose(id="a")], NOON)
    assert store.count() == 1


def test_the_same_id_twice_in_one_go_keeps_the_last() -> None:
    store.put([dose(id="a", amount=1.0), dose(id="a", amount=4.0)], NOON)
    kept = store.get("a")
    assert kept is not None and kept.record == dose(id="a", amount=4.0)
    assert store.count() == 1


def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of three batches fails, as when the disk gets full: the first must not stay behind."""
    store.put([dose(id="a")], NOON)
    manager, calls = type(Entry.objects), []
    write = manager.bulk_create

    def fails_once(*args: Any, **how: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise DatabaseError("database or disk is full")
        return write(*args, **how)

    monkeypatch.setattr(store, "BATCH", 1)
    monkeypatch.setattr(manager, "bulk_create", fails_once)
    with pytest.raises(DatabaseError):
        store.put([dose(id="b"), dose(id="c"), dose(id="d")], NOON)
    assert [record.id for record in store.journal().records] == ["a"]


def test_more_records_than_one_statement_takes() -> None:
    number = 3 * store.BATCH + 7
    store.put((dose(minute / 60, id=str(minute)) for minute in range(number)), NOON)
    store.put((dose(minute / 60, id=str(minute), amount=3.0) for minute in range(number)), NOON)
    assert store.count() == number
    assert {record.amount for record in store.journal().of(Dose)} == {3.0}


def test_withdrawn_counts_for_nothing_and_comes_back() -> None:
    store.put([dose(id="a"), dose(1, id="b")], NOON)
    assert store.withdraw("a", NOON)
    assert [record.id for record in store.journal().records] == ["b"]
    assert store.count() == 1

    assert store.bring_back("a", NOON)
    assert store.journal().records == (dose(id="a"), dose(1, id="b"))


def test_withdrawing_what_is_not_there_is_said() -> None:
    assert not store.withdraw("nobody", NOON)
    assert not store.bring_back("nobody", NOON)
    assert store.get("nobody") is None


def test_undo_takes_back_a_new_record_and_a_change() -> None:
    store.put([dose(id="a")], NOON)
    store.put([dose(2, id="a", amount=5.0)], NOON)
    assert store.undo("a", NOON)
    kept = store.get("a")
    assert kept is not None and kept.record == dose(id="a")

    store.put([dose(id="new")], NOON)
    assert store.undo("new", NOON)
    assert "new" not in {record.id for record in store.journal().records}


def test_a_queue_sent_twice_brings_nothing_back() -> None:
    queue = [dose(id="a"), dose(1, id="b")]
    store.put(queue, NOON, replace=False)
    store.withdraw("a", NOON)
    store.put(queue, NOON, replace=False)
    assert [record.id for record in store.journal().records] == ["b"]


def test_the_latest_come_first_by_instant_not_by_clock_face() -> None:
    late_in_berlin = Dose(id="berlin", time=datetime.fromisoformat("2026-03-01T13:30:00+01:00"), substance="kratom")  # 12:30 UTC
    store.put([dose(0, id="noon"), late_in_berlin, dose(1, id="one")], NOON)
    assert [kept.id for kept in store.recent((Dose,))] == ["one", "berlin", "noon"]
    assert [kept.id for kept in store.recent((Dose,), limit=2)] == ["one", "berlin"]


def test_entries_of_one_instant_keep_their_places_on_every_page_and_after_every_change() -> None:
    """A database may give what is equal in any order, and another one after a row was written anew."""
    names = [f"{number:02}" for number in range(30)]
    store.put([Rating(id=name, time=NOON, scale="pain", value=1) for name in names], NOON)
    store.put([Rating(id=name, time=NOON, scale="pain", value=2) for name in names[::3]], NOON)
    pages = [kept.id for start in range(0, 30, 7) for kept in store.page(start, 7)]
    assert pages == names[::-1]
    assert [kept.id for start in range(0, 30, 7) for kept in store.page(start, 7, Rating)] == names[::-1]
    assert [kept.id for kept in store.recent((Rating,), limit=30)] == names[::-1]
    assert [kept.id for kept in store.of(Rating)] == names
    assert [record.id for record in store.since((Rating,), None)] == names


def test_a_store_of_the_first_release_goes_on(engine: str) -> None:
    call_command("migrate", "journal", "0001", verbosity=0)
    store.put([dose(id="a"), dose(1, id="b")], NOON)
    call_command("migrate", verbosity=0)
    assert [kept.id for kept in store.page(0, 10)] == ["b", "a"]
    assert not MigrationAutodetector(MigrationExecutor(connection).loader.project_state(), ProjectState.from_apps(apps)).changes(
        MigrationExecutor(connection).loader.graph
    ), "the tables are those that the models describe"


@pytest.mark.parametrize("engine", ["sqlite", "sqlcipher"], indirect=True)
def test_a_long_list_is_read_in_its_order_and_never_sorted(engine: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        store.page(0, 10)
        store.page(0, 10, Dose)
    with connection.cursor() as cursor:
        plans = [str(cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall()) for one in asked if "LIMIT" in one["sql"]]
    assert len(plans) == 2
    assert all("INDEX entry_" in plan and "TEMP B-TREE" not in plan for plan in plans), plans


def test_doses_since_an_instant_in_any_zone() -> None:
    store.put([dose(-1, id="a"), dose(0, id="b"), dose(1, id="c"), Rating(time=NOON, scale="pain", value=3)], NOON)
    since = datetime.fromisoformat("2026-03-01T07:00:00-05:00")  # the same noon
    assert [one.id for one in store.doses_since(since)] == ["b", "c"]


def test_the_last_dose_is_none_before_the_first() -> None:
    assert store.last_dose() is None
    store.put([dose(0, id="a"), dose(-3, id="earlier, written later")], NOON)
    last = store.last_dose()
    assert last is not None and last.id == "a"


def test_words_are_found_in_any_case_with_marks_and_signs_of_the_database() -> None:
    store.put([dose(id="a", note="100% ÜBEL, o'clock"), dose(1, id="b", note="a_b")], NOON)
    for words, found in (
        ("100%", ["a"]),
        ("übel", ["a"]),
        ("O'CLOCK", ["a"]),
        ("a_b", ["b"]),
        ("kratom", ["b", "a"]),
        ("%", ["a"]),
    ):
        assert [kept.id for kept in store.page(0, 10, None, words)] == found, words


def test_a_setting_is_the_last_that_was_kept() -> None:
    assert store.preference("zone", "UTC") == "UTC"
    store.prefer("zone", "Europe/Berlin")
    store.prefer("zone", "America/Chicago")
    assert store.preference("zone", "UTC") == "America/Chicago"


def test_the_invented_journal_is_never_seen_with_the_real_one() -> None:
    store.put([dose(id="real")], NOON)
    store.begin_tour([dose(id="invented")], NOON)
    store.put([dose(1)], NOON)
    assert "real" not in {record.id for record in store.journal().records}
    assert store.count() == 2

    assert store.end_tour() == 2
    assert store.journal().records == (dose(id="real"),)


def test_what_the_store_knows_counts_what_is_withdrawn_by_id_only() -> None:
    store.put([dose(id="a"), dose(id="b"), dose(1, id="c")], NOON)
    store.withdraw("c", NOON)
    all_of_it = known.known()
    assert all_of_it.kinds == {"a": "dose", "b": "dose", "c": "dose"}
    assert all_of_it.contents[known.content_of(dose(id="whatever"))] == 2
    assert all_of_it.contents[known.content_of(dose(1))] == 0


def test_pictures_keep_every_byte() -> None:
    image = bytes(range(256)) * 300
    Picture.objects.create(file=f"{uuid4()}.jpg", image=image, small=image[:10], written=NOON)
    row = Picture.objects.get()
    assert (bytes(row.image), bytes(row.small)) == (image, image[:10])


def test_photos_go_with_the_tour_but_not_those_of_the_journal() -> None:
    for name in ("mine.jpg", "invented.jpg"):
        Picture.objects.create(file=name, image=b"x", small=b"x", written=NOON)
    store.put([Photo(id="p", time=NOON, site="scalp", file="mine.jpg")], NOON)
    store.begin_tour([Photo(id="q", time=NOON, site="scalp", file="invented.jpg")], NOON)
    store.end_tour()
    assert list(Picture.objects.values_list("file", flat=True)) == ["mine.jpg"]


def test_instants_come_back_as_they_were_whatever_the_zone_of_the_server() -> None:
    audit.note("imported", BERLIN)
    store.put([Rating(id="r", time=BERLIN, scale="pain", value=1)], BERLIN)
    assert (BERLIN, "imported") in audit.lines()
    assert Entry.objects.get(id="r").at == BERLIN


def test_a_browser_is_ended_with_its_session() -> None:
    from django.contrib.sessions.backends.db import SessionStore

    keys = []
    for name in ("Firefox, Linux", "Chrome, Android"):
        session = SessionStore()
        session["known"] = True
        session.save()
        devices.seen(str(session.session_key), name, NOON)
        keys.append(str(session.session_key))
    now = datetime.now(UTC)
    assert {one.name for one in devices.listed(now)} == {"Firefox, Linux", "Chrome, Android"}
    assert not set(keys) & {one.mark for one in devices.listed(now)}, "only a hash of the session stands in the list"

    assert devices.end(devices.mark_of(keys[0]), now)
    assert not SessionStore().exists(keys[0]) and SessionStore().exists(keys[1])
    assert not devices.end(devices.mark_of(keys[0]), now)
    assert [one.name for one in devices.listed(now)] == ["Chrome, Android"]


def test_a_browser_whose_session_is_over_is_not_listed() -> None:
    devices.seen("a session that nobody has", "Firefox", NOON)
    assert devices.listed(NOON) == []


def _looks_random() -> bool:
    name = connection.settings_dict["NAME"]
    return Path(name).is_file() and not Path(name).read_bytes().startswith(b"SQLite format 3")
