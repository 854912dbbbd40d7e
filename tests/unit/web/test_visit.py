"""Questions for the visit: own ones, suggested ones, each kept or struck out and brought back."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from steelyard.actions import keep
from steelyard.journal import store
from steelyard.records.model import Dose, Medicine, SideEffect


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", str(page.content.decode()))


def sheet(app: Any) -> list[str]:
    """The questions that would be printed."""
    section = text(app.get("/questions")).split('aria-labelledby="sheet"')[1].split("</section>")[0]
    return [unescape(said) for said in re.findall(r"<li><div><p>(.*?)</p>", section)]


def suggestions(app: Any) -> dict[str, str]:
    """What is suggested, with the id by which it is kept."""
    page = text(app.get("/questions"))
    if 'aria-labelledby="suggested"' not in page:
        return {}
    section = page.split('aria-labelledby="suggested"')[1].split("</section>")[0]
    found = re.findall(r'<li><div lang="en"><p>(.*?)</p>.*?name="keep" value="(.*?)"', section)
    return {unescape(said): unescape(id) for said, id in found}


def write(clock: Any) -> None:
    keep.log(
        [
            Dose(time=clock.now - timedelta(days=60), substance="kratom", amount=3, unit="g"),
            Dose(time=clock.now - timedelta(hours=2), substance="kratom", amount=3, unit="g"),
            SideEffect(time=clock.now - timedelta(days=5), effect="hair loss", severity=2),
            Medicine(name="sertraline"),
        ]
    )


PAIR = "Kratom and sertraline: too much serotonin is possible"


def test_an_own_question_goes_on_the_sheet(berlin: Any) -> None:
    berlin.post("/questions", {"text": "  Is   my dose of\nconcern <b>?</b>  "})
    assert sheet(berlin) == ["Is my dose of concern <b>?</b>"]


def test_an_empty_question_is_none_and_a_long_one_is_cut(berlin: Any) -> None:
    berlin.post("/questions", {"text": "   "})
    assert sheet(berlin) == []
    berlin.post("/questions", {"text": "x" * 600})
    assert sheet(berlin) == ["x" * 500]


def test_warnings_and_other_causes_are_suggested_but_not_on_the_sheet(berlin: Any, clock: Any) -> None:
    write(clock)
    found = suggestions(berlin)
    assert PAIR in found
    assert "Hair loss: could it be low zinc?" in found
    assert sheet(berlin) == []


def test_a_suggestion_is_kept_struck_out_and_brought_back(berlin: Any, clock: Any) -> None:
    write(clock)
    id = suggestions(berlin)[PAIR]
    berlin.post("/questions", {"keep": id})
    assert sheet(berlin) == [PAIR]
    assert PAIR not in suggestions(berlin)
    berlin.post("/questions", {"strike": id})
    assert sheet(berlin) == []
    assert PAIR not in suggestions(berlin)
    berlin.post("/questions", {"keep": id})
    assert sheet(berlin) == [PAIR]


def test_all_suggestions_are_kept_with_one_button(berlin: Any, clock: Any) -> None:
    write(clock)
    found = suggestions(berlin)
    berlin.post("/questions", {"keep": list(found.values())})
    assert sheet(berlin) == list(found)
    assert suggestions(berlin) == {}


def test_a_kept_suggestion_stays_when_its_reason_is_gone(berlin: Any, clock: Any) -> None:
    write(clock)
    berlin.post("/questions", {"keep": suggestions(berlin)[PAIR]})
    (medicine,) = store.of(Medicine)
    keep.log([Medicine(id=medicine.id, name="paracetamol")])
    assert sheet(berlin) == [PAIR]


def test_an_unknown_id_changes_nothing(berlin: Any, clock: Any) -> None:
    write(clock)
    berlin.post("/questions", {"keep": "alert.invented"})
    berlin.post("/questions", {"strike": "alert.invented"})
    assert sheet(berlin) == []


def test_what_cannot_wait_for_a_visit_stands_above_it(berlin: Any, clock: Any) -> None:
    keep.log([SideEffect(time=clock.now, effect="seizure", severity=3), Dose(time=clock.now, substance="kratom")])
    page = text(berlin.get("/questions"))
    assert page.index('class="alert"') < page.index('id="sheet"')


def test_the_sheet_of_the_invented_journal_goes_with_it(berlin: Any) -> None:
    berlin.post("/questions", {"text": "mine"})
    berlin.post("/tour")
    assert sheet(berlin) == []
    berlin.post("/questions", {"text": "tried out"})
    assert sheet(berlin) == ["tried out"]
    berlin.post("/tour/end")
    assert sheet(berlin) == ["mine"]
    berlin.post("/tour")
    assert sheet(berlin) == []


def test_names_stay_hidden_until_asked_for(berlin: Any, clock: Any) -> None:
    write(clock)
    keep.prefer("show_less", "1")
    assert "sertraline" not in text(berlin.get("/questions"))
    berlin.post("/questions", {"text": "not while it is hidden"})
    berlin.post("/answers", {"show": "1"})
    assert PAIR in suggestions(berlin)
    assert sheet(berlin) == []
