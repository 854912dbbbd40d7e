"""Nights from pieces of sleep: overlaps count once, one source speaks for a night, and a night belongs to the morning it ends."""

import random

import pytest

from steelyard.exchange import apple_health
from steelyard.exchange.apple_sleep import IN_BED, JOINED, NO_SLEEP, NO_TIMES, SHORTER
from steelyard.records.model import Journal, Rating, Scale

from .importing import brought, codes


def piece(start: str, end: str, value: str = "Asleep", source: str = "Watch", offset: str = "+0100") -> str:
    """A record of the sleep analysis; `start` and `end` as in `1 23:00`, day and clock in March 2026."""
    times = [f"2026-03-{int(at.split()[0]):02} {at.split()[1]}:00 {offset}" for at in (start, end)]
    return (
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" startDate="{times[0]}" endDate="{times[1]}" '
        f'value="HKCategoryValueSleepAnalysis{value}"/>'
    )


def read(*pieces: str) -> tuple[Journal, dict[str, int]]:
    """The journal, and how many pieces made no entry of their own, by the reason."""
    journal, problems, found = brought(apple_health, f"<HealthData>{''.join(pieces)}</HealthData>".encode())
    assert codes(problems) == []
    return journal, {one.why: one.count for one in found}


def nights(*pieces: str) -> list[tuple[str, float]]:
    return [(one.time.isoformat(), one.value) for one in read(*pieces)[0].of(Rating)]


STAGES = (
    piece("1 23:00", "2 01:00", "AsleepCore"),
    piece("2 01:00", "2 02:30", "AsleepDeep"),
    piece("2 02:30", "2 03:00", "Awake"),
    piece("2 03:00", "2 06:45", "AsleepREM"),
)


def test_stages_add_up_to_a_night_told_at_waking_and_without_the_time_awake() -> None:
    """2 h + 1.5 h + 3.75 h."""
    assert nights(*STAGES) == [("2026-03-02T06:45:00+01:00", 7.25)]


def test_the_rating_is_on_a_scale_of_hours_that_comes_with_it() -> None:
    journal, _ = read(*STAGES)
    assert journal.of(Scale) == [Scale(id="sleep_hours", family="bounded", low=0, high=24, worse_is_up=False)]
    assert {rating.scale for rating in journal.of(Rating)} == {"sleep_hours"}


def test_pieces_of_one_source_that_overlap_count_once() -> None:
    """From 23:00 to 7:00, half an hour of it awake."""
    overlapping = (piece("1 23:00", "2 05:00"), piece("2 03:00", "2 07:00"), piece("2 04:00", "2 04:30", "Awake"))
    assert nights(*overlapping) == [("2026-03-02T07:00:00+01:00", 7.5)]


def test_of_two_sources_the_one_that_tells_stages_speaks_for_the_night() -> None:
    """The other only saw that the phone lay still from 22:30 to 7:15."""
    told = [*STAGES, piece("1 22:30", "2 07:15", source="Phone")]
    assert nights(*told) == [("2026-03-02T06:45:00+01:00", 7.25)]


def test_without_stages_the_source_that_knows_more_nights_speaks() -> None:
    """Also where the other one says more."""
    steady = [piece(f"{day} 23:00", f"{day + 1} 06:00", source="Steady") for day in (1, 2, 3)]
    once = piece("2 22:00", "3 08:00", source="Once")
    assert [hours for _, hours in nights(*steady, once)] == [7.0, 7.0, 7.0]


def test_a_night_that_one_source_missed_is_told_by_another() -> None:
    assert [hours for _, hours in nights(*STAGES, piece("2 23:00", "3 05:00", source="Phone"))] == [7.25, 6.0]


def test_a_watch_worn_for_a_nap_or_for_half_the_night_does_not_speak_for_the_night() -> None:
    night = piece("1 23:00", "2 07:00", source="Phone")
    assert nights(night, piece("2 14:00", "2 15:00", "AsleepCore")) == [("2026-03-02T07:00:00+01:00", 8.0)]
    assert nights(night, piece("1 23:00", "2 02:00", "AsleepCore")) == [("2026-03-02T07:00:00+01:00", 8.0)]


def test_a_nap_is_left_out_and_a_short_gap_belongs_to_the_night() -> None:
    """Awake from 2:00 to 4:00 and nothing told of it; asleep again; a nap after dinner belongs to no night."""
    broken = [piece("1 22:00", "2 02:00"), piece("2 04:00", "2 07:00"), piece("2 18:00", "2 19:00")]
    assert nights(*broken) == [("2026-03-02T07:00:00+01:00", 7.0)]


def test_a_night_belongs_to_the_day_it_ends_by_the_clock_there() -> None:
    """Somebody sleeps by day after working at night, and somebody else crosses an ocean."""
    assert nights(piece("2 08:00", "2 15:00"), piece("3 08:00", "3 14:00")) == [
        ("2026-03-02T15:00:00+01:00", 7.0),
        ("2026-03-03T14:00:00+01:00", 6.0),
    ]
    assert nights(piece("1 23:00", "2 07:00"), piece("2 22:00", "3 06:00", offset="-0500")) == [
        ("2026-03-02T07:00:00+01:00", 8.0),
        ("2026-03-03T06:00:00-05:00", 8.0),
    ]


def test_time_in_bed_is_not_sleep() -> None:
    journal, left = read(piece("1 22:00", "2 07:00", "InBed"))
    assert journal.records == () and left == {IN_BED: 1}


@pytest.mark.parametrize(
    "wrong",
    [
        piece("2 07:00", "1 23:00"),
        piece("1 23:00", "1 23:00"),
        piece("1 23:00", "3 23:01"),
        piece("1 23:00", "2 07:00", offset=""),
        piece("1 23:00", "2 07:00").replace("2026-03-02", "yesterday"),
    ],
)
def test_a_piece_without_a_length_that_can_be_is_left_out(wrong: str) -> None:
    journal, left = read(wrong)
    assert journal.records == () and left == {NO_TIMES: 1}


def test_being_awake_alone_makes_no_night() -> None:
    awake = piece("2 12:00", "2 13:00", "Awake")
    journal, left = read(awake, *STAGES)
    assert [rating.value for rating in journal.of(Rating)] == [7.25]
    assert left == {NO_SLEEP: 1, JOINED: 3}
    assert read(piece("1 23:00", "2 01:00", "Awake"), piece("1 23:30", "2 00:30"))[1] == {NO_SLEEP: 2}


def test_every_piece_is_accounted_for() -> None:
    pieces = [
        *STAGES,
        piece("1 22:30", "2 07:15", source="Phone"),
        piece("1 22:00", "2 07:30", "InBed"),
        piece("2 14:00", "2 14:30"),
    ]
    journal, left = read(*pieces)
    assert left == {JOINED: 3, SHORTER: 2, IN_BED: 1}
    assert len(journal.of(Rating)) + sum(left.values()) == len(pieces)


def test_the_order_of_the_pieces_and_what_was_exported_later_change_nothing() -> None:
    """A later export has the same nights and one more: nothing comes in twice."""
    pieces = [*STAGES, piece("1 22:30", "2 07:15", source="Phone")]
    first = read(*pieces)[0]
    shuffled = pieces.copy()
    random.Random(3).shuffle(shuffled)
    assert read(*shuffled)[0] == first
    later = read(*pieces, piece("2 23:00", "3 06:00"))[0]
    assert {record.id for record in first.records} < {record.id for record in later.records}
