"""Reports that tell of the same person twice: the same in everything, or so alike that they may be.

Only reports that say enough can be compared: day of the event, sex, age, and at least one substance and one reaction. What share of
them looks like a second telling is taken to hold for the others too, which is an estimate and no more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
SEED = 20_261_122


@dataclass(frozen=True)
class Told:
    """What is compared, one entry a report, shape (n_reports,).

    `day` of the event as 20170224, `sex` and `country` as codes, `age` in years; `drugs` and `events` are numbers that are equal where
    the sets are (`set_numbers`). `comparable` says which reports tell enough. `order` is the higher the later a report came in.
    """

    day: Whole
    sex: Whole
    country: Whole
    age: NDArray[np.float64]
    drugs: Whole
    events: Whole
    comparable: Flags
    order: Whole


@dataclass(frozen=True)
class Twice:
    """Reports that repeat an earlier one: `same` in everything, `alike` in all but the reactions or all but the substances.

    Of each group the report that came in last is not flagged. `comparable` counts the reports compared; `left` estimates how many second
    tellings are among those that could not be.
    """

    same: Flags
    alike: Flags
    comparable: int
    left: float


def set_numbers(report: NDArray[np.int32], code: NDArray[np.int32], total: int) -> Whole:
    """Return a number for the set of codes of each report, shape (total,): 0 for none, and equal only by a chance of one in 2 to the 63.

    Args:
        report, code: each pair once, in any order.

    Each code has a random number of its own, and a set is all of its numbers combined, whatever their order.
    """
    own = np.random.default_rng(SEED).integers(1, np.iinfo(np.int64).max, int(code.max(initial=-1)) + 1)
    result = np.zeros(total, dtype=np.int64)
    np.bitwise_xor.at(result, report, own[code])
    return result


def duplicates(told: Told) -> Twice:
    """Return which reports repeat another. What counts as a repeat is a convention of ours; docs/reference/signals.md states it."""
    person = (told.day, told.sex, told.age.view(np.int64), told.country)
    chosen = np.flatnonzero(told.comparable)
    same = _repeats(chosen, (*person, told.drugs, told.events), told.order)
    rest = chosen[~same[chosen]]
    alike = _repeats(rest, (*person, told.drugs), told.order) | _repeats(rest, (*person, told.events), told.order)
    share = (same.sum() + alike.sum()) / max(len(chosen), 1)
    return Twice(same, alike, len(chosen), float(share * (len(told.day) - len(chosen))))


def _repeats(chosen: Whole, keys: tuple[Whole, ...], order: Whole) -> Flags:
    """Of the chosen reports, all that are equal in the keys to one that came in later."""
    flags = np.zeros(len(order), dtype=np.bool_)
    if len(chosen):
        sorted_ = chosen[np.lexsort([order[chosen], *(key[chosen] for key in keys)])]
        equal = np.logical_and.reduce([key[sorted_[1:]] == key[sorted_[:-1]] for key in keys])
        flags[sorted_[:-1][equal]] = True
    return flags
