"""What holds for every journal: it survives being written, and the order of its lines says nothing."""

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steelyard.exchange import csv_mapping, jsonl
from steelyard.records.identity import with_ids
from steelyard.records.model import Dose, Journal, Problem, Rating
from steelyard.records.validate import validate

from .journals import SCALES, journals

QUIET = {"field.unknown", "time.zone_change"}


def written(journal: Journal) -> bytes:
    stream = io.BytesIO()
    jsonl.write(journal, stream)
    return stream.getvalue()


def read(content: bytes) -> tuple[Journal, list[Problem]]:
    return validate(jsonl.read(io.BytesIO(content)), SCALES, None)


def said(journal: Journal) -> list[str]:
    """The content line by line, ids left out."""
    lines = [json.loads(line) for line in written(journal).splitlines()]
    return sorted(json.dumps({key: value for key, value in line.items() if key != "id"}, sort_keys=True) for line in lines)


@given(journals())
def test_reading_what_was_written_gives_the_same_journal(journal: Journal) -> None:
    again, problems = read(written(journal))
    if journal.records or journal.header:
        assert again == journal
        assert {problem.code for problem in problems} <= QUIET
        assert again.read == len(journal.records) + (journal.header is not None)


@given(journals())
def test_offsets_survive_as_well_as_instants(journal: Journal) -> None:
    again, _ = read(written(journal))
    assert [dose.time.utcoffset() for dose in again.of(Dose)] == [dose.time.utcoffset() for dose in journal.of(Dose)]


@given(journals(named=False))
def test_records_without_ids_keep_their_number_and_content(journal: Journal) -> None:
    again, _ = read(written(journal))
    assert said(again) == said(journal)
    assert again == with_ids(journal) or not (journal.records or journal.header)
    assert written(again) == written(journal)


@given(journals(), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_irrelevant(journal: Journal, chance: Any) -> None:
    lines = written(journal).splitlines(keepends=True)
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert read(b"".join(shuffled))[0] == read(b"".join(lines))[0]


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_whatever_break_the_reader(parts: list[bytes]) -> None:
    content = b"\n".join(parts)
    journal, problems = read(content)
    assert journal.used <= journal.read
    if journal.read > journal.used:
        assert problems


names = st.sampled_from(["record", "time", "scale", "value", "id", "deleted", "amount", "unit", "substance"])
oddities = st.sampled_from(
    ["rating", "dose", "2026-03-01T08:00:00Z", "pain", "7", "", None, True, 3, -3, 1e308, [], {}, "1970-01-01T00:00:00Z"]
)


@given(st.lists(st.dictionaries(names, oddities)))
def test_no_fields_whatever_break_the_reader(rows: list[dict[str, Any]]) -> None:
    journal, problems = read(b"\n".join(json.dumps(row).encode() for row in rows))
    assert journal.read == len(rows)
    if journal.read > journal.used:
        assert problems or any(row.get("deleted") for row in rows)
    again, _ = read(written(journal))
    assert again == with_ids(journal) or journal.records == ()


cells = st.none() | st.decimals(0, 10, places=2)


@given(st.dictionaries(st.integers(0, 10**6), st.tuples(cells, cells), max_size=20))
def test_a_table_reads_back_cell_by_cell(rows: dict[int, tuple[Decimal | None, Decimal | None]]) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    lines = ["time,pain,grams"]
    for minute, row in rows.items():
        lines.append(
            ",".join([(start + timedelta(minutes=minute)).isoformat(), *("" if cell is None else str(cell) for cell in row)])
        )
    with TemporaryDirectory() as folder:
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text('time = "time"\nscales.pain = "pain"\ndose = {substance = "kratom", amount = "grams", unit = "g"}\n')
        again, problems = validate(csv_mapping.read(io.BytesIO("\n".join([*lines, ""]).encode()), mapping), SCALES, None)
    assert problems == []
    in_order = sorted(rows.items())
    assert [rating.value for rating in again.of(Rating)] == [float(pain) for _, (pain, _) in in_order if pain is not None]
    assert [dose.amount for dose in again.of(Dose)] == [float(amount) for _, (_, amount) in in_order if amount is not None]
