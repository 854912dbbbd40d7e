"""Charts of how long something is there: shares with bands, called an illustration, with their table; on the page at their section."""

import re

import msgspec
import pytest

from steelyard.findings.model import Levels, Point, Ribbon, Section
from steelyard.reports.exposure_charts import days_chart, exposure_figures, hours_chart
from steelyard.reports.html import html
from steelyard.reports.json import json

from .weighings import felt, weighing

HOURS = [0.25 * i for i in range(97)]


def falling(half_life: float, spread: float = 2.0) -> Ribbon:
    def line(half: float) -> list[float]:
        return [0.5 ** (hour / half) for hour in HOURS]

    return Ribbon(line(half_life), line(half_life / spread), line(half_life * spread))


DAY = Ribbon([0.3, *[0.5] * 13, *[0.5 * 0.7**i for i in range(1, 15)]], [0.1] * 28, [1.3] * 28)
FULL = Levels("exposure.kratom", "3 g", HOURS, falling(4.0), falling(2.0), DAY, 14)
BARE = Levels("exposure.7-oh", "15 mg", HOURS, falling(4.0))


def test_hours_and_days_are_drawn_where_they_are_held() -> None:
    assert [figure.id for figure in exposure_figures(FULL)] == ["hours", "days"]
    assert [figure.id for figure in exposure_figures(BARE)] == ["hours"]


@pytest.mark.parametrize("levels", [FULL, BARE])
def test_every_chart_is_called_an_illustration_and_not_measured(levels: Levels) -> None:
    for figure in exposure_figures(levels):
        assert "(illustration)" in figure.title
        assert all(drawing.shows.startswith("Illustration, not measured.") for drawing in figure.drawings)
        assert all(drawing.size.width <= 380 for drawing in figure.drawings), "a phone is about that wide"


def test_the_words_say_where_half_of_the_peak_is() -> None:
    shows = exposure_figures(FULL)[0].drawings[0].shows
    assert "What is felt is at half of its peak after about 4 hours" in shows
    assert "what is in the body is at half of its peak after about 2 hours" in shows
    assert "rises from 30 % on the first day to 50 % on day 14" in exposure_figures(FULL)[1].drawings[0].shows


def test_tables_hold_what_is_drawn() -> None:
    hours, days = exposure_figures(FULL)
    assert len(hours.head) == 5 and all(len(row) == 5 for row in hours.rows)
    at_four = next(row for row in hours.rows if row[0] == "4")
    assert at_four == ("4", "50", "25 to 71", "25", "6 to 50")
    assert len(days.rows) == 28 and days.rows[0] == ("1", "30", "10 to 130")
    assert len(exposure_figures(BARE)[0].head) == 3


def test_the_key_names_only_signs_that_are_in_the_chart() -> None:
    assert [sign for sign, _ in exposure_figures(FULL)[0].key] == ["line", "band", "dash", "zone"]
    assert [sign for sign, _ in exposure_figures(BARE)[0].key] == ["line", "band"]


def test_axes_are_shares_from_zero_and_hold_every_band() -> None:
    for spec in (hours_chart(FULL), days_chart(FULL, DAY)):
        for each in spec["layer"]:
            encoding = each["encoding"]
            if "y" in encoding and "scale" in encoding["y"]:
                low, high = encoding["y"]["scale"]["domain"]
                assert low == 0 and high >= max(row.get("high", 0) for row in each["data"]["values"])
                assert "%" in encoding["y"]["axis"]["title"], "the axis says that these are shares"


def test_no_chart_has_a_unit_of_concentration() -> None:
    written = msgspec.json.encode([hours_chart(FULL), days_chart(FULL, DAY)]).decode()
    assert not re.search(r"\bnM\b|ng/mL|mg/L", written)


def test_the_charts_stand_in_their_section_and_nowhere_else() -> None:
    sections = tuple(Section(id, id.title(), "Lead.", (Point("A", ("b.",)),)) for id in ("exposure.kratom", "law"))
    report = weighing(felt(), sections=sections)
    page = html(msgspec.structs.replace(report, levels=(FULL,)))
    assert page.count("after one usual dose, 3 g (illustration)") >= 1
    first, second = page.index('id="section-1"'), page.index('id="section-2"')
    assert first < page.index("(illustration)") < second
    assert "(illustration)" not in page[second:]
    assert "(illustration)" not in html(report)


def test_hostile_names_do_no_harm_in_charts() -> None:
    hostile = msgspec.structs.replace(FULL, dose="3 <script>alert(1)</script>")
    report = msgspec.structs.replace(
        weighing(sections=(Section("exposure.kratom", "T", "L.", (Point("A", ("b.",)),)),)), levels=(hostile,)
    )
    assert "<script>alert" not in html(report)


def test_charts_never_enter_the_json() -> None:
    assert "felt" not in json(msgspec.structs.replace(weighing(), levels=(FULL,)))
