"""Slow outcomes: hair, skin, blood tests. Readings weeks apart, against what was taken over the weeks and months before.

`reading(t) = level + beta x(t; lag) + before + trend + season + causes + u(t) + noise`

`x` is the daily amount seen through a lag kernel, 1 where the reference amount has been taken for long; `u` is an Ornstein-Uhlenbeck path.
Amounts do not follow such readings from day to day, so that no model of dosing is needed. Given lag and kind of noise all is conjugate; the
few that are tried are averaged by their marginal likelihood. All times are days, from the first day of the record.

Source: O'Hagan & Forster, Bayesian Inference (2004), ch. 11 (normal linear model); Hoeting et al. (1999), doi 10.1214/ss/1009212519
(model averaging); gamma lag distributions, Schmidt (1974), doi 10.2307/2285768.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri, stdtr

from .latent import coefficients, eliminate, ou_path

Array = NDArray[np.float64]
LAG_SHARES = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)  # of the prior of the mean lag, at which it is tried
LAG_SPREADS = (0.3, 0.7)  # of the lags of single days about the mean lag, relative to it
FIRST_D = 30
# Paths that are tried: spread relative to that of the noise, days over which they fade; the first is next to none.
PATHS = ((0.01, 20.0), (0.6, 20.0), (0.6, 75.0), (1.4, 20.0), (1.4, 75.0))
PATH_PRIOR = (0.3, 0.25, 0.25, 0.1, 0.1)
EFFECT_SD = 2.0  # prior spreads, in total standard deviations of a reading
SEASON_SD = 0.3
FLAT = 1e-7  # prior precision of level and trend, which is none
NOISE_WORTH = 3.0  # what is assumed of the noise counts for as many readings as this
CLOSEST_D = 0.01
LONGEST = 8.0  # times the mean lag: what is older has no weight
YEAR_D = 365.25
FEWEST_FOR_SLOPE = 3


@dataclass(frozen=True)
class Lag:
    """What is assumed of the mean time from an amount taken to its effect: 95 % range in days, log-normal."""

    low_d: float
    high_d: float

    @property
    def typical_d(self) -> float:
        """Its median."""
        return float(np.sqrt(self.low_d * self.high_d))

    def grid(self) -> tuple[Array, Array]:
        """Mean lags and their relative spreads, `(k,)` each, all equally likely."""
        sd = np.log(self.high_d / self.low_d) / (2 * 1.959964)
        mean = self.typical_d * np.exp(sd * ndtri(LAG_SHARES))
        return np.repeat(mean, len(LAG_SPREADS)), np.tile(LAG_SPREADS, len(mean))


@dataclass(frozen=True)
class Cause:
    """Another cause that may act as slowly: how much of it there was each day, `(m,)`."""

    name: str
    daily: Array


@dataclass(frozen=True)
class SlowDiary:
    """Readings of one slow outcome, and what was taken each day.

    `at_d`, `value` `(n,)`, times increasing; `amount` `(m,)` from day 0 on, in reference amounts; `relative`: changes are shares of the
    reading and not points, `offset` is then added before the logarithm is taken; `unknown_before`: what was taken before day 0 is not known.
    """

    at_d: Array
    value: Array
    amount: Array
    relative: bool
    offset: float = 0.0
    unknown_before: bool = True
    causes: tuple[Cause, ...] = ()

    @property
    def y(self) -> Array:
        """The readings as they are analysed, `(n,)`."""
        return np.asarray(np.log(self.value + self.offset) if self.relative else self.value)


@dataclass(frozen=True)
class Noise:
    """How readings scatter: standard deviation of path and single reading together, and how likely each of `PATHS` is, `(5,)`."""

    total: float
    path: Array


@dataclass(frozen=True)
class Students:
    """A mixture of Student distributions with `df` degrees of freedom: `weight`, `mean`, `scale` `(k,)`."""

    weight: Array
    mean: Array
    scale: Array
    df: float

    @property
    def spread(self) -> float:
        """Standard deviation."""
        middle = self.weight @ self.mean
        within = self.scale**2 * (self.df / (self.df - 2) if self.df > 2 else 3.0)
        return float(np.sqrt(self.weight @ (within + (self.mean - middle) ** 2)))

    def below(self, x: float) -> float:
        """Probability of a value below `x`."""
        return float(self.weight @ stdtr(self.df, (x - self.mean) / self.scale))

    def quantile(self, p: float) -> float:
        """Value below which a share `p` lies, by bisection."""
        low, high = float((self.mean - 200 * self.scale).min()), float((self.mean + 200 * self.scale).max())
        for _ in range(45):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < p else (low, middle)
        return (low + high) / 2


@dataclass(frozen=True)
class SlowFit:
    """Posterior of the effect of the reference amount taken for long, on the scale of `SlowDiary.y`; of the mean lag in days, `lag_d` `(k,)`
    with the weights of `effect`; `assumed` `(k,)`, the scale of the prior that goes with each of them; the noise found; `learned`, the
    share of the prior's spread that is left; `own`, the way to own units."""

    effect: Students
    lag_d: Array
    assumed: Array
    noise: Noise
    learned: float
    own: "Own"


@dataclass(frozen=True)
class Own:
    """From the effect to a change in the scale's own units: the expected reading with the reference amount taken for long minus that with
    none. A relative effect is anchored at the `mean` reading, made while a `share` of the reference amount was at work on average."""

    relative: bool
    mean: float
    share: float

    def change(self, effect: float) -> float:
        """The change that an effect stands for; grows with it."""
        if not self.relative:
            return effect
        return float(self.mean * (np.exp(effect * (1 - self.share)) - np.exp(-effect * self.share)))

    def effect(self, change: float) -> float:
        """The effect that a change stands for; minus infinity for a fall that no effect can make."""
        if not self.relative:
            return change
        reach = 50.0
        if self.change(-reach) > change:
            return -np.inf
        return float(brentq(lambda b: self.change(b) - change, -reach, reach))


def exposure(daily: Array, at_d: Array, mean_d: Array, spread: Array) -> tuple[Array, Array]:
    """Daily amounts `(m,)` seen through gamma lags of mean `mean_d` and relative spread `spread` `(k,)`, at times `(n,)`.

    Returns:
        the weighted amounts `(k, n)`, and what share of each reading's memory lies before the first day, `(k, n)`.
    """
    shape, scale = 1 / spread[:, None] ** 2, (mean_d * spread**2)[:, None]
    reading = np.floor(at_d).astype(int)
    days = max(int(reading.max(initial=0)) + 1, len(daily))
    age = np.arange(max(days, int(LONGEST * mean_d.max()))) + 0.5
    log_weight = (shape - 1) * np.log(age) - age / scale
    weight = np.exp(log_weight - log_weight.max(1, keepdims=True))
    weight /= weight.sum(1, keepdims=True)
    size = 2 * days
    seen = np.fft.irfft(np.fft.rfft(weight[:, :days], size) * np.fft.rfft(daily, size), size)
    before = 1 - np.cumsum(weight, 1)
    return np.asarray(seen[:, reading]), np.asarray(before[:, reading])


def background(diary: SlowDiary, lag: Lag) -> tuple[Array, Array]:
    """Level, trend, season and other causes at the readings, `(q, n)`, and the prior spread of each in total standard deviations, `(q,)`.

    Other causes act through the typical lag; their columns have unit spread.
    """
    angle = 2 * np.pi * diary.at_d / YEAR_D
    trend = (diary.at_d - diary.at_d.mean()) / max(float(np.ptp(diary.at_d)), 1.0)
    typical = np.array([lag.typical_d]), np.array([LAG_SPREADS[0]])
    causes = [_standardised(exposure(c.daily, diary.at_d, *typical)[0][0]) for c in diary.causes]
    rows = np.array([np.ones(len(diary.at_d)), trend, np.cos(angle), np.sin(angle), *causes])
    return rows, np.array([np.inf, np.inf, SEASON_SD, SEASON_SD, *[EFFECT_SD] * len(causes)])


def _standardised(column: Array) -> Array:
    return np.asarray((column - column.mean()) / max(float(column.std()), 1e-9))


@dataclass(frozen=True)
class Tried:
    """The posterior at each lag, amount before the record, and kind of noise tried, for several sets of readings: log marginal likelihood
    `value`, `mean` and `scale` of the effect, scale `single` of one reading, each `(r, k)`; degrees of freedom `df`."""

    value: Array
    mean: Array
    scale: Array
    single: Array
    df: float

    def effect(self, r: int) -> Students:
        """The effect that one set of readings tells of, averaged over what was tried by the marginal likelihoods."""
        weight = np.exp(self.value[r] - self.value[r].max())
        return Students(weight / weight.sum(), self.mean[r], self.scale[r], self.df)

    def total(self, r: int, effect: Students) -> float:
        """Standard deviation of path and single reading together, given the effect of the same set."""
        ratio = np.array(PATHS)[:, 0]
        return float(effect.weight @ (self.single[r] * np.hypot(1.0, np.tile(ratio, len(effect.weight) // len(ratio)))))


def posterior(diary: SlowDiary, lag: Lag, typical_sd: float, y: Array) -> Tried:
    """The effect at all that is tried, for several sets of readings `(r, n)` made at the times of the diary."""
    mean_d, spread = lag.grid()
    ratio, days = np.array(PATHS).T
    seen, before = exposure(diary.amount, diary.at_d, mean_d, spread)
    moving = (seen[:, None] + np.array(_before(diary))[:, None] * before[:, None]).reshape(-1, len(diary.at_d))
    fixed, fixed_sd = background(diary, lag)
    lags, noises = len(moving), len(ratio)
    rows = np.concatenate([np.repeat(moving, noises, 0)[None], np.repeat(fixed[:, None], lags * noises, 1)])
    ratio, days = np.tile(ratio, lags), np.tile(days, lags)
    total = np.hypot(1.0, ratio)[:, None]
    precision = 1 / (np.concatenate([[EFFECT_SD], fixed_sd]) * total) ** 2
    precision = np.where(precision > 0, precision, FLAT)
    centred = y - y.mean(1, keepdims=True)
    path = ou_path(np.maximum(np.diff(diary.at_d), CLOSEST_D), days, ratio)
    responses = np.repeat(centred[:, None], len(ratio), 1)
    solved = eliminate(path.diag, path.off, None, np.concatenate([rows, responses]))
    p, df = len(rows), NOISE_WORTH + len(diary.at_d) - int(np.isinf(fixed_sd).sum())
    known = NOISE_WORTH * (typical_sd / total[:, 0]) ** 2
    value, middle, scale, single = (np.empty((len(y), len(ratio))) for _ in range(4))
    for r in range(len(y)):
        kept = [*range(p), p + r]
        found = coefficients(solved.gram[:, kept][:, :, kept], precision)
        size = known + found.misfit
        value[r] = 0.5 * (path.logdet - solved.logdet + np.log(precision).sum(1) - found.logdet)
        value[r] += np.tile(np.log(PATH_PRIOR), lags) + 0.5 * (NOISE_WORTH * np.log(known) - df * np.log(size))
        middle[r], single[r] = found.mean[:, 0], np.sqrt(size / df)
        scale[r] = single[r] * np.sqrt(found.cov[:, 0, 0])
    return Tried(value, middle, scale, single, df)


def _before(diary: SlowDiary) -> tuple[float, ...]:
    """What may have been taken a day before the record began: as in its first month, as in all of it, or between the two."""
    if not diary.unknown_before:
        return (0.0,)
    first, whole = float(diary.amount[:FIRST_D].mean()), float(diary.amount.mean())
    return first, (first + whole) / 2, whole


def left_of_prior(effect: Students, total: float) -> float:
    """Share of the prior's spread that is left in the posterior, where readings scatter by `total`."""
    return effect.spread / (EFFECT_SD * total)


def fit_slow(diary: SlowDiary, lag: Lag, typical_sd: float) -> SlowFit:
    """Posterior of the effect of the reference amount, taken for long.

    Args:
        typical_sd: standard deviation of a reading assumed beforehand, on the scale of `SlowDiary.y`; worth three readings.
    """
    tried = posterior(diary, lag, typical_sd, diary.y[None])
    effect, points = tried.effect(0), tried.mean.shape[1]
    mean_d, spread = lag.grid()
    total = tried.total(0, effect)
    noise = Noise(total, effect.weight.reshape(-1, len(PATHS)).sum(0))
    at_work = exposure(diary.amount, diary.at_d, mean_d, spread)[0].mean()
    own = Own(diary.relative, float(diary.value.mean()), float(np.clip(at_work, 0.0, 1.0)))
    lag_d, ratio = np.repeat(mean_d, points // len(mean_d)), np.tile(np.array(PATHS)[:, 0], points // len(PATHS))
    assumed = EFFECT_SD * np.hypot(1.0, ratio) * tried.single[0]
    return SlowFit(effect, lag_d, assumed, noise, left_of_prior(effect, total), own)


def plain_slope(diary: SlowDiary, lag: Lag) -> tuple[float, float, float] | None:
    """What a person would compute: the slope of the readings on the amount of the weeks before, by ordinary regression.

    Returns:
        slope and its ordinary 95 % interval on the scale of `SlowDiary.y`, or None where there is nothing to regress on.
    """
    x = exposure(diary.amount, diary.at_d, np.array([lag.typical_d]), np.array([LAG_SPREADS[0]]))[0][0]
    away = x - x.mean()
    if len(x) < FEWEST_FOR_SLOPE or not away.any():
        return None
    slope = float(away @ diary.y / (away @ away))
    rest = diary.y - diary.y.mean() - slope * away
    error = 1.96 * float(np.sqrt(rest @ rest / (len(x) - 2) / (away @ away)))
    return slope, slope - error, slope + error
