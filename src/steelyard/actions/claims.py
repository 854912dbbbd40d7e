"""Which claims an article makes, what is known of each, and what the article leaves out."""

import sys
from pathlib import Path

from steelyard.findings.claims import check_text
from steelyard.knowledge.claims import load_claims
from steelyard.knowledge.load import load
from steelyard.reports.claims import claims_text
from steelyard.reports.json import to_json

LARGEST = 4 << 20  # bytes; a long article has a hundredth of it
MOST_CONTROL = 0.01  # share of control characters from which on a file is no text


class UnreadableText(Exception):
    """The file holds no text that can be checked; the message says why and what was expected."""


def claims(source: str, form: str) -> bytes:
    """Check the article in a file (`-` for standard input) and return the answer as `text` or `json`.

    Refuses (UnreadableText) what cannot be opened, is too large, is no plain text in UTF-8, or holds no words.
    """
    article = _decoded(_content(source))
    knowledge = load()
    report = check_text(article, load_claims(knowledge), knowledge)
    if form == "json":
        return to_json(report).encode()
    return claims_text(report).encode()


def _content(source: str) -> bytes:
    try:
        if source == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableText(f"the file cannot be read ({error.strerror}); read nothing") from error
    if len(content) > LARGEST:
        raise UnreadableText(f"the file is larger than {LARGEST >> 20} MiB, expected the text of one article; read nothing")
    return content


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableText("expected UTF-8, found UTF-16; read nothing; save the file as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableText(f"expected text in UTF-8, found other bytes at place {error.start:,}; read nothing") from error
    control = sum(character < " " and character not in "\t\n\r\f\v" for character in text)
    if "\0" in text or control > MOST_CONTROL * len(text):
        raise UnreadableText("expected plain text, found a binary file; read nothing")
    if text.lstrip()[:15].casefold().startswith(("<!doctype", "<html", "<?xml", "{\\rtf")):
        raise UnreadableText("expected plain text, found a page with markup; read nothing; copy the text of the page instead")
    if not any(map(str.isalnum, text)):
        raise UnreadableText("the file holds no words; read nothing")
    return text
