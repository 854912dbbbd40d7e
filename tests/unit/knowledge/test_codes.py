"""Codes of public code systems: each with a source, none mistyped."""

import re
from pathlib import Path

import pytest

from steelyard.knowledge.codes import load_codes, loinc_digit
from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.records.codes import LOINC
from steelyard.records.units import lab_unit

ROW = """[alt]
system = "http://loinc.org"
code = "1742-6"
display = "ALT"
kind = "lab"
means = "alt"
citation = "farrar2001"
place = "table"
seen = "tab"
checked_on = 2026-11-22
"""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def read(folder: Path, text: str, knowledge: Knowledge) -> None:
    (folder / "codes").mkdir()
    (folder / "codes" / "example.toml").write_text(text)
    load_codes(knowledge, folder)


def test_the_check_digit_is_that_of_the_users_guide() -> None:
    """Its own example: 12345 has 5. The others: 26464-8 and 47519-4 worked out by hand from its steps."""
    assert [loinc_digit(number) for number in ("12345", "26464", "47519")] == [5, 8, 4]


def test_every_code_shipped_is_read_once(knowledge: Knowledge) -> None:
    codes = load_codes(knowledge)
    assert len({(code.system, code.code) for code in codes}) == len(codes)
    assert {code.kind for code in codes} == {"scale", "lab", "person", "ingredient"}


def test_a_scale_that_has_a_code_is_shipped_and_a_tests_unit_is_one_the_journal_knows(knowledge: Knowledge) -> None:
    for code in load_codes(knowledge):
        if code.kind == "scale":
            assert code.means in knowledge.scales
        if code.kind == "lab" and code.unit:
            assert lab_unit(code.unit) == code.unit


def test_no_plant_is_coded(knowledge: Knowledge) -> None:
    """A code for an alkaloid says nothing about leaf, and the record of the plant's own code was not read."""
    codes = load_codes(knowledge)
    assert {code.kind for code in codes if code.system != LOINC} == {"ingredient"}
    assert not any(re.search("kratom|leaf|speciosa", f"{code.means} {code.display}", re.IGNORECASE) for code in codes)
    assert "754HG7WK00" not in {code.code for code in codes}


def test_a_small_file_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    read(tmp_path, ROW, knowledge)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("1742-6", "1742-7", "code"),
        ("1742-6", "1724-6", "code"),
        ("1742-6", "LA6-6", "code"),
        ("farrar2001", "nobody1900", "citation"),
        ('"tab"', '"sec"', "seen"),
        ('"lab"', '"plant"', "kind"),
        ('display = "ALT"\n', "", "display"),
        ('means = "alt"\n', 'means = "alt"\nnote = "x"\n', "note"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_by_its_field(
    tmp_path: Path, knowledge: Knowledge, before: str, after: str, field: str
) -> None:
    assert before in ROW
    with pytest.raises(KnowledgeError) as refused:
        read(tmp_path, ROW.replace(before, after), knowledge)
    assert (refused.value.fact, refused.value.field) == ("alt", field)
