"""Tables as Parquet and CSV: what goes in comes out, nothing is not zero, and what is no such table is refused in words."""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from steelyard.exchange import parquet
from steelyard.exchange.parquet import UnreadableTable, read_csv, read_parquet, write_csv, write_parquet
from steelyard.records.columns import Column

COLUMNS = (
    Column("name", "text", "a name"),
    Column("count", "whole", "a count"),
    Column("size", "number", "a size"),
    Column("sure", "yes_no", "whether"),
    Column("words", "texts", "some words"),
    Column("figures", "numbers", "some figures"),
)
ROWS: list[dict[str, Any]] = [
    {"name": "a", "count": 0, "size": 0.1 + 0.2, "sure": False, "words": ["x, y", 'z"'], "figures": [1e-300, -2.0]},
    {"name": "=1+1", "count": -3, "size": 1e300, "sure": True, "words": [], "figures": [1.0]},
    {"name": "kept", "other": "passed over"},
]
BACK = [{c.name: row.get(c.name) for c in COLUMNS} for row in ROWS]
WAYS = [(write_parquet, read_parquet, ".parquet"), (write_csv, read_csv, ".csv")]


@pytest.mark.parametrize(("write", "read", "end"), WAYS, ids=["parquet", "csv"])
def test_rows_come_back_as_they_were(write: Any, read: Any, end: str, tmp_path: Path) -> None:
    path = tmp_path / f"table{end}"
    with path.open("wb") as stream:
        assert write(COLUMNS, iter(ROWS), stream) == 3
    assert list(read(COLUMNS, str(path))) == BACK


@pytest.mark.parametrize(("write", "read", "end"), WAYS, ids=["parquet", "csv"])
def test_a_table_without_rows_is_a_table(write: Any, read: Any, end: str, tmp_path: Path) -> None:
    path = tmp_path / f"table{end}"
    with path.open("wb") as stream:
        assert write(COLUMNS, [], stream) == 0
    assert list(read(COLUMNS, str(path))) == []


def test_portions_follow_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "PORTION", 2)
    path = tmp_path / "table.parquet"
    with path.open("wb") as stream:
        assert write_parquet(COLUMNS, ({"count": n} for n in range(5)), stream) == 5
    assert [row["count"] for row in read_parquet(COLUMNS, str(path))] == [0, 1, 2, 3, 4]


def test_instants_keep_their_moment(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, 8, 10, tzinfo=timezone(timedelta(hours=-6)))
    path = tmp_path / "table.parquet"
    with path.open("wb") as stream:
        write_parquet([Column("time", "instant", "when")], [{"time": at}], stream)
    (row,) = read_parquet([Column("time", "instant", "when")], str(path))
    assert row["time"] == at and row["time"].utcoffset() == UTC.utcoffset(None)


def test_the_file_says_what_each_column_is(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    with path.open("wb") as stream:
        write_parquet(COLUMNS, ROWS, stream)
    assert pq.read_schema(path).field("size").metadata == {b"says": b"a size"}


def test_a_spreadsheet_finds_no_formula() -> None:
    out = io.BytesIO()
    write_csv(COLUMNS, ROWS, out)
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue().decode())) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]
    assert "'=1+1" in cells


@pytest.mark.parametrize(("read", "end"), [(read_parquet, ".parquet"), (read_csv, ".csv")], ids=["parquet", "csv"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\xfe nonsense"], ids=["missing", "empty", "nonsense"])
def test_what_is_no_table_is_refused_in_words(read: Any, end: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / f"table{end}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableTable, match=r"\w+ \w+ \w+"):
        list(read(COLUMNS, str(path)))


@pytest.mark.parametrize(("write", "read", "end"), WAYS, ids=["parquet", "csv"])
def test_another_table_is_refused_by_the_columns_it_lacks(write: Any, read: Any, end: str, tmp_path: Path) -> None:
    path = tmp_path / f"table{end}"
    with path.open("wb") as stream:
        write(COLUMNS[:4], ROWS, stream)
    with pytest.raises(UnreadableTable, match="words, figures"):
        list(read(COLUMNS, str(path)))


@pytest.mark.parametrize(
    ("cells", "where"), [("a,many,,,,", "count"), ("a,1,big,,,", "size"), ("a,1,1,maybe,,", "sure"), ("a,1,1,,[1,", "words")]
)
def test_a_cell_that_does_not_fit_is_named_by_line_and_column_and_not_shown(cells: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(",".join(c.name for c in COLUMNS) + "\n" + "b,,,,,\n" + cells + "\n")
    with pytest.raises(UnreadableTable, match=rf"line 3, {where}") as told:
        list(read_csv(COLUMNS, str(path)))
    assert "many" not in str(told.value) and "maybe" not in str(told.value)
