"""From a journal and what is known to the report: every question that can be put to this journal, answered or refused."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from msgspec import structs

from steelyard import __version__
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.words import cite
from steelyard.records.model import Dose, Journal, Medicine, Problem, Rating, Scale, Session, instant
from steelyard.records.time import EARLIEST
from steelyard.safety.check import check

from .around import sections
from .exposure import exposed, learned_from
from .exposure_wording import section
from .literature import beside, studied
from .model import Alert, Alone, Expected, Finding, JournalSummary, Picture, Point, ProblemLine, Reference, Report, Weighing
from .person import weigh_one
from .population import reported
from .slow import weigh_slow
from .slow_diary import is_slow, lab_tests

NO_SUBSTANCE, NO_SCALE = "any substance", "pain"
ABOUT_SUCH_APPS = "n_of_1_apps"


def assemble(
    journal: Journal,
    problems: Sequence[Problem],
    knowledge: Knowledge,
    *,
    sha256: str,
    substance: str | None = None,
    outcome: str | None = None,
    seed: int = 0,
    draw: bool = True,
    expected: Expected | None = None,
    store: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Weighing:
    """Weigh every pair of a substance taken and a scale rated, or just those asked for.

    Args:
        sha256: of the bytes that were read; substance, outcome: restrict to one (any case); draw: make the series
            behind the charts; expected: what other people's diaries lead to expect, where the answer is to lean on it;
            store: a folder of reports by many people; progress: told each question before its fit.
    """
    scales = {**knowledge.scales, **{s.id: s for s in journal.of(Scale)}}
    found: dict[str, Finding] = {}
    pictures: list[Picture] = []
    alone: list[Alone] = []
    pairs = _pairs(journal, scales, lab_tests(journal, knowledge), substance, outcome)
    asked = list(dict.fromkeys(taken for taken, _ in pairs if taken != NO_SUBSTANCE))
    report = unweighed(journal, problems, knowledge, sha256=sha256, substances=asked)  # warnings wait for no fit
    for taken, rated in pairs:
        progress(f"weighing {taken} against {rated.id}")
        if is_slow(knowledge, rated.id):
            found[f"{taken} {rated.id}"], said = weigh_slow(journal, taken, rated, knowledge, seed)
            alone += said
            continue
        these, picture, said = weigh_one(journal, taken, rated, knowledge, seed, draw, expected)
        alone += [one for one in said if one.finding not in found]
        for finding in these:  # a therapy is in the fit of every substance; the substance most taken speaks for it
            found.setdefault(finding.id, finding)
        pictures += [] if picture is None else [picture]
    own = tuple(beside(finding, knowledge) for finding in found.values())
    findings = (*own, *studied(own, _taken(journal), knowledge), *reported(own, _taken(journal), knowledge, store))
    there = [
        each for name in asked if (each := exposed(journal, name, knowledge, _last(journal), learned_from(own, name), seed=seed))
    ]
    report = structs.replace(report, sections=(*(section(each, knowledge) for each in there), *report.sections))
    references = _references((*report.alerts, *findings, *_points(report)), knowledge)
    report = structs.replace(report, seed=seed, findings=findings, references=references)
    return Weighing(report, tuple(pictures), alone=tuple(alone), levels=tuple(each.levels for each in there if draw))


def unweighed(
    journal: Journal, problems: Sequence[Problem], knowledge: Knowledge, *, sha256: str, substances: Sequence[str] | None = None
) -> Report:
    """What waits for no fit: the warnings, and what stands around the answers.

    Args:
        substances: those asked about, the one most taken first; all when None.
    """
    now = _last(journal)
    alerts = tuple(Alert(**asdict(alert)) for alert in check(journal, knowledge, now))
    report = Report(
        format=1,
        steelyard=__version__,
        knowledge=knowledge.version,
        seed=0,
        journal=_summary(journal, problems, sha256),
        alerts=alerts,
        findings=(),
        sections=sections(journal, knowledge, _most_taken(journal) if substances is None else substances, now),
    )
    return structs.replace(report, references=_references((*alerts, *_points(report)), knowledge))


def _pairs(
    journal: Journal, scales: dict[str, Scale], labs: Sequence[str], substance: str | None, outcome: str | None
) -> list[tuple[str, Scale]]:
    """Substances in order of number of doses, scales in order of number of ratings and then laboratory tests; what was asked for is kept
    even if absent."""
    substances = _most_taken(journal)
    rated = [*_by_count([r.scale for r in journal.of(Rating)]), *labs]
    if substance is not None:
        substances = [substance.casefold()]
    if outcome is not None:
        rated = [next((s for s in scales if s.casefold() == outcome.casefold()), outcome)]
    if journal.records and not (substances and rated):  # half a journal is told what the other half is
        substances, rated = substances or [NO_SUBSTANCE], rated or [NO_SCALE]
    chosen = [scales.get(r) or Scale(id=r, family="bounded", low=0, high=10, worse_is_up=True) for r in rated]
    return [(s, r) for s in substances for r in chosen]


def _most_taken(journal: Journal) -> list[str]:
    return _by_count([dose.substance.casefold() for dose in journal.of(Dose)])


def _points(report: Report) -> tuple[Point, ...]:
    return tuple(point for section in report.sections for point in section.points)


def _by_count(names: Sequence[str]) -> list[str]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda n: (-counts[n], n))


def _summary(journal: Journal, problems: Sequence[Problem], sha256: str) -> JournalSummary:
    times: list[datetime] = [t for t in (instant(r) for r in journal.records if not r.deleted) if t is not None]
    first, last = (min(times).isoformat(), max(times).isoformat()) if times else (None, None)
    lines = tuple(ProblemLine(p.line, p.code, p.message, p.action, p.field, p.count) for p in problems)
    return JournalSummary(sha256, first, last, journal.read, journal.used, lines)


def _taken(journal: Journal) -> list[str]:
    """All that is taken or done for relief: substances, medicines, therapies."""
    names = [
        *(d.substance for d in journal.of(Dose)),
        *(m.name for m in journal.of(Medicine)),
        *(s.therapy for s in journal.of(Session)),
    ]
    return list(dict.fromkeys(names))


def _last(journal: Journal) -> datetime:
    """The last instant of which something was written down: the present, as far as the journal knows."""
    return max((record.time for record in journal.records if not record.deleted and hasattr(record, "time")), default=EARLIEST)


def _references(told: Sequence[Alert | Finding | Point], knowledge: Knowledge) -> tuple[Reference, ...]:
    """Every source cited, spelled out, and the one trial of an app of this kind."""
    trial = {key for f in knowledge.facts.values() if f.subject == ABOUT_SUCH_APPS for key in knowledge.citations(f)}
    keys = sorted({key for each in told for key in each.citations} | trial)
    return tuple(Reference(key, cite(knowledge.references[key])) for key in keys)
