"""The parts of FHIR R4 resources that are read here; all else is passed over, and what is broken in it does no harm."""

import re
from typing import Any

import msgspec

from steelyard.exchange.fhir_records import OWN

LONGEST_TEXT = 200
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphens and spaces of no width, which names of codes are full of


class Coding(msgspec.Struct, frozen=True):
    """A code of a code system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct, frozen=True):
    """Something in words, in codes, or both."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Quantity(msgspec.Struct, frozen=True):
    """A value with a unit; `comparator` (`<`) says that it is only a bound."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Ratio(msgspec.Struct, frozen=True):
    """An amount in an amount."""

    numerator: Quantity = Quantity()


class Period(msgspec.Struct, frozen=True):
    """From, to."""

    start: str | None = None
    end: str | None = None


class Reference(msgspec.Struct, frozen=True):
    """Points at another resource."""

    reference: str | None = None
    display: str | None = None


class Identifier(msgspec.Struct, frozen=True):
    """A name that a system of names gave."""

    type: Concept = Concept()
    system: str | None = None
    value: str | None = None


class Limits(msgspec.Struct, frozen=True):
    """A laboratory's limits."""

    low: Quantity = Quantity()
    high: Quantity = Quantity()


class DoseAndRate(msgspec.Struct, frozen=True):
    """The amount of a dosage that is an instruction."""

    doseQuantity: Quantity = Quantity()


class Dosage(msgspec.Struct, frozen=True):
    """How something is taken."""

    text: str | None = None
    route: Concept = Concept()
    dose: Quantity = Quantity()
    doseAndRate: tuple[DoseAndRate, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """A note."""

    text: str | None = None


class Address(msgspec.Struct, frozen=True):
    """As much of an address as a law depends on."""

    state: str | None = None
    country: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """An answer in numbers."""

    valueDecimal: float | None = None


class Extension(msgspec.Struct, frozen=True):
    """The end of a range of answers."""

    url: str | None = None
    valueDecimal: float | None = None


class Item(msgspec.Struct, frozen=True):
    """A question, or the answer to one."""

    answer: tuple[Answer, ...] = ()
    extension: tuple[Extension, ...] = ()


class Ingredient(msgspec.Struct, frozen=True):
    """What is in a product, and how much of it."""

    itemCodeableConcept: Concept = Concept()
    strength: Ratio = Ratio()


class Batch(msgspec.Struct, frozen=True):
    """A lot."""

    lotNumber: str | None = None


class Contained(msgspec.Struct, frozen=True):
    """A resource inside another."""

    id: str | None = None
    title: str | None = None
    code: Concept = Concept()


class Head(msgspec.Struct, frozen=True):
    """What kind of resource it is, and whom it is about."""

    resourceType: str
    id: str | None = None
    subject: Reference = Reference()
    patient: Reference = Reference()


class Found(msgspec.Struct, frozen=True):
    """A resource of any kind that is read; every kind uses some of the fields."""

    resourceType: str
    id: str | None = None
    identifier: Identifier | tuple[Identifier, ...] = ()
    contained: tuple[Contained, ...] = ()
    status: str | None = None
    intent: str | None = None
    doNotPerform: bool = False
    category: Concept | tuple[Concept, ...] = ()
    code: Concept = Concept()
    clinicalStatus: Concept = Concept()
    verificationStatus: Concept = Concept()
    abatementDateTime: str | None = None
    gender: str | None = None
    birthDate: str | None = None
    address: tuple[Address, ...] = ()
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period = Period()
    issued: str | None = None
    authored: str | None = None
    authoredOn: str | None = None
    period: Period = Period()
    valueQuantity: Quantity | None = None
    valueInteger: int | None = None
    valueBoolean: bool | None = None
    valueString: str | None = None
    valueCodeableConcept: Concept | None = None
    component: tuple[msgspec.Raw, ...] = ()
    method: Concept = Concept()
    referenceRange: tuple[Limits, ...] = ()
    medicationCodeableConcept: Concept = Concept()
    medicationReference: Reference = Reference()
    supportingInformation: tuple[Reference, ...] = ()
    dosage: Dosage | tuple[Dosage, ...] = ()
    dosageInstruction: tuple[Dosage, ...] = ()
    note: tuple[Said, ...] = ()
    title: str | None = None
    description: str | None = None
    item: tuple[Item, ...] = ()
    form: Concept = Concept()
    amount: Ratio = Ratio()
    ingredient: tuple[Ingredient, ...] = ()
    batch: Batch = Batch()


Fields = dict[str, Any]


def several(given: Any) -> tuple[Any, ...]:
    """The same whether a field holds one or a list."""
    return given if isinstance(given, tuple) else (given,)


def own(found: Found) -> Identifier | None:
    """The identifier that says which record of a journal a resource was made of; `None` for resources of others."""
    return next((one for one in several(found.identifier) if one.system == OWN and one.type.text), None)


def words(concept: Concept) -> str:
    """A concept in words, without spaces of no width; empty when it has none."""
    said = [concept.text, *(one.display for one in concept.coding)]
    return next((plain for plain in map(_plain, said) if plain), "")


def codes(concept: Concept) -> set[str]:
    """The codes of a concept, whatever their systems."""
    return {one.code for one in concept.coding if one.code}


def target(reference: str | None) -> str:
    """What a reference points at, without the kind or the address before it; empty when it points at nothing."""
    return (reference or "").rpartition("/")[2].removeprefix("urn:uuid:")


def _plain(said: str | None) -> str:
    return _SPACES.sub(" ", _UNSEEN.sub("", said or "")).strip()[:LONGEST_TEXT]
