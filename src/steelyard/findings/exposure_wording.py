"""How long something is there, in plain sentences. Every figure comes with its range, and what it rests on is said beside it."""

from collections.abc import Iterator
from math import isfinite

from steelyard.exposure.summary import Band
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.words import firmness

from .body import AFTER_D, TWO_WEEKS_D, Load, Overlap
from .exposure import Exposed, section_id
from .felt import FOLLOWED_H, Worn
from .model import Measure, Point, Section
from .wording import name

LEAD = (
    "Two time scales: hours, for what is felt, and days, for what is in the body. All levels are shares of the peak of one usual dose, worked "
    "out and not measured. The ranges hold 95 % of what is plausible."
)
NO_PLAN = "This is no plan for a break. Stopping suddenly can itself do harm; whether, when and how is for you and a clinician to settle."
ILLUSTRATIVE = (
    "Illustration, and not this person's blood. The curve in the body was fitted by this project to the medians of five healthy people after "
    "one tea. It misses those eight figures by {misfit:.0f} % on average; nine numbers on eight figures are not identified. Other people "
    "differ as widely as the ranges say, or more. How much of a dose arrives differs most, and cancels, as all is measured against one usual "
    "dose."
)
SEVEN_OH = "7-hydroxymitragynine"


def section(found: Exposed, knowledge: Knowledge) -> Section:
    """The section on one substance."""
    points = [
        _worn(found),
        *_days(found, knowledge),
        *_together(found, knowledge),
        *_held(found, knowledge),
        *_strains(found, knowledge),
        *_apart(found, knowledge),
    ]
    return Section(section_id(found.substance), f"How long {found.substance} is there", LEAD, tuple(points))


def number(size: float) -> str:
    """A size as a person can use it: `0.4`, `5.3`, `12`."""
    return f"{size:.1f}" if abs(size) < 9.95 else f"{size:.0f}"


def about(band: Band, unit: str = "", most: float | None = None) -> str:
    """`about 11 hours (5.2 to 27)`; what was not over after `most` is said to last longer than that."""
    if not isfinite(band.low):
        return f"more than {most:g}{f' {unit}' if unit else ''}"
    ends = [number(each) if isfinite(each) else f"more than {most:g}" for each in (band.low, band.high)]
    middle = f"about {number(band.value)}" if isfinite(band.value) else f"more than {most:g}"
    return f"{middle}{f' {unit}' if unit else ''} ({ends[0]} to {ends[1]})"


def percent(share: float) -> str:
    """A share in per cent, never as a certainty it cannot be."""
    return "over 99 %" if share > 0.99 else "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _percents(band: Band) -> str:
    """A share with its range, where that is more than one figure."""
    low, value, high = (percent(each) for each in (band.low, band.value, band.high))
    return value if low == high else f"{value} ({low} to {high})"


def _measure(label: str, band: Band, unit: str) -> Measure:
    value, low, high = (each if isfinite(each) else None for each in (band.value, band.low, band.high))
    return Measure(label, value, low, high, unit)


def _worn(found: Exposed) -> Point:
    worn, usual = found.worn, found.usual
    dose = "of an amount that is not known" if usual.unit == "dose" else f"of {usual.amount:.3g} {usual.unit}"
    chances = ", ".join(f"{hours:g} h: {percent(chance)}" for hours, chance in worn.chances)
    return Point(
        "Worn off by when (hours)",
        (
            f"After one usual dose, {dose}, with nothing left of earlier ones, less than {percent(worn.share)} of the peak is felt after "
            f"{about(worn.hours, 'hours', FOLLOWED_H)}.",
            *([f"Chance that it has worn off after {chances}."] if chances else []),
            _source_of(worn),
        ),
        measures=(_measure("worn_off", worn.hours, "h"),),
    )


def _source_of(worn: Worn) -> str:
    basis = (
        ""
        if worn.held
        else " Nothing is held about how long it is felt, so the range assumed is wide, and a convention of this project."
    )
    if worn.outcome is None:
        return (
            f"The diary could not be fitted, so this is what was assumed beforehand; nothing in it is this person's own.{basis}"
        )
    if worn.endless:
        return (
            f"The ratings of {name(worn.outcome)} fit best with an effect that hardly fades while it is followed, so they cannot tell. This is "
            f"what was assumed beforehand; nothing in it is this person's own.{basis}"
        )
    if worn.informed:
        return f"Learned from this diary's ratings of {name(worn.outcome)}, which taught more than was assumed beforehand."
    return f"Mostly what was assumed beforehand: ratings of {name(worn.outcome)} say little about how long it is felt.{basis}"


def _days(found: Exposed, knowledge: Knowledge) -> Iterator[Point]:
    body = found.body
    if body is None:
        fact = knowledge.facts.get(f"{SEVEN_OH}.no_human_study") if found.held_as == SEVEN_OH else None
        said = (
            f"How {found.substance} rises and falls in the body is not held here, so build-up, overlap and days until it is gone cannot be "
            "told."
        )
        why = (fact.statement,) if fact else ()
        yield Point("In the body (days)", (said, *why))
        return
    yield _build_up(body.load)
    yield _gone(body.load, knowledge)
    misfit = knowledge.fact("kratom", "curve_misfit").value or 0.0
    yield Point("What the curve in the body is", (ILLUSTRATIVE.format(misfit=misfit),), body.citations)


def _build_up(load: Load) -> Point:
    often = f"Of late it was taken {number(load.per_day)} times a day."
    counted = f"With {load.doses} usual {'dose' if load.doses == 1 else 'doses'} a day at even distances,"
    if load.build_up is None or load.highest is None or load.levelled is None:
        return Point(
            "Build-up over two weeks (days)", (f"{often} That is too seldom for a build-up over two weeks to be shown.",)
        )
    return Point(
        "Build-up over two weeks (days)",
        (
            f"{often} {counted} the level averaged over day {TWO_WEEKS_D} is {about(load.build_up, 'times')} that of the first day.",
            f"The highest level of that day is {about(load.highest, 'times')} the peak of a single dose.",
            f"It no longer rises from about day {load.levelled.value:.0f} on ({load.levelled.low:.0f} to {load.levelled.high:.0f}).",
        ),
        measures=(
            _measure("build_up", load.build_up, "times the first day"),
            _measure("highest", load.highest, "times the peak of one dose"),
            _measure("levels_off", load.levelled, "days"),
        ),
    )


def _gone(load: Load, knowledge: Knowledge) -> Point:
    told = [knowledge.fact("exposure", each) for each in ("enzyme_recovery", "blood_test")]
    return Point(
        "After the last dose written down (days)",
        (
            f"The level stays below {percent(load.at['together'])} of the peak of one usual dose after {about(load.matters, 'days', AFTER_D)}.",
            f"It stays below {percent(load.at['gone'])}, which counts here as nothing left that matters, after "
            f"{about(load.gone, 'days', AFTER_D)}. A shorter time without it is no clean comparison: some is still there.",
            f"In the end half of what is left goes in {about(load.half_life, 'hours')}. By then the effect has long worn off.",
            *(fact.statement for fact in told),
            NO_PLAN,
        ),
        tuple(key for fact in told for key in knowledge.citations(fact)),
        (
            _measure("below_together", load.matters, "days"),
            _measure("gone", load.gone, "days"),
            _measure("last_half_life", load.half_life, "h"),
        ),
    )


def _together(found: Exposed, knowledge: Knowledge) -> Iterator[Point]:
    if found.body is None:
        return
    for met in found.body.overlaps:
        yield _met(met, found.body.days, knowledge)
    if found.body.not_held:
        several = ", ".join(found.body.not_held)
        yield Point(
            "Together with something else: not held",
            (f"{several}: no half-life is held here, so how long it and {found.substance} are there together cannot be told.",),
        )


def _met(met: Overlap, days: int, knowledge: Knowledge) -> Point:
    share = percent((knowledge.fact("exposure", "together").value or 0.0) / 100)
    counted = (
        "It is worked out from its doses and a half-life."
        if met.by_dose
        else "Only from when to when it was used is written down, so it is counted as fully there all the while, and fading after that."
    )
    return Point(
        f"Together with {met.name}" + ("" if met.written == met.name else f" (written down as {met.written})"),
        (
            f"In the {days} days up to the last dose both were above {share} of their own usual peak for {about(met.hours, 'hours a day')}, on "
            f"{_percents(met.days)} of the days.",
            f"Its half-life in blood is taken as {met.fact.value:g} h ({firmness(met.fact)}). {counted}",
            met.fact.statement,
            "That both are there does not say what they do to each other; the warnings do.",
        ),
        knowledge.citations(met.fact),
        (
            _measure(f"together_hours.{met.name}", met.hours, "h a day"),
            _measure(f"together_days.{met.name}", met.days, "share of days"),
        ),
    )


def _held(found: Exposed, knowledge: Knowledge) -> Iterator[Point]:
    if found.body is None:
        return
    held = found.body.held
    if held.mitragynine is None:
        said = "Doses are written down without a weight, so how much mitragynine one holds cannot be told. Shares of a usual dose can."
        yield Point("What one usual dose holds", (said,))
        return
    fact = knowledge.fact("kratom", "extract_mitragynine" if held.extract else "leaf_mitragynine")
    source = "The content is the one this journal states." if held.stated else fact.statement
    unknown = (
        (f"Of {held.unknown} of the doses looked at the amount is unknown; it was drawn from the others.",)
        if held.unknown
        else ()
    )
    yield Point(
        "What one usual dose holds",
        (f"{about(held.mitragynine, 'mg').capitalize()} of mitragynine{_seven_oh(held.seven_oh)}. {source}", *unknown),
        () if held.stated else knowledge.citations(fact),
        (
            _measure("mitragynine", held.mitragynine, "mg"),
            *([_measure("seven_oh", held.seven_oh, "mg")] if held.seven_oh else []),
        ),
    )


def _seven_oh(held: Band | None) -> str:
    if held is None:
        return "; how much 7-OH is not known"
    return f" and at most {number(held.high)} mg of 7-OH" if held.low < held.high / 10 else f" and {about(held, 'mg')} of 7-OH"


def _strains(found: Exposed, knowledge: Knowledge) -> Iterator[Point]:
    if found.labels and found.body is not None:
        told = [knowledge.fact("kratom", each) for each in ("strain_names", "vein_colour", "strain_label")]
        keys = dict.fromkeys(key for fact in told for key in knowledge.citations(fact))
        yield Point(f"Names on the label: {', '.join(found.labels)}", tuple(fact.statement for fact in told), tuple(keys))


def _apart(found: Exposed, knowledge: Knowledge) -> Iterator[Point]:
    if found.apart:
        fact = knowledge.fact("kratom", "seven_oh_apart")
        said = (
            f"{found.apart} of the doses are of a product that is 7-OH by its name or content. They are in none of these figures."
        )
        yield Point("Not counted as kratom", (said, fact.statement), knowledge.citations(fact))
    if found.unclear:
        said = (
            f"{found.unclear} of the doses are of a product that does not say what it holds. They are in none of these figures."
        )
        yield Point("Not counted, as unclear", (said,))
