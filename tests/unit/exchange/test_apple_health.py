"""Apple Health: which kinds become records, and what is counted."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from steelyard.exchange import apple_health
from steelyard.exchange.apple_records import NOT_HERE, OLDER
from steelyard.records.model import Context, Dose, Lab, Session, SideEffect

from .importing import INVENTED, brought, codes, left, zipped


def test_symptoms_with_how_bad_they_were_and_until_when() -> None:
    journal, problems, _ = brought(apple_health, "apple_health.xml")
    assert [
        (one.time.isoformat(), one.effect, one.severity, one.until and one.until.isoformat()) for one in journal.of(SideEffect)
    ] == [
        ("2026-03-01T09:00:00+01:00", "headache", 2.0, "2026-03-01T11:30:00+01:00"),
        ("2026-03-02T09:00:00+01:00", "nausea", None, None),
        ("2026-03-02T09:00:00+01:00", "lower back pain", 0.0, None),
    ]
    assert codes(problems) == [(24, "xml.broken"), (26, "xml.broken"), (32, "time.unreadable")]


def test_sessions_results_and_what_was_taken() -> None:
    journal, _, _ = brought(apple_health, "apple_health.xml")
    assert [(one.therapy, one.minutes) for one in journal.of(Session)] == [("mindfulness", 12.5), ("walking", 30.5)]
    assert [(one.test, one.value, one.unit) for one in journal.of(Lab)] == [("glucose", 5.4, "mmol/L")]
    assert [(one.kind, one.value) for one in journal.of(Context)] == [("menses", "heavy"), ("alcohol", 2.0)]


def test_what_lies_in_a_correlation_is_not_counted_twice() -> None:
    assert [(one.substance, one.amount, one.unit) for one in brought(apple_health, "apple_health.xml")[0].of(Dose)] == [
        ("caffeine", 95.0, "mg")
    ]


def test_other_kinds_are_counted_one_by_one() -> None:
    """One day without bleeding is no bleeding; two of four step counts could be read."""
    assert left(brought(apple_health, "apple_health.xml")[2]) == {
        "step count": 2,
        "menstrual flow": 1,
        "correlation": 1,
    }


def test_the_zip_says_the_same() -> None:
    content = (INVENTED / "apple_health.xml").read_bytes()
    archive = zipped({"apple_health_export/export_cda.xml": b"<ClinicalDocument/>", "apple_health_export/export.xml": content})
    assert brought(apple_health, archive)[0] == brought(apple_health, "apple_health.xml")[0]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("HKQuantityTypeIdentifierHeartRate", "heart rate"),
        ("HKDataTypeSleepDurationGoal", "sleep duration goal"),
        ("HKCategoryTypeIdentifier", "identifier"),
        ("Something new", "something new"),
    ],
)
def test_a_kind_is_called_by_its_words(kind: str, said: str) -> None:
    xml = f'<HealthData><Record type="{kind}" value="60"/></HealthData>'.encode()
    assert left(brought(apple_health, xml)[2]) == {said: 1}


def clinical(*files: str, version: str = "4.0.1") -> str:
    """What an export says of clinical records."""
    told = 'type="X" sourceName="Clinic" receivedDate="2026-03-05 10:00:00 +0100"'
    elements = [
        f'<ClinicalRecord {told} sourceURL="https://example.org/{file}" fhirVersion="{version}" resourceFilePath="/clinical-records/{file}"/>'
        for file in files
    ]
    return f"<HealthData>{''.join(elements)}</HealthData>"


def ferritin(value: float, patient: str) -> bytes:
    """A result as two clinics give it, each with an id and a patient of its own."""
    return json.dumps(
        {
            "resourceType": "Observation",
            "id": "1",
            "status": "final",
            "code": {"text": "ferritin"},
            "category": [{"coding": [{"code": "laboratory"}]}],
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": "2026-03-01T08:00:00Z",
            "valueQuantity": {"value": value, "unit": "ng/mL"},
        }
    ).encode()


def test_clinical_records_are_read_from_the_files_beside_the_export() -> None:
    """Whoever the clinics say it is: it is one person's phone. Two clinics may use one id for two results."""
    folder = "apple_health_export/"
    members = {
        f"{folder}export.xml": clinical("a.json", "b.json", "broken.json", "gone.json", "../../export.xml").encode(),
        f"{folder}clinical-records/a.json": ferritin(30, "p"),
        f"{folder}clinical-records/b.json": ferritin(40, "q"),
        f"{folder}clinical-records/broken.json": b"{",
    }
    journal, problems, found = brought(apple_health, zipped(members))
    assert sorted(one.value for one in journal.of(Lab)) == [30.0, 40.0]
    assert codes(problems) == []
    assert left(found) == {"entry": 1, "clinical record": 2}
    assert {one.why for one in found if one.what == "clinical record"} == {NOT_HERE}
    assert brought(apple_health, zipped(members))[0] == journal


def test_clinical_records_of_an_older_version_or_without_their_zip_are_counted() -> None:
    older = zipped({"export.xml": clinical("a.json", version="1.0.2").encode(), "clinical-records/a.json": ferritin(30, "p")})
    assert [(one.count, one.why) for one in brought(apple_health, older)[2]] == [(1, OLDER)]
    assert [(one.count, one.why) for one in brought(apple_health, clinical("a.json", "b.json").encode())[2]] == [(2, NOT_HERE)]


def test_a_clinical_record_that_unpacks_to_too_much_is_left_out() -> None:
    large = zipped({"export.xml": clinical("a.json").encode(), "clinical-records/a.json": b" " * (17 << 20)})
    journal, problems, found = brought(apple_health, large)
    assert journal.records == () and codes(problems) == [(1, "zip.bomb")] and found == []
    long = zipped({"export.xml": clinical("a.json").encode(), "clinical-records/a.json": b" " * (2 << 20) + ferritin(30, "p")})
    assert brought(apple_health, long)[0].records == ()


@pytest.mark.parametrize(
    ("duration", "unit", "minutes"), [("90", "s", 1.5), ("0.5", "hr", 30.0), ("x", "min", 20.0), ("5", "fortnight", 20.0)]
)
def test_minutes_of_a_workout(duration: str, unit: str, minutes: float) -> None:
    """Where the duration cannot be used the times tell it."""
    times = 'startDate="2026-03-02 08:00:00 +0100" endDate="2026-03-02 08:20:00 +0100"'
    xml = f'<HealthData><Workout duration="{duration}" durationUnit="{unit}" {times}/></HealthData>'.encode()
    assert [(one.therapy, one.minutes) for one in brought(apple_health, xml)[0].of(Session)] == [("exercise", minutes)]


def test_it_is_known_by_its_root_or_the_names_in_the_zip() -> None:
    assert apple_health.looks_like((INVENTED / "apple_health.xml").read_bytes(), "x")
    assert apple_health.looks_like(b"PK\x03\x04\napple_health_export/exportaci\xc3\xb3n.xml", "x")
    assert not apple_health.looks_like(b"<html>", "export.xml")
    assert not apple_health.looks_like(b"PK\x03\x04\nHabits.csv", "x")


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    path = shared / "data/real/apple_health/export.xml"
    if not path.is_file():
        pytest.skip("the Apple Health export is absent from ../shared")
    return path


def test_a_real_export_is_accounted_for_to_the_last_entry(real: Path) -> None:
    """Held against a plain parse: every child of the root is used, or counted, or says only when and whose it is."""
    children = [child for child in ElementTree.parse(real).getroot() if child.tag not in ("ExportDate", "Me")]
    journal, problems, found = brought(apple_health, real.read_bytes())
    assert codes(problems) == []
    assert journal.used + sum(left(found).values()) == len(children)
    (workout,) = [child for child in children if child.tag == "Workout"]
    assert [one.minutes for one in journal.of(Session)] == [pytest.approx(float(workout.attrib["duration"]))]
