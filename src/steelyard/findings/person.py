"""The person level: one substance and one outcome weighed on this person's own diary."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from steelyard.knowledge.lookup import effect_prior, smallest_change
from steelyard.knowledge.model import EffectPrior, Knowledge, SmallestChange
from steelyard.nof1 import contrasts
from steelyard.nof1.alone import of_effect
from steelyard.nof1.checks import Outcome, agreement, run_checks
from steelyard.nof1.contrasts import Interval
from steelyard.nof1.design import NotEnough, judge
from steelyard.nof1.fit import Fit, Mixture
from steelyard.nof1.ignorable import fit_ignorable
from steelyard.nof1.joint import fit_joint
from steelyard.nof1.model import Diary, Priors
from steelyard.nof1.randomised import fit_randomised
from steelyard.nof1.response import Response, by_response, levelling
from steelyard.nof1.settle import Further, further
from steelyard.nof1.uncertain import variance_of_uncertain_doses
from steelyard.records.model import Journal, Scale

from . import wording
from .asides import asides, undecided
from .diary import Prepared, prepare
from .expected import applies, as_told, counts_twice, mark_of, reasons, told, unit_alone
from .felt import TOPIC, WORN_OFF, worn_off
from .model import (
    Alone,
    Amount,
    Check,
    Contrast,
    DataUsed,
    DosingDriver,
    Estimator,
    EstimatorName,
    Expected,
    Finding,
    Picture,
    Subject,
    Worthwhile,
)
from .pictures import picture
from .verdict import LONG_DAYS, certainty, verdict

FEWEST_SESSIONS = 4
SURE_IN_SPREADS = 1.645  # a normal posterior lies to one side of a value with probability .95


@dataclass(frozen=True)
class Weighed:
    """The estimators of one diary and what they rest on."""

    prepared: Prepared
    priors: Priors
    response: Response
    joint: Fit
    ignorable: Fit
    randomised: Fit | None
    checks: tuple[Outcome, ...]
    raw: tuple[Interval, float] | None

    @property
    def headline(self) -> Fit:
        """The estimator the answer rests on: assignment by chance where there was one, else the joint model."""
        return self.randomised or self.joint


def weigh_one(
    journal: Journal,
    substance: str,
    scale: Scale,
    knowledge: Knowledge,
    seed: int,
    draw: bool,
    expected: Expected | None = None,
) -> tuple[list[Finding], Picture | None, list[Alone]]:
    """The finding on one substance and one scale, those on the therapies in the same fit, its picture, and what the diary alone says.

    A refusal is a finding too, without a picture; so is any finding unless one is to be drawn. `expected` is what other people's diaries
    lead to expect, where that was asked for.
    """
    prior = effect_prior(knowledge, substance)
    prepared = prepare(journal, substance, scale, lambda name: effect_prior(knowledge, name), seed)
    priors = Priors((prior.median_h, prior.log_sd))
    leaning = expected if applies(expected, substance, scale.id) else None
    design = judge(prepared.diary, priors)
    if isinstance(design, NotEnough):
        unit = unit_of(scale, smallest_change(knowledge, scale))
        return [_refused(design, prepared, substance, scale, prior, unit)], None, []
    try:
        weighed = alone = _weighed(prepared, priors, prior, seed)
        if leaning is not None:
            priors = told(priors, leaning, prepared.diary)
            weighed = _weighed(prepared, priors, prior, seed)
    except (np.linalg.LinAlgError, FloatingPointError):
        failed = NotEnough("computation_failed", design.ratings, design.doses, design.days)
        unit = unit_of(scale, smallest_change(knowledge, scale))
        return [_refused(failed, prepared, substance, scale, prior, unit)], None, []
    smallest = smallest_change(knowledge, scale)
    felt = worn_off(weighed.response, (knowledge.fact(TOPIC, WORN_OFF).value or 0.0) / 100)
    finding = _answered(weighed, substance, scale, smallest, prior, felt)
    therapies = [_therapy(weighed, s.name, scale, smallest) for s in prepared.diary.sessions if len(s.time_h) >= FEWEST_SESSIONS]
    if leaning is not None:
        finding = _leaning(finding, leaning, alone, mark_of(journal))
    drawn = picture(finding.id, scale, prepared, weighed.response, priors, unit_of(scale, smallest)) if draw else None
    return [finding, *therapies], drawn, _alone(alone, scale, unit_of(scale, smallest), finding, therapies)


def _weighed(prepared: Prepared, priors: Priors, prior: EffectPrior, seed: int) -> Weighed:
    """All estimators and their checks."""
    diary = prepared.diary
    ignorable = fit_ignorable(diary, priors, seed)
    added = variance_of_uncertain_doses(ignorable, diary, priors)
    ignorable = replace(ignorable, extra_variance=added)
    joint = replace(fit_joint(diary, priors, seed, near=ignorable.points.mode), extra_variance=added)
    response = by_response(diary, priors, joint, seed)
    best, joint = response.best, response.fit
    if best.half is not None:  # the estimators side by side differ in why doses were taken, and in nothing else
        ignorable = replace(fit_ignorable(levelling(diary, best.half), priors, seed), extra_variance=added)
    randomised = fit_randomised(best.diary, priors, best.fit)
    checks = (*run_checks(best.fit, best.diary, priors), *(agreement(joint, randomised) if randomised else ()))
    return Weighed(prepared, priors, response, joint, ignorable, randomised, checks, contrasts.raw(diary, prior.median_h, 1.0))


def _leaning(finding: Finding, expected: Expected, alone: Weighed, mark: str) -> Finding:
    """The finding with what must be said where it leans on other people's diaries; never sure where it leans on itself."""
    why = reasons(expected, contrasts.interval(alone.headline.effect), mark)
    sure = "low" if counts_twice(expected, mark) and finding.certainty in ("high", "moderate") else finding.certainty
    return structs.replace(finding, certainty=sure, reasons=(*why, *finding.reasons))


def _alone(weighed: Weighed, scale: Scale, unit: str, finding: Finding, therapies: Sequence[Finding]) -> list[Alone]:
    """What the diary alone says of each contrast that can be joined to other diaries."""
    fit, joint = weighed.headline, weighed.joint
    sessions = np.eye(len(joint.names))
    asked = [(finding.id, "peak", fit, fit.peak_parts()), (finding.id, "as_taken", fit, fit.taken)]
    for one in therapies:
        parts = sessions[[joint.names.index(one.subject.substance)] * len(joint.taken)]
        asked.append((one.id, "after_session", joint, parts))
    barred = any(c.capping for c in weighed.checks if not c.passed)
    unit, diary = unit_alone(scale.family, unit), weighed.prepared.diary
    return [as_told(id, name, unit, of_effect(each, parts, diary, weighed.priors), barred) for id, name, each, parts in asked]


def unit_of(scale: Scale, smallest: SmallestChange | None) -> str:
    """The unit of a change on this scale: points, a probability, or what is counted."""
    if scale.family == "count":
        return "counts" if smallest is None else smallest.unit
    return "probability" if scale.family == "binary" else "points"


def _least(scale: Scale, smallest: SmallestChange | None, diary: Diary) -> float:
    """The smallest change worth having; where none is held, a tenth of the range, or of the mean of what is counted."""
    if smallest is not None:
        return smallest.value
    return float(diary.rating.mean()) / 10 if scale.family == "count" else (diary.high - diary.low) / 10


def finding_id(substance: str, outcome: str) -> str:
    """Stable name of a person-level finding."""
    return f"person.relief.{substance.casefold()}.{outcome}"


def _answered(
    weighed: Weighed, substance: str, scale: Scale, smallest: SmallestChange | None, prior: EffectPrior, felt: Interval
) -> Finding:
    prepared, fit = weighed.prepared, weighed.headline
    diary = prepared.diary
    unit, least = unit_of(scale, smallest), _least(scale, smallest, diary)
    peak = contrasts.peak(fit, 1.0)
    p_relief, p_worthwhile = _probabilities(peak, least, scale.worse_is_up)
    failed = [c for c in weighed.checks if not c.passed]
    decided = verdict(p_relief, p_worthwhile, barred=any(c.capping for c in failed))
    days = round(diary.span_h / 24)
    coarse = weighed.joint.drawn is not None
    sure = certainty(randomised=weighed.randomised is not None, failed_checks=len(failed), days=days, coarse=coarse)
    at_peak = contrasts.interval(peak)
    dose = Amount(prepared.usual, prepared.unit)
    beside, figures = asides(weighed.response, scale.id, dose, peak, unit)
    return Finding(
        id=finding_id(substance, scale.id),
        level="person",
        question=wording.question(substance, scale.id),
        answer=wording.answer(
            decided, at_peak, wording.at_dose(dose.amount, dose.unit), scale.id, least, scale.worse_is_up, unit
        ),
        verdict=decided,
        certainty=sure,
        reasons=_reasons(weighed, days),
        subject=Subject(substance, scale.id, scale.worse_is_up),
        contrasts=(
            _contrast("peak", at_peak, unit, dose=dose, p_relief=p_relief, p_worthwhile=p_worthwhile),
            _contrast("as_taken", contrasts.interval(contrasts.as_taken(fit)), unit),
            _contrast("duration", weighed.response.duration(1.0), "h"),
            _contrast(WORN_OFF, felt, "h"),
            _contrast("tolerance", contrasts.interval(contrasts.tolerance(weighed.joint, 1.0)), f"{unit} per 30 days", dose=dose),
            *figures,
        ),
        asides=beside,
        estimators=_estimators(weighed, unit),
        dosing_driver=_driver(weighed, scale, unit),
        checks=tuple(Check(wording.CHECK[c.name], c.passed, wording.check(c)) for c in weighed.checks),
        data=DataUsed(len(diary.rating), len(diary.dose_h), days),
        worthwhile=None if smallest is None else Worthwhile(smallest.value, smallest.unit, smallest.citation),
        settle=wording.settle(decided, _settle(weighed, peak, least, scale.worse_is_up), sure),
        citations=tuple(dict.fromkeys((*prior.citations, *(smallest.citations if smallest else ())))),
    )


def _therapy(weighed: Weighed, therapy: str, scale: Scale, smallest: SmallestChange | None) -> Finding:
    """The finding on a therapy: the change just after one session, which then fades, from the same joint fit."""
    diary, effect = weighed.prepared.diary, contrasts.cause(weighed.joint, therapy)
    unit, least = unit_of(scale, smallest), _least(scale, smallest, diary)
    p_relief, p_worthwhile = _probabilities(effect, least, scale.worse_is_up)
    failed = [c for c in weighed.checks if not c.passed]
    decided = verdict(p_relief, p_worthwhile, barred=any(c.capping for c in failed))
    days, at_peak = round(diary.span_h / 24), contrasts.interval(effect)
    held = next(s for s in diary.sessions if s.name == therapy)
    coarse = weighed.joint.drawn is not None
    sure = certainty(randomised=False, failed_checks=len(failed), days=days, coarse=coarse)
    return Finding(
        id=finding_id(therapy, scale.id),
        level="person",
        question=wording.question(therapy, scale.id),
        answer=wording.answer(decided, at_peak, wording.AFTER_SESSION, scale.id, least, scale.worse_is_up, unit),
        verdict=decided,
        certainty=sure,
        reasons=(
            wording.CERTAINTY["session"],
            *((wording.CERTAINTY["coarse"],) if coarse else ()),
            *(wording.check(c) for c in failed),
        ),
        subject=Subject(therapy, scale.id, scale.worse_is_up),
        contrasts=(_contrast("after_session", at_peak, unit, p_relief=p_relief, p_worthwhile=p_worthwhile),),
        data=DataUsed(len(diary.rating), 0, days, len(held.time_h)),
        worthwhile=None if smallest is None else Worthwhile(smallest.value, smallest.unit, smallest.citation),
        settle=wording.SETTLE_THERAPY,
        citations=() if smallest is None else smallest.citations,
    )


def _probabilities(effect: Mixture, least: float, worse_is_up: bool) -> tuple[float, float]:
    """Posterior probabilities of any relief and of relief worth having; relief is a fall where more is worse."""
    if worse_is_up:
        return effect.below(0.0), effect.below(-least)
    return 1 - effect.below(0.0), 1 - effect.below(least)


def _settle(weighed: Weighed, effect: Mixture, least: float, worse_is_up: bool) -> Further | None:
    """What would settle it: a verdict needs the spread to shrink to this; None when the verdict does not wait for more days."""
    relief = -effect.value if worse_is_up else effect.value
    wanted = max(abs(relief), abs(relief - least)) / SURE_IN_SPREADS
    by_ratings = weighed.joint.drawn is not None  # only where all is normal does the spread not depend on what the ratings say
    if by_ratings or effect.spread <= wanted:
        return None
    return further(weighed.response.best.diary, weighed.priors, weighed.joint, wanted)


def _contrast(name: str, change: Interval, unit: str, **more: object) -> Contrast:
    return Contrast(name, change.value, change.low, change.high, unit, **more)  # type: ignore[arg-type]


def _estimators(weighed: Weighed, unit: str) -> tuple[Estimator, ...]:
    fits: list[tuple[EstimatorName, Fit, str]] = [
        ("ignorable", weighed.ignorable, wording.IGNORABLE),
        ("joint", weighed.joint, wording.JOINT),
    ]
    if weighed.randomised is not None:
        fits.append(("randomised", weighed.randomised, wording.RANDOMISED))
    return (*_raw(weighed.raw, unit), *(_from_fit(name, fit, says, fit is weighed.headline, unit) for name, fit, says in fits))


def _from_fit(name: EstimatorName, fit: Fit, assumes: str, headline: bool, unit: str) -> Estimator:
    peak = contrasts.interval(contrasts.peak(fit, 1.0))
    return _estimator(name, peak, assumes, contrasts.as_taken(fit).value, unit, headline)


def _raw(raw: tuple[Interval, float] | None, unit: str) -> tuple[Estimator, ...]:
    return () if raw is None else (_estimator("raw", raw[0], wording.RAW, raw[1], unit),)


def _estimator(name: EstimatorName, peak: Interval, assumes: str, taken: float, unit: str, headline: bool = False) -> Estimator:
    return Estimator(name, peak.value, peak.low, peak.high, unit, assumes, taken, headline)


def _driver(weighed: Weighed, scale: Scale, unit: str) -> DosingDriver:
    felt = contrasts.felt(weighed.joint)
    recorded = weighed.joint.coefficient("recorded").value
    # words compare slopes over a step of the size of a point of ten; a chance or a count has steps of its own
    step = 1.0 if weighed.joint.drawn is None else weighed.prepared.diary.written
    words = wording.driver(Interval(step * felt.value, step * felt.low, step * felt.high), step * recorded, scale.id)
    each = {"points": "point"}.get(unit, unit)
    return DosingDriver(felt.value, recorded, f"log rate per {each}", felt.low, felt.high, words)


def _reasons(weighed: Weighed, days: int) -> tuple[str, ...]:
    reasons = [] if weighed.randomised is not None else [wording.CERTAINTY["chance"]]
    if weighed.joint.drawn is not None and len(weighed.prepared.diary.assigned):
        reasons = [wording.CERTAINTY["unused_chance"]]
    elif weighed.randomised is None and len(weighed.prepared.diary.assigned):
        reasons = [wording.CERTAINTY["weak_chance"]]
    if days < LONG_DAYS:
        reasons.append(wording.CERTAINTY["short"])
    if weighed.randomised is None and undecided(weighed.response.levels_off):
        reasons.append(wording.CERTAINTY["shape"])
    if weighed.randomised is None:
        reasons.append(wording.CERTAINTY["trail" if weighed.joint.drawn is None else "coarse"])
    if weighed.prepared.unknown:
        reasons.append(wording.CERTAINTY["unknown"].format(n=weighed.prepared.unknown))
    if silent := len(weighed.prepared.diary.silent):
        reasons.append(wording.CERTAINTY["silent"].format(n=silent))
    return (*reasons, *(wording.check(c) for c in weighed.checks if not c.passed))


def _refused(why: NotEnough, prepared: Prepared, substance: str, scale: Scale, prior: EffectPrior, unit: str) -> Finding:
    said, enough = wording.refusal(why, substance, scale.id)
    return Finding(
        id=finding_id(substance, scale.id),
        level="person",
        question=wording.question(substance, scale.id),
        answer=f"These data cannot tell. {said}",
        verdict="not_enough_data",
        certainty="very_low",
        reasons=(),
        refused=why.reason,
        subject=Subject(substance, scale.id, scale.worse_is_up),
        estimators=_raw(contrasts.raw(prepared.diary, prior.median_h, 1.0), unit),
        data=DataUsed(why.ratings, why.doses, why.days),
        settle=enough,
    )
