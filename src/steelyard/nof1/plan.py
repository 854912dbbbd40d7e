"""What kind of diary to invent: the person, what drives the doses, and what is lost on the way to the diary."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from steelyard.nof1.truth import Curve, effect_curve, with_rebound

Array = NDArray[np.float64]
Driver = Literal["felt", "recorded", "random", "mixed"]

# Share of the dosing slopes that follows the pain felt, and the last recorded rating.
DRIVERS: Mapping[str, tuple[float, float]] = {"felt": (1, 0), "recorded": (0, 1), "mixed": (0.5, 0.5), "random": (0, 0)}


class Scale(Protocol):
    """Another scale than points from 0 to 10, on which the invented person writes the outcome down."""

    def told(self, points: Array, chance: Array) -> Array:
        """Ratings `(n,)` of an outcome in points `(n,)`, by standard normal numbers `(n,)`."""

    def in_points(self, rating: Array) -> Array:
        """What a rating `(n,)` is taken for by somebody who doses by it, in points `(n,)`."""


@dataclass(frozen=True)
class Plan:
    """What kind of diary to invent; points are points of the rating scale, amounts are in the unit of the reference dose.

    effect: change at the peak of one dose of `reference_dose`. curve: fading at one rate, or at two of which the slow one
    has `slow_share`. saturation: reference doses in the body at which half of all the relief there can be is reached (0: relief in
    proportion). rebound: greatest change the other way once a dose has worn off, as a share of the effect, fading with
    `rebound_half_life_h`. driver: what dosing follows: the pain `felt` at that moment (drug effect included, rating noise not), the
    last `recorded` rating, half of each (`mixed`), or nothing (`random`). dosing_slope: log rate per point; gram_slope: log
    grams per point, through the same driver; amount_sd: of the log grams besides. doses_per_day: aimed at, on days when doses are
    allowed. clock_hours: hours of the clock at which alone a dose is ever taken (none: at any waking hour). missing: share of prompts
    unanswered; skip_high: share of ratings above `baseline` that go unanswered besides. silent_days: share of days on which nothing at all
    is written down. unlogged: share of doses taken and not written down; time_error_min: sd of the written dose times. circadian: amplitude
    of a daily rhythm of pain; circadian_dosing: dosing has one of its own, whatever the pain. trend: points per 180 days; season: amplitude
    of a sinusoid of `season_days`; tolerance: share of the effect lost per 180 days. therapy_effect: of a weekly session, fading by
    1/e in `therapy_fade_h`. random_off_days: chance of each whole day of being assigned dose-free (0: no assignment at all).
    integer: ratings rounded and kept within 0 to 10. scale: another scale that they are written on, with chances of its own in place of
    `noise_sd`. Refuses (ValueError) values outside their range.
    """

    days: int = 180
    driver: Driver = "felt"
    effect: float = -1.0
    curve: Literal["one_rate", "two_compartment"] = "one_rate"
    effect_half_life_h: float = 8.0
    absorption_half_life_h: float = 0.5
    slow_share: float = 0.2
    slow_half_life_h: float = 24.0
    saturation: float = 0.0
    rebound: float = 0.0
    rebound_half_life_h: float = 16.0
    reference_dose: float = 3.0
    baseline: float = 5.0
    ou_days: float = 2.0
    ou_sd: float = 1.2
    noise_sd: float = 0.8
    ratings_per_day: float = 3.0
    missing: float = 0.15
    skip_high: float = 0.0
    skip_slope: float = 0.0
    integer: bool = False
    rating_at_dose: bool = False
    doses_per_day: float = 1.85
    dosing_slope: float = 0.6
    gram_slope: float = 0.1
    amount_sd: float = 0.25
    max_per_day: int = 4
    min_gap_h: float = 2.0
    clock_hours: tuple[float, ...] = ()
    silent_days: float = 0.0
    unlogged: float = 0.0
    time_error_min: float = 0.0
    circadian: float = 0.0
    circadian_dosing: bool = False
    trend: float = 0.0
    season: float = 0.0
    season_days: float = 365.0
    tolerance: float = 0.0
    therapy_effect: float = -0.3
    therapy_fade_h: float = 24.0
    random_off_days: float = 0.0
    scale: Scale | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock_hours", tuple(self.clock_hours))
        for name, value in vars(self).items():
            _expect(not isinstance(value, float) or isfinite(value), name, "a finite number")
        for name in ("missing", "skip_high", "unlogged", "silent_days", "random_off_days", "slow_share", "rebound"):
            _expect(0 <= getattr(self, name) <= 1, name, "a share from 0 to 1")
        for name in ("ou_sd", "noise_sd", "time_error_min", "min_gap_h", "ratings_per_day", "amount_sd", "saturation", "seed"):
            _expect(getattr(self, name) >= 0, name, "0 or more")
        for name in ("reference_dose", "ou_days", "season_days", "therapy_fade_h"):
            _expect(getattr(self, name) > 0, name, "above 0")
        _expect(all(0 <= hour < 24 for hour in self.clock_hours), "clock_hours", "hours from 0 to below 24")
        _expect(self.days >= 1, "days", "at least 1")
        _expect(self.driver in DRIVERS, "driver", "one of " + ", ".join(DRIVERS))
        _expect(self.curve in ("one_rate", "two_compartment"), "curve", "one_rate or two_compartment")
        _expect(0 <= self.doses_per_day < self.max_per_day, "doses_per_day", "0 or more and below max_per_day")
        _expect((self.max_per_day - 1) * self.min_gap_h < 14, "min_gap_h", "gaps that leave room for max_per_day in a day")
        _expect(not (self.rebound and self.saturation), "saturation", "0 where there is a rebound")
        _expect(self.scale is None or self.noise_sd > 0, "noise_sd", "above 0 where there is a scale")
        self.effect_curve()

    def effect_curve(self) -> Curve:
        """The true curve of one reference dose, with the rebound after it."""
        half_lives: tuple[float, ...] = (self.effect_half_life_h,)
        shares: tuple[float, ...] = (1.0,)
        if self.curve == "two_compartment":
            half_lives, shares = (*half_lives, self.slow_half_life_h), (1 - self.slow_share, self.slow_share)
        curve = effect_curve(self.absorption_half_life_h, half_lives, shares)
        return with_rebound(curve, self.rebound, self.effect_half_life_h, self.rebound_half_life_h) if self.rebound else curve

    def response(self, level: Array) -> Array:
        """Share of the effect of one reference dose that comes of this much in the body, 1 being the peak of that dose, any shape."""
        return level * (1 + self.saturation) / (level + self.saturation) if self.saturation else level


def _expect(met: bool, name: str, expected: str) -> None:
    if not met:
        raise ValueError(f"{name}: expected {expected}")
