"""Checking an article from a file: what is read, what is refused and in which words."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from steelyard.actions import claims as action
from steelyard.actions.claims import LARGEST, UnreadableText, claims

ARTICLE = "Kratom causes hair loss.\n\nIs it so?\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE)
    return path


def test_an_article_as_json(article: Path) -> None:
    given = json.loads(claims(str(article), "json"))
    assert next(iter(given)) == "format" and given["format"] == 1
    assert (given["sentences"], given["unrecognised"]) == (2, 1)
    assert [(made["sentence"], made["claim"], made["verdict"]) for made in given["claims"]] == [
        (1, "hair_loss.kratom_causes", "no_evidence")
    ]
    assert {left_out["topic"] for left_out in given["omissions"]} >= {"liver_injury", "seizures", "interactions"}
    assert {key for made in given["claims"] for key in made["citations"]} <= {each["key"] for each in given["references"]}


def test_an_article_as_text(article: Path) -> None:
    said = claims(str(article), "text").decode()
    assert '1. "Kratom causes hair loss."' in said
    assert "NO EVIDENCE FOUND: Kratom causes hair loss." in said
    assert "What the text leaves out about kratom" in said


def test_standard_input_is_read_as_a_file_is(article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(action.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(ARTICLE.encode())))
    assert claims("-", "json") == claims(str(article), "json")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + ARTICLE.encode(), ARTICLE.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_line_ends_make_no_difference(tmp_path: Path, article: Path, content: bytes) -> None:
    other = tmp_path / "other.txt"
    other.write_bytes(content)
    assert claims(str(other), "json") == claims(str(article), "json")


def test_control_characters_cannot_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(
        "It was long believed in many towns and villages, and told by many people there, \x1b[31mthat kratom \u202ecauses hair loss."
    )
    said = claims(str(path), "text").decode()
    assert "hair loss" in said
    assert all(character.isprintable() or character == "\n" for character in said)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no words"),
        (b" \n ... \n", "holds no words"),
        (b"Kratom\0 helps", "expected plain text, found a binary file"),
        (b"\x01\x02\x03 Kratom helps", "expected plain text, found a binary file"),
        (b"Kratom \xff helps", "expected text in UTF-8, found other bytes at place 7"),
        ("Kratom helps".encode("utf-16"), "expected UTF-8, found UTF-16"),
        (b"\x89PNG\r\n\x1a\n", "expected text in UTF-8"),
        (b"<!DOCTYPE html><p>Kratom helps", "copy the text of the page"),
        (b"  <html><p>Kratom helps", "copy the text of the page"),
        (b"{\\rtf1 Kratom helps}", "copy the text of the page"),
        (b"Kratom helps. " * (LARGEST // 14 + 1), "larger than 4 MiB"),
    ],
)
def test_what_is_no_article_is_refused_with_what_was_expected(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableText) as refused:
        claims(str(path), "text")
    assert says in str(refused.value)
    assert "Kratom" not in str(refused.value)


def test_the_largest_file_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(b"a" * LARGEST)
    assert json.loads(claims(str(path), "json"))["sentences"] == 1


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_what_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableText, match="the file cannot be read"):
        claims(str(tmp_path / name), "text")
