"""A JSON document as a whole, or why it cannot be read."""

import io
from typing import Any

import pytest

from steelyard.exchange import document
from steelyard.exchange.document import Unreadable, numeral, objects, read, text
from steelyard.records.model import Problem


def code(content: bytes) -> str:
    found = read(io.BytesIO(content))
    assert isinstance(found, Unreadable)
    assert found.problem.action.startswith("read nothing")
    return found.problem.code


def test_a_document_with_or_without_a_mark() -> None:
    assert read(io.BytesIO(b'\xef\xbb\xbf{"a": [1, null]}')) == {"a": [1, None]}


def test_what_is_not_a_number_becomes_text() -> None:
    assert read(io.BytesIO(b'{"a": NaN}')) == {"a": "NaN"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "json.unreadable"),
        (b'{"a": 1', "json.unreadable"),
        (b'{"a": "\\ud800"}', "json.unreadable"),
        ("{}".encode("utf-16"), "file.encoding"),
        ('{"ä": 1}'.encode("latin-1"), "file.encoding"),
        (b"[" * 200_000, "json.too_deep"),
    ],
)
def test_why_it_cannot_be_read(content: bytes, expected: str) -> None:
    assert code(content) == expected


def test_a_document_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LARGEST", 10)
    assert code(b"[1, 2, 3, 4]") == "file.too_large"


def test_objects_of_a_list_with_their_place() -> None:
    found = list(objects([{"a": 1}, 5, {}], "things"))
    assert found[0] == (1, {"a": 1})
    assert isinstance(found[1], Problem) and (found[1].line, found[1].code) == (2, "json.no_object")
    assert found[2] == (3, {})
    assert list(objects(None, "things")) == []
    (problem,) = objects({"a": 1}, "things")
    assert isinstance(problem, Problem) and problem.code == "json.no_list"


@pytest.mark.parametrize(
    ("held", "number", "words"), [(3, 3, ""), (2.5, 2.5, ""), (True, None, ""), (" x ", None, "x"), (None, None, "")]
)
def test_numbers_and_texts(held: Any, number: float | None, words: str) -> None:
    assert numeral(held) == number
    assert text(held) == words
