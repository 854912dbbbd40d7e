"""The verdict rule, and how sure it is. A verdict depends on the posterior and the smallest change worth having, on nothing else."""

from .model import Certainty, Verdict

SURE = 0.95
LONG_DAYS = 90


def verdict(p_relief: float, p_worthwhile: float, barred: bool = False) -> Verdict:
    """The verdict on one effect.

    Args:
        p_relief: posterior probability of any relief at the peak of the usual dose.
        p_worthwhile: posterior probability of relief of at least the smallest change worth having.
        barred: a failed check, or estimators that disagree beyond what the headline explains: nothing can be settled.
    """
    if barred:
        return "not_settled"
    if 1 - p_relief >= SURE:
        return "makes_worse"
    if p_worthwhile >= SURE:
        return "helps"
    if 1 - p_worthwhile >= SURE:
        return "no_worthwhile_effect"
    if p_relief >= SURE:
        return "helps_a_little"
    return "not_settled"


def certainty(randomised: bool, failed_checks: int, days: int) -> Certainty:
    """How sure an answer can be: chance alone lifts it above `moderate`; a short diary or a failed check lowers it."""
    if failed_checks:
        return "very_low"
    if randomised:
        return "high" if days >= LONG_DAYS else "moderate"
    return "moderate" if days >= LONG_DAYS else "low"
