"""What is held about how a substance rises and falls in blood: curves fitted to published medians, and half-lives of medicines."""

from dataclasses import dataclass, fields
from math import log

from steelyard.knowledge.model import STANDARD_ERRORS_IN_95_PERCENT, Fact, Knowledge

CURVE = "curve_"
HALF_LIFE = "half_life_in_blood"
TOPIC, ANY_HALF_LIFE = "exposure", "any_half_life"


@dataclass(frozen=True)
class Spread:
    """A positive quantity that is log-normal between people: its median and central 95 % range."""

    median: float
    low: float
    high: float

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural logarithm."""
        return log(self.high / self.low) / STANDARD_ERRORS_IN_95_PERCENT


@dataclass(frozen=True, kw_only=True)
class BloodPrior:
    """Two compartments with a metabolite that is made on the way in and from the blood, as people differ.

    Absorption half-life and lag in h; clearance and exchange in L/h; central and peripheral volume in L, all of them apparent: over the
    share that arrives. `shared` is that share against the middle one: it spreads clearance, exchange and volumes together and leaves
    the shape of the curve alone. Of the metabolite: what is made on the way in, as a share of what arrives; clearance and volume over
    the share that becomes it.
    """

    absorption: Spread
    lag: Spread
    clearance: Spread
    central: Spread
    exchange: Spread
    peripheral: Spread
    shared: Spread
    metabolite_made: Spread
    metabolite_clearance: Spread
    metabolite_volume: Spread
    citations: tuple[str, ...]


NAMES = tuple(field.name for field in fields(BloodPrior) if field.name != "citations")


def blood_prior(knowledge: Knowledge, substance: str) -> BloodPrior | None:
    """Return the curve in blood that is held of a substance (any case), or None where none is."""
    name = substance.strip().casefold()
    if f"{name}.{CURVE}{NAMES[0]}" not in knowledge.facts:
        return None
    facts = [knowledge.fact(name, f"{CURVE}{each}") for each in NAMES]
    keys = dict.fromkeys(key for fact in facts for key in knowledge.citations(fact))
    spreads = {each: _spread(fact) for each, fact in zip(NAMES, facts, strict=True)}
    return BloodPrior(**spreads, citations=tuple(keys))


def half_life_in_blood(knowledge: Knowledge, medicine: str) -> tuple[Spread, Fact] | None:
    """Return the half-life in blood (h) that is held of a medicine, with its fact; None where none is held or it must not be used."""
    fact = knowledge.facts.get(f"{medicine.strip().casefold()}.{HALF_LIFE}")
    if fact is None or fact.value is None or fact.not_used:
        return None
    around = _spread(knowledge.fact(TOPIC, ANY_HALF_LIFE))  # people differ, whether a range is held or not
    low = fact.value * around.low if fact.low is None else fact.low
    high = fact.value * around.high if fact.high is None else fact.high
    return Spread(fact.value, low, high), fact


def _spread(fact: Fact) -> Spread:
    if fact.value is None or fact.low is None or fact.high is None:
        raise ValueError(f"{fact.id} needs a value with low and high")
    return Spread(fact.value, fact.low, fact.high)
