"""The main job: a journal in, an honest answer out. The way of the data is the way down this page."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from msgspec import structs

from steelyard.findings.assemble import assemble
from steelyard.findings.letter import ids, letter, without
from steelyard.findings.model import Weighing
from steelyard.knowledge.load import load
from steelyard.reports.clean import printable
from steelyard.reports.json import json

from .expected import read_expected
from .read import read

Paper = Literal["a4", "letter"]


def weigh(
    source: str,
    *,
    mapping: str | None = None,
    substance: str | None = None,
    outcome: str | None = None,
    seed: int = 0,
    draw: bool = True,
    hand_over: bool = False,
    store: str | None = None,
    prior: str | None = None,
    latest: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Weighing:
    """Weigh what a treatment gives, for each substance and outcome of a journal or for those named.

    Args:
        source: a journal file, `-` for standard input, or a CSV file when `mapping` names the file that explains its columns.
        latest: last instant that can have happened; later records are refused as being in the future.
        draw: make the series behind the charts, which only pages need; hand_over: choose what goes in the letter for a clinician, and keep
            the journal for a health record.
        store: a folder of reports by many people, read beside the counts that others published.
        prior: a file that says what other people's diaries lead to expect, for the answer to lean on as well (see `expected`).
        progress: told what is being done before each longer step.

    Source: docs/architecture.md for the rooms this passes through.
    """
    knowledge = load()
    progress("reading")
    got = read(source, knowledge, mapping, latest)
    weighing = assemble(
        got.journal,
        got.problems,
        knowledge,
        sha256=got.sha256,
        substance=substance,
        outcome=outcome,
        seed=seed,
        draw=draw,
        store=Path(store) if store else None,
        expected=None if prior is None else read_expected(prior),
        progress=progress,
    )
    if not hand_over:
        return weighing
    return structs.replace(weighing, letter=letter(weighing.report, got.journal, knowledge), journal=got.journal)


def strike(weighing: Weighing, struck: Sequence[str]) -> Weighing:
    """Leave these lines out of the letter; refuses (LookupError, with every line and its id) an id that it does not have."""
    assert weighing.letter is not None, "hand_over was not asked for"
    if not set(struck) <= ids(weighing.letter).keys():
        raise LookupError("\n".join(f"{id}: {text}" for id, text in ids(printable(weighing.letter)).items()))
    return structs.replace(weighing, letter=without(weighing.letter, struck))


def render(weighing: Weighing, form: str, paper: Paper = "a4", name: str = "") -> bytes:
    """The answer as `text`, `json` or `html`, in UTF-8; its letter as `pdf`, on `paper`; or journal and answer as `fhir`, a bundle for a health
    record. Letter and bundle bear the person's `name` if there is one."""
    if form == "pdf":
        from steelyard.reports.letter import pdf  # noqa: PLC0415

        assert weighing.letter is not None, "hand_over was not asked for"
        return pdf(weighing.letter, paper, name)
    if form == "fhir":
        from steelyard.exchange.fhir_out import bundle  # noqa: PLC0415
        from steelyard.knowledge.codes import load_codes  # noqa: PLC0415

        assert weighing.journal is not None, "hand_over was not asked for"
        return bundle(weighing.journal, weighing.report, load_codes(load()), name or None)
    if form == "json":
        return json(weighing).encode()
    if form == "html":
        from steelyard.reports.html import html  # noqa: PLC0415  # charts are costly to load and only pages need them

        return html(weighing).encode()
    from steelyard.reports.text import text  # noqa: PLC0415

    return text(weighing).encode()
