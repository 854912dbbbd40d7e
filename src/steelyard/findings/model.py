"""The findings: what is answered, how sure it is, and what the answer rests on.

`Report` is the findings JSON, format 1 (field order is the order of keys in the file). `Picture` carries the series
that charts are drawn from; it travels beside the report and never enters the JSON.
"""

from typing import Literal

import msgspec

from steelyard.records.model import Journal

Verdict = Literal["helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled", "not_enough_data"]
Certainty = Literal["high", "moderate", "low", "very_low"]
Level = Literal["literature", "population", "person"]
EstimatorName = Literal["raw", "ignorable", "joint", "randomised"]
Severity = Literal["emergency", "serious", "caution", "note"]


class Amount(msgspec.Struct, frozen=True):
    """An amount of a substance, e.g. 3.0 g."""

    amount: float
    unit: str


class Contrast(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change in the outcome: posterior mean and central 95 % interval, sign as measured (negative pain = relief).

    `p_relief` and `p_worthwhile` are posterior probabilities that there is any relief, and that the relief is at least the
    smallest change worth having.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    dose: Amount | None = None
    p_relief: float | None = None
    p_worthwhile: float | None = None


class Estimator(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way of computing `peak` from the same diary, with what it takes for granted."""

    name: EstimatorName
    value: float
    low: float
    high: float
    unit: str
    assumes: str
    as_taken: float | None = None
    headline: bool = False


class DosingDriver(msgspec.Struct, frozen=True):
    """Why doses were taken: change in log dosing rate per point of the outcome, as felt and as last written down."""

    felt: float
    recorded: float
    unit: str
    low: float
    high: float
    words: str


class Check(msgspec.Struct, frozen=True):
    """A test that the answer could have failed. `detail` is one plain sentence."""

    name: str
    passed: bool
    detail: str


class DataUsed(msgspec.Struct, frozen=True, omit_defaults=True):
    """How much of the diary the answer rests on."""

    ratings: int
    doses: int
    days: int
    sessions: int = 0


class Subject(msgspec.Struct, frozen=True):
    """What the finding is about."""

    substance: str
    outcome: str
    worse_is_up: bool = True


class Worthwhile(msgspec.Struct, frozen=True):
    """The smallest change worth having on this scale, and where that figure comes from."""

    value: float
    unit: str
    citation: str


class Aside(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question asked beside the main one; `bayes_factor` of yes against no where there is one, `refused` why there is no answer."""

    name: str
    question: str
    answer: str
    refused: str = ""
    bayes_factor: float | None = None


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One question, one answer, at one level of evidence; `refused` names the reason when these data cannot tell.

    `about` says what is asked: whether it relieves, or whether it goes with harm; where it is harm, `helps` means the contrary of harm.
    `beside` sets what studies say to the same question beside it.
    """

    id: str
    level: Level
    question: str
    answer: str
    verdict: Verdict
    certainty: Certainty
    reasons: tuple[str, ...]
    subject: Subject
    contrasts: tuple[Contrast, ...] = ()
    estimators: tuple[Estimator, ...] = ()
    dosing_driver: DosingDriver | None = None
    asides: tuple[Aside, ...] = ()
    checks: tuple[Check, ...] = ()
    data: DataUsed | None = None
    worthwhile: Worthwhile | None = None
    settle: str = ""
    beside: str = ""
    refused: str = ""
    about: Literal["relief", "harm"] = "relief"
    citations: tuple[str, ...] = ()


class Alert(msgspec.Struct, frozen=True):
    """A warning that waits for no statistics."""

    id: str
    severity: Severity
    title: str
    why: str
    do: str
    citations: tuple[str, ...]
    grade: str


class ProblemLine(msgspec.Struct, frozen=True):
    """One thing in the input that was not as expected, or so many alike, and what was done."""

    line: int
    code: str
    message: str
    action: str
    field: str = ""
    count: int = 1


class JournalSummary(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """What was read and how much of it could be used."""

    sha256: str
    from_: str | None
    to: str | None
    read: int
    used: int
    problems: tuple[ProblemLine, ...]


class Reference(msgspec.Struct, frozen=True):
    """A citation key spelled out for readers."""

    key: str
    text: str
    grade: str = ""


class Measure(msgspec.Struct, frozen=True):
    """A figure said in a section: median and central 95 % range; an end that was not reached while it was followed is None."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing said in a section: what it is about, one or more sentences, and the figures in them."""

    label: str
    said: tuple[str, ...]
    citations: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """Something to know beside the answers, such as other causes of a complaint, or signs of dependence; never a verdict."""

    id: str
    title: str
    lead: str
    points: tuple[Point, ...]


class Report(msgspec.Struct, frozen=True):
    """The findings JSON, format 1."""

    format: int
    steelyard: str
    knowledge: str
    seed: int
    journal: JournalSummary
    alerts: tuple[Alert, ...]
    findings: tuple[Finding, ...]
    references: tuple[Reference, ...] = ()
    sections: tuple[Section, ...] = ()


class Picture(msgspec.Struct, frozen=True):
    """Series behind the charts of one finding; times are local ISO minutes (`2026-03-01T08:10`)."""

    finding: str
    outcome: str
    low: float
    high: float
    unit: str
    rating_time: list[str]
    rating: list[float]
    dose_time: list[str]
    dose_amount: list[float | None]
    dose_unit: str
    path_time: list[str]
    path_mean: list[float]
    path_low: list[float]
    path_high: list[float]
    relief_hours: list[float]
    relief_mean: list[float]
    relief_low: list[float]
    relief_high: list[float]


class Ribbon(msgspec.Struct, frozen=True):
    """A line with its 95 % range, at the places of the series it belongs to."""

    middle: list[float]
    low: list[float]
    high: list[float]


class Levels(msgspec.Struct, frozen=True):
    """Series behind the charts of one section on how long something is there: shares of the peak of one usual `dose`.

    `felt` and `body`: what is felt and what is in the body, at `hours` after that dose. `day`: the body's level averaged over each day of
    `taking` days with usual doses and as many without. None where it is not held.
    """

    section: str
    dose: str
    hours: list[float]
    felt: Ribbon
    body: Ribbon | None = None
    day: Ribbon | None = None
    taking: int = 0


class Course(msgspec.Struct, frozen=True):
    """A course over equal periods of `step_days` from the day `start` on: one value each, None where nothing was written down.

    `low` and `high` are the ends of the scale, or None where it has none; `bars` stand on zero, otherwise the values are a line.
    """

    title: str
    start: str
    step_days: int
    values: tuple[float | None, ...]
    low: float | None = None
    high: float | None = None
    bars: bool = False


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing the letter says; `id` stays the same as long as it does, so that it can be struck.

    `sure` says how sure it is, `rank` how soon it must give way where two pages are too few (greater gives way first).
    `box` stands in the box at the top; where it is the same as `text`, only there.
    """

    id: str
    text: str
    rank: float
    sure: str = ""
    box: str = ""
    citations: tuple[str, ...] = ()
    course: Course | None = None


class Part(msgspec.Struct, frozen=True):
    """One part of the letter; `lead` says what its lines are."""

    id: str
    title: str
    lead: str
    lines: tuple[Line, ...]


class Letter(msgspec.Struct, frozen=True):
    """What a clinician may be handed, line by line; `struck` counts the lines the person left out. It never enters the JSON."""

    from_: str | None
    to: str | None
    read: int
    used: int
    steelyard: str
    knowledge: str
    parts: tuple[Part, ...]
    references: tuple[Reference, ...] = ()
    struck: int = 0


class Alone(msgspec.Struct, frozen=True):
    """What the diary alone says of one contrast of a finding, for joining it to other diaries: a likelihood as a few normals.

    `usual` is how large such a number can well be; `barred`: a check failed that bars a verdict. It never enters the JSON.
    """

    finding: str
    contrast: str
    unit: str
    weight: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    usual: float
    barred: bool = False


class Expected(msgspec.Struct, frozen=True):
    """What other people's diaries lead to expect of one more person: the file that `pool` writes and `weigh --prior` reads.

    `mean` and `sd` are of the change at the peak of a person's own usual dose, in `unit`; `learned_from` holds a mark of each diary
    (see `expected.mark_of`), so that a diary is not told twice in silence what it said itself.
    """

    format: int
    substance: str
    outcome: str
    unit: str
    mean: float
    sd: float
    people: int
    learned_from: tuple[str, ...]
    steelyard: str


class Weighing(msgspec.Struct, frozen=True):
    """Everything a report is made from; the letter, and the journal itself, are there only when they are to be handed over."""

    report: Report
    pictures: tuple[Picture, ...] = ()
    letter: Letter | None = None
    journal: Journal | None = None
    alone: tuple[Alone, ...] = ()
    levels: tuple[Levels, ...] = ()
