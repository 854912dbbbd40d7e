"""What studies say: every answer stands on facts, and one that does not is refused by name."""

from pathlib import Path

import pytest

from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.literature import asked, literature
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge

ROW = """[pain]
outcomes = ["pain"]
question = "Does it?"
verdict = "not_settled"
certainty = "low"
said = "Perhaps."
facts = ["kratom.onset"]
"""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def spoilt(folder: Path, old: str, new: str) -> Path:
    place = folder / "literature"
    place.mkdir()
    (place / "tea.toml").write_text(ROW.replace(old, new), encoding="utf-8")
    return folder


def test_a_row_is_read_as_it_stands(tmp_path: Path, knowledge: Knowledge) -> None:
    (row,) = literature(knowledge, spoilt(tmp_path, "", ""))
    assert (row.treatment, row.name, row.outcomes, row.about, row.always) == ("tea", "pain", ("pain",), "relief", False)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["kratom.onset"]', "[]", "tea.toml: pain: facts: empty"),
        ("kratom.onset", "kratom.nothing", "no fact 'kratom.nothing'"),
        ("not_settled", "proven", "verdict: expected one of"),
        ('certainty = "low"\n', "", "certainty: missing"),
        ("question", "questions", "unknown field"),
    ],
)
def test_a_row_without_ground_is_refused_by_file_row_and_field(
    tmp_path: Path, knowledge: Knowledge, old: str, new: str, says: str
) -> None:
    with pytest.raises(KnowledgeError, match=says):
        literature(knowledge, spoilt(tmp_path, old, new))


def test_the_question_is_found_in_any_case_and_only_for_its_treatment(knowledge: Knowledge) -> None:
    rows = literature(knowledge)
    assert [row.name for row in asked(rows, "Kratom", "Pain")] == ["pain"]
    assert not list(asked(rows, "kratom", "handwriting")) and not list(asked(rows, "sugar", "pain"))


def test_nothing_rests_on_hearsay_alone(knowledge: Knowledge) -> None:
    """An answer other than `not enough data` needs a fact that is more than a secondary page or a search in vain."""
    for row in literature(knowledge):
        grades = {knowledge.facts[fact].grade for fact in row.facts}
        assert row.verdict == "not_enough_data" or grades & set("ABCDE"), row


def test_no_answer_is_surer_than_its_best_fact_allows(knowledge: Knowledge) -> None:
    most = {"A": 3, "B": 2, "C": 1, "D": 1}
    steps = {"very_low": 0, "low": 1, "moderate": 2, "high": 3}
    for row in literature(knowledge):
        best = max(most.get(knowledge.facts[fact].grade, 0) for fact in row.facts)
        assert steps[row.certainty] <= max(best, 1), row
