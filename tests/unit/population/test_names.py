"""Names as reports spell them: tidied, looked up, and never guessed."""

import pytest

from steelyard.population.names import Speller, Spelling, substances, tidy

KRATOM = Spelling("kratom", ("MITRAGYNINE", "KRATON"), ("KRATOM", "KETUM", "MITRAGYNA SPECIOSA"))
SPELLER = Speller(
    [KRATOM, Spelling("7-hydroxymitragynine", ("7-OH",), ("7-HYDROXYMITRAGYNINE",)), Spelling("kava", (), ("KAVA",))]
)


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("Kratom", "KRATOM"),
        ("  PREDNISONE. ", "PREDNISONE"),
        ("ibuprofen 200 mg tablets", "IBUPROFEN"),
        ("Kratom Powder 1 OZ", "KRATOM"),
        ("VITAMIN B12", "VITAMIN B12"),
        ("5-HTP", "5-HTP"),
        ("100 MG", "100 MG"),
        ("CAFÉ DE PARÍS", "CAFÉ DE PARÍS"),
        ("", ""),
        (" . ", ""),
    ],
)
def test_a_name_is_tidied(written: str, tidied: str) -> None:
    assert tidy(written) == tidied


@pytest.mark.parametrize(
    ("written", "ingredient", "named"),
    [
        ("KRATOM", "", ("kratom",)),
        ("Mitragyna speciosa leaf", "", ("kratom",)),
        ("UNKNOWN HERB", "Herbals\\mitragynine", ("kratom",)),
        ("Herbals\\mitragynine", "", ("kratom",)),
        ("Blue Magic Kratom 30 capsules", "", ("kratom",)),
        ("KRATON", "", ("kratom",)),
        ("7-OH", "", ("7-hydroxymitragynine",)),
        ("EXCEDRIN", "ACETAMINOPHEN\\ASPIRIN\\CAFFEINE", ("ACETAMINOPHEN", "ASPIRIN", "CAFFEINE")),
        ("RISPERDAL", "RISPERIDONE", ("RISPERIDONE",)),
        ("KRATOM AND KAVA SHOT", "", ("kratom",)),
        ("ASPIRIN", "ASPIRIN\\ASPIRIN", ("ASPIRIN",)),
        ("", "", ()),
    ],
)
def test_a_line_of_a_report_names_these_substances(written: str, ingredient: str, named: tuple[str, ...]) -> None:
    assert substances(written, ingredient, SPELLER) == named


@pytest.mark.parametrize("written", ["KRATOMAX", "BALAKAVA", "KRATONIC", "MITRAGYNINELIKE"])
def test_a_longer_word_that_only_begins_or_ends_alike_is_something_else(written: str) -> None:
    assert substances(written, "", SPELLER) == (written,)


def test_a_spelling_for_two_substances_is_refused() -> None:
    with pytest.raises(ValueError, match="'KETUM' is given for kratom and for tea"):
        Speller([KRATOM, Spelling("tea", (), ("KETUM",))])


def test_without_spellings_names_are_only_tidied() -> None:
    assert substances("Kratom powder", "", Speller([])) == ("KRATOM",)
