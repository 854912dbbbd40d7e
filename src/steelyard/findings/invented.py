"""Turn an invented diary into a journal that says it is invented, with the true answers beside it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from steelyard.nof1.plan import Plan
from steelyard.nof1.simulate import Diary
from steelyard.nof1.simulate import simulate as invent
from steelyard.nof1.truth import Truth
from steelyard.records.model import Assignment, Dose, JournalHeader, Rating, Record, Session

__all__ = ["Plan", "simulate"]

SUBSTANCE, UNIT, SCALE, THERAPY, TRIAL = "kratom", "g", "pain", "physiotherapy", "coin-toss-days"
LOW, HIGH = 0.0, 10.0
Clock = Callable[[float], datetime]


def simulate(plan: Plan, start: datetime, zone: str) -> tuple[list[Record], dict[str, Any]]:
    """Invent a diary as journal records, and its true answers.

    plan: what to invent. start: any moment of the first day, which begins at midnight in `zone` (an IANA name); read as local
    time there when it has no offset. Returns the records, the journal header first, and the truth as plain JSON data: the
    contrasts under the names of the findings, in points (null where there is none), and the plan that made them. Refuses
    (ValueError) an unknown zone.
    """
    diary = invent(plan)
    at = _clock(start, zone)
    header = JournalHeader(id="journal", format=1, zone=zone, title=_title(plan))
    records: list[Record] = [header, *_doses(diary, at), *_ratings(diary, at)]
    return [*records, *_sessions(diary, at), *_assignments(diary, at)], _answers(plan, diary.truth)


def _clock(start: datetime, zone: str) -> Clock:
    """Hours since midnight of the first day to instants, by elapsed time: a change of the clocks moves no record."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("zone: expected an IANA name such as Europe/Berlin") from error
    local = start.replace(tzinfo=place) if start.tzinfo is None else start.astimezone(place)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)

    def at(hours: float) -> datetime:
        shown = (midnight + timedelta(minutes=round(hours * 60))).astimezone(place)
        # A fixed offset, because instants that share a changing zone compare by what the clock shows.
        return shown.astimezone(timezone(shown.utcoffset() or timedelta(0)))

    return at


def _title(plan: Plan) -> str:
    return (
        f"Invented diary, no real person: {plan.days} days, doses follow: {plan.driver}, effect {plan.effect:g}, seed {plan.seed}"
    )


def _doses(diary: Diary, at: Clock) -> list[Dose]:
    return [
        Dose(id=f"dose-{n:05}", time=at(hours), substance=SUBSTANCE, amount=round(amount, 3), unit=UNIT)
        for n, (hours, amount) in enumerate(zip(diary.dose_h.tolist(), diary.dose_amount.tolist(), strict=True), 1)
    ]


def _ratings(diary: Diary, at: Clock) -> list[Rating]:
    """Ratings as a person would write them: to a tenth, within the ends of the scale."""
    rows = zip(diary.rating_h.tolist(), diary.rating.tolist(), diary.asked_by_dose.tolist(), strict=True)
    return [
        Rating(
            id=f"rating-{n:05}",
            time=at(hours),
            scale=SCALE,
            value=min(HIGH, max(LOW, round(value, 1))),
            asked="dose" if by_dose else "prompt",
        )
        for n, (hours, value, by_dose) in enumerate(rows, 1)
    ]


def _sessions(diary: Diary, at: Clock) -> list[Session]:
    held = enumerate(diary.session_h.tolist(), 1)
    return [Session(id=f"session-{n:05}", time=at(hours), therapy=THERAPY) for n, hours in held]


def _assignments(diary: Diary, at: Clock) -> list[Assignment]:
    return [
        Assignment(
            id=f"assignment-{n:05}",
            from_=at(begin),
            to=at(end),
            condition="as_usual" if allowed else "dose_free",
            trial=TRIAL,
        )
        for n, (begin, end, allowed) in enumerate(diary.assignments.tolist(), 1)
    ]


def _answers(plan: Plan, truth: Truth) -> dict[str, Any]:
    own = None if truth.own_dose is None else round(truth.own_dose, 3)
    return {
        "format": 1,
        "invented": True,
        "subject": {"substance": SUBSTANCE, "outcome": SCALE},
        "contrasts": [
            _contrast("peak", truth.peak, "points", own),
            _contrast("as_taken", truth.as_taken, "points"),
            _contrast("duration", truth.duration_h, "h"),
            _contrast("tolerance", truth.tolerance, "points per 30 days", own),
            _contrast("peak_reference", truth.peak_reference, "points", plan.reference_dose),
            _contrast("tolerance_reference", truth.tolerance_reference, "points per 30 days", plan.reference_dose),
        ],
        "doses_taken": int(truth.dose_h.size),
        "plan": {**asdict(plan), "clock_hours": list(plan.clock_hours)},
    }


def _contrast(name: str, value: float | None, unit: str, dose: float | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "value": value, "unit": unit}
    return told if dose is None else told | {"dose": {"amount": dose, "unit": UNIT}}
