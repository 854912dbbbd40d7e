"""Where phrases stand in a sentence."""

import pytest

from steelyard.findings.phrases import LONGEST_GAP, Lexicon


@pytest.mark.parametrize(
    ("phrase", "sentence", "expected"),
    [
        ("hair", "her hair is hair", [(1, 2), (3, 4)]),
        ("hair", "hairy chair", []),
        ("caus*", "it causes and caused causation", [(1, 2), (3, 4), (4, 5)]),
        ("hair loss", "hair loss of hair", [(0, 2)]),
        ("hair loss", "hair and loss", []),
        ("lose .. hair", "lose hair lose your own hair", [(0, 2), (2, 6)]),
        ("lose .. hair", "lose one two three four hair", []),
        ("side effect*", "side effects", [(0, 2)]),
        ("a .. b* .. c", "a x b1 y y c", [(0, 6)]),
        ("a b", "a", []),
    ],
)
def test_where_a_phrase_stands(phrase: str, sentence: str, expected: list[tuple[int, int]]) -> None:
    assert Lexicon({"it": [phrase]}).spans(sentence.split()).get("it", []) == expected


def test_a_gap_has_a_longest_length() -> None:
    lexicon = Lexicon({"it": ["a .. b"]})
    assert lexicon.spans(["a", *["x"] * LONGEST_GAP, "b"]) == {"it": [(0, LONGEST_GAP + 2)]}
    assert lexicon.spans(["a", *["x"] * (LONGEST_GAP + 1), "b"]) == {}


def test_a_place_is_named_once_however_many_phrases_fit() -> None:
    assert Lexicon({"it": ["caus*", "causes", "cause*"]}).spans(["causes"]) == {"it": [(0, 1)]}


def test_a_word_may_belong_to_several_concepts() -> None:
    found = Lexicon({"opioid": ["opioid*"], "receptor": ["opioid receptor*"]}).spans(["opioid", "receptors"])
    assert found == {"opioid": [(0, 1)], "receptor": [(0, 2)]}


def test_no_phrases_find_nothing() -> None:
    assert Lexicon({}).spans(["anything"]) == {}
