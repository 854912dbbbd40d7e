"""What one diary alone says of one number: its posterior with the prior taken out again, in a few normals that other diaries can be joined to.

Given the hyperparameters, posterior and prior are normal and so is their quotient. Points are first drawn together into a few groups of
equal weight, each with the mean and variance of its points, so that mean and variance of the posterior stay as they are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from . import rebound
from .fit import Fit
from .model import Diary, Priors
from .slow import SlowFit

Array = NDArray[np.float64]
EDGES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)  # shares of a posterior at which its points are cut into groups, finer in the tails
SHARES = (np.arange(5) + 0.5) / 5  # of the distribution of a variance, at which a Student distribution is cut into normals
LEAST_TOLD = 1e-4  # of the prior's precision: a diary that says less than this counts as saying this


@dataclass(frozen=True)
class Alone:
    """A likelihood as a sum of normal densities: `weight`, `mean`, `sd` `(k,)`, the weights sum to 1.

    Where it bends little it is one normal, with the mean and spread that the diary alone gives. `usual` is the spread of the prior that a
    diary is read with when nothing is known of other people: how large such a number can well be.
    """

    weight: Array
    mean: Array
    sd: Array
    usual: float


def of_effect(fit: Fit, parts: Array, diary: Diary, priors: Priors) -> Alone:
    """What a diary alone says of a linear combination of the coefficients of its fit.

    Args:
        parts: `(k, p)`, as for `Fit.combined`; diary, priors: those of the fit. A fit by assignment had no prior to be taken out.

    Variance that uncertain doses add belongs to what the diary says, and is added once the prior is out.
    """
    mean = np.einsum("kp,kp->k", parts, fit.points.mean)
    variance = np.einsum("kp,kpq,kq->k", parts, fit.points.cov, parts)
    added = parts[:, 0] ** 2 * fit.extra_variance
    expected, spread = prior_of(fit.names, parts, diary, priors)
    if fit.name == "randomised":
        spread = np.full(len(parts), np.inf)
    usual = fit.points.weight @ prior_of(fit.names, parts, diary, Priors(priors.half_life_h))[1]
    return _few(fit.points.weight, mean, variance, expected, spread**2, added, float(usual))


def prior_of(names: tuple[str, ...], parts: Array, diary: Diary, priors: Priors) -> tuple[Array, Array]:
    """Prior mean and spread of a linear combination of coefficients by these names, at each point, `(k,)` each."""
    therapies = {s.name for s in diary.sessions} | {rebound.NAME}
    spread = {"effect": priors.effect_sd, "drift": priors.drift_sd, **dict.fromkeys(therapies, priors.session_sd)}
    each = diary.points * np.array([spread.get(name, 0.0) for name in names])
    return parts[:, 0] * priors.effect_mean * diary.points, np.sqrt(parts**2 @ each**2)


def of_slow(fit: SlowFit) -> Alone:
    """What a diary alone says of a slow effect, on the scale of `SlowDiary.y`.

    The posterior is Student because the noise is not known; given the noise it is normal, and so is the prior, in proportion to it.
    """
    df, effect = fit.effect.df, fit.effect
    factor = df / (2 * gammaincinv(df / 2, SHARES))  # of the noise's variance
    weight = np.repeat(effect.weight / len(SHARES), len(SHARES))
    mean = np.repeat(effect.mean, len(SHARES))
    variance, assumed = (np.outer(scale**2, factor).ravel() for scale in (effect.scale, fit.assumed))
    none = np.zeros(len(mean))
    return _few(weight, mean, variance, none, assumed, none, float(effect.weight @ fit.assumed))


def _few(weight: Array, mean: Array, variance: Array, expected: Array, assumed: Array, added: Array, usual: float) -> Alone:
    """A mixture of normals drawn together, then each group over its prior of mean `expected` and variance `assumed`; all `(k,)`."""
    order = np.argsort(mean, kind="stable")
    order = order[weight[order] > 0]
    weight = weight[order] / weight.sum()
    group = np.searchsorted(EDGES, np.cumsum(weight) - weight / 2)
    kept, group = np.unique(group, return_inverse=True)
    share = np.bincount(group, weight)

    def over(values: Array) -> Array:
        return np.asarray(np.bincount(group, weight * values[order]) / share)

    middle = over(mean)
    variance = over(variance + mean**2) - middle**2
    prior = over(assumed) if np.isfinite(assumed).all() else np.full(len(kept), np.inf)
    expected = over(expected)
    told = np.maximum(1 / variance - 1 / prior, LEAST_TOLD / prior)
    at = (middle / variance - expected / prior) / told
    spread = 1 / told
    # normal over normal is normal times a number: what the prior took from this group for being where it is
    given = np.zeros(len(kept)) if np.isinf(prior).any() else np.log(spread + prior) + (at - expected) ** 2 / (spread + prior)
    size = share * np.exp((given - given.max()) / 2)
    return Alone(size / size.sum(), at, np.sqrt(spread + over(added)), usual)
