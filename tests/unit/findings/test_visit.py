"""Questions for a visit come from warnings, other causes and the sheet; what cannot wait is not among them."""

from datetime import datetime, timedelta

from steelyard.findings.assemble import unweighed
from steelyard.findings.model import Alert, JournalSummary, Point, Report, Section
from steelyard.findings.visit import Ask, at_once, to_ask
from steelyard.records.model import Dose, Journal, SideEffect

from .journals import MIDNIGHT, knowledge

NOTHING = JournalSummary("", None, None, 0, 0, ())


def at(day: float) -> datetime:
    return MIDNIGHT + timedelta(days=day)


def alert(id: str, severity: str) -> Alert:
    return Alert(id, severity, f"title of {id}", "why", f"what to do about {id}", (), "B")  # type: ignore[arg-type]


def report(alerts: tuple[Alert, ...] = (), sections: tuple[Section, ...] = ()) -> Report:
    return Report(1, "0", "0", 0, NOTHING, alerts, (), (), sections)


def test_a_warning_becomes_a_question_unless_it_cannot_wait() -> None:
    told = report((alert("red", "emergency"), alert("pair", "serious"), alert("past", "note")))
    assert to_ask(told) == (
        Ask("alert.pair", "title of pair", "what to do about pair"),
        Ask("alert.past", "title of past", "what to do about past"),
    )
    assert [one.id for one in at_once(told)] == ["red"]


def test_only_the_questions_of_a_sheet_are_taken() -> None:
    sheet = Section(
        "sheet.kratom", "t", "l", (Point("By the clock", ("08:00",)), Point("To talk about", ("What for?", "And then?")))
    )
    other = Section("used_to.kratom", "t", "l", (Point("To talk about", ("not this",)),))
    assert [ask.text for ask in to_ask(report(sections=(sheet, other)))] == ["What for?", "And then?"]


def test_the_same_question_is_asked_once() -> None:
    sheet = Section("sheet.kratom", "t", "l", (Point("To talk about", ("What for?",)),))
    assert len(to_ask(report(sections=(sheet, sheet)))) == 1


def test_other_causes_are_asked_about_with_what_would_tell() -> None:
    journal = Journal(
        None, (Dose(time=at(0), substance="kratom", amount=3, unit="g"), SideEffect(time=at(40), effect="hair loss", severity=2))
    )
    asked = {ask.text: ask.more for ask in to_ask(unweighed(journal, (), knowledge(), sha256=""))}
    assert asked["Hair loss: could it be a thyroid that works too little or too much?"] == "What would tell: TSH"
    assert all(text.count("?") == 1 for text in asked if text.startswith("hair loss"))


def test_ids_stay_the_same_when_the_journal_grows() -> None:
    first = (Dose(time=at(0), substance="kratom"), SideEffect(time=at(40), effect="hair loss", severity=2))
    more = (*first, Dose(time=at(50), substance="kratom"), SideEffect(time=at(60), effect="hair loss", severity=3))
    before, after = (
        {ask.text: ask.id for ask in to_ask(unweighed(Journal(None, records), (), knowledge(), sha256=""))}
        for records in (first, more)
    )
    shared = before.keys() & after.keys()
    assert len(shared) > 5
    assert {before[text] for text in shared} == {after[text] for text in shared}
