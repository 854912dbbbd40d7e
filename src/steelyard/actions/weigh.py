"""The main job: a journal in, an honest answer out. The way of the data is the way down this page."""

from collections.abc import Callable
from datetime import datetime

from steelyard.findings.assemble import assemble
from steelyard.findings.model import Weighing
from steelyard.knowledge.load import load
from steelyard.reports.json import json

from .read import read


def weigh(
    source: str,
    *,
    mapping: str | None = None,
    substance: str | None = None,
    outcome: str | None = None,
    seed: int = 0,
    draw: bool = True,
    latest: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Weighing:
    """Weigh what a treatment gives, for each substance and outcome of a journal or for those named.

    Args:
        source: a journal file, `-` for standard input, or a CSV file when `mapping` names the file that explains its columns.
        latest: last instant that can have happened; later records are refused as being in the future.
        draw: make the series behind the charts, which only pages need.
        progress: told what is being done before each longer step.

    Source: docs/architecture.md for the rooms this passes through.
    """
    knowledge = load()
    progress("reading")
    got = read(source, knowledge, mapping, latest)
    return assemble(
        got.journal,
        got.problems,
        knowledge,
        sha256=got.sha256,
        substance=substance,
        outcome=outcome,
        seed=seed,
        draw=draw,
        progress=progress,
    )


def render(weighing: Weighing, form: str) -> bytes:
    """The answer as `text`, `json` or `html`, in UTF-8."""
    if form == "json":
        return json(weighing).encode()
    if form == "html":
        from steelyard.reports.html import html  # noqa: PLC0415  # charts are costly to load and only pages need them

        return html(weighing).encode()
    from steelyard.reports.text import text  # noqa: PLC0415

    return text(weighing).encode()
