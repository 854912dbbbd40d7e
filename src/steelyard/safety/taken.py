"""What was taken: the dose log as doses of known substances, and medicines as what their names were read as."""

from datetime import datetime, timedelta

from steelyard.knowledge.hazards import Hazards, spoken
from steelyard.knowledge.medicines import Medicines, Reading, read_name, words
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.products import seven_oh_by_content
from steelyard.records.model import Dose, Journal, Medicine, Product
from steelyard.records.units import grams
from steelyard.safety.model import Taken, Used

KRATOM, SEVEN_OH = "kratom", "7-hydroxymitragynine"


def doses_taken(journal: Journal, knowledge: Knowledge, hazards: Hazards, now: datetime) -> tuple[Taken, ...]:
    """Return every dose up to `now` in order of time; a recorded zero was not taken, an unknown amount was."""
    products = {product.id: product for product in journal.of(Product)}
    known: dict[tuple[str, str | None], tuple[str, frozenset[str], str]] = {}
    found = []
    for dose in journal.of(Dose):
        if dose.amount == 0 or dose.time > now:
            continue
        key = (dose.substance, dose.product)
        product = products.get(dose.product or "")
        if key not in known:
            known[key] = _what(dose.substance, product, knowledge, hazards)
        substance, classes, kind = known[key]
        found.append(Taken(dose.time, substance, classes, _grams(dose, product), kind))
    return tuple(found)


def medicines_used(journal: Journal, taken: tuple[Taken, ...], hazards: Hazards, lasts: timedelta) -> tuple[Used, ...]:
    """Return the medicines of the journal, each name on its own, and what stands in the dose log beside kratom and 7-OH.

    What was `taken` counts as used from its first dose until `lasts` after its last one.
    """
    names = hazards.medicines
    spans: list[tuple[str, datetime | None, datetime | None, bool]] = []
    spans += ((medicine.name, medicine.from_, medicine.to, False) for medicine in journal.of(Medicine))
    logged: dict[str, datetime] = {}
    for dose in taken:
        if dose.substance not in hazards.substances:
            logged.setdefault(dose.substance, dose.time)
    last = {dose.substance: dose.time + lasts for dose in taken}
    spans += ((substance, first, last[substance], True) for substance, first in logged.items())
    read = {name: read_name(names, name) for name in {span[0] for span in spans}}
    return tuple(
        Used(reading, _classes(reading, names), from_, to, by_dose)
        for name, from_, to, by_dose in spans
        for reading in read[name]
    )


def _what(written: str, product: Product | None, knowledge: Knowledge, hazards: Hazards) -> tuple[str, frozenset[str], str]:
    """The name used here for what was taken, its classes, and the kind of product in plain words."""
    kind = " ".join(words((product.kind or "").replace("_", " "))) if product else ""
    substances = _named(written, hazards) | _named(product.substance if product else "", hazards)
    if substances:
        seven_oh = SEVEN_OH in substances or _holds_seven_oh(product, kind, knowledge, hazards)
        return (SEVEN_OH if seven_oh else min(substances)), frozenset(), kind
    readings = [reading for reading in read_name(hazards.medicines, written) if reading.exact]
    medicines = dict.fromkeys(medicine for reading in readings for medicine in reading.medicines)
    classes = frozenset[str]().union(*(_classes(reading, hazards.medicines) for reading in readings))
    return " and ".join(medicines) or written.strip().casefold(), classes, kind


def _classes(reading: Reading, names: Medicines) -> frozenset[str]:
    return frozenset(kind for medicine in reading.medicines for kind in names.classes_of[medicine])


def _named(written: str, hazards: Hazards) -> set[str]:
    """Substances of which some name stands among the words, as in `Green Malay kratom powder`."""
    said = spoken(written)
    return {key for key, each in hazards.substances.items() if any(spoken(name) <= said for name in each.names)}


def _holds_seven_oh(product: Product | None, kind: str, knowledge: Knowledge, hazards: Hazards) -> bool:
    """Whether a product sold as kratom is a 7-OH product by its kind or by what is in it."""
    if product is None:
        return False
    held = seven_oh_by_content(knowledge, product.mitragynine_mg_per_g, product.hydroxymitragynine_mg_per_g)
    return held or SEVEN_OH in _named(kind, hazards)


def _grams(dose: Dose, product: Product | None) -> float | None:
    if dose.amount is None or dose.unit is None:
        return None
    return grams(dose.amount, dose.unit, product.unit_g if product else None)
