"""Grams, capsules and tablets to milligrams of alkaloid: by the journal's own figures, else by the kind of product, with their spread."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from steelyard.exposure.product import Content, Made, amounts, made_of, minutes, taken
from steelyard.knowledge.hazards import Hazards, load_hazards
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.records.model import Dose, Product

NOON = datetime.fromisoformat("2026-03-01T12:00:00-06:00")
DRAWS = 4000
EXACT = Made("leaf", Content(15.0, 15.0, 15.0), Content(0.1, 0.1, 0.1), stated=True)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def hazards() -> Hazards:
    return load_hazards()


def product(kind: str | None = None, **more: Any) -> Product:
    return Product(**{"id": "p", "substance": "kratom", "kind": kind, **more})


def dose(amount: float | None = 3.0, unit: str | None = "g", hours: float = 0.0, **more: Any) -> Dose:
    return Dose(time=NOON + timedelta(hours=hours), substance="kratom", amount=amount, unit=unit, **more)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


# --- what a product is


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        (None, "leaf"),
        (product(), "leaf"),
        (product("leaf_powder"), "leaf"),
        (product("capsule"), "leaf"),
        (product("extract"), "extract"),
        (product("shot"), "extract"),
        (product("7-OH tablet"), "seven_oh"),
        (product("tablet", substance="7-hydroxymitragynine"), "seven_oh"),
        (product("tablet", hydroxymitragynine_mg_per_g=60, mitragynine_mg_per_g=4), "seven_oh"),
        (product("extract", hydroxymitragynine_mg_per_g=40), "seven_oh"),
        (product("isolate", hydroxymitragynine_mg_per_g=900), "seven_oh"),
        (product("isolate", mitragynine_mg_per_g=900), "extract"),
        (product("isolate"), "unclear"),
        (product("leaf_powder", mitragynine_mg_per_g=0), "unclear"),
    ],
)
def test_a_product_is_told_by_its_kind_and_its_content(
    described: Product | None, kind: str, knowledge: Knowledge, hazards: Hazards
) -> None:
    assert made_of(described, "kratom", knowledge, hazards.substances).kind == kind


def test_a_dose_of_seven_oh_without_a_product_is_not_leaf(knowledge: Knowledge, hazards: Hazards) -> None:
    made = made_of(None, "7-OH", knowledge, hazards.substances)
    assert made.kind == "seven_oh" and made.seven_oh is not None and made.seven_oh.low == 22


@pytest.mark.parametrize("label", ["Maeng Da", "red", "Green Malay", "7-OH free", "extract strength"])
def test_a_name_on_the_label_changes_nothing(label: str, knowledge: Knowledge, hazards: Hazards) -> None:
    plain, named = (
        made_of(product("leaf_powder", label=each), "kratom", knowledge, hazards.substances) for each in (None, label)
    )
    assert plain == named


def test_the_journals_own_content_counts_with_its_spread(knowledge: Knowledge, hazards: Hazards) -> None:
    described = product("leaf_powder", mitragynine_mg_per_g=20, mitragynine_mg_per_g_sd=4)
    made = made_of(described, "kratom", knowledge, hazards.substances)
    assert made.stated and made.mitragynine is not None
    drawn = made.mitragynine.drawn(rng(), 40_000)
    assert drawn.mean() == pytest.approx(20, rel=0.01) and drawn.std() == pytest.approx(4, rel=0.03)
    assert drawn.min() > 0


def test_a_content_without_spread_gets_that_of_analyses(knowledge: Knowledge, hazards: Hazards) -> None:
    made = made_of(product(mitragynine_mg_per_g=20), "kratom", knowledge, hazards.substances)
    assert made.mitragynine is not None
    assert made.mitragynine.drawn(rng(), 40_000).std() == pytest.approx(0.08 * 20, rel=0.03)


def test_an_exact_content_stays_exact(knowledge: Knowledge, hazards: Hazards) -> None:
    described = product(mitragynine_mg_per_g=20, mitragynine_mg_per_g_sd=0)
    made = made_of(described, "kratom", knowledge, hazards.substances)
    assert made.mitragynine is not None and np.ptp(made.mitragynine.drawn(rng(), 100)) == 0


def test_leaf_without_content_is_drawn_from_the_prior(knowledge: Knowledge, hazards: Hazards) -> None:
    made = made_of(None, "kratom", knowledge, hazards.substances)
    assert not made.stated and made.mitragynine is not None and made.seven_oh is not None
    drawn = made.mitragynine.drawn(rng(), DRAWS)
    assert np.median(drawn) == pytest.approx(15, rel=0.05)
    assert 0.93 < ((drawn > 9.3) & (drawn < 24.2)).mean() < 0.97, (
        "the middle 95 % of a log-normal with a range of 10 to 27 around 15"
    )
    seven_oh = made.seven_oh.drawn(rng(), DRAWS)
    assert seven_oh.min() >= 0 and seven_oh.max() <= 0.124


# --- amounts


def test_capsules_of_known_weight_are_grams_and_the_commonest_unit_is_chosen() -> None:
    doses = [dose(2, "capsule", product="c"), dose(3, "g"), dose(500, "mg"), dose(1, "cup"), dose(None), dose(1, None)]
    found, unit = amounts(doses, [product(id="c", unit_g=0.6)])
    assert unit == "g"
    assert found.tolist() == pytest.approx([1.2, 3.0, 0.5, np.nan, np.nan, np.nan], nan_ok=True)


def test_without_any_amount_the_unit_is_a_dose() -> None:
    found, unit = amounts([dose(None), dose(None)], [])
    assert unit == "dose" and np.isnan(found).all()


@pytest.mark.parametrize(("amount", "unit"), [(3, "g"), (3000, "mg"), (0.003, "kg")])
def test_grams_times_content_are_milligrams_in_any_unit_of_mass(amount: float, unit: str) -> None:
    found = taken([dose(amount, unit)], [], {"": EXACT}, rng(), 3)
    assert found.weighed and found.mitragynine.tolist() == pytest.approx(np.full((3, 1), 45.0))
    assert found.seven_oh.tolist() == pytest.approx(np.full((3, 1), 0.3))


def test_one_product_has_one_content_in_each_draw() -> None:
    wide = Made("leaf", Content(15.0, 10.0, 27.0), None, stated=False)
    found = taken([dose(2), dose(4), dose(4, product="x")], [], {"": wide, "x": wide}, rng(), DRAWS)
    assert np.allclose(found.mitragynine[:, 1], 2 * found.mitragynine[:, 0]), "the ratio of two doses of one bag is known"
    apart = np.log(found.mitragynine[:, 2] / found.mitragynine[:, 1])
    assert apart.std() == pytest.approx(np.sqrt(2) * np.log(2.7) / (2 * 1.959964), rel=0.05), (
        "another bag has a content of its own"
    )
    assert np.isnan(found.seven_oh).all(), "what is not known is not zero"


def test_capsules_of_unknown_weight_have_ratios_and_no_milligrams() -> None:
    found = taken([dose(2, "capsule"), dose(4, "capsule")], [], {"": EXACT}, rng(), 5)
    assert not found.weighed and found.unit == "capsule"
    assert (found.mitragynine[:, 1] / found.mitragynine[:, 0]).tolist() == [2.0] * 5


def test_unknown_amounts_are_drawn_from_the_known_ones_and_counted() -> None:
    found = taken([dose(2), dose(4), dose(None), dose(0)], [], {"": EXACT}, rng(), DRAWS)
    unknown = found.mitragynine[:, 2]
    assert found.unknown == 1
    assert set(np.unique(unknown).round(6)) == {30.0, 60.0}, "a recorded zero is no amount to draw from"
    assert (unknown == 30).mean() == pytest.approx(0.5, abs=0.03)
    assert (found.mitragynine[:, 3] == 0).all()


def test_where_no_amount_is_known_each_dose_is_one() -> None:
    found = taken([dose(None), dose(None)], [], {"": EXACT}, rng(), 4)
    assert not found.weighed and found.unknown == 2 and np.ptp(found.mitragynine) == 0


def test_an_uncertain_amount_spreads_and_never_falls_below_zero() -> None:
    found = taken([dose(3, amount_sd=0.6), dose(3, amount_sd=6.0)], [], {"": EXACT}, rng(), DRAWS)
    assert found.mitragynine[:, 0].std() == pytest.approx(0.6 * 15, rel=0.05)
    assert found.mitragynine[:, 1].min() == 0


# --- times


def test_times_are_whole_minutes_and_one_log_where_they_are_sure() -> None:
    found = minutes([dose(hours=-1), dose(hours=0.51)], NOON, rng(), 9)
    assert found.dtype == np.int64 and found.tolist() == [-60, 31]


def test_uncertain_times_give_each_draw_a_log_of_its_own() -> None:
    found = minutes([dose(hours=10, time_sd_minutes=30), dose(hours=20)], NOON, rng(), DRAWS)
    assert found.shape == (DRAWS, 2) and found.dtype == np.int64
    assert found[:, 0].std() == pytest.approx(30, rel=0.05) and found[:, 0].mean() == pytest.approx(600, abs=2)
    assert (found[:, 1] == 1200).all()
