"""Questions beside the main one are shown with their answers, on every face, and what they rest on is named in words."""

import json

import msgspec
import pytest

from steelyard.findings.model import Amount, Aside, Contrast, Finding
from steelyard.reports import words
from steelyard.reports.html import html
from steelyard.reports.json import json as written
from steelyard.reports.text import text

from .weighings import felt, weighing

MORE = Aside("more", "Does more do more?", "The effect levels off, by 12 to 1.", bayes_factor=12.5)
REFUSED = Aside("rebound", "Does it come back worse?", "These data cannot tell.", "gaps_too_short")
BESIDE = (
    Contrast("peak_of_size", -0.7, -0.9, -0.5, "points", Amount(2.0, "g")),
    Contrast("duration_of_size", 4.0, 3.0, 5.0, "h", Amount(2.0, "g")),
    Contrast("rebound", 0.4, 0.2, 0.6, "points", Amount(3.0, "g")),
)


def asked() -> Finding:
    return msgspec.structs.replace(felt(), asides=(MORE, REFUSED), contrasts=(*felt().contrasts, *BESIDE))


@pytest.mark.parametrize("face", [text, html])
def test_question_and_answer_are_shown(face: object) -> None:
    said = " ".join(face(weighing(asked())).split())  # type: ignore[operator]
    for aside in (MORE, REFUSED):
        assert aside.question in said and aside.answer in said


def test_a_finding_without_them_shows_none() -> None:
    assert "Does more do more?" not in text(weighing(felt()))
    assert "asides" not in json.loads(written(weighing(felt())))["findings"][0]


def test_the_json_carries_factor_and_refusal() -> None:
    more, refused = json.loads(written(weighing(asked())))["findings"][0]["asides"]
    assert more["bayes_factor"] == 12.5 and "refused" not in more
    assert refused["refused"] == "gaps_too_short" and "bayes_factor" not in refused


def test_the_amount_is_in_the_label() -> None:
    by_name = {each.name: words.label(each) for each in BESIDE}
    assert by_name["peak_of_size"] == "At its strongest, after one dose of 2 g by itself"
    assert by_name["duration_of_size"] == "How long one dose of 2 g stays above half its best"
    assert by_name["rebound"] == "At its worst, once one dose of 3 g has worn off"


def test_a_rebound_is_said_to_be_more_and_not_less() -> None:
    assert words.best(BESIDE[2], felt().subject) == "0.4 points more pain"
    assert words.between(BESIDE[2], felt().subject) == "between 0.2 and 0.6 points more pain"
