from importlib.resources import files

import jsonschema

from steelyard.knowledge.schema import fact_file_schema, text


def test_committed_schema_is_up_to_date() -> None:
    committed = files("steelyard.knowledge") / "data" / "fact-file.schema.json"
    assert committed.read_text(encoding="utf-8") == text(), "renew it as docs/reference/knowledge.md says"


def test_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(fact_file_schema())


def test_schema_knows_what_a_fact_must_and_may_hold() -> None:
    fact = fact_file_schema()["additionalProperties"]
    assert fact["required"] == ["checked_on", "grade", "statement"]
    assert not {"id", "subject", "name"} & set(fact["properties"]), "these come from the folder and the table name"
    assert fact["properties"]["seen"] == {"enum": ["full", "tab", "abs", "sec"]}


def test_schema_of_a_scale_leaves_out_what_belongs_to_journals() -> None:
    scale = fact_file_schema()["properties"]["scale"]
    assert list(scale["properties"]) == ["family", "low", "high", "worse_is_up"]
    assert scale["required"] == ["family", "worse_is_up"]
