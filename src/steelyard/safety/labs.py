"""Laboratory results outside their limits, the pattern of liver tests, and which tests are worth asking for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from steelyard.knowledge.medicines import words
from steelyard.records.model import Lab
from steelyard.records.units import convert_lab
from steelyard.safety.doses import WEEK, first_stronger, weekly_rises
from steelyard.safety.model import Alert, Case, alert, day, listed
from steelyard.safety.red_flags import related
from steelyard.safety.taken import KRATOM

MOST_IN_A_TITLE = 3
LIVER = ("alt", "ast", "alp", "bilirubin")
ENZYMES = ("alt", "ast")
PATTERNS = {
    "hepatocellular": "hepatocellular, of the liver cells",
    "mixed": "mixed",
    "cholestatic": "cholestatic, of the flow of bile",
}


@dataclass(frozen=True)
class Result:
    """The latest result of one test beside its limits; `own` says whether the laboratory gave them."""

    test: str
    shown: str
    lab: Lab
    low: float | None
    high: float | None
    own: bool

    @property
    def side(self) -> str:
        """On which side of its limits it lies, or nothing."""
        if self.high is not None and self.lab.value > self.high:
            return "above"
        return "below" if self.low is not None and self.lab.value < self.low else ""

    @property
    def times(self) -> float | None:
        """The result as a multiple of its upper limit; None without such a limit."""
        return self.lab.value / self.high if self.high else None

    def said(self) -> str:
        """Return the result with its limits and where these come from."""
        ends = f"from {self.low:g}" if self.low is not None else ""
        ends += f" to {self.high:g}" if self.high is not None else ""
        whence = "" if self.own else "; limits not given by the laboratory, so typical ones for men are used"
        return f"{self.shown} {self.lab.value:g} {self.lab.unit} (limits {ends.strip()}{whence})"


def out_of_range(case: Case) -> Iterator[Alert]:
    """Yield a warning for each latest result outside its limits, the liver's most urgent ones first and once only."""
    results = latest(case)
    severe = _severe(case, results)
    if severe:
        yield _told(case, "severe_liver", severe, "liver")
    for result in results.values():
        if result in severe or not result.side:
            continue
        if result.test in ENZYMES and _times(result) >= _low(case, "severe_transaminases"):
            yield _told(case, "high_liver", [result], result.test)
        else:
            yield _told(case, "out_of_range", [result], result.test)


def unreadable(case: Case) -> Iterator[Alert]:
    """Yield one note that names the latest results nothing could be compared with; where they are many, its title only counts them."""
    names = list(dict.fromkeys(result.shown for result in latest(case).values() if result.low is None and result.high is None))
    if names:
        many = len(names) > MOST_IN_A_TITLE
        says = {"tests": f"{len(names):,} laboratory tests", "names": f" They are: {'; '.join(names)}."}
        yield alert(case, case.hazards.rows["labs.unreadable"], says=says if many else {"tests": listed(names), "names": ""})


def liver_pattern(case: Case) -> Iterator[Alert]:
    """Yield the kind of liver injury that ALT over ALP, each as a multiple of its upper limit, points to."""
    results = latest(case)
    alt, alp = results.get("alt"), results.get("alp")
    if alt is None or alp is None or not alt.times or not alp.times or max(alt.times, alp.times) <= 1:
        return
    if not _same_sample(case, alt, alp) or _old(case, alt):
        return
    ratio = alt.times / alp.times
    mixed = case.knowledge.fact(KRATOM, "r_ratio_mixed")
    kind = "mixed"
    if mixed.low is not None and ratio < mixed.low:
        kind = "cholestatic"
    elif mixed.high is not None and ratio > mixed.high:
        kind = "hepatocellular"
    figures = {"alt": f"{alt.times:.1f}", "alp": f"{alp.times:.1f}", "ratio": f"{ratio:.2f}"}
    says = {"day": day(alt.lab.time), "pattern": PATTERNS[kind], **figures}
    basis = (f"{KRATOM}.r_ratio_{kind}",)
    yield alert(case, case.hazards.rows["labs.pattern"], says=says, basis=basis, related=related(case))


def worth_asking_for(case: Case) -> Iterator[Alert]:
    """Yield a note when liver tests are missing before, or two weeks after, kratom was begun, changed or steeply raised."""
    if not case.in_use(KRATOM):
        return
    event, start = max(_starts(case), key=lambda each: each[1])
    window = case.knowledge.fact("warnings", "liver_window")
    opens = start + WEEK * (window.low or 0.0)
    tests = [lab.time for lab in case.journal.of(Lab) if _test(case, lab) in LIVER and lab.time <= case.now]
    says = {"start": day(start), "event": event, "event_said": event[:1].upper() + event[1:]}
    if case.now >= opens:
        if not any(time >= opens for time in tests):
            yield alert(case, case.hazards.rows["labs.window"], says=says)
    elif not any(time >= start - WEEK * case.number("liver_baseline") for time in tests):
        yield alert(case, case.hazards.rows["labs.no_first_value"], says=says)


def latest(case: Case) -> dict[str, Result]:
    """Return the latest result of each test, under the name used here or, for a test nobody knows, as written."""
    found: dict[str, Result] = {}
    for lab in case.journal.of(Lab):
        if lab.time <= case.now:
            test = _test(case, lab)
            found[test] = _result(case, test, lab)
    return found


def _starts(case: Case) -> Iterator[tuple[str, datetime]]:
    """From where liver tests are counted: the first dose in the journal, a stronger product, weeks with a steep rise."""
    doses = [dose for dose in case.taken if dose.substance == KRATOM]
    yield "the first dose in this journal", doses[0].time
    switch = first_stronger(case)
    if switch is not None:
        yield "a change to a stronger product", switch[1].time
    rises = weekly_rises(case, doses)
    for week in rises:
        if week + 1 not in rises:  # a rise that goes on for weeks began in the first of them
            yield "a steep rise in amount", case.now - (week + 1) * WEEK


def _test(case: Case, lab: Lab) -> str:
    written = "".join(words(lab.test.replace("_", " ")))
    known = {"".join(words(name)): test.id for test in case.hazards.tests.values() for name in test.names}
    return known.get(written, written)


def _result(case: Case, test: str, lab: Lab) -> Result:
    """A result beside the laboratory's limits, else beside those held, brought to its unit."""
    known = case.hazards.tests.get(test)
    shown = known.shown if known else lab.test.replace("_", " ")
    if known is None or lab.low is not None or lab.high is not None:
        return Result(test, shown, lab, lab.low, lab.high, own=True)
    limits = case.knowledge.facts[known.limits]
    low, high = (None if end is None else convert_lab(end, limits.unit, lab.unit) for end in (limits.low, limits.high))
    return Result(test, shown, lab, low, high, own=False)


def _severe(case: Case, results: dict[str, Result]) -> list[Result]:
    """Bilirubin and a liver enzyme of the same days, both so high that together they mark a dangerous injury."""
    bilirubin = results.get("bilirubin")
    if bilirubin is None or _times(bilirubin) <= _low(case, "severe_bilirubin"):
        return []
    least = _low(case, "severe_transaminases")
    high = [results[name] for name in ENZYMES if name in results and _times(results[name]) >= least]
    high = [result for result in high if _same_sample(case, result, bilirubin)]
    return [*high, bilirubin] if high else []


def _told(case: Case, row: str, results: list[Result], id_: str) -> Alert:
    newest = max(results, key=lambda each: each.lab.time)
    says = {
        "day": day(newest.lab.time),
        "test": listed(each.shown for each in results),
        "side": newest.side,
        "results": "; ".join(each.said() for each in results),
    }
    borrowed = [key for each in results if not each.own for key in _limit_source(case, each)]
    which = "past.result" if _old(case, newest) else f"labs.{row}"
    return alert(case, case.hazards.rows[which], id_=id_, says=says, citations=borrowed)


def _limit_source(case: Case, result: Result) -> Iterable[str]:
    return case.knowledge.citations(case.knowledge.facts[case.hazards.tests[result.test].limits])


def _times(result: Result) -> float:
    return result.times or 0.0


def _low(case: Case, name: str) -> float:
    return case.knowledge.fact("warnings", name).low or 0.0


def _same_sample(case: Case, one: Result, other: Result) -> bool:
    return abs(one.lab.time - other.lab.time) <= timedelta(days=case.number("same_sample"))


def _old(case: Case, result: Result) -> bool:
    return result.lab.time < case.now - case.days("old_result")
