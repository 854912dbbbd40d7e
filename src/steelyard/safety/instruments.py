"""Counting questionnaires: a score where all answers are there, and otherwise the reason why there is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from steelyard.knowledge.instruments import Block
from steelyard.knowledge.model import Fact, Knowledge
from steelyard.records.model import Answers, Journal

Items = Sequence[float | None]
SELF_HARM = "self_harm"
SELF_HARM_ITEM = 8  # the ninth question of the PHQ-9


@dataclass(frozen=True, kw_only=True)
class Score:
    """One set of answers, counted.

    `total` runs from `low` to `high` and is None where it was not counted, `note` then says why. `band` is the published word for
    the total, empty where there is none; `parts` are counts the total is made of; `flags` name answers that need a person at once.
    """

    instrument: str
    title: str
    total: float | None
    low: float
    high: float
    band: str = ""
    note: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    flags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


def score(name: str, items: Items, knowledge: Knowledge, instruments: Mapping[str, tuple[Block, ...]]) -> Score | None:
    """Return the score of one instrument (its name in any case), or None for one that is not held.

    Nothing is filled in for a question left open: no rule for that was found for any of these instruments.
    Refuses, as a Score without a total, a wrong number of answers, an open question, and an answer that is not offered.
    """
    key = name.strip().casefold().replace("-", "").replace(" ", "_")
    if key not in instruments:
        return None
    blocks = instruments[key]
    facts = tuple(dict.fromkeys(one for block in blocks for one in block.facts))
    empty = Score(instrument=key, title=blocks[0].title, total=None, low=0, high=_highest(blocks), facts=facts)
    flags = (SELF_HARM,) if key == "phq9" and _above_zero(items, SELF_HARM_ITEM) else ()
    why = _not_counted(blocks, items)
    if why:
        return replace(empty, note=why, flags=flags)
    answers = [item for item in items if item is not None]
    return replace(_COUNTED.get(key, _summed)(empty, answers, blocks, knowledge), flags=flags)


def answered(
    journal: Journal, knowledge: Knowledge, instruments: Mapping[str, tuple[Block, ...]], now: datetime
) -> tuple[tuple[datetime, Score], ...]:
    """Return when each questionnaire that is held was answered up to `now`, and its score, in order of time."""
    given = [(a.time, score(a.instrument, a.items, knowledge, instruments)) for a in journal.of(Answers) if a.time <= now]
    return tuple((time, found) for time, found in given if found is not None)


def hair_count(hairs: float, sex: str | None, age: int | None, knowledge: Knowledge) -> str:
    """Return in one sentence how a 60-second comb count compares with the men in whom it was counted.

    `age` in years. Says so where no figures are held: for women, and for ages outside those counted.
    """
    if sex != "male":
        return "No figures are held for this count in women, or where sex is not written down; the own course tells more."
    for group in ("hair_60s_men_20", "hair_60s_men_41"):
        ages, count = knowledge.fact("instruments", f"{group}_ages"), knowledge.fact("instruments", group)
        if age is not None and _inside(age, ages):
            place = "within" if _inside(hairs, count) else "above"
            return (
                f"{hairs:g} hairs is {place} what men aged {ages.low:g} to {ages.high:g} without hair loss combed out "
                f"({count.low:g} to {count.high:g}, {count.value:g} on average); the person's own course says more."
            )
    return "No figures are held for this count at this age, or age is not written down; the own course tells more."


def _not_counted(blocks: Sequence[Block], items: Items) -> str:
    """Why these answers are not counted, or nothing."""
    expected = [(item, block.highest) for block in blocks for item in block.items]
    if len(items) != len(expected):
        return f"not scored: {len(expected)} answers were expected, {len(items)} are there"
    missing = [str(number) for number, item in enumerate(items, 1) if item is None]
    if missing:
        return f"not scored: question {', '.join(missing)} left open, and no rule for filling it in is held"
    for number, (item, (_, highest)) in enumerate(zip(items, expected, strict=True), 1):
        if item not in range(highest + 1):
            return f"not scored: the answer to question {number} is not a whole number from 0 to {highest}"
    return ""


def _summed(empty: Score, answers: Sequence[float], _: Sequence[Block], knowledge: Knowledge) -> Score:
    """The sum, with the band it falls into where bands are held."""
    total = sum(answers)
    bands = [fact for fact in knowledge.facts.values() if fact.id.startswith(f"instruments.{empty.instrument}_band_")]
    word = next((fact.name.split("_band_")[1].replace("_", " ") for fact in bands if _inside(total, fact)), "")
    note = f"below the lowest band, {min(bands, key=_low).name.split('_band_')[1]}" if bands and not word else ""
    return replace(empty, total=total, band=word, note=note)


def _dependence(empty: Score, answers: Sequence[float], blocks: Sequence[Block], knowledge: Knowledge) -> Score:
    note = "there is no validated cut-off for kratom: the number can be followed over time, it does not sort people"
    return replace(_summed(empty, answers, blocks, knowledge), note=note)


def _three(empty: Score, answers: Sequence[float], _: Sequence[Block], __: Knowledge) -> Score:
    mean = sum(answers) / len(answers)
    return replace(empty, total=mean, high=10, note="mean of three questions of this project, never tested; it has no bands")


def _fibromyalgia(empty: Score, answers: Sequence[float], blocks: Sequence[Block], knowledge: Knowledge) -> Score:
    """Areas, symptoms and regions, held against the criteria of 2016.

    Source: wolfe2016, as printed in table 4 of a later review.
    """
    given = iter(answers)
    per_block = {block.name: {item: next(given) for item in block.items} for block in blocks}
    body = [block for block in blocks if block.name not in ("severity", "other", "lasting")]
    areas = sum(sum(per_block[block.name].values()) for block in body)
    regions = sum(any(value for item, value in per_block[block.name].items() if item not in block.aside) for block in body)
    symptoms = sum((*per_block["severity"].values(), *per_block["other"].values()))
    lasting = sum(per_block["lasting"].values())

    def inside(value: float, name: str) -> bool:
        return _inside(value, knowledge.fact("instruments", f"fibromyalgia_{name}"))

    enough = any(inside(areas, size) and inside(symptoms, f"{size}_symptoms") for size in ("wide", "narrow"))
    met = enough and inside(regions, "regions") and lasting == 1
    verdict = "the answers meet the criteria" if met else "the answers do not meet the criteria"
    parts = (("painful areas of 19", areas), ("symptom score of 12", symptoms), ("regions of 5", float(regions)))
    note = f"{verdict}; this is a question to take to a clinician, who also looks for other causes"
    return replace(empty, total=areas + symptoms, high=31, note=note, parts=parts)


_COUNTED: dict[str, Callable[[Score, Sequence[float], Sequence[Block], Knowledge], Score]] = {
    "sds": _dependence,
    "pain_three": _three,
    "fibromyalgia_2016": _fibromyalgia,
}


def _highest(blocks: Sequence[Block]) -> float:
    return float(sum(block.highest * len(block.items) for block in blocks))


def _above_zero(items: Items, place: int) -> bool:
    """Whether the answer at this place is above zero; judged even where the rest cannot be counted."""
    answer = items[place] if len(items) > place else None
    return answer is not None and answer > 0


def _inside(value: float, fact: Fact) -> bool:
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)


def _low(fact: Fact) -> float:
    return fact.low if fact.low is not None else 0.0
