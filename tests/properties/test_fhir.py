"""What holds for every journal: it survives FHIR but for what the page names. And no bundle whatever breaks the reader."""

import copy
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from steelyard.exchange import fhir_in, jsonl
from steelyard.exchange.fhir_out import bundle
from steelyard.exchange.foreign import LeftOut, Told
from steelyard.findings.model import JournalSummary, Report
from steelyard.knowledge.codes import load_codes
from steelyard.knowledge.load import load
from steelyard.records.identity import with_ids
from steelyard.records.model import (
    TAG,
    Context,
    Dose,
    Journal,
    JournalHeader,
    Medicine,
    Person,
    Photo,
    Product,
    Record,
    Scale,
    SideEffect,
)
from steelyard.records.problems import NO_COLUMNS
from steelyard.records.validate import validate

from ..unit.exchange.fhir_rules import both_libraries, faults
from .journals import SCALES, amounts, instants, records, words

KNOWLEDGE = load()
CODES = load_codes(KNOWLEDGE)
NOTHING_FOUND = Report(1, "0", "0", 0, JournalSummary("", None, None, 0, 0, ()), (), ())


def plain(text: str) -> str:
    """A text in which every control character and unusual space is a space."""
    return re.sub(r"[^\S \r\n\t]|[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)


EMPTY: dict[str, Any] = {"conditions": ()}
maybe = st.none() | amounts
said = st.none() | words
more_records = st.one_of(
    records,
    st.builds(
        Person,
        birth_year=st.none() | st.integers(1900, 2020),
        sex=st.sampled_from([None, "female", "male"]),
        weight_kg=st.none() | st.floats(1, 300),
        pregnant=st.none() | st.booleans(),
        conditions=st.lists(words, max_size=3, unique_by=plain).map(tuple),
        place=st.sampled_from([None, "DE"]),
        diagnoses=said,
    ),
    st.builds(
        Product,
        id=st.sampled_from(["leaf", "tabs"]),
        substance=st.sampled_from(["kratom", "7-OH"]),
        kind=said,
        label=said,
        lot=said,
        unit_g=st.none() | st.floats(0.01, 10),
        mitragynine_mg_per_g=maybe,
        hydroxymitragynine_mg_per_g=maybe,
        mitragynine_mg_per_g_sd=maybe,
    ),
    st.builds(
        Dose,
        time=instants,
        substance=st.sampled_from(["kratom", "7-OH"]),
        amount=maybe,
        product=st.sampled_from(["leaf", "tabs", "other"]),
        time_sd_minutes=maybe,
    ),
    st.builds(lambda start, minutes: SideEffect(time=start, effect="x", until=start + timedelta(minutes=minutes)), instants, st.integers(0, 99)),
    st.builds(lambda start, minutes: Medicine(name="x", from_=start, to=start + timedelta(minutes=minutes)), instants, st.integers(0, 99)),
    st.builds(Photo, time=instants, site=words, file=words),
    st.builds(Scale, id=words, family=st.sampled_from(["bounded", "ordinal"]), low=st.just(-1.0), high=st.just(7.0), worse_is_up=st.booleans()),
    st.builds(Scale, id=words, family=st.sampled_from(["count", "binary"]), worse_is_up=st.booleans()),
)  # fmt: skip


@st.composite
def journals(draw: st.DrawFn) -> Journal:
    """A journal of any kinds of record, each with an id of its own; products have the one that doses name."""
    found = {f"id {index}": record for index, record in enumerate(draw(st.lists(more_records, max_size=10)))}
    named = [record if isinstance(record, Product | Scale) else replace(record, id=name) for name, record in found.items()]
    unique = {(type(record), record.id if not isinstance(record, Scale) else plain(record.id)): record for record in named}
    return Journal(
        draw(st.sampled_from([None, JournalHeader(id="journal", format=1, zone="UTC", title="mine")])), tuple(unique.values())
    )


def lost(root: Path) -> dict[str, set[str]]:
    """The fields that do not survive, by kind of record, as the page on health records lists them."""
    page = (root / "docs/how-to/health-records.md").read_text(encoding="utf-8")
    section = page.partition("## What does not survive")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE)
    return {kind: set(re.findall(r"`(\w+)`", fields)) or {fields} for kind, fields in rows}


def plainly(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    return tuple(map(plainly, value)) if isinstance(value, tuple) else value


def kept(journal: Journal, losses: dict[str, set[str]]) -> tuple[Record, ...]:
    """What the page promises to survive of a journal."""
    persons = [record for record in journal.of(Person)]
    survivors = []
    for record in with_ids(journal).records:
        kind = TAG[type(record)]
        if record.deleted or losses.get(kind) == {"all"} or (isinstance(record, Person) and record != persons[-1]):
            continue
        gone = {name: None for name in losses.get(kind, ())}
        fields = {name: plainly(getattr(record, name)) for name in type(record).__struct_fields__ if name != "extra"}
        if isinstance(record, Context) and not isinstance(record.value, float):
            gone["unit"] = None
        survivors.append(type(record)(**{**fields, **gone, "extra": None}))  # type: ignore[arg-type]
    return Journal(None, tuple(survivors)).records


def back(content: bytes, scales: Mapping[str, Scale] = SCALES) -> Journal:
    rows = fhir_in.read(io.BytesIO(content), Told(scales=scales, codes=CODES))
    return validate((row for row in rows if not isinstance(row, LeftOut)), scales, None)[0]


def offsets(journal: Journal) -> list[timedelta | None]:
    return [dose.time.utcoffset() for dose in journal.of(Dose)]


@given(journal=journals())
def test_a_journal_comes_back_but_for_what_the_page_names(root: Path, journal: Journal) -> None:
    again = back(bundle(journal, NOTHING_FOUND, CODES))
    assert again.records == kept(journal, lost(root))
    assert offsets(again) == offsets(Journal(None, tuple(r for r in journal.records if not r.deleted)))


@pytest.mark.parametrize("name", ["with-warnings", "too-short-to-tell", "randomised-days", "half-a-year-felt", "a-year-felt"])
def test_the_example_journals_come_back_whole(root: Path, name: str) -> None:
    """They hold none of what the page says is lost."""
    journal, _ = validate(jsonl.read(root / f"examples/{name}.jsonl"), KNOWLEDGE.scales, None)
    again = back(bundle(journal, NOTHING_FOUND, CODES), KNOWLEDGE.scales)
    assert again.records == with_ids(journal).records


def test_every_loss_the_page_names_is_one(root: Path) -> None:
    """Each field filled in alone is gone afterwards; a field that survives has no place in the list."""
    values: dict[str, Any] = {"zone": "UTC", "title": "mine", "place": "DE", "with_food": True}
    base = {"time": datetime(2026, 3, 1, tzinfo=UTC), "id": "a", "substance": "x", "format": 1}
    kinds = {tag: kind for kind, tag in TAG.items()}
    for tag, fields in lost(root).items():
        if fields == {"all"}:
            continue
        for field in fields:
            kind: Any = kinds[tag]
            given = {name: value for name, value in base.items() if name in kind.__struct_fields__}
            record = kind(**given, **{field: values.get(field, 1.5)})
            journal = Journal(record, ()) if tag == "journal" else Journal(None, (record,))
            again = back(bundle(journal, NOTHING_FOUND, CODES))
            survivor = again.header if tag == "journal" else again.of(kind)[0]
            assert getattr(survivor, field, None) in (None, EMPTY.get(field))


@settings(max_examples=30)
@given(journal=journals())
def test_every_bundle_passes_both_libraries_and_our_rules(journal: Journal) -> None:
    whole = json.loads(bundle(journal, NOTHING_FOUND, CODES))
    both_libraries(whole)
    assert faults(whole) == []


@given(journal=journals())
def test_a_bundle_is_the_same_whatever_the_order_of_the_journal(journal: Journal) -> None:
    turned = Journal(journal.header, tuple(reversed(journal.records)))
    assert bundle(turned, NOTHING_FOUND, CODES) == bundle(journal, NOTHING_FOUND, CODES)


oddities = st.sampled_from(
    [None, True, -1, 1e308, "", "x", "2026-02-30", "1970-01-01T00:00:00Z", [], {}, [[]], {"value": "x"}, "#", "\u200b"]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A bundle of an invented journal in which some values were swapped for others, or bytes cut out."""
    whole = json.loads(bundle(draw(journals()), NOTHING_FOUND, CODES))
    for _ in range(draw(st.integers(1, 5))):
        place: Any = whole
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place))) if isinstance(place, dict) else draw(st.integers(0, len(place) - 1))
            if not isinstance(place[key], dict | list) or not place[key] or draw(st.integers(0, 9)) == 0:
                place[key] = copy.deepcopy(draw(oddities))
                break
            place = place[key]
    content = json.dumps(whole).encode()
    cut = draw(st.integers(0, len(content)))
    return content if draw(st.integers(0, 3)) else content[:cut] + content[cut + draw(st.integers(1, 40)) :]


def holds(content: bytes) -> None:
    """Nothing is raised, and every row can be turned into a record or a problem."""
    assert isinstance(fhir_in.looks_like(content, "x.json"), bool)
    rows = list(fhir_in.read(io.BytesIO(content), Told(scales=SCALES, codes=CODES)))
    counted = [row for row in rows if isinstance(row, LeftOut)]
    assert all(one.count >= 1 and one.line >= 1 and one.why for one in counted)
    journal, problems = validate((row for row in rows if not isinstance(row, LeftOut)), SCALES, None)
    assert journal.used <= journal.read
    assert all(problem.action for problem in problems)
    assert NO_COLUMNS == {}


@given(mutated())
def test_no_mutated_bundle_breaks_the_reader(content: bytes) -> None:
    holds(content)


keys = st.sampled_from(
    [
        *(
            "resourceType",
            "id",
            "status",
            "code",
            "coding",
            "text",
            "system",
            "subject",
            "reference",
            "valueQuantity",
            "value",
            "unit",
        ),
        *("effectiveDateTime", "dosage", "dose", "identifier", "type", "item", "answer", "contained", "medicationReference"),
    ]
)
kinds = st.sampled_from(
    ["Observation", "Patient", "MedicationStatement", "MedicationAdministration", "Condition", "Medication", "Bundle"]
)
trees = st.recursive(
    oddities | kinds, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=12
)


@given(st.lists(st.fixed_dictionaries({"resource": st.dictionaries(keys, trees) | trees, "fullUrl": oddities}), max_size=5))
def test_no_made_up_resources_break_the_reader(entries: list[Any]) -> None:
    holds(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_reader(content: bytes) -> None:
    holds(content)
    holds(b'{"resourceType": "Bundle", "entry": [' + content + b"]}")
