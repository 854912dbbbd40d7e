"""Which claims a sentence makes: denial, questions, other substances, clauses, and what "it" stands for. All about invented moss."""

from pathlib import Path

import pytest

from steelyard.findings.recognise import LEAST_MATCH, REACH, Recogniser
from steelyard.findings.sentences import sentences, words

from ...knowledge.claims_moss import claims

WORDS = """[concepts]
moss = ["moss", "bryum"]
stands_in = ["the herb"]
others = ["salt", "opioid*"]
bitter = ["bitter*"]
causes = ["caus*", "leads to"]
cough = ["cough*"]
caused_by = ["caused by"]
receptor = ["opioid receptor*"]
free = ["free from .. cough*", "never .. cough*"]
"""
ROW = """[{name}]
says = "Moss does."
verdict = "supported"
grade = "B"
why = "People said so."
rows = ["XX01"]
{rest}
"""
CLAIMS = "\n".join(
    ROW.format(name=name, rest=rest)
    for name, rest in (
        ("taste-bitter", 'patterns = ["moss & bitter"]\nyields_to = ["cough.causes"]'),
        ("cough-causes", 'patterns = ["moss > causes > cough", "cough > caused_by > moss"]'),
        ("cough-never", 'patterns = ["moss & free"]\nwhen_denied = ["moss > causes > cough"]'),
        ("cough-close", 'patterns = ["bitter >> cough"]'),
        ("receptor-binds", 'patterns = ["moss & receptor"]'),
    )
)


@pytest.fixture(scope="module")
def moss(tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    held = claims(tmp_path_factory.mktemp("moss"), words=WORDS, claims=CLAIMS)
    return Recogniser(held.subjects[0], held.language)


def read(moss: Recogniser, text: str) -> list[str]:
    found = [(words(sentence.text), sentence.fresh) for sentence in sentences(text)]
    return sorted({hit.claim.id for hits in moss.read(found).hits for hit in hits})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss causes coughing.", ["cough.causes"]),
        ("A cough can be caused by moss.", ["cough.causes"]),
        ("Coughing causes moss.", []),
        ("Moss and cough and causes.", []),
        ("The bitterness is in moss.", ["taste.bitter"]),
        ("This is about moss.", []),
        ("Fern causes coughing.", []),
    ],
)
def test_what_is_asked_for_in_the_order_asked_for(moss: Recogniser, text: str, expected: list[str]) -> None:
    assert read(moss, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss does not cause coughing.", ["cough.never"]),
        ("Moss doesn't cause coughing.", ["cough.never"]),
        ("No moss ever causes coughing.", ["cough.never"]),
        ("Moss is free from any cough.", ["cough.never"]),
        ("Moss is not free from any cough.", []),
        ("There is never a cough with moss.", ["cough.never"]),
        ("Moss not only causes coughing.", ["cough.causes"]),
        ("Moss is not bitter.", []),
        ("Moss causes coughing, not sleep.", ["cough.causes"]),
        ("It is a myth that moss causes coughing.", []),
        ("It is a myth that moss does not cause coughing.", []),
        ("There is no good evidence that moss causes coughing.", []),
    ],
)
def test_denial(moss: Recogniser, text: str, expected: list[str]) -> None:
    assert read(moss, text) == expected


@pytest.mark.parametrize(
    "text", ["Does moss cause coughing?", "We ask whether moss causes coughing.", "Moss does not always cause coughing."]
)
def test_what_is_asked_or_left_open_is_no_claim(moss: Recogniser, text: str) -> None:
    assert read(moss, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss is green, but salt causes coughing.", []),
        ("Moss is green; fern causes coughing.", []),
        ("Moss is green, but also causes coughing.", ["cough.causes"]),
        ("Moss with salt causes coughing.", []),
        ("Salt or moss causes coughing.", ["cough.causes"]),
        ("Moss is never red, but it causes coughing.", ["cough.causes"]),
    ],
)
def test_clauses_and_other_substances(moss: Recogniser, text: str, expected: list[str]) -> None:
    assert read(moss, text) == expected


def test_another_substance_inside_a_longer_name_is_none(moss: Recogniser) -> None:
    assert read(moss, "Moss reaches opioid receptors.") == ["receptor.binds"]
    assert read(moss, "Moss near opioid receptors causes coughing.") == ["cough.causes", "receptor.binds"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss is green. It causes coughing.", ["cough.causes"]),
        ("It causes coughing.", []),
        ("Moss is green. Salt is white. It causes coughing.", []),
        ("Moss is green. It is known that dust causes coughing.", []),
        ("Moss is green.\n\nIt causes coughing.", []),
        ("Moss is green.\n\nSome say so. The herb causes coughing.", ["cough.causes"]),
        ("The herb causes coughing.", []),
        ("Moss is green. Salt, salt. The herb causes coughing.", []),
        ("Moss, moss and moss. In salt the herb causes coughing.", []),
        ("What is moss?\n\nIt causes coughing.", ["cough.causes"]),
    ],
)
def test_what_it_stands_for(moss: Recogniser, text: str, expected: list[str]) -> None:
    assert read(moss, text) == expected


def test_it_stands_for_the_substance_over_a_few_sentences_only(moss: Recogniser) -> None:
    between = "So they say in the books. "
    assert read(moss, "Moss is green. " + "So he says in the books. " * (REACH - 1) + "It causes coughing.") == ["cough.causes"]
    assert read(moss, "Moss is green. " + between.replace("they", "he") * REACH + "It causes coughing.") == []


def test_nothing_is_remembered_from_one_text_to_the_next(moss: Recogniser) -> None:
    read(moss, "Moss, moss, moss.")
    assert read(moss, "The herb causes coughing. It causes coughing.") == []


def test_close_lets_little_words_alone_stand_between(moss: Recogniser) -> None:
    assert read(moss, "A bitter and a coughing one.") == ["cough.close"]
    assert read(moss, "A bitter green coughing one.") == []


def test_a_claim_yields_to_a_narrower_one(moss: Recogniser) -> None:
    assert read(moss, "Bitter moss causes coughing.") == ["cough.causes"]


def test_match_is_the_share_of_the_claims_own_words(moss: Recogniser) -> None:
    def match(sentence: str) -> float:
        return moss.read([(words(sentence), True)]).hits[0][0].match

    assert match("Moss is bitter.") == 1
    assert match("Moss is green and bitter.") == pytest.approx(2 / 3)
    assert match("Moss, old and green and wet, is bitter.") == pytest.approx(2 / 5)
    # the best of several passages, and of several patterns, counts
    assert match("Cough is caused by moss on a green, wet moss.") == 1
    assert match("Moss causes green cough caused by moss.") == 1
    assert match("Moss is green and bitter, and moss is bitter.") == 1


def test_what_stands_too_far_apart_is_not_recognised(moss: Recogniser) -> None:
    few, many = int(2 / LEAST_MATCH) - 2, int(2 / LEAST_MATCH) - 1  # other words between two of the claim's own
    assert read(moss, f"Moss {'green ' * few}bitter.") == ["taste.bitter"]
    assert read(moss, f"Moss {'green ' * many}bitter.") == []


def test_whether_a_text_names_the_substance(moss: Recogniser) -> None:
    assert moss.read([(words("Bryum grows."), True)]).names_subject
    assert not moss.read([(words("The herb grows. It is salt."), True)]).names_subject


def test_a_sentence_full_of_repetition_is_read_quickly(moss: Recogniser) -> None:
    crowded = words("moss causes bitter cough it " * 40)
    assert len(moss.read([(crowded, False)] * 200).hits) == 200


def test_a_missing_file_of_claims_is_a_substance_without_any(tmp_path: Path) -> None:
    held = claims(tmp_path, words='[concepts]\nmoss = ["moss"]\nstands_in = []\nothers = []\n', claims="", omissions="")
    assert read(Recogniser(held.subjects[0], held.language), "Moss causes coughing.") == []
