"""The letter from the command line: a file, lines that can be left out by name, and what cannot be meant."""

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest

from steelyard.cli.main import main

Run = Callable[..., tuple[int, bytes, str]]
JOURNAL = """\
{"record": "journal", "format": 1, "zone": "UTC"}
{"record": "dose", "time": "2026-03-01T08:00:00+00:00", "substance": "kratom", "amount": 3, "unit": "g"}
{"record": "rating", "time": "2026-03-01T09:00:00+00:00", "scale": "pain", "value": 4}
{"record": "side_effect", "time": "2026-03-01T10:00:00+00:00", "effect": "itch\\u001b[31ming", "severity": 1}
{"record": "medicine", "name": "sertraline"}
"""


class Stream(io.TextIOWrapper):
    """Standard output of which a test says whether somebody looks at it."""

    seen = False

    def isatty(self) -> bool:
        return self.seen


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object, terminal: bool = False) -> tuple[int, bytes, str]:
        out, err = Stream(io.BytesIO()), io.StringIO()
        out.seen = terminal
        monkeypatch.setattr(sys, "stdout", out)
        with contextlib.redirect_stderr(err):
            status = main([str(argument) for argument in arguments])
        return status, out.buffer.getvalue(), err.getvalue()  # type: ignore[attr-defined]

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_text(JOURNAL)
    return path


def said(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def test_a_letter_is_written_to_the_file_named(run: Run, file: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    assert run("weigh", file, "--format", "pdf", "--out", letter)[:2] == (0, b"")
    told = said(letter.read_bytes())
    assert "Kratom: usually 3 g." in told and "These data cannot tell." in told and "Name:" not in told


def test_it_can_be_piped_but_is_not_thrown_at_a_terminal(run: Run, file: Path) -> None:
    status, content, _ = run("weigh", file, "--format", "pdf")
    assert status == 0 and content.startswith(b"%PDF-")
    status, content, told = run("weigh", file, "--format", "pdf", terminal=True)
    assert (status, content) == (2, b"") and "--out letter.pdf" in told


def test_paper_and_name_are_as_asked_for(run: Run, file: Path) -> None:
    content = run("weigh", file, "--format", "pdf", "--paper", "letter", "--name", "Ada Example")[1]
    assert round(pypdf.PdfReader(io.BytesIO(content)).pages[0].mediabox.width) == 612
    assert "Name: Ada Example." in said(content)


def test_lines_are_left_out_by_their_ids(run: Run, file: Path) -> None:
    strike = ("--strike", "medicine.sertraline", "--strike", "alert.kratom.serotonin")
    told = said(run("weigh", file, "--format", "pdf", *strike)[1])
    assert "Medicine: sertraline." not in told and "serotonin" not in told
    assert "The person left out 2 lines." in told


def test_an_unknown_line_writes_nothing_and_lists_them_all_safely(run: Run, file: Path) -> None:
    status, content, told = run("weigh", file, "--format", "pdf", "--strike", "list")
    assert (status, content) == (2, b"")
    assert "medicine.sertraline: Medicine: sertraline.\n" in told and "no letter was written" in told
    assert "\x1b" not in told and "Itch?[31ming" in told


@pytest.mark.parametrize("option", [("--paper", "a4"), ("--name", "Ada"), ("--strike", "list")])
def test_options_of_the_letter_mean_nothing_without_one(run: Run, file: Path, option: tuple[str, str]) -> None:
    status, content, told = run("weigh", file, *option)
    assert (status, content) == (2, b"") and "--format pdf" in told


def test_a_file_of_which_nothing_can_be_read_still_gives_a_letter_that_says_so(run: Run, tmp_path: Path) -> None:
    empty: Any = tmp_path / "empty.jsonl"
    empty.write_text("")
    status, content, _ = run("weigh", empty, "--format", "pdf")
    assert status == 1 and "0 records" in said(content)
