from pathlib import Path

import pytest

from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.instruments import Block, load_instruments
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge

BLOCK = '[items]\ntitle = "x"\nasks = "y"\nitems = ["a", "b"]\nhighest = 3\nterms = "free"\nfacts = ["causality.gap"]\n'

# Names of questionnaires whose owners ask for permission or a fee; not one of them is shipped.
ASK_FIRST = {"bpi", "paindetect", "isi", "psqi", "promis", "peg", "dn4", "slanss"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def shipped(knowledge: Knowledge) -> dict[str, tuple[Block, ...]]:
    return load_instruments(knowledge)


def read(folder: Path, text: str, knowledge: Knowledge) -> tuple[Block, ...]:
    (folder / "instruments").mkdir()
    (folder / "instruments" / "example.toml").write_text(text)
    return load_instruments(knowledge, folder)["example"]


@pytest.mark.parametrize(
    ("name", "questions", "highest"),
    [("phq9", 9, 27), ("gad7", 7, 21), ("sds", 5, 15), ("pain_three", 3, 30), ("fibromyalgia_2016", 26, 32)],
)
def test_questions_and_greatest_sum(shipped: dict[str, tuple[Block, ...]], name: str, questions: int, highest: int) -> None:
    """2016 criteria: 19 areas, 3 severities of 0 to 3, 3 complaints, and one question on three months."""
    assert sum(len(block.items) for block in shipped[name]) == questions
    assert sum(len(block.items) * block.highest for block in shipped[name]) == highest


def test_bands_cover_each_scale_without_overlap(shipped: dict[str, tuple[Block, ...]], knowledge: Knowledge) -> None:
    for name, top in (("phq9", 27), ("gad7", 21)):
        bands = sorted((f.low, f.high) for f in knowledge.facts.values() if f.id.startswith(f"instruments.{name}_band_"))
        assert bands[0][0] == 5
        assert [low for low, _ in bands[1:]] == [high + 1 for _, high in bands[:-1] if high is not None]
        assert bands[-1][1] == top


def test_jaw_chest_and_belly_are_asked_and_put_aside(shipped: dict[str, tuple[Block, ...]]) -> None:
    aside = {item for block in shipped["fibromyalgia_2016"] for item in block.aside}
    assert aside == {"jaw, left", "jaw, right", "chest", "belly"}


def test_nothing_that_needs_permission_is_shipped(shipped: dict[str, tuple[Block, ...]]) -> None:
    assert not ASK_FIRST & set(shipped)
    assert all(block.terms for blocks in shipped.values() for block in blocks)


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_a_form_that_may_be_copied_has_its_own_words_for_each_answer(shipped: dict[str, tuple[Block, ...]], name: str) -> None:
    """As on the printed sheet: four answers, and the ninth question of the PHQ-9 is the one that must be met at once."""
    (block,) = shipped[name]
    assert block.answers == ("not at all", "several days", "more than half the days", "nearly every day")
    assert "no permission required" in block.terms
    assert "better off dead" in shipped["phq9"][0].items[8]


def test_a_small_file_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    (block,) = read(tmp_path, BLOCK, knowledge)
    assert (block.name, block.items, block.highest, block.aside) == ("items", ("a", "b"), 3, ())


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("causality.gap", "no.fact", "facts"),
        ('["a", "b"]', "[]", "items"),
        ("highest = 3", "highest = 0", "items"),
        ("highest = 3", 'highest = 3\nanswers = ["never", "always"]', "answers"),
        ("highest = 3", 'highest = "3"', "highest"),
        ("highest = 3\n", "", "highest"),
        ("highest = 3", 'highest = 3\naside = ["c"]', "aside"),
        ("highest = 3", "highest = 3\nlowest = 1", "lowest"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, knowledge: Knowledge, old: str, new: str, field: str) -> None:
    with pytest.raises(KnowledgeError) as refusal:
        read(tmp_path, BLOCK.replace(old, new), knowledge)
    assert (refusal.value.file, refusal.value.fact, refusal.value.field) == ("instruments/example.toml", "items", field)
