"""Every form: what is typed becomes a record, what is left open stays unset, what cannot be is said beside the field and kept in it."""

from datetime import timedelta
from typing import Any

import pytest

from steelyard.journal import store
from steelyard.records.model import (
    Answers,
    Context,
    Dose,
    Lab,
    Medicine,
    Product,
    Rating,
    Scale,
    Session,
    SideEffect,
)

ALL = (
    "dose",
    "ratings",
    "side_effect",
    "sleep",
    "session",
    "lab",
    "medicine",
    "hair_count",
    "context",
    "product",
    "pain_three",
    "sds",
)


def said(page: Any) -> str:
    return " ".join(page.content.decode().split())


def first(kept: Any, kind: Any) -> Any:
    (only,) = kept(kind)
    return only


@pytest.mark.parametrize("form", ALL)
def test_every_form_comes_up_with_every_field_named(berlin: Any, form: str) -> None:
    page = said(berlin.get(f"/new/{form}"))
    assert page.count("<h1>") == 1
    assert "<label></label>" not in page and "<legend></legend>" not in page


@pytest.mark.parametrize("form", ["rating", "photo", "journal", "person", "nothing", "peg"])
def test_what_has_no_form_is_not_found(berlin: Any, form: str) -> None:
    assert berlin.get(f"/new/{form}").status_code == 404
    assert berlin.post(f"/new/{form}", {"value": "3"}).status_code == 404


@pytest.mark.parametrize("form", ALL)
def test_an_empty_form_keeps_nothing_and_says_so(berlin: Any, form: str) -> None:
    before = store.count()
    page = berlin.post(f"/new/{form}", {"ago": "0"})
    assert page.status_code == 422
    assert "Not saved yet." in said(page)
    assert store.count() == before


def test_another_dose(berlin: Any, kept: Any) -> None:
    store.put([Product(id="bag", substance="kratom", label="Green")], store.get("journal").written)  # type: ignore[union-attr]
    told = {"substance": "kratom", "amount": "1,5", "unit": "g", "product": "bag", "with_food": "yes", "note": " after lunch "}
    assert "Before this dose" in said(berlin.post("/new/dose", told))
    assert kept(Dose) == [], "how it is is asked first"
    berlin.post("/new/dose", {**told, "value": "6"})
    dose = first(kept, Dose)
    assert (dose.substance, dose.amount, dose.unit, dose.product, dose.with_food) == ("kratom", 1.5, "g", "bag", True)
    assert dose.note == "after lunch"
    assert first(kept, Rating).asked == "dose"


def test_what_was_told_of_a_dose_comes_along_through_the_question(berlin: Any) -> None:
    page = said(berlin.post("/new/dose", {"substance_own": 'black "tea" <b>', "amount": "2", "unit": "cup"}))
    assert 'name="substance_own" value="black &quot;tea&quot; &lt;b&gt;"' in page
    assert page.count('name="amount" value="2"') == 2, "for a number and for skipping"
    assert 'action="/new/dose"' in page


def test_a_faulty_dose_is_mended_before_anything_is_asked(berlin: Any) -> None:
    page = berlin.post("/new/dose", {"substance": "kratom", "amount": "lots"})
    assert page.status_code == 422 and 'value="lots"' in said(page)


def test_a_dose_of_unknown_amount_is_no_zero(berlin: Any, kept: Any) -> None:
    berlin.post("/new/dose", {"substance_own": "kratom", "amount": "", "unit": "", "skip": "1"})
    dose = first(kept, Dose)
    assert (dose.amount, dose.unit, dose.with_food, dose.note) == (None, None, None, None)


def test_a_dose_of_zero_is_zero(berlin: Any, kept: Any) -> None:
    berlin.post("/new/dose", {"substance": "kratom", "amount": "0", "unit": "g", "skip": "1"})
    assert first(kept, Dose).amount == 0.0


def test_an_amount_without_a_unit_is_kept_and_the_loss_is_said(berlin: Any, kept: Any) -> None:
    berlin.post("/new/dose", {"substance": "kratom", "amount": "3", "skip": "1"})
    assert first(kept, Dose).amount == 3.0
    assert "counts as unknown" in said(berlin.get("/"))


def test_an_earlier_dose_of_another_kind_asks_nothing(berlin: Any, kept: Any) -> None:
    berlin.post("/new/dose", {"substance": "kratom", "amount": "3", "unit": "g", "ago": "60"})
    assert first(kept, Dose).time.isoformat() == "2026-03-02T12:30:15+01:00"


def test_own_words_win_over_what_was_offered(berlin: Any, kept: Any) -> None:
    berlin.post("/new/side_effect", {"effect": "nausea", "effect_own": "cold hands", "severity": "2"})
    effect = first(kept, SideEffect)
    assert (effect.effect, effect.severity, effect.until) == ("cold hands", 2.0, None)


def test_own_words_are_offered_next_time(berlin: Any) -> None:
    berlin.post("/new/side_effect", {"effect_own": "cold hands"})
    assert 'value="cold hands"' in said(berlin.get("/new/side_effect"))


def test_a_side_effect_that_was_not_there_is_severity_zero_and_one_not_rated_is_unset(berlin: Any, kept: Any, clock: Any) -> None:
    berlin.post("/new/side_effect", {"effect": "nausea", "severity": "0"})
    clock.later(minutes=1)
    berlin.post("/new/side_effect", {"effect": "nausea", "severity": ""})
    assert [e.severity for e in kept(SideEffect)] == [0.0, None]


def test_a_side_effect_cannot_end_before_it_began(berlin: Any, kept: Any) -> None:
    page = berlin.post("/new/side_effect", {"effect": "nausea", "time": "2026-03-01T10:00", "until": "2026-03-01T09:00"})
    assert page.status_code == 422
    assert "The end is before the beginning." in said(page)
    assert 'value="2026-03-01T09:00"' in said(page), "what was typed is still there"
    assert kept(SideEffect) == []


def test_several_ratings_at_once_and_none_for_what_is_left_open(berlin: Any, kept: Any) -> None:
    berlin.post("/new/ratings", {"ago": "30", "mood": "4", "constipation": "0", "anxiety": "", "pain": ""})
    assert {(r.scale, r.value) for r in kept(Rating)} == {("constipation", 0.0), ("mood", 4.0)}
    assert {r.time.isoformat() for r in kept(Rating)} == {"2026-03-02T13:00:15+01:00"}


def test_one_rating_off_its_scale_keeps_none_of_them(berlin: Any, kept: Any) -> None:
    page = berlin.post("/new/ratings", {"mood": "4", "constipation": "4"})
    assert page.status_code == 422 and 'id="wrong-constipation"' in said(page)
    assert kept(Rating) == []


def test_a_night_is_how_well_and_how_long(berlin: Any, kept: Any) -> None:
    berlin.post("/new/sleep", {"sleep_quality": "", "sleep_hours": "6,5"})
    assert [(r.scale, r.value) for r in kept(Rating)] == [("sleep_hours", 6.5)]
    scale = first(kept, Scale)
    assert (scale.id, scale.low, scale.high, scale.worse_is_up) == ("sleep_hours", 0, 24, False)
    berlin.post("/new/sleep", {"sleep_quality": "8"})
    assert len(kept(Scale)) == 1, "the scale is described once"


def test_no_night_has_twenty_five_hours(berlin: Any, kept: Any) -> None:
    assert berlin.post("/new/sleep", {"sleep_hours": "25"}).status_code == 422
    assert kept(Rating) == []


def test_a_session(berlin: Any, kept: Any) -> None:
    berlin.post("/new/session", {"therapy": "physiotherapy", "minutes": ""})
    assert (first(kept, Session).therapy, first(kept, Session).minutes) == ("physiotherapy", None)


@pytest.mark.parametrize(("typed", "unit"), [("mcg/L", "ug/L"), ("mIU/L", "m[IU]/L"), ("ng / ml", "ng/mL")])
def test_a_lab_result_with_its_unit_mapped_and_its_range(berlin: Any, kept: Any, typed: str, unit: str) -> None:
    berlin.post(
        "/new/lab", {"test": "ferritin", "value": "18", "unit": typed, "low": "30", "high": "", "time": "2026-01-05T09:00"}
    )
    lab = first(kept, Lab)
    assert (lab.test, lab.value, lab.unit, lab.low, lab.high) == ("ferritin", 18.0, unit, 30.0, None)


def test_a_lab_unit_nobody_knows_is_kept_as_written_and_the_loss_is_said(berlin: Any, kept: Any) -> None:
    berlin.post("/new/lab", {"test": "ferritin", "value": "18", "unit": "spoons"})
    assert first(kept, Lab).unit == "spoons"
    assert "cannot be compared" in said(berlin.get("/"))


def test_a_medicine_is_used_from_the_first_day_to_the_end_of_the_last(berlin: Any, kept: Any) -> None:
    berlin.post("/new/medicine", {"name": "sertraline", "from": "2025-10-26", "to": "2026-03-01", "dose": "50 mg"})
    medicine = first(kept, Medicine)
    assert medicine.from_.isoformat() == "2025-10-26T00:00:00+02:00", "summer time ended later that day"
    assert medicine.to.isoformat() == "2026-03-01T23:59:00+01:00"


def test_a_medicine_that_is_still_taken_has_no_end(berlin: Any, kept: Any) -> None:
    berlin.post("/new/medicine", {"name": "sertraline"})
    assert (first(kept, Medicine).from_, first(kept, Medicine).to) == (None, None)


def test_three_hair_counts_with_what_held(berlin: Any, kept: Any) -> None:
    berlin.post("/new/hair_count", {"reading1": "12", "reading2": "9", "reading3": "0", "same_comb": "1"})
    ratings = kept(Rating)
    assert sorted((r.scale, r.value) for r in ratings) == [("hair_shed_60s", value) for value in (0.0, 9.0, 12.0)]
    assert {tuple(r.extra.items()) for r in ratings} == {(("same_comb", True), ("same_time_since_wash", False))}


def test_a_count_that_was_not_made_is_no_zero(berlin: Any, kept: Any) -> None:
    berlin.post("/new/hair_count", {"reading1": "12", "reading2": "", "reading3": " "})
    assert [r.value for r in kept(Rating)] == [12.0]


@pytest.mark.parametrize("count", ["-3", "2.5"])
def test_hairs_are_whole_and_not_fewer_than_none(berlin: Any, kept: Any, count: str) -> None:
    assert berlin.post("/new/hair_count", {"reading1": "12", "reading2": count}).status_code == 422
    assert kept(Rating) == []


@pytest.mark.parametrize(("typed", "value"), [("45", 45.0), ("strong", "strong"), ("", None)])
def test_what_happened_has_a_number_or_a_word_or_nothing(berlin: Any, kept: Any, typed: str, value: object) -> None:
    berlin.post("/new/context", {"kind": "sun_exposure", "value": typed, "unit": "min" if typed == "45" else ""})
    assert (first(kept, Context).kind, first(kept, Context).value) == ("sun_exposure", value)


def test_questions_may_stay_open(berlin: Any, kept: Any) -> None:
    berlin.post("/new/pain_three", {"item0": "6", "item1": "", "item2": "0"})
    answers = first(kept, Answers)
    assert (answers.instrument, answers.items) == ("pain_three", (6.0, None, 0.0))


@pytest.mark.parametrize("answer", ["4", "-1", "1.5", "often"])
def test_an_answer_that_is_not_offered_is_refused(berlin: Any, kept: Any, answer: str) -> None:
    page = berlin.post("/new/sds", {"item0": "1", "item3": answer})
    assert page.status_code == 422 and 'id="wrong-item3"' in said(page)
    assert kept(Answers) == []


def test_a_product_can_be_chosen_with_a_dose(berlin: Any, kept: Any) -> None:
    berlin.post("/new/product", {"substance_own": "kratom", "label": "Red", "kind": "capsule", "unit_g": "0.5", "lot": "7"})
    product = first(kept, Product)
    assert (product.label, product.kind, product.unit_g, product.mitragynine_mg_per_g) == ("Red", "capsule", 0.5, None)
    assert f'<option value="{product.id}">Red' in said(berlin.get("/new/dose"))


def test_the_same_form_sent_twice_is_one_entry(berlin: Any, kept: Any) -> None:
    for _ in range(2):
        berlin.post("/new/side_effect", {"effect": "nausea", "severity": "1"})
    assert len(kept(SideEffect)) == 1


def test_what_stands_in_a_form_is_shown_as_text(berlin: Any) -> None:
    page = said(berlin.post("/new/lab", {"test_own": "<script>x</script>", "value": '"><b>', "unit": "g/L"}))
    assert "<script>x" not in page and "&lt;script&gt;x" in page and '"><b>' not in page


# entries that are there


def entry(berlin: Any, kept: Any, kind: Any) -> str:
    return f"/entry/{first(kept, kind).id}"


def test_the_time_of_an_entry_is_moved_and_undo_moves_it_back(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    address = entry(berlin, kept, Dose)
    assert 'value="2026-03-02T13:30"' in said(berlin.get(address))
    told = {"time": "2026-03-02T11:05", "substance": "kratom", "amount": "3", "unit": "g"}
    assert berlin.post(address, told).headers["Location"] == "/history"
    assert (first(kept, Dose).time.isoformat(), first(kept, Dose).amount) == ("2026-03-02T11:05:00+01:00", 3.0)
    berlin.post("/undo", {"id": berlin.session["saved"]["ids"]})
    assert (first(kept, Dose).time.isoformat(), first(kept, Dose).amount) == ("2026-03-02T13:30:15+01:00", 2.5)


def test_the_time_of_an_entry_is_moved_in_one_tap(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    told = {"time": "2026-03-02T13:30", "ago": "30", "substance": "kratom", "amount": "2.5", "unit": "g"}
    berlin.post(entry(berlin, kept, Dose), told)
    assert first(kept, Dose).time.isoformat() == "2026-03-02T13:00:15+01:00"


def test_a_time_that_was_not_touched_keeps_its_seconds(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    berlin.post(entry(berlin, kept, Dose), {"time": "2026-03-02T13:30", "substance": "kratom", "amount": "2.5", "unit": "g"})
    assert first(kept, Dose).time.isoformat() == "2026-03-02T13:30:15+01:00"


def test_an_entry_of_a_journey_keeps_the_offset_of_the_place(berlin: Any, kept: Any) -> None:
    berlin.post("/zone", {"zone": "America/Chicago", "use": "1"})
    berlin.post("/dose", {"skip": "1"})
    berlin.post("/zone", {"zone": "Europe/Berlin", "use": "1"})
    address = entry(berlin, kept, Dose)
    assert 'value="2026-03-02T06:30"' in said(berlin.get(address))
    berlin.post(address, {"time": "2026-03-02T05:00", "substance": "kratom", "amount": "2.5", "unit": "g"})
    assert first(kept, Dose).time.isoformat() == "2026-03-02T05:00:00-06:00"


def test_a_field_that_is_emptied_is_unset(berlin: Any, kept: Any) -> None:
    berlin.post("/new/dose", {"substance": "kratom", "amount": "3", "unit": "g", "note": "x", "with_food": "no", "skip": "1"})
    told = {"time": "2026-03-02T13:30", "substance": "kratom", "amount": "", "unit": "", "note": "", "with_food": ""}
    berlin.post(entry(berlin, kept, Dose), told)
    dose = first(kept, Dose)
    assert (dose.amount, dose.unit, dose.note, dose.with_food) == (None, None, None, None)


def test_what_the_form_does_not_show_is_left_alone(berlin: Any, clock: Any, kept: Any) -> None:
    whole = Dose(
        id="a",
        time=clock.now - timedelta(hours=1),
        substance="kratom",
        amount=2,
        unit="g",
        amount_sd=0.5,
        route="nasal",
        extra={"mood": 1},
    )
    store.put([whole], clock.now)
    berlin.post("/entry/a", {"time": "2026-03-02T12:30", "substance": "kratom", "amount": "4", "unit": "g"})
    dose = first(kept, Dose)
    assert (dose.amount, dose.amount_sd, dose.route, dose.extra) == (4.0, 0.5, "nasal", {"mood": 1})


def test_a_rating_keeps_its_scale_and_cannot_leave_it(berlin: Any, kept: Any) -> None:
    berlin.post("/new/ratings", {"constipation": "2"})
    address = entry(berlin, kept, Rating)
    assert berlin.post(address, {"time": "2026-03-02T13:30", "value": "5"}).status_code == 422
    berlin.post(address, {"time": "2026-03-02T13:30", "value": "3"})
    assert (first(kept, Rating).scale, first(kept, Rating).value) == ("constipation", 3.0)


def test_answers_can_be_changed(berlin: Any, kept: Any) -> None:
    berlin.post("/new/sds", {"item0": "1", "item4": "3"})
    address = entry(berlin, kept, Answers)
    page = said(berlin.get(address))
    assert 'name="item4" value="3" checked' in page and 'name="item1" value="" checked' in page
    assert berlin.post(address, {"time": "2026-03-02T12:00", "item0": "4"}).status_code == 422
    berlin.post(address, {"time": "2026-03-02T12:00", "item0": "", "item1": "2"})
    assert first(kept, Answers).items == (None, 2.0, None, None, 3.0)


def test_answers_to_questions_that_are_not_held_can_be_changed(berlin: Any, clock: Any, kept: Any) -> None:
    store.put([Answers(id="a", time=clock.now, instrument="peg", items=(7, None, 5))], clock.now)
    berlin.post("/entry/a", {"time": "2026-03-02T12:00", "item0": "8", "item1": ""})
    assert first(kept, Answers).items == (8.0, None, 5.0)


def test_what_cannot_be_is_not_put_in_the_place_of_what_is(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    page = berlin.post(entry(berlin, kept, Dose), {"time": "2027-01-01T00:00", "substance": "", "amount": "-2", "unit": "g"})
    assert page.status_code == 422
    assert first(kept, Dose).amount == 2.5


def test_left_out_and_brought_back(berlin: Any, kept: Any) -> None:
    berlin.post("/dose", {"skip": "1"})
    address, id = entry(berlin, kept, Dose), first(kept, Dose).id
    assert berlin.post(f"{address}/withdraw").headers["Location"] == "/history"
    assert kept(Dose) == []
    assert "Taken back." in said(berlin.get("/history"))
    berlin.post("/bring-back", {"id": id, "to": "history"})
    assert len(kept(Dose)) == 1


def test_what_is_not_there_is_not_found(berlin: Any) -> None:
    for address in ("/entry/nobody", "/entry/journal"):
        assert berlin.get(address).status_code == 404
        assert berlin.post(address, {"time": "2026-03-02T12:00"}).status_code == 404
