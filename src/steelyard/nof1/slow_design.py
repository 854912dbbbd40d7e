"""Whether readings weeks apart can tell anything of a slow effect; if not, the named reason, and what would be enough."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .slow import FIRST_D, PATHS, Lag, Noise, SlowDiary, SlowFit, Students, background, exposure, left_of_prior, posterior

Array = NDArray[np.float64]
SlowReason = Literal[
    "no_readings",
    "no_amounts",
    "too_few_readings",
    "readings_do_not_vary",
    "span_shorter_than_lag",
    "exposure_never_changed",
    "readings_only_after_start",
    "change_too_recent",
    "exposure_follows_time",
    "inseparable_cause",
    "too_little_told",
]

FEWEST_READINGS = 8
LEAST_CHANGE = 0.25  # of the reference amount, between months
LEAST_OWN = 0.08  # spread of the lagged amount that trend and season do not explain, in reference amounts
TOO_ALIKE = 0.9  # share of that which another cause may explain
MOST_LEFT = 0.5  # of the prior's spread

ONE_WAY, BETWEEN = 0.975, 0.95  # how sure a direction, or that nothing worth noticing happens, has to be
PROMISED, AIMED_AT = 0.8, 0.85  # share of people who get an answer from what is called enough; and of those invented to find it
WEEKS = (26, 39, 52, 65, 78, 91, 104, 130, 156)
DENSER = (1, 2)  # times as many readings are tried where three years of the usual ones would not do
LONG_TURN = 1.5  # times the longest lag assumed: shorter turns blur into each other, longer ones look like a trend
PEOPLE = 60  # invented for each candidate and truth


@dataclass(frozen=True)
class SlowRefusal:
    """Why these readings cannot tell. `have`, `need` are the numbers of the sentence shown: readings, or days."""

    reason: SlowReason
    have: float = 0.0
    need: float = 0.0
    cause: str = ""


@dataclass(frozen=True)
class Enough:
    """What would be enough: `weeks` of readings every `every_d` days, while the amount goes between the reference and none in turns of
    `turn_weeks`; `share` of invented people like this one then get an answer. `weeks` is None where three years would not do, of the densest
    readings tried."""

    weeks: int | None
    every_d: float
    turn_weeks: int
    share: float


def judge_slow(diary: SlowDiary, lag: Lag) -> SlowRefusal | None:
    """The plainest reason why the readings cannot tell, or None when they can be fitted."""
    n = len(diary.value)
    if n == 0:
        return SlowRefusal("no_readings")
    if not (diary.amount > 0).any():
        return SlowRefusal("no_amounts")
    if n < FEWEST_READINGS:
        return SlowRefusal("too_few_readings", have=n, need=FEWEST_READINGS)
    if np.ptp(diary.value) == 0:
        return SlowRefusal("readings_do_not_vary")
    span = float(np.ptp(diary.at_d))
    if span < lag.typical_d:
        return SlowRefusal("span_shorter_than_lag", have=span, need=lag.typical_d)
    return _too_alike(diary, lag)


def _too_alike(diary: SlowDiary, lag: Lag) -> SlowRefusal | None:
    """A reason that lies in what was taken: no change, none that readings could follow, or one that goes with something else."""
    months = np.convolve(diary.amount, np.full(FIRST_D, 1 / FIRST_D), "valid") if len(diary.amount) >= FIRST_D else diary.amount
    began = not diary.unknown_before  # from nothing, within the record
    if np.ptp(np.append(months, 0.0) if began else months) < LEAST_CHANGE:
        return SlowRefusal("exposure_never_changed")
    seen, before = (part[0] for part in exposure(diary.amount, diary.at_d, np.array([lag.typical_d]), np.array([0.5])))
    x = seen if began else seen + before * diary.amount[:FIRST_D].mean()
    if np.ptp(x) < LEAST_CHANGE:
        first = int(np.argmax(diary.amount > 0))
        return SlowRefusal("readings_only_after_start" if began and diary.at_d[0] >= first else "change_too_recent")
    fixed, spread = background(diary, lag)
    plain = len(spread) - len(diary.causes)
    own = _rest(x, fixed[:plain])
    if own.std() < LEAST_OWN:
        return SlowRefusal("exposure_follows_time")
    for cause, row in zip(diary.causes, fixed[plain:], strict=True):
        if _rest(x, np.vstack([fixed[:plain], row])).var() < (1 - TOO_ALIKE) * own.var():
            return SlowRefusal("inseparable_cause", cause=cause.name)
    return None


def _rest(x: Array, rows: Array) -> Array:
    return np.asarray(x - np.linalg.lstsq(rows.T, x, rcond=None)[0] @ rows)


def told_too_little(fit: SlowFit) -> SlowRefusal | None:
    """A refusal where the posterior is hardly narrower than what was assumed beforehand."""
    return SlowRefusal("too_little_told", have=fit.learned, need=MOST_LEFT) if fit.learned > MOST_LEFT else None


def settled(effect: Students, low: float, high: float) -> bool:
    """Whether an effect is settled: its direction is sure, or that it lies between `low` and `high`, too small to notice, is."""
    up = 1 - effect.below(0.0)
    return max(up, 1 - up) >= ONE_WAY or effect.below(high) - effect.below(low) >= BETWEEN


def enough(lag: Lag, noise: Noise, typical_sd: float, low: float, high: float, every_d: float, seed: int = 0) -> Enough:
    """The fewest weeks after which four in five people with this noise get an answer, whether nothing happens or a change worth noticing.

    Args:
        noise: of the readings; typical_sd: what is assumed of it beforehand, as in the fit; low, high: effects worth noticing
            downwards and upwards, on the scale that is analysed (`low` may be
            minus infinity); every_d: days between readings.
    """
    turn = max(round(LONG_TURN * lag.high_d / 7), 4)

    def share(weeks: int, apart_d: float) -> float:
        return share_settled(weeks, turn, apart_d, lag, noise, typical_sd, low, high, PEOPLE, seed)

    for denser in DENSER:
        apart_d = every_d / denser
        if (longest := share(WEEKS[-1], apart_d)) >= AIMED_AT:
            return _fewest(share, turn, apart_d, longest)
    return Enough(None, every_d / DENSER[-1], turn, longest)


def _fewest(share: Callable[[int, float], float], turn: int, apart_d: float, longest: float) -> Enough:
    """The fewest weeks, by halving: the share grows with them, and is `longest` for the most."""
    first, last, found = 0, len(WEEKS) - 1, longest
    while first < last:
        middle = (first + last) // 2
        at_middle = share(WEEKS[middle], apart_d)
        if at_middle >= AIMED_AT:
            last, found = middle, at_middle
        else:
            first = middle + 1
    return Enough(WEEKS[first], apart_d, turn, found)


def share_settled(
    weeks: int,
    turn: int,
    every_d: float,
    lag: Lag,
    noise: Noise,
    typical_sd: float,
    low: float,
    high: float,
    people: int,
    seed: int,
) -> float:
    """Share of invented people who get an answer, the smaller of two: where nothing happens, and where there is a change worth noticing.

    Each has a lag of their own; amounts go between the reference and none in turns, the reference first, and known to have been the same before.
    """
    rng = np.random.default_rng([seed, weeks])
    days, earlier = 7 * weeks, round(2 * lag.high_d)
    amount = np.append(np.ones(earlier), np.arange(days) // (7 * turn) % 2 == 0)
    at = earlier + np.arange(every_d / 2, days, every_d)
    if len(at) < FEWEST_READINGS:
        return 0.0
    plan = SlowDiary(at, np.zeros(len(at)), amount, relative=False, unknown_before=False)
    mean_d, spread = lag.grid()
    of_each = exposure(amount, at, mean_d, spread)[0][rng.integers(len(mean_d), size=people)]
    worth = high if np.isfinite(high) else -low
    nothing = noise.total * _scatter(at, noise.path, people, rng)
    tried = posterior(plan, lag, typical_sd, np.vstack([nothing, nothing + worth * of_each]))
    effects = [tried.effect(r) for r in range(2 * people)]
    told = [settled(e, low, high) and left_of_prior(e, tried.total(r, e)) <= MOST_LEFT for r, e in enumerate(effects)]
    return float(min(np.mean(told[:people]), np.mean(told[people:])))


def _scatter(at: Array, path: Array, people: int, rng: np.random.Generator) -> Array:
    """Readings of unit spread at times `(n,)`, `(people, n)`: a path of one of the kinds tried, as likely as `path` says, and noise."""
    ratio, days = np.array(PATHS)[rng.choice(len(PATHS), people, p=path)].T[:, :, None]
    kept = np.exp(-np.diff(at, prepend=at[0]) / days)
    step, course = rng.standard_normal((people, len(at))), np.empty((people, len(at)))
    course[:, 0] = step[:, 0]
    for i in range(1, len(at)):
        course[:, i] = kept[:, i] * course[:, i - 1] + np.sqrt(1 - kept[:, i] ** 2) * step[:, i]
    return np.asarray((rng.standard_normal((people, len(at))) + ratio * course) / np.hypot(1.0, ratio))
