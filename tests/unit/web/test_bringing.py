"""Bringing in files from elsewhere: what is asked about them, and what becomes of the answers."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.actions import diary, keep
from steelyard.journal import store
from steelyard.records.model import Context, Dose, Rating, Scale

INVENTED = Path(__file__).parents[1] / "exchange/invented"
TABLE = b"Day;Clock;Pain;Powder (g);Remarks\n3.4.2026;08:10;6;2,5;fine\n3.4.2026;12:00;4;;\n"


def post(app: Any, content: bytes, name: str = "file", **told: str) -> Any:
    return app.post("/mine/import", {"file": SimpleUploadedFile(name, content), **told})


def answer(app: Any, asked: Any, **told: str) -> Any:
    """Send the page back as a browser would, with some answers changed."""
    page = asked.content.decode()
    held = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    held |= dict(re.findall(r'<input id="([^"]+)"[^>]*? value="([^"]*)"', page))
    for name, options in re.findall(r'<select id="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        held[name] = chosen[1] if chosen else ""
    return app.post("/mine/import", {**held, **told})


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def home(app: Any) -> Any:
    diary.set_home("Europe/Berlin", keep.now())
    return app


def test_an_export_that_says_everything_is_brought_in_at_once(home: Any) -> None:
    said = words(post(home, (INVENTED / "kratomtracker.json").read_bytes()))
    assert "It was recognised as: kratomtracker." in said
    assert next(dose.time.isoformat() for dose in store.journal().of(Dose)) == "2026-03-01T08:10:00+01:00"


@pytest.mark.parametrize("file", ["kratomtracker.json", "medtimer.csv", "apple_health.xml"])
def test_the_same_file_twice_adds_nothing(home: Any, file: str) -> None:
    content = (INVENTED / file).read_bytes()
    post(home, content)
    before = store.journal()
    assert before.records
    assert "0 entries are new." in words(post(home, content))
    assert store.journal() == before


def test_the_table_of_an_app_adds_nothing_to_its_backup(home: Any) -> None:
    post(home, (INVENTED / "kratomtracker.json").read_bytes())
    assert "0 entries are new." in words(post(home, (INVENTED / "kratomtracker.csv").read_bytes()))


def test_a_dose_that_was_withdrawn_stays_withdrawn(home: Any) -> None:
    content = (INVENTED / "kratomtracker.json").read_bytes()
    post(home, content)
    store.withdraw(str(store.journal().of(Dose)[0].id), keep.now())
    assert len(store.journal().of(Dose)) == 2
    post(home, content)
    assert len(store.journal().of(Dose)) == 2


def test_a_table_is_asked_about_and_nothing_is_kept_before_the_answer(home: Any) -> None:
    asked = post(home, TABLE)
    assert asked.status_code == 200
    assert "Powder (g)" in words(asked) and "for example" in words(asked)
    assert store.journal().of(Dose) == [] and store.journal().of(Rating) == []
    assert base64.b64encode(TABLE).decode() in asked.content.decode()


def test_the_proposal_can_be_taken_as_it_is_but_for_what_was_taken(home: Any) -> None:
    """3.4. is the third of April where days come first."""
    brought = answer(home, post(home, TABLE), **{"substance-3": "kratom"})
    assert brought.status_code == 200, words(brought)
    assert [(one.time.isoformat(), one.amount, one.unit) for one in store.journal().of(Dose)] == [
        ("2026-04-03T08:10:00+02:00", 2.5, "g")
    ]
    assert [rating.value for rating in store.journal().of(Rating)] == [6.0, 4.0]


def test_the_usual_substance_is_proposed(home: Any) -> None:
    store.prefer("usual_substance", "kratom")
    answer(home, post(home, TABLE))
    assert [dose.substance for dose in store.journal().of(Dose)] == ["kratom"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"meaning-0": ""}, "One column has to say when it was."),
        ({"substance-3": ""}, "Nothing was brought in yet."),
        ({"substance-3": "kratom", "unit-3": "barrel"}, "Nothing was brought in yet."),
        ({"substance-3": "kratom", "meaning-4": "scale:pain"}, "Nothing was brought in yet."),
        ({"substance-3": "kratom", "meaning-4": "scale:nonsense"}, "Nothing was brought in yet."),
        ({"substance-3": "kratom", "meaning-4": "session"}, "Nothing was brought in yet."),
    ],
)
def test_answers_that_cannot_be_used_are_asked_again(home: Any, told: dict[str, str], said: str) -> None:
    again = answer(home, post(home, TABLE), **told)
    assert again.status_code == 422
    assert said in words(again)
    assert store.journal().of(Dose) == []
    assert 'value="kratom"' in again.content.decode() or "kratom" not in told.values(), "what was typed is still there"


def test_the_way_a_day_is_written_can_be_chosen(home: Any) -> None:
    asked = post(home, b"day,pain\n03/04/2026 08:10,6\n")
    assert "2026-04-03 08:10" in words(asked) and "2026-03-04 08:10" in words(asked)
    answer(home, asked, time_format="%m/%d/%Y %H:%M")
    assert [rating.time.date().isoformat() for rating in store.journal().of(Rating)] == ["2026-03-04"]


def test_trackers_are_asked_about_by_name(home: Any) -> None:
    asked = post(home, (INVENTED / "track_and_graph.csv").read_bytes())
    assert {"Kratom", "Walk", "Coffee", "Pain"} <= set(re.findall(r"<legend>(.*?)</legend>", asked.content.decode()))
    index = re.findall(r"<legend>(.*?)</legend>", asked.content.decode()).index("Kratom")
    answer(home, asked, **{f"meaning-{index}": "dose", f"substance-{index}": "kratom"})
    assert [dose.amount for dose in store.journal().of(Dose)] == [3.0]
    assert [rating.value for rating in store.journal().of(Rating)] == [6.0, 3.0]
    assert "Coffee: 2" in {note.value for note in store.journal().of(Context)}


def test_whose_entries_are_wanted_is_asked(home: Any) -> None:
    content = (INVENTED / "psychonautwiki.json").read_bytes()
    asked = post(home, content)
    assert "Whose are yours?" in words(asked) and "Sam" in words(asked)
    assert store.journal().of(Dose) == []
    answer(home, asked)
    assert [dose.substance for dose in store.journal().of(Dose)] == ["Kratom"] * 3
    answer(home, asked, person="Sam")
    assert [dose.substance for dose in store.journal().of(Dose)].count("Caffeine") == 1


def test_people_first_and_then_what_their_answers_mean(home: Any) -> None:
    asked = post(home, (INVENTED / "studyu_measurements.csv").read_bytes())
    assert "How bad was the pain?" not in words(asked)
    then = answer(home, asked, person="p-1")
    assert "How bad was the pain?" in words(then)
    index = re.findall(r"<legend>(.*?)</legend>", then.content.decode()).index("How bad was the pain?")
    answer(home, then, **{f"meaning-{index}": "scale:pain"})
    assert [rating.value for rating in store.journal().of(Rating)] == [6.0, 4.0]


def test_nights_of_a_watch_are_on_the_scale_that_the_page_for_nights_uses(home: Any) -> None:
    from steelyard.actions.forms import NIGHT

    piece = (
        'startDate="2026-03-01 23:00:00 +0100" endDate="2026-03-02 06:30:00 +0100" value="HKCategoryValueSleepAnalysisAsleepCore"'
    )
    export = (
        f'<HealthData><Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" {piece}/></HealthData>'.encode()
    )
    home.post("/new/sleep", {"sleep_hours": "7", "ago": "0"})
    post(home, export)
    earliest = min(store.journal().of(Rating), key=lambda rating: rating.time)
    assert (earliest.scale, earliest.value) == (NIGHT.id, 7.5)
    assert store.journal().of(Scale) == [NIGHT]
    assert "0 entries are new." in words(post(home, export))


def test_a_health_record_has_its_pain_scores_in_the_app_as_well(home: Any) -> None:
    """By the code of a public system, LOINC 72514-3."""
    observation = (
        b'{"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},'
        b' "effectiveDateTime": "2026-03-01T08:00:00Z", "valueQuantity": {"value": 4, "unit": "{score}"}}'
    )
    assert "1 of them could be used." in words(post(home, observation))
    assert [(rating.scale, rating.value) for rating in store.journal().of(Rating)] == [("pain", 4.0)]


def test_problems_are_told_by_kind_with_each_of_them_behind(home: Any) -> None:
    assert "taken from the app&#x27;s source code" in post(home, (INVENTED / "kratomtracker.csv").read_bytes()).content.decode()
    steps = b"".join(b'<Record type="HKQuantityTypeIdentifier%s" value="1"/>' % kind for kind in (b"StepCount", b"HeartRate"))
    shown, _, behind = post(home, b"<HealthData>" + steps + b"</HealthData>").content.decode().partition("<details>")
    assert "2 entries (1 step count, 1 heart rate)" in shown and "line 1, heart rate: 1 entry" in behind


def test_markup_in_a_file_is_shown_as_text(home: Any) -> None:
    page = post(home, b"when,<script>alert(1)</script>\n2026-03-01 08:00,<b>x</b>\n", name='"><script>').content.decode()
    assert "<script>alert" not in page and "<b>x" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("content", ["", "not base64!", "Zm9v\n!"])
def test_a_page_sent_back_without_its_file_asks_for_one(home: Any, content: str) -> None:
    told = home.post("/mine/import", {"content": content, "answered": "1"})
    assert told.status_code == 422
    assert "Choose a file first." in words(told)


def test_a_file_too_large_to_ask_about_is_said(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from steelyard.actions import meanings

    monkeypatch.setattr(meanings, "LARGEST_ASKED", 10)
    told = post(home, TABLE)
    assert told.status_code == 422
    assert "steelyard import" in words(told)


def test_the_page_speaks_german(home: Any) -> None:
    home.post("/i18n/language", {"language": "de", "next": "/mine"})
    assert "Was ist in dieser Datei?" in words(post(home, TABLE))


def test_a_zip_of_something_else_is_refused(home: Any) -> None:
    assert "not the export of an app" in words(post(home, b"PK\x03\x04 broken"))
