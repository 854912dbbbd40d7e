"""The letter: what goes in, in which order, what can be struck, and what gives way first."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from steelyard.findings.assemble import unweighed
from steelyard.findings.letter import LONGEST, NOT_WEIGHED, cut, ids, letter, without
from steelyard.findings.model import (
    Alert,
    Amount,
    Check,
    Contrast,
    DataUsed,
    DosingDriver,
    Estimator,
    Finding,
    JournalSummary,
    Letter,
    Line,
    Part,
    Point,
    Report,
    Section,
    Subject,
)
from steelyard.findings.visit import Ask
from steelyard.records.model import Dose, Journal, Lab, Medicine, Rating, Record, SideEffect

from .journals import MIDNIGHT, knowledge

EMPTY = Journal(None, ())


def made_of(*findings: Finding, asks: tuple[Ask, ...] | None = None, **more: Any) -> Letter:
    """A letter from a report alone."""
    summary = JournalSummary("", "2026-01-05T00:00:00-06:00", "2026-04-05T00:00:00-06:00", 9, 8, ())
    report = Report(1, "0.1.0", "abc", 0, summary, **({"alerts": (), "findings": findings} | more))
    return letter(report, EMPTY, knowledge(), asks)


def made_from(*records: Record, asks: tuple[Ask, ...] | None = None) -> Letter:
    """A letter from a journal, with its real warnings and no fit."""
    journal = Journal(None, records)
    return letter(unweighed(journal, (), knowledge(), sha256=""), journal, knowledge(), asks)


def part(whole: Letter, id: str) -> tuple[Line, ...]:
    return next((part.lines for part in whole.parts if part.id == id), ())


def alert(id: str, severity: str = "serious", grade: str = "C") -> Alert:
    return Alert(id, severity, f"Title of {id}", "It was seen. Known: a fact. Rests on: x.", "Do this.", ("a", "b", "c"), grade)  # type: ignore[arg-type]


def relief(outcome: str = "pain", verdict: str = "helps", **more: Any) -> Finding:
    fields: dict[str, Any] = {
        "id": f"person.relief.kratom.{outcome}",
        "level": "person",
        "question": f"Does kratom change {outcome}?",
        "answer": "It helps: between 1.5 and 1.9 points better.",
        "verdict": verdict,
        "certainty": "very_low",
        "reasons": ("The journal covers less than 90 days.",),
        "subject": Subject("kratom", outcome),
        "contrasts": (
            Contrast("peak", -1.72, -1.9, -1.5, "points", Amount(3, "g"), 0.99, 0.96),
            Contrast("as_taken", -0.3, -0.8, 0.2, "points"),
            Contrast("duration", 4.04, 2.0, 8.0, "h"),
        ),
        "estimators": (
            Estimator("raw", -0.5, -0.7, -0.3, "points", "Doses fall by chance."),
            Estimator("joint", -1.7, -1.9, -1.5, "points", "Reasons are known.", headline=True),
        ),
        "dosing_driver": DosingDriver(0.4, 0.1, "u", 0.3, 0.5, "Doses follow pain."),
        "checks": (Check("lead", True, "Good."), Check("influence", False, "A single day moves it.")),
        "data": DataUsed(450, 360, 180),
        "citations": ("farrar2001",),
    }
    return Finding(**(fields | more))


# relief


def test_the_first_answer_on_pain_stands_in_the_box_with_its_interval_and_what_it_takes_for_granted() -> None:
    first, second = part(made_of(relief("mood"), relief("pain")), "relief")
    assert (
        first.box
        == first.text
        == (
            "Kratom and pain: It helps: between 1.5 and 1.9 points better. Best estimate 1.7 points better. On average, as it was taken, "
            "0.3 points better (95 % interval 0.2 worse to 0.8 better). One dose stays above half its best for 4.0 h (2.0 to 8.0). "
            "How it was worked out, and what it assumes: Reasons are known."
        )
    )
    assert first.sure == "how sure: very low"
    assert second.id == "finding.person.relief.kratom.mood" and second.box == ""


def test_a_change_for_the_worse_is_called_worse_whichever_way_the_scale_runs() -> None:
    falls = Contrast("as_taken", -1.0, -1.4, -0.6, "points")
    up = relief("mood", contrasts=(falls,), subject=Subject("kratom", "mood", worse_is_up=False))
    assert "1.0 points worse (95 % interval 1.4 to 0.6)" in part(made_of(up), "relief")[0].text


def test_what_the_figure_rests_on_names_failed_tests_reasons_and_the_plain_comparison() -> None:
    said = {line.id: line.text for line in part(made_of(relief()), "rests")}
    assert said == {
        "rests.data": "450 ratings and 360 doses over 180 days.",
        "rests.failed.influence": "A test it failed: A single day moves it.",
        "rests.reason.0": "Why not surer: The journal covers less than 90 days.",
        "rests.driver": "Doses follow pain.",
        "rests.raw": (
            "A plain comparison of the same diary, which ignores why doses were taken: 0.5 points better (95 % interval 0.3 to 0.7)."
        ),
    }


def test_a_refused_answer_gives_no_plain_comparison_either() -> None:
    refused = relief(verdict="not_enough_data", refused="too_few_ratings", contrasts=())
    assert "rests.raw" not in ids(made_of(refused))


def test_what_was_not_weighed_is_said_to_be_so() -> None:
    whole = made_from(Rating(time=MIDNIGHT, scale="pain", value=5))
    assert part(whole, "relief")[0].id == NOT_WEIGHED


def test_harm_and_studies_have_parts_of_their_own() -> None:
    harm = relief("alt", id="person.harm.kratom.alt", about="harm", answer="Goes with harm.")
    study = relief("pain", id="literature.relief.kratom.pain", level="literature", answer="Nobody tested it.", contrasts=())
    whole = made_of(harm, study)
    assert [line.id for line in part(whole, "harms")] == ["finding.person.harm.kratom.alt"]
    assert [line.text for line in part(whole, "studies")] == ["Does kratom change pain? Nobody tested it."]


# warnings


def test_warnings_say_what_was_seen_and_how_firm_it_is_and_leave_out_what_to_do() -> None:
    (line,) = part(made_of(alerts=(alert("red_flags.jaundice"),)), "warnings")
    assert line.text == "Serious: Title of red_flags.jaundice. It was seen."
    assert line.box == "Serious: Title of red_flags.jaundice."
    assert line.sure == "rests on observation of people without control"
    assert line.citations == ("a", "b"), "those it rests on first"


def test_what_was_never_studied_rests_on_nothing() -> None:
    lines = part(made_of(alerts=(alert("people.pregnant", grade="none"), alert("red_flags.x", grade="?"))), "warnings")
    assert [line.sure for line in lines] == ["looked for and not found", ""]


def test_pairs_stand_apart_from_other_warnings() -> None:
    alerts = (
        alert("kratom.serotonin"),
        alert("doses.together.a-b"),
        alert("past.interaction.kratom", "note"),
        alert("doses.steep_rise"),
    )
    whole = made_of(alerts=alerts)
    assert [line.id for line in part(whole, "interactions")] == [
        "alert.kratom.serotonin", "alert.doses.together.a-b", "alert.past.interaction.kratom"
    ]  # fmt: skip
    assert [line.id for line in part(whole, "warnings")] == ["alert.doses.steep_rise"]


def test_a_result_outside_its_limits_is_said_once_and_what_is_due_stands_beside_the_results() -> None:
    whole = made_of(alerts=(alert("labs.out_of_range.alt", "caution"), alert("labs.window", "note")))
    assert list(ids(whole)) == [NOT_WEIGHED, "alert.labs.window"]
    assert [line.id for line in part(whole, "labs")] == ["alert.labs.window"]


def test_at_most_eight_warnings_stand_in_the_box_and_no_mild_one() -> None:
    alerts = (*(alert(f"red_flags.r{n}") for n in range(12)), alert("red_flags.mild", "caution"))
    boxed = [line.box for line in part(made_of(alerts=alerts), "warnings") if line.box]
    assert boxed == [f"Serious: Title of red_flags.r{n}." for n in range(8)]


def test_an_emergency_never_gives_way() -> None:
    alerts = tuple(alert(f"red_flags.r{n}", "emergency") for n in range(20))
    whole = made_of(relief(), alerts=alerts)
    emergencies = {line.rank for line in part(whole, "warnings")}
    assert emergencies == {0.0}
    assert all(line.rank > 0 for one in whole.parts if one.id != "warnings" for line in one.lines)


# the rest


def test_signs_that_were_seen_are_told_with_how_sure_and_others_are_not() -> None:
    points = (
        Point("doses at night: not seen", ("On 0 days.",)),
        Point("doses soon after waking: seen (how sure: very low)", ("On 36 of 41 days.", "Missing: x")),
        Point("craving: the journal cannot tell", ("Too few.",)),
    )
    (line,) = part(made_of(sections=(Section("used_to.kratom", "t", "l", points),)), "harms")
    assert (line.text, line.sure) == ("Kratom, doses soon after waking: On 36 of 41 days.", "how sure: very low")


def test_other_causes_are_told_with_their_standing_and_what_is_silent_by_name() -> None:
    points = (
        Point("low iron (look here first)", ("For: ferritin 11.", "What would tell: ferritin")),
        Point("The journal says nothing about these; what would tell", ("thyroid: TSH", "zinc: zinc")),
        Point("How strongly this journal links kratom to it: Naranjo's ten questions", ("Score 3: possible.", "1. no")),
        Point("The same by the words of the WHO centre in Uppsala", ("possible",)),
    )
    section = Section("causes.hair_loss", "Hair loss: what else could explain it", "l", points)
    assert [line.text for line in part(made_of(sections=(section,)), "causes")] == [
        "Hair loss: low iron (look here first). For: ferritin 11. What would tell: ferritin",
        "Hair loss: the journal is silent on thyroid; zinc.",
        "Hair loss, Naranjo's questions: Score 3: possible.",
    ]


def test_the_persons_own_questions_take_the_place_of_suggested_ones() -> None:
    sheet = Section("sheet.kratom", "t", "l", (Point("To talk about", ("What for?",)), Point("By the clock", ("08:00",))))
    suggested = made_of(sections=(sheet,))
    assert [line.text for line in part(suggested, "asks")] == ["What for?"]
    own = made_of(sections=(sheet,), asks=(Ask("own.1", "Is it my liver?"),))
    assert [(line.id, line.text) for line in part(own, "asks")] == [("ask.own.1", "Is it my liver?")]
    assert next(one.title for one in own.parts if one.id == "asks") == "What the person asks"
    assert part(made_of(sections=(sheet,), asks=()), "asks") == ()


def test_a_journal_of_everything_fills_every_part_it_can() -> None:
    days = [MIDNIGHT + timedelta(days=n) for n in range(40)]
    whole = made_from(
        *(Dose(time=day, substance="kratom", amount=3, unit="g") for day in days),
        *(Rating(time=day, scale="pain", value=5) for day in days),
        SideEffect(time=days[-1], effect="hair loss", severity=2),
        Medicine(name="tramadol"),
        Lab(time=days[-1], test="alt", value=300, unit="U/L", low=7, high=40),
    )
    held = [one.id for one in whole.parts]
    assert held == ["relief", "taken", "course", "warnings", "interactions", "harms", "labs", "causes", "asks"]
    assert whole.to == days[-1].isoformat()


def test_an_empty_journal_gives_a_letter_that_claims_nothing() -> None:
    assert list(ids(made_from())) == [NOT_WEIGHED]


# ids and striking


def test_ids_can_be_typed_and_stand_for_one_line_each() -> None:
    whole = made_from(*(Medicine(name=name) for name in ("Ännchen's  pills", "a b", "a-b", "w" * 300)))
    found = [line.id for line in part(whole, "taken")]
    assert found[0] == "medicine.a-b" and "medicine.a-b.2" in found
    assert len(set(found)) == 4 and all(len(id) <= 66 and " " not in id for id in found)


def test_ids_stay_the_same_when_the_journal_grows() -> None:
    first = [Dose(time=MIDNIGHT, substance="kratom"), Medicine(name="tramadol"), Rating(time=MIDNIGHT, scale="pain", value=5)]
    later = MIDNIGHT + timedelta(days=3)
    more = [*first, Rating(time=later, scale="mood", value=5), SideEffect(time=later, effect="itching"), Medicine(name="zinc")]
    assert ids(made_from(*first)).keys() <= ids(made_from(*more)).keys()


def test_a_struck_line_is_gone_from_every_place_and_counted() -> None:
    whole = made_of(relief(), alerts=(alert("red_flags.jaundice"),))
    left = without(whole, ["alert.red_flags.jaundice", "rests.driver", "no.such.line"])
    assert ids(left).keys() == ids(whole).keys() - {"alert.red_flags.jaundice", "rests.driver"}
    assert left.struck == 2
    assert not any(line.box.startswith("Serious") for one in left.parts for line in one.lines)
    assert "warnings" not in [one.id for one in left.parts], "a part without lines goes"


def test_striking_twice_counts_once() -> None:
    whole = made_of(relief())
    once = without(whole, ["rests.driver"])
    assert without(once, ["rests.driver"]) == once


# lengths


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("one two", 7, "one two"),
        ("one two three", 10, "one two…"),
        ("w" * 20, 10, "w" * 9 + "…"),
        ("a " + "w" * 20, 10, "a wwwwwww…"),
    ],
)
def test_a_long_text_is_cut_between_words_where_that_leaves_most_of_it(text: str, longest: int, shown: str) -> None:
    assert cut(text, longest) == shown
    assert len(cut(text, longest)) <= longest


def test_no_line_is_longer_than_a_line_may_be() -> None:
    whole = made_from(SideEffect(time=MIDNIGHT, effect="x" * 5000), Rating(time=MIDNIGHT, scale="y" * 5000, value=1))
    lines = [line for one in whole.parts for line in one.lines]
    assert max(len(line.text) for line in lines) <= LONGEST
    assert max(len(line.course.title) for line in lines if line.course) <= 60


def test_parts_without_lines_are_left_out() -> None:
    assert all(isinstance(one, Part) and one.lines for one in made_of().parts)
    assert structs.replace(made_of(), struck=0).struck == 0
