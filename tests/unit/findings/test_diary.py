"""From a journal to arrays: hours, clocks, amounts in one unit, and nothing missing taken for zero."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from steelyard.findings.diary import Prepared, prepare
from steelyard.records.model import Context, Scale

from .journals import MIDNIGHT, PRIOR, Line, as_journal, at, dose, journal, rating, read

Array = NDArray[np.float64]
PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
CAPSULE = {"record": "product", "id": "caps", "substance": "kratom", "kind": "capsule", "unit_g": 0.5}


def prepared(*lines: Line, seed: int = 0, substance: str = "kratom", scale: Scale = PAIN) -> Prepared:
    return prepare(journal(*lines), substance, scale, lambda _: PRIOR, seed)


def curve(given: Prepared, hours: list[float], half_life_h: float = 4.0) -> Array:
    return given.diary.exposure(np.array(hours, float))(np.array([half_life_h]))[0]


def redraws(given: Prepared, hours: list[float]) -> Array:
    """One row for each redrawn curve."""
    return np.array([each(np.array(hours, float))(np.array([4.0]))[0] for each in given.diary.redrawn])


def clock(given: Prepared, hours: Array) -> Array:
    """The clock's hour; 24 and 0 are one, whatever rounding made of midnight."""
    return np.round(given.diary.clock_h(hours), 9) % 24


# --- amounts


@pytest.mark.parametrize(
    ("written", "grams"),
    [
        ({"amount": 3.0, "unit": "g"}, 3.0),
        ({"amount": 3.0, "unit": "Grams"}, 3.0),
        ({"amount": 2500.0, "unit": "mg"}, 2.5),
        ({"amount": 0.003, "unit": "kg"}, 3.0),
        ({"amount": 4.0, "unit": "capsule", "product": "caps"}, 2.0),
        ({"amount": 4.0, "unit": "caps", "product": "caps"}, 2.0),
        ({"amount": 3.0, "unit": "g", "product": "caps"}, 3.0),
    ],
)
def test_amounts_in_any_unit_of_mass_become_those_of_the_usual_unit(written: Line, grams: float) -> None:
    given = prepared(CAPSULE, dose(8, 2.0), dose(16, 2.0), dose(24, **written))
    assert given.unit == "g"
    assert given.amount == pytest.approx([2.0, 2.0, grams])
    assert given.unknown == 0


def test_the_usual_unit_is_the_one_most_doses_were_written_in() -> None:
    given = prepared(dose(8, 2.0), dose(16, 1500.0, "mg"), dose(24, 500.0, "mg"))
    assert (given.unit, given.usual) == ("mg", 1500.0)
    assert given.amount == pytest.approx([2000.0, 1500.0, 500.0])


def test_doses_are_in_units_of_the_persons_own_median_dose() -> None:
    given = prepared(dose(8, 2.0), dose(16, 4.0), dose(24, 10.0))
    assert (given.usual, given.unit) == (4.0, "g")
    assert given.diary.dose == pytest.approx([0.5, 1.0, 2.5])


@pytest.mark.parametrize(
    "unreadable",
    [
        {"amount": None, "unit": "g"},
        {"amount": None, "unit": None},
        {"amount": 4.0, "unit": "capsule"},
        {"amount": 4.0, "unit": "capsule", "product": "nowhere described"},
        {"amount": 4.0, "unit": "mL"},
    ],
    ids=["not written", "nothing written", "capsules of unknown content", "unknown product", "no unit of mass"],
)
def test_an_amount_that_cannot_be_read_is_unknown_and_never_zero(unreadable: Line) -> None:
    given = prepared(rating(8, 5), dose(8, 2.0), dose(16, 4.0), dose(72, **unreadable))
    assert np.isnan(given.amount[2])
    assert given.unknown == 1
    assert given.diary.dose[2] == 1.0, "stands for the usual amount"
    assert curve(given, [74.0])[0] > 0.5


def test_doses_without_any_amount_count_as_one_dose_each() -> None:
    given = prepared(dose(8, None), dose(16, None))
    assert (given.unit, given.usual, given.unknown) == ("dose", 1.0, 2)
    assert given.diary.dose.tolist() == [1.0, 1.0]


def test_capsules_stay_capsules_when_nobody_knows_what_they_hold() -> None:
    given = prepared(dose(8, 2, "capsule"), dose(16, 6, "capsules"), dose(24, 4, "caps"))
    assert (given.unit, given.usual, given.unknown) == ("capsule", 4.0, 0)


def test_a_recorded_zero_stays_zero_and_is_no_part_of_the_usual_dose() -> None:
    some = [dose(8, 2.0), dose(16, 4.0)]
    given = prepared(*some, dose(20, 0.0), dose(22, 0.0), dose(23, 0.0))
    assert given.amount.tolist() == [2.0, 4.0, 0.0, 0.0, 0.0]
    assert (given.usual, given.unknown) == (3.0, 0)
    hours = np.arange(8.0, 60.0).tolist()
    assert curve(given, hours) == pytest.approx(curve(prepared(*some), hours))


@pytest.mark.parametrize("unit", ["scoop", None])
def test_what_a_problem_says_was_done_with_an_amount_was_done(unit: str | None) -> None:
    found, problems = read(dose(8, 2.0, unit), dose(16, 9.0, unit))
    assert {problem.code for problem in problems} <= {"unit.unknown", "unit.missing"}
    assert all("counts as unknown" in problem.action for problem in problems)
    assert prepare(found, "kratom", PAIN, lambda _: PRIOR, 0).unknown == 2


# --- what belongs to the question


def test_the_substance_is_found_in_any_case_and_no_other_one() -> None:
    names = ["Kratom", "KRATOM", "kratom", "kratom extract", "ibuprofen"]
    lines = [dose(8 + n, substance=name) for n, name in enumerate(names)]
    for asked in ("kratom", "KRATOM"):
        assert prepared(*lines, substance=asked).diary.dose_h.tolist() == [8.0, 9.0, 10.0]


def test_other_scales_and_withdrawn_records_do_not_count() -> None:
    given = prepared(
        rating(8, 5), rating(9, 6, "mood"), rating(10, 7, deleted=True), dose(8), dose(9, deleted=True), rating(11, 0.0)
    )
    assert given.diary.rating.tolist() == [5.0, 0.0]
    assert len(given.diary.dose) == 1


def test_the_scale_is_passed_on_as_it_is() -> None:
    scale = Scale(id="ease", family="bounded", low=-3, high=3, worse_is_up=False)
    own = {"record": "scale", "id": "ease", "family": "bounded", "low": -3, "high": 3, "worse_is_up": False}
    diary = prepared(own, rating(8, -2, "ease"), scale=scale).diary
    assert (diary.low, diary.high, diary.worse_is_up, diary.rating.tolist()) == (-3, 3, False, [-2.0])


def test_sessions_of_one_therapy_go_together_and_talking_therapies_fade_more_slowly() -> None:
    names = ["physiotherapy", "CBT", "Physiotherapy", "cbt", "mindfulness"]
    held = [{"record": "session", "time": at(10.0 + n), "therapy": name} for n, name in enumerate(names)]
    therapies = {each.name: each for each in prepared(rating(8, 5), *held).diary.sessions}
    assert {name: each.time_h.tolist() for name, each in therapies.items()} == {
        "physiotherapy": [10.0, 12.0],
        "cbt": [11.0, 13.0],
        "mindfulness": [14.0],
    }
    day = 24.0
    assert therapies["physiotherapy"].fade_h <= 2 * day
    assert min(therapies["cbt"].fade_h, therapies["mindfulness"].fade_h) >= 7 * day


def test_a_journal_without_anything_gives_empty_arrays() -> None:
    given = prepared()
    assert given.diary.rating.shape == given.diary.dose.shape == given.diary.rating_h.shape == (0,)
    assert (given.unknown, given.diary.span_h, given.diary.sessions, given.diary.redrawn) == (0, 0.0, (), ())


def test_other_substances_medicines_and_events_are_causes_of_their_own() -> None:
    lines = [
        *(rating(8, 5), dose(8), dose(40, 2.0, substance="Coffee"), dose(90, 2.0, substance="coffee")),
        {"record": "medicine", "name": "Statin", "from": at(30), "to": at(60)},
        {"record": "medicine", "name": "kratom", "from": at(0)},
        {"record": "context", "time": at(50), "kind": "illness"},
    ]
    causes = {each.name: each.at for each in prepared(*lines).diary.known}
    assert set(causes) == {"coffee", "statin", "illness"}
    hours = np.array([29.0, 31.0, 42.0, 51.0, 61.0, 92.0, 500.0])
    assert causes["statin"](hours).tolist() == [0, 1, 1, 1, 0, 0, 0]
    coffee, illness = causes["coffee"](hours), causes["illness"](hours)
    assert coffee[:2].tolist() == [0, 0] and coffee[2] > 0.5 and coffee[5] > 0.5 and coffee[6] < 0.01
    assert illness[:3].tolist() == [0, 0, 0] and illness[3] > 0.9 and illness[6] < 0.01


def test_periods_decided_by_chance_come_in_order_of_time_with_the_number_of_their_condition() -> None:
    def period(start: float, end: float, condition: str) -> Line:
        return {"record": "assignment", "from": at(start), "to": at(end), "condition": condition, "trial": "coins"}

    given = prepared(rating(8, 5), period(48, 72, "on"), period(0, 24, "on"), period(24, 48, "off"))
    assert given.diary.assigned[:, :2].tolist() == [[0, 24], [24, 48], [48, 72]]
    first, second, third = given.diary.assigned[:, 2]
    assert first == third != second
    assert prepared(rating(8, 5)).diary.assigned.shape == (0, 3)


# --- time


def test_hours_are_counted_from_the_midnight_before_the_first_record() -> None:
    given = prepared(rating(33.5, 5), dose(7.25), rating(9.5, 6))
    assert given.origin == MIDNIGHT
    assert given.diary.dose_h.tolist() == [7.25]
    assert given.diary.rating_h.tolist() == [9.5, 33.5]
    assert given.diary.rating.tolist() == [6.0, 5.0]
    assert given.dose_times == (MIDNIGHT + timedelta(hours=7.25),)


def test_doses_before_the_first_rating_still_act_at_it() -> None:
    doses = [dose(20), dose(22)]
    given = prepared(*doses, rating(24, 5), rating(48, 5))
    assert (given.diary.dose_h < given.diary.rating_h[0]).all()
    assert curve(given, [24.0])[0] > 1.0
    assert curve(given, [24.0])[0] > curve(prepared(doses[0], rating(24, 5)), [24.0])[0] + 0.5


def test_one_usual_dose_peaks_at_one_whatever_its_amount() -> None:
    hours = np.arange(8.0, 20.0, 0.01)
    for amount in (0.2, 3.0, 900.0):
        given = prepared(dose(8, amount), rating(9, 5))
        assert curve(given, hours.tolist()).max() == pytest.approx(1.0, abs=1e-4)
        alone = given.diary.one_dose(hours - 8.0, np.array([4.0]))[0]
        assert alone == pytest.approx(curve(given, hours.tolist()))


@pytest.mark.parametrize(
    ("zone", "first_day", "change_day", "gap_h"),
    [("America/Chicago", "2026-03-06", "2026-03-08", 23.0), ("Europe/Berlin", "2026-10-23", "2026-10-25", 25.0)],
    ids=["clocks go forward", "clocks go back"],
)
def test_nine_in_the_morning_stays_nine_when_the_clocks_change(zone: str, first_day: str, change_day: str, gap_h: float) -> None:
    first, change = datetime.fromisoformat(first_day), datetime.fromisoformat(change_day)
    days = [first + timedelta(days=n) for n in range(5)]
    lines: list[Line] = [{"record": "journal", "format": 1, "zone": zone}]
    for day in days:
        lines.append(rating(0, 5) | {"time": f"{day:%Y-%m-%d}T09:00:00"})
        lines.append(dose(0) | {"time": f"{day:%Y-%m-%d}T21:30:00"})
    given = prepared(*lines)
    assert clock(given, given.diary.rating_h).tolist() == [9.0] * 5
    assert clock(given, given.diary.dose_h).tolist() == [21.5] * 5
    expected = [gap_h if day == change else 24.0 for day in days[1:]]
    assert np.diff(given.diary.rating_h).tolist() == expected, "hours that passed, not hours on the clock"


def test_the_clock_travels_with_the_person() -> None:
    written = ["2026-02-01T09:00:00-06:00", "2026-02-02T09:00:00-06:00", "2026-02-04T09:00:00+01:00", "2026-02-05T09:00:00+01:00"]
    given = prepared(*[rating(0, 5) | {"time": time} for time in written])
    assert clock(given, given.diary.rating_h).tolist() == [9.0] * 4
    assert np.diff(given.diary.rating_h).tolist() == [24.0, 41.0, 24.0]
    assert clock(given, given.diary.rating_h[:1] + 6.0).tolist() == [15.0]
    assert clock(given, given.diary.rating_h[3:] + 6.0).tolist() == [15.0]


RECORDS = st.lists(
    st.tuples(st.integers(1, 3000), st.integers(-11 * 4, 12 * 4), st.booleans()), min_size=1, max_size=12
)  # minutes since the record before, offset in quarters of an hour, whether it is a dose


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_every_record_stands_at_the_hour_its_writer_read_off_the_clock(records: list[tuple[int, int, bool]]) -> None:
    lines: list[Line] = []
    written: dict[bool, list[float]] = {True: [], False: []}
    moment = MIDNIGHT
    for minutes, quarters, is_dose in records:
        moment += timedelta(minutes=minutes)
        local = moment + timedelta(minutes=15 * quarters) - (MIDNIGHT.utcoffset() or timedelta(0))
        sign = "-" if quarters < 0 else "+"
        offset = f"{sign}{abs(quarters) // 4:02}:{abs(quarters) % 4 * 15:02}"
        lines.append((dose(0) if is_dose else rating(0, 5)) | {"time": f"{local:%Y-%m-%dT%H:%M:%S}{offset}"})
        written[is_dose].append(local.hour + local.minute / 60)
    given = prepared(*lines)
    assert clock(given, given.diary.dose_h) == pytest.approx(written[True])
    assert clock(given, given.diary.rating_h) == pytest.approx(written[False])


# --- doses that are not known exactly

SURE = [dose(8.0 + 12 * n, 2.0 + n % 3) for n in range(10)]


def unsure(**changed: Any) -> list[Line]:
    return [SURE[0] | changed, *SURE[1:]]


def test_certain_doses_need_no_second_look() -> None:
    assert prepared(*SURE).diary.redrawn == ()
    assert prepared(*unsure(amount_sd=0, time_sd_minutes=0)).diary.redrawn == ()


@pytest.mark.parametrize("doubt", [{"amount": None}, {"amount_sd": 0.5}, {"time_sd_minutes": 40}])
def test_uncertain_doses_are_redrawn_the_same_way_for_the_same_seed(doubt: Line) -> None:
    hours = [9.0, 10.0, 12.0, 30.0, 100.0]
    one, again, other = (redraws(prepared(*unsure(**doubt), seed=seed), hours) for seed in (3, 3, 4))
    assert len(one) >= 2
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()
    assert one.std(axis=0)[0] > 0, "they differ from one another"
    assert np.isfinite(one).all() and (one >= 0).all()


def test_only_the_uncertain_dose_moves() -> None:
    last_unsure = [*SURE[:-1], SURE[-1] | {"amount": None}]
    given = prepared(*last_unsure)
    before = [9.0, 40.0, 100.0, 115.9]
    for row in redraws(given, before):
        assert row == pytest.approx(curve(given, before))
    assert redraws(given, [118.0]).std() > 0


def test_an_unknown_amount_is_drawn_from_those_the_person_takes() -> None:
    given = prepared(dose(0, 2.0), dose(100, 4.0), dose(200, 4.0), dose(1000, None))
    alone = given.diary.one_dose(np.array([2.0]), np.array([4.0]))[0, 0]
    drawn = {round(float(row[0] / alone * given.usual), 6) for row in redraws(given, [1002.0])}
    assert drawn and drawn <= {2.0, 4.0}


def test_the_spread_of_a_redrawn_amount_is_the_one_written_down() -> None:
    doses = [dose(1000.0 * n, 4.0, amount_sd=1.0) for n in range(60)]
    given = prepared(*doses)
    peak = given.diary.one_dose(np.array([2.0]), np.array([4.0]))[0, 0]
    amounts = redraws(given, [1000.0 * n + 2.0 for n in range(60)]) / peak * given.usual
    assert amounts.mean() == pytest.approx(4.0, abs=4 / np.sqrt(amounts.size))
    assert amounts.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * amounts.size))


def test_a_redrawn_amount_is_never_below_zero() -> None:
    given = prepared(*[dose(100.0 * n, 1.0, amount_sd=5.0) for n in range(20)])
    assert (redraws(given, [100.0 * n + 2.0 for n in range(20)]) >= 0).all()


def test_a_dose_of_unknown_amount_was_taken_so_it_is_never_redrawn_as_zero() -> None:
    placebos = [dose(100.0 * n, 0.0) for n in range(20)]
    given = prepared(dose(2100, 3.0), *placebos, dose(3000, None))
    assert (redraws(given, [3002.0]) > 0.1).all()


def test_a_question_passed_over_is_no_cause() -> None:
    """It stands at the very moment of a dose and would take the effect of the dose upon itself."""
    happened = [Context(time=MIDNIGHT + timedelta(hours=h), kind="illness") for h in (30, 60)]
    skipped = [Context(time=MIDNIGHT + timedelta(hours=h), kind="rating_skipped", value="pain") for h in (8, 32, 56)]
    lines = [dose(h) for h in (8, 32, 56)] + [rating(h, 5) for h in (9, 33, 57)]
    whole = as_journal([*journal(*lines).records, *happened, *skipped])
    names = [known.name for known in prepare(whole, "kratom", PAIN, lambda _: PRIOR, 0).diary.known]
    assert names == ["illness"]


# --- days without an entry


def days_written(*silent: int, more: tuple[Line, ...] = ()) -> Prepared:
    """Ten days of a dose at nine and a rating at noon, with nothing at all on some."""
    lines = [line for day in range(10) if day not in silent for line in (dose(24 * day + 9), rating(24 * day + 12, 5))]
    return prepared(*lines, *more)


def test_what_is_usual_is_assumed_on_a_day_without_any_entry() -> None:
    hours = [4 * 24 + 12.0, 5 * 24 + 12.0]
    assert curve(days_written(4), hours) == pytest.approx(curve(days_written(), hours))
    assert len(days_written(4).diary.silent) == 1
    assert len(days_written(4).dose_times) == 9, "it is assumed in the body, and not written into the journal"


def test_any_entry_of_that_day_says_that_nothing_was_taken_but_a_laboratory_result_does_not() -> None:
    walk = {"record": "context", "time": at(4 * 24 + 15), "kind": "walk"}
    alt = {"record": "lab", "time": at(4 * 24 + 15), "test": "ALT", "value": 30, "unit": "U/L"}
    assert len(days_written(4, more=(walk,)).diary.silent) == 0
    assert curve(days_written(4, more=(walk,)), [4 * 24 + 12.0])[0] < 0.1
    assert len(days_written(4, more=(alt,)).diary.silent) == 1
