"""The claims that are shipped, small ones that must each be refused for the reason at their top, and how well sentences are recognised."""

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest

from steelyard.findings.recognise import Recogniser
from steelyard.findings.sentences import sentences, words
from steelyard.knowledge.claims import Claim, Claims, Verdict, load_claims
from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.load import load
from steelyard.knowledge.model import Fact, Knowledge

from .claims_moss import claims

FAILING = sorted((Path(__file__).parent / "claims_should_fail").glob("*.toml"))
DATA = Path(str(files("steelyard.knowledge"))) / "data" / "claims"

# The claims of two articles this project began from, one by one, and the verdicts on them in the evidence notes.
NOTED = [
    ("hair_loss.kratom_causes", "no_evidence"),
    ("hair_loss.nutrient_deficiency", "no_evidence"),
    ("hormones.testosterone", "partly"),
    ("hormones.estrogen", "no_evidence"),
    ("hair_loss.opioid_receptors", "no_evidence"),
    ("hair_loss.toxic_to_follicles", "no_evidence"),
    ("hair_loss.studies_show", "contradicted"),
    ("mechanism.opioid_receptors", "supported"),
    ("mechanism.ion_channels", "no_evidence"),
    ("pain.fibromyalgia", "no_evidence"),
    ("pain.nerve_pain", "no_evidence"),
    ("sleep.improves", "no_evidence"),
    ("dose.start_1_3_g", "no_evidence"),
    ("products.potency_varies", "supported"),
    ("strains.differ", "no_evidence"),
    ("pain.weeks_to_work", "contradicted"),
    ("safety.safer_than_opioids", "partly"),
    ("effects.drowsiness_gut", "supported"),
    ("dependence.develops", "supported"),
    ("tolerance.develops", "supported"),
    ("citation.mindfulness_2018", "no_evidence"),
    ("pain.chronic_definition", "supported"),
    ("therapies.with_kratom", "no_evidence"),
    ("skin.kratom_treats", "contradicted"),
    ("skin.pain_relief_reduces_pigment", "no_evidence"),
    ("law.controlled", "depends_on_place"),
    ("skin.best_strain_or_dose", "no_evidence"),
    ("skin.causes_general", "supported"),
    ("advice.ask_professional", "supported"),
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def shipped(knowledge: Knowledge) -> Claims:
    return load_claims(knowledge)


@pytest.fixture(scope="module")
def kratom(shipped: Claims) -> dict[str, Claim]:
    return {claim.id: claim for subject in shipped.subjects if subject.name == "kratom" for claim in subject.claims.values()}


def header(example: Path) -> dict[str, str]:
    """The `# key: words` lines at the top of an example."""
    return dict(re.findall(r"^# (\w+): ?(.*)$", example.read_text(), flags=re.M))


@pytest.mark.parametrize("example", FAILING, ids=lambda example: example.stem)
def test_bad_example_is_refused_for_its_reason(example: Path, tmp_path: Path) -> None:
    expected = header(example)
    part = expected["file"].split("/")[-1].removesuffix(".toml")
    with pytest.raises(KnowledgeError) as refusal:
        claims(tmp_path, **{part: example.read_text()})
    said = refusal.value
    assert (said.file, said.fact, said.field) == (expected["file"], expected["row"], expected["field"])
    assert expected["says"] in said.why


def test_the_good_example_is_read(tmp_path: Path) -> None:
    (moss,) = claims(tmp_path).subjects
    assert list(moss.claims) == ["taste.bitter"]
    assert [omission.topic for omission in moss.omissions] == ["fire"]


def test_language_words_that_are_missing_or_unknown_are_refused(tmp_path: Path) -> None:
    english = (DATA / "english.toml").read_text()
    with pytest.raises(KnowledgeError, match=r"claims/english\.toml: english: pronouns: missing"):
        claims(tmp_path / "a", english=re.sub(r"(?m)^pronouns = .*\n", "", english))
    with pytest.raises(KnowledgeError, match=r"claims/english\.toml: english: shouts: unknown field"):
        claims(tmp_path / "b", english=english + 'shouts = ["wow"]\n')


def test_every_noted_claim_is_held_with_its_verdict(kratom: dict[str, Claim]) -> None:
    assert {name: kratom[name].verdict for name, _ in NOTED} == dict(NOTED)
    assert {claim.verdict for claim in kratom.values()} == set(get_args(Verdict))


def test_every_claim_rests_on_something_and_none_on_what_it_hides(kratom: dict[str, Claim]) -> None:
    for claim in kratom.values():
        assert claim.basis, claim.id
        assert claim.says.endswith(".") and claim.why.endswith("."), claim.id
        assert claim.grade == "none" or claim.citations, claim.id


def test_a_claim_is_called_supported_only_by_evidence_in_people_or_as_a_mechanism(kratom: dict[str, Claim]) -> None:
    for claim in kratom.values():
        if claim.verdict == "supported" and not claim.id.startswith("mechanism."):
            assert claim.grade in "ABCD", claim.id


def test_a_contradicted_claim_names_evidence_against_it(kratom: dict[str, Claim]) -> None:
    for claim in kratom.values():
        if claim.verdict == "contradicted":
            assert any(isinstance(one, Fact) and one.kind == "evidence" for one in claim.basis), claim.id


def test_what_depends_on_the_place_rests_on_law_and_asks_to_confirm_it(kratom: dict[str, Claim]) -> None:
    for claim in kratom.values():
        if claim.verdict == "depends_on_place":
            assert {one.place for one in claim.basis if not isinstance(one, Fact)} >= {"US", "TH"}
            assert "Confirm" in claim.why and "before relying on" in claim.why


def test_hair_loss_is_said_not_to_have_been_studied(kratom: dict[str, Claim]) -> None:
    assert "has not been studied" in kratom["hair_loss.kratom_causes"].why
    assert kratom["hair_loss.not_caused"].verdict == "no_evidence"


def test_the_five_serious_omissions_are_looked_for(shipped: Claims) -> None:
    (kratom,) = (subject for subject in shipped.subjects if subject.name == "kratom")
    assert {omission.topic for omission in kratom.omissions} == {
        "liver_injury",
        "seizures",
        "interactions",
        "seven_oh_products",
        "law",
    }


# --- how well invented sentences are recognised: see benchmarks/claims.py, which measures the same ---


def examples(root: Path) -> Iterator[tuple[str, set[str], set[str], int]]:
    """Text, claims it makes, claims that may be read into it, and its half: 0 may be looked at, 1 is kept out."""
    table: dict[str, Any] = tomllib.loads((root / "benchmarks/claims_sentences.toml").read_text(encoding="utf-8"))
    for claim, entry in table.items():
        for place, given in enumerate(entry["texts"]):
            text, *others = [given] if isinstance(given, str) else given
            makes = {claim, *(other for other in others if other[0] != "?")} - {"unrelated"}
            yield text, makes, {other[1:] for other in others if other[0] == "?"}, place % 2


@pytest.fixture(scope="module")
def recognised(shipped: Claims) -> Callable[[str], set[str]]:
    """The claims recognised in a short text."""
    recognisers = [Recogniser(subject, shipped.language) for subject in shipped.subjects]

    def recognised(text: str) -> set[str]:
        found = [(words(sentence.text), sentence.fresh) for sentence in sentences(text)]
        return {hit.claim.id for each in recognisers for hits in each.read(found).hits for hit in hits}

    return recognised


def test_every_claim_has_sentences_of_its_own_and_every_sentence_a_claim(root: Path, kratom: dict[str, Claim]) -> None:
    table = tomllib.loads((root / "benchmarks/claims_sentences.toml").read_text(encoding="utf-8"))
    assert set(table) - {"unrelated"} == set(kratom)
    assert min(len(entry["texts"]) for entry in table.values()) >= 6
    assert len(table["unrelated"]["texts"]) >= 150
    assert {name for _, makes, may, _ in examples(root) for name in makes | may} == set(kratom)


@pytest.mark.parametrize("half", [0, 1])
def test_sentences_are_recognised_and_false_alarms_are_rare(root: Path, recognised: Callable[[str], set[str]], half: int) -> None:
    right = false = missed = 0
    for text, makes, may, which in examples(root):
        if which == half:
            got = recognised(text)
            right, false, missed = right + len(got & makes), false + len(got - makes - may), missed + len(makes - got)
    assert right / (right + false) >= 0.95
    assert right / (right + missed) >= 0.8


def test_no_unrelated_sentence_raises_a_false_alarm(root: Path, recognised: Callable[[str], set[str]]) -> None:
    unrelated = [text for text, makes, _, _ in examples(root) if not makes]
    assert {text: found for text in unrelated if (found := recognised(text))} == {}
