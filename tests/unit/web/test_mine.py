"""The page of what concerns the journal as a whole."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from steelyard.actions import copies, housekeeping, keep
from steelyard.actions.vaults import HERE
from steelyard.journal import photos, store
from steelyard.records.model import Dose, Lab, Photo, Rating, Record

from ...keeping import PASSPHRASE, START_KEY, let_in, turn_to, visitor

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDS: list[Record] = [
    Dose(id="a", time=NOON, substance="kratom", amount=2.5, unit="g", note="=HYPERLINK(\"http://x\")"),
    Dose(id="b", time=NOON + timedelta(hours=5), substance="kratom", extra={"mood": "+1"}),
    Rating(id="c", time=NOON, scale="pain", value=6, asked="dose"),
    Lab(id="d", time=NOON, test="ferritin", value=-0.5, unit="ng/mL"),
]  # fmt: skip


@pytest.fixture(params=["", PASSPHRASE], ids=["plain", "encrypted"])
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A browser that may see a journal with four records; once without and once with a passphrase."""
    client = let_in(tmp_path / "data", request.param)
    keep.log(RECORDS)
    return client


@pytest.fixture
def photo() -> str:
    """The name of a photograph in the journal, with its record."""
    out = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(out, "JPEG")
    name = photos.keep(out.getvalue(), NOON)
    keep.log([Photo(id="p", time=NOON, site="scalp", file=name)])
    return name


def upload(content: bytes, name: str = "file") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# what is shown


def test_the_page_is_there_and_nothing_of_the_journal_stands_on_it(app: Any) -> None:
    said = words(app.get("/mine"))
    assert "Take everything along" in said and "Erase everything" in said
    assert "kratom" not in said and "ferritin" not in said


def test_a_browser_that_was_not_let_in_gets_nowhere(app: Any) -> None:
    stranger = visitor()
    for address in ("/mine", "/mine/sheet", "/mine/erase", "/mine/passphrase"):
        assert stranger.get(address).headers["Location"] == "/unlock"
    for address in ("/mine/export", "/mine/backup", "/mine/erase", "/mine/import", "/mine/browsers/end"):
        assert stranger.post(address, {"word": "erase"}).headers["Location"] == "/unlock"
    assert keep.exists() and copies.listed() == []


def test_looking_does_nothing(app: Any) -> None:
    """Only a form does: an address that a page elsewhere could make the browser fetch exports, erases and ends nothing."""
    for address in (
        "/mine/export",
        "/mine/backup",
        "/mine/backup/fetch",
        "/mine/backup/drop",
        "/mine/browsers/end-others",
        "/mine/settings",
    ):
        assert app.get(address).status_code == 405
    assert app.get("/mine/erase").status_code == 200 and keep.exists()


def test_a_form_without_the_token_of_its_page_is_refused(app: Any) -> None:
    app.handler.enforce_csrf_checks = True
    for address in ("/mine/export", "/mine/erase", "/mine/backup/drop", "/mine/passphrase", "/i18n/language"):
        assert app.post(address, {"word": "erase"}).status_code == 403
    assert keep.exists()


# taking along, bringing in


def test_the_export_holds_everything_and_comes_back_equal(app: Any, photo: str) -> None:
    before = store.journal()
    answer = app.post("/mine/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))

    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"attachment; filename\*=UTF-8''journal-\d{4}-\d\d-\d\d\.zip", answer.headers["Content-Disposition"])
    assert sorted(archive.namelist()) == [
        "README.txt", "journal.jsonl", f"photos/{photo}", "tables/dose.csv", "tables/lab.csv", "tables/photo.csv", "tables/rating.csv",
    ]  # fmt: skip
    assert archive.read(f"photos/{photo}") == photos.read(photo)

    # Brought into an empty journal, it is the same journal.
    other = let_in(Path(keep.folder()).parent / "other")
    assert store.count() == 0
    told = other.post("/mine/import", {"file": upload(answer.content)})
    assert told.status_code == 200
    assert store.journal() == before
    assert photos.read(photo) is not None


def test_a_cell_that_a_spreadsheet_would_run_is_text(app: Any) -> None:
    archive = zipfile.ZipFile(io.BytesIO(app.post("/mine/export").content))
    doses = list(csv.DictReader(io.StringIO(archive.read("tables/dose.csv").decode("utf-8-sig"))))
    labs = list(csv.DictReader(io.StringIO(archive.read("tables/lab.csv").decode("utf-8-sig"))))

    assert doses[0]["note"] == '\'=HYPERLINK("http://x")'
    assert (doses[0]["amount"], doses[1]["amount"]) == ("2.5", ""), "unknown is empty, not zero"
    assert doses[1]["other"] == '{"mood":"+1"}'
    assert labs[0]["value"] == "-0.5", "a number stays one"


def test_what_is_brought_in_twice_is_there_once(app: Any) -> None:
    file = app.post("/mine/export", {"file": "1"}).content
    assert file.count(b"\n") == 4

    said = words(app.post("/mine/import", {"file": upload(file)}))
    assert "4 lines were read. 4 of them could be used." in said
    assert "0 entries are new." in said and "4 entries were here already" in said
    assert store.count() == 4


def test_lines_without_an_id_are_not_brought_in_twice_either(app: Any) -> None:
    """Two equal lines are two ratings; the same file again, or a part of it, brings none."""
    line = b'{"record":"rating","time":"2026-02-01T08:00:00+01:00","scale":"pain","value":4}\n'
    assert "2 entries are new." in words(app.post("/mine/import", {"file": upload(line * 2)}))
    assert "0 entries are new." in words(app.post("/mine/import", {"file": upload(line * 2)}))
    assert "0 entries are new." in words(app.post("/mine/import", {"file": upload(line)}))
    assert "1 entry is new." in words(app.post("/mine/import", {"file": upload(line * 3)}))
    assert store.count() == 7


def test_what_was_changed_or_withdrawn_here_stays_so(app: Any) -> None:
    old = app.post("/mine/export", {"file": "1"}).content
    keep.log([Dose(id="a", time=NOON, substance="kratom", amount=9.0, unit="g")])
    store.withdraw("b", NOON)

    app.post("/mine/import", {"file": upload(old)})
    assert [(dose.id, dose.amount) for dose in store.journal().of(Dose)] == [("a", 9.0)]


def test_the_same_id_for_records_of_two_kinds_loses_neither(app: Any) -> None:
    """A journal file may number its kinds each from 1; the store has one list of ids."""
    file = (
        b'{"record":"dose","id":"1","time":"2026-02-01T08:00:00Z","substance":"tea"}\n'
        b'{"record":"rating","id":"1","time":"2026-02-01T08:00:00Z","scale":"pain","value":4}\n'
    )
    for _ in range(2):
        app.post("/mine/import", {"file": upload(file)})
    assert len(store.journal().of(Dose)) == 3 and len(store.journal().of(Rating)) == 2


def test_bad_lines_are_named_and_cost_only_themselves(app: Any) -> None:
    file = b'{"record":"dose","time":"2026-02-01T08:00:00Z","substance":"tea"}\nnot json\n{"record":"rating","scale":"pain"}\n'
    said = words(app.post("/mine/import", {"file": upload(file)}))
    assert "3 lines were read. 1 of them could be used." in said
    assert "line 2" in said and "line 3" in said and "time" in said
    assert store.count() == 5


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04 broken", b"name and dose\nx\n"])
def test_what_is_no_journal_changes_nothing_and_says_so(app: Any, content: bytes) -> None:
    answer = app.post("/mine/import", {"file": upload(content)})
    assert answer.status_code == 422
    assert store.count() == 4


def test_no_file_at_all_is_said(app: Any) -> None:
    answer = app.post("/mine/import")
    assert answer.status_code == 422 and "Choose a file first." in words(answer)


def test_a_file_that_brings_markup_shows_it_as_text(app: Any) -> None:
    file = b'{"record":"rating","time":"<script>alert(1)</script>","scale":"pain","value":1}\n'
    answer = app.post("/mine/import", {"file": upload(file)})
    assert b"<script>alert" not in answer.content and b"&lt;script&gt;" in answer.content


def test_a_photo_from_elsewhere_is_looked_at_before_it_is_kept(app: Any) -> None:
    name = "22222222-2222-2222-2222-222222222222.jpg"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("journal.jsonl", f'{{"record":"photo","time":"2026-02-01T08:00:00Z","site":"scalp","file":"{name}"}}\n')
        archive.writestr(f"photos/{name}", b"<html>no picture</html>")
        archive.writestr("photos/../../evil.jpg", b"x")
    app.post("/mine/import", {"file": upload(out.getvalue())})
    assert photos.read(name) is None and list(photos.everything()) == []


def test_nothing_of_the_invented_journal_is_taken_or_mixed(app: Any) -> None:
    store.begin_tour([Dose(time=NOON, substance="invented")], NOON)
    for address, more in (("/mine/export", {}), ("/mine/import", {"file": upload(b"{}")}), ("/mine/backup", {})):
        answer = app.post(address, more)
        assert answer.status_code == 422 and "invented journal" in words(answer)
    assert copies.listed() == [] and not copies.due(keep.now())


# backups


def test_a_backup_is_due_once_a_day_when_something_changed(app: Any) -> None:
    today = datetime.now(UTC)
    tomorrow = today + timedelta(days=1)
    assert copies.due(today)
    copies.make(today)
    assert not copies.due(today), "not twice on one day"
    assert not copies.due(tomorrow), "nothing changed since"
    store.put([Dose(time=NOON, substance="tea")], today + timedelta(minutes=1))
    assert not copies.due(today + timedelta(minutes=2))
    assert copies.due(tomorrow)


def test_nothing_to_lose_needs_no_backup(tmp_path: Path) -> None:
    let_in(tmp_path / "data")
    assert not copies.due(keep.now())


def test_housekeeping_makes_it_and_says_what_hindered_it(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(now: datetime) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(copies, "make", full)
        housekeeping.tick(HERE.asked, keep.now())
    assert copies.listed() == []
    assert "failed" in words(app.get("/mine"))

    housekeeping.tick(HERE.asked, keep.now())
    assert len(copies.listed()) == 1
    assert "failed" not in words(app.get("/mine"))


def test_housekeeping_locks_after_the_pause_without_anybody_asking(app: Any) -> None:
    app.get("/mine")
    housekeeping.tick(HERE.asked + 14 * 60, keep.now())
    assert not keep.locked()
    housekeeping.tick(HERE.asked + 16 * 60, keep.now())
    assert keep.locked() == keep.encrypted()


def test_a_backup_comes_back_into_a_fresh_folder_as_it_was(app: Any, photo: str) -> None:
    """The proof that restoring works: the journal, the photographs byte by byte, the settings, the passphrase."""
    keep.prefer("zone", "America/Chicago")
    keep.prefer("show_less", "1")
    store.withdraw("d", NOON)
    sealed, before, image = keep.encrypted(), store.journal(), photos.read(photo)
    app.post("/mine/backup")
    (made,) = copies.listed()
    content = app.post("/mine/backup/fetch", {"name": made.name}).content
    assert made.sealed == sealed and (b"kratom" in content) is False

    turn_to(Path(keep.folder()).parent / "fresh")
    Path(keep.folder()).mkdir()
    newcomer = visitor()
    assert newcomer.get("/start/restore", {"key": START_KEY}).status_code == 200
    told = newcomer.post(
        "/start/restore", {"key": START_KEY, "file": upload(content), "passphrase": PASSPHRASE if sealed else ""}
    )

    assert told.status_code == 200 and "4 entries came back. 1 photo came back." in words(told)
    assert store.journal() == before
    assert photos.read(photo) == image and photos.read(photo, small=True)
    assert (keep.preference("zone"), keep.preference("show_less")) == ("America/Chicago", "1")
    assert keep.encrypted() == sealed
    assert newcomer.get("/mine").status_code == 200

    keep.lock()
    if sealed:
        keep.open_(PASSPHRASE)
    assert store.journal() == before
    assert copies.content(), "and from here backups can be made again"


@pytest.mark.parametrize("fault", ["wrong passphrase", "no backup", "no file", "no key"])
def test_what_cannot_be_restored_leaves_an_empty_folder(tmp_path: Path, fault: str) -> None:
    let_in(tmp_path / "data", PASSPHRASE)
    content = copies.content()
    turn_to(tmp_path / "fresh")
    Path(keep.folder()).mkdir()
    told = {"key": START_KEY, "file": upload(content), "passphrase": PASSPHRASE}
    told |= {
        "wrong passphrase": {"passphrase": "not this one"}, "no backup": {"file": upload(b"hello")}, "no key": {"key": "guess"},
    }.get(fault, {})  # fmt: skip
    if fault == "no file":
        del told["file"]
    answer = visitor().post("/start/restore", told)
    assert answer.status_code == (302 if fault == "no key" else 422)
    assert not keep.exists() and list(Path(keep.folder()).iterdir()) == []


def test_a_restore_that_breaks_off_leaves_no_half_journal(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, passphrase = copies.content(), PASSPHRASE if keep.encrypted() else ""
    turn_to(tmp_path / "fresh")
    Path(keep.folder()).mkdir()

    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    client = visitor()
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(store, "put", full)
        answer = client.post("/start/restore", {"key": START_KEY, "file": upload(content), "passphrase": passphrase})
    assert answer.status_code == 507 and "The disk is full." in words(answer)
    assert not keep.exists()

    assert client.post("/start/restore", {"key": START_KEY, "file": upload(content), "passphrase": passphrase}).status_code == 200


def test_a_journal_that_is_there_is_never_overwritten_by_a_backup(app: Any) -> None:
    content = copies.content()
    answer = app.post("/start/restore", {"key": START_KEY, "file": upload(content), "passphrase": PASSPHRASE})
    assert answer.status_code == 302 and store.count() == 4


# the passphrase


def test_a_passphrase_set_later_encrypts_and_erases_the_open_backups(tmp_path: Path) -> None:
    app = let_in(tmp_path / "data")
    keep.log(RECORDS)
    app.post("/mine/backup")
    assert not copies.listed()[0].sealed

    answer = app.post("/mine/passphrase", {"new": PASSPHRASE, "again": PASSPHRASE})
    assert answer.headers["Location"] == "/mine/sheet"
    assert keep.encrypted() and copies.listed() == []
    assert b"kratom" not in (tmp_path / "data" / "journal.db").read_bytes()

    app.post("/mine/backup")
    assert copies.listed()[0].sealed
    keep.lock()
    assert app.get("/mine").headers["Location"] == "/unlock"
    app.post("/unlock", {"passphrase": PASSPHRASE})
    assert store.journal().of(Dose)[0] == RECORDS[0]


def test_a_changed_passphrase_gets_backups_that_the_old_one_does_not_open(tmp_path: Path) -> None:
    from steelyard.journal import backup

    app = let_in(tmp_path / "data", PASSPHRASE)
    keep.log(RECORDS)
    old = copies.content()
    app.post("/mine/passphrase", {"old": PASSPHRASE, "new": "another passphrase", "again": "another passphrase"})
    new = copies.content()

    assert backup.contents(new, "another passphrase").journal == backup.contents(old, PASSPHRASE).journal
    with pytest.raises(backup.SealedError):
        backup.contents(new, PASSPHRASE)
    # Even with the private key out of an old backup, which whoever knows the old passphrase can get at.
    swapped = io.BytesIO()
    with zipfile.ZipFile(swapped, "w") as archive:
        archive.writestr("identity.age", zipfile.ZipFile(io.BytesIO(old)).read("identity.age"))
        archive.writestr("journal.age", zipfile.ZipFile(io.BytesIO(new)).read("journal.age"))
    with pytest.raises(backup.NotABackupError):
        backup.contents(swapped.getvalue(), PASSPHRASE)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"old": "wrong one", "new": "long enough", "again": "long enough"}, "is another one"),
        ({"old": PASSPHRASE, "new": "long enough", "again": "long enouhg"}, "differ"),
        ({"old": PASSPHRASE, "new": "short", "again": "short"}, "eight characters"),
        ({"old": PASSPHRASE, "new": "", "again": ""}, "Type a passphrase"),
    ],
)
def test_a_passphrase_that_cannot_be_taken_is_explained(tmp_path: Path, told: dict[str, str], said: str) -> None:
    app = let_in(tmp_path / "data", PASSPHRASE)
    before = (tmp_path / "data" / "journal.salt").read_bytes()
    answer = app.post("/mine/passphrase", told)
    assert answer.status_code == 422 and said in words(answer)
    assert not any(value in answer.content.decode() for value in told.values() if value)
    assert (tmp_path / "data" / "journal.salt").read_bytes() == before


def test_the_sheet_says_where_things_lie_and_not_the_passphrase(tmp_path: Path) -> None:
    app = let_in(tmp_path / "data", PASSPHRASE)
    said = words(app.get("/mine/sheet"))
    assert str(tmp_path / "data") in said and "age -d" in said
    assert PASSPHRASE not in said and keep.vault().key() not in said


# settings


def test_settings_are_kept_and_shown(app: Any) -> None:
    app.post("/mine/settings", {"show_less": "1", "idle_minutes": "5", "zone": "Europe/Berlin"})
    page = app.get("/mine").content.decode()
    assert '<option value="5" selected>' in page and 'value="Europe/Berlin"' in page
    assert "Steelyard" not in page and '<p class="name">Diary</p>' in page
    assert keep.idle_minutes() == 5

    app.post("/mine/settings", {"idle_minutes": "15", "zone": "Europe/Berlin"})
    assert "Steelyard" in app.get("/mine").content.decode()


def test_showing_less_hides_what_is_taken_on_the_log_page(app: Any) -> None:
    assert "kratom" in words(app.get("/"))
    app.post("/mine/settings", {"show_less": "1", "idle_minutes": "15", "zone": "UTC"})
    assert "kratom" not in app.get("/").content.decode()


@pytest.mark.parametrize(
    ("name", "value"), [("idle_minutes", "0"), ("idle_minutes", "nan"), ("zone", "Atlantis/Capital"), ("zone", "")]
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(app: Any, name: str, value: str) -> None:
    answer = app.post("/mine/settings", {"idle_minutes": "5", "zone": "Europe/Berlin", "show_less": "1", name: value})
    assert answer.status_code == 422
    assert keep.idle_minutes() == 15 and keep.preference("show_less") == ""


def test_a_locked_journal_does_not_say_what_it_is(tmp_path: Path) -> None:
    app = let_in(tmp_path / "data", PASSPHRASE)
    keep.lock()
    assert "Steelyard" not in app.get("/unlock").content.decode()


# erasing


def test_erasing_wants_the_word(app: Any) -> None:
    for word in ("", "yes", "eras"):
        answer = app.post("/mine/erase", {"word": word})
        assert answer.status_code == 422 and "type the word" in words(answer).lower()
    assert keep.exists() and store.count() == 4


def test_erasing_names_what_goes_and_keeps_the_backups_unless_told(app: Any) -> None:
    app.post("/mine/backup")
    folder = Path(keep.folder())
    (folder / "my-thesis.txt").write_text("not yours")
    page = words(app.get("/mine/erase"))
    assert "journal.db" in page and copies.listed()[0].name in page and "my-thesis" not in page

    answer = app.post("/mine/erase", {"word": " Erase "})
    assert answer.status_code == 200
    assert "journal.db" in words(answer) and copies.listed()[0].name in words(answer)
    assert not keep.exists() and len(copies.listed()) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["backups", "my-thesis.txt"]
    assert app.cookies["sessionid"].value == ""


def test_erasing_with_the_backups_leaves_nothing_of_the_journal(app: Any, photo: str) -> None:
    app.post("/mine/backup")
    answer = app.post("/mine/erase", {"word": "erase", "backups": "1"})
    folder = Path(keep.folder())
    assert "still in" not in words(answer)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_after_erasing_no_request_makes_a_new_store(app: Any) -> None:
    """A browser with its old cookie asks on; the store must not come back as an empty file that looks like a journal."""
    session = app.cookies["sessionid"].value
    app.post("/mine/erase", {"word": "erase"})
    app.cookies["sessionid"] = session
    for address in ("/", "/mine", "/unlock", "/start"):
        assert app.get(address).status_code in (200, 302, 403)
    assert not (Path(keep.folder()) / "journal.db").exists()
