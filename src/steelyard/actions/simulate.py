"""Write an invented diary: its journal, and the true answers to it."""

import io
from datetime import datetime

from steelyard.exchange import jsonl
from steelyard.findings.invented import Plan, simulate
from steelyard.records.model import Journal, JournalHeader
from steelyard.reports.json import to_json

__all__ = ["Plan", "simulate_files"]


def simulate_files(plan: Plan) -> tuple[bytes, bytes]:
    """The journal file and the truth file (JSON) of an invented diary that begins on 1 January 2025 in Chicago."""
    records, truth = simulate(plan, datetime(2025, 1, 1), "America/Chicago")  # local time by intent
    stream = io.BytesIO()
    header, *rest = records
    jsonl.write(Journal(header if isinstance(header, JournalHeader) else None, tuple(rest)), stream)
    return stream.getvalue(), to_json(truth).encode()
