"""Does more do more, is it wearing out, does it come back worse: questions asked beside the main one, of the same fit.

A Bayes factor between a third and three is called undecided: a convention, not evidence.
"""

import numpy as np

from steelyard.nof1 import contrasts, rebound
from steelyard.nof1.contrasts import Interval
from steelyard.nof1.fit import Mixture
from steelyard.nof1.response import Reading, Response, sizes

from .model import Amount, Aside, Contrast
from .verdict import SURE
from .wording import measure, name

UNDECIDED = 3.0
MOST_SAID = 1000.0
SLIGHT = 0.05  # share of the effect that may be lost in 30 days and still be no sign of wearing out: a convention
MORE, WEARING, REBOUND = "Does more do more?", "Is it wearing out?", "Does it come back worse once a dose has worn off?"
NO_EFFECT = "No effect is sure, so these data cannot tell."


def asides(
    response: Response, outcome: str, usual: Amount, dose: Mixture, unit: str
) -> tuple[tuple[Aside, ...], tuple[Contrast, ...]]:
    """Answers, and the figures behind them.

    Args:
        response: the readings of the diary; usual: the person's median dose; dose: change at its peak; unit: of a change.

    Returns:
        Nothing for scales on which a change is not in points of the outcome itself.
    """
    if response.levels_off is None:
        return (), ()
    sure = max(dose.below(0.0), 1 - dose.below(0.0)) >= SURE
    found = _rebound_found(response)
    asked = (_more(response, sure, usual), _wearing(response, sure, unit), _rebound(response, found, outcome, unit))
    figures = _by_size(response, usual, unit) if sure else ()
    after = () if found is None else (Contrast("rebound", found.value, found.low, found.high, unit, dose=usual),)
    return asked, (*figures, *after)


def undecided(factor: float | None) -> bool:
    """Whether a Bayes factor decides nothing; one that was not asked for leaves nothing open."""
    return factor is not None and 1 / UNDECIDED <= factor <= UNDECIDED


def _more(response: Response, sure: bool, usual: Amount) -> Aside:
    apart = sizes(response.best.diary.dose)
    if not len(apart):
        return Aside("more", MORE, "All doses were about the same, so these data cannot tell more from less.", "doses_alike")
    if not sure:
        return Aside("more", MORE, NO_EFFECT, "no_sure_effect")
    factor = response.levels_off or 1.0
    low, high = (f"{x * usual.amount:.3g}" for x in (apart[0], apart[-1]))
    between = f"Doses of {low} to {high} {usual.unit} and what was left of earlier ones were compared."
    if factor > UNDECIDED:
        said = f"Less than its share: the effect levels off. The data prefer this to an effect in proportion by {_odds(factor)}."
    elif factor < 1 / UNDECIDED:
        said = f"In proportion. The data prefer this to an effect that levels off by {_odds(1 / factor)}."
    else:
        said = (
            "These data cannot tell whether the effect is in proportion to the amount or levels off; the answer allows for both."
        )
    return Aside("more", MORE, f"{said} {between}", bayes_factor=factor)


def _odds(factor: float) -> str:
    return f"more than {MOST_SAID:.0f} to 1" if factor > MOST_SAID else f"about {factor:.0f} to 1"


def _wearing(response: Response, sure: bool, unit: str) -> Aside:
    if not sure:
        return Aside("wearing_out", WEARING, NO_EFFECT, "no_sure_effect")
    drift, effect = contrasts.tolerance(response.fit, 1.0), response.fit.effect.value
    smaller = drift.below(0.0) if effect > 0 else 1 - drift.below(0.0)
    change = contrasts.interval(drift)
    size = f"by about {measure(abs(change.value), unit)} in 30 days"
    if smaller >= SURE:
        said = f"It looks so: the effect of a usual dose gets smaller {size}. Time, use and whatever else changed cannot be told apart here."
    elif smaller <= 1 - SURE:
        said = f"No, rather the contrary: the effect of a usual dose gets greater {size}."
    else:
        less, more = (abs(x) for x in _by_side(change, effect))
        known = "No sign of it" if less < SLIGHT * abs(effect) else "These data cannot tell"
        said = (
            f"{known}: in 30 days the effect of a usual dose changes by anything from {measure(less, unit)} less to "
            f"{measure(more, unit)} more."
        )
    return Aside("wearing_out", WEARING, said)


def _by_side(change: Interval, effect: float) -> tuple[float, float]:
    """The ends of an interval that holds 0, or nearly so: the one that makes an effect smaller first."""
    return (change.low, change.high) if effect > 0 else (change.high, change.low)


def _rebound_found(response: Response) -> Interval | None:
    """The change at the height of a rebound, where the data prefer one and its interval lies on the other side of 0 than the effect."""
    read = next((r for r in response.readings if r.rebound_h is not None), None)
    if read is None or (response.rebounds or 0.0) <= UNDECIDED:
        return None
    change = contrasts.interval(_height(read))
    return change if (change.low > 0 if read.fit.effect.value < 0 else change.high < 0) else None


def _height(read: Reading) -> Mixture:
    assert read.rebound_h is not None
    return rebound.greatest(read.fit, read.diary, read.rebound_h)


def _rebound(response: Response, found: Interval | None, outcome: str, unit: str) -> Aside:
    if response.rebounds is None:
        said = "Hardly any rating was made once the last dose had worn off, so these data cannot tell."
        return Aside("rebound", REBOUND, said, "gaps_too_short")
    if found is not None:
        size = measure(abs(found.value), unit)
        said = (
            f"It looks so: at its height {name(outcome)} is off by about {size} the other way, and then comes back. What is gained and what "
            "comes after are both in the change on average. A clinician can say what may be behind it."
        )
    elif response.rebounds < 1 / UNDECIDED:
        said = "No sign of it."
    else:
        said = "These data cannot tell."
    return Aside("rebound", REBOUND, said, bayes_factor=response.rebounds)


def _by_size(response: Response, usual: Amount, unit: str) -> tuple[Contrast, ...]:
    """Change at the peak for each size of dose the person takes; where the effect levels off, also how long each lasts."""
    figures = []
    for size in sizes(response.best.diary.dose):
        dose = Amount(float(np.round(size * usual.amount, 3)), usual.unit)
        change = contrasts.interval(response.relief(float(size)))
        figures.append(Contrast("peak_of_size", change.value, change.low, change.high, unit, dose=dose))
        if response.best.half is not None:
            hours = response.duration(float(size))
            figures.append(Contrast("duration_of_size", hours.value, hours.low, hours.high, "h", dose=dose))
    return tuple(figures)
