"""Findings as rows of a table: every figure in its column, and nothing that is not a column."""

import json
from typing import Any

import numpy as np
import pytest

from steelyard.findings.assemble import assemble
from steelyard.findings.model import Weighing
from steelyard.findings.rows import CONTRASTS, JOINED, Told, columns, rows

from .journals import Line, at, dose, invented, knowledge, rating, ratings, weighed

WHO = Told("someone", "a mark")


@pytest.fixture(scope="module")
def weighing() -> Weighing:
    return assemble(invented(), (), knowledge(), sha256="", substance="kratom", draw=False)


@pytest.fixture(scope="module")
def row(weighing: Weighing) -> dict[str, Any]:
    (found,) = [row for row in rows(weighing, WHO) if row["substance"] == "kratom"]
    return found


def test_each_column_is_there_once_and_explains_itself() -> None:
    names = [column.name for column in columns()]
    assert len(set(names)) == len(names)
    assert all(len(column.says.split()) > 1 for column in columns())


def test_a_row_fills_only_columns_and_with_their_kind_of_value(row: dict[str, Any]) -> None:
    kinds = {column.name: column.kind for column in columns()}
    assert set(row) <= set(kinds)
    held = {"text": str, "number": float, "whole": int, "yes_no": bool, "texts": list, "numbers": list}
    assert {n: v for n, v in row.items() if v is not None and not isinstance(v, held[kinds[n]])} == {}


def test_figures_are_those_of_the_finding(weighing: Weighing, row: dict[str, Any]) -> None:
    finding = next(f for f in weighing.report.findings if f.id == row["finding"])
    for contrast in finding.contrasts:
        if contrast.name in CONTRASTS:
            got = [row[f"{contrast.name}_{end}"] for end in ("value", "low", "high", "unit")]
            assert got == [contrast.value, contrast.low, contrast.high, contrast.unit]
    assert row["peak_p_worthwhile"] == finding.contrasts[0].p_worthwhile
    assert (row["verdict"], row["certainty"], row["refused"]) == (finding.verdict, finding.certainty, "")
    assert (row["ratings"], row["doses"], row["days"]) == (finding.data.ratings, finding.data.doses, finding.data.days)  # type: ignore[union-attr]
    assert row["joint_value"] == next(e.value for e in finding.estimators if e.name == "joint")
    assert set(row["checks_passed"]) | set(row["checks_failed"]) == {c.name for c in finding.checks}
    others = {c.name for c in finding.contrasts} - set(CONTRASTS)
    assert {c["name"] for c in json.loads(row["other_contrasts"])} == others if others else row["other_contrasts"] is None


def test_what_the_diary_alone_says_stands_beside_the_posterior(row: dict[str, Any]) -> None:
    for name in ("peak", "as_taken"):
        weight, mean, sd = (np.array(row[f"{name}_alone_{part}"]) for part in ("weight", "mean", "sd"))
        assert weight.sum() == pytest.approx(1.0)
        spread = float(np.sqrt(weight @ (sd**2 + mean**2) - (weight @ mean) ** 2))
        posterior = (row[f"{name}_high"] - row[f"{name}_low"]) / 3.92
        assert posterior < spread * 1.05 and spread == pytest.approx(posterior, rel=0.25)  # the usual prior is wide
        assert row[f"{name}_value"] == pytest.approx(float(weight @ mean), abs=0.2 * spread)
    assert row["peak_usual"] == pytest.approx(3.0)
    assert row["barred"] is False


def test_only_what_the_person_wrote_is_a_row(weighing: Weighing) -> None:
    assert {f.level for f in weighing.report.findings} > {"person"}
    assert all(row["finding"].startswith("person.") for row in rows(weighing, WHO))
    assert {(row["person"], row["mark"]) for row in rows(weighing, WHO)} == {tuple(WHO)}


def test_a_refusal_is_a_row_with_its_reason_and_no_figures() -> None:
    (row,) = rows(weighed(*ratings([1, 2]), dose(3)), WHO)
    assert row["refused"] and row["verdict"] == "not_enough_data"
    assert not [name for name in row if name.startswith(tuple(f"{c}_" for c in CONTRASTS))]


def test_a_slow_outcome_can_be_joined_as_well() -> None:
    rng = np.random.default_rng(1)
    doses: list[Line] = [dose(24 * d + 9) for d in range(60, 800) if (d - 60) // 200 % 2 == 0]
    counts = [rating(24 * d + 8, float(rng.poisson(20)), "hair_shed_60s") for d in range(3, 800, 4)]
    (row,) = rows(weighed(*doses, *counts, outcome="hair_shed_60s", substance="kratom"), WHO)
    weight, mean, sd = (np.array(row[f"sustained_alone_{part}"]) for part in ("weight", "mean", "sd"))
    assert row["sustained_alone_unit"] == "logarithm" and row["about"] == "harm"
    alone = float(weight @ mean)
    spread = float(np.sqrt(weight @ (sd**2 + mean**2) - alone**2))
    # a change of 20 hairs' mean by a share: the interval of the finding, as a logarithm, is about that of the diary alone
    mean_count = float(np.mean([line["value"] for line in counts]))
    assert (row["sustained_high"] - row["sustained_low"]) / mean_count == pytest.approx(3.92 * spread, rel=0.25)
    assert row["sustained_value"] / mean_count == pytest.approx(alone, abs=0.3 * spread)
    assert "sustained" in JOINED and at(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scale", "values", "unit"), [("slept_badly", (0.0, 1.0), "probit"), ("headaches", (1.0, 6.0), "logarithm")]
)
def test_other_kinds_of_scale_are_joined_on_the_scale_of_the_model_behind_them(
    scale: str, values: tuple[float, float], unit: str
) -> None:
    rng = np.random.default_rng(4)
    family = "binary" if unit == "probit" else "count"
    lines: list[Line] = [{"record": "scale", "id": scale, "family": family, "worse_is_up": True}]
    hours = [24.0 * day + hour for day in range(40) for hour in (8, 13, 19)]
    taken = [24.0 * day + 9 + 8 * float(rng.random()) for day in range(40) if rng.random() < 0.6]
    near = [any(0 < hour - at < 6 for at in taken) for hour in hours]
    for hour, acting in zip(hours, near, strict=True):
        value = values[0] if rng.random() < (0.75 if acting else 0.35) else values[1]
        lines.append(rating(hour, value, scale))
    (row,) = rows(weighed(*lines, *(dose(at) for at in taken), outcome=scale, substance="kratom"), WHO)
    assert row["refused"] == "" and row["peak_alone_unit"] == unit
    assert row["peak_unit"] != unit  # the answer itself is in the scale's own units
    weight, mean = np.array(row["peak_alone_weight"]), np.array(row["peak_alone_mean"])
    assert float(weight @ mean) < 0 and row["peak_value"] < 0
