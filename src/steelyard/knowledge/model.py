"""What is known, from where, and how firmly: facts, the references they cite, and the scales people rate on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Literal

from steelyard.records.model import Scale

Kind = Literal["evidence", "absence", "prior", "threshold", "convention"]
Grade = Literal["A", "B", "C", "D", "E", "S", "U", "none", "derived", "convention"]
Seen = Literal["full", "tab", "abs", "sec"]

Unit = Literal[
    "", "%", "% of the range", "ratio", "odds ratio", "standard deviations", "points", "items",
    "s", "min", "h", "days", "weeks", "months", "years",
    "mg", "g", "kg", "mg/g", "µg/g", "mg/kg", "mg/day", "g/day", "% w/w", "µg/mL", "doses/day", "doses/week",
    "ng/mL", "µg/L", "ng*h/mL", "nM", "µM", "nM*h", "L", "L/kg", "L/h", "L/h/kg", "1/min",
    "U/L", "mg/dL", "mg/L", "times the upper limit", "bpm", "ms", "°C",
    "people", "cases", "deaths", "samples", "products", "hairs",
]  # fmt: skip
"""Every unit a figure may have, so that a misspelt one is refused; a unit that is missing here is added here."""

STANDARD_ERRORS_IN_95_PERCENT = 2 * 1.959964


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One statement about one subject, with its figure, where that was read and how firm it is.

    `kind` says whose statement it is: `evidence` is reported by the source in `citation`; `absence` says that evidence was looked
    for and not found; `prior` and `threshold` are choices of this project worked out from the facts named in `rests_on`;
    `convention` is a choice that claims no evidence.
    `value`, `low` and `high` are in `unit`; `n` counts people; `row` is the row of the evidence notes a figure came from.
    `conflicts_with` names facts that say otherwise. `not_used` is the reason why a figure is shown but nothing may rest on it.
    `file` is where it stands.
    """

    id: str
    subject: str
    name: str
    kind: Kind = "evidence"
    statement: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Unit = ""
    population: str = ""
    n: int | None = None
    citation: str = ""
    place: str = ""
    grade: Grade
    seen: Seen | None = None
    checked_on: date
    rests_on: tuple[str, ...] = ()
    row: str = ""
    conflicts_with: tuple[str, ...] = ()
    not_used: str = ""
    file: str = ""

    @property
    def topic(self) -> str:
        """What the file of this fact is about, such as `kinetics`."""
        return self.file.rpartition("/")[2].removesuffix(".toml")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A source, as the subset of CSL-JSON this project keeps; `author` holds family names.

    `issued` is year, month, day, as far as known; empty when the source shows no date.
    """

    id: str
    type: str
    author: tuple[str, ...]
    issued: tuple[int, ...] = ()
    title: str = ""
    container_title: str = ""
    volume: str = ""
    page: str = ""
    DOI: str = ""
    URL: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything shipped: facts and references by id, scales by name, and a short hash of the files they came from."""

    version: str
    facts: Mapping[str, Fact]
    references: Mapping[str, Reference]
    scales: Mapping[str, Scale]

    def fact(self, subject: str, name: str) -> Fact:
        """Return the fact called `name` about a substance, scale or topic; refuses (KeyError) what is not held."""
        try:
            return self.facts[f"{subject}.{name}"]
        except KeyError:
            held = sorted(fact.name for fact in self.facts.values() if fact.subject == subject)
            raise KeyError(f"no fact {name!r} about {subject!r}; held: {', '.join(held) or 'nothing'}") from None

    def citations(self, fact: Fact) -> tuple[str, ...]:
        """Return the citation keys a fact stands on: its own, or those of the facts it rests on, each once."""
        keys = (fact.citation, *(self.facts[other].citation for other in fact.rests_on))
        return tuple(dict.fromkeys(key for key in keys if key))

    def conflicts(self, fact: Fact) -> tuple[str, ...]:
        """Return the ids of the facts that say otherwise, whichever of the two names the other."""
        naming = (other.id for other in self.facts.values() if fact.id in other.conflicts_with)
        return tuple(dict.fromkeys((*fact.conflicts_with, *naming)))


@dataclass(frozen=True, kw_only=True)
class EffectPrior:
    """What is assumed about a substance's effect before the diary speaks.

    The effect half-life is log-normal with this median and central 95 % range, all in hours, as is the absorption half-life.
    `reference_amount` only scales the exposure curve and advises nothing; None stands for the person's own median dose.
    """

    substance: str
    kind: Kind
    median_h: float
    low_h: float
    high_h: float
    absorption_h: float
    reference_amount: float | None
    reference_unit: str
    citations: tuple[str, ...]

    @property
    def log_sd(self) -> float:
        """Standard deviation of the natural log of the effect half-life, from the 95 % range."""
        return log(self.high_h / self.low_h) / STANDARD_ERRORS_IN_95_PERCENT


@dataclass(frozen=True, kw_only=True)
class SmallestChange:
    """The smallest change worth having on one scale, always positive; `citation` is the source in words a reader knows."""

    value: float
    unit: str
    citation: str
    citations: tuple[str, ...]
    grade: Grade
    statement: str
