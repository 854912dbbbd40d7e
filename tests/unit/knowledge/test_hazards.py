"""The rows warnings are made of: read as written, resting on facts that are held, refused when they name what is not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from steelyard.knowledge.files import KnowledgeError, shipped
from steelyard.knowledge.hazards import Hazard, Hazards, load_hazards, refuse_unfounded, spoken
from steelyard.knowledge.load import load

ROW = 'severity = "note"\ntitle = "A title"\nwhy = "Why."\ndo = "Do."\nbasis = []\n'


@pytest.fixture(scope="module")
def hazards() -> Hazards:
    return load_hazards()


def folder(tmp_path: Path, **files: str) -> Path:
    shutil.copytree(Path(str(shipped())) / "medicines", tmp_path / "medicines")
    for name, content in files.items():
        place = tmp_path / name.replace("__", "/")
        place.parent.mkdir(exist_ok=True)
        place.with_suffix(".toml").write_text(content)
    return tmp_path


def test_every_shipped_row_rests_on_facts_and_every_class_on_sources_that_are_held(hazards: Hazards) -> None:
    refuse_unfounded(hazards, load())


def test_rows_without_facts_are_few_and_say_nothing_about_the_body(hazards: Hazards) -> None:
    assert {row.id for row in hazards.rows.values() if not row.basis} == {
        "labs.out_of_range", "labs.unreadable", "unchecked.medicines", "unchecked.substances",
    }  # fmt: skip


def test_each_row_rests_on_facts_about_its_own_substance(hazards: Hazards) -> None:
    """Nothing known about leaf is carried over to 7-OH, nor the other way round."""
    for substance, other in (("kratom", "7-hydroxymitragynine"), ("7-hydroxymitragynine", "kratom")):
        for row in hazards.of(substance):
            assert not [fact for fact in row.basis if fact.startswith(f"{other}.")], row.id


def test_a_row_is_read_as_written(tmp_path: Path) -> None:
    content = f'[one]\n{ROW}words = ["a b", "c"]\nitem = 9\nfrom_severity = 3\ndose_by_dose = true\n'
    rows = load_hazards(folder(tmp_path, safety__signs=content)).rows
    assert rows["signs.one"] == Hazard(
        id="signs.one", severity="note", title="A title", why="Why.", do="Do.", basis=(), words=("a b", "c"), item=9,
        from_severity=3, dose_by_dose=True,
    )  # fmt: skip
    assert rows["signs.one"].group == "signs"


def test_rows_of_one_file_come_in_its_order(tmp_path: Path) -> None:
    read = load_hazards(folder(tmp_path, safety__b=f"[z]\n{ROW}[a]\n{ROW}", safety__a=f"[m]\n{ROW}"))
    assert [row.id for row in read.of("b")] == ["b.z", "b.a"]


def test_a_substance_and_its_names(tmp_path: Path) -> None:
    content = f'[substance]\nshown = "Leaf"\nnames = ["leaf"]\nstrong = ["oil"]\n[one]\n{ROW}classes = ["opioids"]\nmedicines = ["codeine"]\n'
    read = load_hazards(folder(tmp_path, interactions__leaf=content))
    assert (read.substances["leaf"].shown, read.substances["leaf"].strong, read.substances["leaf"].leaf) == ("Leaf", ("oil",), ())
    assert read.rows["leaf.one"].classes == ("opioids",)


@pytest.mark.parametrize(
    ("file", "content", "row", "field"),
    [
        ("interactions__leaf", f'[one]\n{ROW}classes = ["opioids"]\n', "substance", "shown"),
        ("interactions__leaf", f'[substance]\nshown = "x"\nnames = ["x"]\n[one]\n{ROW}classes = ["opoids"]\n', "one", "classes"),
        (
            "interactions__leaf",
            f'[substance]\nshown = "x"\nnames = ["x"]\n[one]\n{ROW}medicines = ["codein"]\n',
            "one",
            "medicines",
        ),
        ("safety__signs", f"[one]\n{ROW.replace('note', 'grave')}", "one", "severity"),
        ("safety__signs", "[one]\n" + ROW.replace('do = "Do."\n', ""), "one", "do"),
        ("safety__signs", f"[one]\n{ROW}basis_of = []\n", "one", "basis_of"),
        ("safety__signs", f'[one]\n{ROW}item = "nine"\n', "one", "item"),
        ("laboratory__tests", '[alt]\nnames = ["alt"]\nshown = "ALT"\n', "alt", "limits"),
    ],
)
def test_a_bad_row_is_refused_with_file_row_and_field(tmp_path: Path, file: str, content: str, row: str, field: str) -> None:
    with pytest.raises(KnowledgeError) as refusal:
        load_hazards(folder(tmp_path, **{file: content}))
    assert refusal.value.file == file.replace("__", "/") + ".toml"
    assert (refusal.value.fact, refusal.value.field) == (row, field)


def test_what_rests_on_nothing_held_is_refused(hazards: Hazards) -> None:
    knowledge = load()
    row = hazards.rows["red_flags.jaundice"]
    for changed in (replace(row, basis=("kratom.no_such",)), replace(row, basis_with=("kratom.no_such",))):
        with pytest.raises(KnowledgeError, match=r"red_flags\.jaundice.*no fact 'kratom\.no_such'"):
            refuse_unfounded(replace(hazards, rows={row.id: changed}), knowledge)
    tests = {"alt": replace(hazards.tests["alt"], limits="warnings.no_such")}
    with pytest.raises(KnowledgeError, match="limits"):
        refuse_unfounded(replace(hazards, tests=tests), knowledge)
    classes = {"ssri": replace(hazards.medicines.classes["ssri"], citations=("nobody1999",))}
    with pytest.raises(KnowledgeError, match="nobody1999"):
        refuse_unfounded(replace(hazards, medicines=replace(hazards.medicines, classes=classes)), knowledge)


def test_words_are_compared_without_case_accents_order_and_plural() -> None:
    assert spoken("Dark_Urine") == spoken("urines, DARK") == {"dark", "urine"}
    assert spoken("itch") <= spoken("Itchs everywhere")
    assert "gas" in spoken("gas")
