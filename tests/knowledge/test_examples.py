"""Small fact files that must load, and ones that must each be refused for the one reason written at their top."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from steelyard.knowledge.load import KnowledgeError, load
from steelyard.knowledge.schema import fact_file_schema

HERE = Path(__file__).parent
TODAY = date(2030, 1, 1)
PASSING = sorted((HERE / "should_pass").glob("*.toml"))
FAILING = sorted((HERE / "should_fail").glob("*.toml"))

# Refusals a schema of one file can see as well; the others need the model's rules or other files.
SEEN_BY_SCHEMA = {
    "date_missing", "date_with_a_time", "fact_not_a_table", "number_without_unit", "range_without_unit",
    "scale_of_unknown_family", "scale_without_direction", "statement_missing", "unknown_field", "unknown_grade",
    "unit_misspelt", "value_as_text", "value_true",
}  # fmt: skip
UNREADABLE = {"country_without_quotes", "not_toml", "same_fact_twice", "same_field_twice"}


def header(example: Path) -> dict[str, str]:
    """Return the `# key: words` lines at the top of an example."""
    return dict(re.findall(r"^# (\w+): ?(.*)$", example.read_text(), flags=re.M))


def folder_with(example: Path, folder: Path) -> Path:
    """Build a data folder that holds one example and the one invented reference."""
    place = folder / header(example).get("place", "substances/example/facts.toml")
    place.parent.mkdir(parents=True)
    place.write_bytes(example.read_bytes())
    (folder / "references.json").write_bytes((HERE / "references.json").read_bytes())
    return folder


def as_json(example: Path) -> Any:
    """Return an example as a JSON value, dates as text."""
    return json.loads(json.dumps(tomllib.loads(example.read_text()), default=lambda day: day.isoformat()))


def schema_accepts(example: Path) -> bool:
    validator = jsonschema.Draft202012Validator(fact_file_schema(), format_checker=jsonschema.FormatChecker())
    return bool(validator.is_valid(as_json(example)))


@pytest.mark.parametrize("example", PASSING, ids=lambda example: example.stem)
def test_good_example_is_read(example: Path, tmp_path: Path) -> None:
    knowledge = load(TODAY, folder_with(example, tmp_path))
    tables = set(tomllib.loads(example.read_text())) - {"scale"}
    assert {fact.id for fact in knowledge.facts.values()} == {f"example.{name}" for name in tables}
    assert set(knowledge.references) == {"example2020"}
    assert set(knowledge.scales) == ({"example"} if example.stem.startswith("scale") else set())
    assert schema_accepts(example)


@pytest.mark.parametrize("example", FAILING, ids=lambda example: example.stem)
def test_bad_example_is_refused_for_its_reason(example: Path, tmp_path: Path) -> None:
    expected = header(example)
    with pytest.raises(KnowledgeError) as refusal:
        load(TODAY, folder_with(example, tmp_path))
    assert refusal.value.file == expected.get("file", expected.get("place", "substances/example/facts.toml"))
    assert (refusal.value.fact, refusal.value.field) == (expected["fact"], expected["field"])
    assert expected["says"] in refusal.value.why
    for part in (refusal.value.file, refusal.value.fact, refusal.value.field):
        assert part in str(refusal.value)


@pytest.mark.parametrize("example", [e for e in FAILING if e.stem not in UNREADABLE], ids=lambda example: example.stem)
def test_schema_refuses_what_it_can_see(example: Path) -> None:
    assert schema_accepts(example) == (example.stem not in SEEN_BY_SCHEMA)


def test_every_refusal_the_schema_should_see_has_an_example() -> None:
    assert {example.stem for example in FAILING} >= SEEN_BY_SCHEMA


@pytest.mark.parametrize("example", [e for e in FAILING if e.stem in UNREADABLE], ids=lambda example: example.stem)
def test_what_is_no_toml_is_no_toml_to_the_standard_library_either(example: Path) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(example.read_text())


def test_a_country_is_text_and_never_false(tmp_path: Path) -> None:
    knowledge = load(TODAY, folder_with(HERE / "should_pass/country_as_text.toml", tmp_path))
    assert knowledge.fact("example", "source").place == "NO"
