"""The commands for many journals: what is written where, what is said of a bad journal, and which wishes make no sense."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from steelyard.actions import workers
from steelyard.cli.main import main
from steelyard.cli.many import Bar

Run = Callable[..., tuple[int, bytes, str]]
ONE = '{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in this process: exit status, standard output, standard error."""

    def run(*arguments: str | Path) -> tuple[int, bytes, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        said = capfdbinary.readouterr()
        return status, said.out, said.err.decode()

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two journals and one file that is none, weighed in this process."""
    monkeypatch.setattr(workers, "each", lambda function, items, jobs, lost: ((item, function(item)) for item in items))
    there = tmp_path / "people"
    there.mkdir()
    (there / "a.jsonl").write_text(ONE)
    (there / "b.jsonl").write_text(ONE)
    (there / "bad.jsonl").write_text("nonsense\n")
    return there


def test_a_folder_gives_a_table_and_says_what_was_left_out(run: Run, folder: Path, tmp_path: Path) -> None:
    status, out, err = run("weigh", folder, "--out", tmp_path / "results.csv")
    assert status == 0 and out == b""
    assert "bad.jsonl: expected one JSON object" in err and "2 journals, 2 rows, 1 left out" in err
    assert (tmp_path / "results.csv").read_text().count("\n") == 3


def test_without_a_place_the_table_goes_to_standard_output(run: Run, folder: Path) -> None:
    status, out, _ = run("weigh", folder)
    assert status == 0
    assert out.decode().splitlines()[0].startswith("person,mark,") and len(out.splitlines()) == 3


@pytest.mark.parametrize(
    "more", [("--format", "json"), ("--mapping", "x.toml"), ("--out", "results.txt"), ("--jobs", "0"), ("--jobs", "x")]
)
def test_wishes_that_make_no_sense_for_a_folder(more: tuple[str, str], run: Run, folder: Path) -> None:
    status, _, err = run("weigh", folder, *more)
    assert status == 2 and err


@pytest.mark.parametrize("more", [("--jobs", "2"), ("--spark", "local[2]"), ("--key", "x")])
def test_wishes_that_make_sense_for_a_folder_only(more: tuple[str, str], run: Run, folder: Path) -> None:
    status, _, err = run("weigh", folder / "a.jsonl", *more)
    assert status == 2 and "folder" in err


def test_a_folder_without_a_journal_is_nothing_to_read_and_is_left_as_it_was(run: Run, tmp_path: Path) -> None:
    for command in (("weigh", tmp_path), ("pool", tmp_path), ("research", tmp_path, "--out", tmp_path / "out")):
        status, out, err = run(*command)
        assert status == 1 and "directory holds no journal" in err and out == b""
        assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said(run: Run, folder: Path) -> None:
    status, _, err = run("weigh", folder, "--out", "/nowhere/results.csv")
    assert status == 2 and "choose another --out" in err


@pytest.mark.parametrize(("out", "told"), [("results.parquet", True), ("results.csv", False)])
def test_a_library_that_is_missing_is_said_before_any_journal_is_weighed(
    out: str, told: bool, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    status, _, err = run("weigh", folder, "--out", tmp_path / out)
    assert (status == 2 and "which is not installed" in err and "left out" not in err) == told


def test_a_prior_that_is_none_is_refused_before_anything_is_read(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "prior.json").write_text("{}")
    for source in (folder, folder / "a.jsonl"):
        status, out, err = run("weigh", source, "--prior", tmp_path / "prior.json")
        assert status == 2 and "pool --prior-out" in err and out == b""


def test_a_pooled_answer_of_journals_that_cannot_tell(run: Run, folder: Path, tmp_path: Path) -> None:
    status, out, err = run("pool", folder)
    assert status == 0 and b"Nothing here can be pooled" in out and "1 left out" in err
    status, out, _ = run("pool", folder, "--format", "json")
    assert status == 0 and json.loads(out)["people"] == 2 and json.loads(out)["questions"] == []
    status, out, err = run("pool", folder, "--prior-out", tmp_path / "prior.json")
    assert status == 2 and "found 0" in err and not (tmp_path / "prior.json").exists()


def test_a_table_that_is_none_is_refused(run: Run, folder: Path) -> None:
    status, _, err = run("pool", folder / "a.jsonl")
    assert status == 2 and "written by `steelyard weigh`" in err


def test_events_for_research(run: Run, folder: Path, tmp_path: Path) -> None:
    status, out, err = run("research", folder, "--out", tmp_path / "out")
    assert status == 0 and out == b"" and "2 journals, 2 rows, 1 left out" in err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"events.parquet", "dictionary.md", "dictionary.csv"}


def test_where_nobody_watches_each_tenth_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    for done in range(101):
        bar(done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11 and lines[0] == "... 0 of 100 journals" and lines[-1] == "... 100 of 100 journals"


def test_where_somebody_watches_one_line_is_written_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = Bar()
    for done in range(3):
        bar(done, 2)
    told = capsys.readouterr().err
    assert told.count("\r") == 3 and told.count("\n") == 1 and told.endswith("\n")
    assert "#" * 15 + " " * 15 in told and "left" in told.split("\r")[2]
