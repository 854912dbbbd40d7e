"""What readers of foreign formats share: ids, counts of what is left out, instants, whose entries they are."""

from steelyard.exchange.foreign import OTHER_PERSON, Ids, LeftOut, Tally, Told, from_epoch, header, whose, zone_assumed
from steelyard.exchange.mapping import Mapping
from steelyard.records.model import Problem
from steelyard.records.validate import Cells

BERLIN = Told(Mapping(zone="Europe/Berlin"))


def test_an_id_is_made_of_all_that_is_said_and_of_nothing_else() -> None:
    assert Ids("app").of("a", 1) == Ids("app").of("a", 1)
    assert (
        len({Ids("app").of("a", 1), Ids("app").of("a", 2), Ids("app").of("a", "1"), Ids("app").of("a1"), Ids("other").of("a", 1)})
        == 5
    )


def test_entries_that_say_the_same_are_numbered() -> None:
    ids = Ids("app")
    first, second, other = ids.of("a"), ids.of("a"), ids.of("b")
    assert second == f"{first}-2"
    assert other not in (first, second)


def test_what_is_left_out_is_counted_by_what_and_why() -> None:
    tally = Tally()
    tally.leave(3, "steps", "no use")
    tally.leave(9, "steps", "no use", 4)
    tally.leave(5, "steps", "broken")
    assert list(tally.told()) == [LeftOut(5, 3, "steps", "no use"), LeftOut(1, 5, "steps", "broken")]
    problem = LeftOut(5, 3, "steps", "no use").problem()
    assert (problem.line, problem.field, problem.code, problem.message, problem.count) == (
        3,
        "steps",
        "entry.left_out",
        "no use",
        5,
    )
    assert problem.action == "left out"
    assert LeftOut(1, 3, "sleep", "pieces", "put together").problem().action == "put together"


def test_instants_get_the_offset_that_the_zone_had_then() -> None:
    """Europe/Berlin was two hours ahead of UTC in July and one in January."""
    found = [from_epoch(seconds, BERLIN) for seconds in (1751328000, 1767225600.5)]
    assert [one and one.isoformat() for one in found] == ["2025-07-01T02:00:00+02:00", "2026-01-01T01:00:00.500000+01:00"]


def test_instants_that_no_calendar_has_are_none() -> None:
    assert [from_epoch(seconds, BERLIN) for seconds in (1e18, -1e18, float("inf"), float("nan"))] == [None] * 4


def test_the_zone_that_was_told_or_utc() -> None:
    assert Told().zone == "UTC"
    assert "--zone" in zone_assumed(Told()).action
    assert zone_assumed(BERLIN).action == "assumed Europe/Berlin"
    row = header(BERLIN)
    assert not isinstance(row, Problem) and isinstance(row[1], Cells)
    assert row[1].fields == {"record": "journal", "format": 1, "zone": "Europe/Berlin"}


def test_whose_entries_are_wanted() -> None:
    assert whose(["a", "a"], Told()) == "a"
    assert whose(["a", "b"], Told(Mapping(person="b"))) == "b"
    refused = whose(["a", "b", "b"], Told())
    assert isinstance(refused, list) and isinstance(refused[0], Problem)
    assert refused[1:] == [LeftOut(2, 1, "b", OTHER_PERSON), LeftOut(1, 1, "a", OTHER_PERSON)]
    assert not isinstance(whose(["a"], Told(Mapping(person="b"))), str), "the only person is not the one asked for"
    assert not isinstance(whose([], Told()), str)
