"""Effect-site exposure of irregular doses: first-order absorption, then first-order loss of effect, in closed form.

A unit dose at time 0 gives `ka (exp(-k t) - exp(-ka t)) / (ka - k)`. The state is carried from event to event over the merged
doses and sample times, which is exact and O(n); the recursion is a bidiagonal solve, so one LAPACK call does a whole diary. The
difference quotient is taken through `expm1`, so it stays exact when the two rates coincide.

Source: Bateman function; state propagation as in any linear compartment model (e.g. Gabrielsson & Weiner, PK/PD Data Analysis).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .steps import carry

Array = NDArray[np.float64]
LN2 = float(np.log(2.0))


def _quotient(dt: Array, fast: Array, slow: Array) -> Array:
    """`(exp(-slow dt) - exp(-fast dt)) / (fast - slow)`, exact for equal rates; any order of the two rates."""
    low, gap = np.minimum(fast, slow), np.abs(fast - slow)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(gap * dt > 1e-300, -np.expm1(-gap * dt) / gap, dt)
    return np.asarray(np.exp(-low * dt) * share)


def unit_curve(after_h: Array, absorption_half_life_h: float, effect_half_life_h: Array) -> Array:
    """Effect of one reference dose, scaled so that its peak is 1.

    Args:
        after_h: hours since the dose, `(n,)`; negative gives 0.
        absorption_half_life_h: half-life of absorption, hours.
        effect_half_life_h: half-life of the effect, hours, `(k,)`.

    Returns:
        `(k, n)`, dimensionless.
    """
    after = np.asarray(after_h, float)[None, :]
    k = LN2 / np.asarray(effect_half_life_h, float)[:, None]
    ka = np.full_like(k, LN2 / absorption_half_life_h)
    curve = np.where(after > 0, _quotient(np.maximum(after, 0.0), ka, k), 0.0)
    return np.asarray(curve / _quotient(_peak_time(ka, k), ka, k))


def peak_time(absorption_half_life_h: float, effect_half_life_h: float) -> float:
    """Hours from a dose to its greatest effect, `ln(ka/k) / (ka - k)`."""
    ka, k = np.array([[LN2 / absorption_half_life_h]]), np.array([[LN2 / effect_half_life_h]])
    return float(_peak_time(ka, k)[0, 0])


def _peak_time(ka: Array, k: Array) -> Array:
    gap = ka - k
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(np.abs(gap) > 1e-12 * k, np.log1p(gap / k) / gap, 1.0 / k))


def effect_site(dose_h: Array, amount: Array, absorption_half_life_h: float) -> Callable[[Array], Callable[[Array], Array]]:
    """Exposure of a whole diary as a function of sample times, then of the unknown effect half-life.

    Args:
        dose_h: times of the doses, hours from any origin, `(m,)`, any order.
        amount: amounts in reference doses (1 = the reference dose), `(m,)`, not negative.
        absorption_half_life_h: hours.

    Returns:
        `at(times_h (n,))`, which returns `curve(effect_half_life_h (k,)) -> (k, n)`; 1 = peak of one reference dose.

    Raises:
        ValueError: shapes differ, a time or an amount is not finite, an amount is negative, or the half-life is not positive.
    """
    dose_h, amount = np.asarray(dose_h, float), np.asarray(amount, float)
    if dose_h.shape != amount.shape or dose_h.ndim != 1:
        raise ValueError(f"dose times {dose_h.shape} and amounts {amount.shape} must be one-dimensional and of equal length")
    if not (np.isfinite(amount).all() and (amount >= 0).all()):
        raise ValueError("amounts must be finite and not negative")
    if not np.isfinite(dose_h).all():
        raise ValueError("dose times must be finite")
    if not absorption_half_life_h > 0:
        raise ValueError("the absorption half-life must be positive")
    ka = LN2 / absorption_half_life_h

    def at(times_h: Array) -> Callable[[Array], Array]:
        times = np.asarray(times_h, float)
        merged = np.concatenate([dose_h, times])
        order = np.argsort(merged, kind="stable")
        gap = np.diff(merged[order], prepend=merged[order][:1])
        given = np.concatenate([amount, np.zeros(len(times))])[order]
        depot = carry(np.exp(-ka * gap[1:])[None, :], given[None, :])[0]
        before = np.concatenate([[0.0], depot[:-1]])
        sample = np.empty(len(merged), np.intp)
        sample[order] = np.arange(len(merged))
        sample = sample[len(dose_h) :]

        def curve(effect_half_life_h: Array) -> Array:
            k = LN2 / np.asarray(effect_half_life_h, float)[:, None]
            rate = np.full_like(k, ka)
            kept = np.exp(-k * gap)
            usual = (k < ka).all()  # then one exponential less will do
            added = kept * np.expm1(-(ka - k) * gap) / (k - ka) if usual else _quotient(gap[None, :], rate, k)
            effect = carry(kept[:, 1:], before * added)
            return np.asarray(effect[:, sample] / _quotient(_peak_time(rate, k), rate, k))

        return curve

    return at
