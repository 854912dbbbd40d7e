import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from steelyard.knowledge.load import KnowledgeError, load

FACT = """[{name}]
statement = "An invented one."
value = 2
unit = "h"
citation = "{key}"
grade = "B"
seen = "tab"
checked_on = 2026-03-01
"""
PRIOR = """[guess]
kind = "prior"
statement = "An invented guess."
value = 3
unit = "h"
grade = "derived"
checked_on = 2026-03-01
rests_on = ["x.length"]
"""
ENTRY = {"id": "a2020", "type": "book", "title": "Invented", "author": [{"family": "A"}], "issued": {"date-parts": [[2020]]}}


def write(folder: Path, references: Any = (ENTRY,), **texts: str) -> Path:
    """Write a data folder: `substances__x__one="..."` is the file substances/x/one.toml."""
    for name, text in texts.items():
        file = folder / f"{name.replace('__', '/')}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "references.json").write_text(json.dumps(references))
    return folder


def one(name: str = "length", key: str = "a2020") -> str:
    return FACT.format(name=name, key=key)


def test_folder_and_table_name_place_a_fact(tmp_path: Path) -> None:
    folder = write(tmp_path, substances__x__one=one("length"), substances__x__two=one("width"), topics__y=one("height"))
    knowledge = load(data=folder)
    assert set(knowledge.facts) == {"x.length", "x.width", "y.height"}
    fact = knowledge.fact("x", "width")
    assert (fact.id, fact.subject, fact.name) == ("x.width", "x", "width")
    assert (fact.value, type(fact.value)) == (2.0, float)


def test_a_new_substance_is_one_new_folder(tmp_path: Path) -> None:
    before = load(data=write(tmp_path, substances__x__one=one()))
    after = load(data=write(tmp_path, substances__z__one=one()))
    assert set(after.facts) - set(before.facts) == {"z.length"}


def test_same_fact_in_two_files_of_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"substances/x/two\.toml: length: id: already given in substances/x/one\.toml"):
        load(data=write(tmp_path, substances__x__one=one(), substances__x__two=one()))


def test_asking_for_what_is_not_held_names_what_is(tmp_path: Path) -> None:
    knowledge = load(data=write(tmp_path, substances__x__one=one()))
    with pytest.raises(KeyError, match="no fact 'width' about 'x'; held: length"):
        knowledge.fact("x", "width")
    with pytest.raises(KeyError, match="held: nothing"):
        knowledge.fact("y", "width")


def test_facts_may_rest_on_facts_of_another_file(tmp_path: Path) -> None:
    knowledge = load(data=write(tmp_path, substances__a__one=PRIOR, substances__x__one=one()))
    assert knowledge.citations(knowledge.fact("a", "guess")) == ("a2020",)


def test_dates_are_judged_only_against_a_given_today(tmp_path: Path) -> None:
    folder = write(tmp_path, substances__x__one=one())
    load(data=folder)
    load(date(2026, 3, 1), folder)
    with pytest.raises(KnowledgeError, match="length: checked_on: 2026-03-01 is in the future"):
        load(date(2026, 2, 28), folder)


def test_reference_of_a_later_year_is_in_the_future(tmp_path: Path) -> None:
    entry = {**ENTRY, "issued": {"date-parts": [[2027, 1]]}}
    with pytest.raises(KnowledgeError, match="a2020: issued: 2027-1 is in the future"):
        load(date(2026, 12, 31), write(tmp_path, [entry], substances__x__one=one()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "title: missing; a reference without title needs a note"),
        ({"author": []}, "author: missing; expected a person, a body, or words"),
        ({"doi": "10.1/x"}, "doi: unknown field"),
        ({"volume": 3}, "volume: expected text, found 3"),
        ({"author": [{"given": "B"}]}, "author, issued: not as CSL-JSON"),
        ({"issued": "2020"}, "author, issued: not as CSL-JSON"),
        ({"issued": {"date-parts": [["2020"]]}}, "issued: expected a list, each a whole number"),
        ({"id": "b2020"}, "length: citation: 'a2020' is not in references.json"),
    ],
)
def test_bad_reference_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(KnowledgeError) as refusal:
        load(data=write(tmp_path, [{**ENTRY, **change}], substances__x__one=one()))
    assert message in str(refusal.value)


def test_reference_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"references\.json: a2020: id: given twice"):
        load(data=write(tmp_path, [ENTRY, ENTRY], substances__x__one=one()))


def test_a_body_may_be_an_author_and_a_note_may_stand_for_a_title(tmp_path: Path) -> None:
    entry = {**ENTRY, "title": "", "note": "Title not recorded.", "author": [{"literal": "The Body"}], "container-title": "J"}
    reference = load(data=write(tmp_path, [entry], substances__x__one=one())).references["a2020"]
    assert (reference.author, reference.issued, reference.container_title) == (("The Body",), (2020,), "J")


def test_a_source_without_a_date_needs_a_note(tmp_path: Path) -> None:
    undated = {key: value for key, value in ENTRY.items() if key != "issued"}
    with pytest.raises(
        KnowledgeError, match=r"references\.json: a2020: issued: missing; a reference without issued needs a note"
    ):
        load(data=write(tmp_path, [undated], substances__x__one=one()))
    knowledge = load(date(2026, 3, 1), write(tmp_path, [{**undated, "note": "No date on the page."}], substances__x__one=one()))
    assert knowledge.references["a2020"].issued == ()


def test_a_source_cited_in_another_folder_is_used_and_its_rows_are_not_read_here(tmp_path: Path) -> None:
    folder = write(
        tmp_path, [ENTRY, {**ENTRY, "id": "b2020"}], substances__x__one=one(), claims__x='[a]\ncitations = [\n  "b2020",\n]\n'
    )
    knowledge = load(data=folder)
    assert set(knowledge.facts) == {"x.length"}
    write(folder, [ENTRY, {**ENTRY, "id": "b2020"}], claims__x="[a]\n# b2020 only in a comment\n")
    with pytest.raises(KnowledgeError, match="b2020: id: no fact cites this reference"):
        load(data=folder)


def test_a_fact_knows_its_file_and_what_that_is_about(tmp_path: Path) -> None:
    fact = load(data=write(tmp_path, substances__x__slow_fall=one())).fact("x", "length")
    assert (fact.file, fact.topic) == ("substances/x/slow_fall.toml", "slow_fall")


def test_a_conflict_is_seen_from_both_sides(tmp_path: Path) -> None:
    other = one("width") + 'conflicts_with = ["x.length"]\n'
    knowledge = load(data=write(tmp_path, substances__x__one=one() + other + one("height")))
    assert knowledge.conflicts(knowledge.fact("x", "width")) == ("x.length",)
    assert knowledge.conflicts(knowledge.fact("x", "length")) == ("x.width",)
    assert knowledge.conflicts(knowledge.fact("x", "height")) == ()


def test_broken_files_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path, substances__x__one=one())
    for text, message in (("[{", "not readable as JSON"), ('{"id": "a2020"}', "expected a list"), ("[3]", "expected a list")):
        (folder / "references.json").write_text(text)
        with pytest.raises(KnowledgeError, match=rf"references\.json: {message}"):
            load(data=folder)
    (folder / "substances/x/one.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(KnowledgeError, match=r"substances/x/one\.toml: not readable as TOML"):
        load(data=write(folder))


def test_version_follows_content_and_nothing_else(tmp_path: Path) -> None:
    folder = write(tmp_path, substances__x__one=one())
    first = load(data=folder).version
    assert len(first) == 12 and int(first, 16) >= 0
    assert load(data=folder).version == first
    (folder / "readme.txt").write_text("not data")
    file = folder / "substances/x/one.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(data=folder).version == first, "line ends of a checkout are not content"
    file.write_text(one().replace("value = 2", "value = 3"))
    changed = load(data=folder).version
    file.rename(file.with_name("other.toml"))
    renamed = load(data=folder).version
    write(folder, [{**ENTRY, "title": "Renamed"}])
    assert len({first, changed, renamed, load(data=folder).version}) == 4


def test_loading_facts_pulls_in_no_numerics_and_no_network() -> None:
    code = "import sys, steelyard.knowledge.load, steelyard.knowledge.lookup; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"numpy", "scipy", "jinja2", "vl_convert", "socket", "http.client", "sqlite3"}
