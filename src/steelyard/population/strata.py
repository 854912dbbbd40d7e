"""Reports compared with their like: within each sex, age group and year, then put together.

A drug taken mostly by young men is compared with what is reported of young men.
Source: Mantel & Haenszel, J Natl Cancer Inst 22 (1959) 719, doi 10.1093/jnci/22.4.719; Robins, Breslow & Greenland, Biometrics 42 (1986)
311, doi 10.2307/2531052, for the interval.
"""

import numpy as np
from numpy.typing import NDArray

from .measures import Estimate, Table, Z, expected, ic_of

Whole = NDArray[np.int64]


def by_stratum(stratum: Whole, with_drug: Whole, with_event: Whole) -> tuple[Whole, Table]:
    """Return the codes of the strata that have reports, in order, and the counts within each, all of shape (n_strata,).

    Args:
        stratum: code of each report, 0 or above, shape (n_reports,); with_drug, with_event: numbers of the reports that name them,
            each once.
    """
    total = np.bincount(stratum)
    held = np.flatnonzero(total)
    both = np.intersect1d(with_drug, with_event, assume_unique=True)
    n, drug, event = (
        np.bincount(stratum[each], minlength=len(total))[held].astype(np.float64) for each in (both, with_drug, with_event)
    )
    return held, Table(n, drug, event, total[held].astype(np.float64))


def pooled_ror(strata: Table) -> Estimate:
    """Return the Mantel-Haenszel odds ratio over strata with its 95 % interval, shape (1,); not a number where no stratum can tell."""
    a, b, c = strata.n, strata.n_drug - strata.n, strata.n_event - strata.n
    d = strata.total - strata.n_drug - c
    along, across = a * d / strata.total, b * c / strata.total
    agree, differ = (a + d) / strata.total, (b + c) / strata.total
    r, s = along.sum(), across.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (
            (agree @ along) / (2 * r * r) + (agree @ across + differ @ along) / (2 * r * s) + (differ @ across) / (2 * s * s)
        )
        value, width = np.atleast_1d(r / s), np.atleast_1d(np.exp(Z * np.sqrt(variance)))
        return Estimate(value, value / width, value * width)


def pooled_ic(strata: Table) -> Estimate:
    """Return the information component with expected counts added up over strata, shape (1,).

    Source: DuMouchel, Am Stat 53 (1999) 177, for the sum over strata.
    """
    return ic_of(np.atleast_1d(strata.n.sum()), np.atleast_1d(expected(strata).sum()))


def running_ic(years: Table) -> Estimate:
    """Return the information component of all reports up to the end of each year, shape (n_years,).

    `years` are in order. What was expected until then is worked out from the reports until then.
    """
    until = Table(*(np.cumsum(np.asarray(each)) for each in (years.n, years.n_drug, years.n_event, years.total)))
    return ic_of(until.n, expected(until))
