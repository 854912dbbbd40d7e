"""Each kind of record as a resource of FHIR R4; `fhir_own.py` reads them back. What has no verified code goes out as text.

Every resource says in its `identifier` which record it is: the kind, and the record's own id. Photographs have no place here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from steelyard.records.codes import UCUM, Code, code_for
from steelyard.records.model import (
    TAG,
    Answers,
    Assignment,
    Context,
    Dose,
    Lab,
    Medicine,
    Product,
    Rating,
    Record,
    Scale,
    Session,
    SideEffect,
)
from steelyard.records.units import amount_unit, lab_unit

Resource = dict[str, Any]
OWN = "urn:uuid:5d0c1d0e-7a0b-8f3e-9c55-6b1f4a2d7e90"
"""The system of identifiers that are a journal's own."""
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LOWEST, HIGHEST = (f"http://hl7.org/fhir/StructureDefinition/{end}Value" for end in ("min", "max"))
WORSE, BETTER = "more is worse", "more is better"
_UCUM_AMOUNTS = ("g", "mg", "ug", "kg", "mL", "L", "[IU]")
_FURTHEST = timedelta(hours=14)


@dataclass(frozen=True)
class Frame:
    """What every resource refers to: the person, the codes held, and each product by its id, as its reference and its substance."""

    patient: str
    codes: tuple[Code, ...]
    products: Mapping[str, tuple[str, str]]

    @property
    def person(self) -> Resource:
        """A reference to the person."""
        return {"reference": self.patient}


def resource(record: Record, frame: Frame) -> Resource | None:
    """The resource of one record, without its names (see `named`); `None` for kinds that have none or are handled as the person's."""
    made = _MADE.get(type(record))
    return None if made is None else made(record, frame)


def named(kind: str, id: str, made: Resource) -> Resource:
    """The resource with the record's kind and id as its identifier."""
    mark: Any = {"type": {"text": kind}, "system": OWN, "value": text(id)}
    single = made["resourceType"] == "QuestionnaireResponse"
    return {"resourceType": made["resourceType"], "identifier": mark if single else [mark], **made}


def text(said: str) -> str:
    """A text as FHIR allows it: control characters, and spaces other than the common ones, become spaces."""
    return "".join(" " if letter not in "\r\n\t" and (letter < " " or letter.isspace()) else letter for letter in said)


def moment(time: datetime) -> str:
    """An instant with its offset. FHIR knows none beyond 14 hours: such a time is given in UTC."""
    return (time if abs(time.utcoffset() or timedelta(0)) <= _FURTHEST else time.astimezone(UTC)).isoformat()


def concept(said: str, code: Code | None = None) -> Resource:
    """A concept in the journal's own word, with a code where one is held."""
    coding = {} if code is None else {"coding": [{"system": code.system, "code": code.code, "display": code.display}]}
    return {**coding, "text": text(said)}


def quantity(value: float | None, unit: str | None = None, ucum: str | None = None) -> Resource:
    """A value with its unit as written, and the UCUM code of that where there is one; an unknown value is said to be unknown."""
    given = UNKNOWN if value is None else {"value": value}
    written = {"unit": text(unit)} if unit else {}
    return {**given, **written, **({"system": UCUM, "code": ucum} if ucum else {})}


def observation(code: Resource, frame: Frame, category: str = "", /, **more: Any) -> Resource:
    """An observation of the person, with what else is given."""
    kind = {"category": [{"coding": [{"system": CATEGORY, "code": category}]}]} if category else {}
    return {"resourceType": "Observation", "status": "final", **kind, "code": code, "subject": frame.person, **more}


def _period(start: datetime | None, end: datetime | None) -> Resource:
    ends = {"start": start, "end": end}
    return {name: moment(time) for name, time in ends.items() if time is not None}


def _product(record: Product, frame: Frame) -> Resource:
    made: Resource = {"resourceType": "Medication", "code": concept(record.substance)}
    if record.label:
        made["code"]["coding"] = [{"display": text(record.label)}]
    if record.kind:
        made["form"] = {"text": text(record.kind)}
    if record.unit_g is not None:
        made["amount"] = {"numerator": quantity(record.unit_g, "g", "g"), "denominator": quantity(1, "piece")}
    contents = {"mitragynine": record.mitragynine_mg_per_g, "hydroxymitragynine": record.hydroxymitragynine_mg_per_g}
    found = [_ingredient(name, strength, frame) for name, strength in contents.items() if strength is not None]
    lot = {"batch": {"lotNumber": text(record.lot)}} if record.lot else {}
    return {**made, **({"ingredient": found} if found else {}), **lot}


def _ingredient(name: str, mg_per_g: float, frame: Frame) -> Resource:
    strength = {"numerator": quantity(mg_per_g, "mg", "mg"), "denominator": quantity(1, "g", "g")}
    return {"itemCodeableConcept": concept(name, code_for(frame.codes, "ingredient", name)), "strength": strength}


def _dose(record: Dose, frame: Frame) -> Resource:
    reference, substance = frame.products.get(record.product or "", ("", ""))
    made: Resource = {"resourceType": "MedicationAdministration", "status": "completed"}
    if record.product and substance == record.substance:
        made["medicationReference"] = {"reference": reference}
    else:
        made["medicationCodeableConcept"] = concept(record.substance)
        if record.product:
            made["supportingInformation"] = [{"display": text(record.product)}]
    code = amount_unit(record.unit) if record.unit else None
    made |= {
        "subject": frame.person,
        "effectiveDateTime": moment(record.time),
        "performer": [{"actor": frame.person}],
        "dosage": {
            "route": concept(record.route or "oral"),
            "dose": quantity(record.amount, record.unit, code if code in _UCUM_AMOUNTS else None),
        },
    }
    return made | _note(record.note)


def _note(said: str | None) -> Resource:
    return {"note": [{"text": text(said)}]} if said else {}


def _rating(record: Rating, frame: Frame) -> Resource:
    code = code_for(frame.codes, "scale", record.scale)
    value = quantity(record.value) if code is None else quantity(record.value, code.unit, code.unit)
    method = {"method": {"text": record.asked}} if record.asked else {}
    return observation(
        concept(record.scale, code),
        frame,
        "survey",
        effectiveDateTime=moment(record.time),
        performer=[frame.person],
        valueQuantity=value,
        **method,
    )


def _answers(record: Answers, frame: Frame) -> Resource:
    items = [
        {"linkId": str(number), **({} if answer is None else {"answer": [{"valueDecimal": answer}]})}
        for number, answer in enumerate(record.items, start=1)
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "contained": [{"resourceType": "Questionnaire", "id": "form", "status": "unknown", "title": text(record.instrument)}],
        "questionnaire": "#form",
        "status": "completed",
        "subject": frame.person,
        "authored": moment(record.time),
        "author": frame.person,
        **({"item": items} if items else {}),
    }


def _session(record: Session, frame: Frame) -> Resource:
    length = {} if record.minutes is None else {"valueQuantity": quantity(record.minutes, "min", "min")}
    return observation(concept(record.therapy), frame, effectiveDateTime=moment(record.time), **length)


def _side_effect(record: SideEffect, frame: Frame) -> Resource:
    ended = record.until is not None
    when: Resource = (
        {"effectivePeriod": _period(record.time, record.until)} if ended else {"effectiveDateTime": moment(record.time)}
    )
    severity = {} if record.severity is None else {"valueQuantity": quantity(record.severity, "from 0 (none) to 3 (severe)")}
    return observation(concept(record.effect), frame, "survey", **when, performer=[frame.person], **severity)


def _lab(record: Lab, frame: Frame) -> Resource:
    code = lab_unit(record.unit)
    limits = {"low": record.low, "high": record.high}
    given = {name: quantity(limit, record.unit, code) for name, limit in limits.items() if limit is not None}
    return observation(
        concept(record.test, code_for(frame.codes, "lab", record.test, record.unit)),
        frame,
        "laboratory",
        effectiveDateTime=moment(record.time),
        valueQuantity=quantity(record.value, record.unit, code),
        **({"referenceRange": [given]} if given else {}),
    )


def _medicine(record: Medicine, frame: Frame) -> Resource:
    period = _period(record.from_, record.to)
    return {
        "resourceType": "MedicationStatement",
        "status": "active" if record.to is None else "completed",
        "medicationCodeableConcept": concept(record.name),
        "subject": frame.person,
        **({"effectivePeriod": period} if period else {}),
        "informationSource": frame.person,
        **_note(record.note),
        **({"dosage": [{"text": text(record.dose)}]} if record.dose else {}),
    }


def _context(record: Context, frame: Frame) -> Resource:
    value: Resource = {}
    if isinstance(record.value, str):
        value = {"valueString": text(record.value)} if record.value else {}
    elif record.value is not None:
        value = {"valueQuantity": quantity(record.value, record.unit)}
    return observation(concept(record.kind), frame, effectiveDateTime=moment(record.time), **value)


def _assignment(record: Assignment, frame: Frame) -> Resource:
    trial = {"description": text(record.trial)} if record.trial else {}
    made = {"resourceType": "CarePlan", "status": "unknown", "intent": "plan", "title": text(record.condition)}
    return {**made, **trial, "subject": frame.person, "period": _period(record.from_, record.to)}


def _scale(record: Scale, frame: Frame) -> Resource:
    ends = {LOWEST: record.low, HIGHEST: record.high}
    held = [{"url": url, "valueDecimal": end} for url, end in ends.items() if end is not None]
    item = {"linkId": "1", "text": text(record.id), "type": "decimal" if record.family == "bounded" else "integer"}
    return {
        "resourceType": "Questionnaire",
        "title": text(record.id),
        "status": "active",
        "description": f"{record.family}, {WORSE if record.worse_is_up else BETTER}",
        "item": [{**({"extension": held} if held else {}), **item}],
    }


_MADE: dict[type[Record], Callable[[Any, Frame], Resource]] = {
    Product: _product,
    Dose: _dose,
    Rating: _rating,
    Answers: _answers,
    Session: _session,
    SideEffect: _side_effect,
    Lab: _lab,
    Medicine: _medicine,
    Context: _context,
    Assignment: _assignment,
    Scale: _scale,
}
KINDS = {TAG[kind] for kind in _MADE}
