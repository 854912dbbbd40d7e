"""Two drugs together: is an event reported more often of both than either alone would lead one to expect?

The comparison is with risks that add up. It is shrunk towards nothing where reports are few.
Source: Norén, Sundberg, Bate & Edwards, Stat Med 27 (2008) 3057, doi 10.1002/sim.3247; eq. 16 for what is expected, 20 for the interval,
numbered as in the code of DiAna.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

SHRINK = 0.5


@dataclass(frozen=True)
class Together:
    """Reports with the event and all reports, each by whether they name neither drug, the first only, the second only, or both."""

    event: tuple[int, int, int, int]
    reports: tuple[int, int, int, int]


@dataclass(frozen=True)
class Omega:
    """The contrast on the log2 scale with its 95 % interval, and the reports with both that were expected."""

    value: float
    low: float
    high: float
    expected: float


def omega(counts: Together) -> Omega | None:
    """Return the shrunken contrast between reports of both drugs with the event and what each alone would lead one to expect.

    None where no report names both drugs, or where every report of some group has the event: there is nothing to compare with.
    """
    if not all(counts.reports) or any(e >= n for e, n in zip(counts.event[:3], counts.reports[:3], strict=True)):
        return None
    neither, first, second = (e / n / (1 - e / n) for e, n in zip(counts.event[:3], counts.reports[:3], strict=True))
    odds = max(neither, first) + max(neither, second) - neither
    expected = counts.reports[3] * (1 - 1 / (odds + 1))
    n = counts.event[3]
    low, high = (float(np.log2(gammaincinv(n + SHRINK, q) / (expected + SHRINK))) for q in (0.025, 0.975))
    return Omega(float(np.log2((n + SHRINK) / (expected + SHRINK))), low, high, expected)
