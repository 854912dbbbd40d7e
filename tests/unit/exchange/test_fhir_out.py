"""A journal as a bundle: each kind of record in its place, two independent libraries and rules of our own to check it."""

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from steelyard.exchange import jsonl
from steelyard.exchange.fhir_out import NO_DIAGNOSIS, bundle
from steelyard.findings.assemble import unweighed
from steelyard.records.model import Dose, Journal, Person, Rating
from steelyard.records.validate import validate

from .fhir_cases import CODES, JOURNAL, KNOWLEDGE, REPORT, at
from .fhir_rules import both_libraries, faults, walk

WRITTEN = [
    *(
        "Bundle",
        "Patient",
        "Medication",
        "MedicationStatement",
        "MedicationAdministration",
        "Observation",
        "QuestionnaireResponse",
    ),
    *("Questionnaire", "CarePlan", "Condition", "DetectedIssue", "RiskAssessment"),
]


def made(journal: Journal = JOURNAL, **more: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(bundle(journal, REPORT, CODES, **more))
    return parsed


def of(whole: dict[str, Any], kind: str, said: str) -> dict[str, Any]:
    """The resource of one kind whose identifier has this value."""
    marks = [(entry["resource"], entry["resource"].get("identifier")) for entry in whole["entry"]]
    found = [r for r, mark in marks if mark and (mark[0] if isinstance(mark, list) else mark)["value"] == said]
    [one] = [resource for resource in found if resource["resourceType"] == kind]
    return one


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return made()


def test_a_collection_with_every_kind_of_resource(whole: dict[str, Any]) -> None:
    assert (whole["resourceType"], whole["type"]) == ("Bundle", "collection")
    assert {entry["resource"]["resourceType"] for entry in whole["entry"]} == set(WRITTEN) - {"Bundle"}


def test_one_resource_for_each_record_but_the_photograph(whole: dict[str, Any]) -> None:
    """21 records: without the person (patient, weight, pregnancy, 2 conditions: 5) and the photograph 19; 1 summary, 1 warning, 2 answers."""
    assert len(whole["entry"]) == 19 + 5 + 1 + 1 + 2


def test_a_dose_is_what_was_given_with_unit_route_and_product(whole: dict[str, Any]) -> None:
    dose = of(whole, "MedicationAdministration", "d1")
    assert dose["dosage"]["dose"] == {"value": 2.5, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"}
    assert dose["effectiveDateTime"] == "2026-03-01T08:00:00-06:00"
    assert dose["note"] == [{"text": "with tea"}]
    leaf = of(whole, "Medication", "leaf")
    assert dose["medicationReference"] == {"reference": f"urn:uuid:{leaf['id']}"}


def test_an_unknown_amount_is_said_to_be_unknown_and_zero_is_zero(whole: dict[str, Any]) -> None:
    unknown = of(whole, "MedicationAdministration", "d2")["dosage"]["dose"]
    assert "value" not in unknown
    assert [one["valueCode"] for one in unknown["extension"]] == ["unknown"]
    zero = of(whole, "MedicationAdministration", "d3")
    assert zero["dosage"]["dose"] == {"value": 0.0, "unit": "capsule"}
    assert zero["medicationCodeableConcept"] == {"text": "kratom"}
    assert zero["supportingInformation"] == [{"display": "gone"}]


def test_leaf_is_text_and_only_a_measured_content_is_coded(whole: dict[str, Any]) -> None:
    leaf = of(whole, "Medication", "leaf")
    assert leaf["code"] == {"text": "kratom", "coding": [{"display": "green"}]}
    [content] = leaf["ingredient"]
    assert content["itemCodeableConcept"]["coding"][0]["code"] == "EP479K822J"
    assert content["strength"]["numerator"]["value"] == 14.5
    bare = made(Journal(None, (replace(JOURNAL.records[1], mitragynine_mg_per_g=None), *JOURNAL.of(Dose))))
    assert "EP479K822J" not in json.dumps(bare)


def test_a_rating_on_the_pain_scale_is_coded_and_one_on_an_own_scale_is_text(whole: dict[str, Any]) -> None:
    pain, jaw = of(whole, "Observation", "r1"), of(whole, "Observation", "r2")
    assert pain["code"]["coding"][0]["code"] == "72514-3"
    assert (pain["valueQuantity"]["value"], pain["valueQuantity"]["code"]) == (6.0, "{score}")
    assert pain["method"] == {"text": "prompt"}
    assert jaw["code"] == {"text": "jaw"}
    assert jaw["valueQuantity"] == {"value": 2.0}


@pytest.mark.parametrize(("record", "code"), [("l1", "1742-6"), ("l2", "14631-6"), ("l3", None)])
def test_a_test_is_coded_for_its_kind_of_quantity_only(whole: dict[str, Any], record: str, code: str | None) -> None:
    """Bilirubin in moles has another code than in milligrams, ferritin in drops has none."""
    coding = of(whole, "Observation", record)["code"].get("coding", [{"code": None}])
    assert coding[0]["code"] == code


def test_a_result_keeps_the_laboratorys_limits(whole: dict[str, Any]) -> None:
    [limits] = of(whole, "Observation", "l1")["referenceRange"]
    assert (limits["low"]["value"], limits["high"]["value"], limits["high"]["code"]) == (7.0, 40.0, "U/L")


def test_answers_keep_the_place_of_one_that_was_not_given(whole: dict[str, Any]) -> None:
    answers = of(whole, "QuestionnaireResponse", "a1")
    assert [len(item.get("answer", [])) for item in answers["item"]] == [1, 0, 1]
    assert answers["contained"][0]["title"] == "phq9"


def test_a_medicine_with_an_end_is_over_and_one_without_goes_on(whole: dict[str, Any]) -> None:
    assert of(whole, "MedicationStatement", "m1")["status"] == "active"
    assert of(whole, "MedicationStatement", "m2")["status"] == "completed"


def test_the_doses_are_summed_up_once_more(whole: dict[str, Any]) -> None:
    """Three doses in two units: no middle amount is said."""
    summary = of(whole, "MedicationStatement", "kratom")
    assert summary["dosage"][0]["text"] == "3 doses written down. Made from the single doses in this file."
    assert summary["effectivePeriod"] == {"start": "2026-03-01T08:00:00-06:00", "end": "2026-03-03T08:00:00-06:00"}


def test_the_middle_amount_is_the_median_of_those_known() -> None:
    doses = [
        Dose(time=at(day), substance="kratom", amount=amount, unit="g")
        for day, amount in ((1, 2.0), (2, 9.0), (3, 3.0), (4, None))
    ]
    said = of(made(Journal(None, tuple(doses))), "MedicationStatement", "kratom")["dosage"][0]["text"]
    assert said.startswith("4 doses written down, middle amount 3 g.")


def test_a_warning_is_preliminary_and_names_its_source(whole: dict[str, Any]) -> None:
    issue = of(whole, "DetectedIssue", "interactions.sertraline")
    assert (issue["status"], issue["severity"], issue["code"]["text"]) == ("preliminary", "moderate", "Kratom and sertraline")
    assert issue["evidence"] == [{"code": [{"text": "Smith 2020, A study"}]}]
    assert "Ask a pharmacist." in issue["detail"]


def test_an_answer_is_no_diagnosis_and_its_probability_is_a_percentage(whole: dict[str, Any]) -> None:
    answer = of(whole, "RiskAssessment", "person.relief.kratom.pain")
    assert answer["status"] == "preliminary"
    assert answer["note"][0]["text"] == NO_DIAGNOSIS
    assert "not a diagnosis" in NO_DIAGNOSIS
    assert answer["note"][1]["text"] == "Certainty: very low. Few days."
    [prediction] = answer["prediction"]
    assert prediction["probabilityDecimal"] == pytest.approx(98.765)
    assert prediction["rationale"] == "It relieves by 1.2 points."


def test_of_harm_no_probability_of_relief_is_told(whole: dict[str, Any]) -> None:
    [prediction] = of(whole, "RiskAssessment", "person.harm.kratom.pain")["prediction"]
    assert "probabilityDecimal" not in prediction


def test_there_is_no_name_unless_one_is_given(whole: dict[str, Any]) -> None:
    patient = whole["entry"][0]["resource"]
    assert set(patient) == {"resourceType", "id", "identifier", "gender", "birthDate"}
    assert made(name="Ada Example")["entry"][0]["resource"]["name"] == [{"text": "Ada Example"}]


def test_withdrawn_records_stay_at_home() -> None:
    gone = Journal(None, tuple(replace(record, deleted=True) for record in JOURNAL.records))
    assert {entry["resource"]["resourceType"] for entry in made(gone)["entry"]} == {"Patient", "DetectedIssue", "RiskAssessment"}


def test_the_same_journal_gives_the_same_bytes() -> None:
    shuffled = Journal(JOURNAL.header, tuple(reversed(JOURNAL.records)))
    assert bundle(shuffled, REPORT, CODES) == bundle(JOURNAL, REPORT, CODES)


def test_names_stay_when_the_journal_grows(whole: dict[str, Any]) -> None:
    grown = made(Journal(JOURNAL.header, (*JOURNAL.records, Rating(id="new", time=at(20), scale="pain", value=1.0))))
    assert {entry["fullUrl"] for entry in whole["entry"]} < {entry["fullUrl"] for entry in grown["entry"]}


def test_two_people_without_a_name_are_two_people() -> None:
    mine, yours = (made(Journal(None, (Dose(id="d", time=at(day), substance="kratom"),))) for day in (1, 2))
    assert not {entry["fullUrl"] for entry in mine["entry"]} & {entry["fullUrl"] for entry in yours["entry"]}


@pytest.mark.parametrize(("hours", "written"), [(14, "2026-03-01T22:00:00+14:00"), (15, "2026-03-01T07:00:00+00:00")])
def test_an_offset_that_fhir_does_not_know_becomes_universal_time(hours: int, written: str) -> None:
    time = datetime(2026, 3, 1, 22, tzinfo=timezone(timedelta(hours=hours)))
    whole = made(Journal(None, (Dose(id="d", time=time, substance="x"),)))
    assert of(whole, "MedicationAdministration", "d")["effectiveDateTime"] == written


def test_letters_that_fhir_forbids_become_spaces() -> None:
    whole = made(Journal(None, (Dose(id="d\x01", time=at(1), substance="a\u00a0b\u2028c", note="\x1f می\u200cشود"),)))
    dose = of(whole, "MedicationAdministration", "d ")
    assert (dose["medicationCodeableConcept"]["text"], dose["note"]) == ("a b c", [{"text": "  می\u200cشود"}])


def test_every_kind_of_record_passes_both_libraries_and_our_rules(whole: dict[str, Any]) -> None:
    both_libraries(whole)
    assert faults(whole) == []


@pytest.mark.parametrize("name", ["with-warnings", "too-short-to-tell", "randomised-days", "half-a-year-felt"])
def test_the_bundles_of_the_example_journals_pass_as_well(root: Path, name: str) -> None:
    journal, problems = validate(jsonl.read(root / f"examples/{name}.jsonl"), KNOWLEDGE.scales, None)
    whole = json.loads(bundle(journal, unweighed(journal, problems, KNOWLEDGE, sha256=""), CODES))
    both_libraries(whole)
    assert faults(whole) == []
    assert len(whole["entry"]) > len(journal.records) - 1


def test_a_journal_of_nothing_passes() -> None:
    nothing = replace(REPORT, alerts=(), findings=())
    whole = json.loads(bundle(Journal(None, ()), nothing, CODES))
    both_libraries(whole)
    assert [entry["resource"]["resourceType"] for entry in whole["entry"]] == ["Patient"]


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_two_libraries_know_the_same_fields_of_each_kind_written(kind: str) -> None:
    """One has R4 (4.0.1), the other R4B (4.3.0): for these kinds that is the same."""
    r4 = getattr(import_module(f"fhirclient.models.{kind.lower()}"), kind)()
    r4b = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    names = {name for _, name, *_ in r4.elementProperties()}
    theirs = {field.alias or name for name, field in r4b.model_fields.items()}
    technical = {name for name in theirs if name.startswith("_")} | {"resourceType", "resource_type", "fhir_comments"}
    assert names - theirs == set()
    assert theirs - names - technical == set()


def _first(whole: dict[str, Any], kind: str) -> dict[str, Any]:
    resource: dict[str, Any] = next(e["resource"] for e in whole["entry"] if e["resource"]["resourceType"] == kind)
    return resource


def _pain(whole: dict[str, Any]) -> dict[str, Any]:
    return of(whole, "Observation", "r1")


PLANTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "reference": lambda w: _pain(w)["subject"].update(reference="Patient/elsewhere"),
    "twice": lambda w: w["entry"].append(w["entry"][-1]),
    "name": lambda w: w["entry"][3].update(fullUrl="urn:uuid:00000000-0000-8000-a000-000000000000"),
    "loinc": lambda w: _pain(w)["code"]["coding"][0].update(code="72541-3"),
    "ucum": lambda w: of(w, "Observation", "l1")["valueQuantity"].update(code="mIU/L"),
    "system": lambda w: _pain(w)["valueQuantity"].pop("system"),
    "unii": lambda w: of(w, "Medication", "leaf")["ingredient"][0]["itemCodeableConcept"]["coding"][0].update(code="754HG7WK00"),
    "category": lambda w: _pain(w)["category"][0]["coding"][0].update(code="labor"),
    "range": lambda w: _pain(w)["valueQuantity"].update(value=60),
    "dose": lambda w: _first(w, "MedicationAdministration")["dosage"]["dose"].pop("value"),
    "period": lambda w: _first(w, "CarePlan")["period"].update(end="2020-01-01T00:00:00Z"),
    "limits": lambda w: of(w, "Observation", "l1")["referenceRange"][0]["low"].update(value=400),
    "text": lambda w: _first(w, "CarePlan").update(title=""),
    "time": lambda w: _pain(w).update(effectiveDateTime="2026-03-01T08:00:00"),
    "empty": lambda w: _pain(w).update(method={}),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_each_rule_finds_a_planted_fault(whole: dict[str, Any], rule: str) -> None:
    faulty = copy.deepcopy(whole)
    PLANTED[rule](faulty)
    assert rule in {found.partition(":")[0] for found in faults(faulty)}


def test_no_text_of_a_person_is_in_a_name(whole: dict[str, Any]) -> None:
    """Whoever knows one name of a resource cannot tell from it what was taken."""
    said = " ".join(
        value for path, value in walk(whole) if path and path[-1] in ("id", "fullUrl", "reference") and isinstance(value, str)
    )
    assert not any(word in said for word in ("kratom", "pain", "sertraline"))


def test_an_unusual_person_passes() -> None:
    """Of two records of the person the last counts; a year that is no year is left out."""
    odd = Journal(None, (Person(id="a", birth_year=1950), Person(id="b", birth_year=19790, conditions=("",))))
    whole = made(odd)
    both_libraries(whole)
    assert faults(whole) == []
    assert "birthDate" not in whole["entry"][0]["resource"]
