"""Laboratory results against their limits, the pattern of liver tests, and when such tests are worth asking for."""

import pytest

from .test_doses import weeks
from .warned import EXTRACT, LEAF, ago, daily, dose, lab, warned


def found(*records: object) -> set[str]:
    return set(warned(*records))  # type: ignore[arg-type]


# --- outside limits ---


def test_the_laboratorys_own_limits_come_first() -> None:
    assert found(lab("ALT", 56, high=60)) == set()
    assert found(lab("ALT", 41, high=40)) == {"labs.out_of_range.alt"}
    assert found(lab("ALT", 40, high=40)) == set()
    assert found(lab("ferritin", 14, low=15, high=150, unit="ug/L")) == {"labs.out_of_range.ferritin"}
    assert found(lab("ferritin", 15, low=15, high=150, unit="ug/L")) == set()


def test_without_own_limits_those_held_are_used_and_it_is_said() -> None:
    """A clinic's page: ALT 7 to 55 U/L."""
    assert found(lab("ALT", 55)) == set()
    said = warned(lab("ALT", 56))["labs.out_of_range.alt"]
    assert "limits not given by the laboratory" in said.why
    assert said.citations == ("mayo2012liver",)
    own = warned(lab("ALT", 56, high=40))["labs.out_of_range.alt"]
    assert "not given" not in own.why and own.citations == ()


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(7, 40, "(limits from 7 to 40)"), (None, 40, "(limits to 40)"), (99, None, "(limits from 99)")],
)
def test_a_result_is_told_with_the_limits_there_are(low: float | None, high: float | None, said: str) -> None:
    assert f"ALT 90 U/L {said}." in warned(lab("ALT", 90, low=low, high=high))["labs.out_of_range.alt"].why


def test_a_result_of_this_very_instant_counts() -> None:
    assert found(lab("ALT", 41, high=40, days=0)) == {"labs.out_of_range.alt"}
    assert asked(daily(30, 0), lab("ALT", 20, high=40, days=0)) == set()


@pytest.mark.parametrize("name", ["alt", "ALT", "ALAT", "SGPT", "GPT", "Alanine aminotransferase", "alanine_transaminase"])
def test_a_test_is_known_by_its_other_names(name: str) -> None:
    assert found(lab(name, 56)) == {"labs.out_of_range.alt"}


def test_limits_held_are_brought_to_the_unit_of_the_result() -> None:
    """1.0 mg/dL of bilirubin is 10 mg/L."""
    assert found(lab("bilirubin", 10.1, unit="mg/L")) == {"labs.out_of_range.bilirubin"}
    assert found(lab("bilirubin", 9.9, unit="mg/L")) == set()
    assert found(lab("bilirubin", 0.09, unit="mg/dL")) == {"labs.out_of_range.bilirubin"}


def test_what_cannot_be_compared_is_named() -> None:
    said = warned(lab("bilirubin", 40, unit="umol/L"), lab("vitamin_b12", 100, unit="ng/L"))
    assert set(said) == {"labs.unreadable"}
    assert said["labs.unreadable"].title == "Not checked: bilirubin and vitamin b12"
    assert found(lab("bilirubin", 40, high=20, unit="umol/L")) == {"labs.out_of_range.bilirubin"}


def test_many_that_cannot_be_compared_are_counted_and_named_below() -> None:
    said = warned(*(lab(name, 40, unit="{odd}") for name in ("albumin", "calcium", "chloride", "chloride", "sodium")))
    assert said["labs.unreadable"].title == "Not checked: 4 laboratory tests"
    assert said["labs.unreadable"].why.endswith("cannot be compared. They are: albumin; calcium; chloride; sodium.")


def test_the_latest_result_of_a_test_counts() -> None:
    assert found(lab("ALT", 90, high=40, days=30), lab("SGPT", 30, high=40, days=2)) == set()
    assert found(lab("ALT", 30, high=40, days=30), lab("ALT", 90, high=40, days=2)) == {"labs.out_of_range.alt"}
    assert found(lab("ALT", 90, high=40, days=-1)) == set()


def test_a_result_of_half_a_year_ago_is_past() -> None:
    assert found(lab("ALT", 90, high=40, days=182)) == {"labs.out_of_range.alt"}
    assert found(lab("ALT", 90, high=40, days=183)) == {"past.result.alt"}


def test_three_times_the_limit_is_urgent_for_alt_and_ast_only() -> None:
    assert found(lab("ALT", 119, high=40)) == {"labs.out_of_range.alt"}
    assert found(lab("ALT", 120, high=40)) == {"labs.high_liver.alt"}
    assert found(lab("AST", 200, high=40)) == {"labs.high_liver.ast"}
    assert found(lab("ALP", 500, high=130)) == {"labs.out_of_range.alp"}
    assert warned(lab("ALT", 120, high=40))["labs.high_liver.alt"].severity == "serious"


def test_an_enzyme_at_three_with_bilirubin_above_two_times_its_limit() -> None:
    bilirubin = lab("bilirubin", 2.1, high=1.0, unit="mg/dL")
    both = warned(lab("ALT", 120, high=40), bilirubin)
    assert set(both) == {"labs.severe_liver.liver"}
    assert "ALT 120 U/L" in both["labs.severe_liver.liver"].why and "bilirubin 2.1 mg/dL" in both["labs.severe_liver.liver"].why
    assert found(lab("AST", 120, high=40), bilirubin) == {"labs.severe_liver.liver"}
    assert found(lab("ALT", 119, high=40), bilirubin) == {"labs.out_of_range.alt", "labs.out_of_range.bilirubin"}
    at_two = lab("bilirubin", 2.0, high=1.0, unit="mg/dL")
    assert found(lab("ALT", 120, high=40), at_two) == {"labs.high_liver.alt", "labs.out_of_range.bilirubin"}


def test_results_of_different_weeks_are_not_read_together() -> None:
    bilirubin = lab("bilirubin", 2.1, high=1.0, unit="mg/dL", days=1)
    assert "labs.severe_liver.liver" in found(lab("ALT", 120, high=40, days=3), bilirubin)
    assert "labs.severe_liver.liver" not in found(lab("ALT", 120, high=40, days=3.1), bilirubin)


# --- the pattern ---


@pytest.mark.parametrize(
    ("alt", "alp", "says", "cites"),
    [
        (404, 260, "R is 5.05", "hepatocellular"),  # 10.1 over 2
        (400, 260, "R is 5.00", "mixed"),
        (160, 260, "R is 2.00", "mixed"),  # 4 over 2
        (156, 260, "R is 1.95", "cholestatic"),  # 3.9 over 2
    ],
)
def test_r_is_alt_over_alp_each_as_a_multiple_of_its_limit(alt: float, alp: float, says: str, cites: str) -> None:
    said = warned(lab("ALT", alt, high=40), lab("ALP", alp, high=130))["labs.pattern"]
    assert says in said.why
    assert cites in said.title
    assert "R" in said.why.partition("Known: ")[2] and said.citations[0].startswith("gldh")


def test_a_pattern_needs_both_from_the_same_days_and_one_above_its_limit() -> None:
    assert "labs.pattern" not in found(lab("ALT", 40, high=40), lab("ALP", 130, high=130))
    assert "labs.pattern" in found(lab("ALT", 41, high=40), lab("ALP", 130, high=130))
    assert "labs.pattern" in found(lab("ALT", 40, high=40), lab("ALP", 131, high=130))
    assert "labs.pattern" not in found(lab("ALT", 80, high=40))
    assert "labs.pattern" not in found(lab("ALP", 800, high=130))
    assert "labs.pattern" in found(lab("ALT", 80, high=40, days=3), lab("ALP", 131, high=130, days=1))
    assert "labs.pattern" not in found(lab("ALT", 80, high=40, days=4), lab("ALP", 131, high=130, days=1))
    assert "labs.pattern" not in found(lab("ALT", 80, high=40, days=200), lab("ALP", 131, high=130, days=200))
    assert "labs.pattern" not in found(lab("ALT", 0, high=40), lab("ALP", 131, high=130))
    assert "labs.pattern" not in found(lab("ALT", 80, low=7), lab("ALP", 131, high=130))


def test_the_series_with_kratom_is_named_only_to_those_who_took_it() -> None:
    both = (lab("ALT", 80, high=40), lab("ALP", 131, high=130))
    assert "median of 3.0" in warned(*both, dose())["labs.pattern"].why
    assert "median of 3.0" not in warned(*both)["labs.pattern"].why


# --- worth asking for ---

FIRST_VALUE, WINDOW = "labs.no_first_value", "labs.window"


def asked(*records: object) -> set[str]:
    return found(*records) & {FIRST_VALUE, WINDOW}


def test_in_the_first_two_weeks_a_first_value_and_then_the_window() -> None:
    assert asked(daily(13, 0)) == {FIRST_VALUE}
    assert asked(daily(14, 0)) == {WINDOW}
    assert asked(daily(90, 0)) == {WINDOW}
    said = warned(daily(20, 0))[WINDOW]
    assert "weeks 2 to 8 after the first dose in this journal" in said.title
    assert "The first dose in this journal was on 12 May 2026" in said.why
    assert said.severity == "note"


@pytest.mark.parametrize("name", ["ALT", "AST", "ALP", "bilirubin"])
def test_any_liver_test_from_two_weeks_on_is_enough(name: str) -> None:
    normal = {"high": 1000.0}
    assert asked(daily(30, 0), lab(name, 20, days=16, **normal)) == set()
    assert asked(daily(30, 0), lab(name, 20, days=16.1, **normal)) == {WINDOW}
    assert asked(daily(30, 0), lab("ferritin", 20, days=10, **normal)) == {WINDOW}


def test_a_first_value_may_be_half_a_year_old() -> None:
    assert asked(daily(5, 0), lab("ALT", 20, days=5 + 182)) == set()
    assert asked(daily(5, 0), lab("ALT", 20, days=5 + 183)) == {FIRST_VALUE}
    assert asked(daily(5, 0), lab("ALT", 20, days=1)) == set()
    assert asked(daily(5, 0), lab("ALT", 20, days=-1)) == {FIRST_VALUE}


def test_nobody_is_asked_who_does_not_take_kratom_now() -> None:
    assert asked(daily(60, 15)) == set()
    assert asked(daily(60, 14)) == {WINDOW}
    assert asked(daily(60, 0, "ibuprofen")) == set()


def test_a_stronger_product_opens_the_window_again() -> None:
    """Tested 30 days into leaf; then an extract 20 days ago, and no test since."""
    before = (LEAF, EXTRACT, daily(80, 21, product="leaf"), lab("ALT", 20, days=50))
    assert asked(*before, daily(20, 0, product="leaf")) == set()
    changed = warned(*before, daily(20, 0, product="extract"))
    assert "a change to a stronger product" in changed[WINDOW].title
    assert asked(*before, daily(20, 0, product="extract"), lab("ALT", 20, days=3)) == set()


def test_a_steep_rise_opens_the_window_again() -> None:
    """Seven weeks at 1 g, tested in the third; the fourth-last week began at 4 g, three weeks before the present's two."""
    level, risen = weeks(1, 1, 1, 1, 1, 1, 1, 1, 1), weeks(1, 1, 1, 1, 1, 1, 4, 4, 4)
    tested = lab("ALT", 20, days=30)
    assert asked(level, tested) == set()
    assert "after a steep rise in amount" in warned(risen, tested)[WINDOW].title
    assert "11 May 2026" in warned(risen, tested)[WINDOW].why
    assert ago(21).date().isoformat() == "2026-05-11"
