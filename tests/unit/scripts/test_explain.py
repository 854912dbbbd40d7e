"""The committed page says what the committed results say, and hides no cell that falls short."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

GOOD = {
    "diaries": "200", "refused": "0", "peak_bias": "-0.02", "peak_bias_se": "0.01", "peak_coverage": "0.95", "as_taken_bias": "0.05",
    "as_taken_bias_se": "0.02", "as_taken_coverage": "0.9", "helps": "0.01", "makes_worse": "0.02",
}  # fmt: skip
FELT, NULL = ("felt", "plain", 180), ("felt", "null", 180)


@pytest.fixture(scope="module")
def explain(root: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("explain", root / "scripts" / "explain.py")
    assert found is not None and found.loader is not None
    module, before = importlib.util.module_from_spec(found), sys.path[:]
    found.loader.exec_module(module)
    sys.path[:] = before
    return module


def lines(*cells: Any, **changed: str) -> Any:
    """Results of some cells, all good but for what is changed in the joint estimator's line."""
    ignorable, joint = GOOD | {"peak_bias": "0.4", "peak_coverage": "0.0"}, GOOD | changed
    return {(cell, name): line for cell in cells for name, line in (("ignorable", ignorable), ("joint", joint))}


def test_the_page_is_what_the_script_makes_of_the_committed_results(explain: ModuleType) -> None:
    page = explain.PAGE.read_text(encoding="utf-8")
    assert page == explain.filled(page, "table", explain.table(explain.read(explain.RESULTS)))


def test_the_small_table_is_that_of_the_invented_diaries(explain: ModuleType) -> None:
    page = explain.PAGE.read_text(encoding="utf-8")
    assert page == explain.filled(page, "naive", explain.naive())


def test_every_picture_of_the_page_is_there(explain: ModuleType) -> None:
    page = explain.PAGE.read_text(encoding="utf-8")
    assert {path.name for path in explain.PICTURES.glob("*.svg") if f"pictures/{path.name}" in page} == {
        "a-week.svg",
        "an-effect.svg",
        "no-effect.svg",
    }


def test_every_cell_has_its_row_or_is_named_as_not_run(explain: ModuleType) -> None:
    told = explain.table(lines(FELT, NULL))
    assert "| plain, 180 days | pain felt | 200 |" in told and "| null, 180 days | pain felt | 200 |" in told
    assert (
        f"Not run yet, {len(list(explain.cells())) - 2} of {len(list(explain.cells()))} cells: plain, 180 days (recorded, random, mixed); "
        in told
    )
    assert "two-rate curve, 180 days;" in told


@pytest.mark.parametrize(
    ("cell", "changed", "said"),
    [
        (FELT, {"peak_bias": "-0.11"}, "plain, 180 days, felt (peak)"),
        (FELT, {"as_taken_bias": "0.101"}, "plain, 180 days, felt (as taken)"),
        (FELT, {"peak_coverage": "0.895"}, "plain, 180 days, felt (peak)"),
        (FELT, {"as_taken_coverage": "0.895", "peak_bias": "0.2"}, "plain, 180 days, felt (peak, as taken)"),
        (FELT, {"makes_worse": "0.05"}, "plain, 180 days, felt (wrong verdicts)"),
        (NULL, {"helps": "0.05"}, "null, 180 days, felt (wrong verdicts)"),
    ],
)
def test_a_cell_that_misses_a_target_is_marked_and_named(explain: ModuleType, cell: Any, changed: Any, said: str) -> None:
    told = explain.table(lines(cell, **changed))
    assert f"**1 of 1 cells miss one:** {said}." in told
    row = next(line for line in told.splitlines() if "pain felt" in line)
    assert row.count("**") == 2 * len(said.split("(")[1].split(", "))


@pytest.mark.parametrize("changed", [{}, {"peak_bias": "0.1"}, {"makes_worse": "0.045"}])
def test_a_cell_within_the_targets_is_not_marked(explain: ModuleType, changed: Any) -> None:
    """2.5 % and two standard errors of a share among 200 diaries are 4.7 %."""
    told = explain.table(lines(FELT, **changed))
    assert "No cell misses one." in told and "**" not in told


def test_helps_is_wrong_only_where_nothing_helps(explain: ModuleType) -> None:
    assert "No cell misses one." in explain.table(lines(FELT, helps="0.9"))


def test_asking_more_often_leaves_the_life_of_a_felt_driven_person_as_it_was(explain: ModuleType) -> None:
    plan = explain.Plan(driver="felt", days=20, seed=3)
    diary, (at, pain) = explain.simulate(plan), explain.pain_felt(plan)
    together, here, there = np.intersect1d(diary.rating_h, at, return_indices=True)
    assert len(together) > 30
    np.testing.assert_allclose(diary.truth.latent[here], pain[there], atol=1e-9)


def test_where_readings_were_asked_for_their_average_is_what_is_held_to_the_targets(explain: ModuleType) -> None:
    cell = ("felt", "levels off", 180)
    told = explain.table(lines(cell, peak_bias="0.67") | {(cell, "averaged"): GOOD | {"diaries": "150", "peak_bias": "-0.06"}})
    assert "No cell misses one." in told and "In the rows of levels off " in told
    assert "| 150 |" in told and "0.67" not in told
