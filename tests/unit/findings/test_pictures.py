"""The series that charts are drawn from: true to the diary, on the person's own clock, and never longer than a page can hold."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from msgspec.structs import replace

from steelyard.findings.assemble import assemble
from steelyard.findings.model import Picture
from steelyard.records.model import Dose, Journal, Rating

from .journals import invented, knowledge


def drawn(journal: Journal) -> Picture:
    weighing = assemble(journal, [], knowledge(), sha256="")
    (picture,) = weighing.pictures
    assert picture.finding == weighing.report.findings[0].id
    return picture


def moved(journal: Journal, days: float) -> Journal:
    """The same journal of somebody who wrote the records after so many days in India."""
    change = journal.of(Rating)[0].time + timedelta(days=days)
    india = timezone(timedelta(hours=5, minutes=30))
    dated = [record for record in journal.records if isinstance(record, Dose | Rating)]
    return Journal(None, tuple(replace(r, time=r.time.astimezone(india)) if r.time >= change else r for r in dated))


@pytest.fixture(scope="module")
def journal() -> Journal:
    """One dose of unknown amount among many others."""
    diary = invented(days=30)
    forgotten = diary.of(Dose)[0]
    return Journal(None, tuple(replace(r, amount=None) if r is forgotten else r for r in diary.records))


@pytest.fixture(scope="module")
def picture(journal: Journal) -> Picture:
    return drawn(journal)


def test_every_rating_and_dose_is_there_at_its_minute(journal: Journal, picture: Picture) -> None:
    ratings, doses = journal.of(Rating), journal.of(Dose)
    assert picture.rating == [rating.value for rating in ratings]
    assert picture.rating_time == [f"{rating.time:%Y-%m-%dT%H:%M}" for rating in ratings]
    assert picture.dose_time == [f"{dose.time:%Y-%m-%dT%H:%M}" for dose in doses]
    assert (picture.outcome, picture.dose_unit, picture.low, picture.high) == ("pain", "g", 0.0, 10.0)


def test_an_unknown_amount_has_no_height(journal: Journal, picture: Picture) -> None:
    assert picture.dose_amount == [dose.amount for dose in journal.of(Dose)]
    assert picture.dose_amount[0] is None


def test_the_course_runs_from_the_first_to_the_last_rating_inside_its_band(picture: Picture) -> None:
    low, mean, high = (np.array(series) for series in (picture.path_low, picture.path_mean, picture.path_high))
    assert len(picture.path_time) == len(mean)
    assert (low < mean).all() and (mean < high).all()
    assert picture.path_time == sorted(picture.path_time)
    assert (picture.path_time[0], picture.path_time[-1]) == (picture.rating_time[0], picture.rating_time[-1])
    assert np.isfinite(low).all() and np.isfinite(high).all()


def test_the_course_follows_the_ratings_and_its_band_holds_what_they_scatter_around(picture: Picture) -> None:
    at = np.array([datetime.fromisoformat(time).timestamp() for time in picture.path_time])
    rated = np.array([datetime.fromisoformat(time).timestamp() for time in picture.rating_time])
    course = np.interp(rated, at, picture.path_mean)
    ratings = np.array(picture.rating)
    assert np.corrcoef(course, ratings)[0, 1] > 0.5
    assert abs(float((ratings - course).mean())) < 0.3


def test_relief_starts_at_the_dose_and_has_a_band(picture: Picture) -> None:
    hours, low, mean, high = (
        np.array(series) for series in (picture.relief_hours, picture.relief_low, picture.relief_mean, picture.relief_high)
    )
    assert hours[0] == mean[0] == low[0] == high[0] == 0.0
    assert (np.diff(hours) > 0).all() and hours[-1] >= 24
    assert (low[1:] < mean[1:]).all() and (mean[1:] < high[1:]).all()
    best = int(np.argmin(mean))
    assert mean[best] < 0, "this invented treatment relieves pain"
    assert 0 < hours[best] < 6
    assert abs(mean[-1]) < abs(mean[best]) / 2, "it wears off"


def test_the_course_is_drawn_on_the_clock_the_person_read(journal: Journal, picture: Picture) -> None:
    travelled = drawn(moved(journal, 15))
    assert travelled.path_time[0] == picture.path_time[0]
    assert travelled.path_time[-1] == travelled.rating_time[-1] != picture.rating_time[-1]


def test_a_long_diary_stays_within_the_page(journal: Journal) -> None:
    """A few ratings that lie far apart stretch the axis to more than a year, which is 10,000 hours."""
    records = [record for record in journal.records if isinstance(record, Dose | Rating)]
    last = records[-1]
    assert isinstance(last, Rating)
    later = [Rating(id=f"late-{n}", time=last.time + timedelta(days=150 * n), scale="pain", value=5.0) for n in range(1, 4)]
    picture = drawn(Journal(None, (*records, *later)))
    assert len(picture.path_time) < 4000
    assert picture.path_time[-1] == picture.rating_time[-1]
