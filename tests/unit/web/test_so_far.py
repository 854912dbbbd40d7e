"""The page on what can be said so far, and the line on the log page that leads there."""

import re
from datetime import datetime, timedelta
from typing import Any

from steelyard.actions import keep
from steelyard.records.model import Dose, Rating


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", str(page.content.decode()))


def parts(page: Any) -> dict[str, str]:
    """What stands under each heading."""
    found = re.findall(r"<h2[^>]*>(.*?)</h2>(.*?)</section>", text(page))
    return dict(found)


def write(now: datetime, days: int) -> None:
    for day in range(days):
        then = now - timedelta(days=days - 1 - day)
        keep.log(
            [
                Rating(time=then.replace(hour=6), scale="pain", value=float(3 + day % 5)),
                Rating(time=then.replace(hour=11), scale="pain", value=float(2 + day % 4)),
                Rating(time=then.replace(hour=3), scale="pain", value=float(2 + day % 3)),
                Dose(time=then.replace(hour=7 + (5 * day) % 5), substance="kratom", amount=2.5, unit="g"),
            ]
        )


def test_an_empty_journal_has_no_line_and_a_page_that_says_what_will_come(berlin: Any) -> None:
    assert "what can be said so far" not in text(berlin.get("/"))
    assert "Nothing is written down yet" in text(berlin.get("/so-far"))


def test_the_line_counts_days_from_the_first_entry(berlin: Any, clock: Any) -> None:
    write(clock.now, 3)
    page = text(berlin.get("/"))
    assert "Day 3: what can be said so far" in page
    assert 'href="/so-far"' in page


def test_a_day_begins_at_midnight_at_home(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now.replace(hour=23, minute=30, day=1), scale="pain", value=5)])  # half past midnight in Berlin
    assert "Day 1:" in text(berlin.get("/"))


def test_after_some_weeks_the_line_is_gone(berlin: Any, clock: Any) -> None:
    keep.log([Rating(time=clock.now - timedelta(days=75), scale="pain", value=5)])
    assert "so far</a>" not in text(berlin.get("/")).split("<main")[1].replace(">So far<", "")


def test_day_three(berlin: Any, clock: Any) -> None:
    write(clock.now, 3)
    found = parts(berlin.get("/so-far"))
    assert list(found) == ["Now", "On day 14, if you go on as in these days", "On day 60, if you go on as in these days"]
    now = found["Now"]
    assert "Not yet:</strong> Does kratom change pain?" in now
    assert "There are only 9 ratings of pain" in now
    assert "Can be asked:</strong> Is there a warning about what I take?" in now


def test_day_fourteen_looks_ahead_to_day_sixty_only(berlin: Any, clock: Any) -> None:
    write(clock.now, 14)
    found = parts(berlin.get("/so-far"))
    assert list(found) == ["Now", "On day 60, if you go on as in these days"]
    assert "Can be asked:</strong> Are there signs of getting used to it?" in found["Now"]


def test_day_sixty_looks_at_now_only(berlin: Any, clock: Any) -> None:
    write(clock.now, 60)
    found = parts(berlin.get("/so-far"))
    assert list(found) == ["Now"]
    assert "less than 90 days" in found["Now"]


def test_hidden_names_stay_hidden(berlin: Any, clock: Any) -> None:
    write(clock.now, 3)
    keep.prefer("show_less", "1")
    page = text(berlin.get("/so-far"))
    assert "kratom" not in page.casefold()
    assert "Does what I take change pain?" in page
