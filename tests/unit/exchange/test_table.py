"""Tables as cells: quotation marks that are never closed cost their own line."""

import io

import pytest

from steelyard.exchange.table import MOST_LINES, Row, cells, number, rows
from steelyard.records.model import Problem


def read(content: bytes, **how: str | bool) -> tuple[list[list[str]], list[tuple[int, str]]]:
    found = list(cells(io.BytesIO(content), **how))  # type: ignore[arg-type]
    good = [row.cells for row in found if isinstance(row, Row)]
    return good, [(problem.line, problem.code) for problem in found if isinstance(problem, Problem)]


def test_rows_with_the_line_they_end_on() -> None:
    found = list(cells(io.BytesIO(b'a,b\n"1\n2",3\n\n4,5')))
    assert found == [Row(1, ["a", "b"], True), Row(3, ["1\n2", "3"], True), Row(5, ["4", "5"], False)]


def test_a_quotation_mark_that_is_never_closed_costs_its_line() -> None:
    good, problems = read(b'a,b\n1,"two\n3,4\n5,6\n')
    assert good == [["a", "b"], ["3", "4"], ["5", "6"]]
    assert problems == [(2, "csv.unreadable")]


def test_a_cell_may_hold_line_breaks_but_not_the_rest_of_the_file() -> None:
    long = b'"' + b"x\n" * (MOST_LINES - 2) + b'"'
    assert read(b"a,b\n1," + long + b"\n")[1] == []
    endless = b'1,"' + b"x\n" * (MOST_LINES + 5) + b'"\n7,8\n'
    good, problems = read(b"a,b\n" + endless)
    assert ["7", "8"] in good
    assert problems[0] == (2, "csv.unreadable")


def test_without_quoting_marks_are_letters() -> None:
    assert read(b'a;"b\n"c;d"e\n', delimiter=";", quoted=False) == ([["a", '"b'], ['"c', 'd"e']], [])


def test_a_cell_that_is_too_long_costs_its_line() -> None:
    good, problems = read(b"a,b\n1," + b"x" * 200_000 + b"\n2,3\n")
    assert (good, problems) == ([["a", "b"], ["2", "3"]], [(2, "csv.unreadable")])


def test_rows_by_column() -> None:
    """A short row lacks its last cells; a short last line without a line end was cut off."""
    found = list(rows(io.BytesIO(b"\xef\xbb\xbfa, b \n1, 2 \n3\n4,5,6\n7")))
    assert [row for row in found if not isinstance(row, Problem)] == [(2, {"a": "1", "b": "2"}), (3, {"a": "3"})]
    assert [(row.line, row.code) for row in found if isinstance(row, Problem)] == [
        (0, "line.bom"), (4, "csv.cells"), (5, "csv.cells"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("3", ".", 3.0),
        ("-.5", ".", -0.5),
        ("1e5", ".", "1e5"),
        ("3,5", ",", 3.5),
        ("3.5", ",", "3.5"),
        ("٣", ".", "٣"),
        ("", ".", ""),
    ],
)
def test_numbers_in_cells(cell: str, decimal: str, value: float | str) -> None:
    assert number(cell, decimal) == value
