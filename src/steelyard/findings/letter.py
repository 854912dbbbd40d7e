"""The letter for a clinician: what of the report and the journal goes in, in which order, and what gives way first on two pages.

Nothing is worked out here. Every line has an id, so that the person can strike it.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import structs

from steelyard.knowledge.hazards import load_hazards
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.words import GRADES
from steelyard.records.model import Dose, Journal
from steelyard.records.time import EARLIEST

from . import letter_journal
from .around import CAUSES, SHEET, SILENT, TO_TALK_ABOUT
from .model import Alert, Contrast, Estimator, Finding, Letter, Line, Part, Report, Section
from .slow_wording import spoken
from .visit import Ask
from .wording import measure, name

LONGEST, LONGEST_IN_BOX, LONGEST_TITLE, LONGEST_ID = 320, 800, 60, 64  # letters
UNTYPED = re.compile(r"[^\w.]+")
SOURCES = 2  # shown for one line, of those it rests on first
BOXED = 8  # warnings in the box at the top, those about one thing before those about a pair
PRESSING = {"emergency": "Emergency: ", "serious": "Serious: "}
DUE = ("labs.window", "labs.no_first_value")
IN_THE_RESULTS = "labs.out_of_range."  # said beside the result itself
BETWEEN = ("doses.together", "past.interaction", "unchecked.")  # warnings about pairs, beside those of each substance
USED_TO, SEEN, HOW_SURE = "used_to.", "seen", " (how sure: "
LINKED = "How strongly"
PAIN = "pain"
NOT_WEIGHED = "finding.none"
NOT_YET = "What the treatment does has not been worked out yet."
AS_WRITTEN = "As written down in the journal."


def letter(report: Report, journal: Journal, knowledge: Knowledge, asks: Sequence[Ask] | None = None) -> Letter:
    """Return all that the letter could say about a journal, most pressing first in each part.

    Args:
        report: of the same journal, with or without findings; asks: what the person wants to ask, or None for what the journal suggests.
    """
    end = report.journal.to
    now = datetime.fromisoformat(end) if end else EARLIEST
    parts = _parts(report, journal, knowledge, asks, now)
    return Letter(
        from_=report.journal.from_,
        to=end,
        read=report.journal.read,
        used=report.journal.used,
        steelyard=report.steelyard,
        knowledge=report.knowledge,
        parts=_told_apart(part for part in parts if part.lines),
        references=report.references,
    )


def without(whole: Letter, struck: Iterable[str]) -> Letter:
    """Return the letter without the lines of these ids; an id that it does not have changes nothing."""
    out = set(struck)
    parts = (structs.replace(part, lines=tuple(line for line in part.lines if line.id not in out)) for part in whole.parts)
    kept = tuple(part for part in parts if part.lines)
    return structs.replace(whole, parts=kept, struck=whole.struck + len(out & ids(whole).keys()))


def ids(whole: Letter) -> dict[str, str]:
    """Return the text of every line by its id, in the order of the letter."""
    return {line.id: line.text for part in whole.parts for line in part.lines}


def _parts(report: Report, journal: Journal, knowledge: Knowledge, asks: Sequence[Ask] | None, now: datetime) -> Iterator[Part]:
    own = [finding for finding in report.findings if finding.level == "person"]
    relief = sorted((f for f in own if f.about == "relief"), key=lambda f: f.subject.outcome != PAIN)
    harm, others = [f for f in own if f.about == "harm"], [f for f in report.findings if f.level != "person"]
    pairs, general = _warnings(report)
    over = letter_journal.span(journal, now)
    yield _part("relief", "What it gives, from this journal alone", "", _relief(relief, bool(report.findings)))
    taken = letter_journal.taken(journal, _substances(journal), over, now)
    yield _part("taken", "What is taken", AS_WRITTEN, taken)
    courses = letter_journal.courses(journal, knowledge, over, now)
    yield _part("course", "How it went", "Plain averages. They do not say what brought a change about.", courses)
    yield _part("warnings", "Warnings", "Rules, not statistics.", general)
    yield _part("interactions", "Interactions", "Found by rules among what stands in the journal.", pairs)
    harms = (*letter_journal.effects(journal, now), *_signs(report), *_answered(harm, 0.8))
    yield _part("harms", "Unwanted effects, and signs of getting used to it", "", harms)
    results = letter_journal.labs(journal, knowledge, now)
    due = _alerts([alert for alert in report.alerts if alert.id in DUE], 0.5)
    yield _part("labs", "Laboratory: last results, and what is worth asking for", "", (*results, *due))
    causes = _causes(report)
    yield _part("causes", "What else could explain a complaint", "Sorted by what the journal holds; no diagnosis.", causes)
    title = "Questions this journal suggests" if asks is None else "What the person asks"
    yield _part("asks", title, "", _asks(_suggested(report) if asks is None else asks))
    yield _part("rests", "What the relief figure rests on, and what could mislead", "", _rests(relief[0]) if relief else ())
    yield _part("studies", "What studies and reports of many people say", "Never about one person.", _answered(others, 1.4))


def _part(id: str, title: str, lead: str, lines: Iterable[Line]) -> Part:
    return Part(id, title, lead, tuple(_short(line) for line in lines))


def _short(line: Line) -> Line:
    longest = LONGEST_IN_BOX if line.box == line.text else LONGEST
    drawn = line.course and structs.replace(line.course, title=cut(line.course.title, LONGEST_TITLE))
    texts = {"text": cut(line.text, longest), "box": cut(line.box, longest)}
    return structs.replace(line, **texts, citations=line.citations[:SOURCES], course=drawn)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text of at most so many letters, cut between words unless one of them is most of it."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    words = kept.rpartition(" ")[0]
    return f"{words if len(words) > longest / 2 else kept}…"


def _told_apart(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts with ids that can be typed and stand for one line each."""
    seen: dict[str, int] = {}

    def named(line: Line) -> Line:
        id = UNTYPED.sub("-", line.id.casefold())[:LONGEST_ID].strip("-.")
        seen[id] = seen.get(id, 0) + 1
        return structs.replace(line, id=id if seen[id] == 1 else f"{id}.{seen[id]}")

    return tuple(structs.replace(part, lines=tuple(map(named, part.lines))) for part in parts)


def _substances(journal: Journal) -> list[str]:
    counts: dict[str, int] = {}
    for dose in journal.of(Dose):
        counts[dose.substance.casefold()] = counts.get(dose.substance.casefold(), 0) + 1
    return sorted(counts, key=lambda one: (-counts[one], one))


def _warnings(report: Report) -> tuple[list[Line], list[Line]]:
    """Warnings about what does not go together, and all others but those that stand beside laboratory results."""
    groups = load_hazards().substances
    told = [a for a in report.alerts if a.id not in DUE and not a.id.startswith(IN_THE_RESULTS)]
    pairs = [a for a in told if a.id.partition(".")[0] in groups or a.id.startswith(BETWEEN)]
    general = [a for a in told if a not in pairs]
    boxed = {a.id for a in [a for a in (*general, *pairs) if a.severity in PRESSING][:BOXED]}
    return list(_alerts(pairs, 0.4, boxed)), list(_alerts(general, 0.2, boxed))


def _alerts(alerts: Sequence[Alert], rank: float, boxed: Container[str] = ()) -> Iterator[Line]:
    """What was seen and why it matters; what to do is for the person and stays in the full report. An emergency never gives way."""
    for place, alert in enumerate(alerts):
        title = f"{PRESSING.get(alert.severity, '')}{alert.title}."
        grade = next((words for key, words in GRADES.items() if key == alert.grade), "")
        evidence = grade.partition(":")[0].partition(",")[0]
        yield Line(
            id=f"alert.{alert.id}",
            text=f"{title} {_before(alert.why, 'Known: ')}".strip(),
            rank=0.0 if alert.severity == "emergency" else rank + 0.3 * place,
            sure=evidence if alert.grade == "none" or not evidence else f"rests on {evidence}",
            box=title if alert.id in boxed else "",
            citations=alert.citations,
        )


def _before(text: str, mark: str) -> str:
    return text.partition(mark)[0].strip()


def _relief(findings: Sequence[Finding], weighed: bool) -> Iterator[Line]:
    """Answers to what relieves; the first stands in the box, with what it takes for granted."""
    if not findings and not weighed:
        yield Line(NOT_WEIGHED, NOT_YET, 0.05, box=NOT_YET)
    for place, line in enumerate(_answered(findings, 0.2)):
        if place:
            yield line
            continue
        granted = [
            f"How it was worked out, and what it assumes: {each.assumes}" for each in findings[0].estimators if each.headline
        ]
        said = " ".join((line.text, *granted))
        yield structs.replace(line, text=said, box=said, rank=0.05)


def _answered(findings: Sequence[Finding], rank: float) -> Iterator[Line]:
    for place, finding in enumerate(findings):
        about = f"{name(finding.subject.substance)} and {spoken(finding.subject.outcome)}:"
        asked = finding.question if finding.level != "person" else about[:1].upper() + about[1:]
        said = " ".join((asked, finding.answer, *_figures(finding)))
        sure = f"how sure: {finding.certainty.replace('_', ' ')}"
        yield Line(f"finding.{finding.id}", said, rank + 0.4 * place, sure, citations=finding.citations)


def _figures(finding: Finding) -> Iterator[str]:
    """What the sentence of the answer does not hold: the central estimate, the change on average, how long one dose lasts."""
    for contrast in finding.contrasts:
        if contrast.name in ("peak", "after_session"):
            yield f"Best estimate {_change(contrast, finding.subject.worse_is_up)}."
        if contrast.name == "as_taken":
            yield f"On average, as it was taken, {_change(contrast, finding.subject.worse_is_up, interval=True)}."
        if contrast.name == "duration":
            yield f"One dose stays above half its best for {contrast.value:.1f} h ({contrast.low:.1f} to {contrast.high:.1f})."


def _change(contrast: Contrast | Estimator, worse_is_up: bool, interval: bool = False) -> str:
    sign = -1.0 if worse_is_up else 1.0
    low, high = sorted((sign * contrast.low, sign * contrast.high))
    side = "better" if sign * contrast.value >= 0 else "worse"
    ends = (f"{measure(end, contrast.unit).split(' ')[0]}{_side(end) if low < 0 < high else ''}" for end in (low, high))
    return f"{measure(contrast.value, contrast.unit)} {side}" + (f" (95 % interval {' to '.join(ends)})" if interval else "")


def _side(relief: float) -> str:
    return " better" if relief >= 0 else " worse"


def _rests(finding: Finding) -> Iterator[Line]:
    """How much the first answer rests on, tests it failed, why doses were taken, and what a plain comparison would have said."""
    if finding.data:
        d = finding.data
        yield Line("rests.data", f"{d.ratings:,} ratings and {d.sessions or d.doses:,} doses over {d.days:,} days.", 0.9)
    for check in finding.checks:
        if not check.passed:
            yield Line(f"rests.failed.{check.name}", f"A test it failed: {check.detail}", 0.3)
    for place, reason in enumerate(finding.reasons):
        yield Line(f"rests.reason.{place}", f"Why not surer: {reason}", 0.7 + 0.2 * place)
    if finding.dosing_driver:
        yield Line("rests.driver", finding.dosing_driver.words, 1.0)
    for estimator in finding.estimators:
        if estimator.name == "raw" and not finding.refused and not estimator.headline:
            size = _change(estimator, finding.subject.worse_is_up, interval=True)
            yield Line("rests.raw", f"A plain comparison of the same diary, which ignores why doses were taken: {size}.", 1.1)
    if finding.settle:
        yield Line("rests.settle", f"What would settle it: {finding.settle}", 1.2)


def _signs(report: Report) -> Iterator[Line]:
    """Signs of getting used to it that were seen."""
    sections = [section for section in report.sections if section.id.startswith(USED_TO)]
    for section in sections:
        for place, point in enumerate(section.points):
            title, _, state = point.label.partition(": ")
            if state.startswith(SEEN):
                sure = point.label.partition(HOW_SURE)[2].rstrip(")")
                said = f"{section.id.removeprefix(USED_TO).capitalize()}, {title}: {point.said[0]}"
                id = f"sign.{section.id.removeprefix(USED_TO)}.{title}"
                yield Line(id, said, 0.7 + 0.2 * place, f"how sure: {sure}" if sure else "", citations=point.citations)


def _causes(report: Report) -> Iterator[Line]:
    place = 0
    for section in report.sections:
        if section.id.startswith(CAUSES):
            for line in _causes_of(section):
                yield structs.replace(line, rank=0.6 + 0.5 * place)
                place += 1


def _causes_of(section: Section) -> Iterator[Line]:
    complaint = _before(section.title, ": ")
    for point in section.points:
        if point.label == SILENT:
            said = f"{complaint}: the journal is silent on {'; '.join(_before(one, ': ') for one in point.said)}."
        elif point.label.startswith(LINKED):
            said = f"{complaint}, Naranjo's questions: {point.said[0]}"
        elif point.label.endswith(")"):
            said = f"{complaint}: {point.label}. {' '.join(point.said)}"
        else:
            continue
        yield Line(f"{section.id}.{point.label}", said, 0.0, citations=point.citations)


def _suggested(report: Report) -> list[Ask]:
    sheets = (section for section in report.sections if section.id.startswith(SHEET))
    return [Ask(f"{s.id}.{said}", said) for s in sheets for p in s.points if p.label == TO_TALK_ABOUT for said in p.said]


def _asks(asks: Sequence[Ask]) -> Iterator[Line]:
    for place, ask in enumerate(asks):
        yield Line(f"ask.{ask.id}", ask.text, 0.5 + 0.3 * place)
