"""The person level for slow outcomes: hair, skin, blood tests, against what was taken over the weeks and months before."""

from typing import Any

import numpy as np

from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.slow_outcomes import published
from steelyard.nof1.alone import of_slow
from steelyard.nof1.slow import PATH_PRIOR, Lag, Noise, Own, SlowFit, fit_slow, plain_slope
from steelyard.nof1.slow_design import FEWEST_READINGS, Enough, SlowRefusal, enough, judge_slow, told_too_little
from steelyard.records.model import Journal, Scale

from . import slow_wording as wording
from .expected import as_told
from .model import Alone, Amount, Contrast, DataUsed, Estimator, EstimatorName, Finding, Subject, Worthwhile
from .slow_diary import SlowPrepared, SlowTarget, prepare_slow, target_of
from .verdict import verdict_on_harm
from .wording import measure

WEEKLY_D, MONTHLY_D = 7.0, 30.4
LEAST_OF_MEAN = 0.5  # stands for a mean where there is no reading: the smallest change worth noticing is then half of it
DIRECTED = ("makes_worse", "helps", "helps_a_little")


def weigh_slow(journal: Journal, substance: str, scale: Scale, knowledge: Knowledge, seed: int) -> tuple[Finding, list[Alone]]:
    """The finding on one substance and one slow outcome, a scale such as counts of hair or the laboratory test of that name, and what
    the diary alone says of it.

    A refusal is a finding too, and says what would be enough.
    """
    target = target_of(journal, scale, knowledge)
    prepared = prepare_slow(journal, substance, target, knowledge)
    lag = Lag(target.outcome.lag_low_d, target.outcome.lag_high_d)
    typical = target.outcome.noise if target.relative else target.outcome.noise_of_range * max(target.width, 1e-9)
    fitted = len(prepared.diary.value) >= FEWEST_READINGS and np.ptp(prepared.diary.value) > 0
    fit = fit_slow(prepared.diary, lag, typical) if fitted else None
    why = judge_slow(prepared.diary, lag) or (None if fit is None else told_too_little(fit))
    if why is None and fit is not None:
        finding = _answered(fit, prepared, substance, target, lag, typical, knowledge, seed)
        return finding, [_alone(fit, finding, target)]
    why = why or SlowRefusal("readings_do_not_vary")
    what = wording.spoken(target.outcome.name)
    refusal = _finding(
        prepared,
        substance,
        target,
        knowledge,
        verdict="not_enough_data",
        answer=f"These data cannot tell. {wording.refusal(why, substance, what)}",
        certainty="very_low",
        settle=wording.NO_AMOUNTS
        if why.reason == "no_amounts"
        else wording.enough(_enough(prepared, target, lag, fit, typical, seed), substance, what),
        refused=why.reason,
    )
    return refusal, []


def _alone(fit: SlowFit, finding: Finding, target: SlowTarget) -> Alone:
    """What the diary alone says of the amount taken for long; a relative change as a logarithm."""
    return as_told(finding.id, "sustained", "logarithm" if target.relative else target.unit, of_slow(fit))


def finding_id(substance: str, outcome: str) -> str:
    """Stable name of a finding on a slow outcome."""
    return f"person.harm.{substance.casefold()}.{outcome.casefold()}"


def _answered(
    fit: SlowFit,
    prepared: SlowPrepared,
    substance: str,
    target: SlowTarget,
    lag: Lag,
    typical: float,
    knowledge: Knowledge,
    seed: int,
) -> Finding:
    """The finding where the readings could be weighed: the verdict follows from the posterior and the smallest change worth noticing."""
    effect, own = fit.effect, fit.own
    low, high = own.effect(-target.least), own.effect(target.least)
    p_up, p_between = 1 - effect.below(0.0), effect.below(high) - effect.below(low)
    p_worse, p_worth = (p_up, effect.below(low)) if target.worse_is_up else (1 - p_up, 1 - effect.below(high))
    decided = verdict_on_harm(p_worse, p_between, p_worth)
    middle, least, most = (own.change(effect.quantile(q)) for q in (0.5, 0.025, 0.975))
    worse, what = _worse(target), wording.spoken(target.outcome.name)
    amount = Amount(float(f"{prepared.reference:.3g}"), f"{prepared.unit} a day")
    sustained = Contrast("sustained", middle, least, most, target.unit, dose=amount, p_relief=1 - p_worse, p_worthwhile=p_worth)
    settle = ""
    if decided == "not_settled":
        settle = wording.enough(_enough(prepared, target, lag, fit, typical, seed), substance, what)
    return _finding(
        prepared,
        substance,
        target,
        knowledge,
        verdict=decided,
        answer=wording.answer(
            decided, substance, worse, wording.change(least, most, target.unit), measure(target.least, target.unit)
        ),
        certainty="low",
        contrasts=(sustained, _lag(fit)) if decided in DIRECTED else (sustained,),
        estimators=(
            *_plain(prepared, own, lag, target.unit),
            _estimator("ignorable", (middle, least, most), wording.LAGGED, target.unit),
        ),
        settle=settle,
    )


def _finding(prepared: SlowPrepared, substance: str, target: SlowTarget, knowledge: Knowledge, **said: Any) -> Finding:
    """What every finding on a slow outcome has in common."""
    diary, name = prepared.diary, target.outcome.name
    known = published(knowledge, substance, name)
    return Finding(
        id=finding_id(substance, name),
        level="person",
        about="harm",
        question=wording.question(substance, _worse(target)),
        reasons=_reasons(prepared, target, None if known is None else known.statement),
        subject=Subject(substance, name, target.worse_is_up),
        data=DataUsed(len(diary.value), prepared.doses, prepared.days),
        worthwhile=Worthwhile(float(f"{target.least:.3g}"), target.unit, target.citation),
        citations=tuple(dict.fromkeys((*target.outcome.citations, *(() if known is None else knowledge.citations(known))))),
        **said,
    )


def _worse(target: SlowTarget) -> str:
    return wording.worsening(target.outcome.name, target.worse_is_up)


def _reasons(prepared: SlowPrepared, target: SlowTarget, known: str | None) -> tuple[str, ...]:
    """Why it is not surer, and what is published on the two."""
    says = wording.REASONS
    reasons = [says["months"]]
    if prepared.diary.unknown_before and prepared.doses:
        reasons.append(says["before"])
    if target.left_out:
        reasons.append(says["unit"].format(n=target.left_out))
    if prepared.early:
        reasons.append(says["early"].format(n=prepared.early))
    if known is not None:
        reasons.append(says["published"].format(said=known))
    return tuple(reasons)


def _enough(prepared: SlowPrepared, target: SlowTarget, lag: Lag, fit: SlowFit | None, typical: float, seed: int) -> Enough:
    """What would be enough, at this person's noise where there are readings to learn it from."""
    diary = prepared.diary
    mean = float(diary.value.mean()) if len(diary.value) else target.least / LEAST_OF_MEAN
    own = Own(target.relative, mean, 0.5)
    noise = Noise(typical, np.array(PATH_PRIOR)) if fit is None else fit.noise
    apart = float(np.median(np.diff(diary.at_d))) if len(diary.value) > 1 else np.inf
    usual = MONTHLY_D if target.lab else WEEKLY_D
    return enough(
        lag, noise, typical, own.effect(-target.least), own.effect(target.least), float(np.clip(apart, 1.0, usual)), seed
    )


def _lag(fit: SlowFit) -> Contrast:
    """How late the change shows: the mean lags tried, weighed by what the readings say; median and central 95 %."""
    order = np.argsort(fit.lag_d, kind="stable")
    reached = np.cumsum(fit.effect.weight[order])
    low, value, high = (float(fit.lag_d[order][np.searchsorted(reached, q)]) / 7 for q in (0.025, 0.5, 0.975))
    return Contrast("lag", value, low, high, "weeks")


def _plain(prepared: SlowPrepared, own: Own, lag: Lag, unit: str) -> tuple[Estimator, ...]:
    slope = plain_slope(prepared.diary, lag)
    if slope is None:
        return ()
    value, low, high = map(own.change, slope)
    return (_estimator("raw", (value, low, high), wording.PLAIN, unit, headline=False),)


def _estimator(
    name: EstimatorName, found: tuple[float, float, float], assumes: str, unit: str, headline: bool = True
) -> Estimator:
    return Estimator(name, *found, unit, assumes, headline=headline)
