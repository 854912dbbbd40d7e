"""The problems in a file: where, what was expected and found, what was done, and how much is left to use."""

import json
from pathlib import Path

import pytest

from steelyard.actions.check import check, line
from steelyard.records.model import Problem

GOOD = '{"record": "rating", "time": "2026-03-01T08:10:00-06:00", "scale": "pain", "value": 6}\n'
BAD = '{"record": "rating", "time": "2026-03-01T09:10:00-06:00", "scale": "pain", "value": "lots"}\n'


def written(folder: Path, content: str) -> str:
    file = folder / "journal.jsonl"
    file.write_text(content)
    return str(file)


def test_a_problem_is_told_with_line_field_expectation_and_what_was_done(tmp_path: Path) -> None:
    content, used = check(written(tmp_path, GOOD + BAD), None, None, "text")
    problem, total = content.decode().splitlines()
    assert used == 1
    assert problem.startswith("line 2, value: expected a number") and "lots" in problem
    assert problem.endswith("skipped this record")
    assert total == "read 2, used 1"


def test_a_clean_file_says_so(tmp_path: Path) -> None:
    content, used = check(written(tmp_path, GOOD), None, None, "text")
    assert (content.decode(), used) == ("read 1, used 1; no problems\n", 1)


def test_nothing_usable_counts_as_nothing(tmp_path: Path) -> None:
    assert check(written(tmp_path, BAD), None, None, "text")[1] == 0
    assert check(str(tmp_path / "nowhere"), None, None, "text")[1] == 0


def test_json_has_the_same_problems(tmp_path: Path) -> None:
    content, _ = check(written(tmp_path, GOOD + BAD), None, None, "json")
    answer = json.loads(content)
    assert list(answer) == ["format", "sha256", "read", "used", "problems"]
    assert (answer["format"], answer["read"], answer["used"]) == (1, 2, 1)
    (problem,) = answer["problems"]
    assert {"line", "field", "code", "message", "action", "count"} == set(problem)
    assert (problem["line"], problem["field"]) == (2, "value")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem(3, "time", "c", "no offset", "assumed UTC"), "line 3, time: no offset; assumed UTC"),
        (Problem(3, "", "c", "no JSON", "left out"), "line 3: no JSON; left out"),
        (Problem(0, "pain", "c", "no such column", "read on"), "pain: no such column; read on"),
        (Problem(0, "", "c", "the file is empty", "read nothing"), "the file is empty; read nothing"),
    ],
)
def test_a_line_names_only_the_places_there_are(problem: Problem, said: str) -> None:
    assert line(problem) == said
