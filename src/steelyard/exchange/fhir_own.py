"""Resources that were made of a journal's records, back to the fields of these records: `fhir_records.py` the other way round."""

from collections.abc import Callable, Mapping

from steelyard.exchange.fhir_model import Dosage, Fields, Found, Identifier, own, several, target
from steelyard.exchange.fhir_records import HIGHEST, LOWEST, WORSE

Medications = Mapping[str, Found]


def record(found: Found, mark: Identifier, medications: Medications) -> Fields | None:
    """The record that a resource was made of; `None` when it was made from records and is none itself.

    `mark` is the identifier that says which; `medications` are the products in the bundle, by their names there.
    """
    kind = mark.type.text or ""
    if kind.startswith("person"):
        return {"record": "person", "id": mark.value, **_person(kind, found)}
    read = _READ.get(kind)
    if read is None:
        return None
    given = {"record": kind, "id": mark.value, **read(found, medications)}
    return {name: value for name, value in given.items() if value is not None}


def _person(kind: str, found: Found) -> Fields:
    field = kind.partition(".")[2]
    if field == "conditions":
        return {field: [found.code.text]}
    if field == "diagnoses":
        return {field: found.code.text}
    if field == "weight_kg":
        return {field: _value(found)}
    if field:
        return {field: found.valueBoolean}
    sex = {"sex": found.gender} if found.gender else {}
    return {**sex, **({"birth_year": int(found.birthDate)} if found.birthDate and found.birthDate.isdecimal() else {})}


def _value(found: Found) -> float | None:
    return None if found.valueQuantity is None else found.valueQuantity.value


def _unit(found: Found) -> str | None:
    return None if found.valueQuantity is None else found.valueQuantity.unit


def _note(found: Found) -> str | None:
    return found.note[0].text if found.note else None


def _product(found: Found, medications: Medications) -> Fields:
    contents = {f"{one.itemCodeableConcept.text}_mg_per_g": one.strength.numerator.value for one in found.ingredient}
    return {
        "substance": found.code.text,
        "label": found.code.coding[0].display if found.code.coding else None,
        "kind": found.form.text,
        "unit_g": found.amount.numerator.value,
        "lot": found.batch.lotNumber,
        **contents,
    }


def _dose(found: Found, medications: Medications) -> Fields:
    dosage = next(iter(several(found.dosage)), Dosage())
    product = medications.get(target(found.medicationReference.reference))
    mark = own(product) if product else None
    named = found.supportingInformation[0].display if found.supportingInformation else None
    return {
        "time": found.effectiveDateTime,
        "substance": product.code.text if product else found.medicationCodeableConcept.text,
        "amount": dosage.dose.value,
        "unit": dosage.dose.unit,
        "product": mark.value if mark else named,
        "route": dosage.route.text,
        "note": _note(found),
    }


def _rating(found: Found, medications: Medications) -> Fields:
    return {"time": found.effectiveDateTime, "scale": found.code.text, "value": _value(found), "asked": found.method.text}


def _answers(found: Found, medications: Medications) -> Fields:
    items = [item.answer[0].valueDecimal if item.answer else None for item in found.item]
    return {"time": found.authored, "instrument": found.contained[0].title if found.contained else None, "items": items}


def _session(found: Found, medications: Medications) -> Fields:
    return {"time": found.effectiveDateTime, "therapy": found.code.text, "minutes": _value(found)}


def _side_effect(found: Found, medications: Medications) -> Fields:
    time = found.effectiveDateTime or found.effectivePeriod.start
    return {"time": time, "effect": found.code.text, "severity": _value(found), "until": found.effectivePeriod.end}


def _lab(found: Found, medications: Medications) -> Fields:
    limits = found.referenceRange[0] if found.referenceRange else None
    return {
        "time": found.effectiveDateTime,
        "test": found.code.text,
        "value": _value(found),
        "unit": _unit(found) or "",
        "low": limits.low.value if limits else None,
        "high": limits.high.value if limits else None,
    }


def _medicine(found: Found, medications: Medications) -> Fields:
    dosage = next(iter(several(found.dosage)), Dosage())
    period = found.effectivePeriod
    name = found.medicationCodeableConcept.text
    return {"name": name, "from": period.start, "to": period.end, "dose": dosage.text, "note": _note(found)}


def _context(found: Found, medications: Medications) -> Fields:
    value = _value(found) if found.valueString is None else found.valueString
    return {"time": found.effectiveDateTime, "kind": found.code.text, "value": value, "unit": _unit(found)}


def _assignment(found: Found, medications: Medications) -> Fields:
    period = found.period
    return {"from": period.start, "to": period.end, "condition": found.title, "trial": found.description}


def _scale(found: Found, medications: Medications) -> Fields:
    family, _, direction = (found.description or "").partition(", ")
    ends = {one.url: one.valueDecimal for item in found.item for one in item.extension}
    return {"family": family, "low": ends.get(LOWEST), "high": ends.get(HIGHEST), "worse_is_up": direction == WORSE}


_READ: Mapping[str, Callable[[Found, Medications], Fields]] = {
    "product": _product,
    "dose": _dose,
    "rating": _rating,
    "answers": _answers,
    "session": _session,
    "side_effect": _side_effect,
    "lab": _lab,
    "medicine": _medicine,
    "context": _context,
    "assignment": _assignment,
    "scale": _scale,
}
