"""Plain words for what the findings say; every face (terminal, page) speaks through these."""

from datetime import date, datetime

from steelyard.findings.model import (
    Amount,
    Certainty,
    Contrast,
    Estimator,
    Finding,
    Level,
    Reference,
    Severity,
    Subject,
    Verdict,
    Worthwhile,
)
from steelyard.findings.slow_wording import LABS, SPOKEN

VERDICT: dict[Verdict, str] = {
    "helps": "Helps",
    "helps_a_little": "Helps at least a little",
    "no_worthwhile_effect": "No relief worth having",
    "makes_worse": "Makes it worse",
    "not_settled": "Not settled",
    "not_enough_data": "Not enough data yet",
}
VERDICT_MEANS: dict[Verdict, str] = {
    "helps": "Relief large enough to be worth having is nearly certain on these data.",
    "helps_a_little": "Some relief is nearly certain on these data; that it is enough to be worth having is not.",
    "no_worthwhile_effect": "Relief large enough to be worth having is very unlikely on these data.",
    "makes_worse": "That it does harm here rather than good is nearly certain on these data.",
    "not_settled": "Neither that it helps nor that it does not is sure enough to say.",
    "not_enough_data": "The question cannot be answered from these data. That says nothing for or against the treatment.",
}
CERTAINTY: dict[Certainty, str] = {"high": "high", "moderate": "moderate", "low": "low", "very_low": "very low"}
CERTAINTY_STEPS: dict[Certainty, int] = {"high": 4, "moderate": 3, "low": 2, "very_low": 1}
LEVEL: dict[Level, str] = {
    "person": "From this diary",
    "population": "From reports by many people",
    "literature": "From published studies",
}
SEVERITY: dict[Severity, str] = {"emergency": "Emergency", "serious": "Serious", "caution": "Take care", "note": "Note"}
ESTIMATOR: dict[str, str] = {
    "raw": "plain comparison",
    "ignorable": "+ ups and downs",
    "joint": "+ why doses were taken",
    "randomised": "randomised periods",
}
ESTIMATOR_LONG: dict[str, str] = {
    "raw": "plain comparison",
    "ignorable": "allowing for ups and downs",
    "joint": "allowing also for why doses were taken",
    "randomised": "from the randomised periods",
}
# Where the question is whether something goes with harm, and not whether it relieves.
HARM: dict[Verdict, str] = {
    "helps": "The contrary of harm",
    "helps_a_little": "Rather the contrary of harm",
    "no_worthwhile_effect": "No change worth noticing",
    "makes_worse": "Goes with harm",
    "not_settled": "Not settled",
    "not_enough_data": "Not enough data yet",
}
HARM_MEANS: dict[Verdict, str] = {
    "helps": "A change for the better that is worth noticing is nearly certain on these data.",
    "helps_a_little": "Some change for the better is nearly certain on these data; that it is worth noticing is not.",
    "no_worthwhile_effect": "A change worth noticing, for better or worse, is very unlikely on these data.",
    "makes_worse": "That the two go together here is nearly certain on these data; that one causes the other is not shown.",
    "not_settled": "Neither that it goes with harm nor that it does not is sure enough to say.",
    "not_enough_data": "The question cannot be answered from these data. That says nothing for or against harm.",
}
STUDIES = "What studies and reports say (of many people, never about one person)"
CHANCE = "probability"
TIME_UNITS = {"h": "hours", "min": "minutes", "d": "days", "weeks": "weeks"}


def name(key: str) -> str:
    """Return an identifier as words: `sleep_quality` becomes `sleep quality`."""
    return SPOKEN.get(key.casefold(), key.replace("_", " "))


def verdict(finding: Finding) -> str:
    """Return the verdict in a few words."""
    return (HARM if finding.about == "harm" else VERDICT)[finding.verdict]


def means(finding: Finding) -> str:
    """Return what the verdict means, as a sentence."""
    return (HARM_MEANS if finding.about == "harm" else VERDICT_MEANS)[finding.verdict]


def capital(sentence: str) -> str:
    """Return the sentence with its first letter as a capital, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def number(size: float) -> str:
    """Return a size with the one or two decimals a person can use."""
    magnitude = abs(size)
    return f"{size:.{0 if magnitude >= 99.5 else 1 if magnitude >= 0.095 else 2}f}"


def relief(value: float, subject: Subject) -> float:
    """Return a change as measured turned into relief: positive is better for the person, whichever way the scale runs."""
    return -value if subject.worse_is_up else value


def side(relieved: float, subject: Subject) -> str:
    """Return `less pain` or `more pain` (`better mood` or `worse mood` where more is better; `lower ferritin` of a laboratory test)."""
    if subject.outcome.casefold() in LABS:
        return f"{'lower' if (relieved >= 0) == subject.worse_is_up else 'higher'} {name(subject.outcome)}"
    better, worse = ("less", "more") if subject.worse_is_up else ("better", "worse")
    return f"{better if relieved >= 0 else worse} {name(subject.outcome)}"


def best(change: Contrast | Estimator, subject: Subject) -> str:
    """Return the central estimate in words, e.g. `0.9 points less pain`."""
    return _words(change.value, change, subject)


def between(change: Contrast | Estimator, subject: Subject) -> str:
    """Return the 95 % interval in words, e.g. `between 0.7 and 1.3 points less pain`."""
    small, large = sorted((change.low, change.high), key=abs)
    if change.low * change.high > 0 and float(number(small)) != 0:
        return f"between {number(shown(abs(small), change))} and {_words(large, change, subject)}"
    low, high = sorted((change.low, change.high), key=lambda bound: relief(bound, subject))
    return f"between {_words(low, change, subject)} and {_words(high, change, subject)}"


def reach(change: Contrast | Estimator, subject: Subject) -> str:
    """Return the 95 % interval in the fewest words: `0.7 to 1.2`, or `0.1 more to 0.3 less` where the sides differ."""
    low, high = sorted((change.low, change.high), key=lambda bound: relief(bound, subject))
    if low * high >= 0:
        return " to ".join(number(shown(abs(bound), change)) for bound in sorted((low, high), key=abs))
    return " to ".join(
        f"{number(shown(abs(bound), change))} {side(relief(bound, subject), subject).split(' ')[0]}" for bound in (low, high)
    )


def shown(value: float, change: Contrast | Estimator) -> float:
    """Return a size as it is shown: of a chance in percentage points."""
    return 100 * value if change.unit.startswith(CHANCE) else value


def spoken_unit(change: Contrast | Estimator) -> str:
    """Return the unit as it is said: of a chance percentage points."""
    return change.unit.replace(CHANCE, "percentage points")


def _words(value: float, change: Contrast | Estimator, subject: Subject) -> str:
    size = number(shown(abs(value), change))
    if change.unit in TIME_UNITS:
        return f"{size} {TIME_UNITS[change.unit]}"
    if float(size) == 0:
        return "no change"
    unit, _, period = spoken_unit(change).partition(" per ")
    what = side(relief(value, subject), subject)
    if change.name == "tolerance":  # a drift of the effect itself: what grows or shrinks is the relief, not the outcome
        what = f"{'more' if relief(value, subject) > 0 else 'less'} relief"
    return f"{size} {unit} {what}" + (f" per {period}" if period else "")


def label(contrast: Contrast) -> str:
    """Return what a contrast is about, in the words of the person's question."""
    measured = contrast.dose is not None and contrast.dose.unit != "dose"
    dose = f"one dose of {amount(contrast.dose)}" if contrast.dose and measured else "one usual dose"
    known = {
        "peak": f"At its strongest, after {dose}",
        "after_session": "At its strongest, just after a session",
        "as_taken": "On average, as it was taken",
        "duration": "How long one dose stays above half its best",
        "worn_off": "How long until one dose has worn off",
        "tolerance": "How the relief changes with time",
        "peak_of_size": f"At its strongest, after {dose} by itself",
        "duration_of_size": f"How long {dose} stays above half its best",
        "rebound": f"At its worst, once {dose} has worn off",
        "sustained": f"For long with {dose.removeprefix('one dose of ')}, as in the month of most use, against none",
        "lag": "How late it shows",
    }
    return known.get(contrast.name, capital(name(contrast.name)))


def chances(contrast: Contrast, worthwhile: Worthwhile | None) -> str:
    """Return the posterior probabilities of a contrast as a sentence, or an empty text where there are none."""
    parts = []
    if contrast.name == "sustained" and contrast.p_relief is not None:
        return f"Chance of any change for the worse: {percent(1 - contrast.p_relief)}."
    if contrast.p_relief is not None:
        parts.append(f"Chance of any relief: {percent(contrast.p_relief)}.")
    if contrast.p_worthwhile is not None:
        least = f" ({smallest(worthwhile)} or more)" if worthwhile else ""
        parts.append(f"Chance that it is worth having{least}: {percent(contrast.p_worthwhile)}.")
    return " ".join(parts)


def percent(probability: float) -> str:
    """Return a probability in per cent, never as a certainty it cannot be."""
    if probability > 0.99:
        return "over 99 %"
    return "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def smallest(worthwhile: Worthwhile) -> str:
    """Return the smallest change worth having, e.g. `1 point`."""
    unit = worthwhile.unit.removesuffix("s") if worthwhile.value == 1 else worthwhile.unit
    return f"{worthwhile.value:g} {unit}"


def amount(dose: Amount) -> str:
    """Return a dose, e.g. `3 g`."""
    return f"{dose.amount:g} {dose.unit}"


def count(many: int, thing: str) -> str:
    """Return a count with its noun, e.g. `1 dose`, `1,204 ratings`."""
    return f"{many:,} {thing}" + ("" if many == 1 else "s")


def day(moment: str | date) -> str:
    """Return a day in words, e.g. `3 Mar 2026`, from an ISO text or a date."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{when.day} {when:%b} {when.year}"


def basis(finding: Finding) -> str:
    """Return at what level of evidence, and on how much of the diary, an answer rests."""
    if finding.data is None:
        return f"{LEVEL[finding.level]}."
    used = finding.data
    causes = count(used.sessions, "session") if used.sessions else count(used.doses, "dose")
    return f"{LEVEL[finding.level]}: {count(used.ratings, 'rating')} and {causes} over {count(used.days, 'day')}."


def settle_title(finding: Finding) -> str:
    """Return the heading over what would settle the question; without enough data that is what would be enough."""
    return "What would be enough" if finding.verdict == "not_enough_data" else "What would settle it"


def grade(reference: Reference) -> str:
    """Return the grade of a source as a suffix, or nothing where none was given."""
    return f" [grade {reference.grade}]" if reference.grade else ""
