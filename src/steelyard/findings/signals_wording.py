"""Counts of reports in plain sentences. None of them speaks of a risk, and "no report" is never said of what nobody looked for."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from steelyard.knowledge.reports import Published, ReportKnowledge
from steelyard.knowledge.words import READ
from steelyard.population.calibration import calibrated_interval, calibrated_p
from steelyard.population.measures import Highest, Z, expected, ic, prr, table
from steelyard.population.ways import Three, three

from .signals_model import AmongAll, Asked, Counted, Interval, InYear, Signal, Status

if TYPE_CHECKING:  # the store is an extra, which not every installation has
    from steelyard.population.ask import Answer, Listed
    from steelyard.population.build import Source

LISTED = 20
PICKED = " That matters if the event was picked because it stands out."
FEW = 3  # reports; with fewer, one more or less turns the answer
SMALL = 1e-4  # probability; smaller ones are said to be below it
LIMITS = (
    "Reports are selected. People report what surprises or frightens them, what was in the news, and what they were asked about; "
    "most of what happens is never reported, and some of it twice.",
    "Nobody knows how many people take it, so these counts are no risk and no rate. More often than expected means: more often than other "
    "things are reported together in this collection.",
    "That a report names both does not show that one caused the other. Other substances, illnesses and doses are seldom told.",
)
"""Stands on every answer."""
METHOD = {
    "ic": "log2 of observed over expected, half a report added to each; exact 95 % interval",
    "prr": "share of reports with it, against that among all others; 95 % interval",
    "ror": "odds ratio within sex, age group and year (Mantel-Haenszel); 95 % interval",
    "ebgm": "shrunken ratio (gamma-Poisson, {likelihood} likelihood); 90 % interval",
    "calibrated": "ratio with the error of {controls} unrelated events taken off; 95 % interval",
}


def question(substance: str, event: str) -> str:
    """Return the question that is answered."""
    return f"Is {event} reported of {substance} more often than expected?" if event else f"What is reported of {substance}?"


def answered(answer: "Answer", substance: str, event: str, beside: str) -> Signal:
    """Return what one source of a store says to one question."""
    counts, status = answer.counts, _status(answer)
    both, drug, with_event, every = (
        int(each) for each in (counts.n[0], counts.n_drug[0], counts.n_event[0], answer.source.reports)
    )
    counted = Counted(both, drug, with_event, every, answer.expected)
    said = [_counted(status, counted, substance, event)]
    if status in ("more", "cannot_tell", "fewer"):
        said += [_judged(status, counted), *_chance_of_any(status, answer.highest, PICKED), *_robust(answer)]
    said += [*_calibrated(answer), *_together(answer, substance, beside), *_left_out(answer.source)]
    return Signal(
        id=f"{answer.source.name}.{event}".replace(" ", "_"),
        source=answer.source.name,
        period=_period(answer.source.first, answer.source.last),
        event=event,
        status=status,
        said=tuple(said),
        counts=counted,
        measures=_measures(answer),
        among_all=_among_all(answer.highest),
        ways=tuple(Asked(way.name, way.n, way.expected, *way.ic) for way in answer.ways),
        years=tuple(InYear(year.year, year.n, year.expected, *year.until) for year in answer.years),
    )


def listed(source: "Source", found: "Listed | None", substance: str) -> list[Signal]:
    """Return the events that stand out most among the reports of a substance, each as a signal of its own."""
    if found is None:
        said = f"None of {source.reports:,} reports suspects {substance}. That is no answer."
        return [Signal(f"{source.name}.none", source.name, _period(source.first, source.last), "", "not_named", (said,))]
    rows = []
    for at, term in enumerate(found.term[:LISTED]):
        counted = Counted(
            int(found.counts.n[at]),
            int(found.counts.n_drug[at]),
            int(found.counts.n_event[at]),
            source.reports,
            float(found.expected[at]),
        )
        own, highest = three(found.ic, at), found.highest(at)
        others = (("prr", three(found.prr, at)), *((("ebgm", three(found.eb, at)),) if found.eb else ()))
        status = _by_interval(*own[1:])
        rows.append(
            Signal(
                id=f"{source.name}.{term}".replace(" ", "_").lower(),
                source=source.name,
                period=_period(source.first, source.last),
                event=term.lower(),
                status=status,
                said=(_counted(status, counted, substance, term.lower()), *_chance_of_any(status, highest)),
                counts=counted,
                measures=_intervals((("ic", own), *others), source.prior.likelihood),
                among_all=_among_all(highest),
            )
        )
    return rows


def published(row: Published) -> Signal:
    """Return a row that somebody published, with the measures worked out anew from its counts where it has them."""
    period, firm = _period(row.first, row.last), f"{READ[row.seen]}."
    signal = Signal(
        f"published.{row.name}", row.source, period, row.term.lower() or row.event.replace("_", " "), "published",
        (f"{row.said} {firm.capitalize()}",), citations=(row.citation,),
    )  # fmt: skip
    if row.n is None or row.n_drug is None or row.n_event is None or row.total is None:
        ratio_only = Interval("observed over expected", row.ratio, None, None, "ratio", "as published") if row.ratio else None
        return replace(signal, measures=(ratio_only,) if ratio_only else ())
    counts = table(row.n, row.n_drug, row.n_event, row.total)
    counted = Counted(row.n, row.n_drug, row.n_event, row.total, float(expected(counts)[0]))
    component = three(ic(counts))
    status = _by_interval(*component[1:])
    measures = _intervals((("ic", component), ("prr", three(prr(counts)))))
    said = (_counted(status, counted, row.substance, signal.event), *signal.said)
    return replace(signal, status=status, counts=counted, measures=measures, said=said)


def nothing(substance: str, event: str, held: ReportKnowledge) -> str:
    """Return why no published count is shown, so that silence is not read as an answer."""
    of = [row for row in held.published if row.substance == substance]
    if not of:
        return f"No published counts of reports on {substance} are held here. That is no answer, neither yes nor no."
    return (
        f"The published tables held here ({_period(min(r.first for r in of), max(r.last for r in of))}) were not read for {event}: "
        "not looked for is not the same as no report."
    )


def _period(first: int, last: int) -> str:
    if not last:
        return "undated"
    return f"{first} to {last}" if first != last else str(first)


def _status(answer: "Answer") -> Status:
    if not answer.counts.n_event[0]:
        return "not_looked_for"
    if not answer.counts.n_drug[0]:
        return "not_named"
    if not answer.counts.n[0] or answer.ic is None:
        return "no_report"
    return _by_interval(answer.ic[1], answer.ic[2])


def _by_interval(low: float, high: float) -> Status:
    return "more" if low > 0 else "fewer" if high < 0 else "cannot_tell"


def _counted(status: Status, counted: Counted, substance: str, event: str) -> str:
    reports = f"{counted.all:,} reports"
    if status == "not_looked_for":
        unsaid = f" So it says nothing that {counted.substance:,} on {substance} do not have them." if counted.substance else ""
        return f"Not looked for: none of {reports} has any of these words, whatever was taken.{unsaid}"
    if status == "not_named":
        return f"None of {reports} suspects {substance}. That is no answer: {counted.event:,} have {event}, with other things."
    if status == "no_report":
        return (
            f"No report of both: of {reports}, {counted.substance:,} suspect {substance} and {counted.event:,} have {event}. By chance "
            f"{_amount(counted.expected)} would have both."
        )
    return (
        f"{counted.both:,} of {counted.substance:,} reports on {substance} have {event}; by chance {_amount(counted.expected)} would, as "
        f"{counted.event:,} of all {reports} have it."
    )


def _judged(status: Status, counted: Counted) -> str:
    if status == "cannot_tell":
        few = "so few reports" if counted.both < FEW else "these counts"
        return f"That cannot be told apart from chance with {few}."
    if status == "fewer":
        return "It is reported less often than expected. That does not show that it is safe, or that it protects."
    few = " It rests on very few reports." if counted.both < FEW else ""
    return f"It is reported more often than expected in this collection, and chance alone is an unlikely reason.{few}"


def _chance_of_any(status: Status, highest: Highest | None, more: str = "") -> list[str]:
    """How easily an event stands out this much when there are so many."""
    if status != "more" or highest is None:
        return []
    return [
        f"With {highest.events:,} events to look at here, chance alone would make at least one stand out this much "
        f"{_with_probability(highest.chance)}.{more}"
    ]


def _among_all(highest: Highest | None) -> AmongAll | None:
    return AmongAll(highest.log_ratio, highest.chance, highest.events) if highest is not None else None


def _robust(answer: "Answer") -> list[str]:
    """How far the answer stands when the question is put in other ways."""
    first = answer.ways[0]
    own = _by_interval(*first.ic[1:])
    other = [way.name for way in answer.ways[1:] if _by_interval(*way.ic[1:]) != own]
    if not other:
        return [f"Put in {len(answer.ways)} ways, the question gets the same answer."]
    return [
        f"Put in {len(answer.ways)} ways, the question does not always get the same answer. It is another one {'; '.join(other)}."
    ]


def _measures(answer: "Answer") -> tuple[Interval, ...]:
    rows = (
        ("ic", answer.ic),
        ("prr", answer.prr),
        ("ror", answer.ror_adjusted),
        ("ebgm", answer.eb),
        ("calibrated", _adjusted(answer)),
    )
    return _intervals(rows, answer.source.prior.likelihood, answer.null.controls if answer.null else 0)


def _intervals(rows: Iterable[tuple[str, Three | None]], likelihood: str = "", controls: int = 0) -> tuple[Interval, ...]:
    """Measures by name, those left out that are not there or not finite."""
    return tuple(
        Interval(name, *found, "log2" if name == "ic" else "ratio", METHOD[name].format(likelihood=likelihood, controls=controls))
        for name, found in rows
        if found and np.isfinite(found).all()
    )


def _adjusted(answer: "Answer") -> Three | None:
    if answer.null is None or answer.prr is None or not np.isfinite(answer.prr).all():
        return None
    return calibrated_interval(np.log(answer.prr[0]), _error(answer.prr), answer.null)


def _error(ratio: Three) -> float:
    return float(np.log(ratio[2] / ratio[0]) / Z)


def _calibrated(answer: "Answer") -> list[str]:
    if answer.prr is None:
        return []
    if answer.null is None or not np.isfinite(answer.prr).all():
        return ["There are too few reports of unrelated events to say how far off such counts are here."]
    chance = calibrated_p(float(np.log(answer.prr[0])), _error(answer.prr), answer.null)
    return [
        f"Among {answer.null.controls} events believed unrelated, the ratio is {np.exp(answer.null.mean):.1f} on average here, where 1 would be "
        f"right. A ratio as far from that as this one comes by that error alone {_with_probability(chance)}."
    ]


def _together(answer: "Answer", substance: str, beside: str) -> list[str]:
    if not beside:
        return []
    if answer.together is None:
        return [f"Too few reports name {substance} and {beside} together to compare."]
    own = answer.together
    more = "more often than" if own.low > 0 else "less often than" if own.high < 0 else "not clearly otherwise than"
    return [
        f"In reports that name {beside} as well it stands {more} each alone would lead one to expect: contrast {own.value:.2f} "
        f"({own.low:.2f} to {own.high:.2f}) on the log2 scale, {_amount(own.expected)} expected."
    ]


def _left_out(source: "Source") -> list[str]:
    told = []
    if source.versions or source.same:
        told.append(
            f"Left out were {source.versions:,} earlier versions or withdrawn cases and {source.same:,} exact repeats of another report."
        )
    if source.comparable:
        told.append(
            f"Of {source.comparable:,} reports that tell enough to compare, {source.alike:,} look like a second telling of another; among the "
            f"rest about {source.left:,.0f} more may be."
        )
    elif source.reports:
        told.append("No report tells enough (day, age, sex) to say how many are told twice.")
    return told


def _with_probability(chance: float) -> str:
    return f"with probability {chance:.2g}" if chance >= SMALL else f"with a probability below {SMALL:.4f}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"
