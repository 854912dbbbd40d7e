"""The verdict rule, and how sure it is. A verdict depends on the posterior and the smallest change worth having, on nothing else."""

from steelyard.nof1.slow_design import BETWEEN, ONE_WAY

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


def verdict_on_harm(p_worse: float, p_between: float, p_worthwhile: float) -> Verdict:
    """The verdict where the question is whether something goes with harm, so that no direction is expected beforehand.

    Either direction has to be as sure as one side of a 95 % interval; that nothing worth noticing happens has to be sure on both sides,
    since harm that is not excluded must not be called none.

    Args:
        p_worse: posterior probability of any change for the worse; p_between: of a change smaller than the smallest worth noticing, either way;
        p_worthwhile: of a change for the better of at least that size.
    """
    if p_worse >= ONE_WAY:
        return "makes_worse"
    if p_worthwhile >= ONE_WAY:
        return "helps"
    if p_between >= BETWEEN:
        return "no_worthwhile_effect"
    return "helps_a_little" if 1 - p_worse >= ONE_WAY else "not_settled"


def certainty(randomised: bool, failed_checks: int, days: int, coarse: bool = False) -> Certainty:
    """How sure an answer can be: chance alone lifts it above `moderate`; a short diary, a coarse scale or a failed check lowers it."""
    if failed_checks:
        return "very_low"
    if randomised:
        return "high" if days >= LONG_DAYS else "moderate"
    return "moderate" if days >= LONG_DAYS and not coarse else "low"
