"""The timeline: what stands in its table is worked out by hand from the entries."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from steelyard.actions import keep, timeline
from steelyard.records.model import Context, Dose, Lab, Rating, Session, SideEffect


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", str(page.content.decode()))


def rows(app: Any, span: str = "weeks") -> list[tuple[str, ...]]:
    """The cells of each row."""
    body = text(app.get("/timeline", {"span": span})).split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")[:-1]]
    return [tuple(unescape(cell) for cell in row) for row in cells]


def dose(time: datetime, amount: float | None = 2.0, unit: str | None = "g", substance: str = "kratom") -> Dose:
    return Dose(time=time, substance=substance, amount=amount, unit=unit)


def test_an_empty_journal_says_so(berlin: Any) -> None:
    assert "Nothing was written down in this time" in text(berlin.get("/timeline"))


def test_a_day_is_added_up(berlin: Any, clock: Any) -> None:
    now = clock.now
    keep.log(
        [
            Rating(time=now - timedelta(hours=1), scale="pain", value=2),
            Rating(time=now - timedelta(hours=2), scale="pain", value=7),
            Rating(time=now - timedelta(hours=2), scale="mood", value=1),
            dose(now - timedelta(hours=3)),
            dose(now - timedelta(hours=4), 500, "mg"),
            dose(now - timedelta(hours=6)),
            Session(time=now - timedelta(hours=5), therapy="physiotherapy", minutes=30),
        ]
    )
    assert rows(berlin) == [("2 Mar 2026", "4.5 (2 to 7)", "4.5 g (3 doses)", "Exercise or therapy: physiotherapy, 30 min")]


def test_days_on_which_nothing_was_written_are_left_out_of_the_table(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now - timedelta(days=n), scale="pain", value=n) for n in (0, 3)])
    assert [(row[0], row[1]) for row in rows(berlin)] == [("2 Mar 2026", "0"), ("27 Feb 2026", "3")]


def test_where_an_amount_is_unknown_doses_are_counted(berlin: Any, clock: Any) -> None:
    keep.log([dose(clock.now - timedelta(hours=1)), dose(clock.now - timedelta(hours=2), None, None)])
    assert rows(berlin)[0][2] == "2 doses"
    assert "kratom, times a day" in text(berlin.get("/timeline"))


def test_other_substances_are_counted_beside_the_one_taken_most(berlin: Any, clock: Any) -> None:
    hours = [clock.now - timedelta(hours=n) for n in range(1, 4)]
    keep.log([dose(hours[0]), dose(hours[1]), dose(hours[2], 400, "mg", "ibuprofen")])
    assert rows(berlin)[0][2] == "4 g (2 doses), 1 other"
    assert "Other doses" in text(berlin.get("/timeline"))


def test_two_weeks_are_fourteen_days(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now - timedelta(days=n), scale="pain", value=5) for n in range(20)])
    assert len(rows(berlin)) == 14
    assert len(rows(berlin, "months")) == 20
    assert len(rows(berlin, "nonsense")) == 14


def test_a_long_journal_is_shown_by_weeks_counted_back_from_today(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now - timedelta(days=n), scale="pain", value=5) for n in range(0, 210, 5)])
    keep.log([Lab(time=clock.now - timedelta(days=n), test="ferritin", value=30, unit="ug/L") for n in (1, 2)])
    found = rows(berlin, "all")
    assert found[0][0] == "24 Feb 2026 – 2 Mar 2026"
    assert found[0][3] == "Lab result: 2"
    assert found[1][0] == "17 Feb 2026 – 23 Feb 2026"


def test_what_was_passed_over_is_no_happening(berlin: Any, clock: Any) -> None:
    keep.log([Context(time=clock.now, kind="rating_skipped", value="pain"), Context(time=clock.now, kind="illness")])
    assert [row[3] for row in rows(berlin)] == ["What happened: illness"]


def test_a_day_is_that_of_the_clock_that_was_read(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=datetime.fromisoformat("2026-03-01T23:50:00-06:00"), scale="pain", value=5)])  # 2 March in Berlin
    assert rows(berlin)[0][0] == "1 Mar 2026"


def test_the_drawing_comes_in_two_widths_and_says_what_it_shows(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now, scale="pain", value=5), dose(clock.now)])
    page = text(berlin.get("/timeline"))
    assert page.count("<svg") == 2
    assert "pain was rated 1 times, and 1 doses were taken" in page
    assert re.findall(r"<style|\sstyle=", page) == []


def test_hidden_names_are_hidden_and_others_are_escaped(berlin: Any, clock: Any) -> None:
    keep.log([dose(clock.now, substance="<i>secret"), SideEffect(time=clock.now, effect="<b>nausea")])
    page = text(berlin.get("/timeline"))
    assert "<i>secret" not in page
    assert "&lt;i&gt;secret" in page
    keep.prefer("show_less", "1")
    assert "secret" not in text(berlin.get("/timeline"))


def test_three_years_are_a_page_of_bounded_size(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now - timedelta(hours=8 * n), scale="pain", value=n % 11) for n in range(3 * 1095)])
    keep.log([dose(clock.now - timedelta(hours=12 * n)) for n in range(2 * 1095)])
    found = timeline.timeline("all", clock.now)
    assert found is not None and len(found.stretches) == 157
    assert len(berlin.get("/timeline", {"span": "all"}).content) < 150_000
