"""What is held about outcomes that change over weeks to months: how late they follow, how much readings scatter, what is worth noticing."""

from dataclasses import dataclass

from steelyard.knowledge.model import Fact, Knowledge

TOPIC = "slow_outcomes"
DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.4, "years": 365.25}
# The fact about a substance, by outcome, that says what is published on the two.
PUBLISHED = {
    "hair_shed_60s": "no_report",
    "pigment": "darkening_case_30",
    "ita": "darkening_case_30",
    "alt": "injury_latency",
    "ast": "injury_latency",
    "alp": "injury_latency",
    "bilirubin": "injury_latency",
}


@dataclass(frozen=True, kw_only=True)
class SlowOutcome:
    """What is assumed of one slow outcome before a diary speaks.

    `lag_low_d`, `lag_high_d`: 95 % range of the mean lag, in days; `noise` standard deviation of a reading as a share of its size, or
    of the range of a scale with two ends where `noise_of_range`; `change` the smallest change worth noticing as a share of the reading, None
    where the scale has its own, and `worse_is_up` None with it.
    """

    name: str
    lag_low_d: float
    lag_high_d: float
    noise: float
    noise_of_range: float
    change: float | None
    worse_is_up: bool | None
    citations: tuple[str, ...]


def slow_outcome(knowledge: Knowledge, name: str) -> SlowOutcome | None:
    """Return what is held about an outcome by the name of its scale or laboratory test, or None for one that is not slow."""
    lag = knowledge.facts.get(f"{TOPIC}.lag_{name.casefold()}")
    if lag is None:
        return None
    change = knowledge.facts.get(f"{TOPIC}.change_{name.casefold()}")
    any_noise = knowledge.fact(TOPIC, "noise_any")
    noise = knowledge.facts.get(f"{TOPIC}.noise_{name.casefold()}", any_noise)
    share = None if change is None else _number(change.value, change) / 100
    bases = [fact for fact in (lag, noise, change) if fact is not None]
    return SlowOutcome(
        name=name,
        lag_low_d=_number(lag.low, lag) * DAYS[lag.unit],
        lag_high_d=_number(lag.high, lag) * DAYS[lag.unit],
        noise=_number(noise.value, noise) / 100,
        noise_of_range=_number(any_noise.low, any_noise) / 100,
        change=None if share is None else abs(share),
        worse_is_up=None if share is None else share > 0,
        citations=tuple(dict.fromkeys(key for fact in bases for key in knowledge.citations(fact))),
    )


def lead_in_d(knowledge: Knowledge) -> float:
    """Return after how many days of journal before the first dose nothing is assumed to have been taken before."""
    fact = knowledge.fact(TOPIC, "lead_in")
    return _number(fact.value, fact)


def published(knowledge: Knowledge, substance: str, name: str) -> Fact | None:
    """Return the fact that says what is published on a substance and a slow outcome, or None where none is held."""
    return knowledge.facts.get(f"{substance.casefold()}.{PUBLISHED.get(name.casefold(), '')}")


def _number(number: float | None, fact: Fact) -> float:
    if number is None:
        raise ValueError(f"{fact.id} lacks a number it is used for")
    return number
