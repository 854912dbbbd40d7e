"""What the browser keeps of the app, and taking in what was written down while the journal was out of reach."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from steelyard.actions import copies, entries, first_run, keep, restore
from steelyard.journal import store
from steelyard.records.model import Context, Dose, Rating, Record

from ...keeping import PASSPHRASE, START_KEY, let_in, turn_to, visitor
from ..journal.test_sealed import seal

STATIC = Path(__file__).resolve().parents[3] / "src/steelyard/web/static"


@pytest.fixture(params=["", PASSPHRASE], ids=["plain", "encrypted"])
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    client = let_in(tmp_path / "data", request.param)
    keep.prefer("usual_substance", "kratom")
    keep.prefer("usual_amount", "2.5")
    keep.prefer("usual_unit", "g")
    return client


def entry(client: Any, form: str, told: Mapping[str, str], at: datetime, id: str = "") -> dict[str, str]:
    """One entry as the browser would send it, sealed with the key that it was given."""
    public = client.get("/queue/key").json()["key"]
    said = json.dumps({"form": form, "told": dict(told), "at": at.isoformat()}).encode()
    return asdict(seal(said.ljust(1024), public, id or str(uuid4())))


def send(client: Any, *entries: Any) -> Any:
    return client.post("/queue", json.dumps(entries), content_type="application/json")


def ago(minutes: float) -> datetime:
    return keep.now().replace(microsecond=0) - timedelta(minutes=minutes)


def held(kind: type[Record]) -> list[Any]:
    return [record for record in keep.journal().records if isinstance(record, kind)]


def test_a_rating_a_skip_a_dose_and_a_note_are_kept_at_the_time_they_were_told(app: Any) -> None:
    at = ago(90)
    told = [
        entry(app, "rating", {"value": "7"}, at),
        entry(app, "rating", {"skip": "1"}, at + timedelta(minutes=20)),
        entry(app, "dose", {"value": "6"}, at + timedelta(minutes=40)),
        entry(app, "note", {"note": "hard night", "ago": "30"}, at + timedelta(minutes=50)),
    ]
    answer = send(app, *told)

    assert set(answer.json()["kept"]) == {one["id"] for one in told}
    assert [(r.time, r.value, r.asked) for r in held(Rating)] == [
        (at, 7.0, "self"),
        (at + timedelta(minutes=40), 6.0, "dose"),
    ]
    assert [(d.time, d.substance, d.amount, d.unit) for d in held(Dose)] == [(at + timedelta(minutes=40), "kratom", 2.5, "g")]
    assert {(c.time, c.kind, c.value) for c in held(Context)} == {
        (at + timedelta(minutes=20), "rating_skipped", "pain"),
        (at + timedelta(minutes=20), "note", "hard night"),
    }


def test_the_same_queue_sent_again_changes_nothing(app: Any) -> None:
    told = [entry(app, "rating", {"value": "7"}, ago(60)), entry(app, "dose", {"value": "6"}, ago(40))]
    first = send(app, *told).json()
    before = keep.journal()
    assert send(app, *told).json() == first
    assert send(app, *reversed(told)).status_code == 200
    assert keep.journal() == before


def test_what_was_taken_back_meanwhile_does_not_return_with_the_queue(app: Any) -> None:
    told = entry(app, "dose", {"skip": "1"}, ago(40))
    send(app, told)
    entries.undo([told["id"]], keep.now())
    assert held(Dose) == []
    assert send(app, told).json()["kept"] == [told["id"]]
    assert held(Dose) == []


def test_a_rating_told_just_before_a_dose_led_to_it_whichever_came_first_in_the_queue(app: Any) -> None:
    at = ago(40)
    told = [entry(app, "dose", {}, at + timedelta(minutes=1)), entry(app, "rating", {"value": "8"}, at)]
    send(app, *told)
    assert [(r.value, r.asked) for r in held(Rating)] == [(8.0, "dose")]
    assert len(held(Dose)) == 1


def test_the_usual_dose_is_the_one_that_was_usual_then(app: Any) -> None:
    keep.log(Dose(time=ago(600 + n), substance="kratom", amount=3, unit="g") for n in range(3))
    keep.log(Dose(time=ago(30 + n), substance="ibuprofen", amount=400, unit="mg") for n in range(9))
    send(app, entry(app, "dose", {"skip": "1"}, ago(300)), entry(app, "dose", {"skip": "1"}, ago(5)))
    found = {round((keep.now() - dose.time) / timedelta(minutes=1)): (dose.substance, dose.amount) for dose in held(Dose)}
    assert (found[300], found[5]) == (("kratom", 3.0), ("ibuprofen", 400.0))


@pytest.mark.parametrize(
    ("form", "told", "said"),
    [
        ("rating", {"value": "70"}, "rating: value 70"),
        ("rating", {"value": "eight"}, "rating: value eight"),
        ("dose", {"value": "5", "ago": "soon"}, "dose: value 5, ago soon"),
    ],
)
def test_what_cannot_be_used_is_kept_as_a_note(app: Any, form: str, told: dict[str, str], said: str) -> None:
    one = entry(app, form, told, ago(20))
    assert send(app, one).json() == {"kept": [one["id"]], "unreadable": []}
    assert [(c.kind, c.value) for c in held(Context)] == [("note", said)]
    assert (held(Rating), held(Dose)) == ([], [])


def test_a_dose_where_none_is_usual_is_kept_as_a_note(app: Any) -> None:
    keep.prefer("usual_substance", "")
    send(app, entry(app, "dose", {"value": "5"}, ago(20)))
    assert [c.value for c in held(Context)] == ["dose: value 5"]


def test_a_clock_that_is_ahead_puts_nothing_in_the_future(app: Any) -> None:
    send(app, entry(app, "rating", {"value": "4"}, keep.now() + timedelta(hours=5)))
    assert [r.value for r in held(Rating)] == [4.0]
    assert held(Rating)[0].time <= keep.now()


def test_what_nobody_can_open_is_named_and_hinders_nothing_else(app: Any) -> None:
    good = entry(app, "rating", {"value": "4"}, ago(9))
    changed = {**entry(app, "rating", {"value": "5"}, ago(8)), "id": str(uuid4())}
    no_id = entry(app, "rating", {"value": "6"}, ago(7), "../7")
    no_time = asdict(
        seal(b'{"form":"rating","told":{},"at":"2026-03-01T09:00:00"}', app.get("/queue/key").json()["key"], str(uuid4()))
    )
    answer = send(app, changed, good, no_id, no_time).json()
    assert answer == {"kept": [good["id"]], "unreadable": [changed["id"], no_id["id"], no_time["id"]]}
    assert [r.value for r in held(Rating)] == [4.0]


@pytest.mark.parametrize("body", ["", "{}", "[1]", '[{"id":"x"}]', "\xff"])
def test_what_is_no_queue_is_refused(app: Any, body: str) -> None:
    assert app.post("/queue", body.encode("latin-1"), content_type="application/json").status_code == 422
    assert app.get("/queue").status_code == 405


def test_too_much_at_once_is_refused(app: Any) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    assert send(app, *[one] * 201).status_code == 413
    assert app.post("/queue", b" " * 2_000_001, content_type="application/json").status_code == 413
    assert held(Rating) == []


@pytest.mark.parametrize("app", [PASSPHRASE], indirect=True)
def test_while_the_journal_is_locked_the_queue_is_told_to_wait(app: Any) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    keep.lock()
    assert send(app, one).status_code == 503
    assert app.get("/queue/key").status_code == 503
    app.post("/unlock", {"passphrase": PASSPHRASE})
    assert send(app, one).json()["kept"] == [one["id"]]


def test_while_an_invented_journal_is_shown_the_queue_is_told_to_wait(app: Any) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    first_run.begin_tour(keep.now())
    assert send(app, one).status_code == 409
    first_run.end_tour()
    assert send(app, one).status_code == 200
    assert [r.value for r in held(Rating)] == [4.0]


def test_an_invented_journal_gives_no_key_so_that_nothing_told_in_it_can_wait_for_the_real_one(app: Any) -> None:
    first_run.begin_tour(keep.now())
    assert app.get("/queue/key").status_code == 409
    first_run.end_tour()
    assert app.get("/queue/key").status_code == 200


def test_a_stranger_gets_no_key_and_puts_nothing_in(app: Any) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    stranger = visitor()
    assert stranger.get("/queue/key").status_code == 403
    assert send(stranger, one).status_code == 403
    assert held(Rating) == []


def test_sending_needs_the_token_that_only_a_page_of_ours_can_read(app: Any) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    app.handler.enforce_csrf_checks = True
    assert send(app, one).status_code == 403
    token = app.get("/queue/key").json()["token"]
    assert (
        app.post("/queue", json.dumps([one]), content_type="application/json", headers={"x-csrftoken": token}).status_code == 200
    )


def test_a_queue_from_before_a_restore_can_still_be_opened(app: Any, tmp_path: Path) -> None:
    one = entry(app, "rating", {"value": "4"}, ago(9))
    backup, passphrase = copies.content(), PASSPHRASE if keep.encrypted() else ""
    (tmp_path / "new").mkdir()
    turn_to(tmp_path / "new")
    restore.restore(backup, passphrase, passphrase)
    client = visitor()
    client.get("/start", {"key": START_KEY})
    client.post("/unlock", {"passphrase": passphrase})
    assert send(client, one).json()["kept"] == [one["id"]]


def test_a_form_sent_again_because_no_answer_came_is_kept_once(app: Any) -> None:
    id = str(uuid4())
    app.post("/rating", {"value": "6", "id": id})
    app.post("/dose", {"id": (dose := str(uuid4()))})
    send(app, entry(app, "rating", {"value": "6"}, ago(0), id), entry(app, "dose", {"skip": "1"}, ago(0), dose))
    app.post("/dose", {"id": dose})
    assert [(r.id, r.value) for r in held(Rating)] == [(id, 6.0)]
    assert [d.id for d in held(Dose)] == [dose]
    assert held(Context) == []


def test_a_form_with_an_id_of_another_shape_is_kept_under_one_of_ours(app: Any) -> None:
    app.post("/rating", {"value": "6", "id": "journal"})
    assert [r.value for r in held(Rating)] == [6.0]
    assert held(Rating)[0].id != "journal"
    assert store.get("journal") is None or keep.journal().header is not None


def test_the_page_that_is_kept_says_nothing_about_anybody(app: Any) -> None:
    keep.log([Dose(time=ago(9), substance="Zaubertrank", amount=7.125, unit="g", note="secret words")])
    empty = visitor().get("/offline").content
    assert app.get("/offline").content == empty
    for word in (b"kratom", b"Steelyard", b"pain", b"2.5", b"Zaubertrank", b"csrfmiddlewaretoken"):
        assert word not in empty
    assert b"<noscript>" in empty


def test_fetching_the_page_does_not_take_the_word_that_something_was_saved(app: Any) -> None:
    app.post("/rating", {"value": "6"})
    app.get("/offline")
    app.get("/worker.js")
    assert "Undo" in app.get("/").content.decode()


def test_the_worker_keeps_only_the_look_the_scripts_and_that_page(app: Any) -> None:
    script = app.get("/worker.js")
    assert script["Content-Type"].startswith("text/javascript")
    listed = re.search(r"FILES = \[(.*)\]", script.content.decode())
    assert listed is not None
    files = json.loads(f"[{listed[1]}]")
    assert files[0] == "/offline"
    assert all((STATIC / name.removeprefix("/static/")).is_file() for name in files[1:])
    assert len(re.findall(r"cache\.(put|add|addAll)\(|caches\.put", script.content.decode())) == 1  # nothing is put in later


def test_the_worker_changes_with_the_page_and_not_with_the_journal(app: Any) -> None:
    first = app.get("/worker.js").content
    app.post("/rating", {"value": "6"})
    assert app.get("/worker.js").content == first
    assert app.get("/worker.js", headers={"accept-language": "de"}).content != first


def test_the_installed_app_has_a_neutral_name_where_that_is_wanted(app: Any) -> None:
    assert app.get("/manifest.webmanifest").json()["name"] == "Steelyard"
    keep.prefer("show_less", "1")
    told = app.get("/manifest.webmanifest").json()
    assert (told["name"], told["short_name"]) == ("Diary", "Diary")
    assert "teelyard" not in app.get("/manifest.webmanifest").content.decode()


def test_the_installed_app_has_icons_of_the_sizes_it_says(app: Any) -> None:
    told = app.get("/manifest.webmanifest").json()
    for icon in told["icons"]:
        with Image.open(STATIC / icon["src"].removeprefix("/static/")) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert told["start_url"] == told["scope"] == "/"


@pytest.mark.parametrize("path", ["/offline", "/worker.js", "/manifest.webmanifest", "/queue/key"])
def test_no_answer_is_kept_by_the_browser_on_its_own(app: Any, path: str) -> None:
    answer = app.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
