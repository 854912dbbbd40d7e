"""Two ways to read TOML must never differ: what is plain is read quickly, everything else as the standard library reads it."""

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.knowledge import toml
from steelyard.knowledge.files import contents, shipped

PLAIN = """# a comment
[one]
text = "an effect of 2 h, µg"
empty = ""
whole = -12
number = 0.50
yes = true
no = false
day = 2026-03-01
names = ["a", "b"]
none = []

[two-b]
lines = [
  "a",
  "b",
]
"""


def is_plain(text: str) -> bool:
    return toml._plain(text) is not None


def test_what_is_written_plainly_is_read_as_it_stands() -> None:
    assert is_plain(PLAIN)
    assert toml.loads(PLAIN) == {
        "one": {
            "text": "an effect of 2 h, µg",
            "empty": "",
            "whole": -12,
            "number": 0.5,
            "yes": True,
            "no": False,
            "day": date(2026, 3, 1),
            "names": ["a", "b"],
            "none": [],
        },
        "two-b": {"lines": ["a", "b"]},
    }


def test_the_end_of_the_last_line_may_be_missing() -> None:
    assert toml.loads("[a]\nx = 1") == {"a": {"x": 1}}


@pytest.mark.parametrize("file", [file for file, _ in contents(shipped())])
def test_every_shipped_file_is_plain_and_reads_the_same(file: str) -> None:
    text = dict(contents(shipped()))[file].decode()
    assert toml.loads(text) == tomllib.loads(text)
    assert is_plain(text), "reading it takes five times as long as it need"


@pytest.mark.parametrize(
    "text",
    [
        'x = "before any table"\n',
        '[a]\nx = "an escape \\n"\n',
        '[a]\nx = "value" # a comment after it\n',
        "[a]\nx = 'single quotes'\n",
        '[a]\nx = """\nmany lines\n"""\n',
        "[a]\nx = 1e3\n",
        "[a]\nx = 1_000\n",
        "[a]\nx = inf\n",
        "[a]\nx = [1, 2]\n",
        "[a]\nx = 2026-03-01T08:00:00Z\n",
        "[a]\nx={y = 1}\n",
        "[a.b]\nx = 1\n",
        "[[a]]\nx = 1\n",
        "[a]\n  x = 1\n",
        '[a]\n"quoted key" = 1\n',
        "[a]\nx.y = 1\n",
        '[a]\nx = ["a", # why\n"b"]\n',
        "[a]\nx = 1\r\n",
        '[a]\nx = "a\ttab"\n',
    ],
)
def test_anything_else_is_left_to_the_standard_library(text: str) -> None:
    assert not is_plain(text)
    assert toml.loads(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nx = NO\n",
        "[a]\nx =\n",
        "[a]\nx = 01\n",
        "[a]\nx = 2026-02-30\n",
        "[a]\nx = null\n",
        "[a]\nx = 1\nx = 2\n",
        "[a]\nx = 1\n[a]\ny = 2\n",
        '[a]\nx = ["a" "b"]\n',
        "[a]\nx = [,]\n",
        '[a]\nx = "a\x07bell"\n',
        "[a]\n# a comment with a \x00 in it\n",
        "[a\nx = 1\n",
        "just words\n",
    ],
)
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        toml.loads(text)


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=6).map(lambda text: f'"{text}"'),
    st.integers(-50, 50).map(str),
    st.floats(-5, 5).map(str),
    st.sampled_from(["true", "false", "2026-03-01", "2026-13-01", "[]", '["a"]', '["a", "b",]', "nan", '"""', "''", "{}"]),
)
LINES = st.one_of(
    st.sampled_from(["", "# words", "[a]", "[b]", "[a.b]", "[[c]]", " x = 1", "x = 1 # y"]),
    st.tuples(st.sampled_from("xyz"), VALUES).map(" = ".join),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_both_ways_agree_on_anything(text: str) -> None:
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(ValueError):
            toml.loads(text)
    else:
        assert repr(toml.loads(text)) == repr(expected)
