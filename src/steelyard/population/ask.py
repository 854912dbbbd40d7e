"""What a built source says to one question: a substance and an event, or a substance and all events.

Every count here is of reports, found again in the tables of `build`. The same question is put in several ways, because an answer that
changes with the way it is put is not to be relied on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyarrow import parquet

from .build import Source, folder
from .calibration import Null, fit_null
from .condense import SUSPECT
from .interaction import Omega, Together, omega
from .measures import Estimate, Table, Z, expected, ic, prr, table
from .shrink import Shrunk, shrink
from .strata import by_stratum, pooled_ic, pooled_ror, running_ic

Whole = NDArray[np.int64]
PRIMARY = 1  # roles below this are the primary suspect


@dataclass(frozen=True)
class Way:
    """The same question put in one way: its name, the counts, and the information component with its 95 % interval."""

    name: str
    n: int
    expected: float
    ic: tuple[float, float, float]


@dataclass(frozen=True)
class Year:
    """Reports of one year with both, and the information component of the reports of that year and of all until then."""

    year: int
    n: int
    expected: float
    alone: tuple[float, float, float]
    until: tuple[float, float, float]


@dataclass(frozen=True)
class Answer:
    """One source and one question.

    `looked_for` says whether any report of the source has one of the terms: where none has, no report of the substance means nothing.
    The estimates are None where there is nothing to work them out from. `masked_by` is the substance reported most with the event.
    """

    source: Source
    terms: tuple[str, ...]
    counts: Table
    expected: float
    prr: tuple[float, float, float] | None
    ror_adjusted: tuple[float, float, float] | None
    ic: tuple[float, float, float] | None
    eb: tuple[float, float, float] | None
    ways: tuple[Way, ...]
    years: tuple[Year, ...]
    masked_by: str
    null: Null | None
    together: Omega | None

    @property
    def looked_for(self) -> bool:
        """Whether the source has reports with any of the terms."""
        return bool(self.terms)


@dataclass(frozen=True)
class Listed:
    """All events reported of one substance, shape (n_events,): terms, counts and measures, the highest IC025 first.

    `eb` is None where the source is too small for a prior.
    """

    source: Source
    term: tuple[str, ...]
    counts: Table
    expected: NDArray[np.float64]
    prr: Estimate
    ic: Estimate
    eb: Shrunk | None


class Built:
    """A source that was built, opened for questions."""

    def __init__(self, store: Path, source: Source) -> None:
        self.source, self._at = source, folder(store, source.name)
        names, terms = (parquet.ParquetFile(self._at / f"{each}.parquet").read() for each in ("names", "terms"))
        self._name, self._n_drug = names["name"].to_pylist(), names["reports"].to_numpy()
        self._term, self._n_event = terms["term"].to_pylist(), terms["reports"].to_numpy()

    def holds(self, substance: str) -> str:
        """Return the substance as this source spells it, in any case; empty when no report has it under suspicion."""
        names = zip(self._name, self._n_drug, strict=True)
        return next((each for each, many in names if many and each.casefold() == substance.casefold()), "")

    def terms(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return those of the terms, in any case, that some report of this source has."""
        asked = {each.upper() for each in wanted}
        return tuple(each for each, many in zip(self._term, self._n_event, strict=True) if many and each in asked)

    def all_events(self, substance: str) -> Listed | None:
        """Return every event reported of a substance; None when no report names it."""
        drug = self._code(substance)
        rows = self._rows("pairs", "drug", [drug])
        event, n = rows["event"], rows["n"]
        if drug < 0 or not len(n):
            return None
        counts = table(n, float(self._n_drug[drug]), self._n_event[event], self.source.reports)
        expect = expected(counts)
        order = np.lexsort([event, -ic(counts).low])
        terms = tuple(self._term[at] for at in event[order])
        picked = Table(counts.n[order], counts.n_drug[order], counts.n_event[order], counts.total)
        prior = self.source.prior
        eb = shrink(picked.n, expect[order], prior) if prior.sure else None
        return Listed(self.source, terms, picked, expect[order], prr(picked), ic(picked), eb)

    def answer(self, substance: str, terms: Iterable[str], controls: Iterable[str] = (), beside: str = "") -> Answer:
        """Answer whether an event (any of the terms) is reported of a substance more often than expected.

        Args:
            controls: terms believed unrelated to the substance; beside: another substance, to ask about the two together.
        """
        held = self.terms(terms)
        event = self._reports("events", [self._term.index(each) for each in held])
        mentioned = self._mentions(substance)
        drug = mentioned[SUSPECT]
        traits = parquet.ParquetFile(self._at / "reports.parquet").read()
        sex, age, year = (traits[each].to_numpy().astype(np.int64) for each in ("sex", "age", "year"))
        alike = traits["alike"].to_numpy(zero_copy_only=False)
        counts = _counts(drug, event, self.source.reports)
        _, strata = by_stratum((sex * 8 + age) * 256 + np.maximum(year - 1900, 0), drug, event)
        masker, without = self._masked(substance, held, drug, event)
        ways = (
            _way("all reports in which it is suspected", counts),
            _way("with reports in which it was only taken beside", _counts(mentioned[SUSPECT + 1], event, self.source.reports)),
            _way("only reports in which it is the first suspect", _counts(mentioned[PRIMARY], event, self.source.reports)),
            _way(
                "without reports that look like a second telling", _left(drug, event, np.flatnonzero(alike), self.source.reports)
            ),
            *([_way(f"without reports that also name {masker}", without)] if masker and without is not None else []),
            Way("compared within sex, age group and year", int(counts.n[0]), *_stratified(strata)),
        )
        told = bool(len(drug)) and bool(len(event))
        return Answer(
            self.source, held, counts, float(expected(counts)[0]),
            _three(prr(counts)) if told and counts.n[0] else None,
            _three(pooled_ror(strata)) if told and counts.n[0] else None,
            _three(ic(counts)) if told else None,
            _three(shrink(counts.n, expected(counts), self.source.prior)) if told and counts.n[0] and self.source.prior.sure else None,
            (ways[0], *(way for way in ways[1:] if _differs(way, ways[0]))) if told else (), _years(year, drug, event) if told else (), masker,
            self._null(substance, controls), self._together(drug, event, beside),
        )  # fmt: skip

    def _rows(self, name: str, column: str, codes: list[int]) -> dict[str, Whole]:
        """The rows of a table that have one of the codes; parts of the file that cannot have them are not read."""
        file = parquet.ParquetFile(self._at / f"{name}.parquet")
        at, wanted = file.schema_arrow.get_field_index(column), np.asarray(codes, dtype=np.int64)
        found: list[dict[str, Whole]] = [{each: np.empty(0, dtype=np.int64) for each in file.schema_arrow.names}]
        for group in range(file.metadata.num_row_groups):
            held = file.metadata.row_group(group).column(at).statistics
            if np.any((wanted >= held.min) & (wanted <= held.max)):
                rows = file.read_row_group(group)
                chosen = np.isin(rows[column].to_numpy(), wanted)
                found.append({each: rows[each].to_numpy()[chosen].astype(np.int64) for each in rows.column_names})
        return {each: np.concatenate([part[each] for part in found]) for each in found[0]}

    def _code(self, substance: str) -> int:
        held = self.holds(substance)
        return self._name.index(held) if held else -1

    def _reports(self, name: str, codes: list[int]) -> Whole:
        """Numbers of the reports that have any of the codes, each once, in order."""
        if not codes:
            return np.empty(0, dtype=np.int64)
        return np.unique(self._rows(name, "code", codes)["report"])

    def _mentions(self, substance: str) -> dict[int, Whole]:
        """Numbers of the reports that name a substance in a role before the key: suspected, first suspect, or in any."""
        rows = self._rows("drugs", "code", [self._code(substance)])
        return {last: np.unique(rows["report"][rows["role"] < last]) for last in (PRIMARY, SUSPECT, SUSPECT + 1)}

    def _masked(self, substance: str, terms: tuple[str, ...], drug: Whole, event: Whole) -> tuple[str, Table | None]:
        """The other substance reported most with the event, and the counts without its reports."""
        rows = self._rows("pairs", "event", [self._term.index(each) for each in terms])
        many = np.bincount(rows["drug"], weights=rows["n"], minlength=len(self._name))
        own = self._code(substance)
        if own >= 0:
            many[own] = 0
        if not many.max():
            return "", None
        other = self._name[int(many.argmax())]
        return other, _left(drug, event, self._mentions(other)[SUSPECT], self.source.reports)

    def _null(self, substance: str, controls: Iterable[str]) -> Null | None:
        drug = self._code(substance)
        codes = [self._term.index(each) for each in self.terms(controls)]
        if drug < 0 or not codes:
            return None
        rows = self._rows("pairs", "drug", [drug])
        chosen = np.isin(rows["event"], codes)
        event, n = rows["event"][chosen], rows["n"][chosen]
        counts = table(n, float(self._n_drug[drug]), self._n_event[event], self.source.reports)
        ratio = prr(counts)
        with np.errstate(divide="ignore", invalid="ignore"):
            return fit_null(np.log(ratio.value), np.log(ratio.high / ratio.value) / Z)

    def _together(self, drug: Whole, event: Whole, beside: str) -> Omega | None:
        if not beside or not self.holds(beside):
            return None
        other = self._mentions(beside)[SUSPECT]
        everybody = np.arange(self.source.reports)
        return omega(Together(_groups(drug, other, event), _groups(drug, other, everybody)))


def _groups(first: Whole, second: Whole, among: Whole) -> tuple[int, int, int, int]:
    """How many of some reports name neither, the first only, the second only, both."""
    one, two = (np.intersect1d(each, among, assume_unique=True) for each in (first, second))
    both = len(np.intersect1d(one, two, assume_unique=True))
    return len(among) - len(one) - len(two) + both, len(one) - both, len(two) - both, both


def _counts(drug: Whole, event: Whole, total: int) -> Table:
    return table(len(np.intersect1d(drug, event, assume_unique=True)), len(drug), len(event), total)


def _left(drug: Whole, event: Whole, gone: Whole, total: int) -> Table:
    """The counts when some reports are left out."""
    drug, event = (np.setdiff1d(each, gone, assume_unique=True) for each in (drug, event))
    return _counts(drug, event, total - len(gone))


def _way(name: str, counts: Table) -> Way:
    return Way(name, int(counts.n[0]), float(expected(counts)[0]), _three(ic(counts)))


def _differs(way: Way, first: Way) -> bool:
    """Whether a way of putting the question comes to other counts; where a source tells no roles, several come to the same."""
    return (way.n, way.expected) != (first.n, first.expected)


def _stratified(strata: Table) -> tuple[float, tuple[float, float, float]]:
    return float(expected(strata).sum()), _three(pooled_ic(strata))


def _years(year: Whole, drug: Whole, event: Whole) -> tuple[Year, ...]:
    """The course over the years, from the first that has a report of the substance."""
    held, counts = by_stratum(year, drug, event)
    dated = (held > 0) & (np.cumsum(counts.n_drug * (held > 0)) > 0)
    total = np.asarray(counts.total)[dated]
    yearly = Table(counts.n[dated], counts.n_drug[dated], counts.n_event[dated], total)
    alone, until = running_ic(yearly)
    return tuple(
        Year(int(each), int(yearly.n[at]), float(expected(yearly)[at]), _three(alone, at), _three(until, at))
        for at, each in enumerate(held[dated])
    )


def _three(estimate: Estimate | Shrunk, at: int = 0) -> tuple[float, float, float]:
    return float(estimate.value[at]), float(estimate.low[at]), float(estimate.high[at])
