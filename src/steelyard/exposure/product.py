"""From what was written down to milligrams of alkaloid: grams, capsules and tablets of a product, with their spread.

A content that the journal states is used, with its spread; any other comes from what is held about that kind of product. One product has one
content: it is drawn once and holds for all of its doses. A strain name is a label and never looked at.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log1p, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from steelyard.knowledge.hazards import Substance, spoken
from steelyard.knowledge.model import STANDARD_ERRORS_IN_95_PERCENT, Fact, Knowledge
from steelyard.knowledge.products import content_prior, seven_oh_by_content
from steelyard.records.model import Dose, Product
from steelyard.records.units import amount_unit, convert_mass

Array = NDArray[np.float64]
Minutes = NDArray[np.int64]
Kind = Literal["leaf", "extract", "seven_oh", "unclear"]
KRATOM, SEVEN_OH, ISOLATE = "kratom", "7-hydroxymitragynine", "isolate"
WIDE = STANDARD_ERRORS_IN_95_PERCENT / 2


@dataclass(frozen=True)
class Content:
    """mg of an alkaloid in a gram: log-normal with this median and 95 % range; uniform between the ends where the lower is 0."""

    median: float
    low: float
    high: float

    def drawn(self, rng: np.random.Generator, draws: int) -> Array:
        """Draws of the content, `(draws,)`, mg/g."""
        if self.low <= 0:
            return rng.uniform(self.low, self.high, draws)
        log_sd = np.log(self.high / self.low) / STANDARD_ERRORS_IN_95_PERCENT
        return np.asarray(self.median * np.exp(log_sd * rng.standard_normal(draws)))


@dataclass(frozen=True)
class Made:
    """What a product is. `stated`: the journal gives the content of mitragynine. A content is None where nothing is known of it."""

    kind: Kind
    mitragynine: Content | None
    seven_oh: Content | None
    stated: bool


@dataclass(frozen=True)
class Taken:
    """Draws of what doses held, `(draws, doses)`: mg of either alkaloid, NaN where nothing is known of it.

    Where `weighed` is false no dose has a mass: the figures are in `unit`s, and only their ratios mean something. `unknown` counts
    amounts that were drawn from the others.
    """

    mitragynine: Array
    seven_oh: Array
    weighed: bool
    unit: str
    unknown: int


def made_of(product: Product | None, substance: str, knowledge: Knowledge, named: Mapping[str, Substance]) -> Made:
    """What a product of kratom or of 7-OH holds, by the journal's own figures or by its kind.

    Args:
        product: None where a dose names none: then it is plain leaf, or a 7-OH product if `substance` says so.
        named: kratom and 7-OH with their names and kinds of product (`knowledge.hazards`).

    Returns:
        Kind `seven_oh` for what is sold as 7-OH or holds it as such; `unclear` for an isolate that does not say of what, and for
        what is said to hold no mitragynine.
    """
    own, seven_oh = (product.mitragynine_mg_per_g, product.hydroxymitragynine_mg_per_g) if product else (None, None)
    kind = _kind(product, substance, own, seven_oh, knowledge, named)
    spread = (product.mitragynine_mg_per_g_sd, product.hydroxymitragynine_mg_per_g_sd) if product else (None, None)
    return Made(
        kind,
        _content(own, spread[0], content_prior(knowledge, kind, "mitragynine"), knowledge),
        _content(seven_oh, spread[1], content_prior(knowledge, kind, "seven_oh"), knowledge),
        own is not None,
    )


def _kind(
    product: Product | None,
    substance: str,
    own: float | None,
    seven_oh: float | None,
    knowledge: Knowledge,
    named: Mapping[str, Substance],
) -> Kind:
    kind = spoken(product.kind or "") if product else frozenset[str]()
    said = spoken(substance) | spoken(product.substance if product else "") | kind
    if any(spoken(name) <= said for name in named[SEVEN_OH].names) or seven_oh_by_content(knowledge, own, seven_oh):
        return "seven_oh"
    if own == 0 or (ISOLATE in kind and own is None):
        return "unclear"
    return "extract" if any(spoken(word) <= kind for word in named[KRATOM].strong) else "leaf"


def _content(own: float | None, spread: float | None, prior: Fact | None, knowledge: Knowledge) -> Content | None:
    if own is None:
        if prior is None or prior.low is None or prior.high is None:
            return None
        return Content((prior.low + prior.high) / 2 if prior.value is None else prior.value, prior.low, prior.high)
    usual = (knowledge.fact(KRATOM, "content_spread").value or 0.0) / 100
    log_sd = sqrt(log1p((usual if spread is None else spread / own) ** 2)) if own else 0.0
    median = own / exp(log_sd**2 / 2)  # a log-normal with the mean and standard deviation given
    return Content(median, median / exp(WIDE * log_sd), median * exp(WIDE * log_sd))


def amounts(doses: Sequence[Dose], products: Sequence[Product]) -> tuple[Array, str]:
    """Amounts in the unit most doses were written in, NaN where unknown, `(m,)`; capsules and tablets of a known weight as grams."""
    grams_each = {p.id: p.unit_g for p in products}
    written = [_plain(d, grams_each) for d in doses]
    unit = Counter(u for a, u in written if a is not None).most_common(1)
    if not unit:
        return np.full(len(doses), np.nan), "dose"
    chosen = unit[0][0]
    values = [_in(a, u, chosen) for a, u in written]
    return np.array([np.nan if v is None else v for v in values], float), chosen


def _plain(dose: Dose, grams_each: Mapping[str, float | None]) -> tuple[float | None, str]:
    unit = amount_unit(dose.unit or "")
    if unit is None:  # an amount of nothing in particular is not known
        return None, ""
    each = grams_each.get(dose.product or "")
    if dose.amount is not None and each is not None and unit in ("capsule", "tablet"):
        return dose.amount * each, "g"
    return dose.amount, unit


def _in(amount: float | None, unit: str, chosen: str) -> float | None:
    if amount is None or unit == chosen:
        return amount
    return convert_mass(amount, unit, chosen)


def taken(
    doses: Sequence[Dose], products: Sequence[Product], made: Mapping[str, Made], rng: np.random.Generator, draws: int
) -> Taken:
    """Draws of the alkaloids in each dose.

    Args:
        made: what each product id holds; `""` for doses that name none, or one that is not described.

    Returns:
        Amounts that are uncertain (`amount_sd`) vary from draw to draw and never fall below zero; unknown ones are drawn from those
        known, and are one unit each where none is known.
    """
    amount, unit = amounts(doses, products)
    missing, known = np.isnan(amount), amount[amount > 0]
    drawn = np.broadcast_to(amount, (draws, len(doses))).copy()
    if missing.any():
        drawn[:, missing] = rng.choice(known, (draws, missing.sum())) if len(known) else 1.0
    spread = np.array([(d.amount_sd or 0.0) / d.amount if d.amount else 0.0 for d in doses])
    if spread.any():
        drawn = np.maximum(drawn * (1 + spread * rng.standard_normal(drawn.shape)), 0.0)
    grams = convert_mass(1.0, unit, "g")
    contents = {id: (_drawn(each.mitragynine, rng, draws), _drawn(each.seven_oh, rng, draws)) for id, each in made.items()}
    of = [contents[dose.product if dose.product in contents else ""] for dose in doses]
    held = np.array(of).reshape(len(doses), 2, draws) * (1.0 if grams is None else grams)
    return Taken(drawn * held[:, 0].T, drawn * held[:, 1].T, grams is not None, unit, int(missing.sum()))


def _drawn(content: Content | None, rng: np.random.Generator, draws: int) -> Array:
    return np.full(draws, np.nan) if content is None else content.drawn(rng, draws)


def minutes(doses: Sequence[Dose], origin: datetime, rng: np.random.Generator, draws: int) -> Minutes:
    """Whole minutes from `origin` to each dose: `(m,)`, or `(draws, m)` where any time is uncertain (`time_sd_minutes`)."""
    at = np.array([round((dose.time - origin) / timedelta(minutes=1)) for dose in doses], np.int64)
    spread = np.array([dose.time_sd_minutes or 0.0 for dose in doses])
    if not spread.any():
        return at
    return np.asarray(at + np.rint(spread * rng.standard_normal((draws, len(at)))).astype(np.int64))
