"""What other people's diaries lead to expect of one more person, and how that is said beside what the person's own diary says."""

from dataclasses import replace
from hashlib import blake2b
from itertools import islice

from steelyard.nof1.alone import Alone as Likelihood
from steelyard.nof1.contrasts import Interval
from steelyard.nof1.model import Diary, Priors
from steelyard.records.model import Dose, Journal, Rating

from . import wording
from .model import Alone, Expected

FIRST = 30  # doses and ratings that a diary is known again by; fewer could be guessed from their mark
LATENT = {"ordinal": "probit", "binary": "probit", "count": "logarithm"}  # where the effect is not in the scale's own units


def applies(expected: Expected | None, substance: str, outcome: str) -> bool:
    """Whether something is expected of this substance and this outcome."""
    return expected is not None and (expected.substance, expected.outcome) == (substance.casefold(), outcome)


def told(priors: Priors, expected: Expected, diary: Diary) -> Priors:
    """The priors with what is expected in place of the usual prior of the effect."""
    return replace(priors, effect_mean=expected.mean / diary.points, effect_sd=expected.sd / diary.points)


def unit_alone(family: str, unit: str) -> str:
    """The unit in which an effect is joined to those of other people."""
    return LATENT.get(family, unit)


def as_told(finding: str, contrast: str, unit: str, said: Likelihood, barred: bool = False) -> Alone:
    """What a diary alone says of one contrast, as plain data."""
    weight, mean, sd = said.weight.tolist(), said.mean.tolist(), said.sd.tolist()
    return Alone(finding, contrast, unit, tuple(weight), tuple(mean), tuple(sd), said.usual, barred)


def mark_of(journal: Journal) -> str:
    """A mark by which a diary is known again while it goes on: of its first doses and ratings; empty where they are too few.

    Whoever has the diary can tell from its mark that it was there; nobody can tell the diary from the mark.
    """
    doses, ratings = journal.of(Dose), journal.of(Rating)
    said = [(d.time.timestamp(), d.substance, d.amount) for d in doses] + [
        (r.time.timestamp(), r.scale, r.value) for r in ratings
    ]
    first = list(islice(sorted(said, key=_by_time), FIRST))
    return blake2b(repr(first).encode(), digest_size=16).hexdigest() if len(first) == FIRST else ""


def _by_time(said: tuple[float, str, float | None]) -> tuple[float, str]:
    """Orders what was said by its time, then by its words."""
    return said[0], repr(said)


def reasons(expected: Expected, alone: Interval, mark: str) -> tuple[str, ...]:
    """What has to be said of an answer that leans on other people's diaries; `alone` is what the person's own says without them."""
    said = wording.leaning(expected, alone)
    return (said, wording.TOLD_TWICE) if counts_twice(expected, mark) else (said,)


def counts_twice(expected: Expected, mark: str) -> bool:
    """Whether this very diary, or an earlier state of it, was among those that the expectation was learned from."""
    return bool(mark) and mark in expected.learned_from
