"""What is taken of bundles from elsewhere, what is left out and why, and our own bundles read back."""

import io
import json
import socket
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from steelyard.exchange import fhir_in
from steelyard.exchange.fhir_out import bundle
from steelyard.exchange.foreign import LeftOut, Told
from steelyard.exchange.mapping import Mapping
from steelyard.records.model import Dose, Journal, Lab, Medicine, Person, Problem, Rating
from steelyard.records.validate import validate

from .fhir_cases import CODES, JOURNAL, KNOWLEDGE, REPORT

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
PAIN = {
    "resourceType": "Observation",
    "id": "pain-1",
    "status": "final",
    "code": {"coding": [{"system": LOINC, "code": "72514-3"}]},
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2026-03-01T08:00:00-06:00",
    "valueQuantity": {"value": 4, "unit": "{score}"},
}
FERRITIN = {
    **PAIN,
    "id": "lab-1",
    "code": {"coding": [{"system": LOINC, "code": "2276-4"}]},
    "valueQuantity": {"value": 30, "unit": "ng/ml", "system": UCUM, "code": "ng/mL"},
}
STATEMENT = {
    "resourceType": "MedicationStatement",
    "id": "m",
    "status": "active",
    "subject": {"reference": "Patient/p"},
    "medicationCodeableConcept": {"text": "sertraline"},
    "effectivePeriod": {"start": "2025-06-01T00:00:00Z"},
}
REQUEST = {
    "resourceType": "MedicationRequest",
    "id": "q",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p"},
    "medicationCodeableConcept": {"coding": [{"display": "ibu\u200bprofen 600 mg"}]},
    "authoredOn": "2026-01-02T10:00:00Z",
}
ADMINISTRATION = {
    "resourceType": "MedicationAdministration",
    "id": "g",
    "status": "completed",
    "subject": {"reference": "Patient/p"},
    "medicationCodeableConcept": {"text": "ketorolac"},
    "effectiveDateTime": "2026-01-02T10:00:00Z",
}
CONDITION = {
    "resourceType": "Condition",
    "id": "k",
    "subject": {"reference": "Patient/p"},
    "code": {"text": "Fibromyalgia (disorder)"},
}
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"family": "Example"}],
    "gender": "female",
    "birthDate": "1955-10-23",
    "address": [{"state": "TN", "country": "US"}],
}


def whole(*resources: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}).encode()


def taken(content: bytes, zone: str | None = None) -> tuple[Journal, list[Problem], list[LeftOut]]:
    """The journal, the problems and what was left out of a file."""
    left: list[LeftOut] = []
    rows = []
    for row in fhir_in.read(io.BytesIO(content), Told(Mapping(zone=zone), KNOWLEDGE.scales, CODES)):
        if isinstance(row, LeftOut):
            left.append(row)
        else:
            rows.append(row)
    journal, problems = validate(rows, KNOWLEDGE.scales, None)
    return journal, problems, left


def why(*resources: Any) -> list[str]:
    """Why each kind of resource was left out, in order."""
    return [one.why for one in taken(whole(*resources))[2]]


def test_a_pain_score_becomes_a_rating_with_its_own_offset() -> None:
    [rating] = taken(whole(PAIN))[0].of(Rating)
    assert (rating.scale, rating.value, rating.time.isoformat()) == ("pain", 4.0, "2026-03-01T08:00:00-06:00")


@pytest.mark.parametrize("system", ["https://loinc.org/72514-3/", "https://loinc.org", "http://loinc.org/"])
def test_loinc_is_known_by_the_addresses_people_write(system: str) -> None:
    coded = {**PAIN, "code": {"coding": [{"system": system, "code": "72514-3"}]}}
    assert len(taken(whole(coded))[0].of(Rating)) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": {"coding": [{"system": "urn:oid:1.2.3", "code": "72514-3"}]}}, "a measurement that a journal has no place for"),
        ({"status": "entered-in-error"}, "withdrawn, planned or not done"),
        ({"valueQuantity": None, "component": [{}]}, "several values in one"),
        ({"valueQuantity": None, "valueCodeableConcept": {"text": "severe"}}, "an answer in words, not a number"),
        ({"valueQuantity": None, "valueString": "4"}, "an answer in words, not a number"),
        ({"valueQuantity": None}, "without a value"),
        ({"valueQuantity": {"value": 4, "comparator": "<"}}, "only a bound is known, not the value"),
        ({"effectiveDateTime": None}, "without a time"),
    ],
)
def test_an_observation_that_says_no_rating_is_left_out_with_the_reason(change: dict[str, Any], reason: str) -> None:
    changed = {name: value for name, value in {**PAIN, **change}.items() if value is not None}
    assert why(changed) == [reason]


def test_a_measurement_without_a_place_is_named() -> None:
    [left] = taken(whole({**PAIN, "code": {"text": "Body Height"}}))[2]
    assert left.what == "Body Height"


def test_the_time_it_was_issued_serves_where_no_other_is_given() -> None:
    issued = {**PAIN, "issued": "2019-06-15T16:00:00.000Z", "effectiveDateTime": None}
    [rating] = taken(whole({name: value for name, value in issued.items() if value}))[0].of(Rating)
    assert rating.time.isoformat() == "2019-06-15T16:00:00+00:00"


def test_a_pain_score_off_the_scale_is_refused_and_the_rest_is_kept() -> None:
    journal, problems, _ = taken(whole({**PAIN, "valueQuantity": {"value": 60}}, {**PAIN, "id": "other"}))
    assert len(journal.of(Rating)) == 1
    assert [(problem.line, problem.code) for problem in problems] == [(1, "rating.off_scale")]


def test_a_known_test_gets_the_journals_name_and_the_ucum_unit() -> None:
    ranged = {
        **FERRITIN,
        "referenceRange": [{"low": {"value": 15, "unit": "ng/ml"}, "high": {"value": 150, "code": "ng/mL", "system": UCUM}}],
    }
    [lab] = taken(whole(ranged))[0].of(Lab)
    assert (lab.test, lab.value, lab.unit) == ("ferritin", 30.0, "ng/mL")
    assert (lab.low, lab.high) == (None, 150.0)  # the lower limit is in a unit that is not said to be the same


def test_an_unknown_test_of_a_laboratory_keeps_its_name_and_any_other_is_left_out() -> None:
    sodium = {**FERRITIN, "code": {"text": "Sodium"}, "category": [{"coding": [{"code": "laboratory"}]}]}
    [lab] = taken(whole(sodium))[0].of(Lab)
    assert lab.test == "Sodium"
    assert why({**sodium, "category": [{"coding": [{"code": "vital-signs"}]}]}) == [
        "a measurement that a journal has no place for"
    ]


def test_blood_counts_per_microlitre_are_the_same_number_in_the_journals_unit() -> None:
    cells = {**FERRITIN, "valueQuantity": {"value": 6.1, "system": UCUM, "code": "10*3/uL"}}
    [lab] = taken(whole(cells))[0].of(Lab)
    assert (lab.value, lab.unit) == (6.1, "10*9/L")


def test_a_result_without_a_unit_is_left_out() -> None:
    assert why({**FERRITIN, "valueQuantity": {"value": 30}}) == ["a result without a unit"]


def test_a_statement_is_a_medicine_that_goes_on_and_a_request_says_that_it_is_one() -> None:
    dosed = {**REQUEST, "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablets"}}]}]}
    medicines = {medicine.name: medicine for medicine in taken(whole(STATEMENT, dosed))[0].of(Medicine)}
    assert medicines["sertraline"].to is None
    assert medicines["sertraline"].note is None
    asked = medicines["ibuprofen 600 mg"]
    assert (asked.note, asked.dose) == ("prescribed; whether it was taken is not said", "2 tablets")


@pytest.mark.parametrize(
    ("resource", "change", "reason"),
    [
        (STATEMENT, {"status": "not-taken"}, "withdrawn, planned or not done"),
        (STATEMENT, {"status": "stopped"}, "ended, but when is not said"),
        (STATEMENT, {"medicationCodeableConcept": {}}, "without a name, or named only in another place; nothing is fetched"),
        (REQUEST, {"doNotPerform": True}, "withdrawn, planned or not done"),
        (REQUEST, {"intent": "proposal"}, "withdrawn, planned or not done"),
        (ADMINISTRATION, {"status": "not-done"}, "withdrawn, planned or not done"),
        (ADMINISTRATION, {"effectiveDateTime": None}, "without a time"),
        (ADMINISTRATION, {"medicationCodeableConcept": {}}, "without a name, or named only in another place; nothing is fetched"),
        (CONDITION, {"clinicalStatus": {"coding": [{"code": "resolved"}]}}, "a condition that is past or was ruled out"),
        (CONDITION, {"verificationStatus": {"coding": [{"code": "refuted"}]}}, "a condition that is past or was ruled out"),
        (CONDITION, {"abatementDateTime": "2020"}, "a condition that is past or was ruled out"),
        (CONDITION, {"code": {}}, "without a name, or named only in another place; nothing is fetched"),
    ],
)
def test_what_is_not_taken_or_no_longer_so_is_left_out(resource: dict[str, Any], change: dict[str, Any], reason: str) -> None:
    changed = {name: value for name, value in {**resource, **change}.items() if value is not None}
    assert why(changed) == [reason]


def test_a_medicine_with_an_end_keeps_it() -> None:
    ended = {
        **STATEMENT,
        "status": "completed",
        "effectivePeriod": {"start": "2025-06-01T00:00:00Z", "end": "2025-07-01T00:00:00Z"},
    }
    [medicine] = taken(whole(ended))[0].of(Medicine)
    assert medicine.to is not None
    assert medicine.to.isoformat() == "2025-07-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "naming",
    [
        {"medicationReference": {"reference": "Medication/med"}},
        {"medicationReference": {"reference": "urn:uuid:med"}},
        {
            "medicationReference": {"reference": "#in"},
            "contained": [{"resourceType": "Medication", "id": "in", "code": {"text": "naproxen"}}],
        },
        {"medicationReference": {"reference": "https://elsewhere.example/Medication/9", "display": "naproxen"}},
    ],
)
def test_a_medicine_named_elsewhere_in_the_bundle_is_found(naming: dict[str, Any]) -> None:
    described = {"resourceType": "Medication", "id": "med", "code": {"text": "naproxen"}}
    statement = {name: value for name, value in {**STATEMENT, **naming}.items() if name != "medicationCodeableConcept"}
    assert [medicine.name for medicine in taken(whole(statement, described))[0].of(Medicine)] == ["naproxen"]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    away = {"medicationReference": {"reference": "https://elsewhere.example/Medication/9"}}
    statement = {name: value for name, value in {**STATEMENT, **away}.items() if name != "medicationCodeableConcept"}
    assert why(statement) == ["without a name, or named only in another place; nothing is fetched"]


def test_a_dose_without_an_amount_is_a_dose_of_unknown_amount() -> None:
    given = {**ADMINISTRATION, "id": "h", "dosage": {"dose": {"value": 30, "unit": "mg"}, "route": {"text": "intramuscular"}}}
    unknown, known = sorted(taken(whole(ADMINISTRATION, given))[0].of(Dose), key=lambda dose: dose.amount or 0)
    assert (unknown.substance, unknown.amount, unknown.route) == ("ketorolac", None, "oral")
    assert (known.amount, known.unit, known.route) == (30.0, "mg", "intramuscular")


def test_the_person_is_put_together_and_the_name_stays_where_it_is() -> None:
    older, newer = (
        {
            **PAIN,
            "id": day,
            "code": {"coding": [{"system": LOINC, "code": "29463-7"}]},
            "effectiveDateTime": day,
            "valueQuantity": {"value": kg, "unit": "kg"},
        }
        for day, kg in (("2020-01-01", 70), ("2024-01-01", 64))
    )
    for order in ((older, newer), (newer, older)):
        journal, _, left = taken(whole(PATIENT, CONDITION, *order))
        [person] = journal.of(Person)
        assert (person.birth_year, person.sex, person.place, person.weight_kg) == (1955, "female", "US-TN", 64.0)
        assert person.conditions == ("Fibromyalgia (disorder)",)
        assert [one.why for one in left] == ["an earlier body weight; a journal holds the latest"]
        assert "Example" not in repr(journal)


def test_a_weight_in_pounds_is_left_out() -> None:
    pounds = {**PAIN, "code": {"coding": [{"system": LOINC, "code": "29463-7"}]}, "valueQuantity": {"value": 150, "unit": "lb"}}
    assert why(pounds) == ["not in kg"]


@pytest.mark.parametrize(
    ("state", "country", "place"), [("Massachusetts", "US", "US"), ("TN", None, None), (None, "Germany", None)]
)
def test_a_place_is_taken_only_as_a_code(state: str | None, country: str | None, place: str | None) -> None:
    address = {name: value for name, value in {"state": state, "country": country}.items() if value}
    [person] = taken(whole({**PATIENT, "address": [address]}))[0].of(Person)
    assert person.place == place


def test_what_is_about_another_person_is_left_out() -> None:
    child = {**PATIENT, "id": "child"}
    theirs = {**PAIN, "id": "theirs", "subject": {"reference": "Patient/child"}}
    journal, _, left = taken(whole(theirs, PATIENT, child, PAIN))
    assert len(journal.of(Rating)) == 1
    assert Counter({one.what: one.count for one in left}) == {"Observation": 1, "Patient": 1}
    assert {one.why for one in left} == {"about another person"}


def test_without_a_patient_the_first_spoken_of_is_meant() -> None:
    theirs = {**PAIN, "id": "theirs", "subject": {"reference": "Patient/child"}}
    assert [rating.value for rating in taken(whole(PAIN, theirs))[0].of(Rating)] == [4.0]


def test_a_kind_without_a_place_is_counted() -> None:
    left = taken(whole({"resourceType": "Claim"}, PAIN, {"resourceType": "Claim"}, {"resourceType": "Claim"}))[2]
    assert [(one.what, one.count, one.line) for one in left] == [("Claim", 3, 1)]


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({**PAIN, "valueQuantity": {"value": "four"}}, "$.valueQuantity.value"),
        ({**PAIN, "code": []}, "$.code"),
        ({**PAIN, "status": 7}, "$.status"),
        ({**PAIN, "subject": "Patient/p"}, "$.subject"),
        ({"id": "nothing"}, "resourceType"),
        ("text", "object"),
    ],
)
def test_a_broken_resource_costs_itself_only_and_its_value_is_not_repeated(broken: Any, place: str) -> None:
    journal, problems, [left] = taken(whole(broken, PAIN))
    assert len(journal.of(Rating)) == 1
    assert left.line == 1
    assert place in left.why
    assert "four" not in left.why
    assert problems == []


def test_entries_that_are_no_objects_cost_themselves() -> None:
    content = json.dumps({"resourceType": "Bundle", "entry": [1, None, [], {"resource": PAIN}, {"request": {}}]}).encode()
    journal, _, left = taken(content)
    assert len(journal.of(Rating)) == 1
    assert sum(one.count for one in left) == 4


def test_the_same_resource_twice_is_one_record_and_the_later_counts() -> None:
    journal, problems, _ = taken(whole(PAIN, {**PAIN, "valueQuantity": {"value": 5}}))
    assert [rating.value for rating in journal.of(Rating)] == [5.0]
    assert [problem.code for problem in problems] == ["id.duplicate"]


def test_resources_without_names_are_told_apart_and_named_the_same_again() -> None:
    nameless = {name: value for name, value in PAIN.items() if name != "id"}
    journal = taken(whole(nameless, nameless))[0]
    assert len({rating.id for rating in journal.of(Rating)}) == 2
    assert taken(whole(nameless, nameless))[0] == journal


def test_a_single_resource_is_read_like_a_bundle_of_one() -> None:
    assert taken(json.dumps(PAIN).encode())[0] == taken(whole(PAIN))[0]
    assert taken(b"\xef\xbb\xbf" + whole(PAIN))[0] == taken(whole(PAIN))[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "fhir.unreadable"),
        (b"[1]", "fhir.unreadable"),
        (b'{"resourceType": "Bundle", "entry": [{"resour', "fhir.unreadable"),
        (b'{"resourceType": "Bundle", "entry": {}}', "fhir.unreadable"),
        (b'{"resourceType": "Bundle", "entry": "' + b"\xff" * 9 + b'"}', "fhir.unreadable"),
        (b'{"resourceType": "Bundle", "a": ' + b"[" * 200_000, "fhir.too_deep"),
    ],
)
def test_a_file_that_is_no_resource_is_one_problem(content: bytes, code: str) -> None:
    journal, problems, left = taken(content)
    assert (journal.records, left) == ((), [])
    assert [problem.code for problem in problems] == [code]


def test_deep_nesting_inside_one_resource_does_not_stop_the_rest() -> None:
    deep = b'{"resourceType": "Observation", "note": ' + b"[" * 500 + b"]" * 500 + b"}"
    content = (
        b'{"resourceType": "Bundle", "entry": [{"resource": ' + deep + b'}, {"resource": ' + json.dumps(PAIN).encode() + b"}]}"
    )
    journal, _, left = taken(content)
    assert len(journal.of(Rating)) == 1
    assert [one.what for one in left] == ["Observation"]


def test_what_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_in, "LARGEST_RESOURCE", 1000)
    assert why({**PAIN, "text": "x" * 1000}) == ["larger than 1 MiB"]
    monkeypatch.setattr(fhir_in, "LARGEST", 500)
    assert [problem.code for problem in taken(whole(PAIN, PAIN, PAIN))[1]] == ["fhir.too_large"]


def test_a_day_gets_the_zone_that_was_told_or_universal_time() -> None:
    dated = {**FERRITIN, "effectiveDateTime": "2026-03-01"}
    assert [lab.time.isoformat() for lab in taken(whole(dated))[0].of(Lab)] == ["2026-03-01T00:00:00+00:00"]
    assert [lab.time.isoformat() for lab in taken(whole(dated), "America/Chicago")[0].of(Lab)] == ["2026-03-01T00:00:00-06:00"]
    assert taken(whole(PAIN))[0].header is None


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b'{"resourceType": "Bundle"', True),
        (b'\xef\xbb\xbf\n {"id": "x", "resourceType" :"Patient"', True),
        (b'{"record": "dose", "note": "\\"resourceType\\": \\"Bundle\\""}', False),
        (b'{"experiences": []}', False),
        (b'[{"resourceType": "Bundle"}]', False),
        (b"PK\x03\x04", False),
    ],
)
def test_a_bundle_is_known_by_what_is_in_it(head: bytes, is_one: bool) -> None:
    assert fhir_in.looks_like(head, "any.json") is is_one


def test_our_own_bundle_says_what_was_not_written_down() -> None:
    """The photograph never left; the summary, the warning and two answers are worked out anew."""
    journal, problems, left = taken(bundle(JOURNAL, REPORT, CODES))
    assert {problem.code for problem in problems} == {"product.unknown", "unit.unknown", "fhir.person"}
    assert len(journal.records) == len(JOURNAL.records) - 1
    assert sum(one.count for one in left) == 4
    assert {one.why for one in left} == {"worked out from other records, not written down"}


# Used: resources that became part of a record. All others are left out, each under one of the reasons.
REAL = {
    "chronic_pain_1": (0, 64),
    "chronic_pain_2": (12, 57),
    "chronic_pain_3": (12, 54),
    "chronic_pain_4": (37, 26),
    "chronic_pain_5": (13, 30),
    "synthea_1": (33, 103),
    "synthea_2": (102, 89),
}


@pytest.mark.parametrize("name", REAL)
def test_every_resource_of_a_real_file_is_used_or_left_out_with_a_reason(shared: Path, name: str) -> None:
    path = shared / f"data/real/fhir/{name}.json"
    if not path.is_file():
        pytest.skip("../shared has no FHIR bundles by other people")
    content = path.read_bytes()
    used, left_out = REAL[name]
    entries = len(json.loads(content)["entry"])
    journal, problems, left = taken(content)
    person = len(journal.of(Person))
    told = [int(problem.message.split()[0]) for problem in problems if problem.code == "fhir.person"]
    assert len(journal.records) - person + sum(told) == used
    assert sum(one.count for one in left) == left_out
    assert used + left_out == entries
    assert all(one.why for one in left)


def test_the_pain_scores_of_the_real_files_are_all_there(shared: Path) -> None:
    """Counted in the files by their LOINC code: six in each synthetic patient."""
    folder = shared / "data/real/fhir"
    if not folder.is_dir():
        pytest.skip("../shared has no FHIR bundles by other people")
    for path in sorted(folder.glob("synthea_*.json")):
        content = path.read_bytes()
        scores = [
            entry["resource"]["valueQuantity"]["value"]
            for entry in json.loads(content)["entry"]
            if entry["resource"].get("code", {}).get("coding", [{}])[0].get("code") == "72514-3"
        ]
        ratings = taken(content)[0].of(Rating)
        assert len(scores) == 6
        assert sorted(rating.value for rating in ratings) == sorted(scores)


# bulk data: one resource on each line


def on_lines(*resources: Any, end: bytes = b"\n") -> bytes:
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + end for one in resources)


ALL = (PATIENT, PAIN, FERRITIN, STATEMENT, REQUEST, ADMINISTRATION, CONDITION, {"resourceType": "Encounter", "id": "e"})


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
def test_resources_on_lines_are_read_as_a_bundle_of_them_would_be(end: bytes) -> None:
    """The specification ends lines with CR and LF; some programs leave lines empty."""
    bundled, lined = taken(whole(*ALL)), taken(on_lines(*ALL, end=end))
    assert lined[0] == bundled[0] and len(lined[0].records) == 6
    assert (lined[0].read, lined[0].used) == (bundled[0].read, bundled[0].used)
    assert [(one.count, one.what, one.why) for one in lined[2]] == [(one.count, one.what, one.why) for one in bundled[2]]


def test_a_broken_line_costs_itself_and_is_named_by_its_number() -> None:
    content = on_lines(PAIN) + b'{"resourceType": "Observation", "status"\n' + on_lines(FERRITIN) + b'{"resourceType": "Obs'
    journal, _, left = taken(content)
    assert (len(journal.of(Rating)), len(journal.of(Lab))) == (1, 1)
    assert [(one.line, one.what) for one in left] == [(2, "entry"), (4, "entry")]


def test_a_first_line_that_is_broken_costs_itself_as_well() -> None:
    journal, _, left = taken(b'{"resourceType": "Patient", \n' + on_lines(PAIN))
    assert len(journal.of(Rating)) == 1 and [one.line for one in left] == [1]


def test_a_line_over_a_mebibyte_is_passed_over() -> None:
    long = {**PAIN, "id": "long", "note": [{"text": "x" * (1 << 20)}]}
    journal, problems, _ = taken(on_lines(PAIN, long, FERRITIN))
    assert len(journal.records) == 2 and [(one.line, one.code) for one in problems] == [(2, "line.too_long")]


def test_lines_about_somebody_else_are_left_out_though_their_patient_comes_last() -> None:
    other = {**PAIN, "id": "other", "subject": {"reference": "Patient/q"}}
    journal, _, left = taken(on_lines(other, PAIN, PATIENT, {"resourceType": "Patient", "id": "q"}))
    assert len(journal.of(Rating)) == 1
    assert [(one.count, one.why) for one in left] == [(1, "about another person"), (1, "about another person")]


def test_a_medicine_is_named_by_a_medication_that_comes_later() -> None:
    request = {name: value for name, value in REQUEST.items() if name != "medicationCodeableConcept"}
    request["medicationReference"] = {"reference": "Medication/m"}
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "naproxen"}}
    assert [one.name for one in taken(on_lines(request, medication))[0].of(Medicine)] == ["naproxen"]


def test_lines_are_not_held_in_memory() -> None:
    """Twenty thousand resources of a kind that is not read, 40 MB of them: they are gone through in little more than a line."""

    class Endless(io.RawIOBase):
        """Lines that are made as they are read."""

        at = 0
        line = on_lines({"resourceType": "Claim", "id": "c", "text": "x" * 2_000})

        def readline(self, size: int | None = -1, /) -> bytes:
            self.at += 1
            return self.line if self.at <= 20_000 else b""

        def seek(self, offset: int, whence: int = 0, /) -> int:
            self.at = 0
            return 0

    tracemalloc.start()
    rows = list(fhir_in.read(Endless(), Told(Mapping(), KNOWLEDGE.scales, CODES)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [row.count for row in rows if isinstance(row, LeftOut)] == [20_000]
    assert peak < 1_000_000


def test_a_bundle_with_its_entries_on_lines_is_a_bundle() -> None:
    lines = b",\n".join(json.dumps({"resource": one}).encode() for one in (PAIN, FERRITIN))
    assert len(taken(b'{"resourceType": "Bundle", "entry": [\n' + lines + b"\n]}")[0].records) == 2
    pretty = json.dumps({"resourceType": "Bundle", "entry": [{"resource": PAIN}]}, indent=0).encode()
    assert len(taken(pretty)[0].records) == 1


def test_real_resources_on_lines_say_what_their_bundle_says(shared: Path) -> None:
    path = shared / "data/real/fhir/synthea_1.json"
    if not path.is_file():
        pytest.skip("the FHIR bundles are absent from ../shared")
    bundle_ = path.read_bytes()
    resources = [entry["resource"] for entry in json.loads(bundle_)["entry"]]
    lined, bundled = taken(on_lines(*resources)), taken(bundle_)
    assert lined[0].of(Rating) == bundled[0].of(Rating) != []
    assert [(one.count, one.why) for one in lined[2]] == [(one.count, one.why) for one in bundled[2]]
