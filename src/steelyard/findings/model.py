"""The findings: what is answered, how sure it is, and what the answer rests on.

`Report` is the findings JSON, format 1 (field order is the order of keys in the file). `Picture` carries the series
that charts are drawn from; it travels beside the report and never enters the JSON.
"""

from typing import Literal

import msgspec

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
    """One thing in the input that was not as expected, and what was done."""

    line: int
    code: str
    message: str
    action: str
    field: str = ""


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


class Point(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing said in a section: what it is about, and one or more sentences."""

    label: str
    said: tuple[str, ...]
    citations: tuple[str, ...] = ()


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


class Weighing(msgspec.Struct, frozen=True):
    """Everything a report is made from."""

    report: Report
    pictures: tuple[Picture, ...] = ()
