"""How long something is there: build-up, what is left, overlaps, products, names on labels; and what is not held is said."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from steelyard.exposure.compartments import rates
from steelyard.exposure.people import typical
from steelyard.exposure.summary import Band
from steelyard.findings.body import AFTER_D, BEFORE_D, RECENT_D, recent
from steelyard.findings.exposure import Exposed, Learned, exposed, learned_from
from steelyard.findings.exposure_wording import about, number, percent, section
from steelyard.findings.model import Contrast, Finding, Point, Section, Subject
from steelyard.knowledge.hazards import Hazards, load_hazards
from steelyard.knowledge.kinetics import blood_prior
from steelyard.records.model import Dose, Journal

from .journals import MIDNIGHT, Line, at, dose, journal, knowledge

END = MIDNIGHT + timedelta(days=4000)
DAY = 24.0
MONTHS = [dose(day * DAY + hour) for day in range(60) for hour in (8, 16)]


@pytest.fixture(scope="module")
def hazards() -> Hazards:
    return load_hazards()


@pytest.fixture(scope="module")
def usual(hazards: Hazards) -> Exposed:
    """Two months of 3 g at 8 and at 16 o'clock."""
    return answer(hazards, *MONTHS)


def answer(hazards: Hazards, *lines: Line, substance: str = "kratom", **more: Any) -> Exposed:
    found = exposed(journal(*lines), substance, knowledge(), END, hazards=hazards, **more)
    assert found is not None
    return found


def product(id: str, **more: Any) -> Line:
    return {"record": "product", "id": id, "substance": "kratom", **more}


def medicine(name: str, begin: float | None = None, end: float | None = None) -> Line:
    times = {"from": begin, "to": end}
    return {"record": "medicine", "name": name, **{key: at(hour) for key, hour in times.items() if hour is not None}}


def told(found: Exposed) -> Section:
    return section(found, knowledge())


def point(found: Exposed, label: str) -> Point:
    return next(each for each in told(found).points if each.label.startswith(label))


def text(found: Exposed) -> str:
    return " ".join(said for each in told(found).points for said in (each.label, *each.said))


# --- in the body


def test_it_builds_up_over_days_and_then_no_more(usual: Exposed) -> None:
    assert usual.body is not None and usual.body.load.build_up is not None and usual.body.load.levelled is not None
    load = usual.body.load
    assert load.doses == 2 and load.per_day == pytest.approx(2.0)
    assert 1.2 < load.build_up.low < load.build_up.value < load.build_up.high < 3.5
    assert 2 <= load.levelled.low <= load.levelled.value <= load.levelled.high < 14


def test_build_up_of_the_middle_person_is_that_of_two_exponentials(usual: Exposed) -> None:
    """Day 14 against day 1 in closed form: areas of a bolus-like course with the fitted rates, added up dose by dose."""
    body = typical(blood_prior(knowledge(), "kratom"))  # type: ignore[arg-type]
    rate, share = (each[:, 0] for each in rates(body))
    weight = share / rate / (share / rate).sum()  # of the area under one dose

    def area(first: float, last: float) -> float:
        """Area from `first` to `last` hours after a dose, as a share of all of it."""
        return float((weight * (np.exp(-rate * max(first, 0)) - np.exp(-rate * max(last, 0)))).sum())

    given = [hour for day in range(14) for hour in (day * DAY, day * DAY + 12)]
    day_1 = sum(area(0 - hour, DAY - hour) for hour in given)
    day_14 = sum(area(13 * DAY - hour, 14 * DAY - hour) for hour in given)
    assert usual.body is not None and usual.body.load.build_up is not None
    # Draws are centred on the middle person; absorption and its lag move some of a day's last dose into the next one.
    assert usual.body.load.build_up.value == pytest.approx(day_14 / day_1, rel=0.1)


def test_what_is_left_falls_below_a_tenth_long_before_a_hundredth(usual: Exposed) -> None:
    assert usual.body is not None
    load = usual.body.load
    assert load.matters.value < load.gone.value
    tenfold = np.log2(10) * load.half_life.value / 24  # in the last phase a tenth takes log2(10) half-lives
    assert load.gone.value - load.matters.value == pytest.approx(tenfold, rel=0.15)
    assert 5 < load.gone.value < 15, "some five half-lives of about 44 h"


def test_a_single_dose_is_gone_sooner_and_builds_nothing_up(hazards: Hazards, usual: Exposed) -> None:
    once = answer(hazards, dose(10 * DAY), dose(40 * DAY))
    assert once.body is not None and usual.body is not None
    assert once.body.load.build_up is None and once.levels.day is None
    assert once.body.load.gone.value < usual.body.load.gone.value
    assert "too seldom" in point(once, "Build-up").said[0]


def test_the_same_doses_at_ten_times_the_amount_give_the_same_answers(hazards: Hazards, usual: Exposed) -> None:
    """All is measured against the usual dose: no figure is a level, and no amount can be read off it."""
    more = answer(hazards, *({**line, "amount": 30.0} for line in MONTHS))
    assert more.body is not None and usual.body is not None
    assert more.body.load.build_up == usual.body.load.build_up
    assert more.body.load.gone == usual.body.load.gone


def test_a_stated_content_changes_milligrams_and_no_share(hazards: Hazards, usual: Exposed) -> None:
    stated = [product("p", mitragynine_mg_per_g=12, mitragynine_mg_per_g_sd=0), *({**line, "product": "p"} for line in MONTHS)]
    found = answer(hazards, *stated)
    assert found.body is not None and found.body.held.mitragynine is not None and usual.body is not None
    assert found.body.held.stated and found.body.held.mitragynine.value == pytest.approx(36.0)
    assert found.body.load.gone.value == pytest.approx(usual.body.load.gone.value, rel=0.1)
    assert "the one this journal states" in point(found, "What one usual dose holds").said[0]


def test_an_extract_beside_leaf_counts_for_what_it_holds(hazards: Hazards) -> None:
    """The last dose is 3 g as all others, of an extract ten times as rich: more is left for longer."""
    leaf, extract = (
        product(id, kind=kind, mitragynine_mg_per_g=mg) for id, kind, mg in (("l", "leaf", 15), ("e", "extract", 150))
    )
    days = [dose(day * DAY, product="l") for day in range(30)]
    plain, rich = (answer(hazards, leaf, extract, *days, dose(30 * DAY, product=id)) for id in ("l", "e"))
    assert plain.body is not None and rich.body is not None
    assert rich.body.load.matters.value > plain.body.load.matters.value + 1


def test_amounts_and_times_that_are_uncertain_widen_what_was_there(hazards: Hazards) -> None:
    """Together with a medicine that is there for a few hours a day, late doses decide."""
    doses = [dose(day * DAY + 8) for day in range(20)]
    paracetamol = [dose(day * DAY + 20, 500, "mg", "paracetamol") for day in range(20)]
    unsure = [{**line, "time_sd_minutes": 240, "amount_sd": 1.5} for line in doses]
    sure_, unsure_ = (answer(hazards, *lines, *paracetamol) for lines in (doses, unsure))
    for found in (sure_, unsure_):
        assert found.body is not None and [met.name for met in found.body.overlaps] == ["paracetamol"]
    assert sure_.body is not None and unsure_.body is not None
    narrow, wide = (each.overlaps[0].hours for each in (sure_.body, unsure_.body))
    assert (wide.low, wide.high) != (narrow.low, narrow.high)


def test_unknown_amounts_are_drawn_and_said(hazards: Hazards) -> None:
    found = answer(hazards, *MONTHS, dose(60 * DAY, None), dose(60 * DAY + 3, None))
    assert found.body is not None and found.body.held.unknown == 2
    assert "Of 2 of the doses" in text(found)


def test_doses_without_weight_have_no_milligrams_but_all_else(hazards: Hazards) -> None:
    found = answer(hazards, *({**line, "unit": "capsule", "amount": 4} for line in MONTHS))
    assert found.body is not None and found.body.held.mitragynine is None
    assert "without a weight" in point(found, "What one usual dose holds").said[0]
    assert found.body.load.build_up is not None


def test_a_log_of_five_years_looks_at_its_last_weeks_only() -> None:
    doses = journal(*(dose(day * DAY + 8) for day in range(5 * 365))).of(Dose)
    lately, origin, days = recent(doses)
    assert days == RECENT_D and origin == MIDNIGHT + timedelta(days=5 * 365 - RECENT_D)
    assert len(lately) == RECENT_D + BEFORE_D
    assert recent(doses[:3])[2] == 3, "a short log is looked at as a whole"


def test_the_same_seed_gives_the_same_answers(hazards: Hazards, usual: Exposed) -> None:
    assert answer(hazards, *MONTHS) == usual
    assert answer(hazards, *MONTHS, seed=1).body != usual.body


def test_what_is_drawn_agrees_with_what_is_said(usual: Exposed) -> None:
    levels, body = usual.levels, usual.body
    assert levels.body is not None and levels.day is not None and body is not None and body.load.build_up is not None
    assert len(levels.day.middle) == 2 * levels.taking == 28
    assert levels.day.middle[13] / levels.day.middle[0] == pytest.approx(body.load.build_up.value, rel=0.1)
    assert max(levels.body.middle) <= 1 and max(levels.body.high) == pytest.approx(1, abs=0.02)
    assert levels.hours[0] == 0 and levels.felt.middle[0] == 0
    for ribbon in (levels.felt, levels.body, levels.day):
        assert all(low <= middle <= high for low, middle, high in zip(ribbon.low, ribbon.middle, ribbon.high, strict=True))


# --- together with something else


def test_a_medicine_that_is_always_there_overlaps_whenever_kratom_is_there(hazards: Hazards) -> None:
    found = answer(hazards, *MONTHS, medicine("sertraline", 0))
    assert found.body is not None
    (met,) = found.body.overlaps
    assert not met.by_dose and met.days.value == 1.0
    assert met.hours.value > 15, "twice a day leaves few hours below a tenth"


def test_a_medicine_that_ended_before_is_gone_after_some_half_lives(hazards: Hazards) -> None:
    """Written down until the day on which the last four weeks begin; a tenth is left after log2(10) half-lives of 2 h."""
    begin = (60 - RECENT_D) * DAY
    found = answer(hazards, *MONTHS, medicine("paracetamol", 0, begin + 1))
    assert found.body is not None
    (met,) = found.body.overlaps
    there_h = 1 + 2 * np.log2(10)  # from midnight on
    assert met.hours.value * RECENT_D == pytest.approx(
        there_h, abs=3.5
    )  # kratom of the evening before is not always above a tenth
    assert met.days.value == pytest.approx(1 / RECENT_D)


def test_a_medicine_taken_while_no_kratom_is_there_never_overlaps(hazards: Hazards) -> None:
    kratom = [dose(day * DAY) for day in (0, 14)]
    found = answer(hazards, *kratom, *(dose(day * DAY, 500, "mg", "paracetamol") for day in (10, 11, 12)))
    assert found.body is not None
    assert found.body.overlaps[0].hours.value == 0 and found.body.overlaps[0].by_dose


def test_names_are_read_and_what_is_not_held_is_named(hazards: Hazards) -> None:
    others = medicine("Zoloft 50 mg", 0), medicine("Ultracet", 0), medicine("Naproxen 500 mg", 0), medicine("Soma", 0)
    found = answer(hazards, *MONTHS, *others, dose(30 * DAY, 0.4, "L", "beer"))
    assert found.body is not None
    assert [(met.name, met.written) for met in found.body.overlaps] == [
        ("naproxen", "naproxen 500 mg"),
        ("paracetamol", "ultracet"),
        ("tramadol", "ultracet"),
        ("sertraline", "zoloft 50 mg"),
    ]
    assert set(found.body.not_held) == {"carisoprodol", "alcohol"}
    assert "no half-life is held" in point(found, "Together with something else").said[0]
    assert "not a study" in " ".join(point(found, "Together with sertraline").said), "second-hand half-lives are shown as such"


def test_what_the_body_makes_of_a_medicine_is_said_where_it_stays_longer(hazards: Hazards) -> None:
    found = answer(hazards, *MONTHS, medicine("Prozac", 0))
    assert "Norfluoxetine" in " ".join(point(found, "Together with fluoxetine").said)


def test_what_was_used_before_these_weeks_is_not_asked_about(hazards: Hazards) -> None:
    found = answer(hazards, *MONTHS, medicine("sertraline", 0, 10 * DAY))
    assert found.body is not None and found.body.overlaps == () and found.body.not_held == ()


# --- what is and what is not kratom


def test_doses_of_a_seven_oh_product_are_never_folded_into_kratom(hazards: Hazards, usual: Exposed) -> None:
    tablet = product("t", kind="tablet", hydroxymitragynine_mg_per_g=60, mitragynine_mg_per_g=4)
    found = answer(hazards, tablet, *MONTHS, *(dose(day * DAY + 11, 5, product="t") for day in range(60)))
    assert found.apart == 60
    assert found.body is not None and usual.body is not None
    assert found.body.load.gone == usual.body.load.gone
    assert "60 of the doses" in point(found, "Not counted as kratom").said[0]


def test_an_isolate_of_nobody_knows_what_is_left_out_and_said(hazards: Hazards) -> None:
    found = answer(hazards, product("i", kind="isolate"), *MONTHS, dose(59 * DAY + 20, product="i"))
    assert found.unclear == 1
    assert "does not say what it holds" in point(found, "Not counted, as unclear").said[0]


def test_of_seven_oh_itself_nothing_in_the_body_is_held(hazards: Hazards) -> None:
    found = answer(hazards, *(dose(day * DAY, 15, "mg", "7-OH") for day in range(20)), substance="7-oh")
    assert found.body is None and found.held_as == "7-hydroxymitragynine"
    said = " ".join(point(found, "In the body").said)
    assert "not held here" in said and "No study in people of 7-OH" in said
    assert "convention" in " ".join(point(found, "Worn off").said)


def test_kratom_by_a_longer_name_is_kratom(hazards: Hazards) -> None:
    found = answer(
        hazards, *({**line, "substance": "Green Malay kratom powder"} for line in MONTHS), substance="green malay kratom powder"
    )
    assert found.held_as == "kratom" and found.body is not None


def test_a_substance_of_which_nothing_is_held_and_nothing_was_learned_has_no_section(hazards: Hazards) -> None:
    lines = [dose(day * DAY, 1, "cup", "chamomile") for day in range(20)]
    assert exposed(journal(*lines), "chamomile", knowledge(), END, hazards=hazards) is None
    felt = Learned("pain", Contrast("worn_off", 5.0, 3.0, 8.0, "h"))
    learned = exposed(journal(*lines), "chamomile", knowledge(), END, felt, hazards)
    assert learned is not None and learned.body is None and "Learned from" in text(learned)


def test_no_dose_no_answer(hazards: Hazards) -> None:
    assert exposed(journal(dose(0, 0.0)), "kratom", knowledge(), END, hazards=hazards) is None
    assert exposed(journal(dose(0)), "kratom", knowledge(), MIDNIGHT - timedelta(days=1), hazards=hazards) is None
    assert exposed(Journal(None, ()), "kratom", knowledge(), END, hazards=hazards) is None


@pytest.mark.parametrize("label", ["Maeng Da", "red vein"])
def test_a_name_on_the_label_is_said_to_say_nothing(label: str, hazards: Hazards, usual: Exposed) -> None:
    found = answer(hazards, product("p", kind="leaf_powder", label=label), *({**line, "product": "p"} for line in MONTHS))
    names = point(found, "Names on the label")
    assert label in names.label and "used for nothing else" in " ".join(names.said)
    assert {"strainpage", "sengnon2023"} <= set(names.citations)
    assert "Names on the label" not in text(usual)
    assert found.body is not None and usual.body is not None
    assert found.body.load.half_life == usual.body.load.half_life


# --- words


def test_the_section_says_that_nothing_was_measured_and_that_it_is_no_plan(usual: Exposed) -> None:
    made = told(usual)
    assert made.id == "exposure.kratom" and "not measured" in made.lead
    assert "not this person's blood" in text(usual) and "This is no plan" in text(usual)
    assert "8 % on average" in text(usual), "the misfit is shown"


def test_nothing_said_has_a_unit_of_concentration(usual: Exposed) -> None:
    assert not {"nM", "ng/mL", "µg/L", "mg/L"} & set(text(usual).split())
    assert {each.unit for p in told(usual).points for each in p.measures} <= {
        *("h", "days", "mg", "h a day", "share of days", "times the first day", "times the peak of one dose")
    }


def test_every_measure_is_in_order_and_every_citation_is_held(usual: Exposed) -> None:
    for each in told(usual).points:
        assert set(each.citations) <= knowledge().references.keys()
        for measure in each.measures:
            assert measure.value is not None
            assert (measure.low or 0) <= measure.value <= (np.inf if measure.high is None else measure.high)


def test_what_was_not_over_is_said_as_more_than() -> None:
    assert about(Band(9.6, 4.2, np.inf), "days", AFTER_D) == "about 9.6 days (4.2 to more than 60)"
    assert about(Band(np.inf, 40.0, np.inf), "days", AFTER_D) == "more than 60 days (40 to more than 60)"
    assert about(Band(np.inf, np.inf, np.inf), "days", AFTER_D) == "more than 60 days"


def test_where_ratings_fit_no_end_of_the_effect_what_was_assumed_is_told(hazards: Hazards) -> None:
    never = Learned("pain", Contrast("worn_off", 95.95, 95.95, 95.95, "h"))
    told_of = point(answer(hazards, *MONTHS, learned=never), "Worn off")
    assert "hardly fades" in told_of.said[-1] and "assumed beforehand" in told_of.said[-1]
    assert told_of.said[:-1] == point(answer(hazards, *MONTHS), "Worn off").said[:-1]


def test_a_share_of_days_that_is_the_same_for_everybody_has_no_range(hazards: Hazards) -> None:
    (days,) = [said for said in point(answer(hazards, *MONTHS, medicine("sertraline")), "Together").said if "of the days" in said]
    assert days.endswith("on over 99 % of the days.")


@pytest.mark.parametrize(("size", "said"), [(0.04, "0.0"), (5.25, "5.2"), (9.96, "10"), (123.4, "123")])
def test_numbers_have_the_digits_a_person_can_use(size: float, said: str) -> None:
    assert number(size) == said


@pytest.mark.parametrize(("share", "said"), [(0.0, "under 1 %"), (0.2, "20 %"), (0.999, "over 99 %"), (0.01, "1 %")])
def test_a_share_is_never_a_certainty(share: float, said: str) -> None:
    assert percent(share) == said


def test_what_was_learned_is_found_among_the_findings_of_that_substance() -> None:
    felt = Contrast("worn_off", 5.0, 3.0, 8.0, "h")
    refused = Finding("a", "person", "?", "", "not_enough_data", "very_low", (), Subject("kratom", "mood"))
    fitted = Finding("b", "person", "?", "", "helps", "low", (), Subject("kratom", "pain"), contrasts=(felt,))
    studied = replace(fitted, level="literature", subject=Subject("kratom", "sleep"))
    assert learned_from([studied, refused, fitted], "Kratom") == Learned("pain", felt)
    assert learned_from([fitted], "ibuprofen") is None
    assert learned_from([refused], "kratom") is None
