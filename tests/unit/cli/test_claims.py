"""`steelyard claims` on the command line, and what it makes of the articles shipped as examples."""

import json
from pathlib import Path

import pytest

from steelyard.cli.main import main

# What each example article claims, as its text was written to claim it: sentence by sentence, checked by eye.
HAIR = {
    "pain.chronic_definition", "pain.relieves", "mood.improves", "hair_loss.studies_show", "hair_loss.kratom_causes",
    "hormones.imbalance", "hormones.testosterone", "hormones.estrogen", "hair_loss.nutrient_deficiency",
    "hair_loss.opioid_receptors", "mechanism.opioid_receptors", "hair_loss.toxic_to_follicles", "hair_loss.figure_5_6",
    "hair_loss.regrows", "mechanism.serotonin_adrenaline", "mechanism.ion_channels", "sleep.improves", "pain.fibromyalgia",
    "pain.nerve_pain", "safety.safer_than_opioids", "strains.differ", "dose.start_1_3_g", "pain.weeks_to_work",
    "effects.drowsiness_gut", "dependence.develops", "tolerance.develops", "monitoring.blood_tests", "therapies.with_kratom",
    "citation.mindfulness_2018", "advice.ask_professional",
}  # fmt: skip
SKIN = {
    "skin.best_strain_or_dose", "mechanism.opioid_receptors", "pain.relieves", "inflammation.reduces", "skin.affects_pigment",
    "skin.blocks_melanin", "skin.kratom_treats", "skin.causes_general", "skin.pain_relief_reduces_pigment", "strains.differ",
    "products.potency_varies", "safety.harmless", "dependence.none", "effects.drowsiness_gut", "overdose.no_deaths",
    "law.controlled", "law.legal", "advice.ask_professional", "interactions.occur",
}  # fmt: skip


@pytest.mark.parametrize(
    ("article", "expected", "left_out"),
    [
        ("hair-loss.txt", HAIR, ["liver_injury", "seizures", "interactions", "seven_oh_products"]),
        ("skin-darkening.txt", SKIN, ["liver_injury", "seizures", "seven_oh_products"]),
    ],
)
def test_the_example_articles(
    root: Path, capsysbinary: pytest.CaptureFixture[bytes], article: str, expected: set[str], left_out: list[str]
) -> None:
    assert main(["claims", str(root / "examples/articles" / article), "--format", "json"]) == 0
    given = json.loads(capsysbinary.readouterr().out)
    assert {made["claim"] for made in given["claims"]} == expected
    assert [each["topic"] for each in given["omissions"]] == left_out


@pytest.mark.parametrize("article", ["hair-loss.txt", "skin-darkening.txt"])
def test_the_example_articles_say_that_they_are_invented(root: Path, article: str) -> None:
    assert (root / "examples/articles" / article).read_text(encoding="utf-8").startswith("An invented article")


def test_the_answer_goes_where_it_is_told_and_is_the_same_each_time(
    root: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    article = str(root / "examples/articles/hair-loss.txt")
    assert main(["claims", article, "--out", str(tmp_path / "answer.txt")]) == 0
    assert capsysbinary.readouterr().out == b""
    assert main(["claims", article]) == 0
    assert capsysbinary.readouterr().out == (tmp_path / "answer.txt").read_bytes()


def test_a_text_terminal_of_80_columns_is_wide_enough(root: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    main(["claims", str(root / "examples/articles/skin-darkening.txt")])
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert max(len(line) for line in lines if "http" not in line) <= 80


def test_what_cannot_be_read_is_said_and_the_exit_status_tells(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["claims", str(tmp_path / "missing.txt")]) == 1
    said = capsysbinary.readouterr()
    assert said.out == b""
    assert said.err.decode() == "the file cannot be read (No such file or directory); read nothing\n"


def test_an_article_without_claims_is_an_answer(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "other.txt").write_text("Ferns grow in the shade.")
    assert main(["claims", str(tmp_path / "other.txt")]) == 0
    assert "No claim that is held here was recognised." in capsysbinary.readouterr().out.decode()


def test_without_a_file_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["claims"])
    assert stopped.value.code == 2
    assert "FILE" in capsys.readouterr().err
