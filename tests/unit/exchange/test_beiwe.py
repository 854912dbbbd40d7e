"""Beiwe: every touch of a slider is a row, and only the last one is the answer."""

from steelyard.exchange import beiwe
from steelyard.records.model import Rating

from .importing import INVENTED, Meaning, brought, left

SLIDER = Meaning(zone="Europe/Berlin", scales={"pain": "How bad is the pain?"})


def test_the_last_answer_counts() -> None:
    journal, _, found = brought(beiwe, "beiwe.csv", SLIDER)
    assert [(rating.time.isoformat(), rating.value) for rating in journal.of(Rating)] == [
        ("2026-03-01T09:00:05+01:00", 6.0),
        ("2026-03-01T21:00:00+01:00", 3.0),
    ]
    assert left(found) == {"How bad is the pain?": 1, "Anything else, or not?": 1}


def test_an_answer_half_a_day_later_is_another_one() -> None:
    table = (INVENTED / "beiwe.csv").read_bytes().replace(b"1772395200000", b"1772353800000")
    journal, _, _ = brought(beiwe, table, SLIDER)
    assert [rating.value for rating in journal.of(Rating)] == [3.0], "29 minutes and 55 seconds later it is a correction"


def test_a_time_that_is_none_costs_its_answer() -> None:
    table = (INVENTED / "beiwe.csv").read_bytes().replace(b"1772395200000", b"later")
    journal, problems, _ = brought(beiwe, table, SLIDER)
    assert [rating.value for rating in journal.of(Rating)] == [6.0]
    assert "time.unreadable" in {problem.code for problem in problems}


def test_both_layouts_are_known() -> None:
    head = (INVENTED / "beiwe.csv").read_bytes()
    assert beiwe.looks_like(head, "x")
    assert beiwe.looks_like(head.replace(b",event", b""), "x")
    assert not beiwe.looks_like(b"timestamp,UTC time,latitude\n", "x")
