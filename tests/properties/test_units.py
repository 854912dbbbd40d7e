"""What holds for all units: there and back is where one started, and mapping twice is mapping once."""

from hypothesis import assume, given
from hypothesis import strategies as st
from pytest import approx

from steelyard.records.units import amount_unit, convert_lab, convert_mass, grams, lab_unit

masses = st.sampled_from(["kg", "g", "mg", "ug", "mcg", "\u00b5g", "grams", "MG"])
labs = st.builds(
    lambda prefix, base, volume: f"{prefix}{base}/{volume}L",
    st.sampled_from(["", "m", "u", "\u03bc", "n", "p"]),
    st.sampled_from(["g", "mol", "IU", "U"]),
    st.sampled_from(["", "d", "m", "u"]),
)
values = st.floats(1e-6, 1e6)


@given(values, masses, masses)
def test_mass_there_and_back(value: float, unit: str, other: str) -> None:
    there = convert_mass(value, unit, other)
    assert there is not None
    assert convert_mass(there, other, unit) == approx(value, rel=1e-12)


@given(values, masses, masses)
def test_grams_do_not_depend_on_the_unit_they_were_written_in(value: float, unit: str, other: str) -> None:
    there = convert_mass(value, unit, other)
    assert there is not None
    assert grams(there, other) == approx(grams(value, unit), rel=1e-12)


@given(values, labs, labs)
def test_laboratory_values_there_and_back_or_not_at_all(value: float, unit: str, other: str) -> None:
    there = convert_lab(value, unit, other)
    assert (there is None) == (convert_lab(value, other, unit) is None)
    assume(there is not None)
    assert there is not None
    assert convert_lab(there, other, unit) == approx(value, rel=1e-9)


@given(labs)
def test_a_code_is_its_own_code(unit: str) -> None:
    code = lab_unit(unit)
    assert code is not None
    assert lab_unit(code) == code
    assert convert_lab(3.0, unit, code) == approx(3.0)


@given(st.text(max_size=20))
def test_any_text_is_a_known_code_or_none(text: str) -> None:
    amount, lab = amount_unit(text), lab_unit(text)
    assert amount is None or amount_unit(amount) == amount
    assert lab is None or lab_unit(lab) == lab
    assert grams(1.0, text) is None or amount in {"kg", "g", "mg", "ug"}
