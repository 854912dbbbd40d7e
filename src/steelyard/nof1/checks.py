"""Falsification: what would be true if the model were right, and is it?"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .fit import Fit, Smooth
from .joint import JointModel
from .missing import answered_when_worse, own_wish
from .model import Diary, Priors

Array = NDArray[np.float64]
CLEARLY = 2.0  # posterior spreads from 0 at which doses are taken to follow what was written down
FAR = 3.0  # standard errors
MOST_AT_ENDS = 0.05  # share of the ratings
MUCH_RARER = 0.5  # ratings half as often at bad times as at good ones


@dataclass(frozen=True)
class Outcome:
    """Result of one check: the figure it looked at, and the band in which it passes."""

    name: str
    passed: bool
    value: float
    low: float
    high: float
    capping: bool = True  # whether failing it bars a verdict


def run_checks(fit: Fit, diary: Diary, priors: Priors) -> tuple[Outcome, ...]:
    """All checks of a joint fit, those on single ratings at its most probable hyperparameters."""
    at = fit.points.mode
    day = np.floor(diary.rating_h / 24)
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1, append=day[-1] + 1))
    plain = JointModel(diary, priors).smooth(at, [slice(a, b) for a, b in pairwise(starts)])
    return (
        *_lead(fit, diary, priors),
        _half_life(fit, priors),
        _predictive(plain),
        _neighbours(plain),
        _influence(plain, fit),
        _learned(fit, priors, diary),
        *_ends(diary),
        *_missing(diary, plain),
        _enough_draws(fit),
    )


def agreement(joint: Fit, randomised: Fit) -> tuple[Outcome, ...]:
    """The randomised answer and the joint one must not differ by more than chance allows.

    The two share their data, so the spread of their difference is at most that of the less precise one: the variances are not added.
    """
    apart = float((randomised.effect.value - joint.effect.value) / max(randomised.effect.spread, joint.effect.spread))
    return (Outcome("agreement", abs(apart) < 3.0, apart, -3.0, 3.0),)


def _lead(fit: Fit, diary: Diary, priors: Priors) -> tuple[Outcome, ...]:
    """The amount taken in the 24 hours after a rating must not explain it.

    Where doses follow the very numbers that are written down, the noise of a rating leads to later doses whatever the truth: there the
    check would fail for no reason, and it is left out.
    """
    if "recorded" in fit.names:
        slope = fit.coefficient("recorded")
        if abs(slope.value) > CLEARLY * slope.spread:
            return ()
    total = np.concatenate([[0.0], np.cumsum(diary.dose)])
    soon, later = (np.searchsorted(diary.dose_h, diary.rating_h + ahead, "right") for ahead in (0, 24))
    ahead = total[later] - total[soon]
    if np.ptp(ahead) == 0:
        return ()
    tested = ((ahead - ahead.mean()) / ahead.std())[None]
    s = JointModel(diary, priors, tested=tested).smooth(fit.points.mode)
    z = float(s.tested[0] / s.tested_sd[0])
    return (Outcome("lead", abs(z) < FAR, z, -FAR, FAR),)


def _half_life(fit: Fit, priors: Priors) -> Outcome:
    """The fitted effect half-life must not lie far out in its prior: well below it is a mark of confounding."""
    median, spread = priors.half_life_h
    z = float((fit.points.weight @ np.log(fit.half_life_h) - np.log(median)) / spread)
    return Outcome("half_life", abs(z) < 1.96, z, -1.96, 1.96)


def _predictive(s: Smooth) -> Outcome:
    """The model's 95 % interval for each rating, made from all others, must hold about 95 % of them."""
    inside = float((np.abs(s.residual) < 1.96).mean())
    slack = float(3 * np.sqrt(0.95 * 0.05 / len(s.residual)))
    return Outcome("predictive", bool(abs(inside - 0.95) < 0.03 + slack), inside, 0.92 - slack, min(1.0, 0.98 + slack))


def _neighbours(s: Smooth) -> Outcome:
    """Errors of predicting consecutive ratings from all others must not go together beyond what shared information explains.

    Such errors are negatively related by construction; a positive relation is a rhythm or a change the model does not know.
    """
    z = s.residual
    r = float(np.corrcoef(z[1:], z[:-1])[0, 1])
    high = float(3 / np.sqrt(len(z)))
    return Outcome("neighbours", bool(r < high), r, -1.0, high, capping=False)


def _influence(s: Smooth, fit: Fit) -> Outcome:
    """No single day may move the effect by more than one posterior standard deviation."""
    most = float(np.abs(s.moved).max() / fit.effect.spread)
    return Outcome("influence", most < 1.0, most, 0.0, 1.0)


def _learned(fit: Fit, priors: Priors, diary: Diary) -> Outcome:
    """The posterior must be narrower than the usual prior, or the data said nothing; what other diaries said beforehand does not count."""
    usual, told = Priors.effect_sd * diary.points, 1 / fit.effect.spread**2 - 1 / (priors.effect_sd * diary.points) ** 2
    share = float(1 / (usual * np.sqrt(max(told, 0.0) + usual**-2)))
    return Outcome("learned", share < 0.5, share, 0.0, 0.5)


def _ends(diary: Diary) -> tuple[Outcome, ...]:
    """Few ratings may stand at an end of the scale, where what is beyond it cannot be written down and relief looks smaller than it is."""
    if diary.family != "bounded":
        return ()
    share = float(((diary.rating <= diary.low) | (diary.rating >= diary.high)).mean())
    return (Outcome("ends", share <= MOST_AT_ENDS, share, 0.0, MOST_AT_ENDS, capping=False),)


def _missing(diary: Diary, s: Smooth) -> tuple[Outcome, ...]:
    """How often ratings are written down must not depend on how things are, nor what is written on whose wish it was.

    It bars a verdict only where it is strong: the course between the ratings, and so relief, leans on those that are there.
    """
    worse, wish = answered_when_worse(diary, s.fitted), own_wish(diary, s.residual)
    outcomes = []
    if worse is not None:
        strong = not worse.by_chance and not MUCH_RARER < worse.value < 1 / MUCH_RARER
        outcomes.append(Outcome("missingness", worse.by_chance, worse.value, worse.low, worse.high, capping=strong))
    if wish is not None:
        outcomes.append(Outcome("own_wish", wish.by_chance, wish.value, wish.low, wish.high, capping=False))
    return tuple(outcomes)


def _enough_draws(fit: Fit) -> Outcome:
    """The integration over the hyperparameters must rest on enough effective draws."""
    share = fit.points.ess / len(fit.points.weight)
    return Outcome("integration", fit.points.ess >= 12 and share > 0.1, fit.points.ess, 12.0, float(len(fit.points.weight)))
