"""All pairs of a source with all their measures, a block at a time: twenty million pairs and a dozen columns do not fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .counting import Counts
from .measures import Estimate, Table, expected, ic_of, prr, ror
from .mixture import MANY, Likelihood, Points, Prior, fit_prior, squash
from .shrink import Shrinker, Shrunk

BLOCK = 1 << 20  # pairs


@dataclass(frozen=True)
class Block:
    """Some pairs with their measures, each of shape (n_pairs,), in the order of `Counts`."""

    drug: NDArray[np.int32]
    event: NDArray[np.int32]
    counts: Table
    expected: NDArray[np.float64]
    prr: Estimate
    ror: Estimate
    ic: Estimate
    eb: Shrunk


def prior_of(counts: Counts, likelihood: Likelihood = "component") -> tuple[Prior, Points]:
    """Return the prior of all pairs of a source, and the points it was fitted to; squashed where pairs fill more than one block."""
    parts = [Points(n, expect, np.ones(len(n))) for n, expect in (_pairs(counts, part) for part in _parts(counts))]
    if len(parts) > 1 or (parts and len(parts[0].n) > MANY):
        parts = [squash(each) for each in parts]
    whole = Points(
        *(np.concatenate([getattr(each, name) for each in parts] or [np.empty(0)]) for name in ("n", "expect", "many"))
    )
    points = squash(whole) if len(parts) > 1 else whole
    return fit_prior(points, likelihood), points


def every_pair(counts: Counts, prior: Prior, points: Points) -> Iterator[Block]:
    """Yield all pairs with all measures, a block at a time; `prior` and `points` are those of `prior_of`."""
    shrinker = Shrinker(prior, points)
    for part in _parts(counts):
        drug, event = counts.drug[part], counts.event[part]
        n = counts.n[part].astype(np.float64)
        n_drug, n_event = counts.n_drug[drug].astype(np.float64), counts.n_event[event].astype(np.float64)
        table = Table(n, n_drug, n_event, float(counts.total))
        expect = expected(table)
        yield Block(drug, event, table, expect, prr(table), ror(table), ic_of(n, expect), shrinker.shrink(n, expect))


def _parts(counts: Counts) -> Iterator[slice]:
    return (slice(at, at + BLOCK) for at in range(0, len(counts.n), BLOCK))


def _pairs(counts: Counts, part: slice) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    expect = counts.n_drug[counts.drug[part]] * (counts.n_event[counts.event[part]] / counts.total)
    return counts.n[part].astype(np.float64), expect
