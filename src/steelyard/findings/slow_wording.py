"""What is said of slow outcomes, in plain sentences. None advises an amount, urges anyone to stop, or promises anything."""

from steelyard.nof1.slow_design import PROMISED, WEEKS, Enough, SlowRefusal

from .model import Verdict
from .wording import measure, name

LABS = ("alt", "ast", "alp", "bilirubin", "ferritin", "testosterone", "vitamin_b12")  # of these a result is higher or lower
SPOKEN = {
    "hair_shed_60s": "hair shedding",
    "ita": "skin colour (ITA)",
    "vitamin_b12": "vitamin B12",
    "alt": "ALT",
    "ast": "AST",
    "alp": "ALP",
}
WEEK_D, MONTH_D = 7.0, 30.4

LAGGED = (
    "Readings against what was taken over the weeks and months before, with slow change, season and spells allowed for. It assumes that the "
    "amount did not follow the readings, and that a day without a dose written down is a day without one."
)
PLAIN = (
    "What you would get by plotting readings against the amount of the weeks before. It ignores that other things changed in the same months; "
    "its interval is too narrow."
)
REASONS = {
    "months": "Amounts were not decided by chance, and whatever else changed in the same months cannot be told apart for sure.",
    "before": "What was taken before the journal began is not known, and was tried between what its first month and all of it show.",
    "unit": "Laboratory results in another unit, or not above zero, were left out: {n}.",
    "early": "Readings from before the journal was begun were left out, as what was taken then is not known: {n}.",
    "published": "Published: {said}",
}


def spoken(outcome: str) -> str:
    """An outcome as it is said: `hair shedding`, `ALT`, `pigment`."""
    return SPOKEN.get(outcome.casefold(), name(outcome))


def worsening(outcome: str, worse_is_up: bool) -> str:
    """The outcome getting worse, as it is said: `more hair shedding`, `higher ALT`, `lower ferritin`."""
    up, down = ("higher", "lower") if outcome.casefold() in LABS else ("more", "less")
    return f"{up if worse_is_up else down} {spoken(outcome)}"


def question(substance: str, worse: str) -> str:
    """The question a finding on a slow outcome answers."""
    return f"Does {substance} go with {worse}?"


def answer(decided: Verdict, substance: str, worse: str, said: str, least: str) -> str:
    """The answer in one or two sentences; `said` is the change with its range, `least` the smallest change worth noticing."""
    return {
        "makes_worse": f"Yes, in this diary it goes with {worse}: {said}. That the two go together does not show that one causes the other.",
        "helps": f"No, on the contrary: {said}.",
        "helps_a_little": f"No, rather the contrary, but perhaps by little: {said}; worth noticing is {least}.",
        "no_worthwhile_effect": f"No change worth noticing in this diary: {said}; worth noticing is {least}.",
        "not_settled": f"These readings do not settle whether {substance} goes with {worse}: {said}; worth noticing is {least}.",
        "not_enough_data": "",
    }[decided]


def change(low: float, high: float, unit: str) -> str:
    """A change from none to the reference amount with its range, `between 2.1 and 6.0 hairs more`."""
    small, large = measure(low, unit), measure(high, unit)
    over = "at the daily amount of the month of most use, against none"
    if low >= 0:
        return f"between {small.split(' ')[0]} and {large} more {over}"
    if high <= 0:
        return f"between {large.split(' ')[0]} and {small} less {over}"
    return f"anywhere from {small} less to {large} more {over}"


def refusal(why: SlowRefusal, substance: str, what: str) -> str:
    """Why these readings cannot tell."""
    have, need = f"{why.have:.0f}", f"{why.need:.0f}"
    return {
        "no_readings": f"There is no reading of {what} in the time this journal covers.",
        "no_amounts": f"There is no dose of {substance} in the time of the readings.",
        "too_few_readings": f"There are only {have} readings of {what}; fewer than {need} cannot tell a change from their ups and downs.",
        "readings_do_not_vary": f"Every reading of {what} is the same number.",
        "span_shorter_than_lag": f"The readings span {_time(why.have)}. An effect on {what} takes about {_time(why.need)} to show.",
        "exposure_never_changed": f"About as much {substance} was taken in every month, so that its effect on {what} cannot be told apart from "
        "whatever else there was all the time.",
        "readings_only_after_start": f"The readings of {what} begin when {substance} had been taken for long, and there is nothing from "
        "before to compare them with.",
        "change_too_recent": f"The amount of {substance} changed too close to the end of the readings, or too briefly, for an effect on "
        f"{what} to show in them.",
        "exposure_follows_time": f"The amount of {substance} only rose or only fell with time or season, so that its effect on {what} cannot be "
        "told apart from anything else that changed.",
        "inseparable_cause": f"{why.cause.capitalize()} and {substance} came and went together, so their effects on {what} cannot be told "
        "apart.",
        "too_little_told": f"The readings say hardly more on {substance} and {what} than was assumed beforehand.",
    }[why.reason]


NO_AMOUNTS = "Doses with the time they were taken, and readings in the months before and after the amount changed."


def enough(found: Enough, substance: str, what: str) -> str:
    """What would be enough. A change of the amount is named as what data would need, never as something to do."""
    weeks = WEEKS[-1] if found.weeks is None else found.weeks
    each = f"{_often(found.every_d)} over about {weeks} weeks"
    careful = "Only a clinician can say whether such a change is safe, and this question is no reason for one."
    if found.weeks is None:
        return f"More than can sensibly be asked for: even readings of {what} {each} would too seldom give an answer."
    return (
        f"Readings of {what} {each}, with times of about {found.turn_weeks} weeks at the usual amount of {substance} and times without it, by "
        f"turns: about {round(5 * PROMISED)} in 5 people like this would then get an answer. {careful}"
    )


def _often(every_d: float) -> str:
    if every_d < WEEK_D - 0.5:
        return f"{round(WEEK_D / every_d)} times a week" if every_d > 1.5 else "every day"
    if every_d < 2 * WEEK_D - 1:
        return "once a week"
    return "once a month" if every_d > 3 * WEEK_D else "every two weeks"


def _time(days: float) -> str:
    if days < 2 * MONTH_D:
        return f"{days:.0f} days"
    return f"{days / MONTH_D:.0f} months" if days < 24 * MONTH_D else f"{days / 365.25:.1f} years"
