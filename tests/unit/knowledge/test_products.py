"""What products are assumed to hold, and where kratom ends."""

import pytest

from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.products import content_prior, seven_oh_by_content


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.mark.parametrize(
    ("kind", "alkaloid", "low", "high"),
    [
        ("leaf", "mitragynine", 10, 27),
        ("leaf", "seven_oh", 0, 0.124),
        ("extract", "mitragynine", 27, 387),
        ("seven_oh", "seven_oh", 22, 75),
        ("seven_oh", "mitragynine", 2, 6),
    ],
)
def test_each_kind_of_product_has_its_range(knowledge: Knowledge, kind: str, alkaloid: str, low: float, high: float) -> None:
    fact = content_prior(knowledge, kind, alkaloid)
    assert fact is not None and (fact.low, fact.high, fact.unit, fact.kind) == (low, high, "mg/g", "prior")


def test_how_much_seven_oh_an_extract_holds_is_not_made_up(knowledge: Knowledge) -> None:
    assert content_prior(knowledge, "extract", "seven_oh") is None
    assert content_prior(knowledge, "unclear", "mitragynine") is None


@pytest.mark.parametrize(
    ("mitragynine", "seven_oh", "expected"),
    [(15.0, None, False), (15.0, 0.1, False), (4.0, 60.0, True), (None, 22.0, True), (None, 21.9, False), (None, None, False)],
)
def test_a_product_is_seven_oh_by_what_it_holds(
    knowledge: Knowledge, mitragynine: float | None, seven_oh: float | None, expected: bool
) -> None:
    assert seven_oh_by_content(knowledge, mitragynine, seven_oh) is expected
