"""KratomTracker: the same doses from its backup and from its table, and none from 1970."""

import json
from typing import Any

import pytest

from steelyard.exchange import kratomtracker
from steelyard.records.model import Dose, Product

from .importing import INVENTED, brought, codes, left

DOSE = {"id": "x", "strainId": "s", "amount": 2.5, "timestamp": "2026-03-01T08:10:00.000"}


@pytest.mark.parametrize("file", ["kratomtracker.json", "kratomtracker.csv"])
def test_the_backup_and_the_table_say_the_same(file: str) -> None:
    journal, problems, _ = brought(kratomtracker, file)
    assert [(dose.time.isoformat(), dose.amount, dose.unit, dose.product, dose.note) for dose in journal.of(Dose)] == [
        ("2026-03-01T08:10:00+01:00", 2.5, "g", "kratomtracker:IR", 'before breakfast, "early"'),
        ("2026-03-01T15:40:00+01:00", 3.0, "g", "kratomtracker:IR", None),
        ("2026-03-02T09:00:00+00:00", 2.0, "g", None, None),
    ]
    assert [(product.id, product.substance, product.label) for product in journal.of(Product)] == [
        ("kratomtracker:IR", "kratom", "Invented Red")
    ]
    assert codes(problems) == [(4, "time.unset_clock")]


def test_the_same_dose_has_the_same_id_in_both() -> None:
    backup, table = (brought(kratomtracker, f"kratomtracker.{kind}")[0] for kind in ("json", "csv"))
    assert [dose.id for dose in backup.of(Dose)] == [dose.id for dose in table.of(Dose)]


def test_settings_are_counted_and_left_out() -> None:
    assert left(brought(kratomtracker, "kratomtracker.json")[2]) == {"settings": 1, "userName": 1}


def test_how_it_worked_is_no_rating_of_a_moment() -> None:
    header = "date,time,iso_timestamp,strain_code,strain_name,amount_g,notes,energy,mood,pain_relief,focus,anxiety,duration_min,effect_notes"
    row = "2026-03-01,08:10,2026-03-01T08:10:00.000,IR,Red,2.5,,3,4,5,,,120,"
    journal, _, found = brought(kratomtracker, f"{header}\n{row}\n".encode())
    assert len(journal.of(Dose)) == 1
    assert left(found) == {"effects": 1}


def test_a_bare_list_of_doses_is_a_backup_too() -> None:
    journal, _, _ = brought(kratomtracker, json.dumps([DOSE]).encode())
    assert [dose.amount for dose in journal.of(Dose)] == [2.5]


@pytest.mark.parametrize("dose", [{**DOSE, "timestamp": "soon"}, {**DOSE, "timestamp": None}, {**DOSE, "amount": -1}, 7, None])
def test_a_bad_dose_costs_itself_only(dose: Any) -> None:
    journal, problems, _ = brought(kratomtracker, json.dumps({"dosages": [dose, DOSE]}).encode())
    assert len(journal.of(Dose)) == 1
    assert len(codes(problems)) == 1


def test_an_amount_that_is_none_is_unknown() -> None:
    journal, _, _ = brought(kratomtracker, json.dumps({"dosages": [{**DOSE, "amount": None}]}).encode())
    assert [dose.amount for dose in journal.of(Dose)] == [None]


def test_it_is_known_by_its_content() -> None:
    for file in ("kratomtracker.json", "kratomtracker.csv"):
        assert kratomtracker.looks_like((INVENTED / file).read_bytes(), "x")
    assert not kratomtracker.looks_like((INVENTED / "daylio.csv").read_bytes(), "kratomtracker.csv")
    assert not kratomtracker.looks_like(b'{"experiences": []}', "x")
