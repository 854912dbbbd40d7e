"""The questions other rooms ask of the facts, each with an answer for what is not in the files."""

from steelyard.knowledge.model import EffectPrior, Fact, Knowledge, SmallestChange
from steelyard.knowledge.words import GRADES, cite_short
from steelyard.records.model import Scale

ANY_SUBSTANCE = "unknown"
ANY_SCALE = "any_scale"
SMALLEST_CHANGE = "smallest_change"

_UNITS = {"bounded": "points", "ordinal": "points", "binary": "share of ratings", "count": "counts"}


def effect_prior(knowledge: Knowledge, substance: str) -> EffectPrior:
    """Return what to assume about the effect of a substance (its name in any case) before the diary speaks.

    A substance of which nothing is held gets the wide default, marked as `convention` and without citations.
    """
    name = substance.strip().casefold()
    effect = _half_life(knowledge, name, "effect_half_life")
    absorption = _half_life(knowledge, name, "absorption_half_life")
    reference = knowledge.facts.get(f"{name}.reference_dose")
    bases = [fact for fact in (effect, absorption, reference) if fact is not None]
    return EffectPrior(
        substance=substance,
        kind=effect.kind,
        median_h=_number(effect.value, effect),
        low_h=_number(effect.low, effect),
        high_h=_number(effect.high, effect),
        absorption_h=_number(absorption.value, absorption),
        reference_amount=None if reference is None else reference.value,
        reference_unit="" if reference is None else reference.unit,
        citations=tuple(dict.fromkeys(key for fact in bases for key in knowledge.citations(fact))),
    )


def smallest_change(knowledge: Knowledge, scale: Scale) -> SmallestChange | None:
    """Return the smallest change worth having on a scale, or None for a scale without a range and without a fact.

    A figure held for a shipped scale holds only for that family and range: a journal that redefines `pain` as 0-100 gets
    the rule for any scale, a share of the range by convention.
    """
    shipped = knowledge.scales.get(scale.id)
    fact = knowledge.facts.get(f"{scale.id}.{SMALLEST_CHANGE}")
    if fact is not None and shipped is not None and _same_range(scale, shipped):
        return _change(knowledge, fact, _number(fact.value, fact), fact.unit)
    reach = _range(scale)
    if reach is None:
        return None
    rule = knowledge.fact(ANY_SCALE, SMALLEST_CHANGE)
    return _change(knowledge, rule, reach * _number(rule.value, rule) / 100, _UNITS[scale.family])


def _half_life(knowledge: Knowledge, substance: str, name: str) -> Fact:
    known = knowledge.facts.get(f"{substance}.{name}")
    return known if known is not None else knowledge.fact(ANY_SUBSTANCE, name)


def _number(number: float | None, fact: Fact) -> float:
    if number is None:
        raise ValueError(f"{fact.id} needs a value, and a half-life of effect also low and high")
    return number


def _same_range(one: Scale, other: Scale) -> bool:
    return (one.family, one.low, one.high) == (other.family, other.low, other.high)


def _range(scale: Scale) -> float | None:
    if scale.family == "binary":
        return 1.0  # a share of ratings, whatever the two answers are called
    return None if scale.low is None or scale.high is None else scale.high - scale.low


def _change(knowledge: Knowledge, fact: Fact, value: float, unit: str) -> SmallestChange:
    sources = knowledge.citations(fact) if fact.kind != "convention" else ()
    return SmallestChange(
        value=value,
        unit=unit,
        citation="; ".join(cite_short(knowledge.references[key]) for key in sources) or GRADES[fact.grade],
        citations=sources,
        grade=fact.grade,
        statement=fact.statement,
    )
