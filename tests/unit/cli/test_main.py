"""The command line: what is written where, what the exit status says, and that the same input gives the same bytes."""

import contextlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from steelyard import __version__
from steelyard.actions.simulate import Plan, simulate_files
from steelyard.cli import main as cli
from steelyard.cli.main import main

Run = Callable[..., tuple[int, bytes, str]]
START = "import sys; from steelyard.cli.main import main; "
GOOD = '{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'
BAD = '{"record": "rating", "time": "2026-03-01T09:10:00-06:00", "scale": "pain", "value": 60}\n'
TABLE_MAPPING = """
time = "when"
zone = "America/Chicago"
scales = { pain = "pain" }
dose = { substance = "kratom", amount = "grams", unit = "g" }
"""


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in this process: exit status, standard output, standard error."""

    def run(*arguments: str | Path) -> tuple[int, bytes, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        said = capsysbinary.readouterr()
        return status, said.out, said.err.decode()

    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def diary(folder: Path) -> Path:
    """An invented month with one bad line in it."""
    path = folder / "diary.jsonl"
    path.write_bytes(simulate_files(Plan(days=30, driver="random", effect=-2.0, seed=3))[0] + BAD.encode())
    return path


def line_of_bad(diary: Path) -> int:
    return len(diary.read_bytes().splitlines())


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, check=False, env={**os.environ, **environment}
    )


# --- exit status


@pytest.mark.parametrize("command", ["weigh", "check", "import"])
@pytest.mark.parametrize("content", [None, "", "nonsense\n", BAD], ids=["missing", "empty", "no journal", "one bad line"])
def test_nothing_that_can_be_read_is_status_one_with_a_reason(
    command: str, content: str | None, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "journal.jsonl"
    if content is not None:
        file.write_text(content)
    status, out, err = run(command, file)
    assert status == 1
    assert len((out.decode() + err).split()) > 3
    assert "Traceback" not in err


def test_a_directory_is_nothing_to_read(run: Run, tmp_path: Path) -> None:
    status, _, err = run("weigh", tmp_path)
    assert status == 1 and "directory" in err


def test_not_enough_data_is_an_answer(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text(GOOD)
    status, out, _ = run("weigh", file, "--substance", "kratom")
    assert status == 0
    assert b"NOT ENOUGH DATA" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("weight", "x"),
        ("weigh",),
        ("weigh", "x", "--format", "xml"),
        ("weigh", "x", "--seed", "one"),
        ("weigh", "x", "--loud"),
        ("check", "x", "--format", "html"),
        ("simulate", "--driver", "none"),
        ("simulate", "--days", "0", "--out", os.devnull),
        ("simulate", "--off-days", "2", "--out", os.devnull),
        ("simulate", "--effect", "nan", "--out", os.devnull),
        ("simulate", "--seed", "-1", "--out", os.devnull),
        ("import", "x.csv", "--from", "csv"),
        ("facts", "turmeric"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_two_and_says_what_is_wrong(arguments: tuple[str, ...], run: Run) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, b"")
    assert err.strip()


@pytest.mark.parametrize("wrong", [("--seed", "-1"), ("--out", "nowhere/at/all")], ids=" ".join)
def test_what_weigh_cannot_do_is_wrong_usage_too(wrong: tuple[str, str], run: Run, diary: Path, tmp_path: Path) -> None:
    option, value = wrong
    status, _, err = run("weigh", diary, option, tmp_path / value if option == "--out" else value)
    assert status == 2 and err.strip()


def test_an_interruption_is_status_130(run: Run, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("steelyard.actions.weigh.weigh", interrupted)
    assert run("weigh", diary) == (130, b"", "")


def test_a_reader_who_leaves_early_is_no_error() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", START + "sys.exit(main(['facts']))"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdout is not None and program.stderr is not None
    program.stdout.close()
    said = program.stderr.read()
    program.stderr.close()
    assert (program.wait(), said) == (0, b"")


# --- where things are written


def test_the_answer_goes_to_standard_output_and_the_problems_to_standard_error(run: Run, diary: Path) -> None:
    status, out, err = run("weigh", diary, "--format", "json")
    assert status == 0
    answer = json.loads(out)
    assert [problem["code"] for problem in answer["journal"]["problems"]] == ["rating.off_scale"]
    (problem,) = err.splitlines()
    assert problem.startswith(f"line {line_of_bad(diary)}") and "0 to 10" in problem and "skipped" in problem


def test_weigh_names_the_field_as_check_does(run: Run, diary: Path) -> None:
    assert run("weigh", diary)[2].startswith(f"line {line_of_bad(diary)}, value:")


def test_a_file_gets_what_standard_output_would_have_got(run: Run, diary: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    _, shown, _ = run("weigh", diary)
    status, out, _ = run("weigh", diary, "--out", answer)
    assert (status, out) == (0, b"")
    assert answer.read_bytes() == shown != b""


def test_standard_input_is_the_same_as_the_file(run: Run, diary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_file = run("weigh", diary, "--format", "json")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(diary.read_bytes())))
    assert run("weigh", "-", "--format", "json") == from_file


@pytest.mark.parametrize(("seconds_a_step", "told"), [(0.0, False), (0.3, False), (2.0, True)])
def test_progress_is_told_only_after_a_second(
    seconds_a_step: float, told: bool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text(GOOD)
    clock = itertools.count()
    monkeypatch.setattr(cli, "time", SimpleNamespace(monotonic=lambda: next(clock) * seconds_a_step))
    status, out, err = run("weigh", file, "--substance", "kratom")
    assert status == 0 and b"..." not in out
    assert ("..." in err) is told
    assert ("weighing kratom against pain" in err) is told


# --- the same input gives the same bytes


def test_the_same_input_and_seed_give_the_same_bytes_in_another_process(diary: Path, tmp_path: Path) -> None:
    code = START + (
        "[main(['weigh', sys.argv[1], '--seed', '1', '--format', form, '--out', f'{sys.argv[2]}.{form}'])"
        " for form in ('text', 'json', 'html')]"
    )
    for name, hashes in (("one", "1"), ("other", "2")):
        done = python(code, str(diary), str(tmp_path / name), PYTHONHASHSEED=hashes)
        assert done.returncode == 0, done.stderr.decode()
    for form in ("text", "json", "html"):
        one, other = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("one", "other"))
        assert one == other != b"", form
    assert b"<html" in (tmp_path / "one.html").read_bytes()


# --- the findings JSON

FIGURE = {"type": "number"}
WORDS = {"type": "string", "minLength": 1}
CHANGE = {
    "type": "object",
    "required": ["name", "value", "low", "high", "unit"],
    "properties": {"name": WORDS, "value": FIGURE, "low": FIGURE, "high": FIGURE, "unit": WORDS},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["format", "steelyard", "knowledge", "seed", "journal", "alerts", "findings"],
    "properties": {
        "format": {"const": 1},
        "steelyard": {"const": __version__},
        "knowledge": WORDS,
        "seed": {"type": "integer"},
        "journal": {
            "type": "object",
            "required": ["sha256", "from", "to", "read", "used", "problems"],
            "properties": {
                "sha256": {"pattern": "^[0-9a-f]{64}$"},
                "from": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"},
                "to": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"},
                "read": {"type": "integer"},
                "used": {"type": "integer"},
                "problems": {"type": "array", "items": {"required": ["line", "code", "message", "action"]}},
            },
        },
        "alerts": {"type": "array"},
        "findings": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    *("id", "level", "question", "answer", "verdict", "certainty", "reasons", "subject"),
                    *("contrasts", "estimators", "checks", "citations"),
                ],
                "if": {"properties": {"level": {"const": "person"}}},
                "then": {"required": ["data"]},
                "properties": {
                    "level": {"enum": ["literature", "population", "person"]},
                    "verdict": {
                        "enum": [
                            *("helps", "helps_a_little", "no_worthwhile_effect", "makes_worse", "not_settled", "not_enough_data")
                        ]
                    },
                    "certainty": {"enum": ["high", "moderate", "low", "very_low"]},
                    "reasons": {"type": "array", "items": WORDS},
                    "subject": {"required": ["substance", "outcome"]},
                    "contrasts": {"type": "array", "items": CHANGE},
                    "estimators": {"type": "array", "items": CHANGE},
                    "checks": {"type": "array", "items": {"required": ["name", "passed", "detail"]}},
                    "data": {"required": ["ratings", "doses", "days"], "additionalProperties": {"type": "integer"}},
                    "citations": {"type": "array", "items": WORDS},
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def answer(diary: Path) -> Any:
    with contextlib.redirect_stderr(io.StringIO()):
        assert main(["weigh", str(diary), "--format", "json", "--out", str(diary) + ".answer"]) == 0
    return json.loads(Path(str(diary) + ".answer").read_bytes())


def test_the_findings_json_keeps_its_promise(answer: Any) -> None:
    jsonschema.validate(answer, SCHEMA)
    finding = answer["findings"][0]
    assert finding["id"] == "person.relief.kratom.pain"
    assert [contrast["name"] for contrast in finding["contrasts"]][:3] == ["peak", "as_taken", "duration"]
    assert {"dose", "p_relief", "p_worthwhile"} <= set(finding["contrasts"][0])
    assert answer["journal"]["read"] == answer["journal"]["used"] + 1


def test_the_schema_would_notice_a_broken_promise(answer: Any) -> None:
    for spoilt in (
        answer | {"format": 2},
        answer | {"findings": [answer["findings"][0] | {"verdict": "maybe"}]},
        {key: value for key, value in answer.items() if key != "seed"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, SCHEMA)


def test_no_time_of_run_is_in_the_answer(answer: Any) -> None:
    """Every instant in it lies within the invented diary."""
    times = re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d", json.dumps(answer))
    assert times and all("2025-01-01" <= time < "2025-02-02" or time.startswith("2026-03-01") for time in times)


# --- the other commands


def test_a_table_weighed_directly_and_after_its_import_gives_the_same_findings(run: Run, diary: Path, tmp_path: Path) -> None:
    rows = ["when,pain,grams"]
    for line in diary.read_text().splitlines():
        record = json.loads(line)
        when = record.get("time", "")[:16]
        if record["record"] == "rating" and record["value"] <= 10:
            rows.append(f"{when},{record['value']},NA")
        if record["record"] == "dose":
            rows.append(f"{when},NA,{record['amount']}")
    table, mapping, journal = (tmp_path / name for name in ("diary.csv", "diary.toml", "journal.jsonl"))
    table.write_text("\n".join(rows) + "\n")
    mapping.write_text('missing = ["NA"]\n' + TABLE_MAPPING)
    status, out, err = run("import", table, "--mapping", mapping, "--out", journal)
    assert (status, out) == (0, b"")
    assert f"read {len(rows) - 1:,}, used {len(rows) - 1:,}" in err, "all rows but the header"
    direct = json.loads(run("weigh", table, "--mapping", mapping, "--format", "json")[1])
    imported = json.loads(run("weigh", journal, "--format", "json")[1])
    assert imported["findings"] == direct["findings"]
    (finding,) = [each for each in direct["findings"] if each["level"] == "person"]
    assert finding["verdict"] != "not_enough_data"
    assert finding["data"]["ratings"] + finding["data"]["doses"] == len(rows) - 1


def test_simulate_writes_a_journal_and_the_truth_about_it(run: Run, tmp_path: Path) -> None:
    journal, truth = tmp_path / "journal.jsonl", tmp_path / "truth.json"
    arguments = ("simulate", "--days", "9", "--driver", "recorded", "--effect", "-0.5", "--off-days", "0.4", "--seed", "8")
    status, out, err = run(*arguments, "--out", journal, "--truth", truth)
    assert (status, out, err) == (0, b"", "")
    told = json.loads(truth.read_bytes())
    assert {key: told["plan"][key] for key in ("days", "driver", "effect", "random_off_days", "seed")} == {
        "days": 9,
        "driver": "recorded",
        "effect": -0.5,
        "random_off_days": 0.4,
        "seed": 8,
    }
    kinds = [json.loads(line)["record"] for line in journal.read_text().splitlines()]
    assert kinds.count("assignment") == 9
    assert run(*arguments) == (0, journal.read_bytes(), ""), "to standard output, and the same again"


def test_simulate_needs_no_truth_file(run: Run) -> None:
    status, out, _ = run("simulate", "--days", "3")
    assert status == 0
    assert json.loads(out.splitlines()[0])["record"] == "journal"


def test_check_lists_problems_and_weighs_nothing(run: Run, diary: Path) -> None:
    status, out, err = run("check", diary)
    assert (status, err) == (0, "")
    problem, total = out.decode().splitlines()
    assert problem.startswith(f"line {line_of_bad(diary)}, value:")
    assert total.startswith("read ")
    answer = json.loads(run("check", diary, "--format", "json")[1])
    assert [each["line"] for each in answer["problems"]] == [line_of_bad(diary)]


def test_facts_shows_what_is_known(run: Run, tmp_path: Path) -> None:
    status, out, err = run("facts", "kratom")
    assert (status, err) == (0, "") and b"kratom.effect_half_life" in out
    file = tmp_path / "facts.json"
    assert run("facts", "--format", "json", "--out", file) == (0, b"", "")
    assert len(json.loads(file.read_bytes())["facts"]) > 5


def test_facts_names_what_is_held_when_asked_for_something_else(run: Run) -> None:
    assert "kratom" in run("facts", "turmeric")[2]


# --- help


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"steelyard {__version__}\n".encode(), "")


@pytest.mark.parametrize("arguments", [["--help"], ["weigh", "--help"], ["--version"]], ids=" ".join)
def test_help_comes_without_loading_anything_heavy(arguments: list[str]) -> None:
    code = START + (
        "import atexit\n"
        "heavy = ('numpy', 'scipy', 'vl_convert', 'jinja2', 'msgspec')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules], file=sys.stderr))\n"
        "main(sys.argv[1:])"
    )
    done = python(code, *arguments)
    assert (done.returncode, done.stderr.decode().strip()) == (0, "[]")
    assert done.stdout.strip()
