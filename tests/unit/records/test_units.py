"""Spellings of units, and the few conversions that need no fact about a substance."""

import pytest

from steelyard.records.units import amount_unit, convert_lab, convert_mass, grams, lab_unit


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("g", "g"),
        ("G", "g"),
        ("grams", "g"),
        (" Gram ", "g"),
        ("mg", "mg"),
        ("MG", "mg"),
        ("mcg", "ug"),
        ("ug", "ug"),
        ("\u00b5g", "ug"),  # micro sign
        ("\u03bcg", "ug"),  # Greek small mu
        ("micrograms", "ug"),
        ("mL", "mL"),
        ("ml", "mL"),
        ("capsules", "capsule"),
        ("Caps.", "capsule"),
        ("tab", "tablet"),
        ("tsp.", "teaspoon"),
        ("IU", "[IU]"),
    ],
)
def test_amount_spellings(written: str, code: str) -> None:
    assert amount_unit(written) == code


@pytest.mark.parametrize("written", ["", " ", "gr", "spoon of", "3 g", "m g/L", "mol"])
def test_an_unknown_amount_unit_is_none(written: str) -> None:
    """`gr` is both a gram and a grain (65 mg), so it is neither."""
    assert amount_unit(written) is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mIU/L", "m[IU]/L"),
        ("m[IU]/L", "m[IU]/L"),
        ("uIU/mL", "u[IU]/mL"),
        ("\u00b5IU/ml", "u[IU]/mL"),
        ("mU/L", "mU/L"),
        ("ug/L", "ug/L"),
        ("mcg/L", "ug/L"),
        ("\u00b5g/L", "ug/L"),
        ("\u03bcg/L", "ug/L"),
        ("ng/mL", "ng/mL"),
        ("NG/ML", "ng/mL"),
        ("IU/L", "[IU]/L"),
        ("U/L", "U/L"),
        ("units/L", "U/L"),
        ("pmol/L", "pmol/L"),
        ("pg/mL", "pg/mL"),
        ("mg/dL", "mg/dL"),
        ("mg / dl", "mg/dL"),
        ("umol/L", "umol/L"),
        ("\u03bcmol/l", "umol/L"),
        ("nmol/L", "nmol/L"),
        ("mmol/L", "mmol/L"),
        ("mol/L", "mol/L"),
        ("g/dL", "g/dL"),
        ("mEq/L", "meq/L"),
        ("%", "%"),
        ("mmHg", "mm[Hg]"),
        ("10^9/L", "10*9/L"),
        ("10*3/uL", "10*9/L"),  # a thousand in a millionth of a litre
        ("10*6/\u00b5L", "10*12/L"),
        ("mL/min/1.73m\u00b2", "mL/min/{1.73_m2}"),
    ],
)
def test_lab_spellings(written: str, code: str) -> None:
    assert lab_unit(written) == code


@pytest.mark.parametrize("written", ["", "high", "mg", "/L", "mg/", "mg/kg", "xmol/L"])
def test_an_unknown_lab_unit_is_none(written: str) -> None:
    assert lab_unit(written) is None


@pytest.mark.parametrize(
    ("amount", "unit", "each", "expected"),
    [(3, "g", None, 3.0), (2500, "mg", None, 2.5), (2, "capsules", 0.5, 1.0), (0, "g", None, 0.0)],
)
def test_grams(amount: float, unit: str, each: float | None, expected: float) -> None:
    assert grams(amount, unit, each) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("unit", ["capsule", "mL", "[IU]", "teaspoon", "unheard of"])
def test_what_has_no_mass_by_itself_has_no_grams(unit: str) -> None:
    assert grams(1, unit) is None


def test_capsule_content_does_not_turn_volumes_into_mass() -> None:
    assert grams(1, "mL", 0.5) is None


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "expected"), [(3, "g", "mg", 3000), (250, "mcg", "mg", 0.25), (1, "kg", "g", 1000)]
)
def test_convert_mass(amount: float, unit: str, wanted: str, expected: float) -> None:
    assert convert_mass(amount, unit, wanted) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(("unit", "wanted"), [("g", "mL"), ("[IU]", "ug"), ("g", "mol"), ("capsule", "g")])
def test_mass_never_comes_from_anything_else(unit: str, wanted: str) -> None:
    assert convert_mass(1, unit, wanted) is None


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        (50, "ug/L", "ng/mL", 50),
        (14, "g/dL", "g/L", 140),
        (2.5, "uIU/mL", "mIU/L", 2.5),
        (300, "nmol/L", "pmol/mL", 300),
        (1, "mg/dL", "ug/mL", 10),
        (41, "%", "percent", 41),
    ],
)
def test_convert_lab(value: float, unit: str, wanted: str, expected: float) -> None:
    assert convert_lab(value, unit, wanted) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [("ng/mL", "nmol/L"), ("IU/L", "U/L"), ("IU/mL", "ng/mL"), ("%", "g/L"), ("meq/L", "mmol/L"), ("?", "?")],
)
def test_mass_moles_and_international_units_are_never_mixed(unit: str, wanted: str) -> None:
    assert convert_lab(1.0, unit, wanted) is None
