"""What is held about slow outcomes: ranges in days, directions, sources; and nothing made up where nothing is held."""

import pytest

from steelyard.knowledge.load import load
from steelyard.knowledge.model import Knowledge
from steelyard.knowledge.slow_outcomes import TOPIC, lead_in_d, published, slow_outcome


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.mark.parametrize(
    ("name", "low_d", "high_d"),
    [
        ("hair_shed_60s", 30.4, 182.4),  # HA07: 1 to 6 months
        ("HAIR_SHED_60S", 30.4, 182.4),
        ("pigment", 365.25, 5 * 365.25),  # SK01, SK03: after 2 and 4.5 years
        ("alt", 7.0, 60.0),  # LI01: median 22, 15 to 49 days
    ],
)
def test_lags_are_in_days(knowledge: Knowledge, name: str, low_d: float, high_d: float) -> None:
    held = slow_outcome(knowledge, name)
    assert held is not None
    assert (held.lag_low_d, held.lag_high_d) == pytest.approx((low_d, high_d))


@pytest.mark.parametrize("name", ["pain", "mood", "constipation", "sodium", ""])
def test_what_has_no_lag_is_not_slow(knowledge: Knowledge, name: str) -> None:
    assert slow_outcome(knowledge, name) is None


@pytest.mark.parametrize(
    ("name", "worse_is_up"), [("alt", True), ("ferritin", False), ("vitamin_b12", False), ("bilirubin", True)]
)
def test_the_sign_of_the_smallest_change_says_what_is_worse(knowledge: Knowledge, name: str, worse_is_up: bool) -> None:
    held = slow_outcome(knowledge, name)
    assert held is not None and held.change is not None
    assert held.worse_is_up is worse_is_up and 0 < held.change < 1


def test_a_scale_has_its_own_smallest_change_and_direction(knowledge: Knowledge) -> None:
    held = slow_outcome(knowledge, "hair_shed_60s")
    assert held is not None and held.change is None and held.worse_is_up is None


def test_noise_is_the_figure_held_or_the_convention(knowledge: Knowledge) -> None:
    noise = {name: held.noise for name in ("alt", "ast", "ferritin", "hair_shed_60s") if (held := slow_outcome(knowledge, name))}
    assert noise == {"alt": 0.24, "ast": 0.12, "ferritin": 0.2, "hair_shed_60s": 0.4}


def test_sources_are_known_and_a_convention_has_none(knowledge: Knowledge) -> None:
    alt, ferritin = slow_outcome(knowledge, "alt"), slow_outcome(knowledge, "ferritin")
    assert alt is not None and ferritin is not None
    assert alt.citations and set(alt.citations) <= set(knowledge.references)
    assert ferritin.citations == ()


def test_each_lag_of_a_test_goes_with_a_smallest_change(knowledge: Knowledge) -> None:
    names = {fact.name for fact in knowledge.facts.values() if fact.subject == TOPIC}
    scales = {*knowledge.scales, "pigment", "ita"}
    lags = {name.removeprefix("lag_") for name in names if name.startswith("lag_")}
    assert lags - scales == {name.removeprefix("change_") for name in names if name.startswith("change_")}


def test_what_is_published_is_told_as_it_is(knowledge: Knowledge) -> None:
    hair = published(knowledge, "Kratom", "hair_shed_60s")
    assert hair is not None and "no primary report" in hair.statement.casefold()
    assert published(knowledge, "kratom", "ferritin") is None
    assert published(knowledge, "turmeric", "hair_shed_60s") is None


def test_the_lead_in_is_two_weeks(knowledge: Knowledge) -> None:
    assert lead_in_d(knowledge) == 14
