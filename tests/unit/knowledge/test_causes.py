import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from steelyard.knowledge.causes import Complaint, load_complaints
from steelyard.knowledge.files import KnowledgeError
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import load_medicines
from steelyard.knowledge.model import Knowledge

COMPLAINT = '[complaint]\ntitle = "x"\ntell = "y"\neffects = ["z"]\n'
CAUSE = '[iron]\ntitle = "x"\ntell = "y"\nfacts = ["causality.gap"]\n'


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def shipped(knowledge: Knowledge) -> dict[str, Complaint]:
    return load_complaints(knowledge)


def read(folder: Path, text: str, knowledge: Knowledge) -> Complaint:
    (folder / "causes").mkdir()
    (folder / "causes" / "example.toml").write_text(text)
    return load_complaints(knowledge, folder)["example"]


def test_the_four_complaints_have_the_causes_asked_for(shipped: dict[str, Complaint]) -> None:
    causes = {name: {cause.name for cause in complaint.causes} for name, complaint in shipped.items()}
    assert set(causes) == {"hair_loss", "skin_darkening", "tiredness", "low_mood"}
    assert causes["hair_loss"] >= {
        "iron", "vitamin_b12", "thyroid", "vitamin_d", "hormones", "childbirth", "illness", "surgery", "stress", "diet", "medicines",
        "traction", "pattern",
    }  # fmt: skip
    assert causes["skin_darkening"] >= {
        "sun", "melasma", "after_inflammation", "medicines", "family", "addison", "haemochromatosis",
    }  # fmt: skip
    assert causes["tiredness"] >= {"iron", "sleep", "medicines", "thyroid"}
    assert causes["low_mood"] >= {"thyroid", "medicines", "vitamin_b12"}


def test_every_cause_rests_on_facts_and_says_what_would_tell(shipped: dict[str, Complaint], knowledge: Knowledge) -> None:
    for complaint in shipped.values():
        assert complaint.tell and complaint.effects
        for cause in complaint.causes:
            assert cause.tell and cause.facts, cause.name
            assert [one for one in cause.facts if knowledge.facts[one].kind == "evidence"], cause.name


def test_scales_and_classes_of_medicines_are_known(shipped: dict[str, Complaint], knowledge: Knowledge) -> None:
    classes = load_medicines().classes
    for complaint in shipped.values():
        assert complaint.scale in ("", *knowledge.scales)
        for cause in complaint.causes:
            assert set(cause.classes) <= set(classes), cause.name


def test_words_are_written_as_they_are_looked_for(shipped: dict[str, Complaint]) -> None:
    for complaint in shipped.values():
        for cause in complaint.causes:
            for word in (*cause.contexts, *cause.conditions, *cause.labs_low, *cause.labs_high):
                assert word == word.casefold().replace(" ", "_").replace("-", "_"), word
            for word in (*cause.medicines, *complaint.effects):
                assert word == word.casefold(), word


def test_hair_follows_a_trigger_after_one_to_six_months(shipped: dict[str, Complaint], knowledge: Knowledge) -> None:
    fact = knowledge.facts[shipped["hair_loss"].latency]
    assert (fact.low, fact.high, fact.unit, fact.row) == (1, 6, "months", "HA07")


def test_kratom_has_no_report_on_hair_and_several_on_darkening(shipped: dict[str, Complaint], knowledge: Knowledge) -> None:
    hair, skin = (shipped[name].reports["kratom"] for name in ("hair_loss", "skin_darkening"))
    assert [knowledge.facts[one].row for one in hair] == ["HA01"]
    assert {knowledge.facts[one].row for one in skin} == {"SK01", "SK02", "SK03", "SK04"}
    assert all(knowledge.facts[one].grade == "D" for one in skin)


def test_a_small_file_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    found = read(tmp_path, f'{COMPLAINT}[reports]\nleaf = ["causality.gap"]\n{CAUSE}labs_low = ["ferritin"]\n', knowledge)
    assert (found.name, found.scale, found.reports) == ("example", "", {"leaf": ("causality.gap",)})
    assert (found.causes[0].name, found.causes[0].labs_low, found.causes[0].sex) == ("iron", ("ferritin",), "")


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        (CAUSE, "complaint", "title"),
        (COMPLAINT + "colour = 3\n", "complaint", "colour"),
        (COMPLAINT + 'latency = "no.fact"\n', "complaint", "latency"),
        (COMPLAINT + 'recovery = "causality.naranjo_1"\n', "complaint", "recovery"),  # no length of time
        (COMPLAINT + 'latency = "causality.compared"\n', "complaint", "latency"),  # no lower end
        (COMPLAINT + '[reports]\nkratom = ["no.fact"]\n', "reports", "kratom"),
        (COMPLAINT + '[reports]\nkratom = "no.fact"\n', "reports", "kratom"),
        (COMPLAINT + CAUSE.replace("causality.gap", "no.fact"), "iron", "facts"),
        (COMPLAINT + CAUSE.replace('"causality.gap"', ""), "iron", "facts"),
        (COMPLAINT + CAUSE + 'sex = "other"\n', "iron", "sex"),
        (COMPLAINT + CAUSE + 'latency = "no.fact"\n', "iron", "latency"),
        (COMPLAINT + CAUSE.replace("tell", "tells"), "iron", "tells"),
        (COMPLAINT + CAUSE + 'labs_low = "ferritin"\n', "iron", "labs_low"),
    ],
)
def test_a_bad_file_is_refused_by_row_and_field(tmp_path: Path, knowledge: Knowledge, text: str, row: str, field: str) -> None:
    with pytest.raises(KnowledgeError) as refusal:
        read(tmp_path, text, knowledge)
    assert (refusal.value.file, refusal.value.fact, refusal.value.field) == ("causes/example.toml", row, field)


def test_a_complaint_is_one_file_and_no_code(tmp_path: Path, knowledge: Knowledge) -> None:
    data = Path(shutil.copytree(Path(str(files("steelyard.knowledge"))) / "data" / "causes", tmp_path / "causes"))
    (data / "nausea.toml").write_text(COMPLAINT + CAUSE)
    assert set(load_complaints(knowledge, tmp_path)) == {"hair_loss", "skin_darkening", "tiredness", "low_mood", "nausea"}
