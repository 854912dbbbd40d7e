import json
import re
import shutil
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.law import CONFIRM, FRESH_DAYS, NOT_CHECKED, STATUS, Law, describe, law_at, laws, must_confirm, words

EXAMPLES = Path(__file__).parents[2] / "knowledge"
FAILING = sorted((EXAMPLES / "law_should_fail").glob("*.toml"))
PASSING = sorted((EXAMPLES / "law_should_pass").glob("*.toml"))
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def row(**fields: Any) -> Law:
    """A row read in the text of the law, as it stood today."""
    usual: dict[str, Any] = {
        "place": "NO",
        "leaf": "prohibited",
        "statute": "Invented Act",
        "statement": "An invented row.",
        "citation": "example2020",
        "grade": "A",
        "seen": "full",
        "checked_on": TODAY,
        "as_of": TODAY,
    }
    return Law(**{**usual, **fields})


def folder_with(example: Path, folder: Path) -> Path:
    (folder / "law").mkdir()
    shutil.copy(example, folder / "law" / "example.toml")
    shutil.copy(EXAMPLES / "references.json", folder)
    return folder


# --- reading ---


@pytest.mark.parametrize("example", FAILING, ids=lambda example: example.stem)
def test_bad_row_is_refused_with_file_key_and_reason(example: Path, tmp_path: Path) -> None:
    expected = dict(re.findall(r"^# (\w+): ?(.*)$", example.read_text(), flags=re.M))
    with pytest.raises(KnowledgeError) as refusal:
        laws(TODAY, folder_with(example, tmp_path))
    assert refusal.value.file == "law/example.toml"
    assert (refusal.value.fact, refusal.value.field) == (expected["fact"], expected["field"])
    assert expected["says"] in refusal.value.why


@pytest.mark.parametrize("example", PASSING, ids=lambda example: example.stem)
def test_good_rows_are_read(example: Path, tmp_path: Path) -> None:
    assert laws(TODAY, folder_with(example, tmp_path))


def test_norway_is_text(tmp_path: Path) -> None:
    (norway,) = laws(TODAY, folder_with(EXAMPLES / "law_should_pass" / "norway.toml", tmp_path))
    assert norway.place == "NO"
    assert words(norway, TODAY).startswith("NO: leaf: ")


def test_a_row_may_start_in_the_future_and_is_not_in_force_before(tmp_path: Path) -> None:
    rows = laws(TODAY, folder_with(EXAMPLES / "law_should_pass" / "state_with_a_future_row.toml", tmp_path))
    assert [law.from_ for law in rows] == [None, date(2027, 1, 1)]
    assert [law.leaf for law in law_at(rows, "US-TN", TODAY)] == ["restricted"]
    assert [law.leaf for law in law_at(rows, "US-TN", date(2027, 1, 1))] == ["prohibited"]


def test_rows_come_by_place_and_then_by_the_day_they_start(tmp_path: Path) -> None:
    folder = folder_with(EXAMPLES / "law_should_pass" / "state_with_a_future_row.toml", tmp_path)
    for name in ("norway", "secondary_page_without_a_date"):
        example = (EXAMPLES / "law_should_pass" / f"{name}.toml").read_text()
        (folder / "law" / f"{name}.toml").write_text(example.replace('"NO"', '"US"' if name == "norway" else '"AU"'))
    later = (folder / "law" / "example.toml").read_text().split("\n\n")
    (folder / "law" / "example.toml").write_text("\n\n".join(reversed(later)))
    assert [(law.place, law.from_) for law in laws(TODAY, folder)] == [
        ("AU", None),
        ("US", None),
        ("US-TN", None),
        ("US-TN", date(2027, 1, 1)),
    ]


def test_without_today_no_date_of_reading_is_judged(tmp_path: Path) -> None:
    example = EXAMPLES / "law_should_fail" / "read_in_the_future.toml"
    assert len(laws(None, folder_with(example, tmp_path))) == 1


# --- which rows ---


def test_the_most_specific_place_comes_first() -> None:
    rows = [row(place="US", leaf="not_controlled"), row(place="US-TN", leaf="restricted"), row(place="US-GA")]
    assert [law.place for law in law_at(rows, "US-TN", TODAY)] == ["US-TN", "US"]
    assert [law.place for law in law_at(rows, " us-tn ", TODAY)] == ["US-TN", "US"]
    assert [law.place for law in law_at(rows, "US", TODAY)] == ["US"]
    assert law_at(rows, "DE", TODAY) == []


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    rows = [row(from_=date(2026, 1, 10), to=date(2026, 2, 10))]
    held = {
        day: bool(law_at(rows, "NO", day)) for day in (date(2026, 1, 9), date(2026, 1, 10), date(2026, 2, 10), date(2026, 2, 11))
    }
    assert list(held.values()) == [False, True, True, False]


# --- words ---


def test_a_fresh_text_of_the_law_may_stand_by_itself() -> None:
    assert not must_confirm(row(), TODAY)
    assert CONFIRM not in words(row(), TODAY)


@pytest.mark.parametrize(
    "law",
    [
        row(as_of=TODAY - (FRESH_DAYS + 1) * DAY),
        row(as_of=TODAY - (FRESH_DAYS + 1) * DAY, checked_on=TODAY - (FRESH_DAYS + 1) * DAY),
        row(as_of=None),
        row(grade="S"),
        row(grade="U"),
        row(seen="sec"),
        row(seen="abs"),
    ],
    ids=["old text", "read long ago", "undated", "secondary page", "recalled", "second-hand", "abstract"],
)
def test_what_is_old_or_second_hand_is_shown_with_its_confirm_line(law: Law) -> None:
    assert must_confirm(law, TODAY)
    assert words(law, TODAY).endswith(f"- {CONFIRM}")
    assert describe([law], "NO", TODAY)[0].endswith(CONFIRM)


def test_the_ninetieth_day_is_the_last_fresh_one() -> None:
    assert not must_confirm(row(as_of=TODAY), TODAY + 90 * DAY)
    assert must_confirm(row(as_of=TODAY), TODAY + 91 * DAY)


def test_reading_an_old_text_today_does_not_make_it_fresh() -> None:
    assert must_confirm(row(checked_on=TODAY, as_of=date(2021, 2, 5)), TODAY)


def test_a_row_in_words() -> None:
    law = row(
        place="US-GA", leaf="restricted", hydroxymitragynine="prohibited", age=21, from_=date(2025, 1, 1), as_of=date(2025, 1, 1)
    )
    assert words(law, TODAY) == (
        "US-GA: leaf: sold under conditions; 7-OH products: prohibited, to have and to sell; not for people under 21; since 2025-01-01. "
        "An invented row. (from the text of the law, as it stood on 2025-01-01; Invented Act) - confirm before relying on it"
    )
    undated = row(statute="", leaf="not_controlled", grade="S", seen="sec", as_of=None, from_=TODAY + DAY, to=TODAY + 9 * DAY)
    assert words(undated, TODAY) == (
        "NO: leaf: said to be not on the list of controlled drugs; 7-OH products: not checked; from 2026-11-23; until 2026-12-01. "
        "An invented row. (from a secondary page, undated, read on 2026-11-22) - confirm before relying on it"
    )


@pytest.mark.parametrize("grade, seen", [("S", "full"), ("A", "sec"), ("A", "abs"), ("U", "full")])
def test_what_was_not_read_in_the_law_itself_is_only_said_to_be(grade: Any, seen: Any) -> None:
    said = words(row(leaf="not_controlled", grade=grade, seen=seen), TODAY)
    assert "leaf: said to be not on the list" in said
    assert "said to be sources disagree" not in words(row(leaf="sources_disagree", grade=grade, seen=seen), TODAY)


def test_no_status_is_a_badge() -> None:
    for status, said in STATUS.items():
        for law in (row(leaf=status), row(leaf=status, grade="S")):
            assert not re.search(r"\b(legal|allowed|permitted|free|safe)\b", words(law, TODAY), re.I), said


def test_a_place_without_a_row_is_not_checked() -> None:
    rows = [row(place="US")]
    assert describe(rows, "DE", TODAY) == (f"DE: {NOT_CHECKED}",)
    assert describe(rows, "", TODAY) == (f"no place given: {NOT_CHECKED}",)
    state, country = describe(rows, "US-WY", TODAY)
    assert state == f"US-WY: {NOT_CHECKED}"
    assert country.startswith("US: leaf")


def test_a_place_whose_only_row_is_past_is_not_checked() -> None:
    assert describe([row(to=TODAY - DAY)], "NO", TODAY) == (f"NO: {NOT_CHECKED}",)


def test_what_starts_later_is_shown_after_what_holds() -> None:
    now, later = row(leaf="restricted", to=TODAY + DAY), row(from_=TODAY + 2 * DAY)
    first, second = describe([now, later], "NO", TODAY)
    assert "sold under conditions" in first
    assert "from 2026-11-24" in second


def test_what_starts_today_is_shown_once() -> None:
    assert len(describe([row(from_=TODAY)], "NO", TODAY)) == 1


# --- as shipped ---


@pytest.fixture(scope="module")
def shipped() -> tuple[Law, ...]:
    return laws(TODAY)


def test_shipped_rows_show_confirm_wherever_it_is_due(shipped: tuple[Law, ...]) -> None:
    assert {"US", "US-AL", "US-GA", "US-TN", "NO", "GB", "TH"} <= {law.place for law in shipped}
    for law in shipped:
        for day in (TODAY, TODAY + 91 * DAY):
            due = law.grade != "A" or law.seen not in ("full", "tab") or law.as_of is None or (day - law.as_of).days > 90
            assert words(law, day).endswith(CONFIRM) == due, law


def test_places_whose_sources_disagree_say_nothing_else(shipped: tuple[Law, ...]) -> None:
    for place in ("GB", "BE", "IT"):
        assert {law.leaf for law in shipped if law.place == place} == {"sources_disagree"}, place
        assert "leaf: sources disagree" in describe(shipped, place, TODAY)[0]


def test_shipped_rows_of_a_place_do_not_overlap(shipped: tuple[Law, ...]) -> None:
    for place in {law.place for law in shipped}:
        for day in {law.from_ for law in shipped if law.from_} | {law.to for law in shipped if law.to} | {TODAY}:
            assert len([law for law in law_at(shipped, place, day) if law.place == place]) <= 1, (place, day)


def test_text_of_the_law_names_itself_and_its_source(shipped: tuple[Law, ...]) -> None:
    references = {entry["id"]: entry for entry in json.loads((files("steelyard.knowledge") / "data/references.json").read_text())}
    for law in shipped:
        if law.grade == "A":
            assert law.statute, law.place
            assert references[law.citation]["type"] == "legislation", law.place
        else:
            assert law.seen == "sec", law.place


def test_the_table_that_forbids_copying_is_not_a_source(shipped: tuple[Law, ...]) -> None:
    cited = {law.citation for law in shipped}
    entries = json.loads((files("steelyard.knowledge") / "data/references.json").read_text())
    assert not [entry["id"] for entry in entries if entry["id"] in cited and "ohjustadam" in json.dumps(entry).lower()]


def test_a_row_read_tomorrow_is_refused_today(shipped: tuple[Law, ...]) -> None:
    with pytest.raises(KnowledgeError, match="is in the future"):
        laws(min(law.checked_on for law in shipped) - DAY)
