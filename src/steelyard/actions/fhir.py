"""A journal and its answers as a FHIR bundle, for a health record."""

from collections.abc import Callable
from datetime import datetime

from steelyard.exchange.fhir_out import bundle
from steelyard.findings.assemble import assemble
from steelyard.findings.model import Report
from steelyard.knowledge.codes import load_codes
from steelyard.knowledge.load import load

from .read import read


def fhir(
    source: str,
    *,
    mapping: str | None = None,
    substance: str | None = None,
    outcome: str | None = None,
    seed: int = 0,
    latest: datetime | None = None,
    name: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Report, bytes]:
    """Weigh a journal as `actions.weigh` does; returns the report, and the bundle of the journal with it.

    `name` is the person's, which is left out unless it is given.
    """
    knowledge = load()
    progress("reading")
    got = read(source, knowledge, mapping, latest)
    report = assemble(
        got.journal,
        got.problems,
        knowledge,
        sha256=got.sha256,
        substance=substance,
        outcome=outcome,
        seed=seed,
        draw=False,
        progress=progress,
    ).report
    return report, bundle(got.journal, report, load_codes(knowledge), name)
