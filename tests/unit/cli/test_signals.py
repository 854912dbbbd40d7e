"""`steelyard signals` on the command line: what is read, what is said, and which status it ends with."""

import json
import sys
from pathlib import Path

import pytest

from steelyard.cli.main import main

from ..population.files import plain

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis calls what duckdb has renamed

Captured = pytest.CaptureFixture[bytes]


def table(path: Path) -> Path:
    return plain(path, [(at, "KRATOM" if at % 6 == 0 else "TEA", "ALOPECIA" if at % 12 == 0 else "RASH") for at in range(60)])


def test_the_published_counts_answer_in_json(capsysbinary: Captured) -> None:
    assert main(["signals", "kratom", "--event", "death", "--format", "json"]) == 0
    given = json.loads(capsysbinary.readouterr().out)
    assert list(given) == [
        "format", "steelyard", "knowledge", "substance", "event", "terms", "question", "signals", "notes", "limits", "references",
    ]  # fmt: skip
    assert given["signals"][0]["counts"] == {
        "both": 178, "substance": 404, "event": 1262, "all": 48840, "expected": pytest.approx(10.4391482391482),
    }  # fmt: skip


def test_the_text_begins_with_the_question_and_ends_with_what_it_cannot_show(capsysbinary: Captured) -> None:
    assert main(["signals", "kratom", "--event", "hair loss"]) == 0
    said = " ".join(capsysbinary.readouterr().out.decode().split())
    assert said.startswith("Is hair loss reported of kratom more often than expected?")
    assert "not looked for is not the same as no report" in said
    assert "Reports are selected." in said and "advises no dose" in said and "Do not stop or cut down abruptly" in said


def test_files_are_loaded_once_answered_from_and_told_about(tmp_path: Path, capsysbinary: Captured) -> None:
    pytest.importorskip("ibis", reason="the extra `population` is not installed")
    (tmp_path / "bad.zip").write_bytes(b"PK")
    command = ["signals", "kratom", "--event", "hair loss", "--store", str(tmp_path / "store"), "--format", "json", "--load"]
    assert main([*command, str(table(tmp_path / "own.csv")), str(tmp_path / "bad.zip")]) == 0
    first = capsysbinary.readouterr()
    assert b"own.csv: own, 60 rows of reports" in first.err and b"bad.zip: expected a whole zip" in first.err
    counts = json.loads(first.out)["signals"][0]["counts"]
    assert (counts["both"], counts["substance"], counts["event"], counts["all"]) == (5, 10, 5, 60)
    assert main([*command, str(tmp_path / "own.csv")]) == 0
    second = capsysbinary.readouterr()
    assert b"was loaded before (own.csv); nothing was done" in second.err
    assert second.out == first.out


def test_when_none_of_the_files_can_be_read_the_status_says_so(tmp_path: Path, capsysbinary: Captured) -> None:
    pytest.importorskip("pyarrow", reason="the extra `population` is not installed")
    (tmp_path / "bad.csv").write_text("a;b\n1;2\n")
    assert main(["signals", "kratom", "--store", str(tmp_path / "s"), "--load", str(tmp_path / "bad.csv")]) == 1
    assert b"parted by commas" in capsysbinary.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"), [(["--load", "x.zip"], b"--load needs --store"), (["--with", "tea"], b"--with needs --event")]
)
def test_options_that_cannot_be_meant_are_wrong_usage(options: list[str], said: bytes, capsysbinary: Captured) -> None:
    assert main(["signals", "kratom", *options]) == 2
    assert said in capsysbinary.readouterr().err


def test_a_store_that_is_a_file_is_refused_with_a_reason(tmp_path: Path, capsysbinary: Captured) -> None:
    pytest.importorskip("pyarrow", reason="the extra `population` is not installed")
    (tmp_path / "store").write_text("no folder")
    assert main(["signals", "kratom", "--store", str(tmp_path / "store"), "--load", str(table(tmp_path / "own.csv"))]) == 1
    assert b"the store cannot be used" in capsysbinary.readouterr().err


def test_weighing_a_diary_loads_no_engine(root: Path, tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from steelyard.cli.main import main;"
        f"main(['weigh', {str(root / 'examples/half-a-year-felt.jsonl')!r}, '--out', {str(tmp_path / 'out.txt')!r}]);"
        "print([m for m in ('duckdb', 'ibis', 'pyarrow', 'pandas', 'pyspark') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert "What is reported of kratom?" in (tmp_path / "out.txt").read_text()
