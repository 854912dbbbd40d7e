"""Counts of reports on the terminal and on a page: whole, in a fixed form, and safe whatever names people wrote."""

from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from steelyard.findings.signals_model import AmongAll, Asked, Counted, Interval, InYear, Signal, SignalsReport
from steelyard.findings.signals_wording import LIMITS
from steelyard.reports.marks import NARROW
from steelyard.reports.signal_charts import forest_chart, overview, signal_figures, times
from steelyard.reports.signals import signals_html, signals_text

IC = Interval("ic", 2.0, 1.0, 3.0, "log2", "exact interval")
PRR = Interval("prr", 8.0, 4.0, 16.0, "ratio", "95 % interval")
SIGNAL = Signal(
    id="own.rash",
    source="own",
    period="2010 to 2012",
    event="rash",
    status="more",
    said=("8 of 20 reports on moss have rash.", "It is reported more often than expected in this collection."),
    counts=Counted(8, 20, 30, 300, 2.0),
    measures=(IC, PRR),
    among_all=AmongAll(9.87654, 0.0321, 4321),
    ways=(Asked("all reports", 8, 2.0, 2.0, 1.0, 3.0), Asked("without tea", 5, 2.0, 1.2, -0.3, 2.2)),
    years=(InYear(2010, 2, 1.0, 0.7, -1.5, 2.0), InYear(2011, 6, 1.0, 2.0, 1.0, 3.0)),
)
REPORT = SignalsReport(1, "0", "k", "moss", "rash", ("RASH",), "Is rash reported of moss?", (SIGNAL,), ("A note.",), LIMITS, ())


def test_the_terminal_shows_everything_within_its_width() -> None:
    said = signals_text(REPORT)
    assert max(map(len, said.splitlines())) <= 90
    flat = " ".join(said.split())
    for each in (
        "Is rash reported of moss?",
        "A note.",
        *SIGNAL.said,
        "2.00 log2 (1.00 to 3.00)",
        "8.00 times (4.00 to 16.0)",
        "likelihood ratio, log: 9.88. Probability that chance alone makes any of 4,321 events reach it: 0.032.",
        "without tea",
        *LIMITS,
    ):
        assert " ".join(each.split()) in flat
    assert "2010 0.70 (2); 2011 2.00 (6)" in flat


def test_a_probability_too_small_to_mean_its_figures_is_said_to_be_below_a_bound() -> None:
    tiny = replace(REPORT, signals=(replace(SIGNAL, among_all=AmongAll(300.0, 8.6e-146, 15_001)),))
    for written in (signals_text(tiny), signals_html(tiny)):
        assert "any of 15,001 events reach it: below 0.0001." in " ".join(written.split())
        assert "e-146" not in written


def test_events_that_were_listed_have_their_figures_in_one_line_without_how_they_are_come_by() -> None:
    said = " ".join(signals_text(replace(REPORT, event="")).split())
    assert "- observed / expected (IC): 2.00 log2 (1.00 to 3.00); share over share (PRR): 8.00 times (4.00 to 16.0)." in said
    assert "xact interval" not in said and "any of 4,321 events reach it: 0.032." in said
    assert "xact interval" in signals_text(REPORT)


class Page(HTMLParser):
    """Elements of a page, and whether it asks for anything from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [
            value or "" for name, value in attrs if name in ("src", "href") and not (value or "").startswith(("data:", "#"))
        ]


def test_the_page_has_a_forest_a_panel_and_a_course_and_loads_nothing() -> None:
    written = signals_html(REPORT)
    page = Page()
    page.feed(written)
    assert page.tags.count("figure") == 3
    assert page.tags.count("svg") == 6  # wide and narrow
    assert "script" not in page.tags and page.outside == []
    assert written == signals_html(REPORT)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\x1b[31mred", "\u202egnp.exe"])
def test_a_name_that_somebody_wrote_can_steer_nothing(name: str) -> None:
    hostile = replace(REPORT, substance=name, question=f"What of {name}?", signals=(replace(SIGNAL, said=(name,), source=name),))
    said, page = signals_text(hostile), signals_html(hostile)
    assert "\x1b" not in said and "\u202e" not in said
    assert "<script>" not in page and "\x1b" not in page and "\u202e" not in page


def test_the_table_under_a_picture_says_what_the_picture_shows() -> None:
    measures, ways, years = signal_figures(SIGNAL)
    assert measures.rows[0][1:] == ("4.0", "2.0 to 8.0")
    assert measures.rows[1][1:] == ("8.0", "4.0 to 16")
    assert ways.rows[1] == ("Without tea", "2.3", "0.81 to 4.6")
    assert years.rows[0] == ("2010", "2", "1", "1.6", "0.35 to 4.0")
    assert "4.0 times as often (2.0 to 8.0)" in measures.drawings[0].shows


def test_nothing_is_drawn_of_what_is_not_there() -> None:
    bare = replace(SIGNAL, measures=(), ways=(), years=())
    assert signal_figures(bare) == []
    assert overview((bare, bare)) is None
    assert overview((SIGNAL,)) is None
    both = overview((SIGNAL, SIGNAL))
    assert both is not None and len(both.rows) == 2


def test_an_interval_beyond_all_bounds_is_drawn_at_the_edge() -> None:
    chart = forest_chart([("all", 40.0, -60.0, 200.0)], NARROW)
    row = chart["layer"][0]["data"]["values"][0]
    assert (row["low"], row["value"], row["high"]) == (-10.0, 16.0, 16.0)


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "1.0"), (3.0, "8.0"), (-1.0, "0.5"), (4.0, "16"), (12.0, "4,096"), (-3.5, "0.088")]
)
def test_ratios_are_said_with_figures_a_person_can_use(value: float, said: str) -> None:
    assert times(value) == said
