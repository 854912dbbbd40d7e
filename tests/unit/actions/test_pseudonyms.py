"""Pseudonyms: the same for the same name and key, another for anything else; and a key that only its owner can read."""

import stat
from pathlib import Path

import pytest

from steelyard.actions.pseudonyms import KEY_NAME, MOST_WEEKS, UnusableKey, key_of, pseudonym, weeks_back

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_name_keeps_its_pseudonym_under_one_key_only() -> None:
    assert pseudonym(KEY, "anna.jsonl") == pseudonym(KEY, "anna.jsonl")
    assert len({pseudonym(KEY, "anna.jsonl"), pseudonym(KEY, "anne.jsonl"), pseudonym(OTHER, "anna.jsonl")}) == 3
    assert "anna" not in pseudonym(KEY, "anna.jsonl")


def test_where_one_part_ends_and_another_begins_is_part_of_the_name() -> None:
    assert pseudonym(KEY, "a", "bc") != pseudonym(KEY, "ab", "c")


def test_dates_move_by_whole_weeks_that_differ_between_people_and_keys() -> None:
    weeks = [weeks_back(KEY, f"{n}") for n in range(3000)]
    assert min(weeks) == 1 and max(weeks) == MOST_WEEKS
    assert len(set(weeks)) > 500
    assert weeks != [weeks_back(OTHER, f"{n}") for n in range(3000)]


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = key_of(tmp_path, None)
    file = tmp_path / KEY_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_bytes() == made
    assert key_of(tmp_path, None) == made
    assert key_of(tmp_path, tmp_path / "another") != made
    assert key_of(Path("/nowhere"), file) == made


def test_what_is_no_key_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).write_bytes(b"too short")
    with pytest.raises(UnusableKey, match="32 bytes, found 9"):
        key_of(tmp_path, None)
    assert (tmp_path / KEY_NAME).read_bytes() == b"too short"


def test_a_key_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="--key"):
        key_of(tmp_path / "not there", None)
