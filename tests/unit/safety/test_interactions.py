"""Medicines against kratom and 7-OH: what is known, what was guessed, what is past, and what nobody could check."""

import pytest

from steelyard.safety.model import Alert

from .warned import ago, daily, dose, hazards, ids, medicine, warned

KRATOM_AND = [
    ("diazepam", {"kratom.depressants"}),
    ("Valium 5 mg", {"kratom.depressants"}),
    ("Lyrica", {"kratom.depressants"}),
    ("baclofen", {"kratom.depressants"}),
    ("Benadryl", {"kratom.depressants"}),
    ("zolpidem", {"kratom.depressants"}),
    ("phenobarbital", {"kratom.depressants", "kratom.cyp3a_inducers"}),
    ("Seroquel", {"kratom.quetiapine", "kratom.cyp3a_substrates", "kratom.heart_rhythm"}),
    ("Zocor", {"kratom.cyp3a_substrates"}),
    ("Eliquis", {"kratom.cyp3a_substrates"}),
    ("metoprolol", {"kratom.cyp2d6_substrates"}),
    ("ondansetron", {"kratom.heart_rhythm"}),
    ("Wellbutrin XL", {"kratom.seizures"}),
    ("sertraline", {"kratom.serotonin"}),
    ("Effexor", {"kratom.serotonin"}),
    ("phenelzine", {"kratom.serotonin"}),
    ("linezolid", {"kratom.serotonin"}),
    ("naltrexone", {"kratom.opioid_blockers"}),
    ("Suboxone", {"kratom.depressants", "kratom.partial_agonists"}),
    ("grapefruit juice", {"kratom.cyp3a_inhibitors"}),
    ("rifampicin", {"kratom.cyp3a_inducers"}),
    ("St John's Wort", {"kratom.cyp3a_inducers", "kratom.serotonin"}),
    ("paracetamol", {"kratom.liver"}),
    ("methotrexate", {"kratom.liver"}),
    ("digoxin", {"kratom.p_glycoprotein"}),
    ("loperamide", {"kratom.p_glycoprotein"}),
    ("tramadol", {"kratom.depressants", "kratom.cyp2d6_substrates", "kratom.seizures", "kratom.serotonin"}),
]


@pytest.mark.parametrize(("name", "expected"), KRATOM_AND, ids=lambda value: value if isinstance(value, str) else "")
def test_each_class_meets_its_rule(name: str, expected: set[str]) -> None:
    assert ids(dose(), medicine(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("diazepam", {"7-hydroxymitragynine.depressants"}),
        ("naltrexone", {"7-hydroxymitragynine.opioid_blockers"}),
        ("buprenorphine", {"7-hydroxymitragynine.depressants", "7-hydroxymitragynine.opioid_blockers"}),
        ("sertraline", {"7-hydroxymitragynine.not_studied"}),
        ("digoxin", {"7-hydroxymitragynine.not_studied"}),
        ("metoprolol", {"7-hydroxymitragynine.not_studied"}),
    ],
)
def test_seven_oh_has_rules_of_its_own(name: str, expected: set[str]) -> None:
    assert ids(dose("7-OH"), medicine(name)) == expected | {"doses.seven_oh"}


def test_every_class_is_in_some_rule_of_each_substance() -> None:
    """A medicine that is known and in no rule would pass as checked without having been."""
    for substance in hazards().substances:
        ruled = {name for row in hazards().of(substance) for name in row.classes}
        assert ruled == set(hazards().medicines.classes), substance


def only(found: dict[str, Alert], id_: str) -> Alert:
    assert id_ in found, found.keys()
    return found[id_]


def test_one_warning_names_all_medicines_it_concerns() -> None:
    said = only(warned(dose(), medicine("diazepam"), medicine("Lyrica"), medicine("Valium 10 mg")), "kratom.depressants")
    assert said.title.startswith("Kratom and ")
    assert {"diazepam", "diazepam (Valium)", "pregabalin (Lyrica)"} == set(
        said.title.removeprefix("Kratom and ").partition(":")[0].replace(" and ", ", ").split(", ")
    )


def test_a_combination_is_each_of_its_parts() -> None:
    assert ids(dose(), medicine("Percocet 5/325")) == {"kratom.depressants", "kratom.cyp2d6_substrates", "kratom.liver"}
    assert "kratom.liver" in ids(dose(), medicine("Tramadol + Paracetamol 37.5/325 mg"))


def test_a_guess_is_said_and_never_silent() -> None:
    said = only(warned(dose(), medicine("Sertralin 50 mg")), "kratom.serotonin")
    assert "“Sertralin 50 mg” was read as sertraline." in said.why
    exact = only(warned(dose(), medicine("Sertraline 50 mg")), "kratom.serotonin")
    assert "was read as" not in exact.why


def test_a_medicine_nobody_knows_is_said_to_be_unchecked() -> None:
    found = warned(dose(), medicine("Examplamid forte"), medicine("diazepam"))
    said = only(found, "unchecked.medicines")
    assert said.title == "Not checked: Examplamid forte"
    assert said.severity == "note"
    assert "does not mean that they go well with kratom" in said.why
    assert "unchecked.medicines" not in warned(dose(), medicine("diazepam"))


def test_a_name_that_could_be_two_medicines_is_left_to_the_person() -> None:
    """`orazepam` is one letter from lorazepam, from oxazepam and from prazepam."""
    found = warned(dose(), medicine("orazepam"))
    assert "kratom.depressants" not in found
    said = only(found, "unchecked.medicines")
    assert "“orazepam” could mean " in said.why
    assert all(name in said.why for name in ("lorazepam", "oxazepam", "prazepam"))


def test_a_long_name_is_cut_where_it_is_shown() -> None:
    said = only(warned(dose(), medicine("x" * 500)), "unchecked.medicines")
    assert len(said.title) < 100


# --- when it counts ---


def test_a_medicine_counts_from_its_first_to_its_last_day() -> None:
    assert ids(dose(), medicine("diazepam", ago(100), ago(0))) == {"kratom.depressants"}
    assert ids(dose(), medicine("diazepam", ago(0))) == {"kratom.depressants"}
    assert ids(dose(), medicine("diazepam", ago(-1))) == set()
    assert ids(dose(), medicine("diazepam", ago(100), ago(1))) == set()


def test_taken_over_the_same_time_and_over_now_is_told_as_past() -> None:
    both = (daily(60, 40), medicine("diazepam", ago(90), ago(45)))
    found = warned(*both)
    assert {key for key in found if not key.startswith("labs.")} == {"past.interaction.kratom"}
    assert found["past.interaction.kratom"].severity == "note"
    assert "diazepam" in found["past.interaction.kratom"].title
    assert ids(daily(60, 40), medicine("diazepam", ago(30), ago(20))) == set()
    assert ids(daily(60, 40), medicine("ibuprofen", ago(90), ago(45))) == set()
    assert ids(daily(60, 0), medicine("diazepam", ago(90), ago(45))) == {"past.interaction.kratom"}


def test_no_longer_taking_the_substance_makes_it_past_too() -> None:
    assert ids(dose(days=14), medicine("diazepam")) == {"kratom.depressants"}
    assert ids(dose(days=15), medicine("diazepam")) == {"past.interaction.kratom"}


def test_zero_and_later_doses_were_not_taken_and_unknown_amounts_were() -> None:
    assert ids(dose(amount=0), medicine("diazepam")) == set()
    assert ids(dose(days=-1), medicine("diazepam")) == set()
    assert ids(dose(amount=None), medicine("diazepam")) == {"kratom.depressants"}


def test_medicines_in_the_dose_log_are_checked_too() -> None:
    assert ids(dose(), dose("sertraline", days=3)) == {"kratom.serotonin"}
    assert ids(dose(), dose("sertraline", days=14)) == {"kratom.serotonin"}
    assert ids(dose(), dose("sertraline", days=14.01)) == set()
    assert ids(dose(days=13.9), dose("sertraline", days=15), dose("sertraline", days=13)) == {"kratom.serotonin"}


def test_single_sedating_doses_are_left_to_the_rule_that_looks_at_hours() -> None:
    assert ids(dose(), dose("diazepam", days=3)) == set()
    assert ids(dose(), dose("diazepam", hours=3)) == {"doses.together.diazepam-kratom"}


# --- what no rule looked at ---


def test_a_substance_without_rules_is_said_to_be_unchecked_beside_medicines() -> None:
    said = only(warned(dose("ibuprofen"), medicine("sertraline")), "unchecked.substances")
    assert "ibuprofen" in said.title
    assert ids(dose("ibuprofen")) == set()
    assert ids(dose("ibuprofen"), medicine("sertraline", to=ago(5))) == set()
    assert ids(dose("ibuprofen"), dose(), medicine("sertraline")) == {"kratom.serotonin", "unchecked.medicines"}


def test_each_warning_carries_where_its_medicines_were_seen_in_their_class() -> None:
    said = only(warned(dose(), medicine("diazepam")), "kratom.depressants")
    assert {"whoatc2026", "whoecdd2021", "post2019"} <= set(said.citations)
    assert "msd2026antihistamines" not in said.citations
    assert said.grade == "C"
