"""What was taken and when: by day, by kind, by words; nothing searched for stands in an address."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from steelyard.journal import store
from steelyard.records.model import Context, Dose, JournalHeader, Medicine, Rating, Scale, SideEffect


def lines(page: Any) -> list[str]:
    """Headings and entries as a person reads them."""
    found = re.findall(r"<h2>(.*?)</h2>|<li>(.*?)</li>", page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", day or entry).split()) for day, entry in found]


def search(app: Any, words: str = "", kind: str = "") -> list[str]:
    asked = app.post("/history", {"words": words, "kind": kind})
    assert asked.headers["Location"] == "/history", "no word in the address"
    return lines(app.get("/history"))


@pytest.fixture
def diary(berlin: Any, clock: Any) -> Any:
    """A journal of some kinds, on three days and in two zones."""
    at = datetime.fromisoformat
    store.put(
        [
            JournalHeader(id="journal", format=1, zone="Europe/Berlin"),
            Scale(id="own", family="bounded", low=0, high=5, worse_is_up=True),
            Dose(time=at("2026-03-02T08:00:00+01:00"), substance="kratom", amount=2.5, unit="g", note="Vor dem Frühstück"),
            Rating(time=at("2026-03-02T00:30:00+01:00"), scale="pain", value=4),
            SideEffect(time=at("2026-03-01T23:45:00+01:00"), effect="nausea", severity=1),
            Context(time=at("2026-02-28T20:00:00-06:00"), kind="sun_exposure", value=30.0, unit="min"),
            Context(time=at("2026-02-27T10:00:00+01:00"), kind="rating_skipped", value="pain"),
            Medicine(name="Sertraline 100%_mg"),
        ],
        clock.now,
    )
    return berlin


def test_by_day_latest_first_each_by_its_own_clock(diary: Any) -> None:
    assert lines(diary.get("/history")) == [
        "Monday, 2 March 2026",
        "08:00 Dose kratom, 2.5 g",
        "00:30 Rating pain 4",
        "Sunday, 1 March 2026",
        "23:45 Side effect nausea, 1 slight",
        "Saturday, 28 February 2026",
        "20:00 UTC-06:00 What happened sun exposure 30 min",
        "Friday, 27 February 2026",
        "10:00 What happened pain: passed over",
        "Without a time",
        "Medicine Sertraline 100%_mg",
    ]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("KRATOM", 1),
        ("kratom frühstück", 1),
        ("FRÜHSTÜCK", 1),
        ("kratom nausea", 0),
        ("sun exposure", 1),
        ("sun_exposure", 1),
        ("100%_mg", 1),
        ("1009_mg", 0),
        ("substance", 0),
        ("own", 0),
        ("2026-03-02", 2),
        ('"', 0),
        ("'; DROP TABLE journal_entry; --", 0),
    ],
)
def test_words_are_looked_for_in_what_was_written_not_in_names_of_fields(diary: Any, words: str, count: int) -> None:
    found = [line for line in search(diary, words) if not re.search(r"\d{4}$|Without", line)]
    assert len(found) == count


def test_one_kind_alone_and_with_words(diary: Any) -> None:
    assert search(diary, kind="side_effect")[1:] == ["23:45 Side effect nausea, 1 slight"]
    assert search(diary, "pain", "rating")[1:] == ["00:30 Rating pain 4"]
    assert search(diary, kind="no such kind") == search(diary)


def test_the_search_stays_until_it_is_cleared_and_its_words_are_shown_as_text(diary: Any) -> None:
    assert search(diary, "<b>nothing") == []
    page = diary.get("/history").content.decode()
    assert "Nothing was found." in page
    assert 'value="&lt;b&gt;nothing"' in page and "<b>nothing" not in page
    assert len(search(diary)) == 11


def test_an_empty_journal_says_so(app: Any) -> None:
    assert "Nothing is written down yet." in app.get("/history").content.decode()


def test_pages_of_fifty_without_gap_or_repeat(berlin: Any, clock: Any) -> None:
    store.put([Rating(time=clock.now - timedelta(hours=n), scale="pain", value=n % 11) for n in range(120)], clock.now)
    pages = [[line for line in lines(berlin.get(f"/history?page={n}")) if "Rating" in line] for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    ids = [re.findall(r"/entry/([^\"]+)", berlin.get(f"/history?page={n}").content.decode()) for n in (1, 2, 3)]
    assert len({id for page in ids for id in page}) == 120
    first, last = (berlin.get(f"/history?page={n}").content.decode() for n in (1, 3))
    assert "?page=2" in first and "Newer" not in first
    assert "?page=2" in last and "Older" not in last


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "99999999999", "²"])
def test_a_page_that_is_none_is_the_first(diary: Any, page: str) -> None:
    assert len(lines(diary.get(f"/history?page={page}"))) == 11


def test_withdrawn_entries_are_not_listed(diary: Any) -> None:
    id = store.of(Dose)[0].id
    diary.post(f"/entry/{id}/withdraw")
    assert not any("kratom" in line for line in lines(diary.get("/history")))


@pytest.mark.slow
def test_a_journal_of_fifty_thousand_entries_is_no_burden(berlin: Any, clock: Any) -> None:
    store.put([Rating(time=clock.now - timedelta(minutes=n), scale="pain", value=n % 11) for n in range(50_000)], clock.now)
    for address in ("/", "/history"):
        assert berlin.get(address).status_code == 200, address
