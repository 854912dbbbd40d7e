"""Columns of a table of all records, made from the records themselves."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from steelyard.records.columns import columns, counted, fields, row
from steelyard.records.model import KINDS, TAG, Answers, Context, Dose, Journal, JournalHeader, Medicine, Rating, SideEffect

AT = datetime.fromisoformat("2026-03-01T08:10:00-06:00")
DOSE = Dose(time=AT, substance="kratom", amount=3.0, unit="g", with_food=False)


def test_every_field_of_every_record_has_a_column() -> None:
    names = {column.name for column in columns()}
    for kind in KINDS:
        spelled = {info.encode_name for info in msgspec.structs.fields(kind)} - {"deleted", " extra"}
        assert spelled <= names
        assert {field.column.removesuffix("_text") for field in fields(kind)} == spelled


def test_a_column_is_there_once_and_says_whose_it_is() -> None:
    found = {column.name: column for column in columns()}
    assert len(found) == len(columns())
    assert found["amount"] == ("amount", "number", "of dose")
    assert found["substance"] == ("substance", "text", "of product, dose")
    assert found["time"].kind == "instant" and found["items"].kind == "numbers" and found["conditions"].kind == "texts"
    assert found["pregnant"].kind == "yes_no" and found["birth_year"].kind == "whole"


def test_what_may_stand_in_a_field_comes_from_its_definition() -> None:
    of = {(TAG[kind], field.column): field for kind in KINDS for field in fields(kind)}
    assert of["side_effect", "severity"].allowed == ">= 0, <= 3"
    assert set(of["rating", "asked"].allowed.split(", ")) == {"prompt", "self", "dose"}
    assert of["dose", "time"].required and not of["dose", "amount"].required
    assert of["medicine", "from"].field == "from_"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (DOSE, {"time": AT, "substance": "kratom", "amount": 3.0, "unit": "g", "route": "oral", "with_food": False}),
        (Rating(time=AT, scale="pain", value=0.0), {"time": AT, "scale": "pain", "value": 0.0}),
        (Context(time=AT, kind="diet_change", value="vegan"), {"time": AT, "kind": "diet_change", "value_text": "vegan"}),
        (Context(time=AT, kind="stress", value=4.0), {"time": AT, "kind": "stress", "value": 4.0}),
        (Medicine(name="sertraline", from_=AT), {"name": "sertraline", "from": AT}),
        (Answers(time=AT, instrument="peg", items=(3.0, None)), {"time": AT, "instrument": "peg", "items": (3.0, None)}),
        (SideEffect(time=AT, effect="nausea", extra={"secret": 1}), {"time": AT, "effect": "nausea"}),
    ],
)
def test_a_row_has_what_the_record_says_and_no_more(record: Any, said: dict[str, Any]) -> None:
    assert row(record) == said


def test_withdrawn_records_do_not_count_and_the_header_comes_first() -> None:
    header = JournalHeader(format=1)
    withdrawn = Rating(time=AT, scale="pain", value=5.0, deleted=True)
    assert list(counted(Journal(header, (withdrawn, DOSE)))) == [header, DOSE]
    assert list(counted(Journal(None, (DOSE,)))) == [DOSE]
