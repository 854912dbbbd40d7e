"""Bytes to numbered lines: bounded in memory, and clear about what cannot be read at all."""

import io
from pathlib import Path

import pytest

from steelyard.exchange.source import LONGEST_LINE, lines
from steelyard.records.model import Problem


def refusal(found: list[tuple[int, bytes] | Problem]) -> Problem:
    assert len(found) == 1
    assert isinstance(found[0], Problem)
    return found[0]


def test_lines_are_numbered_and_keep_their_ends() -> None:
    assert list(lines(io.BytesIO(b"a\r\nb\n\nc"))) == [(1, b"a\r\n"), (2, b"b\n"), (3, b"\n"), (4, b"c")]


def test_a_path_and_its_name_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"a\nb\n")
    assert list(lines(path)) == list(lines(str(path))) == [(1, b"a\n"), (2, b"b\n")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        ("{}\n".encode("utf-16"), "file.encoding"),
        ("{}".encode("utf-16-be"), "file.encoding"),
        (b"{\0}\0", "file.encoding"),
    ],
)
def test_files_that_cannot_be_read_at_all(content: bytes, code: str) -> None:
    problem = refusal(list(lines(io.BytesIO(content))))
    assert (problem.line, problem.code) == (0, code)
    assert problem.action.startswith("read nothing")


def test_a_block_of_zeros_at_the_start_is_no_utf16() -> None:
    assert list(lines(io.BytesIO(b"\0\0\0\n{}\n"))) == [(1, b"\0\0\0\n"), (2, b"{}\n")]


def test_a_directory_and_a_missing_file(tmp_path: Path) -> None:
    assert refusal(list(lines(tmp_path))).code == "file.directory"
    missing = refusal(list(lines(tmp_path / "none.jsonl")))
    assert missing.code == "file.unreadable"
    assert "No such file" in missing.message


def test_a_line_of_just_the_longest_length_is_read_and_one_more_byte_is_not() -> None:
    fits = b"x" * (LONGEST_LINE - 1) + b"\n"
    assert list(lines(io.BytesIO(fits + b"next\n"))) == [(1, fits), (2, b"next\n")]
    found = list(lines(io.BytesIO(b"x" + fits + b"next\n")))
    assert isinstance(found[0], Problem)
    assert (found[0].line, found[0].code) == (1, "line.too_long")
    assert found[1] == (2, b"next\n")


def test_a_too_long_last_line_without_an_end() -> None:
    found = list(lines(io.BytesIO(b"a\n" + b"x" * (2 * LONGEST_LINE + 5))))
    assert found[0] == (1, b"a\n")
    assert [item.code for item in found[1:] if isinstance(item, Problem)] == ["line.too_long"]
    assert len(found) == 2
