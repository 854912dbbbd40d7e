"""Does more do more, and what comes after? Readings of one diary, each weighed by how well it explains it.

In proportion: relief follows `x`, the exposure, 1 at the peak of the usual dose. Levelling off: it follows `x (1 + h) / (x + h)`, which
reaches half of its ceiling at `h`. With a rebound: in proportion, and then a change the other way. Each reading is a diary with another
exposure or one more column, so that everything that can be asked of a diary can be asked of it.

Levelling off is a curve of all that is in the body, and not one effect for each size of dose. Most of what a diary tells about it comes
from doses that overlap and from how an effect fades, not from the few sizes that people take. And a diary that levels off but is read in
proportion gives too small an effect at every size; averaged over the readings by their marginal likelihoods it does not.

Source: Emax model, Holford & Sheiner (1981), doi 10.2165/00003088-198106060-00002; averaging over models by marginal likelihood, Hoeting
et al. (1999), doi 10.1214/ss/1009212519.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from . import rebound
from .contrasts import GRID_H, Interval, dose_curve, pooled_hours, relief_curve
from .fit import Fit, Mixture
from .integrate import climb, within
from .joint import JointModel, fit_joint
from .model import Array, Curve, CurveAt, Diary, DoseCurve, Priors, Site
from .system import HALF_LIFE

HALVES = (0.5, 2.0)  # peaks of the usual dose at which half of the ceiling is reached
LIKELY = 2.0  # how much less likely than the best a reading may be at its mode, as a logarithm, and still be fitted
FEWEST_OF_A_SIZE, MOST_SIZES, LEAST_APART = 5, 3, 1.1
Level = TypeVar("Level", float, Array)


@dataclass(frozen=True)
class Reading:
    """One way to read a diary: `half` of the ceiling (None: none), the half-life after which a rebound comes (None: none), the diary read
    so, its fit, and its probability."""

    half: float | None
    rebound_h: float | None
    diary: Diary
    fit: Fit
    chance: float


@dataclass(frozen=True)
class Response:
    """The readings that were worth a fit, the most probable first.

    `levels_off` is the Bayes factor of levelling off against in proportion, `rebounds` that of a rebound against none; None where it was
    not asked. `one_dose` is the curve of a usual dose in proportion.
    """

    readings: tuple[Reading, ...]
    levels_off: float | None
    rebounds: float | None
    one_dose: DoseCurve

    @property
    def best(self) -> Reading:
        """The most probable reading."""
        return self.readings[0]

    @property
    def fit(self) -> Fit:
        """One fit of all readings, each point weighed by the probability of its reading; its mode is that of the best."""
        if len(self.readings) == 1:
            return self.best.fit
        names = max((r.fit.names for r in self.readings), key=len)
        fits, weight = [_padded(r.fit, names) for r in self.readings], self._weight()
        points = replace(
            fits[0].points,
            psi=np.concatenate([f.points.psi for f in fits]),
            weight=weight,
            mean=np.concatenate([f.points.mean for f in fits]),
            cov=np.concatenate([f.points.cov for f in fits]),
            ess=float(1 / (weight**2).sum()),
        )
        half_life_h, taken = np.concatenate([f.half_life_h for f in fits]), np.concatenate([f.taken for f in fits])
        at_peak = np.concatenate([f.peak_parts() for f in fits])
        return replace(fits[0], points=points, names=names, half_life_h=half_life_h, taken=taken, at_peak=at_peak)

    def relief(self, dose: float) -> Mixture:
        """Change of the outcome at the peak of one dose of `dose` reference doses, with nothing left of earlier ones."""
        share = [np.full(len(r.fit.half_life_h), level(dose, r.half)) for r in self.readings]
        return self.fit.effect.scaled(np.concatenate(share))

    def duration(self, dose: float) -> Interval:
        """Hours during which the effect of one dose of `dose` reference doses is above half of its own peak."""
        hours = np.concatenate([self._hours(r, dose) for r in self.readings])
        return pooled_hours(hours, self._weight())

    def relief_curve(self, hours: Array) -> tuple[Array, Array, Array]:
        """Mean, lower and upper 95 % limit of the change at `hours` `(g,)` after one reference dose."""
        if self.best.fit.drawn is not None:
            return relief_curve(self.best.fit, self.best.diary, 1.0, hours)
        parts = [_course(r, hours) for r in self.readings]
        mean, variance = (np.concatenate(part) for part in zip(*parts, strict=True))
        weight = self._weight()
        middle = weight @ mean
        spread = 1.96 * np.sqrt(np.maximum(weight @ (variance + mean**2) - middle**2, 0.0))
        return middle, middle - spread, middle + spread

    def _hours(self, reading: Reading, dose: float) -> Array:
        """Hours above half at each point, `(k,)`."""
        course = dose_curve(reading.fit, lambda after, half: level(dose * self.one_dose(after, half), reading.half), GRID_H)
        if reading.rebound_h is not None:
            net = rebound.net(reading.fit, course, rebound.after_one_dose(reading.diary, reading.rebound_h, GRID_H))
            course = net * np.sign(reading.fit.points.mean[:, :1])
        above = (course >= 0.5 * course.max(1, keepdims=True)).sum(1)
        return np.asarray(above * (GRID_H[1] - GRID_H[0]))

    def _weight(self) -> Array:
        return np.concatenate([r.chance * r.fit.points.weight for r in self.readings])


def level(exposure: Level, half: float | None) -> Level:
    """Effect at some exposure, any shape, as a share of that at 1; `half` is the exposure at half of the ceiling, None for no ceiling."""
    return exposure if half is None else exposure * (1 + half) / (exposure + half)


def levelling(diary: Diary, half: float) -> Diary:
    """The same diary with an effect that reaches half of its ceiling at an exposure of `half`."""

    def curved(at: CurveAt) -> CurveAt:
        def at_times(time_h: Array) -> Curve:
            exposure = at(time_h)
            return lambda half_life_h: level(exposure(half_life_h), half)

        return at_times

    site = diary.site
    other: Site | None = None if site is None else lambda time_h, dose: curved(site(time_h, dose))
    return replace(
        diary,
        exposure=curved(diary.exposure),
        one_dose=lambda after, half_life: level(diary.one_dose(after, half_life), half),
        redrawn=tuple(curved(at) for at in diary.redrawn),
        site=other,
    )


def by_response(diary: Diary, priors: Priors, joint: Fit, seed: int = 0) -> Response:
    """Read a diary in proportion, levelling off and with a rebound, all as likely beforehand, and say how probable each is.

    Args:
        diary, priors, seed: those of the joint fit `joint`, which is the reading in proportion.

    Returns:
        The readings that come near the best one at their modes, fitted; only that in proportion for scales that are not `bounded`. A
        rebound is asked about only where it could be seen.
    """
    plain = Reading(None, None, diary, joint, 1.0)
    if diary.family != "bounded":
        return Response((plain,), None, None, diary.one_dose)
    half_life = float(np.exp(joint.points.weight @ np.log(joint.half_life_h)))
    asked = [plain, *(replace(plain, half=h, diary=levelling(diary, h)) for h in HALVES)]
    prior = np.array([1.0, *np.full(len(HALVES), 1 / len(HALVES))])
    if rebound.late_ratings(diary, half_life) >= rebound.FEWEST_LATE:
        after = float(np.exp(_mode(rebound.with_rebound(diary, half_life), priors, joint)[1][HALF_LIFE]))
        # not the half-life found in proportion: a rebound that is left out makes the effect look shorter
        asked.append(replace(plain, rebound_h=after, diary=rebound.with_rebound(diary, after)))
        prior = np.append(prior, 1.0)
    modes = [_mode(r.diary, priors, joint) for r in asked]
    height = np.array([value for value, _ in modes])
    near = (height > height.max() - LIKELY) | (np.arange(len(asked)) == 0)
    fitted = [
        _fitted(r, priors, at, seed) if i and near[i] else r for i, (r, (_, at)) in enumerate(zip(asked, modes, strict=True))
    ]
    evidence = np.array([r.fit.points.log_evidence for r in fitted]) - joint.points.log_evidence
    factor = np.exp(np.clip(np.where(near, evidence, height - height[0]), -300, 300))  # not fitted: as if as wide at its mode
    chance = prior * factor * near / (prior * factor * near).sum()
    readings = sorted((replace(r, chance=float(p)) for r, p, kept in zip(fitted, chance, near, strict=True) if kept), key=_chance)
    level_prior, levels = prior[: 1 + len(HALVES)], factor[: 1 + len(HALVES)]
    rebounds = float(factor[-1] / (level_prior @ levels / level_prior.sum())) if len(asked) > len(levels) else None
    return Response(tuple(readings), float(levels[1:].mean()), rebounds, diary.one_dose)


def _chance(reading: Reading) -> float:
    """Orders readings, the most probable first."""
    return -reading.chance


def _fitted(reading: Reading, priors: Priors, near: Array, seed: int) -> Reading:
    """The reading with a fit of its own in place of that in proportion."""
    extra = reading.fit.extra_variance
    fit = replace(fit_joint(reading.diary, priors, seed, near=near), extra_variance=extra)
    return replace(reading, fit=fit if reading.rebound_h is None else rebound.read_off(fit, reading.diary, reading.rebound_h))


def _padded(fit: Fit, names: tuple[str, ...]) -> Fit:
    """The same fit with a rebound of 0 where other readings have one."""
    if fit.names == names:
        return fit
    i, points = names.index(rebound.NAME), fit.points
    mean, cov = np.insert(points.mean, i, 0.0, 1), np.insert(np.insert(points.cov, i, 0.0, 1), i, 0.0, 2)
    return replace(fit, names=names, points=replace(points, mean=mean, cov=cov), taken=np.insert(fit.taken, i, 0.0, 1))


def _course(reading: Reading, hours: Array) -> tuple[Array, Array]:
    """Mean and variance of the change at each point, `(k, g)`, at `hours` after one reference dose."""
    fit, own = reading.fit, dose_curve(reading.fit, reading.diary.one_dose, hours)
    mean, cov = fit.points.mean, fit.points.cov[:, :, :, None]
    if reading.rebound_h is None:
        return mean[:, :1] * own, own**2 * (cov[:, 0, 0] + fit.extra_variance)
    i, later = fit.names.index(rebound.NAME), rebound.after_one_dose(reading.diary, reading.rebound_h, hours)
    variance = own**2 * (cov[:, 0, 0] + fit.extra_variance) + 2 * own * later * cov[:, 0, i] + later**2 * cov[:, i, i]
    return rebound.net(fit, own, later), variance


def _mode(diary: Diary, priors: Priors, near: Fit) -> tuple[float, Array]:
    """Log posterior and place of the most probable hyperparameters of a diary, looked for from those of a fit of one much like it."""
    model = JointModel(diary, priors)
    search = within(near.points.mode, model.start, model.scale, np.sqrt(np.diag(near.points.covariance)))
    return climb(model.gradient, search, near.points.covariance)


def sizes(dose: Array) -> Array:
    """Amounts, in the unit of the doses `(m,)`, that stand for the sizes a person takes: each amount where there are few, else the medians
    of the smaller, middle and larger third; empty where all doses are about the same and none can be told from another."""
    taken = np.sort(dose[dose > 0])
    each, often = np.unique(taken.round(6), return_counts=True)
    if len(each) > MOST_SIZES and len(taken) >= 3 * FEWEST_OF_A_SIZE:
        each = np.unique([np.median(third) for third in np.array_split(taken, 3)])
    else:
        each = each[often >= FEWEST_OF_A_SIZE]
    apart = len(each) > 1 and each[-1] >= LEAST_APART * each[0]
    return np.asarray(each if apart else np.empty(0))
