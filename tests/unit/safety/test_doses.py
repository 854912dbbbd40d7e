"""Dangers in the dose log: each with the journal just this side of it and just beyond."""

import pytest

from steelyard.records.model import Dose, Product

from .warned import EXTRACT, LEAF, NOW, ago, daily, dose, ids, warned

SEVEN_OH_TABLET = Product(id="tab", substance="kratom", kind="tablet", hydroxymitragynine_mg_per_g=60, mitragynine_mg_per_g=4)


# --- taken together ---


@pytest.mark.parametrize("other", ["alcohol", "beer", "diazepam", "pentazocine", "Lyrica", "Benadryl", "Zopiclone"])
def test_something_sedating_within_twelve_hours_of_kratom(other: str) -> None:
    name = {"beer": "alcohol", "Lyrica": "pregabalin", "Benadryl": "diphenhydramine", "Zopiclone": "zopiclone"}.get(other, other)
    pair = f"doses.together.{'-'.join(sorted((name, 'kratom')))}"
    assert ids(dose(hours=12), dose(other)) == {pair}
    assert ids(dose(), dose(other, hours=12)) == {pair}
    assert ids(dose(hours=12.01), dose(other)) == set()


def test_two_sedatives_without_kratom_count_and_one_alone_does_not() -> None:
    assert ids(dose("beer", hours=2), dose("diazepam")) == {"doses.together.alcohol-diazepam"}
    assert ids(dose("beer", hours=2), dose("wine")) == set()
    assert ids(dose("beer", hours=2), dose("caffeine")) == set()
    assert ids(dose(hours=2), dose()) == set()


def test_a_mixture_says_on_how_many_days_and_when_last() -> None:
    found = warned(
        dose(days=9), dose("beer", days=9, hours=1), dose(days=3), dose("beer", days=3, hours=-1), dose("beer", days=3, hours=-2)
    )
    said = found["doses.together.alcohol-kratom"]
    assert "on 2 days, last on 29 May 2026" in said.why
    assert said.title == "Alcohol and kratom were taken within hours of each other"
    assert "on 1 day," in warned(dose(), dose("beer", hours=1))["doses.together.alcohol-kratom"].why


def test_an_old_mixture_is_past() -> None:
    assert ids(dose(days=28), dose("beer", days=28)) == {"doses.together.alcohol-kratom"}
    assert ids(dose(days=28.1), dose("beer", days=28.1)) == {"past.together.alcohol-kratom"}


def test_of_three_substances_each_pair_is_told() -> None:
    assert ids(dose(hours=3), dose("beer", hours=2), dose("diazepam", hours=1)) == {
        "doses.together.alcohol-kratom", "doses.together.diazepam-kratom", "doses.together.alcohol-diazepam",
    }  # fmt: skip


# --- after a break ---


def broken(gap: int, amount: float | None, before: float | None = 3.0, **fields: object) -> list[Dose]:
    """Daily use for four weeks, a gap of whole days, and one dose at the present."""
    return [*daily(gap + 28, gap, amount=before), dose(amount=amount, **fields)]


def test_the_usual_amount_after_a_week_without() -> None:
    assert ids(broken(7, 3.0)) == {"doses.after_break.kratom"}
    assert ids(broken(6, 3.0)) == set()
    said = warned(broken(9, 3.0))["doses.after_break.kratom"]
    assert "After 9 days without it, on 1 June 2026" in said.why


def test_a_smaller_amount_is_no_jump_and_an_unknown_one_may_be() -> None:
    assert ids(broken(7, 2.9)) == set()
    assert ids(broken(7, None)) == {"doses.after_break.kratom"}
    assert ids(broken(7, 1.0, before=None)) == {"doses.after_break.kratom"}


def test_the_usual_amount_is_the_median_of_those_known() -> None:
    """Amounts before the break: 28 doses of 2 g, and one of 9 g: the median is 2, the mean 2.24."""
    assert ids(daily(36, 8, amount=2.0), dose(days=7.5, amount=9.0), dose(amount=2.1)) == {"doses.after_break.kratom"}


def test_only_regular_use_makes_tolerance() -> None:
    """Three doses a week over four weeks are twelve."""
    twelve = [dose(days=7 + 2 * n, amount=3.0) for n in range(12)]
    assert ids(twelve, dose(amount=3.0)) == {"doses.after_break.kratom"}
    assert ids(twelve[1:], dose(amount=3.0), dose(days=60)) == set()
    edge = [dose(days=7 + 2 * n, amount=3.0) for n in range(11)]
    assert ids(edge, dose(days=7 + 28), dose(amount=3.0)) == {"doses.after_break.kratom"}
    assert ids(edge, dose(days=7 + 28.1), dose(amount=3.0)) == set()


def test_an_old_return_is_not_told() -> None:
    assert ids(daily(90, 60), daily(28, 0)) == {"doses.after_break.kratom"}
    assert ids(daily(90, 60), daily(29, 0)) == set()


def test_of_two_returns_the_later_is_told() -> None:
    twice = [*daily(60, 30), *(dose(days=20, hours=hour, amount=3.0) for hour in range(13)), dose(amount=3.0)]
    assert "After 20 days" in warned(twice)["doses.after_break.kratom"].why


def test_a_unit_without_an_amount_is_an_unknown_amount() -> None:
    assert ids(broken(7, 3.0)[:-1], Dose(time=NOW, substance="kratom", amount=None, unit="g")) == {"doses.after_break.kratom"}


def test_alcohol_and_what_does_not_sedate_have_no_such_rule() -> None:
    for name in ("beer", "caffeine"):
        assert ids(daily(40, 8, name), dose(name)) == set()
    assert ids(daily(40, 8, "oxycodone"), dose("oxycodone")) == {"doses.after_break.oxycodone"}


# --- a steep rise ---


def weeks(*per_dose: float | None, substance: str = "kratom") -> list[Dose]:
    """One dose a day, the amount of each week given from the oldest to the one that ends now."""
    return [
        dose(substance, days=7 * (len(per_dose) - number) - each - 0.5, amount=amount)
        for number, amount in enumerate(per_dose)
        for each in range(7)
    ]


def test_twice_the_four_weeks_before() -> None:
    """The first week only makes sure that the four before the last are whole."""
    assert ids(weeks(1, 2, 2, 2, 2, 4)) == {"doses.steep_rise.kratom"}
    assert ids(weeks(1, 2, 2, 2, 2, 3.99)) == set()
    assert " it was 2.0 times the average" in warned(weeks(1, 2, 2, 2, 2, 4))["doses.steep_rise.kratom"].why


def test_weeks_before_the_first_dose_and_empty_weeks_compare_with_nothing() -> None:
    assert ids(weeks(2, 2, 2, 4)) == set()
    assert ids([each for each in weeks(1, 2, 2, 2, 2, 9) if not ago(21) <= each.time <= ago(14)], but="doses.after") - {
        "labs.no_first_value", "labs.window",
    } == set()  # fmt: skip


def test_the_week_just_before_counts_as_much_as_the_others() -> None:
    """The four weeks before have 2, 2, 2 and 6 g a day: 3 on average, so twice that is 6."""
    assert ids(weeks(1, 2, 2, 2, 6, 5.9)) == set()
    assert ids(weeks(1, 2, 2, 2, 6, 6)) == {"doses.steep_rise.kratom"}


def test_a_first_week_that_began_late_is_no_week_to_compare_with() -> None:
    """2 g in a first week of one day, then 14 g a week: counting that day as a week would make 22 g twice the average."""
    late = [dose(days=28.5), *weeks(2, 2, 2, 22 / 7)]
    assert ids(late) == set()


def test_an_unknown_amount_counts_as_the_usual_one() -> None:
    """Seven unknown doses among 2 g doses weigh 14 g: no rise, where a zero before would have made one and a zero now hidden one."""
    assert ids(weeks(1, 2, None, None, None, 2)) == set()
    assert ids(weeks(None, None, None, None, None, None)) == set()
    doubled = [*weeks(None, None, None, None, None, None), *(dose(days=each + 0.2, amount=None) for each in range(7))]
    assert ids(doubled) == {"doses.steep_rise.kratom"}


def test_a_rise_of_something_not_sedating_is_not_told() -> None:
    assert ids(weeks(1, 2, 2, 2, 2, 9, substance="caffeine")) == set()
    assert ids(weeks(1, 2, 2, 2, 2, 9, substance="beer")) == set()


# --- other products ---


def test_an_extract_after_leaf() -> None:
    found = warned(LEAF, EXTRACT, daily(9, 3, product="leaf"), dose(product="extract", days=2))
    assert found["doses.stronger_product"].title == "From leaf powder to extract: a gram is not a gram"
    assert "30 May 2026" in found["doses.stronger_product"].why


def test_an_extract_from_the_start_or_long_ago_or_leaf_after_it_is_no_switch() -> None:
    assert ids(LEAF, EXTRACT, dose(product="extract", days=9), dose(product="leaf")) == set()
    assert ids(EXTRACT, dose(days=9), dose(product="extract")) == set()
    assert ids(LEAF, EXTRACT, dose(product="leaf", days=40), dose(product="extract", days=29), dose(product="extract")) == set()
    assert ids(LEAF, EXTRACT, dose(product="leaf", days=40), dose(product="extract", days=28)) - {"doses.after_break.kratom"} == {
        "doses.stronger_product"
    }


def test_seven_oh_is_another_substance_however_it_is_written_down() -> None:
    by_kind = Product(id="k", substance="kratom", kind="7-OH tablets")
    for records in (
        (dose("7-OH"),),
        (dose("7oh tablets"),),
        (dose("7-hydroxymitragynine"),),
        (SEVEN_OH_TABLET, dose(product="tab")),
        (by_kind, dose(product="k")),
        (Product(id="p", substance="7-OH"), dose(product="p")),
    ):
        assert ids(*records) == {"doses.seven_oh"}, records
    assert ids(dose("7-OH", days=14)) == {"doses.seven_oh"}
    assert ids(dose("7-OH", days=14.01)) == set()


@pytest.mark.parametrize(
    ("seven_oh", "mitragynine", "is_seven_oh"),
    [(5, 4, True), (4, 5, False), (5, 5, False), (22, None, True), (21.9, None, False), (None, 20, False), (None, None, False)],
)
def test_what_a_product_holds_decides(seven_oh: float | None, mitragynine: float | None, is_seven_oh: bool) -> None:
    product = Product(id="p", substance="kratom", hydroxymitragynine_mg_per_g=seven_oh, mitragynine_mg_per_g=mitragynine)
    assert (ids(product, dose(product="p")) == {"doses.seven_oh"}) is is_seven_oh


def test_from_kratom_to_seven_oh_lately_says_so() -> None:
    assert ids(dose(days=2), dose("7-OH")) == {"doses.to_seven_oh"}
    assert ids(dose("7-OH", days=2), dose(days=1)) == {"doses.seven_oh"}
    assert ids(dose(days=60), daily(29, 0, "7-OH")) == {"doses.seven_oh"}
    assert ids(dose(days=60), daily(28, 0, "7-OH")) == {"doses.to_seven_oh"}
    assert warned(dose(days=2), dose("7-OH"))["doses.to_seven_oh"].severity == "serious"


def test_a_dose_in_capsules_needs_to_know_what_one_holds() -> None:
    """Capsules of 0.5 g: two a day, then nine a day of the same: 4.5 g is more than twice 1 g."""
    capsules = Product(id="c", substance="kratom", kind="capsule", unit_g=0.5)

    def taken(days: float, count: float) -> Dose:
        return Dose(time=ago(days), substance="kratom", amount=count, unit="capsule", product="c")

    before = [taken(7.5 + each, 2) for each in range(35)]
    assert ids(capsules, before, [taken(each + 0.5, 9) for each in range(7)]) == {"doses.steep_rise.kratom"}
