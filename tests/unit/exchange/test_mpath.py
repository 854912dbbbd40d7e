"""m-Path: times of the participant's clock, with the offset beside them."""

from steelyard.exchange import mpath
from steelyard.records.model import Rating

from .importing import INVENTED, Meaning, brought, codes, left

SLIDER = Meaning(zone="Europe/Berlin", scales={"pain": "pain_slider"})


def test_answers_at_the_local_time_with_its_offset() -> None:
    """Second 1,772,352,060 as a clock shows 8:01; the row says that clock is an hour ahead of UTC."""
    journal, problems, found = brought(mpath, "mpath.csv", SLIDER)
    assert [(rating.time.isoformat(), rating.value) for rating in journal.of(Rating)] == [("2026-03-01T08:01:00+01:00", 6.0)]
    assert codes(problems) == [(4, "field.wrong_type")], "a comma is no decimal point in this form"
    assert left(found) == {"company_multipleChoice_string": 1, "main": 1, "words_open": 1}


def test_without_an_offset_the_zone_told_is_assumed() -> None:
    table = (INVENTED / "mpath.csv").read_bytes().replace(b";3600;", b";;")
    journal, problems, _ = brought(mpath, table, SLIDER)
    assert journal.of(Rating)[0].time.isoformat() == "2026-03-01T08:01:00+01:00"
    assert "time.missing_offset" in {problem.code for problem in problems}


def test_an_offset_that_cannot_be_is_not_believed() -> None:
    table = (INVENTED / "mpath.csv").read_bytes().replace(b";3600;", b";999999999;")
    assert brought(mpath, table, SLIDER)[0].of(Rating)[0].time.isoformat() == "2026-03-01T08:01:00+01:00"


def test_one_participant_of_several() -> None:
    table = (INVENTED / "mpath.csv").read_bytes()
    two = table + b"102" + table.splitlines(keepends=True)[1][3:]
    assert codes(brought(mpath, two, SLIDER)[1]) == [(0, "person.which")]
    journal, _, found = brought(mpath, two, Meaning(person="102", scales={"pain": "pain_slider"}))
    assert len(journal.of(Rating)) == 1
    assert left(found)["101"] == 3


def test_it_is_known_by_its_columns() -> None:
    assert mpath.looks_like((INVENTED / "mpath.csv").read_bytes(), "x")
    assert not mpath.looks_like(b"connectionId;x\n", "mpath.csv")


def test_a_time_no_clock_shows_costs_its_row() -> None:
    """When the questions were closed stands in for when they were opened; nothing else is asked of a row."""
    table = b"connectionId;timeStampStart;timeStampStop;timeZoneOffset;pain_slider\n101;;9e99;0;6\n101;9e99;;0;6\n"
    journal, problems, _ = brought(mpath, table, SLIDER)
    assert not journal.of(Rating)
    assert [place for place, _ in codes(problems)] == [2, 3]
