"""What is reported by many people of a substance: from a store of reports, or from counts that others published."""

from collections.abc import Callable, Sequence
from pathlib import Path

from steelyard.findings.signals import absent, load_reports, signals
from steelyard.knowledge.load import load
from steelyard.reports.json import to_json


class UnreadableStore(Exception):
    """The store of reports cannot be read or written; the message says why."""


def load_files(store: str, paths: Sequence[str], progress: Callable[[str], None]) -> tuple[tuple[str, ...], int]:
    """Load files of reports into a store; returns what came of each in a sentence, and how many could be read.

    Refuses (UnreadableStore) when what reads them is not installed, and when the folder cannot be written to.
    """
    if missing := absent():
        raise UnreadableStore(f"loading reports: {missing}")
    try:
        return load_reports(Path(store), [Path(each) for each in paths], progress)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UnreadableStore(f"the store cannot be used ({why}); loaded nothing of the file at hand") from error


def ask(substance: str, event: str, store: str | None, beside: str, form: str, progress: Callable[[str], None]) -> bytes:
    """Answer as `text`, `json` or `html` whether an event is reported of a substance more often than expected; all events when empty."""
    report = signals(substance, event, load(), Path(store) if store else None, beside, progress=progress)
    if form == "json":
        return to_json(report).encode()
    from steelyard.reports.signals import signals_html, signals_text  # noqa: PLC0415

    return (signals_html if form == "html" else signals_text)(report).encode()
