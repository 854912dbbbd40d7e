"""Names of medicines: brand and generic, salts and strengths, accents and misspellings, and what is nobody's name."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from steelyard.knowledge import medicines
from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import Medicines, Reading, load_medicines, read_name, words

SHIPPED_CLASSES = {
    "alcohol", "barbiturates", "benzodiazepines", "cyp2d6_substrates", "cyp3a_inducers", "cyp3a_inhibitors", "cyp3a_substrates",
    "gabapentinoids", "hepatotoxic", "maoi", "muscle_relaxants", "opioid_antagonists", "opioid_partial_agonists", "opioids",
    "other_serotonergics", "pgp_substrates", "qt_prolonging", "sedating_antihistamines", "seizure_threshold", "snri", "ssri",
    "tricyclics", "z_drugs",
}  # fmt: skip


@cache
def shipped() -> Medicines:
    return load_medicines()


def read(text: str) -> list[tuple[str, ...]]:
    return [reading.medicines for reading in read_name(shipped(), text)]


# --- exact names ---


@pytest.mark.parametrize(
    ("written", "medicine"),
    [
        ("sertraline", "sertraline"),
        ("SERTRALINE", "sertraline"),
        ("Sertraline HCl 50 mg tablets", "sertraline"),
        ("sertraline hydrochloride", "sertraline"),
        ("Zoloft", "sertraline"),
        ("Zoloft 50mg", "sertraline"),
        ("Diazépam", "diazepam"),
        ("diazepam-ratiopharm 5", "diazepam"),
        ("OxyContin ER 10 mg, twice daily", "oxycodone"),
        ("Toprol-XL", "metoprolol"),
        ("toprol xl 25", "metoprolol"),
        ("Advil PM", "diphenhydramine"),
        ("St. John's wort", "st-johns-wort"),
        ("st johns wort", "st-johns-wort"),
        ("St John’s Wort 300 mg", "st-johns-wort"),
        ("acetaminophen", "paracetamol"),
        ("meperidine", "pethidine"),
        ("cyclosporine", "ciclosporin"),
        ("low dose naltrexone", "naltrexone"),
    ],
)
def test_a_name_is_read_exactly_whatever_stands_around_it(written: str, medicine: str) -> None:
    (reading,) = read_name(shipped(), written)
    assert (reading.medicines, reading.exact, reading.perhaps) == ((medicine,), True, ())


def test_several_names_in_one_line_are_read_each() -> None:
    assert read("Tramadol/Paracetamol 37.5 mg/325 mg") == [("tramadol",), ("paracetamol",)]
    assert read("sertraline + diazepam") == [("sertraline",), ("diazepam",)]
    assert read("sertraline and diazepam, Lyrica") == [("sertraline",), ("diazepam",), ("pregabalin",)]
    assert read("Examplamid & sertraline") == [(), ("sertraline",)]
    assert read("sertraline diazepam") == [("sertraline",), ("diazepam",)]


def test_a_brand_of_a_combination_is_all_its_parts() -> None:
    (reading,) = read_name(shipped(), "Percocet")
    assert set(reading.medicines) == {"oxycodone", "paracetamol"}
    assert reading.name == "Percocet"


def test_numbers_and_forms_alone_name_nothing_beside_a_name() -> None:
    assert read("sertraline 50 mg / 100 mg tablets") == [("sertraline",)]


@pytest.mark.parametrize("written", ["ibuprofen", "Examplamid forte", "50 mg", "tablets", "сертралин", "???", "patch 5 mg"])
def test_what_nobody_knows_is_read_as_nothing_and_never_dropped(written: str) -> None:
    assert read_name(shipped(), f" {written} ") == (Reading(written),)


# --- misspellings ---


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("sertralin", "sertraline"),  # one missing
        ("sertralline", "sertraline"),  # one too many
        ("sertrakine", "sertraline"),  # one wrong
        ("setraline", "sertraline"),
        ("sertrailne", "sertraline"),  # two swapped
        ("ertraline", "sertraline"),  # the first missing
        ("Lirica 75", "Lyrica"),
        ("St Jons wort", "St John's wort"),
        ("tramadoll", "tramadol"),
    ],
)
def test_one_letter_off_is_guessed_and_marked_as_a_guess(written: str, known: str) -> None:
    (reading,) = read_name(shipped(), written)
    assert (reading.name, reading.exact) == (known, False)
    assert reading.medicines
    assert reading.written == written


@pytest.mark.parametrize("written", ["sertrlin", "sarterlin", "srtralin", "Som", "Sona", "Somaa", "asertralines"])
def test_two_letters_off_or_too_short_is_no_guess(written: str) -> None:
    assert read(written) == [()]


def test_a_word_longer_than_any_name_is_not_guessed_at_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(medicines, "_without_one", lambda word: tried.append(word) or set())
    assert read_name(shipped(), "a" * 9000) == (Reading("a" * 9000),)
    assert read_name(shipped(), "a" * 20) == (Reading("a" * 20),)
    assert set(tried) == {"a" * 20}


def test_a_name_near_two_medicines_is_read_as_neither() -> None:
    (reading,) = read_name(shipped(), "orazepam")
    assert reading.medicines == ()
    assert set(reading.perhaps) == {"lorazepam", "oxazepam", "prazepam"}


@pytest.mark.parametrize(
    "written",
    ["levothyroxine", "cetirizine", "hydralazine", "celecoxib", "Celebrex", "clonidine", "metformin", "propranolol", "prednisolone",
     "lamotrigine", "Lamictal", "omeprazole", "amlodipina besilato tabletas", "lisinopril", "atenolol", "warfarin", "insulin"],
)  # fmt: skip
def test_other_medicines_are_not_taken_for_known_ones(written: str) -> None:
    for reading in read_name(shipped(), written):
        assert not reading.medicines or reading.exact or written.startswith("amlodipina")


def test_words_lose_case_accents_and_punctuation() -> None:
    assert words("Dr. Müller’s Groß-Präparat 5mg") == ["dr", "mullers", "gross", "praparat", "5", "mg"]
    assert words("") == []


# --- what is shipped ---


def test_the_shipped_classes_and_how_many_names_they_hold() -> None:
    assert set(shipped().classes) == SHIPPED_CLASSES
    assert 150 <= len(shipped().classes_of) <= 300
    assert {"opioids", "cyp2d6_substrates", "other_serotonergics", "seizure_threshold"} == set(shipped().classes_of["tramadol"])


def test_every_class_says_where_its_members_were_seen() -> None:
    held = load().references
    for kind in shipped().classes.values():
        assert set(kind.citations) <= set(held), kind.id
        assert kind.place and kind.checked_on <= date(2026, 12, 31)
        assert bool(kind.citations) == (kind.seen is not None) == (kind.id != "alcohol"), kind.id


def test_no_name_stands_for_medicines_that_share_no_tablet() -> None:
    """A name of more than one medicine is a brand of a combination, written as such in each of their classes."""
    several = {shipped().spelled[key] for key, medicines in shipped().medicines_of.items() if len(medicines) > 1}
    assert several == {
        "Allzital", "Contrave", "Darvocet", "Esgic", "Fioricet", "Limbitrol", "Lorcet", "Lortab", "Norco", "Percocet", "Phrenilin",
        "Roxicet", "Trezix", "Ultracet", "Vicodin",
    }  # fmt: skip


# --- what is refused ---

CLASS = '[class]\nname = "invented"\ncitations = ["example2020"]\nplace = "table 1"\nseen = "tab"\nchecked_on = 2026-11-22\n'


def folder(tmp_path: Path, content: str) -> Path:
    (tmp_path / "medicines").mkdir()
    (tmp_path / "medicines/invented.toml").write_text(content)
    return tmp_path


def test_a_class_is_read_with_its_names(tmp_path: Path) -> None:
    read_ = load_medicines(
        folder(tmp_path, CLASS + '[exampline]\nalso = ["Example acid"]\nbrands = ["Examplex"]\n[other-drug]\n')
    )
    assert read_.classes["invented"].name == "invented"
    assert read_.classes_of == {"exampline": ("invented",), "other-drug": ("invented",)}
    assert set(read_.medicines_of) == {"exampline", "exampleacid", "examplex", "otherdrug"}
    assert [each.medicines for each in read_name(read_, "EXAMPLEX 5, example acid; other drug")] == [
        ("exampline",), ("exampline",), ("other-drug",),
    ]  # fmt: skip


def test_no_folder_is_no_medicines(tmp_path: Path) -> None:
    assert load_medicines(tmp_path).classes == {}


@pytest.mark.parametrize(
    ("content", "row", "field"),
    [
        ("[exampline]\n", "class", "name"),
        (CLASS, "class", ""),
        (CLASS.replace('name = "invented"\n', "") + "[exampline]\n", "class", "name"),
        (CLASS.replace('seen = "tab"\n', "") + "[exampline]\n", "class", "seen"),
        (CLASS.replace('"tab"', '"skimmed"') + "[exampline]\n", "class", "seen"),
        (CLASS.replace("2026-11-22", '"today"') + "[exampline]\n", "class", "checked_on"),
        (CLASS + '[exampline]\nbrand = ["Examplex"]\n', "exampline", "brand"),
        (CLASS + '[exampline]\nbrands = "Examplex"\n', "exampline", "brands"),
        (CLASS + "name = [", "", ""),
    ],
)
def test_a_bad_class_is_refused_with_file_row_and_field(tmp_path: Path, content: str, row: str, field: str) -> None:
    with pytest.raises(KnowledgeError) as refusal:
        load_medicines(folder(tmp_path, content))
    assert (refusal.value.file, refusal.value.fact, refusal.value.field) == ("medicines/invented.toml", row, field)
