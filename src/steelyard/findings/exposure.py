"""How long something is there: felt for hours, in the body for days; what it builds up to and what it meets.

Two time scales, kept apart. What is felt follows the effect half-life, assumed or learned from this person's ratings (`felt`). What is in the
body follows a curve that was fitted to a few people's blood (`body`). Both are relative to one usual dose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from steelyard.exposure.people import people
from steelyard.exposure.product import KRATOM, Made, amounts, made_of
from steelyard.exposure.summary import Band, band, course
from steelyard.knowledge.hazards import Hazards, Substance, load_hazards, spoken
from steelyard.knowledge.kinetics import blood_prior
from steelyard.knowledge.lookup import effect_prior
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Dose, Journal, Product

from .body import ALONE_MIN, DRAWS, TWO_WEEKS_D, Curves, Load, Log, Overlap, load, log_of, overlaps, recent
from .felt import FELT_H, TOPIC, WORN_OFF, Learned, Worn, worn
from .model import Amount, Finding, Levels, Ribbon

Array = NDArray[np.float64]
FOLDED = ("leaf", "extract")  # kinds of product that count as kratom


@dataclass(frozen=True)
class Held:
    """What one usual dose holds, in mg; None where doses have no mass, or nothing is known. `stated`: all of it by the journal."""

    mitragynine: Band | None
    seven_oh: Band | None
    stated: bool
    extract: bool
    unknown: int


@dataclass(frozen=True)
class InBody:
    """The answers that rest on a curve in the body; `days` of the log were looked at for overlaps.

    `not_held` names what else was taken, of which no half-life is held.
    """

    held: Held
    load: Load
    overlaps: tuple[Overlap, ...]
    not_held: tuple[str, ...]
    days: int
    citations: tuple[str, ...]


@dataclass(frozen=True)
class Exposed:
    """The answers for one substance, known here as `held_as`; `body` is there only where its course in the body is held.

    `usual` is the median dose of late. `apart` and `unclear` count doses left out: of 7-OH products, and of products that do not say what
    they hold.
    """

    substance: str
    held_as: str
    usual: Amount
    worn: Worn
    body: InBody | None
    labels: tuple[str, ...]
    apart: int
    unclear: int
    levels: Levels


def section_id(substance: str) -> str:
    """Stable name of the section on one substance."""
    return f"exposure.{substance.casefold()}"


def learned_from(findings: Sequence[Finding], substance: str) -> Learned | None:
    """What the first of a person's own findings on a substance that rests on a fit says of how long it is felt."""
    for finding in findings:
        if finding.level == "person" and finding.subject.substance.casefold() == substance.casefold():
            for contrast in finding.contrasts:
                if contrast.name == WORN_OFF:
                    return Learned(finding.subject.outcome, contrast)
    return None


def exposed(
    journal: Journal,
    substance: str,
    knowledge: Knowledge,
    end: datetime,
    learned: Learned | None = None,
    hazards: Hazards | None = None,
    seed: int = 0,
) -> Exposed | None:
    """Answer how long one substance of a journal is there.

    Args:
        substance: as in the dose log (any case); end: last instant that counts; learned: what a fit of this person's ratings says of how
            long it is felt; hazards: names of substances and medicines, the shipped ones by default.

    Returns:
        None where no dose of it is written down, or where neither what is held nor a fit says anything of it.
    """
    names, products = hazards or load_hazards(), journal.of(Product)
    written = [d for d in journal.of(Dose) if d.substance.casefold() == substance.casefold() and d.amount != 0 and d.time <= end]
    held_as, prior = _held_as(substance, names.substances), effect_prior(knowledge, substance)
    if not written or (held_as not in names.substances and prior.kind == "convention" and learned is None):
        return None
    made = _made(written, products, held_as, knowledge, names.substances)
    kinds = [made[_of(dose, made)].kind for dose in written] if made else []
    own = [dose for dose, kind in zip(written, kinds, strict=True) if kind in FOLDED] if kinds else written
    usual = _usual(recent(own or written)[0], products)
    felt, drawn = worn(prior, learned, (knowledge.fact(TOPIC, WORN_OFF).value or 0.0) / 100)
    levels = Levels(section_id(substance), f"{usual.amount:.3g} {usual.unit}", FELT_H.tolist(), _ribbon(drawn))
    blood, rng, body = blood_prior(knowledge, held_as), np.random.default_rng([seed, 11]), None
    if blood is not None and own:
        anybody = people(blood, rng, DRAWS)
        log = log_of(own, products, {id: each for id, each in made.items() if each.kind in FOLDED}, rng)
        found, curves = load(anybody, log, knowledge)
        met, not_held = overlaps(journal, substance, anybody, curves.peak, log, knowledge, names.medicines, rng)
        body = InBody(_held(log, own, made), found, met, not_held, log.days, blood.citations)
        levels = _with_body(levels, curves)
    labels = {p.label for p in products if p.label and p.id in {dose.product for dose in written}}
    left_out = kinds.count("seven_oh"), kinds.count("unclear")
    return Exposed(substance, held_as, usual, felt, body, tuple(sorted(labels)), *left_out, levels)


def _held_as(substance: str, named: Mapping[str, Substance]) -> str:
    """The name under which a substance is held here, as in `Green Malay kratom powder`."""
    said = spoken(substance)
    return next((key for key, each in named.items() if any(spoken(name) <= said for name in each.names)), substance.casefold())


def _made(
    doses: Sequence[Dose], products: Sequence[Product], held_as: str, knowledge: Knowledge, named: Mapping[str, Substance]
) -> dict[str, Made]:
    """What each product of kratom holds, by id; `""` for doses that name none. Nothing for any other substance."""
    if held_as != KRATOM:
        return {}
    taken = {dose.product for dose in doses}
    described = {p.id: made_of(p, held_as, knowledge, named) for p in products if p.id in taken}
    return {"": made_of(None, held_as, knowledge, named), **described}


def _of(dose: Dose, made: Mapping[str, Made]) -> str:
    return dose.product if dose.product and dose.product in made else ""


def _usual(doses: Sequence[Dose], products: Sequence[Product]) -> Amount:
    amount, unit = amounts(doses, products)
    known = amount[amount > 0]
    return Amount(float(np.median(known)), unit) if len(known) else Amount(1.0, "dose")


def _held(log: Log, doses: Sequence[Dose], made: Mapping[str, Made]) -> Held:
    """What a usual dose holds; of a mixture of products the middle one in each draw."""
    used = {_of(dose, made) for dose in doses}
    kinds = [made[id] for id in used]
    drawn = (log.held.mitragynine, log.held.seven_oh)
    mg = [band(np.median(each, axis=1)) if log.held.weighed and np.isfinite(each).all() else None for each in drawn]
    return Held(mg[0], mg[1], all(m.stated for m in kinds), any(m.kind == "extract" for m in kinds), log.held.unknown)


def _ribbon(curves: Array) -> Ribbon:
    return Ribbon(*(each.tolist() for each in course(curves)))


def _with_body(levels: Levels, curves: Curves) -> Levels:
    """The series with what is in the body, hour by hour after one dose and day by day."""
    at = np.searchsorted(ALONE_MIN, np.asarray(levels.hours) * 60)
    day = None if curves.days is None else _ribbon(curves.days)
    return replace(levels, body=_ribbon(curves.alone[:, at]), day=day, taking=TWO_WEEKS_D)
