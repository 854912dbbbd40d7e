"""Pooling a folder or a table, and the file that says what to expect."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from steelyard.actions import pool as action
from steelyard.actions.expected import UnusableExpectation, expected_of, read_expected
from steelyard.actions.many import Asked, How, Tally
from steelyard.actions.pool import UnreadableTable, pool, render
from steelyard.exchange.parquet import write_csv, write_parquet
from steelyard.findings.rows import columns

from ..findings.test_pooled import ROWS, row


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("wb") as stream:
        (write_parquet if path.suffix == ".parquet" else write_csv)(columns(), rows, stream)
    return path


@pytest.mark.parametrize("end", [".parquet", ".csv"])
def test_a_table_is_pooled_as_its_rows_are(end: str, tmp_path: Path) -> None:
    answer = pool(table(tmp_path / f"results{end}", ROWS), Asked(), How())
    (question,) = answer.report.questions
    assert question.people == 5 and answer.tally is None
    assert question.mean is not None and -1.5 < question.mean.value < -0.3
    text, told = render(answer.report, "text").decode(), msgspec.json.decode(render(answer.report, "json"))
    assert "5 diaries could tell" in text
    assert told["questions"][0]["mean"]["value"] == question.mean.value and told["format"] == 1


def test_a_folder_is_weighed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally(5, 5, (("bad.jsonl", "it holds nothing"),))
    monkeypatch.setattr(action, "rows_of", lambda folder, asked, how: (ROWS, tally))
    answer = pool(tmp_path, Asked(outcome="pain"), How())
    assert answer.tally is tally and answer.report.questions[0].people == 5


def test_another_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"record": "journal", "format": 1}\n')
    with pytest.raises(UnreadableTable, match="written by `steelyard weigh`"):
        pool(tmp_path / "journal.jsonl", Asked(), How())


def test_what_to_expect_goes_to_a_file_and_comes_back(tmp_path: Path) -> None:
    report = pool(table(tmp_path / "results.csv", ROWS), Asked(), How()).report
    file = tmp_path / "prior.json"
    file.write_bytes(expected_of(report))
    found = read_expected(str(file))
    question = report.questions[0]
    assert question.another is not None
    assert (found.mean, found.sd, found.people) == (question.another.value, question.another_sd, 5)


def test_one_question_has_to_be_left(tmp_path: Path) -> None:
    two = [*ROWS, *(row(name, 0.0, outcome="mood") for name in "abc")]
    path = table(tmp_path / "results.csv", two)
    with pytest.raises(UnusableExpectation, match="found 2"):
        expected_of(pool(path, Asked(), How()).report)
    assert expected_of(pool(path, Asked(outcome="mood"), How()).report)
    with pytest.raises(UnusableExpectation, match="found 0"):
        expected_of(pool(path, Asked(outcome="sleep"), How()).report)


GOOD = (
    '{"format": 1, "substance": "kratom", "outcome": "pain", "unit": "points", "mean": -1.0, "sd": 0.5, "people": 9, '
    '"learned_from": [], "steelyard": "0.1.0"}'
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        ("", "not what"),
        ("[1]", "not what"),
        (GOOD.replace('"mean": -1.0', '"mean": "low"'), "mean"),
        (GOOD.replace('"format": 1', '"format": 2'), "format 1, found 2"),
        (GOOD.replace('"sd": 0.5', '"sd": 0'), "above 0"),
        (GOOD.replace('"sd": 0.5', '"sd": -0.5'), "above 0"),
    ],
)
def test_a_file_that_says_something_else_is_refused_in_words(content: str | None, why: str, tmp_path: Path) -> None:
    file = tmp_path / "prior.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UnusableExpectation, match=why):
        read_expected(str(file))
    file.write_text(GOOD)
    assert read_expected(str(file)).people == 9
