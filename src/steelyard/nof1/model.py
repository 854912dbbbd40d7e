"""The model of the ratings: exposure, sessions, time of day, slow trend, an Ornstein-Uhlenbeck path and noise.

`rating(t) = mu + beta x(t; half-life) + sum gamma_m s_m(t) + daily rhythm + slow trend + u(t) + noise`

All times are hours from the start of the diary; outcomes are in the scale's own points; `x` is 1 at the peak of one reference dose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]  # effect half-lives (k,) -> exposure (k, n)
CurveAt = Callable[[Array], Curve]  # sample times (n,) -> Curve
Site = Callable[[Array, Array], CurveAt]  # dose times (m,), amounts (m,) -> CurveAt
DoseCurve = Callable[[Array, Array], Array]  # hours since a dose (n,), effect half-lives (k,) -> share of the peak (k, n)

Family = Literal["bounded", "ordinal", "binary", "count"]
PROMPT, OWN_WISH, DOSE = range(3)

HYPER = ("tau", "sd", "noise", "half_life", "slow")
SLOWEST_WAVE_H = 28 * 24.0  # half-period of the fastest slow-trend wave: what is quicker belongs to the path
MOST_WAVES = 16
DAY_STARTS_H = 4.0  # days are counted from this clock hour
LATENT_UNIT = {
    "ordinal": 0.5,
    "binary": 0.5,
    "count": 0.3,
}  # priors are stated in these: deviations of the probit noise, logarithms
FIRST_CAUSE = 5  # row of the first session or other cause, after the level and four rows of daily rhythm


@dataclass(frozen=True)
class Sessions:
    """Sessions of one therapy: times in hours `(s,)`, and the hours over which the effect of one session fades by 1/e."""

    name: str
    time_h: Array
    fade_h: float


@dataclass(frozen=True)
class Known:
    """Another cause whose course is known: its size `(n,)` at any times `(n,)`, about 1 when it is fully there."""

    name: str
    at: Callable[[Array], Array]


@dataclass(frozen=True)
class Diary:
    """One outcome and one substance of one person.

    `rating_h`, `rating` `(n,)`, times increasing; `low`, `high` the scale's ends; `worse_is_up` its direction; `dose_h`, `dose` `(m,)`
    logged doses in reference doses; `zone_from_h`, `zone_offset_h` `(z,)`: from when on the local clock runs how far ahead of the
    diary's own hours (time zones, daylight saving); `exposure` gives the effect-site curve of these doses at any times, `one_dose` that of
    a single reference dose; `redrawn` are the same curves for plausible other amounts and times of uncertain doses; `assigned` `(k, 3)`
    randomised periods: from, to (hours), number of the condition; `site` gives the curve of other doses than these;
    `known` are other causes at work: other substances, medicines, illness; `family` says how ratings follow from what is behind them;
    `occasion` `(n,)`, or empty where it is not known: what led to each rating, one of `PROMPT`, `OWN_WISH`, `DOSE`; `silent` `(k,)` are local
    days on which nothing was written down, so that what was taken is not known (see `schedule.unspoken`).
    """

    rating_h: Array
    rating: Array
    low: float
    high: float
    worse_is_up: bool
    dose_h: Array
    dose: Array
    exposure: CurveAt
    one_dose: DoseCurve
    zone_from_h: Array = field(default_factory=lambda: np.zeros(1))
    zone_offset_h: Array = field(default_factory=lambda: np.zeros(1))
    sessions: tuple[Sessions, ...] = ()
    redrawn: tuple[CurveAt, ...] = ()
    assigned: Array = field(default_factory=lambda: np.empty((0, 3)))
    site: Site | None = None
    known: tuple[Known, ...] = ()
    family: Family = "bounded"
    occasion: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    silent: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    def curve_of(self, dose_h: Array, dose: Array) -> CurveAt:
        """The effect-site curve of other doses than these.

        Raises:
            ValueError: the diary came without the means to compute one.
        """
        if self.site is None:
            raise ValueError("this diary has no `site`, so that exposure to other doses cannot be computed")
        return self.site(dose_h, dose)

    @property
    def span_h(self) -> float:
        """Hours from the first to the last rating."""
        return float(self.rating_h[-1] - self.rating_h[0]) if len(self.rating_h) else 0.0

    @property
    def points(self) -> float:
        """The unit in which the priors of the outcome are stated: a tenth of a bounded scale's range; half a standard deviation of the
        probit noise for levels; for counts 0.3 of the logarithm, about a third more."""
        return LATENT_UNIT.get(self.family, (self.high - self.low) / 10)

    @property
    def written(self) -> float:
        """The unit in which the pull of the last written rating on dosing is stated: `points`, or for other families the ratings' spread."""
        return self.points if self.family == "bounded" else float(self.rating.std()) or 1.0

    @property
    def middle(self) -> float:
        """Middle of the scale: the prior mean of the level."""
        return (self.high + self.low) / 2

    def local_h(self, time_h: Array) -> Array:
        """Diary times `(n,)` as the clock of the place counts them."""
        at = np.searchsorted(self.zone_from_h, time_h, side="right") - 1
        return np.asarray(time_h + self.zone_offset_h[np.maximum(at, 0)])

    def clock_h(self, time_h: Array) -> Array:
        """Local hour of day, 0 to 24, at diary times `(n,)`."""
        return self.local_h(time_h) % 24.0

    def day(self, time_h: Array) -> NDArray[np.intp]:
        """Local day at diary times `(n,)`; it begins when people are asleep."""
        return np.floor((self.local_h(time_h) - DAY_STARTS_H) / 24.0).astype(np.intp)


@dataclass(frozen=True)
class Priors:
    """Log-normal priors as (median, spread of the logarithm) and normal spreads; scale units are tenths of the scale's range."""

    half_life_h: tuple[float, float]
    tau_h: tuple[float, float] = (36.0, 1.0)
    sd: tuple[float, float] = (1.0, 0.8)
    noise: tuple[float, float] = (0.7, 0.7)
    slow: tuple[float, float] = (0.4, 0.8)  # of a random walk, per square root of 30 days
    effect_sd: float = 3.0
    effect_mean: float = 0.0  # other than 0 only where other people's diaries are asked to say what is to be expected
    drift_sd: float = 0.2  # of the effect, per 30 days
    session_sd: float = 2.0
    rhythm_sd: float = 1.0

    def hyper(self, points: float) -> tuple[Array, Array]:
        """Means and spreads of the logarithms of `HYPER`, each `(5,)`, for a scale whose tenth is `points`."""
        unit = np.log([1.0, points, points, 1.0, points])
        pairs = np.array([self.tau_h, self.sd, self.noise, self.half_life_h, self.slow])
        return np.log(pairs[:, 0]) + unit, pairs[:, 1]


@dataclass(frozen=True)
class Columns:
    """Design columns at some times: `fixed` `(q, n)`; `waves` says which of them are slow-trend waves; `names` `(q,)`."""

    fixed: Array
    names: tuple[str, ...]
    spread: Array
    waves: slice


def columns(diary: Diary, time_h: Array, priors: Priors) -> Columns:
    """Everything linear but the exposure: level, daily rhythm, sessions, other causes, slow trend; with the spreads of their priors.

    The slow trend is a random walk cut off after a few cosines (its Karhunen-Loeve form on a finite span), in units of its spread
    per square root of 30 days.
    """
    level = np.ones((1, len(time_h)))
    angle = 2 * np.pi * diary.clock_h(time_h) / 24
    rhythm = np.array([f(m * angle) for m in (1, 2) for f in (np.cos, np.sin)])
    causes = [_fading(s, time_h) for s in diary.sessions] + [k.at(time_h) for k in diary.known]
    therapy = np.array(causes).reshape(len(causes), len(time_h))
    slow = slow_waves(diary, time_h)
    names = (
        "level",
        "cos24",
        "sin24",
        "cos12",
        "sin12",
        *(s.name for s in diary.sessions),
        *(k.name for k in diary.known),
        *("slow",) * len(slow),
    )
    spread = np.concatenate([[5.0], np.full(4, priors.rhythm_sd), np.full(len(therapy), priors.session_sd), np.ones(len(slow))])
    spread[: FIRST_CAUSE + len(therapy)] *= diary.points
    fixed = np.vstack([level, rhythm, therapy, slow])
    return Columns(fixed, names, spread, slice(FIRST_CAUSE + len(therapy), len(names)))


def slow_waves(diary: Diary, time_h: Array) -> Array:
    """Cosines of the slow trend at `(n,)` times, `(j, n)`; none for diaries shorter than one wave."""
    span = max(diary.span_h, 1.0)
    count = int(min(MOST_WAVES, span // SLOWEST_WAVE_H))
    j = np.arange(1, count + 1)[:, None]
    size = np.sqrt(2 * span / (30 * 24.0)) / (j * np.pi)
    return np.asarray(size * np.cos(j * np.pi * (time_h - diary.rating_h[0]) / span))


def _fading(sessions: Sessions, time_h: Array) -> Array:
    """What is left of all sessions so far: carried from session to session, so that it costs no more per rating in a long diary."""
    at = np.sort(sessions.time_h)
    left, carried = np.ones(len(at)), np.exp(-np.diff(at) / sessions.fade_h)
    for i, share in enumerate(carried):
        left[i + 1] += left[i] * share
    last = np.searchsorted(at, time_h, side="right") - 1
    since = np.where(last >= 0, time_h - at[last], np.inf) if len(at) else np.full(len(time_h), np.inf)
    return np.asarray(np.exp(-since / sessions.fade_h) * (left[last] if len(at) else 1.0))
