"""What was just written down raises a warning: the page after saving says it, with what to do, and nothing is kept from being saved."""

from datetime import timedelta
from typing import Any

import pytest

from steelyard.actions import first_run, keep
from steelyard.journal import store
from steelyard.records.model import Answers, Dose, Lab, SideEffect

from .test_offline import ago, entry, send

HEART = "Chest pain was written down"
DEATH = "Thoughts of death or of hurting yourself were written down"


def after(client: Any) -> str:
    """The page after saving."""
    return str(client.get("/").content.decode())


def phq9(last: str) -> dict[str, str]:
    return {"ago": "0", **{f"item{n}": "0" for n in range(8)}, "item8": last}


def test_a_side_effect_that_is_a_sign_of_danger_is_said_once_with_what_to_do(berlin: Any, kept: Any) -> None:
    assert berlin.post("/new/side_effect", {"effect_own": "chest pain"}).status_code == 302
    assert [one.effect for one in kept(SideEffect)] == ["chest pain"]
    page = after(berlin)
    assert page.index("Saved.") < page.index(HEART) < page.index("How is it now?")
    assert "call your local emergency number" in page
    assert HEART not in after(berlin), "it stays among the answers, not on this page"


@pytest.mark.parametrize("answer", ["1", "2", "3"])
def test_the_ninth_question_is_answered_with_help_at_once(berlin: Any, kept: Any, answer: str) -> None:
    berlin.post("/new/phq9", phq9(answer))
    assert kept(Answers)[0].items[-1] == float(answer)
    assert DEATH in after(berlin)


def test_the_ninth_question_at_never_or_left_open_says_nothing(berlin: Any, clock: Any) -> None:
    for answer in ("0", ""):
        clock.later(minutes=1)
        berlin.post("/new/phq9", phq9(answer))
        page = after(berlin)
        assert "Saved." in page and DEATH not in page


def test_the_ninth_question_is_seen_when_others_are_left_open(berlin: Any) -> None:
    berlin.post("/new/phq9", {"ago": "0", "item8": "2"})
    assert DEATH in after(berlin)


def test_a_questionnaire_of_worry_has_its_seven_questions(berlin: Any, kept: Any) -> None:
    page = berlin.get("/new/gad7").content.decode()
    assert page.count("<legend>") == 8 and page.count("more than half the days") == 7
    berlin.post("/new/gad7", {"ago": "0", **{f"item{n}": "3" for n in range(7)}})
    assert (kept(Answers)[0].instrument, kept(Answers)[0].items) == ("gad7", (3.0,) * 7)


def test_the_printed_terms_stand_with_the_questions(berlin: Any) -> None:
    for form in ("phq9", "gad7"):
        assert "no permission required to reproduce" in berlin.get(f"/new/{form}").content.decode()


def test_a_laboratory_result_that_is_far_off_is_said(berlin: Any, kept: Any) -> None:
    told = {"test": "alt", "value": "400", "unit": "U/L", "low": "0", "high": "40"}
    berlin.post("/new/lab", told)
    assert [one.value for one in kept(Lab)] == [400.0]
    assert 'class="alert serious"' in after(berlin)


def test_the_medicine_and_the_dose_that_meet_are_said_whichever_comes_second(berlin: Any, clock: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    assert "sertraline" not in after(berlin)
    berlin.post("/new/medicine", {"name": "sertraline"})
    assert "Kratom and sertraline" in after(berlin)
    clock.later(minutes=1)
    berlin.post("/dose", {"skip": "1"})
    assert "Kratom and sertraline" not in after(berlin), "said once, not with every dose"


def test_changing_an_entry_into_a_sign_says_it(berlin: Any, kept: Any) -> None:
    berlin.post("/new/side_effect", {"effect": "nausea"})
    after(berlin)
    id = kept(SideEffect)[0].id
    berlin.post(f"/entry/{id}", {"time": "2026-03-02T13:30", "effect": "seizure"})
    assert "A seizure was written down" in berlin.get("/history").content.decode()


def test_taking_it_back_takes_the_warning_back(berlin: Any, kept: Any) -> None:
    berlin.post("/new/side_effect", {"effect_own": "chest pain"})
    berlin.post("/undo", {"id": kept(SideEffect)[0].id})
    page = after(berlin)
    assert "Taken back." in page and HEART not in page


def test_where_names_are_hidden_only_what_to_do_is_said(berlin: Any) -> None:
    store.prefer("show_less", "1")
    keep.log([Dose(time=keep.now() - timedelta(days=1), substance="kratom", amount=2, unit="g")])
    berlin.post("/new/medicine", {"name": "sertraline"})
    page = after(berlin)
    assert "About what you just wrote down" in page and 'class="alert' in page
    assert "sertraline" not in page.partition("How is it now?")[0]


def test_a_rating_asks_the_rules_nothing(berlin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "journal", lambda: pytest.fail("the whole journal is read for a rating"))
    assert berlin.post("/rating", {"value": "7"}).status_code == 302


def test_a_rule_that_breaks_costs_no_entry(berlin: Any, kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from steelyard.findings import raised as room

    def breaks(*_: object) -> None:
        raise RuntimeError("chest pain")

    monkeypatch.setattr(room, "check", breaks)
    berlin.raise_request_exception = False
    answer = berlin.post("/new/side_effect", {"effect_own": "chest pain"})
    assert answer.status_code == 500 and "chest pain" not in answer.content.decode()
    assert [one.effect for one in kept(SideEffect)] == ["chest pain"]
    assert berlin.get("/").status_code == 200


def test_what_comes_with_the_queue_is_said_on_the_next_page(berlin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    note = entry(berlin, "note", {"note": "chest pain since noon"}, ago(20))
    assert send(berlin, note).json()["kept"] == [note["id"]]
    assert HEART in after(berlin)


def test_nothing_of_the_tour_is_said_after_it(berlin: Any) -> None:
    first_run.begin_tour(keep.now())
    berlin.post("/new/side_effect", {"effect_own": "chest pain"})
    berlin.post("/tour/end")
    assert HEART not in after(berlin)
