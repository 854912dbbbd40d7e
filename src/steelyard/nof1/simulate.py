"""Invented diaries of one person whose true answers are known.

A person rates a symptom a few times a day and takes doses while awake. What the doses follow is chosen by `Plan.driver`, since
that, more than anything else, decides which estimators are right. Nothing here knows any substance, and nothing is shared with
the estimators.
"""

from dataclasses import dataclass
from math import exp

import numpy as np

from steelyard.nof1.plan import DRIVERS, Plan
from steelyard.nof1.truth import Truth, hours_above, lowest
from steelyard.nof1.world import PER_DAY, STEP_H, Array, Cells, Mask, World, build, hours

__all__ = ["Diary", "Plan", "simulate"]

_AHEAD = PER_DAY  # cells looked ahead at once for the next dose; a matter of speed only


@dataclass(frozen=True)
class Diary:
    """What the person wrote down, hours since midnight of the first day, each in order of time; and the truth behind it.

    `rating_h`, `rating`, `asked_by_dose` (n_ratings,); `dose_h`, `dose_amount` (n_logged,); `session_h` (n_sessions,);
    `assignments` (n_periods, 3): from (h), to (h), 1 if doses were allowed or 0 if the period was dose-free.
    """

    rating_h: Array
    rating: Array
    asked_by_dose: Mask
    dose_h: Array
    dose_amount: Array
    session_h: Array
    assignments: Array
    truth: Truth


@dataclass(frozen=True)
class _Course:
    """What happened: the drug's part of the pain over cells (n,), and the doses with the rating given at each (n_taken,)."""

    drug: Array
    cell: Cells
    amount: Array
    rating: Array  # nan where none was asked


def simulate(plan: Plan) -> Diary:
    """Invent one diary and compute its true answers from the curve and the doses it was made with.

    plan: what to invent. Returns the diary with its truth; the same plan gives the same bytes.
    """
    world = build(plan)
    course = _live(plan, world)
    dose_h, amount = _logged_doses(plan, world, course)
    cells, rating, asked_by_dose = _ratings(plan, world, course)
    return Diary(
        rating_h=hours(cells),
        rating=rating,
        asked_by_dose=asked_by_dose,
        dose_h=dose_h,
        dose_amount=amount,
        session_h=world.session_h[_spoken(world, world.session_h)],
        assignments=world.assignments,
        truth=_truth(plan, world, course, cells, amount),
    )


def _live(plan: Plan, world: World) -> _Course:
    """Take the doses one after another, each when the hazard summed since the last one has used up its draw.

    From one dose to the next the pain and therefore the hazard are known, so each search is over arrays, not cell by cell.
    """
    felt_share, recorded_share = DRIVERS[plan.driver]
    fade = np.exp(-np.multiply.outer(world.curve.rates, np.arange(_AHEAD + 1) * STEP_H))
    state = np.zeros(world.curve.rates.size)  # what is left of the doses in each part of the curve
    drug = np.zeros(world.background.size)
    taken: list[tuple[int, float, float]] = []
    last = world.centre  # the last recorded rating; before the first, nothing out of the ordinary
    start, blocked_to, left = 0, 0, world.waiting[0]
    while start < drug.size:
        here = slice(start, min(start + _AHEAD, drug.size))
        span = here.stop - start
        drug[here] = world.strength[here] * plan.response(state @ fade[:, :span])
        felt = world.background[here] + drug[here]
        pull = felt_share * (felt - world.centre)
        if recorded_share:
            recorded = _last_recorded(plan, world, here, felt, last)
            pull += recorded_share * (recorded - world.centre)
        used = world.hazard[here] * np.exp(plan.dosing_slope * pull)
        used[: max(0, blocked_to - start)] = 0.0
        used = np.cumsum(used)
        wait = int(np.searchsorted(used, left))
        last = recorded[min(wait, span - 1)] if recorded_share else last
        state = state * fade[:, wait]
        start += wait
        if wait == span:
            left -= used[-1]
            continue
        amount = _amount(plan, world, len(taken), pull[wait])
        rating = _dose_rating(plan, world, len(taken), felt[wait])
        taken.append((start, amount, rating))
        last = last if np.isnan(rating) else float(_in_points(plan, np.array(rating)))
        state = state + world.curve.weights * (amount / plan.reference_dose)
        blocked_to = _blocked_to(plan, [cell for cell, *_ in taken[-plan.max_per_day :]])
        left = world.waiting[len(taken)]
    cell, amounts, ratings = zip(*taken, strict=True) if taken else ((), (), ())
    return _Course(drug, np.array(cell, np.int64), np.array(amounts, float), np.array(ratings, float))


def _blocked_to(plan: Plan, latest: list[int]) -> int:
    """First cell at which a dose may follow the `latest` ones: after the gap, or the next day once the day's doses are taken."""
    today = latest[-1] // PER_DAY
    full = len(latest) == plan.max_per_day and latest[0] // PER_DAY == today
    after_gap = latest[-1] + max(1, round(plan.min_gap_h / STEP_H))
    return max(after_gap, (today + 1) * PER_DAY) if full else after_gap


def _amount(plan: Plan, world: World, number: int, pull: float) -> float:
    """Amount of a dose: log-normal, greater when what drives the person is worse, from a third to five thirds of the usual."""
    factor = exp(plan.gram_slope * pull + float(world.gram_noise[number]))
    return plan.reference_dose * min(max(factor, 1 / 3), 5 / 3)


def _dose_rating(plan: Plan, world: World, number: int, felt: float) -> float:
    """Rating given just before a dose; nan unless the plan asks for it and the dose is written down."""
    if not (plan.rating_at_dose and world.logged[number]):
        return float("nan")
    return float(_written(plan, np.array(felt), world.dose_noise[number]))


def _last_recorded(plan: Plan, world: World, here: slice, felt: Array, last: float) -> Array:
    """The latest recorded rating in points at each cell of `here`, of which `felt` is the pain and `last` what was recorded before."""
    first = int(world.heard[here.start - 1]) if here.start else 0
    asked = slice(first, int(world.heard[here.stop - 1]))
    value, answered = _answers(plan, world, asked, felt[world.prompts[asked] - here.start])
    latest = np.maximum.accumulate(np.append(0, np.where(answered, np.arange(1, value.size + 1), 0)))
    return np.asarray(np.append(last, _in_points(plan, value))[latest][world.heard[here] - first])


def _answers(plan: Plan, world: World, asked: slice, latent: Array) -> tuple[Array, Mask]:
    """What the prompts `asked` would get for an answer when the pain is `latent`, and which of them do get one."""
    value = _written(plan, latent, world.noise[asked])
    missing: float | Array = plan.missing
    if plan.skip_slope and 0 < plan.missing < 1:
        missing = 1 / (1 + (1 / plan.missing - 1) * np.exp(-plan.skip_slope * (latent - plan.baseline)))
    silent = missing + (1 - missing) * plan.skip_high * (_in_points(plan, value) > plan.baseline)
    return value, world.skip[asked] >= silent


def _written(plan: Plan, latent: Array, noise: float | Array) -> Array:
    """A rating as written down."""
    if plan.scale is not None:
        return plan.scale.told(latent, np.asarray(noise / plan.noise_sd))
    return np.clip(np.rint(latent + noise), 0, 10) if plan.integer else latent + noise


def _in_points(plan: Plan, rating: Array) -> Array:
    """What was written down, as somebody who doses by it takes it."""
    return rating if plan.scale is None else plan.scale.in_points(rating)


def _logged_doses(plan: Plan, world: World, course: _Course) -> tuple[Array, Array]:
    """Times (h) and amounts of the doses that are written down, in order of the written time."""
    logged = world.logged[: course.cell.size]
    written_h = hours(course.cell) + world.log_error_h[: course.cell.size]
    dose_h = np.clip(written_h, 0.0, plan.days * 24 - STEP_H)[logged]
    amount = np.maximum(1, np.rint(course.amount[logged] / world.weighing)) * world.weighing
    order = np.argsort(dose_h, kind="stable")
    order = order[_spoken(world, dose_h[order])]
    return dose_h[order], amount[order]


def _spoken(world: World, time_h: Array) -> Mask:
    """Whether anything is written down on the day of each time."""
    return world.spoken[(time_h // 24).astype(np.int64)]


def _ratings(plan: Plan, world: World, course: _Course) -> tuple[Cells, Array, Mask]:
    """Cells and values of the recorded ratings in order of time, and whether a dose was the occasion."""
    latent = world.background + course.drug
    value, answered = _answers(plan, world, slice(None), latent[world.prompts])
    prompted = world.prompts[answered]
    # A prompt answered in the very minutes of a dose is not answered twice.
    at_dose = ~np.isnan(course.rating) & ~np.isin(course.cell, prompted)
    cells = np.concatenate([prompted, course.cell[at_dose]])
    order = np.argsort(cells, kind="stable")
    order = order[_spoken(world, hours(cells[order]))]
    rating = np.concatenate([value[answered], course.rating[at_dose]])
    return cells[order], rating[order], order >= prompted.size


def _truth(plan: Plan, world: World, course: _Course, rated: Cells, logged_amount: Array) -> Truth:
    """The true answers: from the curve, and the doses as really taken, logged or not."""
    drug = course.drug[rated]
    peak = float(world.strength.mean())
    months = (world.strength.size - 1) * STEP_H / (30 * 24)
    fading = float(world.strength[-1] - world.strength[0]) / months
    own_dose = float(np.median(logged_amount)) if logged_amount.size else None
    amount = 1.0 if own_dose is None else own_dose / plan.reference_dose
    share = float(plan.response(np.array(amount)))
    half = _level_at(plan, share / 2) / amount
    return Truth(
        peak=None if own_dose is None else peak * share,
        peak_reference=peak,
        own_dose=own_dose,
        as_taken=float(drug.mean()) if drug.size else None,
        duration_h=hours_above(world.curve, half) if plan.effect else None,
        tolerance=None if own_dose is None else fading * share,
        tolerance_reference=fading,
        rebound=None if own_dose is None else peak * amount * lowest(world.curve),
        latent=world.background[rated] + drug,
        drug=drug,
        dose_h=hours(course.cell),
        dose_amount=course.amount,
    )


def _level_at(plan: Plan, share: float) -> float:
    """How much must be in the body for this share of the effect of one reference dose; `Plan.response` solved for its argument."""
    return plan.saturation * share / (1 + plan.saturation - share) if plan.saturation else share
