"""Results to plain sentences. No sentence here advises a dose, urges anyone to stop, or promises anything."""

from steelyard.nof1.checks import Outcome
from steelyard.nof1.contrasts import Interval
from steelyard.nof1.design import NotEnough
from steelyard.nof1.settle import OFF_SHARE, Further

from .model import Certainty, Expected, Verdict

RAW = (
    "What you would get by plotting ratings against the amount in your body. It ignores that how you feel itself leads to doses, and that "
    "neighbouring ratings are alike; its interval is far too narrow."
)
IGNORABLE = (
    "Allows for good and bad spells, time of day and slow change. It assumes that each dose was taken by chance or because of what had "
    "been written down, not because of something felt and not written down."
)

JOINT = (
    "Also models why each dose was taken: what was felt, what had been written down, time of day, time since the last dose. It assumes "
    "that these, in the form given, are the reasons."
)

RANDOMISED = (
    "Uses only what chance decided: periods assigned to one condition or another. The reason for any single dose does not matter, "
    "which is why this answer counts most."
)


def question(substance: str, outcome: str) -> str:
    """The question a finding answers."""
    return f"Does {substance} change {name(outcome)} for this person?"


def name(outcome: str) -> str:
    """A scale's name as a word."""
    return outcome.replace("_", " ")


def points(value: float) -> str:
    """A number of points with as many digits as a person can use."""
    return f"{abs(value):.1f}" if abs(value) >= 0.095 else f"{abs(value):.2f}"


SPOKEN = {"probability": "percentage points"}  # of the ratings that say yes


def measure(value: float, unit: str) -> str:
    """A size in its unit; a change of a chance as percentage points."""
    size = points(100 * value if unit == "probability" else value)
    return f"{size} {SPOKEN.get(unit, unit)}"


def _range(change: Interval, worse_is_up: bool, unit: str) -> str:
    """`between 0.7 and 1.3 points better`, or across zero in words."""
    sign = -1.0 if worse_is_up else 1.0
    a, b = sorted((sign * change.low, sign * change.high))
    low, high = measure(a, unit), measure(b, unit)
    if a >= 0:
        return f"between {low.split(' ')[0]} and {high} better"
    if b <= 0:
        return f"between {high.split(' ')[0]} and {low} worse"
    return f"anywhere from {low} worse to {high} better"


AFTER_SESSION = "just after a session"


def at_dose(amount: float, unit: str) -> str:
    """When the answer holds, for a substance."""
    return f"at the peak of a usual dose ({amount:g} {unit})"


def answer(
    decided: Verdict, peak: Interval, when: str, outcome: str, smallest: float, worse_is_up: bool, unit: str = "points"
) -> str:
    """The answer in one or two sentences, verdict first; `when` is `at_dose` or `AFTER_SESSION`, `unit` that of the change."""
    at = f"{when} {name(outcome)} is {_range(peak, worse_is_up, unit)}"
    least = measure(smallest, unit).removesuffix("s") if smallest == 1 and unit != "probability" else measure(smallest, unit)
    return {
        "helps": f"It helps: {at}, more than the {least} that would be worth having.",
        "helps_a_little": f"It helps, but whether by enough is not sure: {at}; a change worth having is {least}.",
        "no_worthwhile_effect": f"It does not do enough to notice: {at}; a change worth having is {least}.",
        "makes_worse": f"It goes with things getting worse: {at}.",
        "not_settled": f"These data do not settle it: {at}; a change worth having is {least}.",
        "not_enough_data": "",
    }[decided]


def _only(have: str, thing: str) -> str:
    return f"There is only 1 {thing}" if have == "1" else f"There are only {have} {thing}s"


def refusal(why: NotEnough, substance: str, outcome: str) -> tuple[str, str]:
    """Why these data cannot tell, and what would be enough."""
    what, rated = name(outcome), f"{why.ratings} rating{'s' * (why.ratings != 1)} over {why.days} days"
    have, need = f"{why.have:.0f}", f"{why.need:.0f}"
    return {
        "no_ratings": (f"There is no rating of {what} in this journal.", f"Ratings of {what}, some of them before a dose."),
        "no_doses": (f"There is no dose of {substance} in this journal.", "Doses with the time they were taken."),
        "too_few_ratings": (
            f"{_only(have, 'rating')} of {what}; fewer than {need} cannot tell relief from good and bad spells.",
            f"At least {need} ratings, two or three a day, some of them before a dose.",
        ),
        "too_few_events": (
            f"Only {have} ratings of {what} differ from the most usual one; it is from these that a diary of this kind learns.",
            f"At least {need} ratings that differ from the usual one, some before a dose and some after.",
        ),
        "too_few_doses": (f"{_only(have, 'dose')} of {substance}.", f"At least {need} doses at differing times."),
        "too_few_days": (
            f"The journal covers only {have} day{'s' * (have != '1')}; good and bad times come in spells of days, so that is too short to tell.",
            f"At least {need} days; some weeks are better.",
        ),
        "ratings_do_not_vary": (
            f"Every rating of {what} is the same number.",
            "Ratings that show how it differs from hour to hour.",
        ),
        "dose_only_falls_with_time": (
            f"The dose only falls as time goes on, so its effect on {what} cannot be told apart from anything else that changed over "
            f"the same weeks ({rated}).",
            "Times at which the dose goes up again as well as down, best decided by chance and with a clinician.",
        ),
        "dose_only_rises_with_time": (
            f"The dose only rises as time goes on, so its effect on {what} cannot be told apart from anything else that changed over "
            f"the same weeks ({rated}).",
            "Times at which the dose differs in both directions, best decided by chance and with a clinician.",
        ),
        "ratings_only_after_doses": (
            f"Nearly all ratings of {what} were made while a dose was still acting, so there is nothing to compare with.",
            "Ratings just before a dose and when the last one has worn off.",
        ),
        "no_variation_in_dosing": (
            f"The amount of {substance} in the body hardly varies between ratings, so there is nothing to compare.",
            "Ratings at differing times since a dose.",
        ),
        "dosing_follows_the_clock": (
            f"Doses come at the same times every day, so the effect of {substance} cannot be told apart from the time of day.",
            "Days on which doses come earlier or later than usual.",
        ),
        "inseparable_cause": (
            f"{why.cause.capitalize()} and {substance} came and went together, so their effects on {what} cannot be told apart.",
            "Times with one of the two and not the other.",
        ),
        "computation_failed": (
            f"The computation broke down on this diary, which happens where ratings of {what} follow a fixed pattern. That is a limit of "
            "this program and says nothing about the treatment.",
            "More days; if it goes on, an invented diary that shows it would help those who mend the program.",
        ),
    }[why.reason]


CERTAINTY = {
    "weak_chance": "Chance decided on some days, but changed too little of what was taken to answer by itself.",
    "chance": "Doses were not decided by chance, so the reason for each had to be estimated from the diary.",
    "session": "Sessions were not decided by chance, and why one was held is not part of the model.",
    "short": "The journal covers less than 90 days.",
    "shape": "Whether the effect is in proportion to the amount or levels off is not settled; the interval allows for both.",
    "coarse": "A few levels, yes or no, or a count tell little about a moment. On invented diaries with such scales the intervals "
    "held the truth less often than they say.",
    "trail": "How an effect fades late after a dose hardly shows in a diary. On invented diaries the average as it was taken was off "
    "by up to about a quarter of a point, in either direction, and by more where doses were not written down or where things feel worse "
    "than before once a dose has worn off.",
    "unknown": "Doses of unknown amount: {n}. Their amounts were drawn from those of the others.",
    "silent": "Days on which nothing was written down: {n}. What was taken then is not known; what was usual in the weeks around was assumed.",
    "unused_chance": "Periods decided by chance could not be used for a scale of this kind; why each dose was taken was estimated instead.",
}

LEAST_SLOPE = 0.1  # change of the log rate per point that is worth a word


CHECK = {
    "lead": "next_days_doses",
    "half_life": "length_of_effect",
    "predictive": "unseen_ratings",
    "neighbours": "left_over_rhythm",
    "influence": "single_days",
    "learned": "more_than_assumed",
    "integration": "computation",
    "agreement": "agrees_with_chance",
    "ends": "room_on_the_scale",
    "missingness": "ratings_not_written",
    "own_wish": "ratings_of_own_wish",
}


def check(outcome: Outcome) -> str:
    """One plain sentence on what a check looked at and found."""
    good = {
        "lead": "Doses of the next day do not explain today's ratings, as it should be.",
        "half_life": "How long the effect seems to last agrees with what is known of the substance.",
        "predictive": f"The model's 95 % range holds {100 * outcome.value:.0f} % of the ratings it had not seen.",
        "neighbours": "No rhythm is left over that the model does not know.",
        "influence": "No single day decides the answer.",
        "learned": "The diary says much more than was assumed beforehand.",
        "integration": "The computation rests on enough draws.",
        "agreement": "What chance decided and what the model of dosing says agree.",
        "ends": "Few ratings stand at an end of the scale.",
        "missingness": "How often a rating was written down does not visibly depend on how things were.",
        "own_wish": "Ratings written of one's own wish are like those that were asked for.",
    }
    bad = {
        "lead": "Doses of the next day explain today's ratings: doses follow the outcome in a way this answer does not account for.",
        "half_life": "The effect seems to last much "
        + ("shorter" if outcome.value < 0 else "longer")
        + " than is known of the substance: a mark of something else at work.",
        "predictive": f"The model's 95 % range holds {100 * outcome.value:.0f} % of the ratings it had not seen: its sureness is off.",
        "neighbours": "A rhythm or a change is left over that the model does not know.",
        "influence": "A single day moves the answer by more than its own uncertainty.",
        "learned": "The answer is hardly more than what was assumed beforehand.",
        "integration": "The computation rests on too few effective draws.",
        "agreement": "What chance decided and what the model of dosing says differ by more than their uncertainty.",
        "missingness": f"Ratings were written down {100 * abs(outcome.value - 1):.0f} % {'less' if outcome.value < 1 else 'more'} often when "
        "things were worse than when they were better: times without a rating are not like times with one.",
        "own_wish": f"Ratings written of one's own wish are {'worse' if outcome.value > 0 else 'better'} than the model expects beside those "
        "that were asked for: they were chosen because of what was felt.",
        "ends": f"{100 * outcome.value:.0f} % of the ratings stand at an end of the scale, where a change cannot be written down: the true "
        "change is probably larger than shown.",
    }
    return (good if outcome.passed else bad)[outcome.name]


def driver(felt: Interval, recorded: float, outcome: str) -> str:
    """Why doses were taken, in words; slopes are per point of the outcome, more meaning a dose is likelier."""
    what = name(outcome)
    by_felt, by_record = felt.low > 0, recorded > LEAST_SLOPE
    if by_felt and felt.value > recorded:
        return f"You take it when {what} is felt to be higher, more than when a higher number was last written down."
    if by_record and not by_felt:
        return f"You take it after a higher number for {what} was written down, rather than by what is felt at that moment."
    if by_felt:
        return f"You take it when {what} is higher, both as felt and as last written down."
    if felt.high < 0:
        return f"You take it when {what} is lower rather than higher."
    return f"When you take it does not visibly depend on {what}."


def leaning(expected: Expected, alone: Interval) -> str:
    """That an answer leans on other people's diaries, what these lead to expect, and what this diary says without them."""
    unit, reach = SPOKEN.get(expected.unit, expected.unit), 1.96 * expected.sd
    return (
        f"It leans on the diaries of {expected.people} other people as well, because that was asked for: they lead to expect a change of "
        f"{expected.mean - reach:+.1f} to {expected.mean + reach:+.1f} {unit} before this diary is read. This diary alone says "
        f"{alone.low:+.1f} to {alone.high:+.1f}."
    )


TOLD_TWICE = (
    "This diary was among those that the expectation was learned from, so it counts twice and the answer looks surer than it is."
)

SETTLE_THERAPY = "More sessions, some of them at times that were not chosen because of how you felt."


def settle(decided: Verdict, more: Further | None, sure: Certainty) -> str:
    """What would settle it. Chance is never advised outright: whether days without a dose are safe is for a clinician to say."""
    before = "A rating written down just before each dose makes each day count for more."
    chance = f"days of which about {100 * OFF_SHARE:.0f} in 100 are dose-free by chance"
    if decided == "not_settled" and more is not None:
        as_now = f"About {more.as_now} more days like these, if relief is what it looks like now." if more.as_now else ""
        tossed = f"Or about {more.randomised} {chance}, which only a clinician can say is safe." if more.randomised else ""
        said = " ".join(part for part in (as_now, tossed) if part)
        return f"{said or 'More days than can sensibly be asked for, if relief is what it looks like now.'} {before}"
    if decided == "not_settled" or sure in ("low", "very_low"):
        return f"{before} So would {chance}, which only a clinician can say is safe."
    return "More days like these make the interval narrower."
