"""Everything in an invented person's life that does not depend on the doses taken.

Time runs in cells of five minutes from midnight of the first day. Nothing here is shared with the estimators.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import gammainc

from steelyard.nof1.plan import DRIVERS, Plan
from steelyard.nof1.truth import Curve

Array = NDArray[np.float64]
Cells = NDArray[np.int64]
Mask = NDArray[np.bool_]

STEP_H = 1 / 12
PER_DAY = 288

# Each part of a diary draws from its own stream, so that changing one part leaves the others as they were. Add at the end only.
_STREAMS = (
    "person",
    "pain",
    "prompts",
    "noise",
    "skip",
    "waiting",
    "grams",
    "logged",
    "log_time",
    "coin",
    "dose_noise",
    "silent",
)
_SPAN_D = 180.0  # `trend` and `tolerance` are stated per this many days
_PAIN_PEAK_H, _DOSING_PEAK_H, _DOSING_RHYTHM = 8.0, 10.0, 0.7


@dataclass(frozen=True)
class World:
    """All that does not depend on the doses. Arrays are over cells (n,), prompts (p,) or possible doses (d,)."""

    curve: Curve
    centre: float  # expected pain: what drives the doses is the distance from it
    background: Array  # (n,) pain without the drug and without rating noise
    strength: Array  # (n,) effect at the peak of a reference dose, if all of it fell now
    hazard: Array  # (n,) expected doses at mean pain; 0 when asleep and on dose-free days
    prompts: Cells  # (p,) cell of each prompt
    heard: Cells  # (n,) number of prompts up to and including each cell
    noise: Array  # (p,) rating noise, points
    skip: Array  # (p,) uniform on 0 to 1; compared with the chance of no answer
    waiting: Array  # (d,) hazard to be used up before each dose
    gram_noise: Array  # (d,) log grams
    logged: Mask  # (d,)
    spoken: Mask  # (days,)
    log_error_h: Array  # (d,)
    dose_noise: Array  # (d,) noise of the rating given at a dose, points
    weighing: float  # amounts are written down in steps of this
    session_h: Array
    assignments: Array  # (k, 3) from (h), to (h), 1 if doses are allowed and 0 if not


def build(plan: Plan) -> World:
    """Draw the person and their days.

    plan: what to invent. Returns the world in which the doses can then be taken; the same plan gives the same world.
    """
    seeds = np.random.SeedSequence(plan.seed).spawn(len(_STREAMS))
    draw = {name: np.random.Generator(np.random.PCG64(seed)) for name, seed in zip(_STREAMS, seeds, strict=True)}
    person = draw["person"]
    wake_h, bed_h = 7 + person.uniform(-1, 1), 23 + person.uniform(-1, 1)
    weighing = plan.reference_dose / (30 if person.random() < 0.5 else 6)  # 0.1 g or 0.5 g when the dose is 3 g
    hour = hours(np.arange(plan.days * PER_DAY))
    session_h = _sessions(plan, person)
    known = _known_course(plan, hour, session_h, season_phase=person.uniform(0, 2 * np.pi))
    of_day = hour % 24
    awake = (of_day >= wake_h) & (of_day < bed_h)
    strength = plan.effect * np.maximum(0.0, 1 - plan.tolerance * hour / (_SPAN_D * 24))
    curve = plan.effect_curve()
    level = plan.doses_per_day * (1 - plan.random_off_days) * curve.area_h / 24
    relief = float(strength.mean() * plan.response(np.array(level)))
    centre = plan.baseline + float(known[awake].mean()) + relief
    hazard = _hazard(plan, of_day, awake, float(known[awake].var()))
    assignments = _assignments(plan, draw["coin"])
    if len(assignments):
        hazard = hazard * np.repeat(assignments[:, 2], PER_DAY)
    prompts = _prompts(plan, np.flatnonzero(awake), draw["prompts"])
    most = plan.max_per_day * plan.days + 1
    return World(
        curve=curve,
        centre=centre,
        background=plan.baseline + known + _ou_path(plan, draw["pain"]),
        strength=strength,
        hazard=hazard,
        prompts=prompts,
        heard=np.searchsorted(prompts, np.arange(hour.size), side="right"),
        noise=plan.noise_sd * draw["noise"].standard_normal(prompts.size),
        skip=draw["skip"].random(prompts.size),
        waiting=draw["waiting"].standard_exponential(most),
        gram_noise=plan.amount_sd * draw["grams"].standard_normal(most),
        logged=draw["logged"].random(most) >= plan.unlogged,
        spoken=draw["silent"].random(plan.days) >= plan.silent_days,
        log_error_h=plan.time_error_min / 60 * draw["log_time"].standard_normal(most),
        dose_noise=plan.noise_sd * draw["dose_noise"].standard_normal(most),
        weighing=weighing,
        session_h=session_h,
        assignments=assignments,
    )


def hours(cells: Cells) -> Array:
    """Hours since midnight of the first day at which `cells` begin."""
    return np.asarray(cells * STEP_H, np.float64)


def _sessions(plan: Plan, person: np.random.Generator) -> Array:
    """Times (h) of the weekly session: always the same weekday, within an hour and a half of the same time of day."""
    days = np.arange(person.integers(7), plan.days, 7)
    cells = np.rint((days * 24 + person.uniform(10, 16) + person.uniform(-1.5, 1.5, days.size)) / STEP_H).astype(np.int64)
    return hours(cells) if plan.therapy_effect else np.empty(0)


def _known_course(plan: Plan, hour: Array, session_h: Array, season_phase: float) -> Array:
    """The part of the pain (points, over cells) that is neither chance nor drug; the trend is 0 at mid-diary."""
    day = hour / 24
    course = plan.trend * (day - plan.days / 2) / _SPAN_D
    course += plan.season * np.sin(2 * np.pi * day / plan.season_days + season_phase)
    course += plan.circadian * np.cos(2 * np.pi * (hour - _PAIN_PEAK_H) / 24)
    given = np.zeros(hour.size)
    given[np.rint(session_h / STEP_H).astype(np.int64)] = plan.therapy_effect
    return np.asarray(course + _decaying_sum(given, plan.therapy_fade_h))


def _decaying_sum(impulses: Array, fade_h: float) -> Array:
    """Sum over the past of impulses that each fade by 1/e in `fade_h`."""
    return np.asarray(lfilter([1.0], [1.0, -np.exp(-STEP_H / fade_h)], impulses))


def _ou_path(plan: Plan, rng: np.random.Generator) -> Array:
    """A stationary Ornstein-Uhlenbeck path (points, over cells), exact at the cells."""
    keep = np.exp(-STEP_H / (24 * plan.ou_days))
    steps = rng.standard_normal(plan.days * PER_DAY)
    steps[1:] *= np.sqrt(1 - keep**2)
    return plan.ou_sd * _decaying_sum(steps, 24 * plan.ou_days)


def _hazard(plan: Plan, of_day: Array, awake: Mask, known_variance: float) -> Array:
    """Expected doses per cell at mean pain, such that a typical diary comes near `doses_per_day`."""
    rhythm = _DOSING_RHYTHM * plan.circadian_dosing * np.cos(2 * np.pi * (of_day - _DOSING_PEAK_H) / 24)
    usual = np.isin(np.rint(of_day / STEP_H), np.rint(np.array(plan.clock_hours) / STEP_H)) if plan.clock_hours else awake
    shape = np.where(usual, np.exp(rhythm), 0.0)
    felt, recorded = DRIVERS[plan.driver]
    variance = (felt + recorded) ** 2 * (plan.ou_sd**2 + known_variance) + recorded**2 * plan.noise_sd**2
    per_day = _unhindered(plan, float(awake.mean()) * 24, plan.dosing_slope * np.sqrt(variance))
    return np.asarray(shape * (per_day * plan.days / shape.sum()))


def _unhindered(plan: Plan, awake_h: float, spread: float) -> float:
    """Doses per day that would be taken at mean pain if neither the gap nor the daily limit held any back.

    Solves for the rate at which the count expected of a day, whose log rate is normal with sd `spread`, is `doses_per_day`.
    The k-th dose fits into the day when k exponential waits fit into the hours left beside the k - 1 gaps.
    """
    nth = np.arange(1, plan.max_per_day + 1)
    share_left = np.maximum(0.0, 1 - (nth - 1) * plan.min_gap_h / awake_h)
    node, weight = hermegauss(9)
    days = np.exp(spread * node)[:, None] * share_left

    def surplus(log_rate: float) -> float:
        expected = gammainc(nth, np.exp(log_rate) * days).sum(axis=1) @ weight / weight.sum()
        return float(expected) - plan.doses_per_day

    return float(np.exp(brentq(surplus, -40.0, 40.0, xtol=1e-6))) if plan.doses_per_day else 0.0


def _assignments(plan: Plan, coin: np.random.Generator) -> Array:
    """One row for each whole day, by the toss of a coin; none when no day is to be assigned."""
    if plan.random_off_days == 0:
        return np.empty((0, 3))
    start = 24.0 * np.arange(plan.days)
    return np.column_stack([start, start + 24, coin.random(plan.days) >= plan.random_off_days])


def _prompts(plan: Plan, waking: Cells, rng: np.random.Generator) -> Cells:
    """Cells of the prompts: one at a random moment of each equal share of the waking time."""
    count = round(plan.ratings_per_day * plan.days)
    places = (np.arange(count) + rng.random(count)) * (waking.size / max(count, 1))
    return np.unique(waking[np.minimum(places.astype(np.int64), waking.size - 1)])
