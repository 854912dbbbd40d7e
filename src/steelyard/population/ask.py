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
from .measures import Estimate, Highest, Table, Z, expected, highest, ic, prr, table
from .shrink import Shrunk, shrink
from .strata import by_stratum, pooled_ror
from .ways import Three, Way, Whole, Year, by_year, counted, differing, three, way, within, without

PRIMARY = 1  # roles below this are the primary suspect


@dataclass(frozen=True)
class Answer:
    """One source and one question.

    `terms` are those that some report of the source has: where there are none, no report of the substance means nothing. The estimates are
    None where there is nothing to work them out from. `masked_by` is the substance reported most with the event.
    """

    source: Source
    terms: tuple[str, ...]
    counts: Table
    expected: float
    prr: Three | None
    ror_adjusted: Three | None
    ic: Three | None
    eb: Three | None
    highest: Highest | None
    ways: tuple[Way, ...]
    years: tuple[Year, ...]
    masked_by: str
    null: Null | None
    together: Omega | None


@dataclass(frozen=True)
class Listed:
    """All events reported of one substance, shape (n_events,): terms, counts and measures, the highest IC025 first.

    `eb` is None where the source is too small for a prior. `every` is what is expected of each event of the source, shape (n_terms,).
    """

    source: Source
    term: tuple[str, ...]
    counts: Table
    expected: NDArray[np.float64]
    prr: Estimate
    ic: Estimate
    eb: Shrunk | None
    every: NDArray[np.float64]

    def highest(self, at: int) -> Highest:
        """Return one of the events held against all events of the source."""
        return highest(float(self.counts.n[at]), float(self.expected[at]), self.every, float(self.counts.n_drug[at]))


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
        every = counts.n_drug[0] * (self._n_event[self._n_event > 0] / self.source.reports)
        return Listed(self.source, terms, picked, expect[order], prr(picked), ic(picked), eb, every)

    def answer(self, substance: str, terms: Iterable[str], controls: Iterable[str] = (), beside: str = "") -> Answer:
        """Answer whether an event (any of the terms) is reported of a substance more often than expected.

        Args:
            controls: terms believed unrelated to the substance; beside: another substance, to ask about the two together.
        """
        held = self.terms(terms)
        codes = [self._term.index(each) for each in held]
        mentioned, event = self._mentions(substance), self._reports("events", codes)
        drug = mentioned[SUSPECT]
        counts = counted(drug, event, self.source.reports)
        masker = self._masker(substance, codes)
        told, both = bool(len(drug) and len(event)), bool(counts.n[0])
        year, strata = self._strata(drug, event) if told else (np.empty(0, dtype=np.int64), counts)
        by_chance = expected(counts)
        return Answer(
            source=self.source,
            terms=held,
            counts=counts,
            expected=float(by_chance[0]),
            prr=three(prr(counts)) if both else None,
            ror_adjusted=three(pooled_ror(strata)) if both else None,
            ic=three(ic(counts)) if told else None,
            eb=three(shrink(counts.n, by_chance, self.source.prior)) if both and self.source.prior.sure else None,
            highest=self._highest(counts, codes) if told else None,
            ways=self._ways(mentioned, event, strata, masker) if told else (),
            years=by_year(year, drug, event) if told else (),
            masked_by=masker,
            null=self._null(substance, controls),
            together=self._together(drug, event, beside),
        )

    def _ways(self, mentioned: dict[int, Whole], event: Whole, strata: Table, masker: str) -> tuple[Way, ...]:
        """The same question in all ways that come to other counts."""
        drug, total = mentioned[SUSPECT], self.source.reports
        alike = np.flatnonzero(self._traits("alike")[0])
        ways = [
            way("all reports in which it is suspected", counted(drug, event, total)),
            way("with reports in which it was only taken beside", counted(mentioned[SUSPECT + 1], event, total)),
            way("only reports in which it is the first suspect", counted(mentioned[PRIMARY], event, total)),
            way("without reports that look like a second telling", without(drug, event, alike, total)),
            within("compared within sex, age group and year", strata),
        ]
        masked = without(drug, event, self._mentions(masker)[SUSPECT], total)
        if masker and masked.total:
            ways.insert(4, way(f"without reports that also name {masker}", masked))
        return differing(ways)

    def _strata(self, drug: Whole, event: Whole) -> tuple[Whole, Table]:
        """The year of each report, and the counts within each sex, age group and year."""
        sex, age, year = (each.astype(np.int64) for each in self._traits("sex", "age", "year"))
        return year, by_stratum((sex * 8 + age) * 256 + np.maximum(year - 1900, 0), drug, event)[1]

    def _traits(self, *names: str) -> list[NDArray[np.generic]]:
        """Columns of the table of reports, in order of their numbers."""
        held = parquet.ParquetFile(self._at / "reports.parquet").read(columns=list(names))
        return [held[each].to_numpy() for each in names]

    def _highest(self, counts: Table, codes: list[int]) -> Highest:
        """The event, its terms taken together, held against all other events of the source."""
        n_event = np.append(np.delete(self._n_event, codes), counts.n_event)
        n_drug = float(counts.n_drug[0])
        every = n_drug * (n_event[n_event > 0] / self.source.reports)
        return highest(float(counts.n[0]), float(expected(counts)[0]), every, n_drug)

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

    def _masker(self, substance: str, codes: list[int]) -> str:
        """The other substance reported most with the event; empty when there is none."""
        rows = self._rows("pairs", "event", codes)
        many = np.bincount(rows["drug"], weights=rows["n"], minlength=len(self._name))
        own = self._code(substance)
        if own >= 0:
            many[own] = 0
        return self._name[int(many.argmax())] if many.any() else ""

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
