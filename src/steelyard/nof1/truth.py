"""The true effect curve of a simulated diary, and the true answers that follow from it.

Nothing here is shared with the estimators: a diary is judged by the curve it was made with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Effect of one reference dose over time, a sum of exponentials that starts at 0 and peaks at 1.

    `rates` (k,) per hour, the fastest (absorption) last; `weights` (k,) without unit, summing to 0.
    """

    rates: Array
    weights: Array

    def at(self, hours: Array) -> Array:
        """Effect `hours` (n,) after the dose, 1 at the peak; 0 before the dose."""
        since = np.maximum(hours, 0.0)
        return np.asarray(np.exp(-np.multiply.outer(since, self.rates)) @ self.weights)

    @property
    def area_h(self) -> float:
        """Hours at full effect that would add up to the same effect as the whole curve."""
        return float(np.sum(self.weights / self.rates))


@dataclass(frozen=True)
class Truth:
    """What an estimator should have said about one diary, in points of the outcome, sign as measured.

    `peak` and `tolerance` are for the median logged dose `own_dose` (None when no dose was logged), `peak_reference` and
    `tolerance_reference` for the reference dose; the peaks are at the strength averaged over the diary. `as_taken` is the mean
    drug effect over the rating times (None without ratings), `duration_h` the hours above half of the peak of the own dose (None
    when there is no effect), `rebound` the greatest change the other way after it. `latent` and `drug` (n_ratings,)
    are the pain without rating noise and the drug's part of it; `dose_h` and `dose_amount` (n_taken,) are all doses as really
    taken, logged or not.
    """

    peak: float | None
    peak_reference: float
    own_dose: float | None
    as_taken: float | None
    duration_h: float | None
    tolerance: float | None
    tolerance_reference: float
    rebound: float | None
    latent: Array
    drug: Array
    dose_h: Array
    dose_amount: Array


def effect_curve(absorption_half_life_h: float, half_lives_h: tuple[float, ...], shares: tuple[float, ...]) -> Curve:
    """Build the curve of a dose that is absorbed at one rate and fades at one or more rates.

    `half_lives_h` and `shares` (same length; shares sum to 1) describe the fading. Refuses (ValueError) a fading that is not
    slower than the absorption, since such a curve has no rising part of its own.
    """
    if not 0 < absorption_half_life_h < min(half_lives_h):
        raise ValueError("effect half-lives: expected longer than the absorption half-life, which must be above 0")
    rates = np.log(2) / np.array([*half_lives_h, absorption_half_life_h])
    weights = np.array([*shares, -sum(shares)])
    raw = Curve(rates, weights)
    return Curve(rates, weights / _level(_peak_time(raw), raw))


def with_rebound(curve: Curve, share: float, onset_half_life_h: float, half_life_h: float) -> Curve:
    """The same curve with a change the other way after it, of a greatest size of `share` of the peak before the two are added up.

    It comes on as the effect goes, with `onset_half_life_h`, and fades with the longer `half_life_h`. Refuses (ValueError) one that
    does not fade more slowly than it comes on.
    """
    later = effect_curve(onset_half_life_h, (half_life_h,), (1.0,))
    rates = np.concatenate([later.rates, curve.rates])
    weights = np.concatenate([-share * later.weights, curve.weights])
    raw = Curve(rates, weights)
    return Curve(rates, weights / _level(_peak_time(raw), raw))


def lowest(curve: Curve) -> float:
    """The least value of a curve, 0 where it never falls below it."""
    return min(0.0, float(curve.at(np.linspace(0.0, _horizon(curve), 20_001)).min()))


def hours_above(curve: Curve, level: float) -> float:
    """Hours during which the effect of a single dose is above this share of its peak, between 0 and 1."""
    peak_h = _peak_time(curve)
    rise = brentq(lambda h: _level(h, curve) - level, 0.0, peak_h)
    fall = brentq(lambda h: _level(h, curve) - level, peak_h, _horizon(curve))
    return float(fall - rise)


def _peak_time(curve: Curve) -> float:
    """Time of the greatest effect (h): the only zero of the slope, positive before it and negative after."""

    def slope(hours: float) -> float:
        # Multiplied by exp(fastest rate * hours), which leaves the zero where it is and keeps it findable far out.
        return float(-np.sum(curve.weights * curve.rates * np.exp((curve.rates[-1] - curve.rates) * hours)))

    later = 1.0 / float(curve.rates[-1])
    while slope(later) > 0:
        later *= 2
    return float(brentq(slope, 0.0, later))


def _level(hours: float, curve: Curve) -> float:
    return float(np.sum(curve.weights * np.exp(-curve.rates * hours)))


def _horizon(curve: Curve) -> float:
    """A time (h) by which any dose has faded far below half of its peak."""
    return 60.0 / float(curve.rates.min())
