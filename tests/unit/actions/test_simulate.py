"""An invented diary as two files: one a journal like any other, the other the truth about it."""

import json

import pytest

from steelyard.actions.simulate import Plan, simulate_files
from steelyard.exchange.jsonl import read
from steelyard.knowledge.load import load
from steelyard.records.model import Dose, Rating
from steelyard.records.validate import validate

PLAN = Plan(days=12, effect=-2.0, seed=5)


def test_the_journal_is_one_that_can_be_read_without_a_problem(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("invented") / "journal.jsonl"
    file.write_bytes(simulate_files(PLAN)[0])
    journal, problems = validate(read(file), load().scales, None)
    assert problems == []
    assert journal.header is not None and journal.header.title is not None and "Invented" in journal.header.title
    assert len(journal.of(Dose)) > 5 and len(journal.of(Rating)) > 5
    assert journal.used == journal.read == len(journal.records) + 1
    assert journal.of(Rating)[0].time.isoformat().startswith("2025-01-01")


def test_the_truth_says_that_it_is_invented_and_what_was_put_in() -> None:
    truth = json.loads(simulate_files(PLAN)[1])
    assert truth["invented"] is True
    values = {contrast["name"]: contrast["value"] for contrast in truth["contrasts"]}
    assert values["peak_reference"] == -2.0
    assert values["as_taken"] < 0
    assert (truth["plan"]["days"], truth["plan"]["seed"]) == (12, 5)


def test_one_plan_gives_the_same_bytes_and_another_seed_other_ones() -> None:
    assert simulate_files(PLAN) == simulate_files(PLAN)
    assert simulate_files(PLAN)[0] != simulate_files(Plan(days=12, effect=-2.0, seed=6))[0]


def test_the_truth_stays_out_of_the_journal() -> None:
    """Only the title tells the plan; no record carries what the estimator is to find."""
    _, *records = simulate_files(PLAN)[0].decode().splitlines()
    kinds = {frozenset(json.loads(record)) for record in records}
    assert kinds == {
        frozenset({"record", "id", "time", "substance", "amount", "unit"}),
        frozenset({"record", "id", "time", "scale", "value", "asked"}),
        frozenset({"record", "id", "time", "therapy"}),
    }
