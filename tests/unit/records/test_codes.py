"""Which code is written for what."""

import pytest

from steelyard.records.codes import LOINC, Code, code_for

MASS = Code(system=LOINC, code="1975-2", display="by mass", kind="lab", means="bilirubin", unit="mg/dL")
MOLES = Code(system=LOINC, code="14631-6", display="by moles", kind="lab", means="bilirubin", unit="umol/L")
READ_ONLY = Code(system=LOINC, code="2986-8", display="no unit known", kind="lab", means="testosterone")
PAIN = Code(system=LOINC, code="72514-3", display="pain", kind="scale", means="pain", unit="{score}")
CODES = (MASS, MOLES, READ_ONLY, PAIN)


@pytest.mark.parametrize(
    ("test", "unit", "code"),
    [
        ("bilirubin", "mg/dL", MASS),
        ("Bilirubin ", "g/L", MASS),
        ("bilirubin", "µmol/l", MOLES),
        ("bilirubin", "U/L", None),
        ("bilirubin", "drops", None),
        ("testosterone", "ng/dL", None),
        ("pain", "mg/dL", None),
    ],
)
def test_a_tests_code_is_for_its_kind_of_quantity(test: str, unit: str, code: Code | None) -> None:
    assert code_for(CODES, "lab", test, unit) is code


def test_a_scale_needs_no_unit_and_words_are_joined() -> None:
    assert code_for(CODES, "scale", "pain") is PAIN
    b12 = Code(system=LOINC, code="2132-9", display="B12", kind="lab", means="vitamin_b12", unit="pg/mL")
    assert code_for((b12,), "lab", "Vitamin B12", "ng/L") is b12
