"""What stands around the answers: other causes of a complaint, signs of dependence, pain itself, the law, a sheet for the clinician.

None of it is a verdict. Each is read from the journal and from what is known, and says what is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.knowledge.causes import Complaint, load_complaints
from steelyard.knowledge.instruments import Block, load_instruments
from steelyard.knowledge.law import describe, laws
from steelyard.knowledge.medicines import Medicines, load_medicines
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Dose, Journal, Person, Photo, Rating, Scale
from steelyard.safety.causality import Assessment, assess
from steelyard.safety.causes import Candidate, first_noticed
from steelyard.safety.dependence import watch
from steelyard.safety.instruments import answered
from steelyard.safety.pain import lasting
from steelyard.safety.taper_worksheet import worksheet

from .model import Point, Section

FEWEST_DAYS = 14  # with doses, before signs of getting used to something are looked for
PAIN = Scale(id="pain", family="bounded", low=0, high=10, worse_is_up=True)
SILENT, WOULD_TELL = "The journal says nothing about these; what would tell", "What would tell: "
TO_TALK_ABOUT = "To talk about"
CAUSES, SHEET = "causes.", "sheet."  # how the ids of these sections begin
YES_NO = {"yes": "yes", "no": "no", "unknown": "not known"}


@dataclass(frozen=True)
class Around:
    """The journal, what is known, and the last instant of the journal."""

    journal: Journal
    knowledge: Knowledge
    complaints: dict[str, Complaint]
    instruments: dict[str, tuple[Block, ...]]
    medicines: Medicines
    now: datetime

    def sources(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Citation keys of some facts, each once."""
        keys = (key for id in facts if id in self.knowledge.facts for key in self.knowledge.citations(self.knowledge.facts[id]))
        return tuple(dict.fromkeys(keys))


def sections(journal: Journal, knowledge: Knowledge, substances: Sequence[str], now: datetime) -> tuple[Section, ...]:
    """All that applies to a journal up to `now`; `substances` are those asked about, the one most taken first."""
    at = Around(journal, knowledge, load_complaints(knowledge), load_instruments(knowledge), load_medicines(), now)
    return (
        *(_other_causes(at, complaint, substances[0]) for complaint in _complained(at) if substances),
        *_pain_itself(at),
        *(section for name in substances for section in _getting_used(at, name)),
        *_law(at),
    )


def _complained(at: Around) -> Iterator[Complaint]:
    """Complaints that were written down, rated on their scale, or photographed."""
    rated = {rating.scale for rating in at.journal.of(Rating)}
    sites = {photo.site.casefold() for photo in at.journal.of(Photo)}
    for complaint in at.complaints.values():
        if first_noticed(at.journal, complaint, at.now) or complaint.scale in rated or sites & set(complaint.sites):
            yield complaint


def _other_causes(at: Around, complaint: Complaint, suspect: str) -> Section:
    found = assess(at.journal, suspect, complaint, at.knowledge, at.medicines, at.now)
    others = found.others
    open_ = [one for one in others.candidates if one.standing == "open"]
    points = [_candidate(at, one) for one in others.candidates if one.standing != "open"]
    if open_:
        said = tuple(f"{one.title}: {one.would_tell}" for one in open_)
        points.append(Point(SILENT, said, at.sources(f for o in open_ for f in o.facts)))
    return Section(
        id=f"{CAUSES}{complaint.name}",
        title=f"{others.title[:1].upper()}{others.title[1:]}: what else could explain it",
        lead=f"{others.rule} {WOULD_TELL}{others.would_tell}.",
        points=(*points, *_linked(at, found)),
    )


def _candidate(at: Around, one: Candidate) -> Point:
    said = (
        *(f"For: {each}." for each in one.speaks_for),
        *(f"Against: {each}." for each in one.speaks_against),
        *([f"Missing: {'; '.join(one.missing)}."] if one.missing else []),
        f"{WOULD_TELL}{one.would_tell}",
    )
    return Point(f"{one.title} ({one.standing})", said, at.sources(one.facts))


def _linked(at: Around, found: Assessment) -> tuple[Point, Point]:
    score, umc = found.naranjo, found.who_umc
    items = tuple(
        f"{item.number}. {item.question} {YES_NO[item.answer].capitalize()} ({item.points:+g}): {item.why}."
        for item in score.items
    )
    head = f"Score {score.score:g}: {score.category}. With the {score.unknown} unknown answers, {score.lowest:g} to {score.highest:g}."
    criteria = tuple(f"{name}: {YES_NO[reading.answer]}, {reading.why}." for name, reading in umc.criteria)
    sources = at.sources(found.facts)
    return (
        Point(f"How strongly this journal links {found.suspect} to it: Naranjo's ten questions", (head, *items), sources),
        Point("The same by the words of the WHO centre in Uppsala", (f"{umc.category}: {umc.meaning}", *criteria), sources),
    )


def _pain_itself(at: Around) -> Iterator[Section]:
    span = lasting(at.journal, at.knowledge, at.now)
    scores = answered(at.journal, at.knowledge, at.instruments, at.now)
    if span.since is None and not scores:
        return
    points = [Point("How long it has lasted", (span.words,), at.sources(span.facts))] if span.since else []
    for time, score in scores:
        total = (
            score.note
            if score.total is None
            else f"{score.total:g} of {score.high:g}{f', {score.band}' if score.band else ''}. {score.note}"
        )
        points.append(Point(f"{score.title}, {time.date()}", (total.strip(),), at.sources(score.facts)))
    yield Section(
        "pain", "Pain and how you are", "Questionnaires are screens: they show where to look and diagnose nothing.", tuple(points)
    )


def _getting_used(at: Around, substance: str) -> Iterator[Section]:
    days = {dose.time.date() for dose in at.journal.of(Dose) if dose.substance.casefold() == substance.casefold()}
    if len(days) < FEWEST_DAYS:
        return
    rated = {rating.scale for rating in at.journal.of(Rating)}
    scale = next((s for s in at.knowledge.scales.values() if s.id in rated and s.id == PAIN.id), PAIN)
    seen = watch(at.journal, substance, scale, at.knowledge, at.instruments, at.now)
    state = {True: "seen", False: "not seen", None: "the journal cannot tell"}
    points = [
        Point(
            f"{sign.title}: {state[sign.seen]}" + (f" (how sure: {sign.sure})" if sign.seen and sign.sure else ""),
            (sign.what, *([f"Missing: {'; '.join(sign.missing)}."] if sign.missing else [])),
            at.sources(sign.facts),
        )
        for sign in seen.signs
    ]
    known = tuple(at.knowledge.facts[id].statement for id in seen.facts[:4])
    points += [
        Point("What is known", known, at.sources(seen.facts[:4])),
        Point("What helps", seen.helps),
        Point("Where to go", seen.where),
    ]
    yield Section(f"used_to.{substance}", f"Getting used to {substance}: what to look out for", seen.summary, tuple(points))
    yield _sheet(at, substance)


def _sheet(at: Around, substance: str) -> Section:
    sheet = worksheet(at.journal, substance, at.knowledge, at.now)
    hours = tuple(
        f"{hour.hour:02d}:00 to {hour.hour:02d}:59: on {hour.share_of_days:.0f} % of days"
        + ("" if hour.amount is None else f", mostly {hour.amount:g} {sheet.unit}")
        for hour in sheet.by_hour
    )
    span = (
        f"What was written down from {sheet.first} to {sheet.last}. Nothing here is a plan."
        if sheet.first
        else "Nothing was written down of late."
    )
    missing = [Point("Not known", sheet.missing)] if sheet.missing else []
    return Section(
        f"{SHEET}{substance}",
        f"For a talk with a clinician: {substance} as it is taken now",
        f"{span} The longest break was {sheet.longest_break_h:.0f} hours.",
        (
            Point("By the clock", hours),
            *missing,
            Point(TO_TALK_ABOUT, sheet.questions),
            Point("Whatever is decided", sheet.guard_rails, at.sources(sheet.facts)),
        ),
    )


def _law(at: Around) -> Iterator[Section]:
    place = next((person.place for person in at.journal.of(Person) if person.place), None)
    if place:
        said = describe(laws(), place, at.now.date())
        yield Section(
            "law", "The law where you live", "Laws on kratom change often. This is no legal advice.", (Point(place, said),)
        )
