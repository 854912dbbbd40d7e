"""Weighings as the rest of the program would make them, invented for these tests; every figure is made up."""

import math
from datetime import datetime, timedelta
from typing import Any

from steelyard.findings.model import (
    Alert,
    Amount,
    Check,
    Contrast,
    DataUsed,
    DosingDriver,
    Estimator,
    Finding,
    JournalSummary,
    Picture,
    ProblemLine,
    Reference,
    Report,
    Subject,
    Weighing,
    Worthwhile,
)

START = datetime(2025, 9, 1, 7, 0)
HOSTILE = "<script>alert('pain')</script>\x1b[31m\u202e\x00\"&{{7*7}}"


def weighing(*findings: Finding, pictures: tuple[Picture, ...] = (), **changed: Any) -> Weighing:
    journal = JournalSummary("0" * 64, "2025-09-01T07:00:00-06:00", "2026-02-27T22:00:00-06:00", 834, 810, problems())
    fields: dict[str, Any] = {
        "format": 1,
        "steelyard": "0.1.0",
        "knowledge": "2026.1",
        "seed": 0,
        "journal": journal,
        "alerts": (),
        "findings": findings,
        "references": (
            Reference("dworkin2008", "Invented reference text about the smallest change worth having.", "B"),
            Reference("kravitz2018", "Invented reference text about PREEMPT, JAMA Intern Med 2018;178:1368.", "A"),
        ),
    }
    return Weighing(Report(**(fields | changed)), pictures)


def problems() -> tuple[ProblemLine, ...]:
    missing = "time.missing_offset", "The time has no offset.", "assumed America/Chicago"
    offset = [ProblemLine(line, *missing) for line in range(40, 58)]
    return (
        *offset,
        ProblemLine(17, "value.out_of_range", "Pain is 60; expected 0 to 10.", "this rating was left out"),
        ProblemLine(311, "amount.negative", "The amount is -3 g; expected 0 or more.", "amount treated as unknown"),
        ProblemLine(400, "record.unknown", "No record is called 'dosis'.", "this line was left out"),
        ProblemLine(410, "json.bad", "The line is not JSON.", "this line was left out"),
    )


def felt(outcome: str = "pain", worse_is_up: bool = True) -> Finding:
    """Doses follow felt pain: the plain comparison sees nothing, the joint model finds the relief."""
    sign = 1 if worse_is_up else -1
    peak_low, peak_high = sorted((sign * -1.18, sign * -0.66))
    taken_low, taken_high = sorted((sign * -0.61, sign * -0.22))
    return Finding(
        id=f"person.relief.kratom.{outcome}",
        level="person",
        question=f"Does kratom relieve {outcome.replace('_', ' ')}?",
        answer="Yes, a usual dose of 3 g relieves it; whether by enough to be worth having is not sure.",
        verdict="helps_a_little",
        certainty="low",
        reasons=(
            "The doses were not randomised: they were mostly taken because of pain.",
            "The three ways of working it out disagree, and only one of them allows for why doses were taken.",
        ),
        subject=Subject("kratom", outcome, worse_is_up),
        contrasts=(
            Contrast("peak", sign * -0.9213456789012, peak_low, peak_high, "points", Amount(3.0, "g"), 0.9996, 0.27),
            Contrast("as_taken", sign * -0.412345678, taken_low, taken_high, "points"),
            Contrast("duration", 5.1234567, 3.02, 8.24, "h"),
            Contrast("tolerance", sign * 0.05, *sorted((sign * -0.04, sign * 0.14)), "points per 30 days"),
        ),
        estimators=(
            Estimator(
                "raw",
                sign * -0.05,
                *sorted((sign * -0.24, sign * 0.14)),
                "points",
                "Nothing but the dose moves the ratings, and doses fall at random.",
            ),
            Estimator(
                "ignorable",
                sign * -0.66,
                *sorted((sign * -0.91, sign * -0.41)),
                "points",
                "Doses depend on nothing that was not written down.",
            ),
            Estimator(
                "joint",
                sign * -0.92,
                peak_low,
                peak_high,
                "points",
                "Doses are taken because of what is felt or written down, in the same way all along.",
                None,
                True,
            ),
        ),
        dosing_driver=DosingDriver(0.41, 0.06, "log rate per point", 0.3, 0.52, "A dose is likelier for each point more felt."),
        checks=(
            Check("lead_check", True, "Tomorrow's doses do not explain today's ratings."),
            Check("residual_autocorrelation", True, "Nothing is left in the ratings that follows itself."),
            Check("half_life_against_pharmacology", False, "The effect fades faster (3.1 h) than is known of kratom (4 h)."),
        ),
        data=DataUsed(451, 359, 180),
        worthwhile=Worthwhile(1.0, "points", "dworkin2008"),
        settle="Four weeks in which chance decides, day by day, whether the dose comes at once or two hours later.",
        citations=("dworkin2008",),
    )


def not_enough() -> Finding:
    return Finding(
        id="person.relief.kratom.pain",
        level="person",
        question="Does kratom relieve pain?",
        answer="The diary is too short to tell.",
        verdict="not_enough_data",
        certainty="very_low",
        reasons=("Only 9 ratings were written down; at least 40 are needed.", "Every rating was made within an hour of a dose."),
        subject=Subject("kratom", "pain"),
        data=DataUsed(9, 6, 4),
        settle="About 5 weeks with two ratings a day, some of them at times far from any dose.",
    )


def not_settled() -> Finding:
    return Finding(
        id="person.relief.kratom.mood",
        level="person",
        question="Does kratom lift mood?",
        answer="This diary cannot say whether kratom lifts mood.",
        verdict="not_settled",
        certainty="very_low",
        reasons=("The interval reaches from worse to clearly better.",),
        subject=Subject("kratom", "mood", False),
        contrasts=(
            Contrast("peak", 0.4, -0.3, 1.1, "points", Amount(2.5, "g"), 0.87, 0.05),
            Contrast("as_taken", 0.1, -0.1, 0.3, "points"),
            Contrast("duration", 4.0, 1.5, 12.0, "h"),
        ),
        estimators=(
            Estimator("raw", -0.2, -0.5, 0.1, "points", "Doses fall at random."),
            Estimator("ignorable", 0.4, -0.3, 1.1, "points", "Doses depend on nothing unwritten.", None, True),
        ),
        data=DataUsed(60, 41, 30),
        worthwhile=Worthwhile(1.0, "points", "dworkin2008"),
        settle="Thirty more days.",
    )


def hostile() -> Weighing:
    """Every free text, identifier and unit says something unfriendly."""
    finding = felt()
    bad = Finding(
        id=finding.id,
        level="person",
        question=f"Does {HOSTILE} relieve {HOSTILE}?",
        answer=HOSTILE,
        verdict="helps",
        certainty="low",
        reasons=(HOSTILE,),
        subject=Subject(HOSTILE, HOSTILE),
        contrasts=(Contrast("peak", -1.0, -1.3, -0.7, HOSTILE, Amount(3.0, HOSTILE)), Contrast(HOSTILE, 1.0, 0.5, 1.5, HOSTILE)),
        estimators=(Estimator("raw", -1.0, -1.3, -0.7, HOSTILE, HOSTILE),),
        checks=(Check(HOSTILE, False, HOSTILE),),
        data=DataUsed(451, 359, 180),
        worthwhile=Worthwhile(1.0, HOSTILE, HOSTILE),
        settle=HOSTILE,
        citations=(HOSTILE,),
    )
    changed = {
        "journal": JournalSummary(HOSTILE, None, None, 3, 2, (ProblemLine(1, HOSTILE, HOSTILE, HOSTILE),)),
        "alerts": (Alert(HOSTILE, "serious", HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE),),
        "references": (Reference(HOSTILE, HOSTILE, HOSTILE),),
    }
    return weighing(bad, pictures=(picture(days=50, outcome=HOSTILE, unit=HOSTILE, dose_unit=HOSTILE),), **changed)


def picture(days: int = 180, finding: str = "person.relief.kratom.pain", sign: float = 1.0, **changed: Any) -> Picture:
    """A diary of two to three ratings and two doses a day; the line follows a slow wave, a daily wave and the doses."""
    doses = [START + timedelta(days=day, hours=hour + math.sin(day * 2.3 + hour)) for day in range(days) for hour in (1.5, 9.0)]
    path = [START + timedelta(hours=hour) for hour in range(days * 24)]

    def level(moment: datetime) -> float:
        hours = (moment - START).total_seconds() / 3600
        near = doses[max(0, int(hours / 12) - 2) : int(hours / 12) + 3]
        eased = sum(_curve((moment - dose).total_seconds() / 3600) for dose in near if dose < moment)
        waves = 1.3 * math.sin(hours / 190) + 0.8 * math.sin(hours / 24 * 2 * math.pi) + 0.5 * math.sin(hours / 37)
        return 5.2 + waves - 0.92 * eased

    moments = [(day, hour) for day in range(days) for hour in (0.7, 6.2, 13.8) if (day * 7 + int(hour)) % 5]
    ratings = [START + timedelta(days=day, hours=hour) for day, hour in moments]
    noise = [1.1 * math.sin(index * 12.9898) for index in range(len(ratings))]
    hours = [step / 4 for step in range(49)]
    fields: dict[str, Any] = {
        "finding": finding,
        "outcome": "pain",
        "low": 0.0,
        "high": 10.0,
        "unit": "points",
        "rating_time": [minutes(moment) for moment in ratings],
        "rating": [float(round(min(10, max(0, level(moment) + extra)))) for moment, extra in zip(ratings, noise, strict=True)],
        "dose_time": [minutes(moment) for moment in doses],
        "dose_amount": [None if index % 23 == 7 else 2.5 + 0.5 * (index % 3) for index in range(len(doses))],
        "dose_unit": "g",
        "path_time": [minutes(moment) for moment in path],
        "path_mean": [level(moment) for moment in path],
        "path_low": [level(moment) - 1.1 for moment in path],
        "path_high": [level(moment) + 1.1 for moment in path],
        "relief_hours": hours,
        "relief_mean": [sign * -0.92 * _curve(hour) for hour in hours],
        "relief_low": [sign * -0.92 * _curve(hour) - 0.28 * _curve(hour) for hour in hours],
        "relief_high": [sign * -0.92 * _curve(hour) + 0.28 * _curve(hour) for hour in hours],
    }
    return Picture(**(fields | changed))


def minutes(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _curve(hours: float) -> float:
    """Rise in about an hour, fall by half every four; 1 at its greatest."""
    return max(0.0, 1.535 * (math.exp(-hours * math.log(2) / 4) - math.exp(-hours * 1.4)))


def settled(verdict: Any) -> Finding:
    finding = felt()
    return Finding(finding.id, "person", finding.question, "An answer.", verdict, "low", (), finding.subject)
