"""The data files as other modules read them: a folder at a time, refused by name."""

from pathlib import Path

import pytest

from steelyard.knowledge.files import KnowledgeError, contents, folder, read, refuse, shipped, tables


def write(place: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = place / f"{name.replace('__', '/')}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return place


def test_files_come_in_order_and_only_those_in_folders(tmp_path: Path) -> None:
    write(tmp_path, top="", b__two="[b]\n", a__deep__one="[a]\n", a__zero="[z]\n")
    (tmp_path / "a" / "notes.txt").write_text("not data")
    assert [file for file, _ in contents(tmp_path)] == ["a/deep/one.toml", "a/zero.toml", "b/two.toml"]


def test_one_folder_is_read_with_its_tables(tmp_path: Path) -> None:
    write(tmp_path, law__world='[norway]\nplace = "NO"\n', claims__x="[c]\n")
    assert list(folder("law", tmp_path)) == [("law/world.toml", {"norway": {"place": "NO"}})]


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert list(folder("law", tmp_path)) == []


def test_a_country_code_without_quotes_is_refused_and_never_read_as_false(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"law/world\.toml: not readable as TOML"):
        list(folder("law", write(tmp_path, law__world="[norway]\nplace = NO\n")))


def test_the_shipped_folders_are_found_by_name() -> None:
    assert [file for file, _ in folder("topics")] == [file for file, _ in contents(shipped()) if file.startswith("topics/")]


def test_a_field_outside_any_table_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"x\.toml: grade: expected a table \[name\] of fields"):
        tables("x.toml", b'grade = "A"\n')


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"x\.toml: not readable as TOML"):
        tables("x.toml", b"\xff\xfe")


def test_ends_of_lines_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a\r\nb\n")
    assert read(tmp_path / "x") == b"a\nb\n"


def test_the_first_fault_is_raised_with_its_place() -> None:
    refuse("x.toml", "row", [])
    with pytest.raises(KnowledgeError) as refusal:
        refuse("x.toml", "row", iter([("unit", "missing"), ("n", "never told")]))
    error = refusal.value
    assert (error.file, error.fact, error.field, error.why) == ("x.toml", "row", "unit", "missing")
    assert str(error) == "x.toml: row: unit: missing"
