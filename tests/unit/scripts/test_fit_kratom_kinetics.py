"""The shipped curve is what the script makes of the published medians, and misses them by no more than it says."""

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from steelyard.exposure.curve import curve, regular
from steelyard.exposure.nca import nca
from steelyard.exposure.people import typical
from steelyard.knowledge.kinetics import blood_prior
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge

WITHIN = 0.13  # of each published median: the worst the shipped curve says of itself


@pytest.fixture(scope="module")
def fitting(root: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("fit_kratom_kinetics", root / "scripts" / "fit_kratom_kinetics.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # dataclasses look there for the types they name
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def fitted(fitting: ModuleType, knowledge: Knowledge):  # type: ignore[no-untyped-def]
    return fitting.fit(knowledge)


@pytest.fixture(scope="module")
def after_tea(fitting: ModuleType, knowledge: Knowledge) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Hours, mitragynine and 7-OH (nM) of the shipped curve after the dose of the tea study, sampled for ten days."""
    prior = blood_prior(knowledge, "kratom")
    assert prior is not None
    minute = np.unique(np.concatenate([np.arange(0, 1440, 3), np.arange(1440, 14400, 30)])).astype(np.int64)
    amount = fitting.dose(knowledge)
    once = regular(amount, 1, 1)
    parent, child = (curve(typical(prior), once, minute, what)[0] for what in ("central", "metabolite"))
    return minute / 60, parent, child, amount


def test_the_shipped_file_is_what_the_script_finds(fitting: ModuleType, fitted, knowledge: Knowledge) -> None:  # type: ignore[no-untyped-def]
    made = tomllib.loads(fitting.written(fitted, fitting.shared_spread(knowledge)))
    shipped = tomllib.loads(fitting.FILE.read_text(encoding="utf-8"))
    assert made.keys() == shipped.keys()
    for name, row in shipped.items():
        for field, value in row.items():
            rounding = {"abs": 0.11} if row["unit"] == "%" else {"rel": 2e-3}
            near = pytest.approx(value, **rounding) if isinstance(value, float | int) else value
            assert made[name][field] == near, (name, field)


def test_most_searches_come_to_the_same_curve(fitting: ModuleType, fitted) -> None:  # type: ignore[no-untyped-def]
    assert fitted.agreed >= fitting.STARTS - 1, "the weak pull makes one curve of many"


def test_the_dose_is_39_mg_of_mitragynine(fitting: ModuleType, knowledge: Knowledge) -> None:
    """398.5 g/mol (the evidence notes): 39 mg are 97,867 nmol."""
    assert fitting.dose(knowledge) == pytest.approx(39e6 / 398.5, rel=1e-3)


def test_mitragynine_of_the_tea_study_is_reproduced(after_tea, knowledge: Knowledge) -> None:  # type: ignore[no-untyped-def]
    """Read off as from measured blood, without the model: Tanna et al. 2022, table 3 of dmd2023."""
    hours, parent, _, amount = after_tea
    found = nca(hours, parent, dose=amount)
    assert found.cmax == pytest.approx(81.9, rel=WITHIN)
    assert found.tmax_h == pytest.approx(1.0, rel=WITHIN)
    assert found.auc_inf == pytest.approx(420, rel=WITHIN)
    assert found.terminal is not None and found.terminal.half_life_h == pytest.approx(45.3, rel=WITHIN)
    assert found.clearance == pytest.approx(233, rel=WITHIN)
    assert found.volume == pytest.approx(12_700, rel=0.15), "not a target; it follows from half-life and clearance"


def test_seven_oh_of_the_tea_study_is_reproduced(after_tea, knowledge: Knowledge) -> None:  # type: ignore[no-untyped-def]
    hours, _, child, _ = after_tea
    day = hours <= 24
    late = day & (hours >= 6)
    slope = -np.polyfit(hours[late], np.log(child[late]), 1)[0]
    assert child.max() == pytest.approx(16.1, rel=WITHIN)
    assert hours[child.argmax()] == pytest.approx(1.0, rel=0.15), "the worst of all, with samples 3 min apart"
    assert np.log(2) / slope == pytest.approx(5.67, rel=WITHIN)
    area = np.trapezoid(child[day], hours[day]) + child[day][-1] / slope
    assert area == pytest.approx(106, rel=WITHIN)


def test_the_misfit_it_states_is_the_misfit_it_has(after_tea, knowledge: Knowledge) -> None:  # type: ignore[no-untyped-def]
    _, parent, child, _ = after_tea
    assert 100 * (parent.max() / 81.9 - 1) == pytest.approx(knowledge.fact("kratom", "curve_misfit_cmax").value, abs=0.2)
    assert 100 * (child.max() / 16.1 - 1) == pytest.approx(knowledge.fact("kratom", "curve_misfit_cmax_seven_oh").value, abs=0.2)
    stated = [
        fact.value
        for fact in knowledge.facts.values()
        if fact.name.startswith("curve_misfit_") and fact.subject == "kratom" and fact.value is not None
    ]
    assert len(stated) == 8 and max(map(abs, stated)) < 100 * WITHIN
    ratios = np.log(1 + np.array(stated) / 100)
    assert knowledge.fact("kratom", "curve_misfit").value == pytest.approx(100 * np.sqrt((ratios**2).mean()), abs=0.1)


def test_the_last_phase_of_seven_oh_is_that_of_mitragynine(after_tea) -> None:  # type: ignore[no-untyped-def]
    """Its published 5.7 h are an early slope: made from what circulates, it cannot be gone before."""
    hours, _, child, _ = after_tea
    late = (hours > 100) & (hours < 200)
    assert -np.log(2) / np.polyfit(hours[late], np.log(child[late]), 1)[0] == pytest.approx(44.2, rel=0.02)


def test_one_compartment_would_put_the_peak_ten_times_too_low(fitting: ModuleType, knowledge: Knowledge) -> None:
    """Why there are two: dose over the volume of the last phase is 7.7 nM, where 81.9 were measured."""
    one = fitting.dose(knowledge) / (knowledge.fact("kratom", "volume_tea").value or 0)
    assert one == pytest.approx(7.7, rel=0.01)


@pytest.mark.parametrize(
    ("day", "low", "high"),
    [(1, 0.20, 0.31), (15, 0.15, 0.23)],  # Huestis 2024 says 0.15 to 0.21 after 15 days; the curve is not fitted to it
)
def test_what_it_was_not_fitted_to_comes_out_near_what_was_seen(day: int, low: float, high: float, knowledge: Knowledge) -> None:
    """Peak of 7-OH over peak of mitragynine in 15 daily doses."""
    prior = blood_prior(knowledge, "kratom")
    assert prior is not None
    minute = np.arange((day - 1) * 1440, day * 1440, 5, dtype=np.int64)
    daily = regular(1.0, 1440, 15)
    parent, child = (curve(typical(prior), daily, minute, what)[0].max() for what in ("central", "metabolite"))
    assert low < child / parent < high


def test_spread_that_is_shared_is_what_clearance_leaves_beside_its_own(fitting: ModuleType, knowledge: Knowledge) -> None:
    """ln(302 / 71.7) over 2.326 standard deviations is 0.618; less 0.3 in squares, 0.541."""
    assert fitting.shared_spread(knowledge) == pytest.approx(0.541, abs=0.001)
