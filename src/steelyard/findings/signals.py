"""Reports by many people: from the counts of a store, or those that somebody published, to an answer that says how little they can show."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from steelyard import __version__
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.reports import ReportKnowledge, report_knowledge
from steelyard.knowledge.words import cite

from .model import Reference
from .signals_model import Signal, SignalsReport
from .signals_wording import LIMITS, answered, listed, nothing, published, question

EXTRA = ("duckdb", "ibis", "pyarrow")


def signals(
    substance: str,
    event: str,
    knowledge: Knowledge,
    store: Path | None = None,
    beside: str = "",
    notes: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> SignalsReport:
    """Answer whether an event is reported of a substance more often than expected, source by source; all events when `event` is empty.

    Args:
        substance, event: in a person's words; an event that is no known question is looked for as a term by itself.
        store: the folder of reports; without it, and beside it, the published counts held here are shown.
        beside: another substance, to ask about the two together; notes: said with the answer.
    """
    held = report_knowledge(knowledge)
    name, group = held.substance(substance), held.group(event) if event else None
    title, terms = (group.title, group.terms) if group else (event, (event.upper(),) if event else ())
    told, found = list(notes), []
    if store is not None and (missing := absent()):
        told.append(f"The store was not read: {missing}.")
    elif store is not None:
        try:
            found = _from_store(store, name, title, terms, held, held.substance(beside) if beside else "", progress)
        except (OSError, ValueError) as error:  # a store out of order costs its own answer and no other
            told.append(f"The store cannot be read: {error}.")
    rows = [
        row for row in held.published if row.substance == name and (not event or (group is not None and row.event == group.name))
    ]
    shown = tuple(published(row) for row in rows)
    if not shown:
        told.append(nothing(name, title, held))
    cited = sorted({key for each in shown for key in each.citations})
    return SignalsReport(
        format=1,
        steelyard=__version__,
        knowledge=knowledge.version,
        substance=name,
        event=title,
        terms=terms,
        question=question(name, title),
        signals=(*found, *shown),
        notes=tuple(told),
        limits=LIMITS,
        references=tuple(Reference(key, cite(knowledge.references[key])) for key in cited),
    )


def absent() -> str:
    """Return what is missing to read a store, with the line that adds it; empty when all is there."""
    lacking = [each for each in EXTRA if find_spec(each) is None]
    return (
        f"{', '.join(lacking)} not installed; `sh run signals` adds it, or: pip install 'steelyard[population]'"
        if lacking
        else ""
    )


def load_reports(
    store: Path, paths: Iterable[Path], progress: Callable[[str], None] = lambda _: None
) -> tuple[tuple[str, ...], int]:
    """Load files of reports into a store; returns what came of each, in a sentence, and how many could be read.

    A file that cannot be read leaves the store as it was, and does not keep the others from being read.
    """
    from steelyard.population.rows import UnreadableReports  # noqa: PLC0415  # an extra, not in every installation
    from steelyard.population.store import load  # noqa: PLC0415

    told, read = [], 0
    for path in paths:
        try:
            done = load(store, path, progress)
        except UnreadableReports as error:
            told.append(f"{path.name}: {error}.")
            continue
        read += 1
        rows = done.load.rows
        if done.before:
            told.append(f"{path.name}: was loaded before ({done.load.name}); nothing was done.")
            continue
        told.append(f"{path.name}: {done.load.source}, {rows['reports']:,} rows of reports, {rows['drugs']:,} of drugs, "
                    f"{rows['events']:,} of events.")  # fmt: skip
        if done.load.skipped:
            told.append(f"{path.name}: {done.load.skipped:,} lines left out; first {'; '.join(done.load.first)}.")
    return tuple(told), read


def _from_store(
    store: Path,
    name: str,
    event: str,
    terms: tuple[str, ...],
    held: ReportKnowledge,
    beside: str,
    progress: Callable[[str], None],
) -> list[Signal]:
    """What each source of a store says; worked out anew first where files or spellings changed."""
    from steelyard.population.ask import Built  # noqa: PLC0415  # an extra, not in every installation
    from steelyard.population.build import build  # noqa: PLC0415
    from steelyard.population.names import Spelling  # noqa: PLC0415

    spellings = [Spelling(each.substance, each.names, each.words) for each in held.names]
    found = []
    for source in build(store, spellings, sha256(repr(spellings).encode()).hexdigest(), progress):
        built = Built(store, source)
        if event:
            found.append(answered(built.answer(name, terms, held.terms_unrelated(name), beside), name, event, beside))
        else:
            found += listed(source, built.all_events(name), name)
    return sorted(found, key=lambda each: not each.measures)  # what can tell comes first
