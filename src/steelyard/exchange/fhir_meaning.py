"""What resources of other systems mean in a journal: the fields of a record, or in words why there is no place for them."""

import re
from collections.abc import Callable, Iterable, Mapping

from steelyard.exchange.fhir_model import Concept, Dosage, Fields, Found, Quantity, codes, several, target, words
from steelyard.records.codes import LOINC, UCUM, Code

Medications = Mapping[str, Found]
Meaning = Fields | str

_VOID = {"entered-in-error", "cancelled", "not-done", "not-taken", "draft", "intended", "registered"}
_PAST = {"completed", "stopped"}
_PRESENT = {"active", "recurrence", "relapse"}
_NOT_TRUE = {"refuted", "entered-in-error"}
_ISO_3166 = re.compile("[A-Z]{2}")
_LOINC = re.compile(r"https?://loinc\.org(/.*)?")

WITHDRAWN = "withdrawn, planned or not done"
NO_PLACE = "a measurement that a journal has no place for"
WORDS_ONLY = "an answer in words, not a number"
NO_VALUE = "without a value"
NO_TIME = "without a time"
NO_NAME = "without a name, or named only in another place; nothing is fetched"
ENDED = "ended, but when is not said"
NOT_NOW = "a condition that is past or was ruled out"


def observation(found: Found, medications: Medications, held: Iterable[Code]) -> Meaning:
    """A rating, a laboratory result or the body weight; refuses, in words, what a journal has no place for.

    `held` are the codes that are known here. A result of a laboratory test that is not among them keeps the laboratory's own name.
    """
    if found.status in _VOID:
        return WITHDRAWN
    if found.component:
        return "several values in one"
    if found.valueString is not None or found.valueCodeableConcept is not None:
        return WORDS_ONLY
    known = _known(found.code, held)
    laboratory = any("laboratory" in codes(one) for one in several(found.category))
    if known is None and not laboratory:
        return NO_PLACE
    value = _value(found)
    if isinstance(value, str):
        return value
    time = found.effectiveDateTime or found.effectivePeriod.start or found.effectiveInstant or found.issued
    if time is None:
        return NO_TIME
    if known is not None and known.kind == "scale":
        return {"record": "rating", "time": time, "scale": known.means, "value": value}
    if known is not None and known.kind == "person":
        in_its_unit = found.valueQuantity is not None and known.unit in (found.valueQuantity.code, found.valueQuantity.unit)
        return {"record": "person", known.means: value, "time": time} if in_its_unit else f"not in {known.unit}"
    return _lab(found, words(found.code) if known is None else known.means, value, time)


def _known(concept: Concept, held: Iterable[Code]) -> Code | None:
    given = {one.code for one in concept.coding if _LOINC.fullmatch(one.system or "")}
    return next((code for code in held if code.system == LOINC and code.code in given), None)


def _value(found: Found) -> float | str:
    """The value, or why it is none."""
    if found.valueInteger is not None:
        return float(found.valueInteger)
    quantity = found.valueQuantity
    if quantity is None or quantity.value is None:
        return NO_VALUE
    return "only a bound is known, not the value" if quantity.comparator else quantity.value


def _lab(found: Found, test: str, value: float, time: str) -> Meaning:
    unit = _unit(found.valueQuantity or Quantity())
    if not unit:
        return "a result without a unit"
    if not test:
        return NO_NAME
    limits = found.referenceRange[0] if len(found.referenceRange) == 1 else None
    ends = {} if limits is None else {"low": limits.low, "high": limits.high}
    given = {name: end.value for name, end in ends.items() if end.value is not None and _unit(end) in (unit, "")}
    return {"record": "lab", "time": time, "test": test, "value": value, "unit": unit, **given}


def _unit(quantity: Quantity) -> str:
    return (quantity.code if quantity.system == UCUM else None) or quantity.unit or quantity.code or ""


def medicine(found: Found, medications: Medications, held: Iterable[Code]) -> Meaning:
    """A medicine that is said to be taken, or was prescribed; refuses one that ended at a time nobody wrote down."""
    prescribed = found.resourceType == "MedicationRequest"
    if found.status in _VOID or found.doNotPerform or found.intent in ("proposal", "option"):
        return WITHDRAWN
    name = _name(found, medications)
    if not name:
        return NO_NAME
    start, end = found.effectivePeriod.start or found.effectiveDateTime or found.authoredOn, found.effectivePeriod.end
    if found.status in _PAST and end is None:
        return ENDED
    told = (*several(found.dosage), *found.dosageInstruction)
    note = "prescribed; whether it was taken is not said" if prescribed else None
    given = {"name": name, "from": start, "to": end, "dose": _dosage(told[0]) if told else None, "note": note}
    return {"record": "medicine", **{field: value for field, value in given.items() if value is not None}}


def _name(found: Found, medications: Medications) -> str:
    """The medicine's name, where the bundle itself tells it."""
    reference = found.medicationReference.reference or ""
    inside = next((one.code for one in found.contained if one.id and reference == f"#{one.id}"), None)
    elsewhere = medications.get(target(reference))
    told = inside or (elsewhere.code if elsewhere else Concept())
    return words(found.medicationCodeableConcept) or words(told) or words(Concept(text=found.medicationReference.display))


def _dosage(dosage: Dosage) -> str | None:
    amount = dosage.doseAndRate[0].doseQuantity if dosage.doseAndRate else Quantity()
    counted = "" if amount.value is None else f"{amount.value:g} {_unit(amount)}".strip()
    return words(Concept(text=dosage.text)) or counted or None


def administration(found: Found, medications: Medications, held: Iterable[Code]) -> Meaning:
    """A dose; an amount that is not given stays unknown."""
    if found.status in _VOID:
        return WITHDRAWN
    name = _name(found, medications)
    if not name:
        return NO_NAME
    time = found.effectiveDateTime or found.effectivePeriod.start
    if time is None:
        return NO_TIME
    dosage = next(iter(several(found.dosage)), Dosage())
    route = words(dosage.route)
    known = {"amount": dosage.dose.value, "unit": _unit(dosage.dose) or None, "route": route or None}
    return {"record": "dose", "time": time, "substance": name, **{field: one for field, one in known.items() if one is not None}}


def condition(found: Found, medications: Medications, held: Iterable[Code]) -> Meaning:
    """A condition the person has, for the person's own record."""
    status, sure = codes(found.clinicalStatus), codes(found.verificationStatus)
    if (status and not status & _PRESENT) or sure & _NOT_TRUE or found.abatementDateTime is not None:
        return NOT_NOW
    name = words(found.code)
    return {"record": "person", "conditions": [name]} if name else NO_NAME


def patient(found: Found, medications: Medications, held: Iterable[Code]) -> Meaning:
    """Year of birth, sex and place of the person; the name is left where it is."""
    year = (found.birthDate or "")[:4]
    place = next((_place(one.country, one.state) for one in found.address), "")
    told = {
        "birth_year": int(year) if year.isdecimal() else None,
        "sex": found.gender if found.gender in ("female", "male") else None,
        "place": place or None,
    }
    known = {field: value for field, value in told.items() if value is not None}
    return {"record": "person", **known} if known else "nothing in it that a journal keeps"


def _place(country: str | None, state: str | None) -> str:
    """`US-TN` where both are written as codes, else the country, else nothing."""
    codes_given = [part for part in (country, state) if part and _ISO_3166.fullmatch(part)]
    return "-".join(codes_given) if country and codes_given[:1] == [country] else ""


MEANING: Mapping[str, Callable[[Found, Medications, Iterable[Code]], Meaning]] = {
    "Observation": observation,
    "MedicationStatement": medicine,
    "MedicationRequest": medicine,
    "MedicationAdministration": administration,
    "Condition": condition,
    "Patient": patient,
}
