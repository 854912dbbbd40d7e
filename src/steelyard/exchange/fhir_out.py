"""A journal and what was found in it as one FHIR R4 bundle: no name unless asked for, no reference that leads out of the bundle.

The same journal gives the same bytes. Names of resources are made from the journal's first record, so that they stay when it grows,
and are no other person's.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from statistics import median

import msgspec

from steelyard.exchange.fhir_records import OWN, Frame, Resource, concept, moment, named, observation, quantity, resource, text
from steelyard.findings.model import Alert, Finding, Report
from steelyard.records.codes import Code, code_for
from steelyard.records.identity import with_ids
from steelyard.records.model import TAG, Dose, Journal, Person, Product, Record, instant

NO_DIAGNOSIS = (
    "Worked out by the person's own software from the person's own journal. It is not a diagnosis, advises no dose, and says nothing "
    "about other people."
)
SUMMARY, FOUND = "summary", "found"
_SEVERITY = {"emergency": "high", "serious": "high", "caution": "moderate", "note": "low"}
Names = Callable[[str, str], str]


def bundle(journal: Journal, report: Report, codes: tuple[Code, ...], name: str | None = None) -> bytes:
    """The bundle (JSON, UTF-8): the person, what is taken, every record but photographs and withdrawn ones, warnings and findings.

    `codes` are those that may be written; `name` is the person's, left out unless given.
    """
    kept = with_ids(journal)
    names = _names(kept)
    products = {one.id: (names("product", one.id), one.substance) for one in kept.of(Product)}
    frame = Frame(names("patient", ""), codes, products)
    person = next(iter(kept.of(Person)[-1:]), None)
    entries = [_entry(frame.patient, _patient(person, name))]
    entries += [_entry(names(kind, id), made) for kind, id, made in _of_person(person, frame)]
    habits = {taken: names(SUMMARY, taken) for taken in sorted({dose.substance for dose in kept.of(Dose)})}
    entries += [_entry(url, _habit(taken, kept, frame)) for taken, url in habits.items()]
    entries += _records(kept.records, names, frame)
    entries += [_entry(names("alert", alert.id), _alert(alert, report, frame)) for alert in report.alerts]
    own = [finding for finding in report.findings if finding.level == "person"]
    entries += [_entry(names("finding", finding.id), _finding(finding, report, habits, frame)) for finding in own]
    whole = {
        "resourceType": "Bundle",
        "identifier": {"system": OWN, "value": _number(names("bundle", ""))},
        "type": "collection",
        "entry": entries,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _names(journal: Journal) -> Names:
    """Names as `urn:uuid:...`, made of the kind and id of a record and of the first thing the journal tells."""
    timed = [record for record in journal.records if instant(record) is not None]
    first = min(timed, key=lambda record: (instant(record), msgspec.json.encode(record)), default=journal.header)
    seed = msgspec.json.encode(first)

    def name(kind: str, id: str) -> str:
        digest = blake2b(msgspec.json.encode([kind, id]), digest_size=16, key=blake2b(seed, digest_size=32).digest()).hexdigest()
        # The form of RFC 9562, version 8: a name made by a rule of the program's own.
        return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"

    return name


def _number(url: str) -> str:
    return url.removeprefix("urn:uuid:")


def _entry(url: str, made: Resource) -> Resource:
    kind = made.pop("resourceType")
    return {"fullUrl": url, "resource": {"resourceType": kind, "id": _number(url), **made}}


def _records(records: Iterable[Record], names: Names, frame: Frame) -> list[Resource]:
    entries = []
    for record in records:
        made = None if record.deleted else resource(record, frame)
        if made is not None:
            kind, id = TAG[type(record)], record.id or ""
            entries.append(_entry(names(kind, id), named(kind, id, made)))
    return entries


def _patient(person: Person | None, name: str | None) -> Resource:
    given: Resource = {"resourceType": "Patient"}
    if person is not None:
        given = named("person", person.id or "", given)
        given |= {"gender": person.sex} if person.sex else {}
        given |= {"birthDate": f"{person.birth_year:04}"} if person.birth_year and 0 < person.birth_year < 10_000 else {}
    return {**given, **({"name": [{"text": text(name)}]} if name else {})}


def _of_person(person: Person | None, frame: Frame) -> Iterable[tuple[str, str, Resource]]:
    """What a person told of themselves and is no part of a `Patient`: kind, id and resource each."""
    if person is None:
        return
    id = person.id or ""
    if person.weight_kg is not None:
        code = concept("weight_kg", code_for(frame.codes, "person", "weight_kg"))
        weight = observation(code, frame, "vital-signs", valueQuantity=quantity(person.weight_kg, "kg", "kg"))
        yield "person.weight_kg", id, named("person.weight_kg", id, weight)
    for field in ("pregnant", "breastfeeding"):
        if getattr(person, field) is not None:
            stated = observation(concept(field), frame, valueBoolean=getattr(person, field))
            yield f"person.{field}", id, named(f"person.{field}", id, stated)
    for number, said in enumerate(person.conditions):
        if said:
            yield f"condition {number}", id, named("person.conditions", id, _condition(said, frame))
    if person.diagnoses:
        yield "diagnoses", id, named("person.diagnoses", id, _condition(person.diagnoses, frame))


def _condition(said: str, frame: Frame) -> Resource:
    return {"resourceType": "Condition", "code": concept(said), "subject": frame.person}


def _habit(substance: str, journal: Journal, frame: Frame) -> Resource:
    """One statement of what is taken, for receivers who do not read single doses."""
    doses = [dose for dose in journal.of(Dose) if dose.substance == substance]
    units = {dose.unit for dose in doses if dose.amount is not None}
    known = [dose.amount for dose in doses if dose.amount is not None]
    middle = f", middle amount {median(known):g} {units.pop() or ''}".rstrip() if len(units) == 1 else ""
    many = "1 dose" if len(doses) == 1 else f"{len(doses):,} doses"
    said = f"{many} written down{middle}. Made from the single doses in this file."
    return named(
        SUMMARY,
        substance,
        {
            "resourceType": "MedicationStatement",
            "status": "unknown",
            "medicationCodeableConcept": concept(substance),
            "subject": frame.person,
            "effectivePeriod": {"start": moment(doses[0].time), "end": moment(doses[-1].time)},
            "informationSource": frame.person,
            "dosage": [{"text": text(said)}],
        },
    )


def _sources(keys: Iterable[str], report: Report) -> list[str]:
    held: Mapping[str, str] = {reference.key: reference.text for reference in report.references}
    return [held.get(key, key) for key in keys]


def _alert(alert: Alert, report: Report, frame: Frame) -> Resource:
    sources = [{"code": [{"text": text(source)}]} for source in _sources(alert.citations, report)]
    return named(
        FOUND,
        alert.id,
        {
            "resourceType": "DetectedIssue",
            "status": "preliminary",
            "code": concept(alert.title),
            "severity": _SEVERITY[alert.severity],
            "patient": frame.person,
            **({"evidence": sources} if sources else {}),
            "detail": text(f"{alert.why} {alert.do} (Evidence: grade {alert.grade}.) {NO_DIAGNOSIS}"),
        },
    )


def _finding(finding: Finding, report: Report, habits: Mapping[str, str], frame: Frame) -> Resource:
    """One answer. The probability is that there is any relief, in percent; an answer that cannot be given has none."""
    taken = [{"reference": url} for name, url in habits.items() if name.casefold() == finding.subject.substance.casefold()]
    peak = next((contrast for contrast in finding.contrasts if contrast.name == "peak"), None)
    relief = None if peak is None or finding.about == "harm" else peak.p_relief
    chance = {} if relief is None else {"probabilityDecimal": 100 * relief}
    certainty = f"Certainty: {finding.certainty.replace('_', ' ')}. {' '.join(finding.reasons)}".strip()
    outcome = concept(finding.question if relief is None else f"any relief: {finding.question}")
    return named(
        FOUND,
        finding.id,
        {
            "resourceType": "RiskAssessment",
            "status": "preliminary",
            "method": {"text": f"model of one person's own journal, Steelyard {report.steelyard}"},
            "subject": frame.person,
            **({"basis": taken} if taken else {}),
            "prediction": [{"outcome": outcome, **chance, "rationale": text(finding.answer)}],
            "note": [{"text": NO_DIAGNOSIS}, {"text": text(certainty)}],
        },
    )
