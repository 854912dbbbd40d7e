"""What other people's diaries lead to expect: known again by a mark, said in words, never told twice in silence."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from steelyard.findings.assemble import assemble
from steelyard.findings.expected import FIRST, applies, as_told, counts_twice, mark_of, told
from steelyard.findings.model import Expected, Finding
from steelyard.nof1.alone import Alone
from steelyard.nof1.model import Priors
from steelyard.records.model import Journal

from ...diaries import handmade
from .journals import dose, invented, journal, knowledge, ratings

EXPECTED = Expected(1, "kratom", "pain", "points", -0.4, 0.2, 58, ("other",), "0.1.0")
LINES = [*ratings(range(0, 300, 9)), *(dose(h) for h in range(3, 300, 20))]


def test_a_diary_is_known_again_when_it_has_gone_on() -> None:
    more = [*LINES, *ratings(range(400, 600, 9))]
    assert mark_of(journal(*LINES)) == mark_of(journal(*more)) != ""
    assert mark_of(journal(*reversed(LINES))) == mark_of(journal(*LINES))


def test_another_diary_has_another_mark_and_a_short_one_has_none() -> None:
    assert mark_of(journal(*LINES[1:])) != mark_of(journal(*LINES))
    assert mark_of(journal(*LINES[: FIRST - 1])) == ""
    assert mark_of(journal(*LINES[:FIRST])) != ""
    assert not counts_twice(structs.replace(EXPECTED, learned_from=("",)), "")


def test_it_applies_to_its_own_question_only() -> None:
    assert applies(EXPECTED, "Kratom", "pain")
    assert (
        not applies(EXPECTED, "coffee", "pain")
        and not applies(EXPECTED, "kratom", "mood")
        and not applies(None, "kratom", "pain")
    )


def test_it_takes_the_place_of_the_prior_of_the_effect_in_tenths_of_the_scale() -> None:
    priors = told(Priors((4.0, 0.5)), EXPECTED, replace(handmade(), high=100.0))
    assert (priors.effect_mean, priors.effect_sd) == (pytest.approx(-0.04), pytest.approx(0.02))
    assert priors.half_life_h == (4.0, 0.5)


def test_what_a_diary_says_as_plain_data() -> None:
    found = as_told("person.relief.kratom.pain", "peak", "points", Alone(np.ones(1), np.zeros(1), np.ones(1), 3.0), barred=True)
    assert (found.weight, found.mean, found.sd, found.usual, found.barred) == ((1.0,), (0.0,), (1.0,), 3.0, True)


@pytest.fixture(scope="module")
def person() -> Journal:
    return invented()


def found(person: Journal, expected: Expected | None) -> Finding:
    weighing = assemble(person, (), knowledge(), sha256="", outcome="pain", substance="kratom", draw=False, expected=expected)
    return weighing.report.findings[0]


def test_an_answer_that_leans_on_others_lies_between_and_says_so(person: Journal) -> None:
    alone, leaning = found(person, None), found(person, EXPECTED)
    by_alone, by_leaning = alone.contrasts[0], leaning.contrasts[0]
    assert by_alone.value < by_leaning.value < -0.4
    assert by_leaning.high - by_leaning.low < by_alone.high - by_alone.low
    assert leaning.reasons[0].startswith("It leans on the diaries of 58 other people")
    assert f"{by_alone.low:+.1f} to {by_alone.high:+.1f}" in leaning.reasons[0]
    assert not any("among those" in reason for reason in leaning.reasons)
    assert not any("leans" in reason for reason in alone.reasons)


def test_a_diary_that_it_was_learned_from_is_told_that_it_counts_twice(person: Journal) -> None:
    own = structs.replace(EXPECTED, learned_from=("other", mark_of(person)))
    twice = found(person, own)
    assert "counts twice" in twice.reasons[1]
    assert twice.certainty in ("low", "very_low")
