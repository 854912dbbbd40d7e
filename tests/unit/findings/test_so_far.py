"""What can be asked on the first days, what not yet, and what days to come would change."""

from datetime import datetime, timedelta

import pytest

from steelyard.findings.so_far import Item, going_on, so_far
from steelyard.records.model import Dose, Journal, Lab, Medicine, Rating, Record, Scale

from .journals import MIDNIGHT, knowledge

PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)


def at(day: int, hour: float) -> datetime:
    return MIDNIGHT + timedelta(days=day, hours=hour)


def days(count: int) -> list[Record]:
    """Days with three ratings, the first before any dose, and one dose that comes later and later."""
    found: list[Record] = []
    for day in range(count):
        found += [Rating(time=at(day, hour), scale="pain", value=float((day + n) % 7)) for n, hour in enumerate((7, 15, 22))]
        found.append(Dose(time=at(day, 8 + (5 * day) % 12), substance="kratom", amount=2.0 + day % 3, unit="g"))
    return found


def asked(*records: Record) -> dict[str, Item]:
    return {item.name: item for item in so_far(Journal(None, records), "kratom", PAIN, knowledge())}


def test_on_the_third_day_warnings_can_be_asked_for_and_relief_cannot() -> None:
    items = asked(*days(3))
    assert items["taken"].can is True
    assert items["warnings"].can is True
    assert items["relief"].can is False
    assert "9 ratings" in items["relief"].why
    assert "30 ratings" in items["relief"].enough
    assert (items["used_to"].can, items["used_to"].have, items["used_to"].need) == (False, 3, 14)


def test_on_the_fourteenth_day_relief_and_signs_of_getting_used_to_it_can_be_asked_about() -> None:
    items = asked(*days(14))
    assert items["relief"] == Item("relief", True)
    assert items["used_to"].can is True
    assert (items["long"].can, items["long"].have, items["long"].need) == (False, 14, 90)


def test_on_the_thirteenth_day_there_are_thirteen() -> None:
    assert asked(*days(13))["used_to"] == Item("used_to", False, have=13, need=14)


def test_after_ninety_days_the_answer_can_be_more_than_a_first_look() -> None:
    assert asked(*days(89))["long"].can is False
    assert asked(*days(90))["long"].can is True


def test_a_medicine_alone_can_be_warned_about_and_nothing_else_be_asked() -> None:
    items = asked(Medicine(name="tramadol"))
    assert [item.name for item in items.values() if item.can] == ["warnings"]


def test_readings_of_one_slow_outcome_are_counted_not_those_of_several() -> None:
    labs = [Lab(time=at(n, 8), test=test, value=40 + n, unit="ug/L") for n in range(5) for test in ("ferritin", "tsh")]
    assert asked(*labs)["slow"].have == 5
    more = [Lab(time=at(n, 8), test="Ferritin", value=40, unit="ug/L") for n in range(5, 8)]
    assert asked(*labs, *more)["slow"].can is True


def test_going_on_lays_the_days_end_to_end() -> None:
    journal = Journal(None, (*days(3), Medicine(name="tramadol")))
    longer = going_on(journal, 14)
    ratings = longer.of(Rating)
    assert len(ratings) == 14 * 3
    assert len(longer.of(Dose)) == 14
    assert ratings[-1].time == at(13, 22)
    assert [r.value for r in ratings[:9]] == [r.value for r in ratings[9:18]], "day 4 is day 1 again"
    assert longer.of(Medicine) == journal.of(Medicine)


def test_going_on_from_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        going_on(Journal(None, (Medicine(name="tramadol"),)), 14)


def test_days_to_come_show_what_will_still_be_missing() -> None:
    rare = [Rating(time=at(0, 7), scale="pain", value=5), Dose(time=at(0, 8), substance="kratom", amount=3, unit="g")]
    items = {
        item.name: item for item in so_far(going_on(Journal(None, tuple(rare)), 14), "kratom", PAIN, knowledge(), copied=True)
    }
    assert items["relief"].can is False
    assert "14 ratings" in items["relief"].why


def test_how_doses_will_vary_cannot_be_foreseen_from_copies_of_a_day() -> None:
    items = so_far(going_on(Journal(None, tuple(days(1))), 60), "kratom", PAIN, knowledge(), copied=True)
    (relief,) = [item for item in items if item.name == "relief"]
    assert relief == Item("relief", None)
