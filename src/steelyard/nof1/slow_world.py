"""Invented people with a slow outcome whose true answer is known. Nothing is shared with the estimator: the lag is a triangle and no
gamma, counts are drawn as counts, spells fade over other times than those tried."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .slow import SlowDiary

Array = NDArray[np.float64]
Pattern = Literal["constant", "begins", "ends", "pauses", "turns", "by_chance"]
BEFORE_D = 1500


@dataclass(frozen=True)
class SlowPlan:
    """Whom to invent. `effect` is the logarithm of what the reference amount, taken for long, makes of the outcome (on a `bounded` scale,
    points); `pattern` what is taken: `begins` or `ends` half way, `pauses` for the middle half, in `turns` of `turn_d` days or `by_chance`;
    `lag_d` the mean lag, drawn between 30 and 180 days by default; `scatter` of single readings, `path_sd` of spells that fade over
    `path_d` days, `trend` a year and `season`, all on the scale of the effect; `missing` share of readings not made."""

    days: int = 730
    every_d: float = 7.0
    pattern: Pattern = "turns"
    turn_d: int = 270
    effect: float = 0.0
    kind: Literal["count", "lab", "bounded"] = "count"
    mean: float = 10.0
    lag_d: float | None = None
    lag_range: tuple[float, float] = (30.0, 180.0)
    scatter: float = 0.3
    path_sd: float = 0.0
    path_d: float = 45.0
    trend: float = 0.0
    season: float = 0.0
    missing: float = 0.1
    seed: int = 0


def invent_slow(plan: SlowPlan) -> tuple[SlowDiary, float]:
    """One person's readings and amounts, and the true change in the outcome's own units; the same plan gives the same person."""
    rng = np.random.default_rng(plan.seed)
    before, amount = _taken(plan, rng)
    low, high = np.log(plan.lag_range)
    lag = plan.lag_d or float(np.exp(rng.normal((low + high) / 2, (high - low) / (2 * 1.959964))))
    whole = np.concatenate([np.full(BEFORE_D, before), amount])
    felt = np.convolve(whole, _triangle(lag))[BEFORE_D : BEFORE_D + plan.days]
    at = np.arange(plan.every_d / 2, plan.days, plan.every_d)
    at = at[rng.random(len(at)) >= plan.missing]
    day = at.astype(int)
    eta = plan.effect * felt[day] + plan.trend * (at - plan.days / 2) / 365 + plan.season * np.sin(2 * np.pi * at / 365 + 1)
    eta = eta + plan.path_sd * _spells(at, plan.path_d, rng)
    diary = SlowDiary(
        at_d=at,
        value=_readings(plan, eta, rng),
        amount=amount,
        relative=plan.kind != "bounded",
        offset=0.5 if plan.kind == "count" else 0.0,
        unknown_before=plan.pattern != "begins",
    )
    return diary, plan.effect if plan.kind == "bounded" else plan.mean * (float(np.exp(plan.effect)) - 1)


def _taken(plan: SlowPlan, rng: np.random.Generator) -> tuple[float, Array]:
    """What was taken a day before the record, and on each of its days, with some days left out."""
    day = np.arange(plan.days)
    if plan.pattern == "by_chance":
        turns = rng.random(plan.days // plan.turn_d + 1) < 0.5
        before, amount = float(turns[0]), turns[day // plan.turn_d].astype(float)
    else:
        before, amount = {
            "constant": (1.0, np.ones(plan.days)),
            "begins": (0.0, (day >= plan.days // 2).astype(float)),
            "ends": (1.0, (day < plan.days // 2).astype(float)),
            "pauses": (1.0, ((day < plan.days // 4) | (day >= plan.days - plan.days // 4)).astype(float)),
            "turns": (1.0, (day // plan.turn_d % 2 == 0).astype(float)),
        }[plan.pattern]
    return before, amount * rng.choice([0.8, 1.0, 1.2], plan.days)


def _triangle(lag: float) -> Array:
    """Weights of the days before, rising to `lag` and falling to twice that."""
    day = np.arange(int(2 * lag) + 1)
    weight = np.maximum(1 - np.abs(day - lag) / lag, 0.0)
    return np.asarray(weight / weight.sum())


def _spells(at: Array, days: float, rng: np.random.Generator) -> Array:
    step = rng.standard_normal(len(at))
    for i in range(1, len(at)):
        kept = np.exp(-(at[i] - at[i - 1]) / days)
        step[i] = kept * step[i - 1] + np.sqrt(1 - kept**2) * step[i]
    return step


def _readings(plan: SlowPlan, eta: Array, rng: np.random.Generator) -> Array:
    if plan.kind == "bounded":
        return np.asarray(np.clip(np.rint(plan.mean + eta + plan.scatter * rng.standard_normal(len(eta))), 0, 10))
    if plan.kind == "lab":
        return np.asarray(np.round(plan.mean * np.exp(eta + plan.scatter * rng.standard_normal(len(eta))), 1))
    size = 1 / max(plan.scatter, 1e-6) ** 2
    return np.asarray(rng.poisson(plan.mean * np.exp(eta) * rng.gamma(size, 1 / size, len(eta))).astype(float))
