"""A text as sentences, and a sentence as words."""

import pytest

from steelyard.findings.sentences import LONGEST_SENTENCE, sentences, words


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It holds 1.5 g. It is dried.", ["It holds 1.5 g.", "It is dried."]),
        (
            "Some do, e.g. Dr. A. Smith of the U.S. Army. Others do not.",
            ["Some do, e.g. Dr. A. Smith of the U.S. Army.", "Others do not."],
        ),
        ('He said "It works." Then he left.', ['He said "It works."', "Then he left."]),
        ("a line\nand its rest. Next\none.", ["a line and its rest.", "Next one."]),
        ("A heading\n\nA sentence.", ["A heading", "A sentence."]),
        ("- one\n- two\n3. three", ["one", "two", "three"]),
        ("Windows.\r\n\r\nOld\rMac.", ["Windows.", "Old Mac."]),
        ("no capital. follows", ["no capital. follows"]),
        ("", []),
        (" \n\n - \n *** \n", []),
    ],
)
def test_a_text_is_split(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_what_cannot_be_printed_becomes_a_space_and_what_cannot_be_seen_goes() -> None:
    assert texts("red\x1b[31m\u202eand\tblue \u2028here") == ["red [31m and blue here"]
    assert texts("kra\u200btom\ufeff hel\u00adps") == ["kratom helps"]


def test_a_short_line_in_a_block_is_a_heading_and_a_wrapped_line_is_not() -> None:
    body = (
        "The leaf holds more than forty alkaloids, and of most of them\nHardly anything is known so far in people or in animals."
    )
    wrapped = f"How it works\n{body}"
    assert texts(wrapped) == ["How it works", body.replace("\n", " ")]


def test_an_endless_sentence_is_cut() -> None:
    found = texts("word " * (2 * LONGEST_SENTENCE + 1))
    assert [len(each.split()) for each in found] == [LONGEST_SENTENCE, LONGEST_SENTENCE, 1]


def test_a_paragraph_is_fresh_unless_it_follows_a_heading_or_a_question() -> None:
    found = sentences("A heading\n\nFirst. Second.\n\nThird.\n\nReally?\n\nFourth.")
    assert [(each.text, each.fresh) for each in found] == [
        ("A heading", True), ("First.", False), ("Second.", False), ("Third.", True), ("Really?", True), ("Fourth.", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Kratom's leaves, dried.", "kratom leaves dried"),
        ("Long-term mu-opioid use", "long term mu opioid use"),
        ("1–3 g, 5.6% or 1,000", "1-3 g 5.6% or 1,000"),
        ("It doesn't, can’t and won't", "it does not cannot and will not"),
        ("7-OH and alpha-2", "7 oh and alpha 2"),
        ("\ufb01bro \uff4boil", "fibro koil"),
    ],
)
def test_words(sentence: str, expected: str) -> None:
    assert " ".join(words(sentence).words) == expected


def test_a_semicolon_is_a_stop_before_the_next_word() -> None:
    assert words("one two; three").stops == {2}


@pytest.mark.parametrize(("sentence", "asks"), [("Is it?", True), ('"Is it?"', True), ("It is.", False), ("Is it? No.", False)])
def test_a_question_ends_with_its_mark(sentence: str, asks: bool) -> None:
    assert words(sentence).question is asks
