"""Two drugs together, where what is to be expected is known by construction."""

import math

import pytest

from steelyard.population.interaction import Together, omega


def test_reports_with_both_that_are_as_many_as_the_sum_lead_to_no_contrast() -> None:
    """Odds of 1/99 with neither, 3/97 and 5/95 with one: of 10,000 with both, the sum of what each adds gives the expected share."""
    neither, first, second = 1 / 99, 3 / 97, 5 / 95
    odds = first + second - neither
    expected = 10_000 * odds / (1 + odds)
    found = omega(Together((1_000, 300, 500, round(expected)), (100_000, 10_000, 10_000, 10_000)))
    assert found is not None
    assert found.expected == pytest.approx(expected, rel=1e-12)
    assert found.value == pytest.approx(0.0, abs=0.002)
    assert found.low < 0 < found.high


def test_the_first_case_of_the_paper_comes_out_as_in_the_tests_of_diana() -> None:
    """Delayed bleeding with itraconazole and oral contraceptives: the counts and figures are those of DiAna's test of its own code."""
    found = omega(Together((20, 0, 9, 10), (4_004, 10, 1_466, 23)))
    assert found is not None
    assert found.expected == pytest.approx(0.141200545702593, rel=1e-12)
    assert (found.value, found.low, found.high) == pytest.approx(
        (4.03346986434757, 3.00332741843529, 4.79004083721906), rel=1e-12
    )


def test_many_more_with_both_than_the_sum_stand_out() -> None:
    found = omega(Together((100, 30, 50, 60), (10_000, 1_000, 1_000, 100)))
    assert found is not None
    assert found.low > 2
    assert found.value == pytest.approx(math.log2(60.5 / (found.expected + 0.5)))


def test_a_drug_that_protects_lowers_what_is_expected_no_further_than_neither() -> None:
    """With the first drug the event is rarer than with neither; the sum is then that of the second drug alone."""
    found = omega(Together((1_000, 1, 500, 50), (10_000, 1_000, 2_500, 250)))
    assert found is not None
    assert found.expected == pytest.approx(250 * 0.2, rel=1e-12)


def test_few_reports_are_shrunk_towards_nothing() -> None:
    found = omega(Together((100, 10, 10, 1), (100_000, 1_000, 1_000, 2)))
    assert found is not None
    assert found.value < math.log2(1 / found.expected)
    assert found.low < 0


@pytest.mark.parametrize(
    ("event", "reports"), [((1, 1, 1, 0), (10, 10, 10, 0)), ((1, 10, 1, 1), (10, 10, 10, 5)), ((0, 0, 0, 0), (0, 5, 5, 5))]
)
def test_without_anything_to_compare_with_there_is_no_answer(event: tuple[int, ...], reports: tuple[int, ...]) -> None:
    assert omega(Together(event, reports)) is None  # type: ignore[arg-type]
