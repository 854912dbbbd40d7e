"""The table of events: who it is cannot be told, when it was is moved, free text is left out, and the dictionary fits the table."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from steelyard.actions.pseudonyms import key_of, pseudonym, weeks_back
from steelyard.actions.research import EVENTS, FREE_TEXT, PAGE, TABLE, Wanted, dictionary, research, table, treated
from steelyard.records.columns import columns

LATEST = datetime(2027, 1, 1, tzinfo=UTC)
JOURNAL = """{"record": "journal", "format": 1, "zone": "America/Chicago", "title": "SECRET title"}
{"record": "person", "birth_year": 1978, "sex": "female", "place": "US-AK", "diagnoses": "SECRET"}
{"record": "product", "id": "annas-kratom", "substance": "kratom", "label": "SECRET label"}
{"record": "dose", "time": "2026-03-02T07:30:00-06:00", "substance": "kratom", "amount": 3, "unit": "g", "product": "annas-kratom", \
"note": "SECRET note"}
{"record": "rating", "id": "annas-first", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 0}
{"record": "rating", "time": "2026-03-10T08:10:00-05:00", "scale": "pain", "value": 6}
{"record": "context", "time": "2026-03-03T12:00:00-06:00", "kind": "stress", "value": "SECRET words"}
{"record": "medicine", "name": "sertraline", "from": "2026-03-02T00:00:00-06:00", "dose": "SECRET 50 mg"}
{"record": "side_effect", "time": "2026-03-04T09:00:00-06:00", "effect": "nausea", "until": "2026-03-04T12:00:00-06:00", "unknown": "SECRET"}
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "anna.jsonl").write_text(JOURNAL)
    (folder / "bea.jsonl").write_text(JOURNAL)
    (folder / "bad.jsonl").write_text("nonsense\n")
    return folder


def events(folder: Path, wanted: Wanted = Wanted()) -> list[dict[str, Any]]:  # noqa: B008  # frozen
    out = folder.parent / "out"
    research(folder, out, wanted, None, lambda _done, _total: None, LATEST)
    rows: list[dict[str, Any]] = pq.read_table(out / EVENTS).to_pylist()
    return rows


def of(rows: list[dict[str, Any]], folder: Path, name: str = "anna.jsonl", record: str | None = None) -> list[dict[str, Any]]:
    person = pseudonym(key_of(folder, None), name)
    return [row for row in rows if row["person"] == person and record in (None, row["record"])]


def test_every_record_of_every_journal_is_a_row_and_a_bad_journal_costs_itself(people: Path) -> None:
    tally = research(people, people.parent / "out", Wanted(), None, lambda _done, _total: None, LATEST)
    assert (tally.weighed, tally.rows) == (2, 18)
    assert [name for name, _ in tally.troubles] == ["bad.jsonl"]
    rows = pq.read_table(people.parent / "out" / EVENTS).to_pylist()
    kinds = ["journal", "person", "product", "dose", "rating", "rating", "side_effect", "medicine", "context"]
    assert [row["record"] for row in of(rows, people)] == kinds


def test_nothing_in_a_persons_own_words_is_in_any_file(people: Path) -> None:
    events(people)
    for file in (people.parent / "out").iterdir():
        content = file.read_bytes() if file.name != EVENTS else str(pq.read_table(file).to_pylist()).encode()
        for telling in (b"SECRET", b"anna", b"bea.jsonl", b"Chicago", b"1978", b"AK"):
            assert telling not in content, (file.name, telling)


def test_what_was_written_down_is_there(people: Path) -> None:
    rows = events(people)
    (dose,) = of(rows, people, record="dose")
    assert (dose["substance"], dose["amount"], dose["unit"]) == ("kratom", 3.0, "g")
    assert [row["value"] for row in of(rows, people, record="rating")] == [0.0, 6.0]
    (person,) = of(rows, people, record="person")
    assert (person["birth_year"], person["place"], person["sex"]) == (1975, "US", "female")


def test_a_dose_still_points_to_its_product_and_to_nobody_elses(people: Path) -> None:
    rows = events(people)
    (dose,), (product,) = of(rows, people, record="dose"), of(rows, people, record="product")
    (other,) = of(rows, people, "bea.jsonl", "product")
    assert dose["product"] == product["id"] != other["id"]


def test_dates_move_by_the_same_whole_weeks_and_keep_their_clock_and_distances(people: Path) -> None:
    rows = events(people)
    back = timedelta(weeks=weeks_back(key_of(people, None), of(rows, people)[0]["person"]))
    ratings = of(rows, people, record="rating")
    true = [datetime.fromisoformat("2026-03-01T08:10:00-06:00"), datetime.fromisoformat("2026-03-10T08:10:00-05:00")]
    assert [row["time"] for row in ratings] == [at - back for at in true]
    assert [row["offset_minutes"] for row in ratings] == [-360, -300]
    assert ratings[0]["time"].weekday() == true[0].weekday()
    (effect,) = of(rows, people, record="side_effect")
    assert effect["until"] - effect["time"] == timedelta(hours=3)
    assert of(rows, people, "bea.jsonl", "rating")[0]["time"] != ratings[0]["time"]


def test_hours_count_from_the_first_midnight_of_the_journal(people: Path) -> None:
    rows = of(events(people), people)
    told = {row["record"]: row["hours"] for row in rows}
    assert told["dose"] == pytest.approx(24 + 7.5)
    assert [row["hours"] for row in rows if row["record"] == "rating"] == [
        pytest.approx(8 + 1 / 6),
        pytest.approx(9 * 24 + 7 + 1 / 6),
    ]
    assert told["person"] is None and told["journal"] is None


def test_dates_can_be_left_out_or_kept(people: Path) -> None:
    relative = events(people, Wanted(dates="relative"))
    assert not {"time", "from", "to", "until"} & set(relative[0])
    assert {row["hours"] for row in relative} > {None}
    (dose,) = of(events(people, Wanted(dates="true")), people, record="dose")
    assert dose["time"] == datetime.fromisoformat("2026-03-02T07:30:00-06:00")


def test_free_text_is_there_when_it_is_asked_for(people: Path) -> None:
    rows = of(events(people, Wanted(free_text=True)), people)
    told = {row["record"]: row for row in rows}
    assert told["dose"]["note"] == "SECRET note" and told["person"]["diagnoses"] == "SECRET"
    assert told["context"]["value_text"] == "SECRET words" and told["medicine"]["dose"] == "SECRET 50 mg"


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(free_text=True), Wanted(dates="relative")])
def test_the_dictionary_says_of_every_column_of_the_table_what_it_is(wanted: Wanted, people: Path) -> None:
    there = set(events(people, wanted)[0])
    with (people.parent / "out" / TABLE).open(newline="") as file:
        said = list(csv.DictReader(file))
    kept = {line["column"] for line in said if line["in_this_table"] != "left out"}
    assert kept | {"person", "record", "hours", "offset_minutes"} == there
    assert {line["column"] for line in said} == {column.name for column in columns()}
    page = (people.parent / "out" / PAGE).read_text()
    assert page == dictionary(wanted)
    assert all(f"`{name}`" in page for name in there)


def test_names_of_free_text_are_names_of_columns() -> None:
    assert set(FREE_TEXT) <= {column.name for column in columns()}
    assert [treated(name, "text", Wanted()) for name in FREE_TEXT] == ["left out"] * len(FREE_TEXT)
    assert not set(FREE_TEXT) & {column.name for column in table(Wanted())}
